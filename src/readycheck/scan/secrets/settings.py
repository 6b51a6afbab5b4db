"""The settings that a configuration file gives: names with literal values, whatever the format."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from readycheck.scan.config.dockerfile import read_assignments
from readycheck.scan.config.file import ConfigFile, Path
from readycheck.scan.facts.commands import COMPOSE, DEVELOPMENT
from readycheck.scan.late import compile_late

ROW = compile_late(
    r"""^\s*(?:-\s+)?(?:export\s+|set\s+|Environment=)?["']?(?P<name>[A-Za-z_/][\w./:-]*)["']?\s*(?::=|=>|[:=])\s*
    (?:"(?P<double>(?:\\.|[^"\\\n])*)"|'(?P<single>[^'\n]*)'|(?P<bare>[^\n\#"']*?))\s*,?\s*(?:\#.*)?$""",
    re.VERBOSE,
)
DOTENV_ROW = compile_late(r"^\s*(?:export\s+)?(?P<name>[A-Za-z_][\w.-]*)\s*=\s*(?P<value>.*?)\s*$")
ENVIRONMENTS = frozenset(
    {"environment", "env", "envs", "environment_variables", "environmentvariables", "envvars", "args"}
)
# `CREATE ROLE name ... PASSWORD 'literal'`, `IDENTIFIED BY 'literal'`.
SQL = compile_late(
    r"(?i)\b(?:role|user)\s+(?:if\s+not\s+exists\s+)?[\"'`]?(?P<name>\w+)[\"'`]?[^;']{0,200}?\b(?:password|identified\s+by)\s+'(?P<value>[^'\n]+)'"
)
TEST_SCRIPT = compile_late(r"(?:pre|post)?(?:tests?|e2e|dev|lint|coverage|bench\w*)(?::|$)")
MOST_SETTINGS = 5000
# Kinds that hold names or ciphertext only.
KEPT_ELSEWHERE = frozenset({"SealedSecret", "ExternalSecret", "Secret", "SecretProviderClass"})


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting with the line of its value. `is_deployed`: a service is started with it; `area`: what it opens."""

    name: str
    value: str
    line: int
    is_deployed: bool = False
    area: str = ""


def read_settings(file: ConfigFile) -> Iterator[Setting]:
    """All settings of one file.

    Raises:
        ConfigError: the file is broken.
    """
    name = file.path.rpartition("/")[2]
    if name.startswith((".env", "env.")) or name.endswith(".env"):
        yield from read_dotenv(file)
    elif "ockerfile" in name or "ontainerfile" in name:
        yield from read_image(file)
    elif name.endswith(".sql"):
        yield from read_sql(file)
    elif COMPOSE.search(file.path) or (name.endswith((".yml", ".yaml")) and is_structured(file)):
        yield from read_documents(file)
    else:
        yield from read_rows(file)


def is_structured(file: ConfigFile) -> bool:
    """Whether a YAML file is one of Kubernetes or of a platform, and not a template of one."""
    return "{{" not in file.text and (
        "apiVersion:" in file.text or file.path.endswith(("render.yaml", "serverless.yml", "app.yaml"))
    )


def read_dotenv(file: ConfigFile) -> Iterator[Setting]:
    """`NAME=value` lines; comments behind a value count as in the dotenv libraries."""
    for number, row in enumerate(file.lines, 1):
        found = DOTENV_ROW.match(row)
        if found is not None:
            yield Setting(found["name"], unquote(found["value"]), number, is_deployed=True)


def unquote(value: str) -> str:
    """A value without quotes around it, or without the comment behind it."""
    if value[:1] in ("'", '"'):
        end = value.find(value[0], 1)
        return value[1:end] if end > 0 else value[1:]
    return re.split(r"\s#", value, maxsplit=1)[0].strip()


def read_image(file: ConfigFile) -> Iterator[Setting]:
    """What a Dockerfile sets in any stage but those for development; a build argument's default is one, too."""
    for stage in file.dockerfile.stages:
        for step in () if DEVELOPMENT.search(stage.name) else stage.instructions:
            if step.name in ("ENV", "ARG"):
                for name, value in read_assignments(step.text) if "=" in step.text or step.name == "ENV" else ():
                    rows = range(step.line, step.end_line + 1)
                    line = next((one for one in rows if name in file.row(one)), step.line)
                    yield Setting(name, value, line, is_deployed=step.name == "ENV")


