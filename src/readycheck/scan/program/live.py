"""What of a program runs: the files that its entry points load, and the functions that something in them mentions.

A control in a file that nothing starts, or in a function that nothing calls, protects nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from readycheck.model.evidence import Fact
from readycheck.scan.late import compile_late
from readycheck.scan.program.model import LOCAL, Definition, Module
from readycheck.scan.program.program import Program
from readycheck.scan.program.starts import find_entries

FILE_ROUTES = compile_late(
    r"(?:^|/)(?:app|pages|src/app|src/pages|routes|server/api|server/routes|api|functions)/|(?:^|/)middleware\.[jt]s$"
    r"|(?:^|/)(?:instrumentation|proxy)\.[jt]s$"
)
FILE_FRAMEWORKS = frozenset({"Next.js"})
LOADED_BY_NAME = frozenset({"Django"})
"""Frameworks that load modules which their settings name in texts: every file counts as loaded."""
NAMED_IN_TEXT = compile_late(r"^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+(?::[A-Za-z_]\w*)?$|^[A-Za-z_]\w*:[A-Za-z_]\w*$")
LOADERS = compile_late(
    r"(?:^|\.)(?:import_module|import_string|__import__|walk_packages|iter_modules|autodiscover_tasks|find_modules)$"
)
SCRIPT_LOADERS = frozenset({"globalThis.require", "require"})
AUTOLOAD = ("@fastify/autoload", "fastify-autoload", "require-all", "require-directory", "glob", "fast-glob")


class Live:
    """Answers whether a file is loaded, and whether a function in it is ever mentioned by what runs."""

    def __init__(self, program: Program, facts: Mapping[str, Sequence[Fact]], scripts: Iterable[str] = ()) -> None:
        """Take the program, facts about commands, manifests' entries and applications, and which files are scripts."""
        self.program = program
        self.scripts = frozenset(scripts)
        self.applications = facts.get("application", ())
        self.starts = find_entries(facts.get("command", ()), facts.get("entry", ()), program.files)

    @cached_property
    def entries(self) -> Mapping[str, set[str]]:
        """The files that are started. Those that create an application where no command names one that is there."""
        found = {path: names for path, names in self.starts.items() if path in self.program.modules}
        created = {fact.where.path for fact in self.applications}
        for path in created & set(found):
            found[path] = found[path] if found[path] - {""} else self.find_makers(path)
        loaded = self.follow(found)
        if not (created & loaded):
            found |= {path: self.find_makers(path) for path in created if path in self.program.modules}
        return found

    def find_makers(self, path: str) -> set[str]:
        """The file itself (an empty name); where it creates no application at its top, the functions that do as well.

        Servers call those by convention (`create_app`).
        """
        facts = [fact for fact in self.applications if fact.where.path == path]
        lines = {fact.where.line for fact in facts}
        classes = {f"{LOCAL}{fact.data.get('variable')}" for fact in facts}
        calls = [one for one in self.program.modules[path].calls if one.line in lines or classes & set(one.names)]
        owners = {find_top(call.owner) for call in calls}
        return {""} if "" in owners else {"", *owners}

    @cached_property
    def is_known(self) -> bool:
        """Whether it can be told what runs: there is an entry, and no framework that loads modules by name."""
        frameworks = {str(fact.data.get("framework")) for fact in self.applications}
        return bool(self.entries) and not frameworks & LOADED_BY_NAME

    @cached_property
    def files(self) -> frozenset[str]:
        """The files that are loaded."""
        start = set(self.entries)
        if {str(fact.data.get("framework")) for fact in self.applications} & FILE_FRAMEWORKS:
            start |= {path for path in self.program.modules if FILE_ROUTES.search(path)}
        return frozenset(self.follow(start))

    def is_live(self, path: str) -> bool:
        """Whether a file is loaded by what the deployment starts, as far as that can be told; if not: yes."""
        return path in self.files or not (self.is_known or path in self.scripts)

    def follow(self, start: Iterable[str]) -> set[str]:
        """The files that some files load, and those that these load."""
        seen: set[str] = set()
        work = list(start)
        while work:
            path = work.pop()
            if path in seen:
                continue
            seen.add(path)
            work += [one for one in self.list_loaded(path) if one not in seen]
        return seen

    def list_loaded(self, path: str) -> Iterator[str]:
        """The files that one file loads."""
        module = self.program.modules.get(path)
        if module is None:
            return
        names = [*module.imports.values(), *module.data.get("loads", ())]
        names += [name for words in module.data["words"].values() for name in find_names_in_texts(module, words)]
        for exports in module.exports.values():
            names += [name for name in exports if not name.startswith(LOCAL)]
        for name in names:
            found = self.program.files.find(path, name)
            if found is not None:
                yield found[0]
                yield from self.list_packages(found[0])
        if self.loads_by_name(module):
            folder = path.rpartition("/")[0]
            yield from (one for one in self.program.modules if not folder or one.startswith(f"{folder}/"))

    def list_packages(self, path: str) -> Iterator[str]:
        """The `__init__` files of the packages around a Python module, which are loaded before it."""
        folder = path.rpartition("/")[0]
        while folder:
            name = f"{folder}/__init__.py"
            if name in self.program.files.paths:
                yield name
            folder = folder.rpartition("/")[0]

    def loads_by_name(self, module: Module) -> bool:
        """Whether a file loads modules whose names are only known when it runs."""
        for call in module.calls:
            is_loader = LOADERS.search(call.text) or any(name in SCRIPT_LOADERS for name in call.names)
            if is_loader and call.arguments and "s" not in call.arguments[0]:
                return True
        return any(name.partition(".")[0] in AUTOLOAD for name in module.imports.values())

    # ------------------------------------------------------------------ functions

    def runs(self, path: str, owner: str) -> bool:
        """Whether code inside of a definition can run: its file is loaded, and something that runs mentions it."""
        if not self.is_live(path):
            return False
        return not self.is_known or not owner or (path, find_top(owner)) in self.mentioned

    def list_used(self, path: str) -> Iterator[str]:
        """The names that code of a file uses where it runs, as the file calls them; to import one is not to use it.

        Of a file that is not outlined all that it loads counts.
        """
        module = self.program.modules.get(path)
        if module is None or not self.is_live(path):
            return
        if not module.calls and not module.definitions:
            yield from module.data.get("loads", ())
        aliases = {name for one in module.assignments for name in one.value.get("n") or ()}
        handed_on = {name for _, name in list_handed_on(module)}
        for owner, name in list_mentions(module):
            if (name not in aliases or name in handed_on) and self.runs(path, owner):
                yield name

    def reaches(self, path: str, line: int) -> bool:
        """Whether what stands on a line can run, for all that is known: its file is loaded, its function mentioned."""
        module = self.program.modules.get(path)
        if module is None or not self.is_known:
            return True
        return self.runs(path, next((name for name, first, last in self.outermost[path] if first <= line <= last), ""))

    @cached_property
    def outermost(self) -> Mapping[str, Sequence[tuple[str, int, int]]]:
        """The outermost definitions of each file, with their first and last lines."""
        return {
            path: [
                (name, one.line, int(one.data.get("end", one.line)))
                for name, one in module.definitions.items()
                if find_top(name) == name
            ]
            for path, module in self.program.modules.items()
        }

    @cached_property
    def mentioned(self) -> frozenset[tuple[str, str]]:
        """The outermost definitions that what runs mentions, by path and name."""
        mentions = {path: index_mentions(self.program, module) for path, module in self.program.modules.items()}
        work: list[tuple[str, str]] = [(path, "") for path in self.files]
        work += [(path, find_top(name)) for path, names in self.entries.items() for name in names if name]
        for path in self.files:
            module = self.program.modules.get(path)
            if module is not None:
                work += [(path, name) for name in list_roots(module)]
        seen: set[tuple[str, str]] = set()
        while work:
            one = work.pop()
            if one in seen:
                continue
            seen.add(one)
            path, name = one
            work += [found for found in mentions.get(path, {}).get(name, ()) if found not in seen]
        return frozenset(seen)


