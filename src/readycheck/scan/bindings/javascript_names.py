"""What a name is where it stands in JavaScript and TypeScript code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from readycheck.scan.bindings.javascript_imports import (
    classify_import_alias,
    classify_import_clause,
    classify_import_require,
    classify_import_specifier,
    classify_namespace_import,
)
from readycheck.scan.bindings.javascript_patterns import classify_target, read_key
from readycheck.scan.bindings.javascript_scopes import CLASSES, FUNCTIONS, find_block, find_class, is_ambient
from readycheck.scan.bindings.occurrence import Binding, Occurrence, Use, Value

if TYPE_CHECKING:
    from ast_grep_py import SgNode

PROPERTIES = frozenset({"property_identifier", "private_property_identifier"})


def classify(node: SgNode, up: Sequence[SgNode]) -> Occurrence:
    """What a name is: found from the kind of node that it stands in."""
    kind = node.kind()
    if not up or kind in PROPERTIES:
        return Use.NONE
    if kind == "shorthand_property_identifier":
        return Use.VALUE
    occurrence = KINDS.get(up[0].kind(), classify_other)(node, up)
    if isinstance(occurrence, Binding) and is_ambient(up):
        return Use.NONE
    if occurrence is Use.VALUE and kind == "type_identifier":
        return Use.TYPE
    return occurrence


def classify_other(node: SgNode, up: Sequence[SgNode]) -> Occurrence:  # noqa: ARG001 - the same shape as the others
    """Everywhere else a name is read."""
    return Use.VALUE


def classify_nothing(node: SgNode, up: Sequence[SgNode]) -> Occurrence:  # noqa: ARG001 - likewise
    """Names of things that are no variables."""
    return Use.NONE


def classify_member(node: SgNode, up: Sequence[SgNode]) -> Occurrence:  # noqa: ARG001 - likewise
    """The object of a member expression: read, unless all of it is `typeof a.b` in a type."""
    outer = next((one for one in up if one.kind() != "member_expression"), up[-1])
    return Use.TYPE if outer.kind() == "type_query" else Use.VALUE


def classify_type(node: SgNode, up: Sequence[SgNode]) -> Occurrence:  # noqa: ARG001 - likewise
    """A name in a type."""
    return Use.TYPE


def classify_function(node: SgNode, up: Sequence[SgNode]) -> Occurrence:
    """A function's name (a declaration's belongs to the block around, an expression's to itself), or a parameter."""
    function = up[0]
    if function.field("name") != node:
        is_parameter = function.field("parameter") == node
        return Binding(function) if is_parameter else Use.VALUE
    is_expression = function.kind() in ("function_expression", "generator_function")
    return Binding(function if is_expression else find_block(up[1:]), values=(Value(function),))


def classify_class(node: SgNode, up: Sequence[SgNode]) -> Occurrence:
    """The name of a class: a declaration's belongs to the block around, an expression's to itself."""
    if up[0].field("name") != node:
        return Use.VALUE
    return Binding(up[0] if up[0].kind() == "class" else find_block(up[1:]), values=(Value(up[0]),))


def classify_declaration(node: SgNode, up: Sequence[SgNode]) -> Occurrence:
    """The name of an enum or namespace."""
    if up[0].field("name") != node:
        return Use.VALUE
    return Binding(find_block(up[1:]))


def classify_type_declaration(node: SgNode, up: Sequence[SgNode]) -> Occurrence:
    """The name of an interface or type alias."""
    return Binding(find_block(up[1:]), type_only=True) if up[0].field("name") == node else Use.TYPE


def classify_type_parameter(node: SgNode, up: Sequence[SgNode]) -> Occurrence:
    """`T` in `function f<T>()`."""
    return Binding(up[2], type_only=True) if up[0].field("name") == node and len(up) > 2 else Use.TYPE  # noqa: PLR2004


def classify_nested(node: SgNode, up: Sequence[SgNode]) -> Occurrence:  # noqa: ARG001 - likewise
    """`A.B`: the name of a namespace, or what an import alias stands for."""
    holder = next((one for one in up if one.kind() not in ("nested_identifier", "member_expression")), up[-1])
    if holder.kind() not in ("internal_module", "module"):
        return Use.TYPE if holder.kind() == "nested_type_identifier" else Use.VALUE
    return Binding(find_block(up[list(up).index(holder) + 1 :]))


def classify_element(node: SgNode, up: Sequence[SgNode]) -> Occurrence:
    """`<Name>` reads a variable, `<name>` and `<name-part>` are elements of the page."""
    is_element = up[0].field("name") == node and node.text()[:1].islower()
    return Use.NONE if is_element else Use.VALUE


