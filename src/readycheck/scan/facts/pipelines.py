"""What CI runs on changes, and whether containers report their health.

`ci-step`: `words` of one program that a pipeline runs, or `uses` (an action or image); `deploys` is not decided here.
`container-health`: a health check in a compose file or a probe in Kubernetes: `source`, `name`, `published`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain, islice
from typing import Any

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.scan.config.command_line import find_programs, split_words
from readycheck.scan.config.file import ConfigFile, Path
from readycheck.scan.facts.commands import COMPOSE, DEVELOPMENT, find_containers
from readycheck.scan.late import compile_late

KINDS = ("ci-step", "container-health")
GLOBS = ("*.yml", "*.yaml")
PIPELINE = compile_late(
    r"(?:^|/)(?:\.(?:github|gitea|forgejo)/(?:workflows/[^/]+|actions/.+/action)|\.gitlab-ci|\.gitlab/.+|\.circleci/config|azure-pipelines[^/]*|"
    r"bitbucket-pipelines|\.travis|\.drone|\.woodpecker(?:/.+)?|appveyor|\.buildkite/.+|cloudbuild)\.ya?ml$"
)
COMMANDS = frozenset(
    {"run", "script", "before_script", "command", "commands", "bash", "pwsh", "test_script", "build_script"}
)
# An image of somebody's own: in an account, and neither a database's nor a proxy's.
OWN_IMAGE = compile_late(
    r"(?!docker\.io/library/|.*(?:postgres|postgis|pgvector|mysql|mariadb|mongo|redis|valkey|rabbitmq|kafka|zookeeper|minio|"
    r"elastic|opensearch|clickhouse|nginx|traefik|caddy|prometheus|grafana|exporter|mailpit|mailhog|localstack))[^/\s]+/\S+$",
    re.IGNORECASE,
)
PROBE = compile_late(r"\s*(?:livenessProbe|readinessProbe):")
MOST_STEPS = 400


def collect_config(file: ConfigFile) -> Iterator[Fact]:
    """The steps of a pipeline, or the health checks of a deployment.

    Raises:
        ConfigError: the file is broken.
    """
    if PIPELINE.search(file.path):
        steps = (find_steps(file, index, document, ()) for index, document in enumerate(file.documents))
        yield from islice(chain.from_iterable(steps), MOST_STEPS)
    elif COMPOSE.search(file.path) and "healthcheck" in file.text:
        yield from () if DEVELOPMENT.search(file.path) else find_compose(file)
    elif "containers:" not in file.text or "Probe:" not in file.text:
        return
    elif "{{" in file.text:
        yield from find_template(file)
    else:
        for index, document in enumerate(file.documents):
            for path, container in find_containers(document):
                key = next((key for key in ("livenessProbe", "readinessProbe") if container.get(key)), None)
                if key is not None:
                    data: dict[str, Json] = {"source": "kubernetes", "name": str(container.get("name", ""))}
                    yield Fact("container-health", file.span(file.line_of((*path, key), index)), data)


def find_template(file: ConfigFile) -> Iterator[Fact]:
    """The first probe in a Helm template, which is no YAML before its values are filled in."""
    rows = (number for number, row in enumerate(file.lines, 1) if PROBE.match(row))
    for number in islice(rows, 1):
        yield Fact("container-health", file.span(number), {"source": "helm", "name": "a container of the chart"})


def find_steps(file: ConfigFile, document: int, value: Any, path: Path) -> Iterator[Fact]:  # noqa: ANN401 - YAML
    """Every command and every used action anywhere in a pipeline."""
    if isinstance(value, list):
        for index, child in enumerate(value):
            yield from find_steps(file, document, child, (*path, index))
    if not isinstance(value, Mapping):
        return
    rows = {
        key: child for key, child in value.items() if key != "with" or "github-script" not in str(value.get("uses"))
    }
    for key, child in rows.items():  # without the script in JavaScript that one action is given
        place = (*path, key)
        if key in COMMANDS:
            for index, row in enumerate(child if isinstance(child, list) else [child]):
                if isinstance(row, str):
                    where = (*place, index) if isinstance(child, list) else place
                    yield from find_words(file, file.line_of(where, document), row)
        if key == "uses" and isinstance(child, str):
            yield Fact("ci-step", file.span(file.line_of(place, document)), {"words": [], "uses": child})
        elif not isinstance(child, str):
            yield from find_steps(file, document, child, place)


def find_words(file: ConfigFile, line: int, text: str) -> Iterator[Fact]:
    """The programs of one command; each stands on the line that begins with it, as far as one does."""
    for program in find_programs(split_words(text)):
        words: list[Json] = list(program.words[:12])
        rows = enumerate(file.lines[line - 1 : line + text.count("\n") + 1], line)
        found = next((number for number, row in rows if program.words[0] in row and program.words[-1] in row), line)
        yield Fact("ci-step", file.span(found), {"words": words, "uses": ""})


def find_compose(file: ConfigFile) -> Iterator[Fact]:
    """The services of a compose file that have a health check: of images of their own, or of what may be one.

    `published`: an image that is pulled, and that is no well-known program's: this project's own, for all one knows.
    """
    document = file.documents[0] if file.documents else None
    services = document.get("services") if isinstance(document, Mapping) else None
    for name, service in services.items() if isinstance(services, Mapping) else ():
        check = service.get("healthcheck") if isinstance(service, Mapping) else None
        if not isinstance(check, Mapping) or not check.get("test") or check.get("disable"):
            continue
        published = "" if "build" in service else str(service.get("image", ""))
        if "build" in service or OWN_IMAGE.match(published):
            line = file.line_of(("services", name, "healthcheck"))
            data: dict[str, Json] = {"source": "compose", "name": str(name), "published": published}
            yield Fact("container-health", file.span(line), data)
