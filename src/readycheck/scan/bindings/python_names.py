"""What an identifier is where it stands in Python code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from readycheck.scan.bindings.occurrence import Binding, Occurrence, Redirect, Use, Value
from readycheck.scan.bindings.python_scopes import find_owner
from readycheck.scan.bindings.python_targets import annotate, classify_target
from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from ast_grep_py import SgNode

SPLATS = ("list_splat_pattern", "dictionary_splat_pattern")
BLANKS = compile_late(r"\s|\\")


def classify(node: SgNode, up: Sequence[SgNode]) -> Occurrence:
    """What an identifier is: found from the kind of node that it stands in."""
    if not up:
        return Use.NONE
    return KINDS.get(up[0].kind(), classify_other)(node, up)


def classify_other(node: SgNode, up: Sequence[SgNode]) -> Occurrence:  # noqa: ARG001 - the same shape as the others
    """Everywhere else a name is read."""
    return Use.VALUE


def classify_attribute(node: SgNode, up: Sequence[SgNode]) -> Occurrence:
    """`object.name`: only the object is a variable."""
    return Use.NONE if up[0].field("attribute") == node else Use.VALUE


def classify_keyword(node: SgNode, up: Sequence[SgNode]) -> Occurrence:
    """`f(name=value)`."""
    return Use.NONE if up[0].field("name") == node else Use.VALUE


def classify_definition(node: SgNode, up: Sequence[SgNode]) -> Occurrence:
    """The name of a function or class. A class has run when it is bound; a function's defaults have."""
    definition = up[0]
    if definition.field("name") != node:
        return Use.VALUE
    body = definition.field("body")
    extent = (body or definition).range()
    is_class = definition.kind() == "class_definition"
    start = extent.end.index if is_class else extent.start.index
    return Binding(find_owner(definition, up[1:]), start, (Value(definition),))


def classify_parameter(node: SgNode, up: Sequence[SgNode]) -> Occurrence:
    """Names in a parameter list; `self` is the instance of the class around."""
    place = next((place for place, one in enumerate(up) if one.kind() in ("parameters", "lambda_parameters")), -1)
    if place < 0 or place > 4:  # noqa: PLR2004 - splat, typed, default, tuple: no deeper
        return Use.VALUE
    parameter = (node, *up)[place]
    if not is_parameter_name(node, up[:place]):
        return Use.VALUE
    function = up[place + 1]
    default = parameter.field("value")
    values: tuple[Value, ...] = (Value(default),) if default is not None else ()
    if up[0].kind() not in SPLATS:
        values += annotate(parameter.field("type"))
    return Binding(function, values=values, owner=find_class(parameter, function, up[place + 2 :]))


def is_parameter_name(node: SgNode, up: Sequence[SgNode]) -> bool:
    """Whether the name is the parameter and not part of its default or annotation, `up` ending at the list."""
    child = node
    for parent in up:
        kind = parent.kind()
        if kind in ("default_parameter", "typed_default_parameter"):
            if parent.field("name") != child:
                return False
        elif kind == "typed_parameter":
            if parent.field("type") == child:
                return False
        elif kind not in (*SPLATS, "tuple_pattern"):
            return False
        child = parent
    return True


def find_class(parameter: SgNode, function: SgNode, up: Sequence[SgNode]) -> SgNode | None:
    """The class of which a method's first parameter is the instance, or which it is."""
    parameters = function.field("parameters")
    first = next(iter(parameters.named_children()), None) if parameters is not None else None
    if first != parameter or function.kind() != "function_definition":
        return None
    around = [one for one in up[:3] if one.kind() != "decorated_definition"]
    if up and up[0].kind() == "decorated_definition" and "staticmethod" in up[0].children()[0].text():
        return None
    if len(around) > 1 and around[0].kind() == "block" and around[1].kind() == "class_definition":
        return around[1]
    return None


def classify_dotted(node: SgNode, up: Sequence[SgNode]) -> Occurrence:
    """Names in `a.b.c`: of an import, of a `case`, of a decorator."""
    dotted, statement = up[0], up[1]
    kind = statement.kind()
    parts = dotted.named_children()
    is_first = parts[0] == node
    if kind in ("import_statement", "import_from_statement"):
        return bind_import(node, dotted, statement, up[1:]) if is_first else Use.NONE
    if kind in ("aliased_import", "relative_import", "future_import_statement"):
        return Use.NONE
    if kind in ("case_pattern", "keyword_pattern") and len(parts) == 1:
        return Binding(find_owner(dotted, up[1:]), dotted.range().end.index)
    return Use.VALUE if is_first else Use.NONE


def bind_import(node: SgNode, dotted: SgNode, statement: SgNode, up: Sequence[SgNode]) -> Occurrence:
    """`import a.b` binds `a`; `from m import a` binds `m.a`."""
    module = statement.field("module_name")
    if module == dotted:
        return Use.NONE
    name = node.text()
    qualified = name if module is None else join(module, name)
    values = (Value(name=qualified, is_module=module is None),)
    return Binding(find_owner(dotted, up), statement.range().end.index, values)


def classify_alias(node: SgNode, up: Sequence[SgNode]) -> Occurrence:
    """`import a.b as node`, `from m import a as node`."""
    alias, statement = up[0], up[1]
    name = alias.field("name")
    if alias.field("alias") != node or name is None:
        return Use.NONE
    module = statement.field("module_name")
    plain = BLANKS.sub("", name.text())
    values = (Value(name=plain if module is None else join(module, plain), is_module=module is None),)
    return Binding(find_owner(alias, up[1:]), statement.range().end.index, values)


