"""First-party imports that lead nowhere."""

from __future__ import annotations

import posixpath
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from readycheck.model.evidence import Fact
from readycheck.model.location import Span
from readycheck.model.rule import Json
from readycheck.scan.fact_values import read_rows, read_texts
from readycheck.scan.late import compile_late
from readycheck.scan.module_names import strip_ending
from readycheck.scan.program.files import Files

# What a build writes: it is not in a checkout.
MADE = compile_late(
    r"(?:^|[/._-])(?:generated|__generated__|gen|dist|build|out|lib|version|_version|__version__|pb2|pb2_grpc|proto|prisma|client"
    r"|\.prisma|types|schema|schemas|manifest|wasm|bindings|native|assets|static|locales?|messages|i18n|secrets?|local_?settings|local"
    r"|settings_local|config\.local|private|_speedups|_c|_ext|routeTree|env|virtual)(?:[/._-]|$)",
    re.IGNORECASE,
)
CODE_ENDING = compile_late(r"\.(?:[cm]?[jt]sx?)$")
OTHER_ENDING = compile_late(r"\.\w{1,12}$")
DATA = frozenset({"package", "config", "swagger", "openapi", "data", "tsconfig", "app", "deno"})


@dataclass(frozen=True, slots=True)
class Missing:
    """An import that leads nowhere: the module, the name that it lacks (empty: the module itself is not there)."""

    module: str
    name: str
    where: Span
    found: str = ""


