"""Dictionaries in Python that say what is asked: `{"name": name, **more}`, also those that a variable holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.scan.queries.mapped.chains import CALLS, NO_VALUES, is_same, name_callee, read_link, strip
from readycheck.scan.queries.mapped.flow import find_function, list_conditions
from readycheck.scan.queries.mapped.objects import MOST_DEPTH, Entry, Read
from readycheck.scan.schema.python_nodes import read_text

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

MOST_USES = 40
READING = frozenset({"get", "keys", "values", "items", "copy"})


def read_dictionary(unit: Unit, node: SgNode | None, depth: int = MOST_DEPTH) -> Read | None:
    """The entries of a dictionary, where they are at most constant names; None for anything else."""
    node = strip(node)
    if node is None or not depth:
        return None
    if node.kind() == "none":
        return Read()
    if node.kind() == "identifier":
        return read_held(unit, node, depth)
    if node.kind() == "dictionary":
        return read_literal(unit, node, depth)
    if node.kind() in CALLS and name_callee(node) == "dict":
        link = read_link(node)
        return Read([Entry(key, value) for key, value in link.named.items()], bool(link.arguments) or link.has_rest)
    return None


def read_literal(unit: Unit, node: SgNode, depth: int) -> Read:
    """The entries of a literal; what is spread into it is read too, where it can be."""
    found = Read()
    for one in node.named_children():
        key, value = one.field("key"), one.field("value")
        if one.kind() == "pair" and key is not None and value is not None:
            found.entries.append(Entry(read_text(key) or f"[{key.text()}]", value))
        elif one.kind() == "dictionary_splat":
            inner = read_dictionary(unit, next(iter(one.named_children()), None), depth - 1)
            found.entries += inner.entries if inner is not None else []
            found.rest = found.rest or inner is None or inner.rest
        elif one.kind() not in NO_VALUES:
            found.rest = True
    return found


def read_held(unit: Unit, node: SgNode, depth: int) -> Read | None:
    """The dictionary that a variable is given once, with the keys that are set before it is used."""
    targets = unit.bindings.find_targets(node)
    parent = targets[0].parent() if len(targets) == 1 else None
    if parent is None or parent.kind() != "assignment" or find_function(parent) != find_function(node):
        return None
    held = read_dictionary(unit, parent.field("right"), depth - 1)
    if held is None:
        return None
    around = set(list_conditions(parent))
    for use in unit.bindings.find_uses(targets[0])[:MOST_USES]:
        if use.range().start.index < node.range().start.index:
            held.entries += list_set(use, around)
            held.rest = held.rest or is_changed(use)
    return held


def list_set(use: SgNode, around: set[int]) -> Iterator[Entry]:
    """`where["name"] = name`, which may stand under a condition."""
    item = use.parent()
    parent = item.parent() if item is not None else None
    if item is None or parent is None or item.kind() != "subscript" or not is_same(item.field("value"), use):
        return
    value = parent.field("right") if parent.kind() == "assignment" and is_same(parent.field("left"), item) else None
    keys = [one for one in item.named_children() if one.kind() not in NO_VALUES][1:]
    if value is not None and len(keys) == 1:
        optional = not set(list_conditions(parent)) <= around
        yield Entry(read_text(keys[0]) or f"[{keys[0].text()}]", value, optional)


def is_changed(use: SgNode) -> bool:
    """Whether a use may set keys that are not seen: a method that changes, or a function that is given it."""
    parent = use.parent()
    kind = parent.kind() if parent is not None else ""
    if parent is not None and kind == "attribute":
        name = parent.field("attribute")
        return name is None or name.text() not in READING
    return kind in ("augmented_assignment", "delete_statement")
