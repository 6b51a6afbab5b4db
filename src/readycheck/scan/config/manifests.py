"""Which packages a manifest declares: package.json and the Python formats."""

from __future__ import annotations

import configparser
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from readycheck.model.vocabulary import Language
from readycheck.scan.config.error import ConfigError
from readycheck.scan.config.file import ConfigFile, Path
from readycheck.scan.late import compile_late

GLOBS = (
    "package.json",
    "pyproject.toml",
    "requirements*.txt",
    "requirements*.in",
    "*-requirements.txt",
    "**/requirements/*.txt",
    "**/requirements/*.in",
    "Pipfile",
    "setup.cfg",
    "environment.yml",
    "environment.yaml",
)
DEVELOPMENT = compile_late(
    r"(?:^|[-_./])(?:dev|develop|development|tests?|testing|lint|docs?|ci|typing|local)(?:[-_./]|$)", re.IGNORECASE
)
REQUIREMENT = compile_late(r"^\s*([A-Za-z0-9][A-Za-z0-9._-]*)")
SEPARATORS = compile_late(r"[-_.]+")
MOST_LINES = 500  # how far apart two entries of a list are looked for
Ecosystem = Literal["pypi", "npm"]


@dataclass(frozen=True, slots=True)
class Declared:
    """One declared package: its normalised name, the line of the manifest, and whether only development needs it."""

    name: str
    ecosystem: Ecosystem
    line: int
    development: bool = False


def normalise_name(name: str, ecosystem: Ecosystem) -> str:
    """The name by which two spellings of one package are equal (PyPI: PEP 503; npm: lower case)."""
    return SEPARATORS.sub("-", name.strip()).lower() if ecosystem == "pypi" else name.strip().lower()


def read_declared(file: ConfigFile) -> Iterator[Declared]:
    """All packages that a manifest declares; other manifests that it includes are not followed.

    Raises:
        ConfigError: the manifest is broken.
    """
    name = file.path.rsplit("/", 1)[-1]
    if name == "package.json":
        yield from read_package_json(file)
    elif name == "pyproject.toml":
        yield from read_pyproject(file)
    elif name == "Pipfile":
        yield from read_pipfile(file)
    elif name == "setup.cfg":
        yield from read_setup_cfg(file)
    elif name.startswith("environment."):
        yield from read_conda(file)
    else:
        yield from read_requirements(file)


def read_package_json(file: ConfigFile) -> Iterator[Declared]:
    """`dependencies` and `optionalDependencies`; `devDependencies` count as development."""
    for section in ("dependencies", "optionalDependencies", "devDependencies"):
        for package in mapping_at(file, section):
            line = file.line_of((section, package))
            yield Declared(normalise_name(package, "npm"), "npm", line, section == "devDependencies")


def read_pyproject(file: ConfigFile) -> Iterator[Declared]:
    """PEP 621 dependencies and extras, Poetry's dependencies and groups, PEP 735 groups (development)."""
    yield from from_list(file, ("project", "dependencies"), development=False)
    for extra in mapping_at(file, "project", "optional-dependencies"):
        yield from from_list(file, ("project", "optional-dependencies", extra), development=is_development(extra))
    for group in mapping_at(file, "dependency-groups"):
        yield from from_list(file, ("dependency-groups", group), development=True)
    yield from from_table(file, ("tool", "poetry", "dependencies"), development=False)
    yield from from_table(file, ("tool", "poetry", "dev-dependencies"), development=True)
    for group in mapping_at(file, "tool", "poetry", "group"):
        path = ("tool", "poetry", "group", group, "dependencies")
        yield from from_table(file, path, development=is_development(group))


def read_pipfile(file: ConfigFile) -> Iterator[Declared]:
    """`packages` and `dev-packages` of a Pipfile, which is TOML without the file ending."""
    file = replace(file, language=Language.TOML)
    yield from from_table(file, ("packages",), development=False)
    yield from from_table(file, ("dev-packages",), development=True)


