"""How texts come about in JavaScript and TypeScript."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from readycheck.scan.bindings.javascript_flow import find_returns
from readycheck.scan.bindings.javascript_patterns import read_key
from readycheck.scan.bindings.javascript_scopes import FUNCTIONS
from readycheck.scan.bindings.javascript_values import find_properties
from readycheck.scan.late import compile_late
from readycheck.scan.origins.javascript_calls import trace_call, trace_new
from readycheck.scan.origins.parts import Kind, Part, Parts, fill
from readycheck.scan.origins.requests import PARTS_OF_REQUEST, is_plain_type, is_script_input, is_script_request
from readycheck.scan.origins.tracer import (
    Handler,
    Language,
    Tracer,
    trace_elements,
    trace_first,
    trace_inside,
    trace_number,
    trace_sum,
    trace_unknown,
    trace_written,
)

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

TESTS = compile_late(
    r"(?:\.(?:includes|has|hasOwnProperty|indexOf|test)|hasOwn\([^()]*,)\(?\s*([\w.$?\[\]\"']+)\s*\)|([\w.$]+)\s+in\s+[\w$]"
)
COUNTS = frozenset({"length", "size", "rowCount", "affectedRows", "insertId", "byteLength"})
ENVIRONMENT = compile_late(r"^(?:process\.env|import\.meta\.env|Deno\.env)\b")
LOOPS = frozenset(
    {"map", "forEach", "filter", "flatMap", "find", "some", "every", "sort", "reduce", "reduceRight", "findIndex"}
)
GROWING = frozenset({"push", "unshift", "add", "append"})
IMPORTS = frozenset({"import_specifier", "import_clause", "namespace_import", "import_require_clause"})
PATTERNS = frozenset({
    "object_pattern", "array_pattern", "assignment_pattern", "object_assignment_pattern", "rest_pattern",
    "pair_pattern",
})  # fmt: skip
SHORTHAND = "shorthand_property_identifier_pattern"


def trace_string(tracer: Tracer, node: SgNode) -> Parts:
    """A string without holes."""
    return (tracer.make(node, Kind.CONSTANT, node.text()[1:-1]),)


def trace_template(tracer: Tracer, node: SgNode) -> Parts:
    """A template literal."""
    parts: Parts = ()
    for child in node.named_children():
        if child.kind() == "template_substitution":
            hole = next(iter(child.named_children()), child)
            parts += fill(tracer.trace(hole), hole)
        else:
            parts += (tracer.make(child, Kind.CONSTANT, child.text()),)
    return parts or (tracer.make(node, Kind.CONSTANT, ""),)


def trace_binary(tracer: Tracer, node: SgNode) -> Parts:
    """An operator: texts are added, alternatives are both possible, everything else is a number."""
    operator = node.field("operator")
    word = operator.text() if operator is not None else ""
    if word == "+":
        return trace_sum(tracer, node)
    if word in ("||", "??"):
        return tracer.trace(node.field("left")) + tracer.trace(node.field("right"))
    return tracer.trace(node.field("right")) if word == "&&" else trace_number(tracer, node)


def trace_ternary(tracer: Tracer, node: SgNode) -> Parts:
    """Both alternatives; a value that the condition compares with a list is harmless in them."""
    return tracer.trace(node.field("consequence")) + tracer.trace(node.field("alternative"))


def trace_member(tracer: Tracer, node: SgNode) -> Parts:
    """`object.name`, `object[key]`."""
    key = node.field("property")
    name = key.text() if key is not None else ""
    if name in COUNTS:
        return trace_number(tracer, node)
    if ENVIRONMENT.match(node.text()):
        return (tracer.make(node, Kind.FIXED),)
    if is_script_request(tracer.unit, node):
        return tracer.narrow(node, (tracer.make(node, Kind.REQUEST),))
    return tracer.narrow(node, trace_property(tracer, node, node.field("object"), name))


def trace_property(tracer: Tracer, node: SgNode, owner: SgNode | None, name: str) -> Parts:
    """What an object holds under a name (empty: under any)."""
    literal = find_literal(tracer, owner)
    if literal is not None and literal.kind() == "object":
        known = find_properties(literal).get(name, ()) if name else ()
        inner = [value.node for value in known if value.node is not None]
        return tracer.trace_all(inner) if inner else tracer.trace(literal)
    if literal is not None:
        return tracer.trace(literal)
    if owner is None or owner.kind() in ("this", "super"):
        return trace_unknown(tracer, node)
    return tuple(take_member(tracer, part, node, name) for part in tracer.trace(owner))


def take_member(tracer: Tracer, part: Part, node: SgNode, name: str) -> Part:
    """A member of a value is of the value's kind; what it belongs to is still told by its parameter."""
    if part.kind in (Kind.NUMBER, Kind.SAFE):
        return tracer.make(node, Kind.UNKNOWN)
    taken = replace(part, text=tracer.make(node, part.kind).text, node=node)
    return replace(taken, key=part.key or name) if part.kind is Kind.PARAMETER else taken


