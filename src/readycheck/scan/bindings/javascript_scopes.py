"""JavaScript's and TypeScript's scopes: all are visible from inside, whatever the order of the code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ast_grep_py import SgNode

FUNCTIONS = frozenset({
    "function_declaration", "function_expression", "generator_function", "generator_function_declaration",
    "arrow_function", "method_definition",
})  # fmt: skip
# Types with parameter lists: what these bind is bound in them and nowhere else.
SIGNATURES = frozenset({
    "function_signature", "function_type", "constructor_type", "method_signature", "abstract_method_signature",
    "call_signature", "construct_signature", "index_signature",
})  # fmt: skip
CLASSES = frozenset({"class_declaration", "abstract_class_declaration", "class"})
BLOCKS = frozenset({
    "program", "statement_block", "for_statement", "for_in_statement", "switch_body", "catch_clause",
})  # fmt: skip
# What the parser could not make out keeps its parameters to itself.
SCOPES = FUNCTIONS | SIGNATURES | BLOCKS | CLASSES | {"ERROR"}
NAMESPACES = frozenset({"internal_module", "module"})


def is_ordered(scope: SgNode) -> bool:  # noqa: ARG001 - the same question to every adapter
    """Never: a name belongs to its scope before it has a value."""
    return False


def find_scopes(node: SgNode, up: Sequence[SgNode]) -> Iterator[tuple[SgNode, bool]]:  # noqa: ARG001 - likewise
    """The scopes around a place, innermost first."""
    for scope in up:
        if scope.kind() in SCOPES:
            yield scope, True


def find_block(up: Sequence[SgNode]) -> SgNode:
    """The block in which `let`, `const`, `class` and functions are declared."""
    return next((one for one in up if one.kind() in BLOCKS), up[-1])


def find_function_scope(up: Sequence[SgNode]) -> SgNode:
    """The function, module or namespace in which `var` is declared."""
    for place, one in enumerate(up):
        kind = one.kind()
        if kind in FUNCTIONS or kind == "program":
            return one
        is_body = kind == "statement_block" and place + 1 < len(up)
        if is_body and (up[place + 1].kind() in NAMESPACES or up[place + 1].kind() == "class_static_block"):
            return one
    return up[-1]


def is_ambient(up: Sequence[SgNode]) -> bool:
    """Whether code stands under `declare`: it says what exists elsewhere and makes nothing."""
    return any(one.kind() == "ambient_declaration" for one in up)


def find_class(up: Sequence[SgNode]) -> SgNode | None:
    """The class whose instance (or which itself) `this` is."""
    for place, one in enumerate(up):
        kind = one.kind()
        if kind == "class_body":
            return up[place + 1] if place + 1 < len(up) else None
        if kind in FUNCTIONS - {"arrow_function", "method_definition"}:
            return None
        if kind == "method_definition" and up[place + 1].kind() != "class_body":
            return None
    return None
