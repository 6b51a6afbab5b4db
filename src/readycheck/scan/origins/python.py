"""How texts come about in Python."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from readycheck.scan.bindings.python_flow import find_returns
from readycheck.scan.late import compile_late
from readycheck.scan.origins.parts import Kind, Part, Parts, fill
from readycheck.scan.origins.python_calls import PLACEHOLDER, find_literal, is_count, read_string, trace_call
from readycheck.scan.origins.requests import is_plain_type, is_python_input, is_python_request
from readycheck.scan.origins.tracer import (
    Handler,
    Language,
    Tracer,
    interpolate,
    trace_elements,
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
    r"([\w.\[\]\"']+)\s+(?:not\s+)?in\s+[\w({\[]|\.(?:fullmatch|match)\((?:[^()]*,)?\s*([\w.]+)\s*\)"
    r"|([\w.]+)\.(?:isidentifier|isalnum|isdigit|isnumeric|isdecimal)\("
)
FUNCTIONS = frozenset({"function_definition", "lambda"})
PATH_PARTS = frozenset({"stem", "name", "parent", "suffix", "value"})
PATTERNS = frozenset({"pattern_list", "tuple_pattern", "list_pattern", "tuple", "list", "as_pattern_target"})
IMPORTS = frozenset({"import_statement", "import_from_statement", "aliased_import"})
GROWING = frozenset({"append", "extend", "add", "insert", "update"})


def trace_string(tracer: Tracer, node: SgNode) -> Parts:
    """A string, with its interpolations."""
    parts: Parts = ()
    for child in node.named_children():
        if child.kind() == "interpolation":
            hole = next(iter(child.named_children()), child)
            found = tracer.trace(hole)
            is_number = any(is_count(one.text()) for one in child.named_children() if one.kind() == "format_specifier")
            parts += (tracer.make(hole, Kind.NUMBER),) if is_number else fill(found, hole)
        elif child.kind() == "string_content":
            parts += (tracer.make(child, Kind.CONSTANT, child.text()),)
    return parts or (tracer.make(node, Kind.CONSTANT, ""),)


def trace_binary(tracer: Tracer, node: SgNode) -> Parts:
    """An operator: texts are added, filled in or repeated; paths are joined; everything else is a number."""
    operator, left, right = node.field("operator"), node.field("left"), node.field("right")
    word = operator.text() if operator is not None else ""
    if left is None or right is None:
        return trace_unknown(tracer, node)
    if word == "+":
        return trace_sum(tracer, node)
    if word == "%" and (parts := tracer.trace(left)) and any(part.kind is Kind.CONSTANT for part in parts):
        given = list_values(right)
        return interpolate(parts, [fill(tracer.trace(one), one) for one in given], PLACEHOLDER)
    if word == "*":
        return tracer.trace(left) if read_string(left) or left.kind() == "list" else trace_number(tracer, node)
    return tracer.trace(left) + tracer.trace(right) if word in ("/", "|") else trace_number(tracer, node)


def list_values(node: SgNode) -> list[SgNode]:
    """The values on the right of `%`."""
    if node.kind() == "dictionary":
        return [value for child in node.named_children() if (value := child.field("value")) is not None]
    return node.named_children() if node.kind() == "tuple" else [node]


def trace_boolean(tracer: Tracer, node: SgNode) -> Parts:
    """`a or b` may be both, `a and b` is `b` where `a` is of any use."""
    operator = node.field("operator")
    left = tracer.trace(node.field("left")) if operator is not None and operator.text() == "or" else ()
    return left + tracer.trace(node.field("right"))


def trace_choice(tracer: Tracer, node: SgNode) -> Parts:
    """`a if test else b`."""
    parts = node.named_children()
    return tracer.trace(parts[0]) + tracer.trace(parts[-1]) if parts else ()


def trace_attribute(tracer: Tracer, node: SgNode) -> Parts:
    """`object.name`."""
    if is_python_request(tracer.unit, node):
        return tracer.narrow(node, (tracer.make(node, Kind.REQUEST),))
    owner, name = node.field("object"), node.field("attribute")
    if owner is None or name is None or owner.text() in ("self", "cls"):
        return trace_unknown(tracer, node)
    if any(one.startswith(("os.environ", "sys.argv")) for one in tracer.unit.bindings.qualify(node)):
        return (tracer.make(node, Kind.FIXED),)
    return tracer.narrow(node, take_members(tracer, owner, node, name.text()))


def trace_subscript(tracer: Tracer, node: SgNode) -> Parts:
    """`object[key]`."""
    owner = node.field("value")
    if is_python_request(tracer.unit, node):
        return tracer.narrow(node, (tracer.make(node, Kind.REQUEST),))
    literal = find_literal(tracer, owner)
    if literal is not None:
        return tracer.trace(literal)
    if owner is None:
        return ()
    whole = tracer.trace(owner)
    if whole and all(part.kind is Kind.NUMBER for part in whole):
        return whole
    return tracer.narrow(node, take_members(tracer, owner, node, ""))


def take_members(tracer: Tracer, owner: SgNode, node: SgNode, name: str) -> Parts:
    """A member of a value is of the value's kind; the parameter that it belongs to is still known."""
    taken = []
    for part in tracer.trace(owner):
        if part.kind in (Kind.NUMBER, Kind.SAFE, Kind.CONSTANT) and name not in PATH_PARTS:
            taken.append(tracer.make(node, Kind.UNKNOWN if part.kind is not Kind.CONSTANT else Kind.CONSTANT))
            continue
        member = replace(part, text=tracer.make(node, part.kind).text, node=node)
        taken.append(replace(member, key=part.key or name) if part.kind is Kind.PARAMETER else member)
    return tuple(taken)


