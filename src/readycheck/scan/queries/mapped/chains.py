"""Chains of method calls, in Python's and in JavaScript's syntax: `select(User).where(...).limit(5)`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ast_grep_py import SgNode

CALLS = frozenset({"call", "call_expression"})
MEMBERS = frozenset({"attribute", "member_expression"})
INSIDE = frozenset({
    "parenthesized_expression", "await", "await_expression", "as_expression", "satisfies_expression",
    "non_null_expression",
})  # fmt: skip
CHOICES = frozenset({"conditional_expression", "ternary_expression"})
ITEMS = frozenset({"subscript", "subscript_expression"})
NO_VALUES = frozenset({"comment", "type_arguments"})
MOST_LINKS = 60
"""Nobody writes more; each costs time that grows with the file."""

ITEM = "[]"
"""What an index or a slice of a chain is called."""


@dataclass(frozen=True)
class Link:
    """One method that is called in a chain, or an index (`[]`) of what it gives.

    `optional` says that it is called under a condition only.
    """

    name: str
    node: SgNode
    arguments: tuple[SgNode, ...] = ()
    named: dict[str, SgNode] = field(default_factory=dict)
    optional: bool = False
    has_rest: bool = False
    """Whether there are arguments that are spread: they can be anything."""


def read_link(call: SgNode, *, optional: bool = False) -> Link:
    """A call as a link: the last part of what it calls, and what it is given."""
    positional: list[SgNode] = []
    named: dict[str, SgNode] = {}
    has_rest = False
    holder = call.field("arguments")
    for one in holder.named_children() if holder is not None else ():
        kind = one.kind()
        if kind == "keyword_argument":
            key, value = one.field("name"), one.field("value")
            if key is not None and value is not None:
                named[key.text()] = value
        elif kind in ("list_splat", "dictionary_splat", "spread_element"):
            has_rest = True
        elif kind not in NO_VALUES:
            positional.append(one)
    if holder is not None and holder.kind() in ("generator_expression", "template_string"):
        has_rest = True
    return Link(name_callee(call), call, tuple(positional), named, optional, has_rest)


def name_callee(call: SgNode) -> str:
    """The last part of what is called."""
    callee = call.field("function")
    if callee is None:
        return ""
    key = callee.field("attribute") or callee.field("property")
    return key.text() if key is not None else callee.text()


def strip(node: SgNode | None) -> SgNode | None:
    """What stands inside of parentheses, `await`, and types."""
    while node is not None and node.kind() in INSIDE:
        node = next((one for one in node.named_children() if one.kind() not in NO_VALUES), None)
    return node


def is_same(one: SgNode | None, other: SgNode | None) -> bool:
    """Whether two nodes stand at one place."""
    if one is None or other is None:
        return False
    first, second = one.range(), other.range()
    return (first.start.index, first.end.index) == (second.start.index, second.end.index)


def climb(node: SgNode) -> tuple[SgNode, list[Link]]:
    """The outermost expression of a chain that begins with a node, and the links on the way to it."""
    links: list[Link] = []
    while True:
        parent = node.parent()
        if parent is None or len(links) == MOST_LINKS:
            return node, links
        kind = parent.kind()
        if kind in MEMBERS and is_same(parent.field("object"), node):
            call = parent.parent()
            if call is None or call.kind() not in CALLS or not is_same(call.field("function"), parent):
                return node, links
            links.append(read_link(call))
            node = call
        elif kind in ITEMS and is_same(parent.field("value") or parent.field("object"), node):
            links.append(Link(ITEM, parent))
            node = parent
        elif kind in INSIDE or (kind in CHOICES and not is_condition(parent, node)):
            node = parent
        else:
            return node, links


def is_condition(choice: SgNode, node: SgNode) -> bool:
    """Whether a node is what a choice (`a if b else c`, `b ? a : c`) depends on."""
    parts = [one for one in choice.named_children() if one.kind() not in NO_VALUES]
    at = 1 if choice.kind() == "conditional_expression" else 0
    return len(parts) <= at or is_same(parts[at], node)


def unroll(node: SgNode | None) -> tuple[SgNode | None, list[Link]]:
    """The first expression of a chain that ends with a node, and its links in the order in which they are called."""
    links: list[Link] = []
    node = strip(node)
    while node is not None:
        callee = node.field("function") if node.kind() in CALLS else None
        if callee is None or callee.kind() not in MEMBERS:
            break
        links.append(read_link(node))
        node = strip(callee.field("object"))
    return node, links[::-1]


def read_elements(node: SgNode | None) -> list[SgNode]:
    """The elements of a list, tuple or array, else the node alone."""
    if node is None:
        return []
    if node.kind() in ("list", "tuple", "array", "set"):
        return [one for one in node.named_children() if one.kind() not in NO_VALUES]
    return [node]


def has_name(links: Sequence[Link], *names: str) -> bool:
    """Whether one of the methods is called."""
    return any(link.name in names for link in links)
