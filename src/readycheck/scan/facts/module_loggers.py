"""Loggers that Python modules hold for themselves and for others.

`module-logger`: `name` (of a variable at the module's top, or of a function that returns one: `is_function`), and what
its `values` are: `logging.getLogger()`, `loguru.logger`, `app.core.log.logger`, `#OurLogger()` for a class of the
same module.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.model.vocabulary import Language
from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

KINDS = ("module-logger",)
LANGUAGES = (Language.PYTHON,)
ANCHORS = ("getLogger", "get_logger", "structlog", "loguru", "LoggerAdapter", "Logger", "logger", "LOGGER", "log")
NAME = compile_late(r"(?i)log")
MOST_VALUES = 6


def collect(unit: Unit) -> Iterator[Fact]:
    """The loggers of one module."""
    for node in unit.root.named_children():
        kind = node.kind()
        if kind == "expression_statement":
            yield from read_assignment(unit, node)
        elif kind == "function_definition":
            yield from read_function(unit, node)
        elif kind == "class_definition":
            yield from read_class(unit, node)
        elif kind == "import_from_statement":
            yield from read_import(unit, node)


def make(unit: Unit, node: SgNode, name: str, values: tuple[str, ...], *, is_function: bool = False) -> Iterator[Fact]:
    """The fact of one name, if anything is known of its value."""
    if values:
        listed: list[Json] = [*values[:MOST_VALUES]]
        yield Fact("module-logger", unit.locate(node), {"name": name, "values": listed, "is_function": is_function})


def qualify(unit: Unit, node: SgNode) -> tuple[str, ...]:
    """What an expression is, with the names of the module's own definitions (`#OurLogger()`)."""
    return unit.bindings.qualify(node) or unit.bindings.local.qualify(node)


def read_assignment(unit: Unit, statement: SgNode) -> Iterator[Fact]:
    """`log = logging.getLogger(__name__)`; an annotation says what a value is of which nothing is known."""
    assignment = next(iter(statement.named_children()), None)
    if assignment is None or assignment.kind() != "assignment":
        return
    left, right, annotation = (assignment.field(name) for name in ("left", "right", "type"))
    if left is None or left.kind() != "identifier" or not NAME.search(left.text()):
        return
    values = qualify(unit, right) if right is not None else ()
    inner = next(iter(annotation.named_children()), None) if annotation is not None else None
    if inner is not None and not values:
        values = tuple(f"{one}()" for one in qualify(unit, inner))
    yield from make(unit, statement, left.text(), values)


def read_import(unit: Unit, statement: SgNode) -> Iterator[Fact]:
    """`from .log import logger`, for whoever imports it from here."""
    for one in statement.field_children("name"):
        alias = one.field("alias") or one
        known = unit.bindings.imports().get(alias.text(), "") if NAME.search(alias.text()) else ""
        if known:
            yield from make(unit, statement, alias.text(), (known,))


def read_class(unit: Unit, definition: SgNode) -> Iterator[Fact]:
    """`class OurLogger(logging.LoggerAdapter)`: calling it gives a logger like its base."""
    name, bases = definition.field("name"), definition.field("superclasses")
    if name is None or bases is None or not NAME.search(bases.text()):
        return
    named = [one for base in bases.named_children() for one in unit.bindings.qualify(base.field("value") or base)]
    values = tuple(f"{one}()" for one in dict.fromkeys(named) if NAME.search(one))
    yield from make(unit, definition, name.text(), values, is_function=True)


def read_function(unit: Unit, definition: SgNode) -> Iterator[Fact]:
    """`def get_logger(name): return logging.getLogger(name)`: all that it returns must be known."""
    name, annotation = definition.field("name"), definition.field("return_type")
    if name is None or not NAME.search(name.text()):
        return
    values: list[str] = []
    for one in definition.find_all(kind="return_statement"):
        returned = next(iter(one.named_children()), None)
        known = qualify(unit, returned) if returned is not None else ()
        values += known or ("",)
    inner = next(iter(annotation.named_children()), None) if annotation is not None else None
    if inner is not None and (not values or "" in values):
        values = [f"{one}()" for one in qualify(unit, inner)]
    if values and "" not in values:
        yield from make(unit, definition, name.text(), tuple(dict.fromkeys(values)), is_function=True)
