"""Routes of FastAPI and Flask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readycheck.fix.calls.blocks import find_step, indent
from readycheck.fix.calls.brackets import find_indent
from readycheck.fix.calls.imports import import_module
from readycheck.fix.calls.places import find_node, prefer_quote
from readycheck.fix.debugging.condition import Context
from readycheck.fix.refusal import RefusedError
from readycheck.model.evidence import Match
from readycheck.model.fix import Edit
from readycheck.model.location import Span
from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

ROUTE = compile_late(r"\.(?:get|post|put|patch|delete|head|options|route|api_route|websocket|add_url_rule)\(")


def guard(unit: Unit, match: Match, context: Context) -> tuple[tuple[Edit, ...], str]:
    """Put a route and its function into `if os.environ.get("APP_ENV") == "development":`, and say so."""
    statement = find_statement(unit, match, context)
    asked = context.python
    if asked is None:
        raise RefusedError("environment-unknown")
    quote, step, blanks = prefer_quote(unit), find_step(unit), find_indent(unit, statement)
    os, edits = import_module(unit, "os")
    condition = f"{os}.environ.get({quote}{asked.name}{quote}) == {quote}{asked.word}{quote}"
    text = f"if {condition}:\n{blanks}{step}{indent(unit, statement, step)}"
    extent = statement.range()
    return (*edits, Edit(unit.path, extent.start.index, extent.end.index, text)), condition


def find_statement(unit: Unit, match: Match, context: Context) -> SgNode:
    """The statement that registers a route: a decorated function, or a call. Raises RefusedError."""
    call = find_node(unit, match, ("call",)) or find_decorating(unit, match)
    parent = call.parent() if call is not None else None
    if parent is not None and parent.kind() == "decorator":
        definition = parent.parent()
        if definition is None or definition.kind() != "decorated_definition":
            raise RefusedError("part-of-expression")
        check_function(unit, definition, context)
        return check_place(definition)
    if parent is None or parent.kind() != "expression_statement":
        raise RefusedError("part-of-expression")
    return check_place(parent)


def find_decorating(unit: Unit, match: Match) -> SgNode | None:
    """The call of a decorator that begins where a match does."""
    where = match.where
    for decorator in unit.root.find_all(kind="decorator"):
        start = decorator.range().start
        if isinstance(where, Span) and (start.line, start.column) == (where.line - 1, where.column - 1):
            return decorator.find(kind="call")
    return None


def check_place(statement: SgNode) -> SgNode:
    """A statement of a module or a function. Raises RefusedError for those of classes, and in one line with others."""
    parent = statement.parent()
    above = parent.parent() if parent is not None else None
    if parent is None or (above is not None and above.kind() == "class_definition"):
        raise RefusedError("part-of-expression")
    return statement


def check_function(unit: Unit, definition: SgNode, context: Context) -> None:
    """Refuse where the function is used elsewhere, or answers other routes."""
    function = definition.field("definition")
    name = function.field("name") if function is not None else None
    if name is None:
        raise RefusedError("part-of-expression")
    decorators = [one for one in definition.children() if one.kind() == "decorator"]
    if sum(ROUTE.search(one.text()) is not None for one in decorators) > 1:
        raise RefusedError("other-routes")
    if name.text() in context.imported or unit.bindings.find_uses(name):
        raise RefusedError("handler-used")
