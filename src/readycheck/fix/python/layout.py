"""What stands around a print and says for whom it writes: other prints, a flag, the words of a docstring."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile
from typing import TYPE_CHECKING

from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from ast_grep_py import SgNode

STATEMENT, FUNCTION = "expression_statement", "function_definition"
BODIES = frozenset({FUNCTION, "lambda", "module"})
BRANCHES = frozenset({"if_statement", "elif_clause"})
# A pattern of text, because the neighbours are only looked at: the print itself is read in full elsewhere.
EMPTY = compile_late(
    r"^print\(\s*(?:[rfbu]?(?:\"(?:\\n|\s)*\"|'(?:\\n|\s)*')\s*,?\s*)?(?:(?:flush|file)=[\w.]+\s*,?\s*)*\)$"
)
FRAME = compile_late(
    r"^print\([^\n]*(?:([=\-_*#~+─═])\1{5,}|[\"'][^\"'\w]{1,3}[\"']\s*\*\s*\w+|\*\s*[\"'][^\"'\w]{1,3}[\"'])"
)
PARTIAL = compile_late(r"\bend\s*=\s*(?!None\b)(?![rbu]?[\"'](?:\\r)?(?:\\n){1,2}[\"'])")
FLAG = compile_late(
    r"(?i)^_*(?:\w+_)?(?:quiet|silen\w+|verbos\w+|progress|progress_?bar|disp|echo)(?:_\w+)?$|^(?:show|print|display)_\w+$"
)
SAYS = compile_late(
    r"(?i)(?<!not )\bprints?\b(?![- ](?:statements?|friendly|media))"
    r"|\b(?:to|on) (?:the )?(?:std(?:out|err)\b|console\b|terminal\b|screen\b|standard (?:output|error))"
    r"|\bdisplays?\b.{0,40}\b(?:user|summary|table|report|results?)\b"
)
DEBUGS = compile_late(r"(?i)debug|^(?:is_)?trac(?:e|ing)$")
BARE = compile_late(r"^print\(\w+(?:, *\w+)*\)$")
MOST_TOGETHER = 3
HANDLERS = compile_late(r"\.hasHandlers\(|\.handlers\b|\.isEnabledFor\(")


def ends_line_of_other(call: SgNode) -> bool:
    """Whether the print before it, in the same function, left its line open."""
    body = next((one for one in call.ancestors() if one.kind() in BODIES), None)
    if body is None:
        return False
    start = call.range().start.index
    before = takewhile(lambda one: one.range().start.index < start, list_prints(body))
    last = next(iter(reversed(list(before))), None)
    return last is not None and PARTIAL.search(last.text()) is not None


def list_prints(body: SgNode) -> list[SgNode]:
    """The calls of what is called print in a body, in order."""
    return [one for one in body.find_all(kind="call") if one.text().startswith("print(")]


def is_laid_out(call: SgNode) -> bool:
    """Whether an empty line or a frame is printed beside it, or it is one of some values or many prints in a row."""
    statement = call.parent()
    if statement is None or statement.kind() != STATEMENT:
        return False
    before, after = ([one.text() for one in list_beside(statement, forward=forward)] for forward in (False, True))
    nearest = (*before[:1], *after[:1])
    if any(EMPTY.search(one) or FRAME.search(one) for one in nearest):
        return True
    if BARE.search(call.text()) and any(map(BARE.search, nearest)):
        return True
    rows = sum(1 for side in (before, after) for _ in takewhile(lambda one: one.startswith("print("), side))
    return rows >= MOST_TOGETHER


def list_beside(statement: SgNode, *, forward: bool) -> list[SgNode]:
    """The statements behind one in the same block, or those before it, the nearest first."""
    others = statement.next_all() if forward else statement.prev_all()
    return [one for one in others if one.kind() != "comment"]


def read_before(call: SgNode) -> str:
    """The print right before a call in the same block, as text; empty if something else stands there."""
    statement = call.parent()
    before = list_beside(statement, forward=False) if statement is not None and statement.kind() == STATEMENT else []
    return before[0].text() if before and before[0].text().startswith("print(") else ""


def is_asked_for(call: SgNode) -> bool:
    """Whether a flag called `verbose`, `quiet` or `progress` decides whether it is printed."""
    return any(FLAG.match(one.text()) for condition in find_conditions(call) for one in list_identifiers(condition))


def is_debugging(call: SgNode) -> bool:
    """Whether a flag called `debug` decides whether it is printed."""
    return any(DEBUGS.search(one.text()) for condition in find_conditions(call) for one in list_identifiers(condition))


def find_conditions(call: SgNode) -> Iterator[SgNode]:
    """The conditions on which a call runs, inside its function."""
    for parent in takewhile(lambda one: one.kind() not in BODIES, call.ancestors()):
        condition = parent.field("condition") if parent.kind() in BRANCHES else None
        if condition is not None and condition.range().end.index < call.range().start.index:
            yield condition


def list_identifiers(node: SgNode) -> list[SgNode]:
    """The names in an expression, also the last words of attributes, and keys: `options.get("verbose")`."""
    if node.kind() == "identifier":
        return [node]
    return [*node.find_all(kind="identifier"), *node.find_all(kind="string_content")]


def says_so(function: SgNode) -> bool:
    """Whether the docstring of a function says that it prints."""
    body = function.field("body")
    first = body.children()[0] if body is not None and body.children() else None
    if first is None or first.kind() != STATEMENT or first.children()[0].kind() != "string":
        return False
    return SAYS.search(first.text()) is not None


def chooses_logging(call: SgNode) -> bool:
    """Whether a condition around it asks a logger whether anything would be shown."""
    return any(HANDLERS.search(condition.text()) for condition in find_conditions(call))
