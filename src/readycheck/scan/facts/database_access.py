"""How a deployment gets at secrets and at its database.

`secret-reference`: `name`, `area` (`database`, `signing` or empty), `form`: the value comes from elsewhere, without a
default. `database-role`: `user`, `power` (`superuser`, `plain` or null), `form`: who the service is for the database.
`database-open`: `form`: a setting that lets in whoever comes, without a password.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.scan.config.compose import is_for_development
from readycheck.scan.config.error import ConfigError
from readycheck.scan.config.file import ConfigFile, Path
from readycheck.scan.facts.commands import COMPOSE, DEVELOPMENT
from readycheck.scan.facts.pipelines import PIPELINE
from readycheck.scan.late import compile_late
from readycheck.scan.secrets.found import area_of, read_addresses
from readycheck.scan.secrets.names import is_secret_name
from readycheck.scan.secrets.settings import Setting, read_settings
from readycheck.scan.secrets.values import is_reference

KINDS = ("secret-reference", "database-role", "database-open")
GLOBS = ("*.yml", "*.yaml", "*.sql", "pg_hba*.conf", ".env", ".env.*", "*.env", "[Dd]ockerfile", "[Dd]ockerfile.*")
SUPERUSERS = frozenset({"postgres", "root", "sa", "admin", "system", "sys"})
OPEN = {
    "POSTGRES_HOST_AUTH_METHOD": re.compile(r"trust", re.IGNORECASE),
    "MYSQL_ALLOW_EMPTY_PASSWORD": re.compile(r"yes|true|1", re.IGNORECASE),
    "MARIADB_ALLOW_EMPTY_ROOT_PASSWORD": re.compile(r"yes|true|1", re.IGNORECASE),
    "ALLOW_EMPTY_PASSWORD": re.compile(r"yes|true|1", re.IGNORECASE),
}
# `${NAME:?what is missing}` is `${NAME}` with a message, which may hold anything.
EXPLAINED = compile_late(r"\$\{(\w+):?\?[^{}]*\}")
HBA = compile_late(r"^\s*host\w*\s+\S+\s+\S+\s+(?!127\.|::1|localhost|samehost)\S+(?:\s+[\d.]+)?\s+trust\b")
ROLE = compile_late(r"(?i)\b(?:create|alter)\s+(?:role|user)\s+[\"'`]?(\w+)[\"'`]?([^;]*);")
PERHAPS = compile_late(r"(?i)secret|passw|token|key|credential|://|trust|superuser|_pass\b|pwd|allow_empty")


def collect_config(file: ConfigFile) -> Iterator[Fact]:
    """The facts of one file; what is for development or for tests says nothing about the deployment."""
    if DEVELOPMENT.search(file.path) or PIPELINE.search(file.path) or PERHAPS.search(file.text) is None:
        return
    if file.path.endswith(".sql"):
        yield from find_roles(file)
        return
    if file.path.endswith(".conf"):
        rows = (number for number, row in enumerate(file.lines, 1) if HBA.match(row))
        yield from (Fact("database-open", file.span(number), {"form": "pg_hba.conf"}) for number in rows)
        return
    try:
        settings = list(read_settings(file))
        references = list(find_manifest_references(file))
        if COMPOSE.search(file.path) and is_for_development(file):
            return
    except ConfigError:
        return  # the collector of secrets says the same; nothing is claimed about a file that is no YAML
    yield from references
    for setting in settings:
        if setting.is_deployed:
            yield from judge(file, setting)


def judge(file: ConfigFile, setting: Setting) -> Iterator[Fact]:
    """What one setting of a deployment says."""
    form = "compose" if COMPOSE.search(file.path) else "kubernetes" if "apiVersion:" in file.text else "settings"
    pattern = OPEN.get(setting.name)
    if pattern is not None and pattern.fullmatch(setting.value.strip()):
        yield Fact("database-open", file.span(setting.line), {"form": f"{setting.name}={setting.value.strip()}"})
    address = next(read_addresses(EXPLAINED.sub(r"${\1}", setting.value)), None)
    if address is not None and address.is_database:
        user = address.user
        power = None if is_reference(user) else "superuser" if user.lower() in SUPERUSERS else "plain"
        data: dict[str, Json] = {"user": "" if power is None else user, "power": power, "form": form}
        yield Fact("database-role", file.span(setting.line), data)
        if is_from_elsewhere(address.secret):
            yield reference(file, setting.line, setting.name, "database", form)
    elif is_secret_name(setting.name) and is_from_elsewhere(setting.value) and "://" not in setting.value:
        yield reference(file, setting.line, setting.name, area_of(setting.name), form)


def is_from_elsewhere(value: str) -> bool:
    """Whether a value is one of the environment's, without a default that stands in the file."""
    return value.startswith("${") and is_reference(value) and re.match(r"\$\{\w+(?:\}|:?\?)", value) is not None


def reference(file: ConfigFile, line: int, name: str, area: str, form: str) -> Fact:
    """The fact about a reference."""
    return Fact("secret-reference", file.span(line), {"name": name, "area": area, "form": form})


def find_manifest_references(file: ConfigFile) -> Iterator[Fact]:
    """What Kubernetes manifests take out of Secrets."""
    if "apiVersion:" not in file.text or "ecret" not in file.text or "{{" in file.text:
        return
    for index, document in enumerate(file.documents):
        for path, name in walk(document, ()):
            area = "database" if re.search(r"(?i)database|postgres|mysql|_db_|^db_|pg", name) else area_of(name)
            yield reference(file, file.line_of(path, index), name, area, "kubernetes")


def walk(value: Any, path: Path) -> Iterator[tuple[Path, str]]:  # noqa: ANN401 - YAML
    """Every variable that is taken from a Secret, and every key that an operator copies into one."""
    if isinstance(value, Mapping):
        source = value.get("valueFrom")
        if isinstance(source, Mapping) and "secretKeyRef" in source:
            yield (*path, "valueFrom"), str(value.get("name", ""))
        if isinstance(value.get("secretKey"), str) and "remoteRef" in value:
            yield (*path, "secretKey"), value["secretKey"]
        for key, child in value.items():
            yield from walk(child, (*path, key))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from walk(child, (*path, index))


def find_roles(file: ConfigFile) -> Iterator[Fact]:
    """The roles that may log in, with what they may do."""
    text = re.sub(r"--[^\n]*", lambda found: " " * len(found[0]), file.text)
    for found in ROLE.finditer(text):
        words = set(re.findall(r"[A-Z]+", found[2].upper()))
        power = "superuser" if "SUPERUSER" in words else "plain" if "NOSUPERUSER" in words else None
        if power is not None and ("LOGIN" in words or "USER" in found[0].upper().split() or power == "superuser"):
            line = text.count("\n", 0, found.start()) + 1
            yield Fact("database-role", file.span(line), {"user": found[1], "power": power, "form": "sql"})
