"""A text of SQL as pieces: what is constant, and what kind of thing stands at each place that is not.

A piece is a string, or a pair of kind and source text. `value`: where a bound parameter may stand; `quoted`: inside a
literal; `limit`: a number of rows; `number`: the rest of a parameter's name (`$${n}`); `name`: a column, a table, a
direction, a piece of SQL.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from readycheck.scan.late import compile_late
from readycheck.scan.origins.parts import Kind
from readycheck.scan.sql_text import Position, find_position

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.origins.tracer import Tracer

Piece = str | list[str]
WRITTEN = frozenset({"string_content", "string_fragment", "escape_sequence", "escape_interpolation"})
HOLES = frozenset({"interpolation", "template_substitution"})
STRINGS = frozenset({"string", "template_string", "concatenated_string"})
SUMS = frozenset({"binary_expression", "binary_operator"})
INSIDE = frozenset({"parenthesized_expression", "as_expression", "satisfies_expression"})
ESCAPES = {
    "\\n": "\n",
    "\\t": "\t",
    "\\r": "\r",
    "\\'": "'",
    '\\"': '"',
    "\\`": "`",
    "\\\\": "\\",
    "\\\n": "",
    "\\$": "$",
}
DOUBLED = {"{{": "{", "}}": "}"}
FORMATTED = compile_late(r"%\((\w+)\)s|%s|\{(\w*)(?:![rsa])?(?::[^{}]*)?\}")
PLAIN_METHODS = frozenset({"strip", "trim", "encode", "lstrip", "rstrip", "trimEnd", "trimStart", "toString"})
POSITIONS = {Position.QUOTED: "quoted", Position.VALUE: "value", Position.LIMIT: "limit", Position.NAME: "name"}
PARAMETER = compile_late(r"(?<![\w$:@])[$:@]p?$")
MOST_PIECES = 200
LONGEST_HOLE = 80
BLANKS = compile_late(r"\s+")


def read_pieces(tracer: Tracer, node: SgNode) -> list[Piece]:
    """The pieces of an expression that is a text, or begins with one."""
    pieces: list[Piece] = []
    for part in list(iterate_parts(node))[:MOST_PIECES]:
        if isinstance(part, str):
            add_text(pieces, part)
            continue
        constant = read_constant(tracer, part)
        if constant is not None:
            add_text(pieces, constant)
        else:
            pieces.append([find_kind("".join(show(pieces))), BLANKS.sub(" ", part.text())[:LONGEST_HOLE]])
    return pieces


def find_kind(before: str) -> str:
    """What may stand after a beginning of SQL."""
    if PARAMETER.search(before) and before.count("'") % 2 == 0:
        return "number"
    return POSITIONS[find_position(before)]


def add_text(pieces: list[Piece], text: str) -> None:
    """Add what is constant, joined to what stands before it."""
    if pieces and isinstance(pieces[-1], str):
        pieces[-1] += text
    elif text:
        pieces.append(text)


def show(pieces: Sequence[Piece]) -> Iterator[str]:
    """The pieces with something in their holes that may stand there."""
    for piece in pieces:
        yield piece if isinstance(piece, str) else "1"


def iterate_parts(node: SgNode) -> Iterator[str | SgNode]:
    """The constant parts of an expression, as text, and the others, as nodes."""
    kind = node.kind()
    if kind == "concatenated_string":
        for child in node.named_children():
            yield from iterate_parts(child)
    elif kind in STRINGS:
        yield from iterate_string(node)
    elif kind in SUMS:
        yield from iterate_sum(node)
    elif kind in INSIDE:
        inner = [child for child in node.named_children() if child.kind() != "comment"]
        yield from iterate_parts(inner[0]) if inner else ()
    elif kind in ("call", "call_expression"):
        yield from iterate_call(node)
    else:
        yield node


def iterate_string(node: SgNode) -> Iterator[str | SgNode]:
    """A string's content and its interpolations."""
    start = node.children()[0].text().lower() if node.kind() == "string" and node.children() else ""
    is_raw, is_filled = "r" in start[:-1], "f" in start[:-1]
    for child in node.named_children():
        kind = child.kind()
        if kind in HOLES:
            yield next((one for one in child.named_children() if one.kind() != "comment"), child)
        elif kind in WRITTEN:
            text = child.text()
            if not is_raw:
                text = re.sub(r"\\(?:\n|.)", lambda found: ESCAPES.get(found[0], found[0]), text)
            if is_filled:
                text = re.sub(r"\{\{|\}\}", lambda found: DOUBLED[found[0]], text)
            yield text