class Imports:
    """Judges the imports of modules."""

    def __init__(self, files: Files, facts: Sequence[Fact]) -> None:
        """Take the project's files, and the facts about modules."""
        self.files = files
        self.modules: Mapping[str, Fact] = {fact.where.path: fact for fact in facts}
        self.folders = {folder for path in files.paths for folder in list_folders(path)}

    def list_missing(self, path: str) -> Iterator[Missing]:
        """The imports of one file that fail."""
        for module, names, line, may_fail, row in self.list_imports(path):
            if not may_fail and isinstance(names, list) and isinstance(line, int):
                where = Span(path, line, 1, line, len(str(row)) + 1, str(row))
                yield from self.judge(path, str(module), [str(name) for name in names], where)

    def list_imports(self, path: str) -> list[list[Json]]:
        """The imports of one file: module, names, line, whether it may fail, text."""
        fact = self.modules.get(path)
        return read_rows(fact, "imports") if fact is not None else []

    def count(self, path: str) -> int:
        """How many imports of the project's own modules a file has."""
        return sum(1 for entry in self.list_imports(path) if self.is_own(path, str(entry[0])))

    def is_own(self, path: str, module: str) -> bool:
        """Whether a module is one of the project's, as it is written."""
        if path.endswith(".py"):
            return self.files.find(path, module) is not None
        return module.startswith(".")

    def judge(self, path: str, module: str, names: Sequence[str], where: Span) -> Iterator[Missing]:
        """What one import asks for in vain."""
        if path.endswith((".py", ".pyi")):
            yield from self.judge_python(path, module, names, where)
        elif module.startswith(("./", "../")) or module in (".", ".."):
            yield from self.judge_script(path, module, names, where)

    # ------------------------------------------------------------------ Python

    def judge_python(self, path: str, module: str, names: Sequence[str], where: Span) -> Iterator[Missing]:
        """`from chat.http.limits import Missing`, `from .limits import x`, `from . import x`."""
        plain = module.lstrip(".")
        head = plain.partition(".")[0]
        if MADE.search(plain) or (not module.startswith(".") and head in sys.stdlib_module_names):
            return
        found = self.files.find(path, module) if plain else None
        if not plain:
            yield from self.judge_folder(path, module, names, where)
            return
        if found is None:
            if module.startswith(".") and self.find_folder(path, module) is None:
                yield Missing(module, "", where)
            return
        target, rest = found
        if rest:
            if (
                (self.is_closed(target) or self.is_bare(target))
                and rest.partition(".")[0] not in self.names_of(target)
                and not self.has_folder(target, rest)
            ):
                yield Missing(module, "", where, target)
            return
        yield from self.judge_names(target, names, where, module)

    def judge_folder(self, path: str, module: str, names: Sequence[str], where: Span) -> Iterator[Missing]:
        """`from . import a, b`: names of the package, or modules beside it."""
        folder = posixpath.dirname(path)
        for _ in range(len(module) - 1):
            folder = posixpath.dirname(folder)
        package = f"{folder}/__init__.py" if folder else "__init__.py"
        for name in names:
            is_module = self.files.find(path, f"{module}{name}") is not None or f"{folder}/{name}" in self.folders
            is_known = is_module or MADE.search(name) is not None or name in self.names_of(package)
            if not is_known and self.is_closed(package, absent=package not in self.files.paths):
                yield Missing(module, name, where, package)

    def judge_names(self, target: str, names: Sequence[str], where: Span, module: str) -> Iterator[Missing]:
        """Names that a module does not have, and that are no modules in it."""
        if not self.is_closed(target):
            return
        for name in names:
            if name not in self.names_of(target) and not name.startswith("__") and not self.has_folder(target, name):
                yield Missing(module, name, where, target)

    def has_folder(self, target: str, rest: str) -> bool:
        """Whether a package has a module or a folder of that name."""
        if not target.endswith("__init__.py"):
            return False
        folder = posixpath.dirname(target)
        name = rest.partition(".")[0]
        inner = f"{folder}/{name}" if folder else name
        return (
            inner in self.folders
            or any(f"{inner}{ending}" in self.files.paths for ending in (".py", ".pyi", ".ipynb"))
            or bool(MADE.search(name))
        )

    def find_folder(self, path: str, module: str) -> str | None:
        """The folder that a relative import means, if there is one: a package without a file of its own."""
        folder = posixpath.dirname(path)
        plain = module.lstrip(".")
        for _ in range(len(module) - len(plain) - 1):
            folder = posixpath.dirname(folder)
        inner = posixpath.normpath(posixpath.join(folder, plain.replace(".", "/")))
        return inner if inner in self.folders else None

    def is_closed(self, path: str, *, absent: bool = False) -> bool:
        """Whether all names of a module are known; a package without a file has none (`absent`)."""
        fact = self.modules.get(path)
        return absent if fact is None else not fact.data["open"]

    def is_bare(self, path: str) -> bool:
        """Whether a package's file imports nothing: there is no module in the package but the files beside it."""
        return path.endswith("__init__.py") and path not in self.modules

    def names_of(self, path: str) -> Sequence[str]:
        """The names of a module."""
        fact = self.modules.get(path)
        return read_texts(fact, "names") if fact is not None else ()

    # ------------------------------------------------------------------ JavaScript

    def judge_script(self, path: str, module: str, names: Sequence[str], where: Span) -> Iterator[Missing]:
        """`require("./missing")`, `import { gone } from "./there"`."""
        if "?" in module or "!" in module:  # told to a bundler: `./app.css?url`
            return
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), module))
        if OTHER_ENDING.search(posixpath.basename(target)) and not CODE_ENDING.search(target):
            base = posixpath.basename(target)
            if not any(
                one.startswith(f"{target}.") for one in self.files.paths if posixpath.basename(one).startswith(base)
            ):
                return
        found = self.files.find(path, module)
        if found is None:
            stem = CODE_ENDING.sub("", target)
            folder = posixpath.dirname(target)
            is_there = any(
                f"{stem}{ending}" in self.files.paths
                for ending in (".d.ts", ".vue", ".svelte", ".mjs", ".cjs", ".json")
            )
            is_data = posixpath.basename(stem) in DATA or target in self.folders
            if not (
                is_there
                or is_data
                or MADE.search(module)
                or target.startswith("..")
                or folder not in (*self.folders, "")
            ):
                yield Missing(module, "", where)
            return
        if self.is_closed(found[0]) and CODE_ENDING.search(found[0]) and not found[0].endswith(".d.ts"):
            for name in names:
                if name != "default" and name not in self.names_of(found[0]):
                    yield Missing(module, name, where, found[0])


def list_folders(path: str) -> Iterator[str]:
    """The folders above a file."""
    folder = posixpath.dirname(strip_ending(path) if "/" not in path else path)
    while folder:
        yield folder
        folder = posixpath.dirname(folder)