def find_literal(tracer: Tracer, owner: SgNode | None) -> SgNode | None:
    """The object or array literal that an expression stands for; None if it is anything else, or changes."""
    while owner is not None and owner.kind() in ("as_expression", "satisfies_expression", "parenthesized_expression"):
        owner = next(iter(owner.named_children()), None)
    if owner is None or owner.kind() in ("object", "array"):
        return owner
    if owner.kind() == "call_expression" and owner.text().startswith("Object.freeze("):
        arguments = owner.field("arguments")
        return find_literal(tracer, next(iter(arguments.named_children()), None)) if arguments is not None else None
    if owner.kind() != "identifier":
        return None
    targets = tracer.unit.bindings.find_targets(owner)
    parent = targets[0].parent() if len(targets) == 1 else None
    if parent is None or parent.kind() != "variable_declarator" or parent.field("name") != targets[0]:
        return None
    value = parent.field("value")
    return find_literal(tracer, value) if value is not None and value.kind() != "identifier" else None


def trace_object(tracer: Tracer, node: SgNode) -> Parts:
    """All values of an object literal."""
    values = [value.node for values in find_properties(node).values() for value in values if value.node is not None]
    spread = [child for child in node.named_children() if child.kind() == "spread_element"]
    return tracer.trace_all([*values, *spread])


def trace_target(tracer: Tracer, target: SgNode) -> Parts:
    """What a variable gets at one place."""
    child, key = target, ""
    defaults: Parts = ()
    if target.kind() == SHORTHAND:
        key = target.text()
    for parent in target.ancestors():
        kind = parent.kind()
        if kind in ("assignment_pattern", "object_assignment_pattern"):
            defaults = tracer.trace(parent.field("right"))
        elif kind == "pair_pattern":
            key = read_key(parent.field("key")) or key
        elif kind not in PATTERNS:
            return trace_source(tracer, target, (child, parent), key) + defaults
        child = parent
    return ()


def trace_source(  # noqa: PLR0911 - one return a form
    tracer: Tracer, target: SgNode, place: tuple[SgNode, SgNode], key: str
) -> Parts:
    """The value that is bound, or out of which the property of that name is taken."""
    child, parent = place
    kind = parent.kind()
    if kind == "variable_declarator":
        if is_plain_type(parent.field("type")):
            return trace_number(tracer, target)
        value = parent.field("value")
        is_taken = child != target or target.kind() == SHORTHAND
        if value is not None and is_taken and key:
            return trace_taken(tracer, target, value, key)
        return tracer.trace(value)
    if kind == "assignment_expression":
        return tracer.trace(parent.field("right"))
    if kind == "augmented_assignment_expression":
        right = parent.field("right")
        return fill(tracer.trace(right), right) if right is not None else ()
    if kind == "for_in_statement":
        return tracer.trace(parent.field("right"))
    if kind in IMPORTS:
        return (tracer.make(target, Kind.FIXED),)
    if kind == "enum_declaration":
        return (tracer.make(target, Kind.CONSTANT),)
    return trace_parameter(tracer, target, child, key)


def trace_taken(tracer: Tracer, target: SgNode, value: SgNode, key: str) -> Parts:
    """`const { key } = value`."""
    while value.kind() == "await_expression" and value.named_children():
        value = value.named_children()[0]
    if is_script_request(tracer.unit, value) or is_request_object(value, key):
        return (tracer.make(target, Kind.REQUEST),)
    return trace_property(tracer, target, value, key)


def is_request_object(value: SgNode, key: str) -> bool:
    """Whether a part of the request is taken out of the request itself: `const { query } = req`."""
    return value.text() in ("req", "request", "ctx.request") and key in PARTS_OF_REQUEST


