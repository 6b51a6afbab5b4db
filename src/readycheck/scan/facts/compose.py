"""What a compose file runs, whatever the file is called.

`compose-service`: `name`, `image`, `build`, `ports` (rows of address, port outside, port inside, line), `command`,
`environment` (names), `labels`, `driver` (of its log), `root` (what gives it root's power), `volumes`, `replicas`,
`development`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.scan.config.command_line import split_words
from readycheck.scan.config.file import ConfigFile
from readycheck.scan.facts.commands import COMPOSE, DEVELOPMENT, join_words, mounts_source
from readycheck.scan.late import compile_late

KINDS = ("compose-service",)
GLOBS = ("*.yml", "*.yaml")
SERVICES = compile_late(r"^services:\s*(?:#.*)?$", re.MULTILINE)
PUBLISHED = compile_late(
    r"^(?:(?P<address>\[[\da-fA-F:.]+\]|\d+\.\d+\.\d+\.\d+|localhost|\$\{[^}]+\}(?=:[^:]+:)):)?(?:(?P<outer>[\d-]+|\$\{[^}]+\}):)?(?P<inner>[\d-]+)(?:/(?:tcp|udp))?$"
)
CHART = compile_late(r"\{\{-|\{\{\s*\.Values|\{%")
DEFAULT = compile_late(r"\$\{\w+:?-([^}]*)\}")
ROOT = compile_late(r"^(?:root|0)(?::.*)?$")
MOST_SERVICES = 200


def collect_config(file: ConfigFile) -> Iterator[Fact]:
    """The services of a compose file.

    Raises:
        ConfigError: the file is broken.
    """
    named = COMPOSE.search(file.path) is not None
    if CHART.search(file.text) and not named:
        return
    if SERVICES.search(file.text) is None or not (named or re.search(r"^\s+(?:image|build):", file.text, re.MULTILINE)):
        return
    document = file.documents[0] if file.documents else None
    services = document.get("services") if isinstance(document, Mapping) else None
    rows = services.items() if isinstance(services, Mapping) else ()
    found = ((str(name), one) for name, one in rows if isinstance(one, Mapping))
    for name, service in islice(found, MOST_SERVICES):
        if named or "image" in service or "build" in service:
            yield read_service(file, name, service)


def read_service(file: ConfigFile, name: str, service: Mapping[str, Any]) -> Fact:
    """One service as a fact."""
    command = join_words(service.get("entrypoint"), service.get("command"))
    words = [*(split_words(command) if isinstance(command, str) else command)][:60]
    volumes = service.get("volumes")
    mounted: list[Json] = [str(one)[:200] for one in volumes] if isinstance(volumes, list) else []
    data: dict[str, Json] = {
        "name": name,
        "image": str(service.get("image") or ""),
        "build": "build" in service,
        "ports": [*read_ports(file, name, service)],
        "command": [*words],
        "environment": list_environment(service.get("environment")),
        "labels": list_pairs(service.get("labels")),
        "driver": read_driver(service),
        "root": find_root(service),
        "volumes": mounted,
        "replicas": count_replicas(service),
        "development": DEVELOPMENT.search(file.path) is not None or mounts_source(service),
    }
    return Fact("compose-service", file.span(file.line_of(("services", name))), data)


def count_replicas(service: Mapping[str, Any]) -> int:
    """How many of them there are at least: what the file says, else one."""
    deploy = service.get("deploy")
    given = deploy.get("replicas") if isinstance(deploy, Mapping) else service.get("scale")
    return given if isinstance(given, int) and not isinstance(given, bool) and given > 0 else 1


def read_ports(file: ConfigFile, name: str, service: Mapping[str, Any]) -> Iterator[list[Json]]:
    """The published ports; one inside without one outside is published on a port that nobody chose."""
    ports = service.get("ports")
    for index, port in enumerate(ports if isinstance(ports, list) else ()):
        line = file.line_of(("services", name, "ports", index))
        if isinstance(port, Mapping):
            outer = str(port.get("published") or "")
            yield [str(port.get("host_ip") or ""), outer, str(port.get("target") or ""), line]
            continue
        found = PUBLISHED.match(str(port))
        if found is not None:
            outer = DEFAULT.sub(r"\1", found["outer"] or "")
            yield [(found["address"] or "").strip("[]"), outer, found["inner"], line]


def list_environment(value: Any) -> list[Json]:  # noqa: ANN401 - YAML
    """The names of the variables that a service is given."""
    if isinstance(value, Mapping):
        return [str(key) for key in value]
    return [str(one).partition("=")[0] for one in value] if isinstance(value, list) else []


def list_pairs(value: Any) -> list[Json]:  # noqa: ANN401 - YAML
    """Labels as `name=value`."""
    if isinstance(value, Mapping):
        return [f"{key}={one}"[:200] for key, one in value.items()]
    return [str(one)[:200] for one in value] if isinstance(value, list) else []


def read_driver(service: Mapping[str, Any]) -> str:
    """The driver that takes a service's log, if one is named."""
    logging = service.get("logging")
    return str(logging.get("driver") or "") if isinstance(logging, Mapping) else ""


def find_root(service: Mapping[str, Any]) -> str:
    """What gives a service root's power, or empty."""
    if service.get("privileged") is True:
        return "privileged: true"
    user = str(service.get("user") if service.get("user") is not None else "")
    return f"user: {user}" if ROOT.match(user) else ""
