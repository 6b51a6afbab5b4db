"""A console call without arguments prints an empty line: it is taken out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readycheck.fix.javascript.insertion import HAZARD, find_end, skip_comments
from readycheck.fix.javascript.shapes import is_value_used
from readycheck.model.fix import Edit

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

BLOCKS = frozenset({"statement_block", "program", "switch_case", "switch_default"})


def delete_call(unit: Unit, call: SgNode) -> Edit | None:
    """Take a call out with its statement; what cannot do without it gets an empty block, or `undefined`.

    None where the lines around would join: nothing but this statement keeps them apart.
    """
    extent = call.range()
    parent = call.parent()
    if parent is not None and parent.kind() == "arrow_function":
        return Edit(unit.path, extent.start.index, extent.end.index, "{}")
    if parent is None or parent.kind() != "expression_statement" or is_value_used(call):
        return Edit(unit.path, extent.start.index, extent.end.index, "undefined")
    holder = parent.parent()
    start, end = parent.range().start.index, parent.range().end.index
    if holder is None or holder.kind() not in BLOCKS:
        return Edit(unit.path, start, end, "{}")
    joins = find_end(parent) != end or HAZARD.match(skip_comments(unit.text, end)) is not None
    return None if joins else delete_line(unit, start, end)


def delete_line(unit: Unit, start: int, end: int) -> Edit:
    """Delete a stretch, with its whole line if nothing else stands there."""
    text = unit.text
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    stop = len(text) if last < 0 else last + 1
    is_alone = not text[first:start].strip() and not text[end:stop].strip()
    return Edit(unit.path, first, stop, "") if is_alone else Edit(unit.path, start, end, "")
