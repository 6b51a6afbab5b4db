"""Reading declarations in Python's syntax: calls with their arguments, assignments of a class body."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from readycheck.scan.literals import read_literal

if TYPE_CHECKING:
    from ast_grep_py import SgNode


@dataclass(frozen=True)
class Declared:
    """A call: the last name of what is called, its line, its positional and its named arguments."""

    name: str
    line: int
    node: SgNode
    arguments: list[SgNode] = field(default_factory=list)
    named: dict[str, SgNode] = field(default_factory=dict)

    def is_true(self, key: str) -> bool:
        """Whether a named argument is `True`."""
        value = self.named.get(key)
        return value is not None and value.text() == "True"

    def is_false(self, key: str) -> bool:
        """Whether a named argument is `False`."""
        value = self.named.get(key)
        return value is not None and value.text() == "False"


def read_call(node: SgNode | None) -> Declared | None:
    """A call, also one that is awaited or in parentheses; None for anything else."""
    while node is not None and node.kind() in ("parenthesized_expression", "await"):
        node = next(iter(node.named_children()), None)
    if node is None or node.kind() != "call":
        return None
    callee, arguments = node.field("function"), node.field("arguments")
    if callee is None or arguments is None:
        return None
    positional: list[SgNode] = []
    named: dict[str, SgNode] = {}
    for one in arguments.named_children():
        key, value = one.field("name"), one.field("value")
        if one.kind() == "keyword_argument" and key is not None and value is not None:
            named[key.text()] = value
        elif one.kind() != "comment":
            positional.append(one)
    return Declared(callee.text().rpartition(".")[2], line_of(node), node, positional, named)


def line_of(node: SgNode) -> int:
    """The line (from 1) on which a node begins."""
    return node.range().start.line + 1


def read_text(node: SgNode | None) -> str:
    """A constant string, also one in parts; empty for anything else."""
    if node is None:
        return ""
    if node.kind() == "concatenated_string":
        return "".join(read_text(one) for one in node.named_children())
    known, value = read_literal(node)
    return value if known and isinstance(value, str) else ""


def read_predicate(node: SgNode | None) -> str:
    """The predicate of a partial index that is written as text, also in `text("...")`; empty for any other."""
    call = read_call(node)
    if call is not None:
        return read_text(call.arguments[0]) if call.name in ("text", "literal_column") and call.arguments else ""
    return read_text(node)


def read_where(node: SgNode | None, key: str) -> str:
    """The predicate of a partial index: that its first key is not null, or only that there is one (`true`)."""
    if node is None:
        return ""
    text = node.text()
    is_filled = re.search(r"(?i)\bis\s+not\s+null|\.is_?not\(\s*None|!=\s*None", text) and re.search(
        rf"\b{re.escape(key)}\b", text
    )
    return f'"{key}" IS NOT NULL' if is_filled and not re.search(r"(?i)\band\b|&|,|==|<|>", text) else "true"


def read_list(node: SgNode | None) -> list[SgNode]:
    """The elements of a list, tuple or set; none for anything else."""
    if node is None or node.kind() not in ("list", "tuple", "set"):
        return []
    return [one for one in node.named_children() if one.kind() != "comment"]


def list_assignments(body: SgNode | None) -> Iterator[tuple[str, SgNode | None, SgNode | None]]:
    """Name, annotation and value of each assignment in a class body."""
    for statement in body.named_children() if body is not None else ():
        inner = next(iter(statement.named_children()), None) if statement.kind() == "expression_statement" else None
        if inner is not None and inner.kind() == "assignment":
            target = inner.field("left")
            if target is not None and target.kind() == "identifier":
                yield target.text(), inner.field("type"), inner.field("right")


def list_bases(node: SgNode) -> tuple[list[str], dict[str, str]]:
    """What a class is derived from, by last names, and its keywords."""
    holder = node.field("superclasses")
    bases: list[str] = []
    keywords: dict[str, str] = {}
    for one in holder.named_children() if holder is not None else ():
        key, value = one.field("name"), one.field("value")
        if one.kind() == "keyword_argument" and key is not None and value is not None:
            keywords[key.text()] = value.text()
        elif one.kind() != "comment":
            bases.append(one.text().partition("[")[0].partition("(")[0])
    return bases, keywords