def trace_parameter(tracer: Tracer, target: SgNode, child: SgNode, key: str) -> Parts:
    """A parameter of a function, or a property that is taken out of one."""
    up = target.ancestors()
    function = next((one for one in up if one.kind() in FUNCTIONS), None)
    if function is None or function.field("name") == target:
        return trace_unknown(tracer, target)
    parameters = function.field("parameters")
    listed = [one for one in parameters.named_children() if one.kind() != "comment"] if parameters is not None else []
    parameter = next((one for one in listed if one == child or one in up), child)
    if function.field("body") in up or (parameter not in listed and function.field("parameter") != target):
        return trace_unknown(tracer, target)  # a catch clause, or anything else inside
    if is_plain_type(parameter.field("type")) and not key:
        return trace_number(tracer, target)
    index = listed.index(parameter) if parameter in listed else 0
    if (elements := trace_iterated(tracer, function, index)) is not None:
        return elements
    if is_script_input(tracer.unit, function, parameter, index, key):
        return (tracer.make(target, Kind.REQUEST),)
    value = parameter.field("value") if not key else None
    symbol, annotation = tracer.name_function(function), parameter.field("type")
    written = annotation.text() if annotation is not None and not key else ""
    part = Part(Kind.PARAMETER, target.text(), target, None, symbol, index, target.text(), key, written)
    return tracer.trace_callers(part, function) + tracer.trace(value)


def trace_iterated(tracer: Tracer, function: SgNode, index: int) -> Parts | None:
    """What a callback of `list.map`, `list.forEach` and their like is given; None if it is no such callback."""
    arguments = function.parent()
    call = arguments.parent() if arguments is not None and arguments.kind() == "arguments" else None
    callee = call.field("function") if call is not None else None
    method = callee.field("property") if callee is not None and callee.kind() == "member_expression" else None
    if callee is None or method is None or method.text() not in (*LOOPS, "then"):
        return None
    place = 1 if method.text().startswith("reduce") else 0
    if index == place:
        return tracer.trace(callee.field("object"))
    return () if index < place else trace_number(tracer, function)


def find_added(use: SgNode) -> list[SgNode]:
    """What `list.push(a, b)` adds."""
    member = use.parent()
    method = member.field("property") if member is not None and member.kind() == "member_expression" else None
    call = member.parent() if member is not None else None
    if method is None or method.text() not in GROWING or call is None or call.kind() != "call_expression":
        return []
    arguments = call.field("arguments")
    return arguments.named_children() if arguments is not None else []


def find_argument(call: SgNode, index: int, name: str) -> SgNode | None:
    """The argument at a position; of an object literal there, its property of that name."""
    arguments = call.field("arguments")
    listed = [one for one in arguments.named_children() if one.kind() != "comment"] if arguments is not None else []
    argument = listed[index] if 0 <= index < len(listed) else None
    if argument is not None and argument.kind() == "object":
        value = next(iter(find_properties(argument).get(name, ())), None)
        return value.node if value is not None else None
    return argument


def is_private(unit: Unit, name: str) -> bool:
    """Whether a function of that name is not exported."""
    escaped = re.escape(name)
    pattern = rf"\bexport\b[^\n;]*\b{escaped}\b|\bexport\s*{{[^}}]*\b{escaped}\b|exports\b[^\n;{{]*\b{escaped}\b"
    return re.search(rf"{pattern}|exports\s*=\s*{{[^}}]*\b{escaped}\b", unit.text) is None


HANDLERS: Mapping[str, Handler] = {
    "string": trace_string,
    "template_string": trace_template,
    "binary_expression": trace_binary,
    "ternary_expression": trace_ternary,
    "identifier": lambda tracer, node: (
        trace_written(tracer, node) if node.text() in ("undefined", "NaN") else tracer.trace_name(node)
    ),
    "shorthand_property_identifier": lambda tracer, node: tracer.trace_name(node),
    "member_expression": trace_member,
    "subscript_expression": trace_member,
    "call_expression": trace_call,
    "new_expression": trace_new,
    "object": trace_object,
    "array": trace_elements,
    "spread_element": trace_inside,
    "assignment_expression": lambda tracer, node: tracer.trace(node.field("right")),
    **dict.fromkeys(("parenthesized_expression", "await_expression", "sequence_expression"), trace_inside),
    **dict.fromkeys(("as_expression", "satisfies_expression", "non_null_expression"), trace_first),
    **dict.fromkeys(("number", "true", "false", "null", "undefined", "regex"), trace_written),
    **dict.fromkeys(("unary_expression", "update_expression"), trace_number),
}
JAVASCRIPT = Language(
    handlers=HANDLERS,
    trace_target=trace_target,
    functions=FUNCTIONS,
    find_returns=find_returns,
    find_added=find_added,
    find_argument=find_argument,
    tests=TESTS,
    is_private=is_private,
)
