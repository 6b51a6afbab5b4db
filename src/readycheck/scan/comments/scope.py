"""Which lines of code a comment speaks for.

All comments of a file are answered in one pass over its statements, so that the time grows with the file and not with
the file times its comments.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from readycheck.model.vocabulary import Language
from readycheck.scan.unit import Unit

if TYPE_CHECKING:
    from ast_grep_py import Rule, SgNode

Rows = tuple[int, int]
# Nodes that hold statements. A Python block keeps all its lines to itself, braces only what is between them.
INDENTED = "block"
BRACED = frozenset({"statement_block", "class_body", "switch_body", "interface_body"})
PYTHON_BODIES = ("module", INDENTED)
SCRIPT_BODIES = ("program", "statement_block", "class_body", "switch_case", "switch_default")
# Nodes whose parts may be long and independent: a comment speaks for the part, not for the whole statement.
CONTAINERS = frozenset({
    "object", "array", "dictionary", "list", "set", "class_body", "interface_body", "object_type", "enum_body",
    "jsx_opening_element", "jsx_self_closing_element",
})  # fmt: skip
MARKUP = frozenset({"jsx_element", "jsx_fragment"})


def find_scopes(unit: Unit, comments: Sequence[SgNode], every: Sequence[SgNode]) -> list[Rows]:
    """The first and last row (from 0) that each comment speaks for; its own row when no code follows.

    `every` are all comments of the unit, among them `comments`.
    """
    blank = {row for node in every if is_alone(unit, node) for row in rows_of(node)}
    code = [row for row, line in enumerate(unit.lines) if row not in blank and line.strip()]
    targets = [find_target(unit, comment, code) for comment in comments]
    spans = find_spans(unit, sorted({target for target in targets if isinstance(target, int)}))
    return [spans.get(target, (target, target)) if isinstance(target, int) else target for target in targets]


def find_target(unit: Unit, comment: SgNode, code: Sequence[int]) -> Rows | int:
    """The rows of the part of a container that a comment speaks for, or the row whose statements it speaks for.

    `code` are the rows with something else than comments.
    """
    row = comment.range().start.line
    alone = is_alone(unit, comment)
    part = find_part(comment, after=alone, row=row)
    if part is not None:
        extent = part.range()
        return cut_rows((extent.start.line, extent.end.line), list(find_interiors(part)), extent.start.line) or row
    if not alone:
        return row
    following = bisect_right(code, comment.range().end.line)
    return code[following] if following < len(code) else row


def is_alone(unit: Unit, comment: SgNode) -> bool:
    """Whether nothing but the comment (or, in JSX, the braces around it) stands on its lines."""
    extent = comment.range()
    before = unit.lines[extent.start.line][: extent.start.column].strip()
    after = unit.lines[extent.end.line][extent.end.column :].strip()
    return before in ("", "{") and after in ("", "}")


def rows_of(node: SgNode) -> range:
    """All rows that a node touches."""
    extent = node.range()
    return range(extent.start.line, extent.end.line + 1)


def find_part(comment: SgNode, *, after: bool, row: int) -> SgNode | None:
    """The part of a container or of markup that the comment stands at: the next one, or the one before on its row."""
    anchor, parent = comment, comment.parent()
    if parent is not None and parent.kind() == "jsx_expression":
        anchor, parent = parent, parent.parent()
    if parent is None or parent.kind() not in CONTAINERS | MARKUP:
        return None
    node = anchor.next() if after else anchor.prev()
    while node is not None and not is_part(node):
        node = node.next() if after else node.prev()
    if node is None or not (after or node.range().end.line == row):
        return None
    return next((child for child in node.children() if child.kind() == "jsx_opening_element"), node)


def is_part(node: SgNode) -> bool:
    """Whether a child of a container is more than punctuation, text and comments."""
    if not node.is_named() or node.kind() in ("comment", "jsx_text"):
        return False
    return node.kind() != "jsx_expression" or any(
        child.kind() not in ("{", "comment", "}") for child in node.children()
    )


def find_spans(unit: Unit, rows: list[int]) -> dict[int, Rows]:
    """For each of the rows (sorted) the rows of all statements on it, without the bodies inside them."""
    spans: dict[int, Rows] = {}
    for node in find_statements(unit) if rows else ():
        extent = node.range()
        whole = (extent.start.line, extent.end.line)
        hit = rows[bisect_left(rows, whole[0]) : bisect_right(rows, whole[1])]
        interiors = list(find_interiors(node)) if hit else []
        for row in hit:
            if own := cut_rows(whole, interiors, row):
                first, last = spans.get(row, own)
                spans[row] = (min(first, own[0]), max(last, own[1]))
    return spans


def find_statements(unit: Unit) -> Iterator[SgNode]:
    """All statements, found from the nodes that hold them: the way from a node up to its parent is a slow one."""
    kinds = PYTHON_BODIES if unit.language is Language.PYTHON else SCRIPT_BODIES
    rule: Rule = {"any": [{"kind": kind} for kind in kinds]}
    for body in unit.root.find_all({"rule": rule}):
        yield from (node for node in body.children() if node.is_named() and node.kind() not in ("comment", INDENTED))


def cut_rows(whole: Rows, interiors: Sequence[Rows], row: int) -> Rows | None:
    """The rows of a statement around one of its rows, up to the bodies in it; None when the row is inside a body."""
    first, last = whole
    for start, end in interiors:
        if start <= row <= end:
            return None
        if end < row:
            first = max(first, end + 1)
        else:
            last = min(last, start - 1)
    return first, last


def find_interiors(node: SgNode) -> Iterator[Rows]:
    """The rows inside the bodies below a statement. Does not look into a body for further ones."""
    pending = [node] if node.kind() in BRACED else list(node.children())
    while pending:
        inner = pending.pop()
        extent = inner.range()
        start, end = extent.start.line, extent.end.line
        if inner.kind() == INDENTED:
            first = start if is_first_on_row(inner) else start + 1
            if first <= end:
                yield first, end
        elif inner.kind() in BRACED:
            if start + 1 <= end - 1:
                yield start + 1, end - 1
        elif start < end:
            pending.extend(inner.children())


def is_first_on_row(block: SgNode) -> bool:
    """Whether a Python block starts on a row of its own, and not behind the colon."""
    previous = block.prev()
    return previous is None or previous.range().end.line < block.range().start.line
