"""Where a file takes its logger from: a variable that it has, a module of the project, or a module to be created."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from readycheck.fix.calls.places import prefer_quote
from readycheck.fix.javascript.files import dump_name
from readycheck.fix.javascript.insertion import Place, find_place
from readycheck.fix.javascript.loggers import DEFAULT, Kind, Logger, LoggerModule, Package, Workspace
from readycheck.fix.javascript.modules import describe_library, tell_kind
from readycheck.model.fix import Edit, NewFile
from readycheck.model.vocabulary import Language
from readycheck.scan.bindings.tree import find_kinds
from readycheck.scan.late import compile_late
from readycheck.scan.module_names import ENDING, find_attribute, strip_ending

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

WINSTON = """createLogger({
  format: format.combine(format.timestamp(), format.json()),
  transports: [new transports.Console()],
})"""
NAMES = ("logger", "log", "appLogger", "serverLogger", "defaultLogger")
LOGGING = compile_late(r"log", re.IGNORECASE)
RELATIVE = compile_late(r"""(?:\bfrom|\bimport|\brequire\(|\bimport\()\s*["'](\.{1,2}/[^"'\n]+)["']""")
CODE_ENDING = compile_late(r"\.([cm]?[jt]sx?)$")
COMPILED = {"ts": "js", "tsx": "js", "mts": "mjs", "cts": "cjs", "jsx": "js"}
DOTENV_CALL = compile_late(r"\b(?:dotenv|[eE]nv)\w*\.config\(|\bconfig\(\)|\bloadEnvFile\(")
DECLARED_AT_TOP = ("lexical_declaration", "variable_declaration")


@dataclass(frozen=True, slots=True)
class Source:
    """A logger and the file's name for it.

    `edits` and `creates` are what has to be done for it to be there; `reason` why that is made on demand only, or
    empty; `since` the offset from which on it exists (None: from the beginning), `is_early` whether that is before
    any code of the file runs.
    """

    logger: Logger
    name: str
    title: str
    edits: tuple[Edit, ...] = ()
    creates: tuple[NewFile, ...] = ()
    reason: str = ""
    since: int | None = None
    is_early: bool = True


def choose_source(unit: Unit, workspace: Workspace) -> Source | str:
    """The logger that a file uses, or the code of the reason why there is none for it."""
    package = workspace.find_package(unit.path)
    if is_logger_file(unit, workspace):
        return "is-the-logger"
    own = next(find_own_variables(unit, workspace), None)
    if own is not None:
        return own
    module = next((one for one in workspace.modules if is_usable(one, package, workspace)), None)
    unfamiliar = workspace.unfamiliar.get(package.folder, 0)
    if module is not None and (workspace.is_named or module.users >= unfamiliar):
        return import_module(unit, module, package)
    if workspace.is_named:
        return "logger-unfamiliar"
    if "nest" in package.declares:
        return import_nest(unit)
    return (
        "logger-unfamiliar" if unfamiliar or package.has_logger else create_module(unit, package, workspace.preferred)
    )


def is_logger_file(unit: Unit, workspace: Workspace) -> bool:
    """Whether a file makes the project's logger, and is there for nothing else."""
    stem = strip_ending(unit.path).rpartition("/")[2]
    return any(
        one.path == unit.path and (one.logger.kind == "own" or LOGGING.search(stem)) for one in workspace.modules
    )


def is_usable(module: LoggerModule, package: Package, workspace: Workspace) -> bool:
    """Whether the files of a package can import a module: it is part of the package, or of one that they may import."""
    is_near = package.folder in module.spellings or workspace.find_package(module.path).folder == package.folder
    return is_near or bool(module.spell_for(package))


def find_own_variables(unit: Unit, workspace: Workspace) -> Iterator[Source]:
    """The variables at the top of a file that hold a logger, those called like one first."""
    found = [one for node in list_variables(unit) if (one := read_variable(unit, workspace, node)) is not None]
    yield from sorted(found, key=lambda one: LOGGING.search(one.name) is None)


def list_variables(unit: Unit) -> Iterator[SgNode]:
    """The names that imports and declarations at the top of a file bind, as they stand there."""
    for statement in unit.root.children():
        if statement.kind() == "import_statement":
            if not re.match(r"import\s+type\b", statement.text()):
                yield from find_kinds(statement, ("identifier",))
            continue
        inner = statement.field("declaration") if statement.kind() == "export_statement" else statement
        if inner is None or inner.kind() not in DECLARED_AT_TOP:
            continue
        for declarator in inner.named_children():
            target = declarator.field("name") if declarator.kind() == "variable_declarator" else None
            if target is not None:
                yield from find_kinds(target, ("identifier", "shorthand_property_identifier_pattern"))


def read_variable(unit: Unit, workspace: Workspace, node: SgNode) -> Source | None:
    """A variable as a logger, if all that it may hold is one."""
    parent, statement = node.parent(), node.ancestors()[-2]
    is_import = statement.kind() == "import_statement"
    if parent is None or parent.kind() == "namespace_import":  # holds all exports, and is none of them
        return None
    names = unit.bindings.qualify(node)
    takes_whole = not is_import and ".default" not in statement.text()
    logger = read_logger(unit, workspace, names, takes_whole=takes_whole) if names else None
    if logger is None:
        return None
    since = None if is_import else statement.range().end.index
    early = is_import or statement.range().end.index <= find_place(unit, is_esm=False).offset
    name = node.text()
    return Source(logger, name, f"use `{name}` of this file", since=since, is_early=early)


def read_logger(unit: Unit, workspace: Workspace, names: tuple[str, ...], *, takes_whole: bool) -> Logger | None:
    """The logger that some qualified names stand for: made here by a library, or imported from a known module.

    `takes_whole` says that a module is required as a whole: of an ES module that is not its default export.
    """
    kind = tell_kind(names)
    if kind is not None:
        return describe_library(kind, unit.text)
    folder = workspace.find_package(unit.path).folder
    for module in workspace.modules:
        if takes_whole and module.is_esm and module.export == DEFAULT:
            continue
        if all(leads_to(unit.path, name, module, folder) for name in names):
            return module.logger
    return None


def leads_to(path: str, name: str, module: LoggerModule, folder: str) -> bool:
    """Whether a qualified name, written in a file, is what a module exports (or a child of that logger)."""
    plain = re.sub(r"(?:\.child\(\))+$", "", name)
    wanted = "" if module.export == DEFAULT else module.export
    spelling = module.spellings.get(folder, "")
    if spelling and plain == (f"{spelling}.{wanted}" if wanted else spelling):
        return True
    return "(" not in plain and find_attribute(path, plain, module.path) == wanted


def import_module(unit: Unit, module: LoggerModule, package: Package) -> Source | str:
    """Import a module's logger."""
    if unit.path in module.loads:
        return "logger-imports-this"
    is_esm = writes_imports(unit, package)
    if not is_esm and (module.is_esm or module.path.endswith(".mjs")):
        return "logger-is-esm"
    name = choose_name(unit, module.name)
    if name is None:
        return "name-taken"
    place = find_place(unit, is_esm=is_esm)
    specifier = module.spell_for(package) or spell(unit, module.path, package, is_esm=is_esm)
    line = write_import(unit, module.export, name, specifier, is_esm=is_esm)
    edit = place.insert(unit, line)
    late = reads_too_early(unit, module, place, is_esm=is_esm)
    return Source(
        module.logger,
        name,
        f"import `{name}` of {module.path}",
        (edit,),
        reason="logger-untouched-by-dotenv" if late else "",
        since=None if is_esm else place.offset,
    )


def reads_too_early(unit: Unit, module: LoggerModule, place: Place, *, is_esm: bool) -> bool:
    """Whether dotenv, which the file itself calls, would read the environment only after the logger's module did."""
    call = DOTENV_CALL.search(unit.text) if module.reads_environment and "env" in unit.text.lower() else None
    return call is not None and "dotenv" in unit.text and (is_esm or call.start() > place.offset)


def import_nest(unit: Unit) -> Source | str:
    """NestJS's `Logger`, whose static methods go to the logger of the application."""
    name = choose_name(unit, "Logger")
    if name is None:
        return "name-taken"
    line = write_import(unit, "Logger", name, "@nestjs/common", is_esm=True)
    edit = find_place(unit, is_esm=True).insert(unit, line)
    return Source(describe_library("nest", ""), name, "use NestJS's `Logger`", (edit,))


def create_module(unit: Unit, package: Package, preferred: Kind | None) -> Source | str:
    """A new module with a logger of the library that the package declares."""
    kind = preferred if preferred is not None else next((one for one in package.declares if one != "nest"), None)
    if kind is None or kind == "nest":
        return "no-logger"
    is_esm = writes_imports(unit, package)
    name = choose_name(unit, "logger")
    if name is None:
        return "name-taken"
    if package.is_esm and not is_esm:
        return "logger-is-esm"
    new = write_module(package, kind)
    place = find_place(unit, is_esm=is_esm)
    line = write_import(unit, "logger", name, spell(unit, new.path, package, is_esm=is_esm), is_esm=is_esm)
    logger = describe_library(kind, new.content)
    since = None if is_esm else place.offset
    install = "" if kind in package.declares else f" (first: npm install {kind})"
    title = f"create {new.path} and import its `{name}`{install}"
    return Source(logger, name, title, (place.insert(unit, line),), (new,), "logger-created", since)


def write_module(package: Package, kind: Kind) -> NewFile:
    """The text of a module that exports a logger which writes JSON lines to the standard output."""
    made = {
        "pino": ('import { pino } from "pino";', 'const { pino } = require("pino");', "pino()"),
        "winston": (
            'import { createLogger, format, transports } from "winston";',
            'const { createLogger, format, transports } = require("winston");',
            WINSTON,
        ),
        "bunyan": (
            'import { createLogger } from "bunyan";',
            'const { createLogger } = require("bunyan");',
            'createLogger({ name: "server" })',
        ),
    }
    imported, required, call = made[kind]
    folder = "/".join(part for part in (package.folder, "src" if package.has_source else "") if part)
    path = f"{folder}/logger" if folder else "logger"
    if package.is_esm or package.typed:
        return NewFile(f"{path}.{'ts' if package.typed else 'js'}", f"{imported}\n\nexport const logger = {call};\n")
    return NewFile(f"{path}.js", f'"use strict";\n\n{required}\n\nexports.logger = {call};\n')


def choose_name(unit: Unit, wanted: str) -> str | None:
    """A name for the logger that nothing in the file has yet."""
    return next((name for name in dict.fromkeys((wanted, *NAMES)) if not unit.bindings.occurs(name)), None)


def writes_imports(unit: Unit, package: Package) -> bool:
    """Whether a file is written with `import` and not with `require`."""
    if unit.path.endswith((".mjs", ".mts")):
        return True
    if unit.path.endswith((".cjs", ".cts")):
        return False
    if any(one.kind() in ("import_statement", "export_statement") for one in unit.root.children()):
        return True
    if re.search(r"\brequire\(|\bmodule\.exports\b|\bexports\.", unit.text):
        return False
    return package.is_esm or unit.language is not Language.JAVASCRIPT


def write_import(unit: Unit, export: str, name: str, specifier: str, *, is_esm: bool) -> str:
    """The line that binds an export of a module, without a semicolon."""
    module = dump_name(specifier, prefer_quote(unit))
    if export == DEFAULT:
        return f"import {name} from {module}" if is_esm else f"const {name} = require({module})"
    if is_esm:
        return f"import {{ {export if export == name else f'{export} as {name}'} }} from {module}"
    return f"const {{ {export if export == name else f'{export}: {name}'} }} = require({module})"


def spell(unit: Unit, target: str, package: Package, *, is_esm: bool) -> str:
    """A module's relative path from a file, with the ending that the file's other imports, or Node.js, ask for."""
    found = posixpath.relpath(target, posixpath.dirname(unit.path) or ".")
    relative = found if found.startswith(".") else f"./{found}"
    ending = choose_ending(unit, target, package, is_esm=is_esm)
    if ending is not None:
        return ENDING.sub(f".{ending}", relative)
    short = strip_ending(relative)
    return f"{short}/index" if short in (".", "..") or short.endswith("/..") else short


def choose_ending(unit: Unit, target: str, package: Package, *, is_esm: bool) -> str | None:
    """The ending that an import of a file has to name; None: it names none."""
    actual = target.rpartition(".")[2]
    if actual in ("mjs", "cjs"):
        return actual
    if unit.path.endswith((".mjs", ".mts")):  # Node.js itself loads these, and it completes nothing
        return COMPILED.get(actual, actual)
    written = [found[1] for one in RELATIVE.findall(unit.text) if (found := CODE_ENDING.search(one))]
    if "ts" in written and actual == "ts":
        return actual
    bare = [one for one in RELATIVE.findall(unit.text) if not CODE_ENDING.search(one)]
    needs = bool(written) if written or bare else is_esm and package.needs_ending
    return COMPILED.get(actual, actual) if needs else None