def trace_dictionary(tracer: Tracer, node: SgNode) -> Parts:
    """All values of a dictionary."""
    inner = [child.field("value") or child for child in node.named_children() if child.kind() != "comment"]
    return tracer.trace_all(inner)


def trace_comprehension(tracer: Tracer, node: SgNode) -> Parts:
    """What a comprehension collects; its loops' variables are followed where they stand."""
    return tracer.trace(node.field("body"))


def trace_target(tracer: Tracer, target: SgNode) -> Parts:
    """What a variable gets at one place."""
    child, place = target, -1
    for parent in target.ancestors():
        kind = parent.kind()
        if kind not in PATTERNS and kind != "list_splat_pattern":
            return trace_source(tracer, target, (child, parent), place)
        if kind != "as_pattern_target":
            place = [*parent.named_children()].index(child)
        child = parent
    return ()


def trace_source(  # noqa: PLR0911 - one return a form
    tracer: Tracer, target: SgNode, at: tuple[SgNode, SgNode], place: int
) -> Parts:
    """The value that is bound; `place` is the variable's among several that share it."""
    child, parent = at
    kind = parent.kind()
    if kind == "assignment":
        if is_plain_type(parent.field("type")):
            return trace_number(tracer, target)
        return trace_element(tracer, parent.field("right"), place)
    if kind == "augmented_assignment":
        right = parent.field("right")
        return fill(tracer.trace(right), right) if right is not None else ()
    if kind in ("for_statement", "for_in_clause"):
        return trace_looped(tracer, target, parent.field("right"), place)
    if kind == "named_expression":
        return tracer.trace(parent.field("value"))
    if kind == "as_pattern":
        opened = parent.named_children()[0]
        return trace_unknown(tracer, target) if opened == child else take_members(tracer, opened, target, "")
    up = [one.kind() for one in target.ancestors()[:3]]
    if not IMPORTS.isdisjoint(up):
        return (tracer.make(target, Kind.FIXED),)
    return trace_parameter(tracer, target)


def trace_element(tracer: Tracer, value: SgNode | None, place: int) -> Parts:
    """The value, or the element of a written list that a variable gets out of it."""
    if value is not None and place >= 0 and value.kind() in ("expression_list", "tuple", "list"):
        listed = value.named_children()
        return tracer.trace(listed[place]) if place < len(listed) else ()
    return tracer.trace(value)


def trace_looped(tracer: Tracer, target: SgNode, value: SgNode | None, place: int) -> Parts:
    """The elements that a loop runs over; the number of `enumerate`, the keys and values of `items`."""
    callee = value.field("function") if value is not None and value.kind() == "call" else None
    if callee is not None and callee.text() == "enumerate" and place == 0:
        return trace_number(tracer, target)
    owner = callee.field("object") if callee is not None and callee.text().endswith(".items") else None
    literal = find_literal(tracer, owner)
    if literal is not None and literal.kind() == "dictionary" and place == 0:
        return (tracer.make(target, Kind.CONSTANT),)
    return tracer.trace(value)