def find_top(owner: str) -> str:
    """The outermost definition of a dotted name."""
    return owner.partition(".")[0]


def list_roots(module: Module) -> Iterator[str]:
    """Definitions that a framework finds by itself: decorated ones, and the exports of file-based routes.

    What is decorated inside of a function is only so once somebody calls that function.
    """
    for name, definition in module.definitions.items():
        outer = module.definitions.get(find_top(name))
        if definition.decorators and (outer is definition or outer is None or outer.is_class):
            yield find_top(name)
    if FILE_ROUTES.search(module.path) and not module.is_python:
        for names in module.exports.values():
            yield from (find_top(name[1:]) for name in names if name.startswith(LOCAL))
        yield from module.exports


def index_mentions(program: Program, module: Module) -> dict[str, set[tuple[str, str]]]:
    """For each outermost definition of a file (empty: the file itself) the definitions that it mentions."""
    found: dict[str, set[tuple[str, str]]] = {}
    for owner, name in list_mentions(module):
        ref = program.resolve(module.path, name)
        if ref.path:
            top = find_top(ref.name.replace("(", ".").replace(")", ""))
            found.setdefault(find_top(owner), set()).add((ref.path, top))
    for owner, name in list_handed_on(module):
        ref = program.resolve(module.path, name)
        other = program.modules.get(ref.path)
        if other is not None and not ref.name:
            found.setdefault(find_top(owner), set()).update(list_offered(program, other))
    return found


