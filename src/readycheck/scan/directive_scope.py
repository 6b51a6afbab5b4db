"""Which lines of code a comment speaks for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.scan.unit import Unit

if TYPE_CHECKING:
    from ast_grep_py import SgNode

Rows = tuple[int, int]
# Nodes whose children are statements; the first kind keeps its own lines to itself, the others only what is between
# their braces.
INDENTED = "block"
BRACED = frozenset({"statement_block", "class_body", "switch_body", "interface_body"})
BODIES = frozenset({INDENTED, *BRACED, "module", "program", "switch_case", "switch_default", "declaration_list"})
# Nodes whose parts may be long and independent: a comment speaks for the part, not for the whole statement.
CONTAINERS = frozenset({
    "object", "array", "dictionary", "list", "set", "class_body", "interface_body", "object_type", "enum_body",
    "jsx_opening_element", "jsx_self_closing_element",
})  # fmt: skip
MARKUP = frozenset({"jsx_element", "jsx_fragment"})


def find_scope(unit: Unit, comment: SgNode) -> Rows:
    """The first and last row (from 0) that a comment speaks for; its own row when no code follows."""
    extent = comment.range()
    row = extent.start.line
    alone = is_alone(unit, comment)
    part = find_part(comment, after=alone, row=row)
    if part is not None:
        return own_rows(part, part.range().start.line)
    if alone:
        row = find_next_row(unit, comment)
    found = [own_rows(node, row) for node in find_statements(unit.root, row)]
    found = [(first, last) for first, last in found if first <= row <= last]
    return (min(first for first, _ in found), max(last for _, last in found)) if found else (row, row)


def is_alone(unit: Unit, comment: SgNode) -> bool:
    """Whether nothing but the comment (or, in JSX, the braces around it) stands on its lines."""
    extent = comment.range()
    before = unit.lines[extent.start.line][: extent.start.column].strip()
    after = unit.lines[extent.end.line][extent.end.column :].strip()
    return before in ("", "{") and after in ("", "}")


def find_part(comment: SgNode, *, after: bool, row: int) -> SgNode | None:
    """The part of a container or of markup that the comment stands at: the next one, or the one before on its row."""
    anchor, parent = comment, comment.parent()
    if parent is not None and parent.kind() == "jsx_expression":
        anchor, parent = parent, parent.parent()
    if parent is None or parent.kind() not in CONTAINERS | MARKUP:
        return None
    siblings = anchor.next_all() if after else anchor.prev_all()
    parts = (node for node in siblings if node.is_named() and node.kind() not in ("comment", "jsx_text"))
    node = next((part for part in parts if not is_comment_braces(part)), None)
    if node is None or not (after or node.range().end.line == row):
        return None
    return opening_of(node)


def is_comment_braces(node: SgNode) -> bool:
    """Whether a node is `{/* ... */}`."""
    return node.kind() == "jsx_expression" and all(child.kind() in ("{", "comment", "}") for child in node.children())


def opening_of(node: SgNode) -> SgNode:
    """Of an element with content its opening tag, of anything else itself."""
    return next((child for child in node.children() if child.kind() == "jsx_opening_element"), node)


def find_next_row(unit: Unit, comment: SgNode) -> int:
    """The row of the first code after a comment; the comment's own when there is none."""
    row = comment.range().end.line + 1
    comments = {
        line
        for node in unit.root.find_all(kind="comment")
        if is_alone(unit, node)
        for line in range(node.range().start.line, node.range().end.line + 1)
    }
    while row < len(unit.lines):
        if unit.lines[row].strip() and row not in comments:
            return row
        row += 1
    return comment.range().start.line


def find_statements(node: SgNode, row: int) -> Iterator[SgNode]:
    """All statements that touch a row, from the outside in."""
    pending = [node]
    while pending:
        outer = pending.pop()
        is_body = outer.kind() in BODIES
        for child in outer.children():
            extent = child.range()
            if extent.start.line <= row <= extent.end.line and child.kind() != "comment":
                if is_body and child.is_named() and child.kind() not in BODIES:
                    yield child
                pending.append(child)


def own_rows(node: SgNode, row: int) -> Rows:
    """The rows of a statement around one of its rows, up to the bodies in it; (1, 0) when the row is inside a body."""
    extent = node.range()
    first, last = extent.start.line, extent.end.line
    for start, end in find_interiors(node):
        if start <= row <= end:
            return 1, 0
        if end < row:
            first = max(first, end + 1)
        else:
            last = min(last, start - 1)
    return first, last


def find_interiors(node: SgNode) -> Iterator[Rows]:
    """The rows inside the bodies below a statement. Does not look into a body for further ones."""
    pending = list(node.children())
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