def read_setup_cfg(file: ConfigFile) -> Iterator[Declared]:
    """`install_requires` and the extras of a setup.cfg."""
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(file.text)
    except configparser.Error as error:
        raise ConfigError(f"no setup.cfg: {type(error).__name__}") from error
    blocks = [(parser.get("options", "install_requires", fallback=""), False)]
    if parser.has_section("options.extras_require"):
        blocks += [(text, is_development(extra)) for extra, text in parser.items("options.extras_require")]
    for text, development in blocks:
        line = find_line(file, text.strip().partition("\n")[0], 1)
        for row in text.splitlines():
            line = find_line(file, row.strip(), line)
            yield from one_requirement(row, line, development=development)


def read_conda(file: ConfigFile) -> Iterator[Declared]:
    """The packages of a conda environment, and those under `pip`."""
    for index, entry in enumerate(list_at(file, "dependencies")):
        if isinstance(entry, str):
            yield from one_requirement(entry, file.line_of(("dependencies", index)), development=False)
        elif isinstance(entry, Mapping):
            for inner, text in enumerate(entry.get("pip") or ()):
                line = file.line_of(("dependencies", index, "pip", inner))
                yield from one_requirement(str(text), line, development=False)


def read_requirements(file: ConfigFile) -> Iterator[Declared]:
    """The lines of a requirements file; the whole file counts as development if its name says so."""
    development = is_development(re.sub(r"\.(?:txt|in)$", "", "/".join(file.path.split("/")[-2:])))
    for number, row in enumerate(file.lines, 1):
        if not row.lstrip().startswith(("#", "-")):
            yield from one_requirement(row, number, development=development)


def is_development(name: str) -> bool:
    """Whether an extra, a group or a file is named as one that only development needs."""
    return DEVELOPMENT.search(name) is not None


def one_requirement(text: str, line: int, *, development: bool) -> Iterator[Declared]:
    """The package of one requirement specifier (PEP 508), if it starts with a name."""
    found = REQUIREMENT.match(text)
    if found is not None and "://" not in text.partition("@")[0]:
        yield Declared(normalise_name(found[1], "pypi"), "pypi", line, development)


def from_list(file: ConfigFile, path: Path, *, development: bool) -> Iterator[Declared]:
    """A list of requirement specifiers at a path."""
    line = file.line_of(path)
    for entry in list_at(file, *path):
        if isinstance(entry, str):
            line = find_line(file, entry, line)
            yield from one_requirement(entry, line, development=development)


def from_table(file: ConfigFile, path: Path, *, development: bool) -> Iterator[Declared]:
    """A table whose keys are package names (Poetry, Pipenv); `python` is no package."""
    for package in mapping_at(file, *path):
        if package != "python":
            line = file.line_of((*path, package))
            yield Declared(normalise_name(package, "pypi"), "pypi", line, development)


def find_line(file: ConfigFile, text: str, start: int) -> int:
    """The first of the next lines from `start` on that holds a text, or `start`."""
    rows = enumerate(file.lines[start - 1 : start + MOST_LINES], start)
    return next((number for number, row in rows if text and text in row), start)


def value_at(file: ConfigFile, *path: str | int) -> Any:  # noqa: ANN401 - whatever the file holds there
    """The value at a path of the first document, or None."""
    value: Any = file.documents[0] if file.documents else None
    for part in path:
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def mapping_at(file: ConfigFile, *path: str | int) -> list[str]:
    """The text keys of the mapping at a path; none if there is no mapping."""
    value = value_at(file, *path)
    return [key for key in value if isinstance(key, str)] if isinstance(value, Mapping) else []


def list_at(file: ConfigFile, *path: str | int) -> list[Any]:
    """The list at a path; empty if there is none."""
    value = value_at(file, *path)
    return value if isinstance(value, list) else []