def iterate_sum(node: SgNode) -> Iterator[str | SgNode]:
    """Two texts that are added, or a template with what is filled in."""
    operator, left, right = node.field("operator"), node.field("left"), node.field("right")
    word = operator.text() if operator is not None else ""
    if left is None or right is None or word not in ("+", "%"):
        yield node
    elif word == "+":
        yield from iterate_parts(left)
        yield from iterate_parts(right)
    else:
        given = [child for child in right.named_children() if child.kind() != "comment"]
        values = given if right.kind() in ("tuple", "dictionary") else [right]
        yield from fill(list(iterate_parts(left)), values)


def iterate_call(node: SgNode) -> Iterator[str | SgNode]:
    """`"...".strip()`, `"...".format(x)`, `dedent("...")`; anything else is not constant."""
    callee, arguments = node.field("function"), node.field("arguments")
    given = [one for one in arguments.named_children() if one.kind() != "comment"] if arguments is not None else []
    owner = callee.field("object") if callee is not None else None
    key = (callee.field("attribute") or callee.field("property")) if callee is not None else None
    name = key.text() if key is not None else callee.text() if callee is not None else ""
    if owner is not None and name in PLAIN_METHODS:
        yield from iterate_parts(owner)
    elif owner is not None and name == "format" and owner.kind() in STRINGS:
        yield from fill(list(iterate_parts(owner)), given)
    elif name in ("dedent", "cleandoc") and given:
        yield from iterate_parts(given[0])
    else:
        yield node


def fill(parts: Sequence[str | SgNode], given: Sequence[SgNode]) -> Iterator[str | SgNode]:
    """A template's parts with the given values in place of its placeholders, by name or in order."""
    named: dict[str, SgNode] = {}
    for one in given:
        name, value = one.field("name") or one.field("key"), one.field("value")
        if name is not None and value is not None:
            named[name.text().strip("\"'")] = value
    left = [one for one in given if one.kind() not in ("keyword_argument", "pair")]
    for part in parts:
        if not isinstance(part, str):
            yield part
            continue
        end = 0
        for match in FORMATTED.finditer(part):
            key = match[1] or match[2] or ""
            filling = named.get(key) or (left.pop(0) if left and not named else None)
            if filling is None:
                continue
            yield part[end : match.start()]
            yield filling
            end = match.end()
        yield part[end:]


def read_constant(tracer: Tracer, node: SgNode) -> str | None:
    """The text that a part always is, as far as its file tells; None where there is more than one, or none."""
    if node.kind() in ("integer", "number"):
        return node.text()
    parts = tracer.trace(node)
    is_one = len(parts) == 1 or (bool(parts) and all(part.hole is not None for part in parts))
    if is_one and all(part.kind is Kind.CONSTANT for part in parts) and not is_list(tracer, node):
        return "".join(part.text for part in parts)
    return None


def is_list(tracer: Tracer, node: SgNode) -> bool:
    """Whether a name stands for the elements of a list, one after the other."""
    if node.kind() != "identifier":
        return node.kind() in ("subscript", "subscript_expression", "call", "call_expression", "array", "list")
    return any(
        (parent := target.parent()) is not None and parent.kind() in ("for_statement", "for_in_statement")
        for target in tracer.unit.bindings.find_targets(node)
    )