def trace_parameter(tracer: Tracer, target: SgNode) -> Parts:
    """A parameter of a function."""
    up = target.ancestors()
    place = next((place for place, one in enumerate(up) if one.kind() in ("parameters", "lambda_parameters")), -1)
    if not 0 <= place <= 3 or place + 1 >= len(up):  # noqa: PLR2004 - splat, typed, default: no deeper
        return trace_unknown(tracer, target)
    function, parameter = up[place + 1], (target, *up)[place]
    if is_plain_type(parameter.field("type")):
        return trace_number(tracer, target)
    default = tracer.trace(parameter.field("value"))
    if is_python_input(function, target.text(), parameter):
        return (tracer.make(target, Kind.REQUEST),)
    listed = [one for one in up[place].named_children() if one.kind() not in ("comment", "keyword_separator")]
    first = listed[0].text() if listed else ""
    index = listed.index(parameter) - (first in ("self", "cls")) if parameter in listed else -1
    symbol, annotation = tracer.name_function(function), parameter.field("type")
    written = annotation.text() if annotation is not None else ""
    part = Part(Kind.PARAMETER, target.text(), target, None, symbol, index, target.text(), type=written)
    return tracer.trace_callers(part, function) + default


def find_added(use: SgNode) -> list[SgNode]:
    """What `list.append(a)` adds."""
    member = use.parent()
    method = member.field("attribute") if member is not None and member.kind() == "attribute" else None
    call = member.parent() if member is not None else None
    if method is None or method.text() not in GROWING or call is None or call.kind() != "call":
        return []
    arguments = call.field("arguments")
    listed = arguments.named_children() if arguments is not None else []
    return listed[1:] if method.text() == "insert" else listed


def find_argument(call: SgNode, index: int, name: str) -> SgNode | None:
    """The argument of that name, or at that position."""
    arguments = call.field("arguments")
    listed = [one for one in arguments.named_children() if one.kind() != "comment"] if arguments is not None else []
    for one in listed:
        key = one.field("name") if one.kind() == "keyword_argument" else None
        if key is not None and key.text() == name:
            return one.field("value")
    positional = [one for one in listed if one.kind() != "keyword_argument"]
    return positional[index] if 0 <= index < len(positional) else None


def is_private(unit: Unit, name: str) -> bool:  # noqa: ARG001 - the same question to every language
    """Whether a function's name says that only its module calls it."""
    return name.startswith("_")


HANDLERS: Mapping[str, Handler] = {
    "string": trace_string,
    "concatenated_string": trace_elements,
    "binary_operator": trace_binary,
    "boolean_operator": trace_boolean,
    "conditional_expression": trace_choice,
    "identifier": lambda tracer, node: tracer.trace_name(node),
    "attribute": trace_attribute,
    "subscript": trace_subscript,
    "call": trace_call,
    "dictionary": trace_dictionary,
    "pair": lambda tracer, node: tracer.trace(node.field("value")),
    "named_expression": lambda tracer, node: tracer.trace(node.field("value")),
    "lambda": lambda tracer, node: tracer.trace(node.field("body")),
    **dict.fromkeys(("list", "tuple", "set", "expression_list"), trace_elements),
    **dict.fromkeys(("parenthesized_expression", "await", "list_splat", "type"), trace_inside),
    **dict.fromkeys(
        ("list_comprehension", "generator_expression", "set_comprehension", "dictionary_comprehension"),
        trace_comprehension,
    ),
    **dict.fromkeys(("integer", "float", "true", "false", "none", "ellipsis"), trace_written),
    **dict.fromkeys(("unary_operator", "not_operator", "comparison_operator"), trace_number),
}
PYTHON = Language(
    handlers=HANDLERS,
    trace_target=trace_target,
    functions=FUNCTIONS,
    find_returns=find_returns,
    find_added=find_added,
    find_argument=find_argument,
    tests=TESTS,
    is_private=is_private,
)
