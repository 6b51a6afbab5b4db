"""What receives an expression's value in Python, and what functions return."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from readycheck.scan.bindings.occurrence import Flow
from readycheck.scan.bindings.tree import find_kinds

if TYPE_CHECKING:
    from ast_grep_py import SgNode

MOST_RETURNS = 4
PASSING = frozenset(
    {"expression_list", "tuple", "assignment", "type", "generic_type", "type_parameter", "binary_operator"}
)


def find_returns(function: SgNode) -> list[SgNode]:
    """What a function or lambda returns, if that is few expressions and it is no generator."""
    if function.kind() == "lambda":
        body = function.field("body")
        return [body] if body is not None else []
    if function.kind() != "function_definition":
        return []
    found: list[SgNode] = []
    for node in find_kinds(function, ("return_statement", "yield")):
        owner = next((one for one in node.ancestors() if one.kind() in ("function_definition", "lambda")), None)
        if owner != function:
            continue
        values = node.named_children()
        if node.kind() == "yield" or len(found) >= MOST_RETURNS:
            return []
        found += values[:1]
    return found


def find_flow(node: SgNode, up: Sequence[SgNode]) -> Flow:
    """The names on the left of an assignment, a default's parameter, the function of a `return`, ..."""
    function = None
    targets: list[SgNode | None] = []
    for child, parent in zip((node, *up), up[:4], strict=False):
        kind = parent.kind()
        if kind == "assignment" and child in (parent.field("right"), parent.field("type")):
            targets.append(parent.field("left"))
        elif kind in ("named_expression", "default_parameter", "typed_default_parameter"):
            targets.append(parent.field("name"))
        elif kind == "typed_parameter":
            targets.append(parent)
        elif kind == "as_pattern":
            targets.append(parent.field("alias"))
        elif kind in ("return_statement", "lambda"):
            function = next((one for one in up if one.kind() in ("function_definition", "lambda")), None)
        if kind not in PASSING:
            break
    if function is not None:
        targets.append(function.field("name"))
        return join_flows(
            collect_flow(targets),
            find_flow(function, function.ancestors()[:6]) if function.kind() == "lambda" else Flow(),
        )
    return collect_flow(targets)


def collect_flow(targets: Iterable[SgNode | None]) -> Flow:
    """The variables and attributes in some targets."""
    names: list[SgNode] = []
    members: list[SgNode] = []
    for target in targets:
        for node in find_kinds(target, ("identifier",)) if target is not None else ():
            parent = node.parent()
            is_member = parent is not None and parent.kind() == "attribute"
            (members if is_member else names).append(node)
    return Flow(tuple(names), tuple(members))


def join_flows(one: Flow, other: Flow) -> Flow:
    """Both flows."""
    return Flow(one.names + other.names, one.members + other.members)
