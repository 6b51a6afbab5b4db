"""What the value of an expression is bound to, in Python and in JavaScript."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ast_grep_py import SgNode


def find_target(call: SgNode) -> str:
    """The name or attribute that a call's value is assigned to, or empty."""
    target = find_target_node(call)
    return target.text() if target is not None else ""


def find_target_node(call: SgNode) -> SgNode | None:
    """The node of the name or attribute that a call's value is assigned to."""
    node = call.parent()
    while node is not None and node.kind() in (
        "await_expression",
        "await",
        "parenthesized_expression",
        "as_expression",
    ):
        node = node.parent()
    if node is None:
        return None
    target = None
    outer = node.parent()
    if node.kind() == "assignment_expression" and outer is not None and outer.kind() == "variable_declarator":
        node = outer  # `const app = module.exports = new Koa()`: the variable is what the file itself goes on with
    if node.kind() in ("assignment", "assignment_expression"):
        target = node.field("left")
    elif node.kind() in ("variable_declarator", "public_field_definition", "field_definition"):
        target = node.field("name") or node.field("property")
    return target
