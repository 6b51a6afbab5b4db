"""Routes of Express and its like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readycheck.fix.calls.blocks import find_step, indent
from readycheck.fix.calls.brackets import find_indent
from readycheck.fix.calls.places import find_node, prefer_quote
from readycheck.fix.debugging.condition import Asked
from readycheck.fix.refusal import RefusedError
from readycheck.model.evidence import Match
from readycheck.model.fix import Edit

if TYPE_CHECKING:
    from readycheck.scan.unit import Unit

LISTS = frozenset({"statement_block", "program"})


def guard(unit: Unit, match: Match, asked: Asked) -> tuple[tuple[Edit, ...], str]:
    """Put the statement that registers a route into `if (process.env.NODE_ENV === "development")`, and say so."""
    call = find_node(unit, match, ("call_expression",))
    statement = call.parent() if call is not None else None
    parent = statement.parent() if statement is not None else None
    if statement is None or statement.kind() != "expression_statement" or parent is None or parent.kind() not in LISTS:
        raise RefusedError("part-of-expression")
    if any(name.startswith("hono") for name in unit.bindings.imports().values()) and "node-server" not in unit.text:
        raise RefusedError("runtime-unknown")
    quote, step, blanks = prefer_quote(unit), find_step(unit), find_indent(unit, statement)
    condition = f"process.env.{asked.name} === {quote}{asked.word}{quote}"
    text = f"if ({condition}) {{\n{blanks}{step}{indent(unit, statement, step)}\n{blanks}}}"
    extent = statement.range()
    return (Edit(unit.path, extent.start.index, extent.end.index, text),), condition
