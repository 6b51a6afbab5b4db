"""Finds the loggers of a project: the modules that export one, by what makes them and by who logs through them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from readycheck.fix.contract import Project
from readycheck.fix.javascript.files import Files
from readycheck.fix.javascript.loggers import DEFAULT, UNFAMILIAR, Logger, LoggerModule, Package, Workspace
from readycheck.fix.javascript.modules import describe_library, find_own, tell_kind
from readycheck.fix.javascript.places import find_reached, find_tasks
from readycheck.model.evidence import Fact
from readycheck.model.vocabulary import Language, Role
from readycheck.scan.files.languages import embeds_scripts, language_of
from readycheck.scan.unit import Unit

KINDS = ("logger-used", "logger-configured", "own-logger")
SCRIPTS = (Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX)
MOST_STEPS = 4
ENVIRONMENT = "process.env"
UNUSED = frozenset({Role.TEST, Role.EXAMPLE, Role.DOCUMENTATION, Role.BROWSER})
CHILD = re.compile(r"(?:\.child\(\))+$")
PATCHED = re.compile(
    r"""\bconsole(?:\.\w+|\[[^\]\n]+\])\s*=(?![=>])|\bObject\.assign\(\s*(?:globalThis\.|global\.)?console\s*,"""
)
USUAL = re.compile(r"log", re.IGNORECASE)


@dataclass
class Finder:
    """Finds the modules of one project; `used` counts the files that log through an export of a module."""

    project: Project
    files: Files
    used: Counter[tuple[str, str]] = field(default_factory=Counter)
    spelled: dict[tuple[str, str], dict[str, Counter[str]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(Counter))
    )
    units: dict[str, Unit | None] = field(default_factory=dict)
    unfamiliar: Counter[str] = field(default_factory=Counter)
    counted: set[tuple[str, str, str]] = field(default_factory=set)

    def run(self) -> Workspace:
        """All that file plans need to know."""
        settings = self.project.settings
        modules = {one: found for one in self.list_candidates() if (found := self.describe(*one)) is not None}
        ranked = sorted(modules.values(), key=lambda one: (-one.users, one.path.count("/"), one.path, one.export))
        if settings.javascript_module is not None:
            ranked = [one for one in ranked if one.path == settings.javascript_module]
        return Workspace(
            self.mark_loggers(modules),
            tuple(ranked),
            dict(self.unfamiliar),
            None if settings.javascript_module else settings.javascript_logger,
            settings.logging_configured,
            is_named=settings.javascript_module is not None,
        )

    def mark_loggers(self, known: Iterable[tuple[str, str]]) -> dict[str, Package]:
        """The packages; those in which a logger is made that no known module exports have a logger as well."""
        exported = {path for path, _ in known}
        made = {self.folder_of(path) for path in self.list_made() if path not in exported}
        packages = self.files.packages
        return {folder: replace(one, has_logger=True) if folder in made else one for folder, one in packages.items()}

    def list_made(self) -> Iterator[str]:
        """The files in which a logger is made, those of tests and examples left out."""
        roles = {file.path: file.role for file in self.project.files}
        for kind in KINDS[1:]:
            for fact in self.project.facts.get(kind, ()):
                path = fact.where.path
                if roles.get(path) not in UNUSED and fact.data.get("scope", "module") == "module":
                    yield path

    def list_candidates(self) -> list[tuple[str, str]]:
        """Modules and exports that may be loggers."""
        facts = self.project.facts
        roles = {file.path: file.role for file in self.project.files}
        for fact in facts.get("logger-used", ()):
            if roles.get(fact.where.path) not in UNUSED:
                self.count(fact)
        made = [*self.list_made()]
        if self.project.settings.javascript_module is not None:
            made.append(self.project.settings.javascript_module)
        exported = [(path, export) for path in dict.fromkeys(made) for export in self.list_exports(path)]
        return list(dict.fromkeys((*self.used, *exported)))

    def count(self, fact: Fact) -> None:
        """Note through what a file logs, once a file."""
        importer = fact.where.path
        names = fact.data.get("specifiers")
        for name in names if isinstance(names, list) else ():
            found = self.split(importer, str(name))
            if found is None:
                continue
            specifier, target, attribute = found[0], found[1], CHILD.sub("", found[2])
            export = attribute.partition(".")[0].partition("(")[0] or DEFAULT
            if (importer, target, export) in self.counted:
                continue
            self.counted.add((importer, target, export))
            if attribute not in ("", export):  # what is called first, or taken out of something, is made elsewhere
                self.note_unfamiliar(target, export, self.folder_of(importer))
                continue
            spelled = self.spelled[target, export][self.folder_of(importer)]
            spelled[specifier if not specifier.startswith(".") else ""] += 1
            self.used[target, export] += 1

    def note_unfamiliar(self, path: str, export: str, folder: str) -> None:
        """Note that a file of a package logs through something that is called like a logger, and is not known."""
        if USUAL.search(path.rpartition("/")[2]) or USUAL.search(export):
            self.unfamiliar[folder] += 1

    def split(self, importer: str, name: str) -> tuple[str, str, str] | None:
        """A qualified name as the specifier of a module, its file, and what is taken out of it."""
        places = [len(name), *(at for at in range(len(name) - 1, 0, -1) if name[at] in ".(")]
        for at in places:
            target = self.files.resolve(importer, name[:at])
            if target is not None:
                return name[:at], target, name[at:].removeprefix(".")
        return None

    def folder_of(self, path: str) -> str:
        """The folder of the package of a file."""
        return Workspace(self.files.packages).find_package(path).folder

    def open(self, path: str) -> Unit | None:
        """A parsed module."""
        if path not in self.units:
            text, language = self.files.text(path), language_of(path)
            is_script = language in SCRIPTS and not embeds_scripts(path)
            self.units[path] = Unit(path, language, text) if text is not None and is_script and language else None
        return self.units[path]

    def list_exports(self, path: str) -> Iterator[str]:
        """What a module exports under a name that may be a logger's."""
        unit = self.open(path)
        exports = unit.bindings.exports() if unit is not None else {}
        yield from (name for name in exports if name == DEFAULT or USUAL.search(name))

    def describe(self, path: str, export: str) -> LoggerModule | None:
        """A module's logger; None if what it exports is none, or not known well enough."""
        unit, settings = self.open(path), self.project.settings
        logger = self.find_logger(path, export, MOST_STEPS)
        if unit is not None and path == settings.javascript_module and settings.javascript_logger is not None:
            logger = logger or describe_library(settings.javascript_logger, unit.text)
        if logger is None or unit is None:
            for folder, count in self.spelled[path, export].items():
                for _ in count.elements():
                    self.note_unfamiliar(path, export, folder)
            return None
        loads = self.files.find_loads(path)
        spelled = self.spelled[path, export]
        return LoggerModule(
            path,
            export,
            export if export != DEFAULT else "logger",
            logger,
            is_esm="export" in unit.text and bool(unit.find_kind("export_statement")),
            users=self.used[path, export],
            spellings={folder: count.most_common(1)[0][0] for folder, count in sorted(spelled.items())},
            loads=loads,
            reads_environment=any(ENVIRONMENT in (self.files.text(one) or "") for one in loads),
        )

    def find_logger(self, path: str, export: str, steps: int) -> Logger | None:
        """What an export is, also if the module only passes on that of another."""
        unit = self.open(path)
        exports = unit.bindings.exports() if unit is not None else {}
        if unit is None or not steps:
            return None
        names = exports.get(export)
        if names is None:
            passed = (self.split(path, name) for name in exports.get("*", ()))
            found = (self.find_logger(one[1], export, steps - 1) for one in passed if one is not None)
            return next((one for one in found if one is not None), None)
        kind = tell_kind(names)
        if kind is not None:
            return describe_library(kind, unit.text)
        passed_on = [one for name in names if (one := self.split(path, name)) is not None]
        if len(passed_on) == 1 and "(" not in passed_on[0][2]:
            return self.find_logger(passed_on[0][1], passed_on[0][2] or DEFAULT, steps - 1)
        methods = find_own(unit, export)
        if methods is None or all(count == UNFAMILIAR for count in methods.values()):
            return None
        return Logger("own", methods=methods)


def discover(project: Project) -> Workspace:
    """The packages and loggers of a project."""
    paths = frozenset(file.path for file in project.files if file.language in SCRIPTS)
    files = Files(paths, project.read)
    workspace = Finder(project, files).run()
    return replace(
        workspace,
        modules=tuple(drop_parts(workspace.modules)),
        reached=find_reached(files, project.files),
        tasks=find_tasks(files),
        patched=frozenset(workspace.find_package(path).folder for path in find_patching(project, files)),
    )


def find_patching(project: Project, files: Files) -> Iterator[str]:
    """The server code that replaces a method of the console: what it writes then is not what the arguments say."""
    for one in project.files:
        is_script = one.role is Role.SERVER and language_of(one.path) in SCRIPTS
        if is_script and one.matches and PATCHED.search(files.text(one.path) or ""):
            yield one.path


def drop_parts(modules: Sequence[LoggerModule]) -> Iterator[LoggerModule]:
    """The modules without those exports that only repeat another of the same file, which more files use."""
    seen: set[str] = set()
    for one in modules:
        if one.path in seen and not one.users:
            continue
        seen.add(one.path)
        yield one
