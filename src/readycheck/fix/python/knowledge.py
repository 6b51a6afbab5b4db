"""What has to be known of the whole project before the prints of one file can be planned."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from readycheck.fix.contract import Project
from readycheck.fix.python.libraries import read_library
from readycheck.fix.python.shown import Setups, read_setups
from readycheck.model.evidence import Fact
from readycheck.model.vocabulary import Language, Role
from readycheck.scan.module_names import find_attribute
from readycheck.scan.roles.manifests import read_entry_points

KINDS = ("logger-used", "logger-obtained", "module-logger", "logging-level")
LIBRARIES = ("logging", "structlog", "loguru")
MOST_ROUNDS = 4
SETUP_ENTRY = re.compile(r"[\"'][\w.-]+\s*=\s*([\w.]+)\s*:\s*[\w.]+[\"']")
FROM = re.compile(r"(?m)^[ \t]*from[ \t]+([\w.]+)[ \t]+import[ \t]+(\([^)]*\)|[^\n]+)")
IMPORT = re.compile(r"(?m)^[ \t]*import[ \t]+([^\n]+)")
DOTTED = re.compile(r"[\"'][\w.]+\.(\w+)(?::\w+)?[\"']")
WORD = re.compile(r"\w+")
REPLACED = re.compile(
    r"\b(?:builtins|__builtins__|__builtin__)(?:\.print|\[[\"']print[\"']\])\s*=[^=]|\bsetattr\(\s*\w*builtins\w*,\s*[\"']print"
)
STAR = re.compile(r"(?m)^\s*from\s+(\S+)\s+import\s+\*")
MANIFESTS = ("pyproject.toml", "setup.cfg", "setup.py", "Pipfile", "requirements.txt")
DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Held:
    """A logger that a module of the project holds, or a function of it returns."""

    path: str
    name: str
    library: str
    is_function: bool


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All of it; small, and can be pickled.

    `held` are the loggers of all modules by name; `uses` says for each folder which library its modules log through;
    `roots` are the folders with a manifest; `installed` are tails of module paths that a manifest installs as commands;
    `starred` modules as they are named in `import *`; `imported` the last words of all that some file imports;
    `beside` the Python files and folders called like a logger or like a module of one.
    """

    chosen: str = ""
    configured: bool | None = None
    held: Mapping[str, tuple[Held, ...]] | None = None
    uses: Mapping[str, Mapping[str, int]] | None = None
    setups: Setups = field(default_factory=Setups)
    roots: frozenset[str] = frozenset()
    installed: tuple[str, ...] = ()
    starred: tuple[tuple[str, str], ...] = ()
    beside: frozenset[str] = frozenset()
    imported: frozenset[str] = frozenset()
    replaces_print: bool = False

    def find_library(self, path: str) -> str:
        """The library that new loggers of a file come from: the configured one, or what the nearest modules use.

        Only modules count that are installed with the file: what another package uses need not be there.
        """
        if self.chosen:
            return self.chosen
        for folder in map(str, PurePosixPath(path).parents):
            counted = (self.uses or {}).get(folder)
            if counted:
                return max(LIBRARIES, key=lambda library: counted.get(library, 0))
            if folder in self.roots:
                break
        return "logging"

    def read(self, path: str, name: str) -> str:
        """The library of the logger that a resolved name means in a file; empty if it is none for certain."""
        if not name.startswith("#"):
            return read_library(name) or self.find_held(path, name)
        plain = name.removeprefix("#").removesuffix("()")
        same = [one.library for one in (self.held or {}).get(plain, ()) if one.path == path]
        return same[0] if same else ""

    def find_held(self, importer: str, name: str) -> str:
        """The library of a logger that a resolved name means in another module; empty if that is not certain."""
        last = name.replace("()", "").rpartition(".")[2]
        wants_function = name.endswith("()")
        libraries = {
            one.library
            for one in (self.held or {}).get(last, ())
            if one.is_function is wants_function and find_attribute(importer, name, one.path) == one.name
        }
        return libraries.pop() if len(libraries) == 1 else ""

    def is_installed(self, path: str) -> bool:
        """Whether a manifest installs the module as a command."""
        module = path.removesuffix(".py").removesuffix("/__init__")
        return any(module == tail or module.endswith(f"/{tail}") for tail in self.installed)

    def is_imported(self, path: str) -> bool:
        """Whether some file imports a module of that name."""
        parts = path.removesuffix(".py").removesuffix("/__init__").split("/")
        return parts[-1] in self.imported

    def is_starred(self, path: str) -> bool:
        """Whether another module takes all names of this one with `import *`."""
        return any(find_attribute(importer, name, path) == "" for importer, name in self.starred)

    def shows_info(self, library: str, path: str) -> bool:
        """Whether records of level INFO are shown."""
        return self.setups.shows_info(library, path) if self.configured is None else self.configured


