"""A logger for a module that has none: the import, the name, the place, and the edits that every site needs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from readycheck.fix.python.knowledge import Knowledge
from readycheck.fix.python.libraries import BINDINGS
from readycheck.fix.python.loggers import Logger
from readycheck.fix.python.place import DEFINITIONS, Head, end_of_line, find_head, find_import_place
from readycheck.fix.refusal import RefusedError
from readycheck.model.fix import Edit

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

NAMES = ("logger", "_logger", "module_logger")


@dataclass(frozen=True, slots=True)
class Bound:
    """A logger that is yet to be bound, and the edits that bind it."""

    logger: Logger
    edits: tuple[Edit, ...]


def bind(unit: Unit, knowledge: Knowledge, sites: Sequence[SgNode]) -> Bound:
    """A logger that all the sites of a module can use. Raises RefusedError where there can be none."""
    library = knowledge.find_library(unit.path)
    head = find_head(unit, sites)
    name = choose_name(unit, knowledge, sites)
    module, statement = choose_import(unit, knowledge, head, library, name)
    way = BINDINGS[library]
    binding = f"{name} = {way.value.format(module=module)}" if way.value else ""
    return Bound(Logger(name, library), tuple(write_edits(unit, head, statement, binding)))


def choose_name(unit: Unit, knowledge: Knowledge, sites: Sequence[SgNode]) -> str:
    """A name that means nothing else in the module, nor a module of the package, nor something for `import *`."""
    for name in NAMES:
        is_public = not name.startswith("_")
        if is_public and knowledge.is_starred(unit.path):
            continue
        if unit.bindings.is_free(name, sites) and not is_submodule(unit.path, knowledge, name):
            return name
    raise RefusedError("names-taken")


def is_submodule(path: str, knowledge: Knowledge, name: str) -> bool:
    """Whether importing a module of the package would replace a name of its `__init__`."""
    folder, _, file = path.rpartition("/")
    prefix = f"{folder}/" if folder else ""
    return file == "__init__.py" and not {f"{prefix}{name}", f"{prefix}{name}.py"}.isdisjoint(knowledge.beside)


def choose_import(unit: Unit, knowledge: Knowledge, head: Head, library: str, name: str) -> tuple[str, str]:
    """What the module is called here, and the import that it takes; empty where it is imported already.

    Raises RefusedError when the import might bring in a file of the project.
    """
    way = BINDINGS[library]
    if is_hidden(unit.path, knowledge, way.module):
        raise RefusedError("logging-shadowed")
    if not way.value:
        return "", way.statement if name == "logger" else way.alias.format(name=name)
    known = find_import(unit, head, way.module)
    if known:
        return known, ""
    is_ours = unit.bindings.is_free(way.module, ()) or is_only(unit, way.module, way.module)
    if is_ours and not is_submodule(unit.path, knowledge, way.module):
        return way.module, way.statement
    alias = f"_{way.module}"
    if not unit.bindings.is_free(alias, ()):
        raise RefusedError("names-taken")
    return alias, way.alias


def is_hidden(path: str, knowledge: Knowledge, module: str) -> bool:
    """Whether a file beside the module, or above it, that belongs to no package goes by the name of a library."""
    folder = path.rpartition("/")[0]
    while True:
        prefix = f"{folder}/" if folder else ""
        present = not {f"{prefix}{module}.py", f"{prefix}{module}"}.isdisjoint(knowledge.beside)
        if present and f"{prefix}__init__.py" not in knowledge.beside:
            return True
        if not folder:
            return False
        folder = folder.rpartition("/")[0]


def find_import(unit: Unit, head: Head, module: str) -> str:
    """What the library's module is called in the head of a file that imports it for certain; empty if it does not."""
    for statement in head.imports:
        if statement.kind() != "import_statement":
            continue
        for one in statement.field_children("name"):
            name, alias = (one.field("name") or one).text(), one.field("alias")
            is_part = name.startswith(f"{module}.") and alias is None  # `import logging.config` binds `logging` too
            local = alias.text() if alias is not None else module
            if (name == module or is_part) and is_only(unit, local, module):
                return local
    return ""


def is_only(unit: Unit, local: str, module: str) -> bool:
    """Whether a name at the top of the module is never anything but that library."""
    bindings = unit.bindings.list_outermost(local)
    return bool(bindings) and all([value.name + value.suffix for value in one.values] == [module] for one in bindings)


def write_edits(unit: Unit, head: Head, statement: str, binding: str) -> Iterator[Edit]:
    """The import among the imports, the binding behind them."""
    line_end = "\r\n" if unit.text.count("\r\n") * 2 > unit.text.count("\n") else "\n"
    for place, text in place_texts(unit.text, head, statement, binding):
        yield Edit(unit.path, place, place, text.replace("\n", line_end))


def place_texts(text: str, head: Head, statement: str, binding: str) -> Iterator[tuple[int, str]]:
    """The places and what is inserted there, with LF."""
    if not head.imports and not any(one.kind() in ("try_statement", "if_statement") for one in head.statements):
        yield place_top(text, head, "\n\n".join(part for part in (statement, binding) if part))
        return
    end = end_of_line(head.after, text)
    bound = f"\n\n{binding}" if binding else ""
    if statement:
        place, written = find_import_place(head, statement, text)
        if place != end:
            yield place, written
        else:
            bound = written + bound
    if bound:
        yield end, bound + find_blanks(text, end, is_binding=bool(binding))


def place_top(text: str, head: Head, block: str) -> tuple[int, str]:
    """A block for a module without imports: below the docstring, else right above the first statement."""
    if head.after is not None:
        end = end_of_line(head.after, text)
        return end, f"\n\n{block}{find_blanks(text, end, is_binding=True)}"
    first = head.following
    if first is None:
        return 0, f"{block}\n\n"
    return first.range().start.index, f"{block}\n\n\n" if first.kind() in DEFINITIONS else f"{block}\n\n"


def find_blanks(text: str, end: int, *, is_binding: bool) -> str:
    """A line end more where code follows on the next line."""
    rest = text[end:].lstrip("\r")[1:]
    return "\n" if is_binding and rest and not rest.startswith(("\n", "\r\n")) else ""
