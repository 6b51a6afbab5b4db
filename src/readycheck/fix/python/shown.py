"""Whether a record of level INFO is shown: from where the project sets up its logging."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from readycheck.fix.contract import Project
from readycheck.fix.python.context import SERVES
from readycheck.model.evidence import Fact
from readycheck.model.vocabulary import Role

DEFAULT = r"\b{name}\b[^\n]{{0,80}}?[\"'](?i:(DEBUG|INFO|NOTSET|TRACE|WARN(?:ING)?|ERROR|CRITICAL))[\"']"
OF_SETTINGS = re.compile(r"(?i)log|setting|config|setup|app\b|server|bootstrap")
SHOWN = frozenset({"debug", "info", "notset", "trace"})


@dataclass(frozen=True, slots=True)
class Setup:
    """One place that sets up logging and takes effect when the service runs.

    `is_shown` is None where the place says nothing about the level. `line` is 0 for a setup that runs whenever its
    function is called, and for files of configuration.
    """

    path: str
    line: int
    library: str
    logger: str
    is_shown: bool | None
    has_handler: bool


@dataclass(frozen=True, slots=True)
class Setups:
    """All of them, and which libraries show INFO if nobody sets them up."""

    found: tuple[Setup, ...] = ()

    def shows_info(self, library: str, path: str) -> bool:
        """Whether a record that a module's logger of that library makes is shown.

        Nobody has to set up loguru, which writes to stderr, nor structlog, unless it hands its records on to the
        standard library, which shows no INFO by itself.
        """
        near = [*self._choose(path)]
        own = [one for one in near if one.library == library]
        if library == "loguru":
            sinks = [one for one in own if one.has_handler]
            return any(one.is_shown for one in sinks) if sinks else not own
        if library == "structlog":
            is_shown = all(one.is_shown is not False for one in own)
            return is_shown and (all(one.has_handler for one in own) or shows_standard(near, path))
        return shows_standard(own, path)

    def _choose(self, path: str) -> Iterator[Setup]:
        """The setups of the same part of the project, as far as it has some of its own."""
        first = path.partition("/")[0]
        same = [one for one in self.found if one.path.partition("/")[0] == first]
        yield from same or self.found

    def find_line(self, path: str) -> int:
        """The line from which on logging is set up while this module is imported; 0 if it does not do that."""
        return min((one.line for one in self.found if one.path == path and one.line), default=0)


def shows_standard(setups: Iterable[Setup], path: str) -> bool:
    """Whether the standard library's root, or a logger above the module's, gets a handler and shows INFO.

    One place has to do both, and none may set the same logger to a higher level.
    """
    parts = path.removesuffix(".py").split("/")
    ours = [one for one in setups if one.library == "logging"]
    if any(one.is_shown is False and one.logger not in ("", "*") and is_above(one.logger, parts) for one in ours):
        return False
    for name in {one.logger for one in ours} - {"*"}:
        said = [one for one in ours if one.logger == name and one.is_shown is not None]
        handled = {one.path for one in ours if one.has_handler and one.logger in (name, "")}
        is_ours = not name or is_above(name, parts)
        if is_ours and said and all(one.is_shown for one in said) and any(one.path in handled for one in said):
            return True
    return False


def is_above(name: str, parts: list[str]) -> bool:
    """Whether a logger's name is the start of a module's name, wherever its import path begins."""
    wanted = name.split(".")
    return any(parts[place : place + len(wanted)] == wanted for place in range(len(parts)))


def read_setups(project: Project, texts: Mapping[str, str], imported: Collection[str]) -> Setups:
    """The setups of server code and configuration that are known to run.

    `texts` is the server code by path, `imported` holds the names of all modules that it imports. What a module does
    while it is loaded counts if one imports it or it is the program that serves; what a function does, if it is called
    by its name and belongs to no class, or to one that is there for settings.
    """
    facts = list(project.facts.get("logging-level", ()))
    roles = {file.path: file.role for file in project.files}
    ours = [
        one
        for one in facts
        if roles.get(one.where.path) is Role.SERVER
        and not one.data.get("guarded")
        and may_run(one, texts.get(one.where.path, ""), imported)
    ]
    if not ours:
        return Setups()
    wanted = {name_function(one) for one in ours} - {""}
    named = {str(one.data.get("name", "")) for one in ours if one.data.get("level") == "chosen"} - {""}
    called, defaults = search_texts(texts.values(), wanted, named)
    return Setups(tuple(make(one, defaults) for one in ours if not name_function(one) or name_function(one) in called))


def name_function(fact: Fact) -> str:
    """The function that has to be called for a setup."""
    return str(fact.data.get("function", "")).rpartition(".")[2]


def may_run(fact: Fact, text: str, imported: Collection[str]) -> bool:
    """Whether a setup may take effect for the service: not in a script, not in a class that does something else."""
    if not fact.where.path.endswith(".py"):
        return True
    around = str(fact.data.get("function", "")).split(".")[:-1]
    if any(one[:1].isupper() and not OF_SETTINGS.search(one) for one in around):
        return False
    module = fact.where.path.removesuffix(".py").removesuffix("/__init__").rpartition("/")[2]
    return module in imported or SERVES.search(text) is not None


def make(fact: Fact, defaults: Mapping[str, bool]) -> Setup:
    """A setup from its fact; a level that a setting names is that setting's default."""
    data = fact.data
    level = str(data.get("level", ""))
    shown: bool | None = {"info": True, "warning": False, "mixed": False}.get(level)
    if level == "chosen":
        shown = defaults.get(str(data.get("name", "")), False)
    line = 0 if data.get("function") or not fact.where.path.endswith(".py") else fact.where.line
    library, logger = str(data.get("library", "")), str(data.get("logger", ""))
    return Setup(fact.where.path, line, library, logger, shown, data.get("handler") is True)


def search_texts(texts: Iterable[str], functions: set[str], settings: set[str]) -> tuple[set[str], dict[str, bool]]:
    """Which functions are called somewhere in the project, and whether the defaults of settings show INFO."""
    called: set[str] = set()
    defaults: dict[str, bool] = {}
    calls = re.compile(rf"(?<!def )\b({'|'.join(map(re.escape, sorted(functions)))})\s*\(") if functions else None
    levels = [(name, re.compile(DEFAULT.format(name=re.escape(name)), re.IGNORECASE)) for name in sorted(settings)]
    for text in texts:
        if calls is not None and any(name in text for name in functions):  # ten times as fast as the pattern
            called |= set(calls.findall(text))
        lowered = text.lower() if levels else ""
        for name, pattern in levels:
            for word in pattern.findall(text) if name.lower() in lowered else ():
                defaults[name] = defaults.get(name, True) and word.lower() in SHOWN
    return called, defaults