def list_handed_on(module: Module) -> Iterator[tuple[str, str]]:
    """Names of what a file hands on: given to a call, put into a list or an object, returned, or named in a text.

    Where that is a whole module, anything in it may be picked by a name that is only known when the program runs.
    """
    for call in module.calls:
        for value in (*call.arguments, *call.keywords.values()):
            yield from ((call.owner, name) for name in list_names(value))
    for assignment in module.assignments:
        if "n" not in assignment.value and not assignment.text.startswith(("module.exports", "exports")):
            yield from ((assignment.owner, name) for name in list_names(assignment.value))
    for definition in module.definitions.values():
        for value in definition.returns:
            yield from ((definition.name, name) for name in list_names(value))
    for owner, words in module.data["words"].items():
        yield from ((owner, name) for name in find_names_in_texts(module, words))


def list_offered(program: Program, module: Module) -> Iterator[tuple[str, str]]:
    """The definitions that can be picked out of a module: its own, and those that it imports."""
    yield from ((module.path, name) for name in module.definitions if find_top(name) == name)
    for name in module.imports.values() if module.is_python else ():
        ref = program.resolve(module.path, name)
        if ref.path and ref.name:
            yield ref.path, find_top(ref.name)


def list_mentions(module: Module) -> Iterator[tuple[str, str]]:
    """Every name in a file with the definition around it; exporting a name is not using it."""
    for owner, words in module.data["words"].items():
        yield from ((owner, name) for name in find_names_in_texts(module, words))
    for call in module.calls:
        yield from ((call.owner, name) for name in call.names)
        for value in (*call.arguments, *call.keywords.values()):
            yield from ((call.owner, name) for name in list_names(value))
    for assignment in module.assignments:
        if not assignment.text.startswith(("module.exports", "exports.", "exports")):
            yield from ((assignment.owner, name) for name in list_names(assignment.value))
    for definition in module.definitions.values():
        yield from list_mentions_of(definition)


def list_mentions_of(definition: Definition) -> Iterator[tuple[str, str]]:
    """The names in a definition's decorators and bases, parameters and results."""
    outer = definition.name.rpartition(".")[0]
    for value in (*definition.decorators, *definition.bases):
        yield from ((outer, name) for name in list_names(value))
    for value in (*definition.returns, *(one.get("d", {}) for one in definition.parameters)):
        yield from ((definition.name, name) for name in list_names(value))
    for parameter in definition.parameters:
        yield from ((definition.name, name) for name in parameter.get("n", ()))


def find_names_in_texts(module: Module, words: Iterable[str]) -> Iterator[str]:
    """Names of modules and of what is in them, by which another program is told what to load (`app:create_app`)."""
    for word in words:
        if module.is_python and NAMED_IN_TEXT.match(word):
            yield word.replace(":", ".")
        elif not module.is_python and word.startswith(("./", "../")):
            yield word


def list_names(value: Mapping[str, Any]) -> Iterator[str]:
    """All names in an expression."""
    yield from value.get("n") or ()
    if "f" in value:
        yield f"{LOCAL}{value['f']}"
    for key in ("l", "j", "a"):
        for one in value.get(key) or ():
            yield from list_names(one)
    for _, one in value.get("o") or ():
        yield from list_names(one)
    if "e" in value:
        yield from list_names(value["e"])