def join(module: SgNode, name: str) -> str:
    """A name of a module, the dots of a relative import not doubled."""
    base = BLANKS.sub("", module.text())
    return base + name if base.endswith(".") else f"{base}.{name}"


def classify_scope_statement(node: SgNode, up: Sequence[SgNode]) -> Occurrence:
    """`global name`, `nonlocal name`."""
    return Redirect(find_owner(node, up), up[0].kind() == "global_statement")


def classify_pattern_name(node: SgNode, up: Sequence[SgNode]) -> Occurrence:
    """`*rest` and `**rest` in a `case`; the keyword of `Class(keyword=...)` is no name."""
    if up[0].kind() == "keyword_pattern":
        return Use.NONE
    return Binding(find_owner(node, up), node.range().end.index)


def classify_type(node: SgNode, up: Sequence[SgNode]) -> Occurrence:
    """Type parameters and type aliases bind; every other type is an expression."""
    above = [one for one in up[1:4] if one.kind() not in ("constrained_type", "splat_type", "type")]
    inner = up[1].kind() if len(up) > 1 else ""
    if not above:
        return Use.VALUE
    if inner == "constrained_type" and up[1].named_children()[0] not in (up[0], node):
        return Use.VALUE
    holder = above[0]
    if holder.kind() == "type_parameter":
        return bind_type_parameter(holder, up)
    if holder.kind() == "type_alias_statement" and holder.field("left") in (up[0], up[1]):
        return Binding(find_owner(holder, up[list(up).index(holder) + 1 :]), holder.range().end.index)
    return Use.VALUE


def bind_type_parameter(holder: SgNode, up: Sequence[SgNode]) -> Occurrence:
    """`def f[T]`, `class C[T]`, `type A[T]`: the parameter list is a scope; in `list[T]` it is a plain use."""
    around = up[list(up).index(holder) + 1 :]
    if not around:
        return Use.VALUE
    if around[0].kind() in ("function_definition", "class_definition"):
        return Binding(holder)
    is_alias = len(around) > 2 and around[2].kind() == "type_alias_statement"  # noqa: PLR2004
    if is_alias and around[0].kind() == "generic_type" and around[2].field("left") == around[1]:
        return Binding(holder)
    return Use.VALUE


def classify_generic(node: SgNode, up: Sequence[SgNode]) -> Occurrence:
    """`Name[T]` as a type: the name of an alias in `type Name[T] = ...`, else a use."""
    if len(up) > 2 and up[2].kind() == "type_alias_statement" and up[2].field("left") == up[1]:  # noqa: PLR2004
        is_name = up[0].named_children()[0] == node
        return Binding(find_owner(up[2], up[3:]), up[2].range().end.index) if is_name else Use.VALUE
    return Use.VALUE


def classify_splat(node: SgNode, up: Sequence[SgNode]) -> Occurrence:
    """`*name` as a parameter or as a target."""
    is_parameter = len(up) > 1 and up[1].kind() in ("parameters", "lambda_parameters", "typed_parameter")
    return classify_parameter(node, up) if is_parameter else classify_target(node, up)


def find_member(node: SgNode, up: Sequence[SgNode]) -> tuple[SgNode, tuple[Value, ...]] | None:
    """`self.name = value` inside a class: the class and the value."""
    if len(up) < 2 or not is_self_attribute(node, up[0]) or not is_assigned(up[0], up[1]):  # noqa: PLR2004
        return None
    owner = next((one for one in up if one.kind() == "class_definition"), None)
    right = up[1].field("right")
    values: tuple[Value, ...] = (Value(right),) if right is not None else ()
    return (owner, values + annotate(up[1].field("type"))) if owner is not None else None


def find_member_use(node: SgNode, up: Sequence[SgNode]) -> SgNode | None:
    """The expression that reads `self.name`."""
    if len(up) < 2 or not is_self_attribute(node, up[0]) or is_assigned(up[0], up[1]):  # noqa: PLR2004
        return None
    return up[0]


def is_self_attribute(node: SgNode, attribute: SgNode) -> bool:
    """Whether the node is the name in `self.name`; that `self` is the instance is for its binding to say."""
    if attribute.kind() != "attribute" or attribute.field("attribute") != node:
        return False
    holder = attribute.field("object")
    return holder is not None and holder.text() in SELF


def is_assigned(target: SgNode, parent: SgNode) -> bool:
    """Whether an expression is the target of an assignment."""
    return parent.kind() == "assignment" and parent.field("left") == target


SELF = ("self", "cls")
KINDS: dict[str, Callable[[SgNode, Sequence[SgNode]], Occurrence]] = {
    "attribute": classify_attribute,
    "keyword_argument": classify_keyword,
    "function_definition": classify_definition,
    "class_definition": classify_definition,
    "parameters": classify_parameter,
    "lambda_parameters": classify_parameter,
    "default_parameter": classify_parameter,
    "typed_default_parameter": classify_parameter,
    "typed_parameter": classify_parameter,
    "list_splat_pattern": classify_splat,
    "dictionary_splat_pattern": classify_splat,
    "dotted_name": classify_dotted,
    "aliased_import": classify_alias,
    "global_statement": classify_scope_statement,
    "nonlocal_statement": classify_scope_statement,
    "keyword_pattern": classify_pattern_name,
    "splat_pattern": classify_pattern_name,
    "type": classify_type,
    "generic_type": classify_generic,
    **dict.fromkeys(
        (
            "assignment", "augmented_assignment", "named_expression", "for_statement", "for_in_clause", "as_pattern",
            "as_pattern_target", "delete_statement", "pattern_list", "tuple_pattern", "list_pattern", "tuple", "list",
            "expression_list", "parenthesized_expression",
        ),
        classify_target,
    ),
}  # fmt: skip
