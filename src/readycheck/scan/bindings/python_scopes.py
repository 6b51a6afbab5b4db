"""Python's scopes: which of them a place can see."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ast_grep_py import SgNode

COMPREHENSIONS = frozenset({
    "list_comprehension",
    "set_comprehension",
    "dictionary_comprehension",
    "generator_expression",
})  # fmt: skip
BODIES = frozenset({"function_definition", "class_definition", "lambda"})
ROOTS = frozenset({"module", "ERROR"})  # the parser has no better name for a file that it cannot make out
SCOPES = BODIES | COMPREHENSIONS | ROOTS | {"type_alias_statement"}
TYPED = frozenset({"function_definition", "class_definition", "type_alias_statement"})
ORDERED = ROOTS | {"class_definition"}


def is_ordered(scope: SgNode) -> bool:
    """Modules and classes: there a name is looked up further out until it is bound; in functions it is local."""
    return scope.kind() in ORDERED


def find_scopes(node: SgNode, up: Sequence[SgNode]) -> Iterator[tuple[SgNode, bool]]:
    """The scopes that a place sees, innermost first, each with whether the place runs while the scope does.

    Defaults, decorators, base classes and annotations belong to the scope around; so does the first iterable of a
    comprehension. A class is invisible to the functions and comprehensions in it.
    """
    child = node
    is_immediate = True
    sees_class = True
    for place, scope in enumerate(up):
        kind = scope.kind()
        if kind in SCOPES:
            inside = is_body(child, scope) if kind in BODIES else True
            if kind in COMPREHENSIONS:
                inside = not is_first_iterable(child, scope, up[place - 2] if place > 1 else node)
            if inside and (kind != "class_definition" or sees_class):
                yield scope, is_immediate
            if inside and kind in ("function_definition", "lambda"):
                is_immediate = False
            if inside and kind not in ORDERED:
                sees_class = False
            if kind in TYPED:
                yield from ((one, is_immediate) for one in find_type_parameters(scope))
        child = scope


def find_type_parameters(scope: SgNode) -> list[SgNode]:
    """The list of type parameters of a function, class or type alias: a scope of its own around the body."""
    left = scope.field("left") if scope.kind() == "type_alias_statement" else None
    if left is not None:
        return [
            part for one in left.named_children() for part in one.named_children() if part.kind() == "type_parameter"
        ]
    found = scope.field("type_parameters")
    return [found] if found is not None else []


def is_body(child: SgNode, scope: SgNode) -> bool:
    """Whether a part of a function or class is its body."""
    return scope.field("body") == child


def is_first_iterable(clause: SgNode, comprehension: SgNode, part: SgNode) -> bool:
    """Whether a place stands in the first `for`'s iterable, which the scope around evaluates."""
    if clause.kind() != "for_in_clause" or clause.field("right") != part:
        return False
    return next((one for one in comprehension.children() if one.kind() == "for_in_clause"), None) == clause


def find_owner(node: SgNode, up: Sequence[SgNode], *, skips_comprehensions: bool = False) -> SgNode:
    """The scope in which a binding at a place takes effect."""
    child = node
    for scope in up:
        kind = scope.kind()
        if kind in COMPREHENSIONS and not skips_comprehensions:
            return scope
        if kind in BODIES and is_body(child, scope):
            return scope
        child = scope
    return child
