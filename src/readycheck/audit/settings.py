"""The configuration: `[tool.readycheck]` in pyproject.toml, or the top level of readycheck.toml; never both.

| key | value | default |
|---|---|---|
| select | ids of rules, items or sections: only these rules run | all |
| ignore | ids of rules, items or sections that do not run; wins over select | none |
| fail-on | lowest priority that fails the gate: high, medium, low, never | high |
| exclude | globs of paths that are not read | none |
| max-file-size | bytes; larger files are skipped and listed | 1000000 |
| jobs | number of worker processes | one a core |
| rules | folders with further rules, inside the audited folder | none |
| baseline | path of the baseline file, inside the audited folder | none |
| roles | table: role -> globs of the paths that have it | by path and content |
| require | what `audit` must reach: ready, bronze, silver, gold | nothing |
| attestations | path of the attestations, inside the audited folder | attestations.yaml |
| http | table: the running service, see `audit/service.py` | none |
| database | table: the running database, see `audit/store.py` | none |
| fix | table: how `readycheck fix` rewrites, see `audit/fixing.py` | none |
| queries | `[[queries]]`: functions of the project that make queries, see `audit/helpers.py` | none |
| waivers | `[[waivers]]`: one of rule, item, fingerprint; path; owner, reason, until | none |

Nothing that a configuration names may lie outside the audited folder; what the command line names may.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from readycheck.audit.errors import SettingsError, suggest
from readycheck.audit.fixing import parse_fixing
from readycheck.audit.helpers import parse_helpers
from readycheck.audit.service import Service, parse_service
from readycheck.audit.store import Store, parse_store
from readycheck.audit.values import describe, parse_globs, parse_name, parse_path, parse_words
from readycheck.audit.waivers import Waiver, parse_waiver
from readycheck.edits.files import RefusedError, find_inside, read_limited
from readycheck.model.fix import FixSettings
from readycheck.model.helper import QueryHelper
from readycheck.model.vocabulary import Role

FILE = "readycheck.toml"
PYPROJECT = "pyproject.toml"
ATTESTATIONS = "attestations.yaml"
MAX_CONFIG = 1_000_000
MAX_FILE_SIZE = 100_000_000
MAX_JOBS = 256


class FailOn(StrEnum):
    """The lowest priority of an item whose failure fails the gate."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NEVER = "never"


class Require(StrEnum):
    """What an audit must have reached."""

    READY = "ready"
    BRONZE = "bronze"
    SILVER = "silver"
    GOLD = "gold"


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run goes by. `rules` and `baseline` are paths that can be opened; `source` names the file read, if any."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: FailOn = FailOn.HIGH
    exclude: tuple[str, ...] = ()
    max_file_size: int = 1_000_000
    jobs: int | None = None
    rules: tuple[Path, ...] = ()
    baseline: Path | None = None
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    waivers: tuple[Waiver, ...] = ()
    require: Require | None = None
    attestations: str = ATTESTATIONS
    http: Service = field(default_factory=Service)
    database: Store = field(default_factory=Store)
    fix: FixSettings = field(default_factory=FixSettings)
    queries: tuple[QueryHelper, ...] = ()
    source: str | None = None


def load_settings(root: Path, config: Path | None = None) -> Settings:
    """Read the configuration of the project at `root`, or the file `config` that the user names instead.

    Raises SettingsError with every problem: file, key, what is wrong, the nearest valid word.
    """
    if config is not None:
        table = read_table(config, str(config))
        own = find_own(table) or {} if config.name == PYPROJECT else table
        return parse_settings(own, root, config.name)
    found = find_tables(root)
    if len(found) > 1:
        raise SettingsError(f"{FILE} and [tool.readycheck] in {PYPROJECT} both configure readycheck: keep one of them")
    return next((parse_settings(table, root, name) for name, table in found.items()), Settings())


def find_tables(root: Path) -> dict[str, object]:
    """The configuration tables at the root, by file name."""
    found: dict[str, object] = {}
    if exists(root / FILE):
        found[FILE] = read_table(locate(root, FILE), FILE)
    if exists(root / PYPROJECT):
        own = find_own(read_table(locate(root, PYPROJECT), PYPROJECT, "readycheck"))
        if own is not None:
            found[PYPROJECT] = own
    return found


def find_own(table: Mapping[str, object]) -> object:
    """The table `tool.readycheck` of a pyproject.toml, or None."""
    tool = table.get("tool")
    return tool.get("readycheck") if isinstance(tool, dict) else None


def exists(path: Path) -> bool:
    """Whether there is an entry of that name, be it a link that leads nowhere."""
    return path.is_symlink() or path.exists()


def locate(root: Path, name: str) -> Path:
    """A configuration file's path; a link out of the root is refused."""
    try:
        return find_inside(root, name)
    except (RefusedError, OSError, RuntimeError) as error:
        raise SettingsError(f"{name}: {error}") from error


def read_table(path: Path, name: str, mention: str = "") -> dict[str, object]:
    """A TOML file's top level. A file that cannot be about us (`mention` does not occur in it) may be broken."""
    import tomllib  # noqa: PLC0415 - only where there is a configuration

    try:
        text = read_limited(path, MAX_CONFIG).decode("utf-8-sig")
        return tomllib.loads(text) if mention in text else {}
    except FileNotFoundError as error:
        raise SettingsError(f"{name}: no such file") from error
    except (RefusedError, OSError) as error:
        raise SettingsError(f"{name}: {describe(error)}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{name}: is not UTF-8 (byte {error.start})") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{name}: is not valid TOML: {error}") from error
    except RecursionError as error:
        raise SettingsError(f"{name}: is nested too deeply") from error