def read_sql(file: ConfigFile) -> Iterator[Setting]:
    """Passwords that statements give to roles."""
    for found in SQL.finditer(file.text):
        line = file.text.count("\n", 0, found.start("value")) + 1
        yield Setting(f"{found['name']}_password", found["value"], line, is_deployed=True, area="database")


def read_rows(file: ConfigFile) -> Iterator[Setting]:
    """`name = value` and `name: value` lines of any format, without regard to what stands around them."""
    is_package = file.path.rpartition("/")[2] == "package.json"
    for number, row in enumerate(file.lines[:MOST_SETTINGS], 1):
        found = ROW.match(row[:1000])
        if found is None or (is_package and TEST_SCRIPT.match(found["name"])):
            continue
        value = next((text for text in (found["double"], found["single"], found["bare"]) if text), "")
        name = found["name"].rpartition(":")[2].rpartition("/")[2]
        if value and not value.startswith(("{", "[", "|", ">", "&", "*", "!")):
            yield Setting(name, value, number)


def read_documents(file: ConfigFile) -> Iterator[Setting]:
    """The settings of Kubernetes, compose and platform files.

    Raises:
        ConfigError: the file is broken.
    """
    for index, document in enumerate(file.documents):
        if isinstance(document, Mapping) and document.get("kind") == "Secret" and "sops" not in document:
            yield from read_secret(file, index, document)
        elif not (
            isinstance(document, Mapping) and document.get("kind") in ("SealedSecret", "ExternalSecret", "Secret")
        ):
            yield from read_tree(file, index, document, ())


def read_secret(file: ConfigFile, index: int, document: Mapping[str, Any]) -> Iterator[Setting]:
    """The values of a Kubernetes Secret; those under `data` are base64, which hides nothing."""
    for section in ("stringData", "data"):
        values = document.get(section)
        for name, value in values.items() if isinstance(values, Mapping) else ():
            text = decode(str(value)) if section == "data" else str(value)
            if isinstance(value, str):
                yield Setting(str(name), text, file.line_of((section, name), index), is_deployed=True)


def decode(value: str) -> str:
    """What a base64 text holds; the text itself if it is none."""
    try:
        return base64.b64decode(value, validate=True).decode()
    except ValueError:
        return value  # a template's variable, or broken: judged as it stands


def read_tree(file: ConfigFile, index: int, value: Any, path: Path) -> Iterator[Setting]:  # noqa: ANN401 - YAML
    """Every mapping of texts, and every list of `NAME=value` or of name and value, under a document."""
    if isinstance(value, Mapping):
        name, text = value.get("name", value.get("key")), value.get("value")
        if isinstance(name, str) and isinstance(text, str):
            yield Setting(name, text, file.line_of((*path, "value"), index), is_deployed=True)
        deployed = is_environment(path)
        for key, child in value.items():
            if isinstance(child, str):
                yield Setting(str(key), child, file.line_of((*path, key), index), is_deployed=deployed)
            else:
                yield from read_tree(file, index, child, (*path, key))
    elif isinstance(value, list):
        for position, child in enumerate(value):
            place = (*path, position)
            if isinstance(child, str):
                name, sign, text = child.partition("=")
                if sign and is_environment(path):
                    yield Setting(name, text, file.line_of(place, index), is_deployed=True)
            else:
                yield from read_tree(file, index, child, place)


def is_environment(path: Path) -> bool:
    """Whether a mapping at that path sets variables: under `environment`, under `env`, at the top of `x-...`."""
    last = path[-1] if path else ""
    return isinstance(last, str) and (
        last.lower() in ENVIRONMENTS or last.startswith("x-") or last in ("data", "stringData")
    )
