"""`debugger` statements of JavaScript and TypeScript."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readycheck.fix.breakpoints.lines import find_line_end, find_line_start, find_lines
from readycheck.fix.calls.places import find_node
from readycheck.fix.refusal import RefusedError
from readycheck.model.evidence import Match
from readycheck.model.fix import Edit
from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

LISTS = frozenset({"statement_block", "program", "switch_case", "switch_default"})
"""What holds statements one after the other; everywhere else one statement has to stand."""
OPEN = frozenset({
    "expression_statement", "lexical_declaration", "variable_declaration", "return_statement", "throw_statement",
    "export_statement", "type_alias_declaration", "do_statement",
})  # fmt: skip
"""Statements that end with a semicolon or, where the next line cannot belong to them, without."""
JOINING = ("(", "[", "`", "+", "-", "/", "*", ".", ",")
ONLY_COMMENT = compile_late(r"[ \t]*(?:;[ \t]*)*(?://[^\n]*|/\*[^\n]*\*/[ \t]*)?\r?$")
ALLOWED = compile_late(r"[ \t]*//[ \t]*eslint-disable-next-line[ \t]+no-debugger[ \t]*\r?\n$")


def take_out(unit: Unit, match: Match) -> Edit:
    """The edit that takes one statement out. Raises RefusedError."""
    node = find_node(unit, match, ("debugger_statement",))
    parent = node.parent() if node is not None else None
    if node is None or parent is None:
        raise RefusedError("breakpoint-in-expression")
    start, end = node.range().start.index, node.range().end.index
    if "\n" in node.text():  # the semicolon of a later line, which keeps that line apart from the one before
        end = start + len("debugger")
    else:
        check_neighbours(unit, node)
    if parent.kind() not in LISTS:
        return Edit(unit.path, start, end, "{}")
    first, last = find_line_start(unit.text, start), find_line_end(unit.text, end)
    if unit.text[first:start].strip() or not ONLY_COMMENT.match(unit.text[end:last].rstrip("\n")):
        return Edit(unit.path, start, skip_blanks(unit.text, end), "")
    above = find_line_start(unit.text, max(0, first - 1))
    if ALLOWED.fullmatch(unit.text[above:first]):
        start = above
    first, last = find_lines(unit.text, start, end)
    return Edit(unit.path, first, last, "")


def skip_blanks(text: str, offset: int) -> int:
    """Behind the blanks that stand at an offset."""
    while text[offset : offset + 1] in (" ", "\t"):
        offset += 1
    return offset


def check_neighbours(unit: Unit, node: SgNode) -> None:
    """Refuse where the statement before has no semicolon and the one behind begins so that both would become one."""
    before = next((one for one in node.prev_all() if one.kind() != "comment"), None)
    behind = next((one for one in node.next_all() if one.kind() != "comment"), None)
    if before is None or behind is None or before.kind() not in OPEN or before.text().endswith(";"):
        return
    if unit.text.startswith(JOINING, behind.range().start.index):
        raise RefusedError("lines-would-join")
