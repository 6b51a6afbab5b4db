"""Targets in Python: assignments, loops, `with`, `except`, `case ... as`, walrus, `del`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from readycheck.scan.bindings.occurrence import Binding, Occurrence, Removal, Use, Value, Write
from readycheck.scan.bindings.python_scopes import ROOTS, find_owner, is_ordered

if TYPE_CHECKING:
    from ast_grep_py import SgNode

LISTS = frozenset({"pattern_list", "tuple_pattern", "list_pattern", "expression_list", "tuple", "list"})
MOST_ELEMENTS = 40  # of a list that a loop runs over; longer ones are data
NESTING = LISTS | {"list_splat_pattern", "as_pattern_target", "parenthesized_expression"}

# The nested lists around a target, innermost first, each with the child of it that holds the target. Where in them it
# stands is asked only of what turns out to be a target: a list of 10,000 values would be searched once for each.
Nest = Sequence[tuple["SgNode", "SgNode"]]


def classify_target(node: SgNode, up: Sequence[SgNode]) -> Occurrence:
    """A name that may be a target, perhaps inside nested lists: a binding if it is one, else a use."""
    child = node
    nest: list[tuple[SgNode, SgNode]] = []
    for place, parent in enumerate(up):
        kind = parent.kind()
        if kind not in NESTING:
            bind = BINDERS.get(kind)
            return bind(child, up[place:], nest) if bind is not None else Use.VALUE
        nest.append((parent, child))
        child = parent
    return Use.VALUE


def find_places(nest: Nest) -> tuple[int, ...] | None:
    """The places of a target in nested lists, outermost first; None where they depend on the length of the value."""
    places: list[int] = []
    for parent, child in nest:
        if parent.kind() == "list_splat_pattern":
            return None
        if parent.kind() in LISTS:
            parts = list_parts(parent)
            if any(part.kind() == "list_splat_pattern" for part in parts):
                return None
            places.insert(0, parts.index(child))
    return tuple(places)


def list_parts(node: SgNode) -> list[SgNode]:
    """The elements of a list of targets or values."""
    return [part for part in node.named_children() if part.kind() != "comment"]


def pick_element(value: SgNode | None, nest: Nest) -> SgNode | None:
    """The part of a value that a target gets: `a, b = f(), g()` gives `g()` to `b`; None if that is not written."""
    places = find_places(nest)
    if value is None or places is None:
        return None
    while value.kind() == "assignment" and (inner := value.field("right")) is not None:
        value = inner
    for place in places:
        parts = list_parts(value) if value.kind() in ("expression_list", "tuple", "list") else []
        if place >= len(parts) or any(part.kind() == "list_splat" for part in parts):
            return None
        value = parts[place]
    return value


def annotate(annotation: SgNode | None) -> tuple[Value, ...]:
    """The value that an annotation promises: an instance of its type."""
    return (Value(annotation, suffix="()"),) if annotation is not None else ()


def bind_assignment(target: SgNode, up: Sequence[SgNode], nest: Nest) -> Occurrence:
    """`target = value`, `target: type = value`; `target: type` alone binds nothing in a module."""
    statement = up[0]
    if statement.field("left") != target:
        return Use.VALUE
    scope = find_owner(statement, up[1:])
    promised = annotate(statement.field("type"))
    right = statement.field("right")
    if right is None and scope.kind() in ROOTS:
        return Write(promised)
    value = pick_element(right, nest)
    values = (Value(value),) if value is not None else ()
    return Binding(scope, statement.range().end.index, values + promised)


def bind_augmented(target: SgNode, up: Sequence[SgNode], nest: Nest) -> Occurrence:  # noqa: ARG001 - one shape for all
    """`target += value`: bound to something that is not known."""
    if up[0].field("left") != target:
        return Use.VALUE
    return Binding(find_owner(up[0], up[1:]), up[0].range().end.index)


def bind_walrus(target: SgNode, up: Sequence[SgNode], nest: Nest) -> Occurrence:  # noqa: ARG001 - likewise
    """`(target := value)`, which binds around comprehensions."""
    value = up[0].field("value")
    if up[0].field("name") != target:
        return Use.VALUE
    scope = find_owner(up[0], up[1:], skips_comprehensions=True)
    return Binding(scope, up[0].range().end.index, (Value(value),) if value is not None else ())


def bind_loop(target: SgNode, up: Sequence[SgNode], nest: Nest) -> Occurrence:
    """`for target in ...`, as a statement or in a comprehension; over a list that is written out: each element."""
    left, right = up[0].field("left"), up[0].field("right")
    if left != target:
        return Use.VALUE
    scope = up[1] if up[0].kind() == "for_in_clause" else find_owner(up[0], up[1:])
    parts = list_parts(right) if right is not None and right.kind() in LISTS and not nest else []
    return Binding(scope, left.range().end.index, tuple(Value(part) for part in parts[:MOST_ELEMENTS]), loop=up[0])


def bind_as(target: SgNode, up: Sequence[SgNode], nest: Nest) -> Occurrence:
    """`with value as target`, `except E as target`, `case ... as target`."""
    parts = list_parts(up[0])
    if parts[0] == target or len(up) == 1:
        return Use.VALUE
    is_with = up[1].kind() == "with_item" and find_places(nest) == ()
    return Binding(find_owner(up[0], up[1:]), target.range().end.index, (Value(parts[0]),) if is_with else ())


def bind_removal(target: SgNode, up: Sequence[SgNode], nest: Nest) -> Occurrence:  # noqa: ARG001 - likewise
    """`del target`: certain at the top of a module or class, and makes the name local in a function."""
    scope = find_owner(up[0], up[1:])
    if not is_ordered(scope):
        return Binding(scope)
    is_certain = up[1] == scope or (len(up) > 2 and up[1].kind() == "block" and up[2] == scope)  # noqa: PLR2004
    return Removal(scope, up[0].range().start.index) if is_certain else Use.VALUE


BINDERS: dict[str, Callable[[SgNode, Sequence[SgNode], Nest], Occurrence]] = {
    "assignment": bind_assignment,
    "augmented_assignment": bind_augmented,
    "named_expression": bind_walrus,
    "for_statement": bind_loop,
    "for_in_clause": bind_loop,
    "as_pattern": bind_as,
    "delete_statement": bind_removal,
}