Parser = Callable[[object, Path], object]


def parse_settings(table: object, root: Path, source: str) -> Settings:
    """A configuration table as Settings; `source` is the file's name. Raises SettingsError with all problems."""
    if not isinstance(table, dict):
        raise SettingsError(f"{source}: readycheck: must be a table")
    values: dict[str, object] = {}
    problems: list[str] = []
    for key, value in table.items():
        if key not in PARSERS:
            problems.append(f'{source}: unknown key "{key}"{suggest(key, PARSERS)}')
            continue
        try:
            values[key.replace("-", "_")] = PARSERS[key](value, root)
        except SettingsError as error:
            problems += [f"{source}: {key}: {problem}" for problem in error.problems]
    if problems:
        raise SettingsError(problems)
    return replace(Settings(source=source), **values)  # type: ignore[arg-type]  # each parser gives its field's type


def merge(settings: Settings, **overrides: object) -> Settings:
    """The settings with what the command line gave: field name -> value; None and empty lists change nothing.

    Values are checked as in a file, save that a Path is taken as it is: what the user names may lie anywhere.
    """
    values: dict[str, object] = {}
    problems: list[str] = []
    for name, value in overrides.items():
        if value is None or value in ([], ()):
            continue
        option = name.replace("_", "-")
        if isinstance(value, Path) or (isinstance(value, list | tuple) and all(isinstance(one, Path) for one in value)):
            values[name] = tuple(value) if isinstance(value, list) else value
            continue
        try:
            values[name] = PARSERS[option](list(value) if isinstance(value, tuple) else value, Path())
        except SettingsError as error:
            problems += [f"--{option}: {problem}" for problem in error.problems]
    if problems:
        raise SettingsError(problems)
    return replace(settings, **values)  # type: ignore[arg-type]  # likewise


def parse_fail_on(value: object, _root: Path) -> FailOn:
    """One of the gate's words."""
    if not isinstance(value, str) or value not in list(FailOn):
        near = suggest(value, FailOn) if isinstance(value, str) else ""
        raise SettingsError(f"must be one of {', '.join(FailOn)}{near}")
    return FailOn(value)


def parse_require(value: object, _root: Path) -> Require:
    """One of what an audit can reach."""
    if not isinstance(value, str) or value not in list(Require):
        near = suggest(value, Require) if isinstance(value, str) else ""
        raise SettingsError(f"must be one of {', '.join(Require)}{near}")
    return Require(value)


def parse_number(largest: int) -> Parser:
    """A parser of whole numbers from 1."""

    def parse(value: object, _root: Path) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= largest:
            raise SettingsError(f"must be a whole number from 1 to {largest}")
        return value

    return parse


def parse_folders(value: object, root: Path) -> tuple[Path, ...]:
    """Folders inside the root that exist."""
    folders, problems = [], []
    for word in parse_words(value, root):
        try:
            folder = find_inside(root, word)
        except (RefusedError, OSError, RuntimeError) as error:
            problems.append(f'"{word}" {describe(error)}')
            continue
        folders.append(folder)
        if not folder.is_dir():
            problems.append(f'"{word}" is not a folder')
    if problems:
        raise SettingsError(problems)
    return tuple(folders)


def parse_roles(value: object, root: Path) -> dict[str, tuple[str, ...]]:
    """A table from role to globs."""
    if not isinstance(value, dict):
        raise SettingsError('must be a table, such as {script = ["tools/**"]}')
    roles, problems = {}, []
    for role, globs in value.items():
        if role not in list(Role):
            problems.append(f'unknown role "{role}"{suggest(role, Role)}; roles are {", ".join(Role)}')
            continue
        try:
            roles[role] = parse_globs(globs, root)
        except SettingsError as error:
            problems += [f"{role}: {problem}" for problem in error.problems]
    if problems:
        raise SettingsError(problems)
    return roles


def parse_waivers(value: object, _root: Path) -> tuple[Waiver, ...]:
    """The waivers, or the problems of all of them, by their number."""
    tables: Sequence[object] = value if isinstance(value, list) else [None]
    waivers, problems = [], []
    for number, table in enumerate(tables, 1):
        waiver, wrong = parse_waiver(table)
        problems += [f"number {number}: {problem}" for problem in wrong]
        if waiver is not None:
            waivers.append(waiver)
    if problems:
        raise SettingsError(problems)
    return tuple(waivers)


PARSERS: Mapping[str, Parser] = {
    "select": parse_words,
    "ignore": parse_words,
    "fail-on": parse_fail_on,
    "exclude": parse_globs,
    "max-file-size": parse_number(MAX_FILE_SIZE),
    "jobs": parse_number(MAX_JOBS),
    "rules": parse_folders,
    "baseline": parse_path,
    "roles": parse_roles,
    "waivers": parse_waivers,
    "require": parse_require,
    "attestations": parse_name,
    "http": parse_service,
    "database": parse_store,
    "fix": parse_fixing,
    "queries": parse_helpers,
}
