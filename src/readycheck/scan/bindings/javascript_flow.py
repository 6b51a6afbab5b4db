"""What receives an expression's value in JavaScript, and what functions return."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from readycheck.scan.bindings.javascript_scopes import FUNCTIONS
from readycheck.scan.bindings.occurrence import Flow
from readycheck.scan.bindings.tree import find_kinds

if TYPE_CHECKING:
    from ast_grep_py import SgNode

MOST_RETURNS = 4
RECEIVERS = {
    "variable_declarator": ("value", "name"),
    "assignment_expression": ("right", "left"),
    "augmented_assignment_expression": ("right", "left"),
    "assignment_pattern": ("right", "left"),
    "object_assignment_pattern": ("right", "left"),
    "required_parameter": ("value", "pattern"),
    "optional_parameter": ("value", "pattern"),
    "field_definition": ("value", "property"),
    "public_field_definition": ("value", "name"),
}
# Types around a name, and object literals around a value: what is assigned is around them.
PASSING = frozenset({"type_annotation", "union_type", "generic_type", "nested_type_identifier", "pair", "object"})
PARAMETERS = ("required_parameter", "optional_parameter")  # a constructor's may be members as well
MEMBERS = ("property_identifier", "private_property_identifier")
NAMES = ("identifier", "shorthand_property_identifier_pattern", "property_identifier", "private_property_identifier")


def find_flow(node: SgNode, up: Sequence[SgNode]) -> Flow:
    """The variables and fields that an expression, or an instance of a type, is assigned to."""
    child = node
    for place, parent in enumerate(up):
        kind = parent.kind()
        if kind in PASSING:
            child = parent
            continue
        if kind in RECEIVERS:
            source, target = RECEIVERS[kind]
            is_value = child in (parent.field(source), parent.field("type"))
            flow = collect_flow([parent.field(target)]) if is_value else Flow()
            return Flow(flow.names, flow.names) if kind in PARAMETERS else flow
        if kind == "import_alias":
            return collect_flow(parent.named_children()[:1])
        if kind in ("return_statement", "arrow_function"):
            return find_function_flow(up[place:])
        break
    return Flow()


def find_function_flow(up: Sequence[SgNode]) -> Flow:
    """The names of the function that returns something."""
    place = next((place for place, one in enumerate(up) if one.kind() in FUNCTIONS), None)
    if place is None:
        return Flow()
    name = up[place].field("name")
    holder = up[place + 1] if place + 1 < len(up) else None
    target = RECEIVERS[holder.kind()][1] if holder is not None and holder.kind() in RECEIVERS else ""
    return collect_flow([name, holder.field(target) if holder is not None and target else None])


def collect_flow(targets: Iterable[SgNode | None]) -> Flow:
    """The variables and members in some targets."""
    names: list[SgNode] = []
    members: list[SgNode] = []
    for target in targets:
        for node in find_kinds(target, NAMES) if target is not None else ():
            is_member = node.kind() in MEMBERS
            (members if is_member else names).append(node)
    return Flow(tuple(names), tuple(members))


def find_returns(function: SgNode) -> list[SgNode]:
    """What a function returns, if that is few expressions and it is no generator."""
    if function.kind() not in FUNCTIONS or "generator" in function.kind():
        return []
    body = function.field("body")
    if body is None:
        return []
    if body.kind() != "statement_block":
        return [body]
    found: list[SgNode] = []
    for node in find_kinds(body, ("return_statement",)):
        if next((one for one in node.ancestors() if one.kind() in FUNCTIONS), None) == function:
            found += node.named_children()[:1]
    return found if len(found) <= MOST_RETURNS else []
