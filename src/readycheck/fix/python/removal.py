"""A statement taken away: the whole line where it stands alone, `pass` where something has to stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ast_grep_py import SgNode


def remove(text: str, call: SgNode) -> tuple[int, int, str]:
    """The change that takes a call away that is a statement of its own."""
    statement = call.parent() or call
    start, end = statement.range().start.index, statement.range().end.index
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    stop = len(text) if last < 0 else last + 1
    is_alone = not text[first:start].strip() and not text[end:stop].strip()
    return (first, stop, "") if is_alone and not is_sole(statement) else (start, end, "pass")


def is_sole(statement: SgNode) -> bool:
    """Whether a statement is all that its block holds."""
    block = statement.parent()
    rows = [one for one in block.named_children() if one.kind() != "comment"] if block is not None else []
    return len(rows) == 1