def learn(project: Project) -> Knowledge:
    """What there is to know of a project."""
    settings = project.settings
    texts = {
        file.path: project.read(file.path) or ""
        for file in project.files
        if file.language is Language.PYTHON and file.role is Role.SERVER
    }
    manifests = read_manifests(project)
    imported = frozenset(find_imported(texts.values()))
    return Knowledge(
        settings.python_logger or "",
        settings.logging_configured,
        find_held_loggers(project.facts.get("module-logger", ())),
        count_uses(project),
        read_setups(project, texts, imported),
        frozenset(str(PurePosixPath(path).parent) for path in manifests),
        tuple(sorted(find_installed(manifests))),
        tuple(sorted(find_starred(texts))),
        frozenset(find_beside(project)),
        imported,
        any("print" in text and REPLACED.search(text) for text in texts.values()),
    )


def find_held_loggers(facts: Sequence[Fact]) -> dict[str, tuple[Held, ...]]:
    """The loggers that modules hold, followed through modules that only pass them on."""
    known: dict[str, tuple[Held, ...]] = {}
    for _ in range(MOST_ROUNDS):
        so_far = Knowledge(held=known)
        found: dict[str, list[Held]] = defaultdict(list)
        for fact in facts:
            name, values = str(fact.data["name"]), fact.data["values"]
            listed = [str(one) for one in values] if isinstance(values, list) else []
            libraries = {so_far.read(fact.where.path, one) for one in listed}
            if len(libraries) == 1 and "" not in libraries:
                is_function = fact.data["is_function"] is True
                found[name].append(Held(fact.where.path, name, libraries.pop(), is_function))
        following = {name: tuple(some) for name, some in found.items()}
        if following == known:
            break
        known = following
    return known


def count_uses(project: Project) -> dict[str, dict[str, int]]:
    """By folder: how many server modules in it and below log through which library."""
    roles = {file.path: file.role for file in project.files}
    users: dict[str, set[str]] = defaultdict(set)
    for kind in ("logger-used", "logger-obtained"):
        for fact in project.facts.get(kind, ()):
            libraries = fact.data.get("libraries")
            if roles.get(fact.where.path) is Role.SERVER and isinstance(libraries, list):
                users[fact.where.path] |= {str(one) for one in libraries}
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for path, used in users.items():
        for folder in PurePosixPath(path).parents:
            counted[str(folder)].update(library for library in used if library in LIBRARIES)
    return {folder: dict(counter) for folder, counter in counted.items() if counter}


def read_manifests(project: Project) -> dict[str, str]:
    """The manifests in the folders of Python code and above, by path."""
    folders = {
        parent
        for file in project.files
        if file.language is Language.PYTHON
        for parent in PurePosixPath(file.path).parents
        if len(parent.parts) < DEEPEST
    }
    found = {str(folder / name): project.read(str(folder / name)) for folder in sorted(folders) for name in MANIFESTS}
    return {path: text for path, text in found.items() if text is not None}


def find_installed(manifests: Mapping[str, str]) -> Iterator[str]:
    """The modules that manifests install as commands, as paths."""
    for path, text in manifests.items():
        if path.endswith("setup.py"):
            yield from (one.replace(".", "/") for one in SETUP_ENTRY.findall(text))
        elif path.endswith((".toml", ".cfg")):
            yield from read_entry_points(path, text.encode())


def find_starred(texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Which module takes everything of which other one: the importing file, the module as it is written."""
    for path, text in texts.items():
        if "import *" in text:
            yield from ((path, module) for module in STAR.findall(text))


def find_imported(texts: Iterable[str]) -> Iterator[str]:
    """The last words of what files import: `c` and `d` of `from a.b import c, d`, `b` of `import a.b`, also as text."""
    for text in texts:
        for module, names in FROM.findall(text):
            yield module.rpartition(".")[2]
            yield from WORD.findall(names)
        for line in IMPORT.findall(text):
            yield from WORD.findall(line)
        yield from DOTTED.findall(text)


def find_beside(project: Project) -> Iterator[str]:
    """Files and folders whose names a module of the standard library, or a logger, would take."""
    for file in project.files:
        if file.language is Language.PYTHON:
            parts = PurePosixPath(file.path).parts
            for place, part in enumerate(parts):
                if part.removesuffix(".py") in ("logging", "logger", "_logger", "structlog", "loguru", "__init__"):
                    yield "/".join(parts[: place + 1])
