"""The functions and classes around a node, by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ast_grep_py import SgNode

NAMED = frozenset({
    "function_definition", "class_definition",
    "function_declaration", "generator_function_declaration", "class_declaration", "abstract_class_declaration",
    "method_definition", "internal_module", "module", "function_signature", "interface_declaration", "enum_declaration",
})  # fmt: skip
NAMELESS = frozenset({"function_expression", "generator_function", "arrow_function", "class"})
HOLDERS = {
    "variable_declarator": "name",
    "pair": "key",
    "field_definition": "property",
    "public_field_definition": "name",
    "assignment_expression": "left",
}
PASSING = frozenset({
    "parenthesized_expression", "as_expression", "satisfies_expression", "arguments", "call_expression",
    "await_expression", "new_expression",
})  # fmt: skip
LONGEST_NAME = 80


def find_symbol(up: Sequence[SgNode]) -> str:
    """The dotted path of what encloses a node; empty at the top of a file."""
    names: list[str] = []
    for place, one in enumerate(up):
        kind = one.kind()
        name = ""
        if kind in NAMED:
            name = read_name(one, "name")
        elif kind in NAMELESS:
            name = read_name(one, "name") or find_holder_name(up[place + 1 :])
        if name:
            names.append(name)
    return ".".join(reversed(names))


def find_holder_name(up: Sequence[SgNode]) -> str:
    """The name that a function expression is given: by a variable, a property, an assignment."""
    for parent in up[:6]:
        kind = parent.kind()
        if kind in HOLDERS:
            return read_name(parent, HOLDERS[kind])
        if kind == "export_statement":
            return "default"
        if kind not in PASSING:
            break
    return ""


def read_name(node: SgNode, field: str) -> str:
    """A name as it is written; of `module.exports.a` only `a`, no quotes, nothing computed."""
    name = node.field(field)
    if name is None or name.kind() in ("computed_property_name", "object_pattern", "array_pattern"):
        return ""
    text = name.text().strip("\"'`")
    if name.kind() == "member_expression":
        text = text.rpartition(".")[2]
    return text if len(text) <= LONGEST_NAME and "\n" not in text else ""
