"""Object literals that say what is asked: `{ where: { status: "open", ...(mine && { userId }) }, take: 10 }`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from readycheck.scan.queries.mapped.chains import NO_VALUES, strip
from readycheck.scan.queries.mapped.shapes import UNKNOWN, Condition, Path, Shape, merge

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

CHOICES = frozenset({"binary_expression", "ternary_expression"})
MOST_DEPTH = 8


@dataclass(frozen=True)
class Entry:
    """One property: `optional` where it may be left out; a computed key is its source text in brackets."""

    key: str
    value: SgNode
    optional: bool = False


@dataclass
class Read:
    """The properties of an object, and whether it may have others (`rest`)."""

    entries: list[Entry] = field(default_factory=list)
    rest: bool = False

    def get(self, *keys: str) -> SgNode | None:
        """The value of a property that is always there."""
        return next((one.value for one in self.entries if one.key in keys), None)

    def may_have(self, key: str) -> bool:
        """Whether a property may be there that is not seen, or only sometimes."""
        return self.rest or any(one.optional for one in self.entries if one.key == key)


def read_object(unit: Unit, node: SgNode | None, depth: int = MOST_DEPTH) -> Read | None:
    """The properties of an object literal, also of one that a variable holds; None for anything else."""
    node = strip(node)
    if node is None or not depth:
        return None
    if node.kind() in ("identifier", "shorthand_property_identifier"):
        return read_held(unit, node, depth)
    if node.kind() != "object":
        return None
    found = Read()
    for one in node.named_children():
        kind = one.kind()
        key, value = one.field("key"), one.field("value")
        if kind == "shorthand_property_identifier":
            found.entries.append(Entry(one.text(), one))
        elif kind == "pair" and key is not None and value is not None:
            name = key.text() if key.kind() == "computed_property_name" else key.text().strip("\"'")
            found.entries.append(Entry(name, value, is_optional(value)))
        elif kind == "spread_element":
            add_spread(unit, found, one, depth)
        elif kind not in NO_VALUES:
            found.rest = True
    return found


def read_held(unit: Unit, node: SgNode, depth: int) -> Read | None:
    """The object that a variable is given once; what is added to it later is not known."""
    targets = unit.bindings.find_targets(node)
    parent = targets[0].parent() if len(targets) == 1 else None
    if parent is None or parent.kind() != "variable_declarator":
        return None
    held = read_object(unit, parent.field("value"), depth - 1)
    if held is not None and any(is_changed(use) for use in unit.bindings.find_uses(targets[0])[:40]):
        held.rest = True
    return held


def is_changed(use: SgNode) -> bool:
    """Whether a property of a variable is set: `where.userId = id`, `where["OR"].push(...)`."""
    node = use
    for parent in use.ancestors()[:4]:
        if parent.kind() in ("assignment_expression", "augmented_assignment_expression"):
            left = parent.field("left")
            return (
                left is not None and left.range().start.index == use.range().start.index and left.kind() != "identifier"
            )
        if parent.kind() not in ("member_expression", "subscript_expression", "non_null_expression"):
            return parent.kind() == "call_expression" and node.text().endswith((".push", ".assign"))
        node = parent
    return False


def is_optional(value: SgNode) -> bool:
    """Whether a value may be `undefined`, which leaves its property out."""
    return strip_choice(value) is not None and "undefined" in value.text()


def strip_choice(value: SgNode) -> SgNode | None:
    """A choice of values, if an expression is one."""
    inner = strip(value)
    return inner if inner is not None and inner.kind() in CHOICES else None


def add_spread(unit: Unit, found: Read, node: SgNode, depth: int) -> None:
    """`...(mine && { userId })` adds what is there sometimes, `...base` what its object has."""
    inner = strip(next(iter(node.named_children()), None))
    if inner is None:
        return
    if inner.kind() in CHOICES:
        parts = [inner.field(key) for key in ("left", "right", "consequence", "alternative")]
        objects = [
            read_object(unit, one, depth - 1) for one in parts if one is not None and strip_kind(one) == "object"
        ]
        for one in objects:
            found.entries += [Entry(entry.key, entry.value, optional=True) for entry in (one.entries if one else ())]
        found.rest = found.rest or not objects
        return
    held = read_object(unit, inner, depth - 1)
    if held is None:
        found.rest = True
    else:
        found.entries += held.entries
        found.rest = found.rest or held.rest


def strip_kind(node: SgNode) -> str:
    """The kind of what stands inside of parentheses."""
    inner = strip(node)
    return inner.kind() if inner is not None else ""


def read_where(
    unit: Unit, shape: Shape, node: SgNode | None, read: Callable[[Path, Entry], Condition], path: Path
) -> Condition:
    """The conditions of a `where` object; `read` reads one property of it. What is there sometimes makes it dynamic."""
    inner = strip(node)
    if inner is not None and inner.kind() in CHOICES:
        shape.dynamic = True
        return UNKNOWN
    found = read_object(unit, inner)
    if found is None:
        return UNKNOWN
    sides: list[Condition] = []
    for entry in found.entries:
        if entry.optional:
            shape.add(read(path, entry), optional=True)
        else:
            sides.append(read(path, entry))
    if found.rest:
        sides.append(UNKNOWN)
    return merge("all", sides) if sides else ["all", []]


def read_several(node: SgNode | None, read: Callable[[SgNode], Condition], word: str) -> Condition:
    """An array of conditions, or one alone."""
    inner = strip(node)
    if inner is None:
        return UNKNOWN
    if inner.kind() != "array":
        return read(inner)
    items = [one for one in inner.named_children() if one.kind() not in NO_VALUES]
    if not items or any(one.kind() == "spread_element" for one in items):
        return UNKNOWN
    return merge(word, [read(one) for one in items])