def classify_export(node: SgNode, up: Sequence[SgNode]) -> Occurrence:
    """`export { node as other }` reads the name, unless it comes from another module or is a type."""
    if up[0].field("name") != node:
        return Use.NONE
    statement = next((one for one in up if one.kind() == "export_statement"), up[-1])
    if statement.field("source") is not None:
        return Use.NONE
    words = [child.text() for holder in (up[0], statement) for child in holder.children()]
    return Use.TYPE if "type" in words else Use.VALUE


def classify_export_statement(node: SgNode, up: Sequence[SgNode]) -> Occurrence:  # noqa: ARG001 - likewise
    """`export default node`, `export = node`; not `export as namespace node`."""
    return Use.NONE if any(child.text() == "namespace" for child in up[0].children()) else Use.VALUE


def find_member(node: SgNode, up: Sequence[SgNode]) -> tuple[SgNode, tuple[Value, ...]] | None:
    """A field of a class, `this.x = v` inside it, or a constructor's parameter with an access modifier."""
    owner = find_class(up)
    if owner is None:
        return None
    holder = up[0]
    kind = holder.kind()
    if kind in FIELDS:
        is_named = node in (holder.field("property"), holder.field("name"))
        return (owner, list_values(holder)) if is_named else None
    if kind == "method_definition" and holder.field("name") == node and not is_accessor(holder):
        return owner, (Value(holder),)
    if kind in ("required_parameter", "optional_parameter"):
        return (owner, list_values(holder)) if is_property(node, holder) else None
    if len(up) > 1 and is_this_member(node, holder) and is_assigned(holder, up[1]):
        right = up[1].field("right")
        return (owner, (Value(right),)) if right is not None else None
    return None


def list_values(holder: SgNode) -> tuple[Value, ...]:
    """The value of a field or parameter, and the one that its type promises."""
    value, annotation = holder.field("value"), holder.field("type")
    values: tuple[Value, ...] = (Value(value),) if value is not None else ()
    return (*values, Value(annotation, suffix="()")) if annotation is not None else values


def is_accessor(method: SgNode) -> bool:
    """Whether a method is a getter or setter."""
    return any(child.kind() in ("get", "set") for child in method.children())


def is_property(node: SgNode, parameter: SgNode) -> bool:
    """Whether a parameter declares a member of its class."""
    if parameter.field("pattern") != node:
        return False
    return any(
        child.kind() in ("accessibility_modifier", "readonly", "override_modifier") for child in parameter.children()
    )


def find_member_use(node: SgNode, up: Sequence[SgNode]) -> SgNode | None:
    """The expression that reads `this.name`."""
    if len(up) < 2 or not is_this_member(node, up[0]) or is_assigned(up[0], up[1]):  # noqa: PLR2004
        return None
    return up[0]


def is_this_member(node: SgNode, holder: SgNode) -> bool:
    """Whether the node is the property of `this.name`."""
    if holder.kind() != "member_expression" or holder.field("property") != node:
        return False
    whose = holder.field("object")
    return whose is not None and whose.kind() == "this"


def is_assigned(target: SgNode, parent: SgNode) -> bool:
    """Whether an expression is the target of an assignment."""
    return parent.kind() == "assignment_expression" and parent.field("left") == target


FIELDS = ("field_definition", "public_field_definition")
KINDS: dict[str, Callable[[SgNode, Sequence[SgNode]], Occurrence]] = {
    "member_expression": classify_member,
    "type_query": classify_type,
    "type_parameter": classify_type_parameter,
    "nested_type_identifier": classify_type,
    "type_predicate": classify_nothing,
    "index_signature": classify_nothing,
    "namespace_export": classify_nothing,
    "nested_identifier": classify_nested,
    "jsx_opening_element": classify_element,
    "jsx_closing_element": classify_element,
    "jsx_self_closing_element": classify_element,
    "export_specifier": classify_export,
    "export_statement": classify_export_statement,
    "import_clause": classify_import_clause,
    "import_specifier": classify_import_specifier,
    "namespace_import": classify_namespace_import,
    "import_require_clause": classify_import_require,
    "import_alias": classify_import_alias,
    "enum_declaration": classify_declaration,
    "internal_module": classify_declaration,
    "module": classify_declaration,
    "interface_declaration": classify_type_declaration,
    "type_alias_declaration": classify_type_declaration,
    **dict.fromkeys(FUNCTIONS | {"function_signature"}, classify_function),
    **dict.fromkeys(CLASSES, classify_class),
    **dict.fromkeys(
        (
            "variable_declarator", "object_pattern", "array_pattern", "rest_pattern", "assignment_pattern",
            "object_assignment_pattern", "pair_pattern", "formal_parameters", "required_parameter",
            "optional_parameter", "catch_clause", "for_in_statement", "assignment_expression",
            "augmented_assignment_expression", "parenthesized_expression", "non_null_expression", "as_expression",
            "satisfies_expression", "type_assertion",
        ),
        classify_target,
    ),
}  # fmt: skip
__all__ = ["classify", "find_member", "find_member_use", "read_key"]
