"""What calls give in JavaScript and TypeScript, as far as texts are concerned."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from readycheck.scan.bindings.javascript_scopes import FUNCTIONS
from readycheck.scan.bindings.javascript_values import find_properties
from readycheck.scan.late import compile_late
from readycheck.scan.origins.parts import Kind, Part, Parts, fill, join, make_safe
from readycheck.scan.origins.requests import is_script_request
from readycheck.scan.origins.tracer import Tracer, trace_number, trace_unknown

if TYPE_CHECKING:
    from ast_grep_py import SgNode

NUMBERS = compile_late(
    r"^(?:Number(?:\.\w+)?|parseInt|parseFloat|BigInt|Boolean|Math\.\w+|Date\.\w+|performance\.now|process\.hrtime.*"
    r"|(?:crypto\.)?random(?:UUID|Bytes|Int)|uuid(?:v\d)?|nanoid|Symbol|isNaN)$"
)
PASSED = compile_late(
    r"^(?:String|JSON\.\w+|decodeURIComponent|decodeURI|unescape|atob|btoa|Array\.from|Array\.of|Object\.(?:values|entries"
    r"|assign|freeze|fromEntries)|Promise\.(?:all|resolve)|Buffer\.from|structuredClone)$"
)
KEYS = compile_late(r"^(?:Object\.keys|Reflect\.ownKeys|Object\.getOwnPropertyNames)$")
FILES = compile_late(r"(?:^|\.)(?:readFileSync|readFile|readdirSync|readdir|globSync|glob|sync)$")
ROWS = compile_late(
    r"^(?:query|execute|exec|all|get|each|any|one|oneOrNone|many|manyOrNone|first|pluck|\$queryRaw\w*|find\w*|fetch\w*"
    r"|select\w*|raw|count|aggregate)$"
)
NUMBER_METHODS = frozenset({
    "getTime", "toISOString", "toFixed", "indexOf", "valueOf", "toJSON", "toDateString", "toLocaleDateString",
    "getFullYear", "getMonth", "getDate", "digest", "charCodeAt", "toUnixInteger", "format", "toISO", "unix",
    "findIndex", "test", "includes", "some", "every", "has", "hasOwnProperty", "startsWith", "endsWith",
})  # fmt: skip
TEXT_METHODS = frozenset({
    "toString", "trim", "trimEnd", "trimStart", "toLowerCase", "toUpperCase", "slice", "substring", "substr", "split",
    "normalize", "at", "charAt", "pop", "shift", "reverse", "sort", "flat", "toSorted", "toReversed", "values",
    "entries", "keys", "match", "exec", "then", "catch", "finally", "find", "findLast", "lean", "json", "text",
})  # fmt: skip
PASSING_ARGUMENTS = frozenset({"concat", "padStart", "padEnd", "replace", "replaceAll", "with"})
RAW_TAGS = compile_late(r"^(?:String\.raw|dedent|outdent|stripIndents?|html|css|oneLine\w*)$")
FIELDS = compile_late(r"(?:searchParams|URLSearchParams\(.*\)|[fF]ormData|headers\(?\)?|[pP]arams)$", re.DOTALL)
# Everything but some characters is taken out.
STRIPPING = compile_late(r"^/\[\^[^\]'\"<]*\]\+?/[gimu]*g")
CHECKING = compile_late(r"\.(?:includes|has|hasOwnProperty|indexOf|test)\(|\sin\s|hasOwn\(")


def trace_call(tracer: Tracer, node: SgNode) -> Parts:  # noqa: PLR0911 - one return a form
    """A call's value."""
    callee, arguments = node.field("function"), node.field("arguments")
    if callee is None or arguments is None:
        return trace_unknown(tracer, node)
    if is_script_request(tracer.unit, node):
        return tracer.narrow(node, (tracer.make(node, Kind.REQUEST),))
    if tracer.is_safe(callee):
        return (tracer.make(node, Kind.SAFE),)
    if arguments.kind() == "template_string":
        return tracer.trace(arguments) if RAW_TAGS.match(callee.text()) else trace_unknown(tracer, node)
    listed = [one for one in arguments.named_children() if one.kind() != "comment"]
    name = callee.text()
    if NUMBERS.match(name):
        return trace_number(tracer, node)
    if KEYS.match(name) and listed:
        return trace_keys(tracer, node, listed[0])
    if PASSED.match(name):
        return tracer.trace_all(listed)
    if FILES.search(name):
        return trace_file(tracer, node, listed)
    if callee.kind() == "member_expression":
        return trace_method(tracer, node, callee, listed)
    function = find_function(tracer, callee)
    return tracer.trace_call_of(function, node) if function is not None else trace_unknown(tracer, node)


def trace_keys(tracer: Tracer, node: SgNode, owner: SgNode) -> Parts:
    """The names of an object's properties: written in the code, or as unknown as the object."""
    targets = tracer.unit.bindings.find_targets(owner) if owner.kind() == "identifier" else ()
    holder = targets[0].parent() if len(targets) == 1 else None
    value = holder.field("value") if holder is not None and holder.kind() == "variable_declarator" else owner
    if value is not None and value.kind() == "object":
        spread = [child for child in value.named_children() if child.kind() == "spread_element"]
        keys = tuple(tracer.make(value, Kind.CONSTANT, key) for key in find_properties(value))
        return (*keys, *tracer.trace_all(spread))
    return tuple(Part(part.kind, f"keys of {part.text}", node, None, part.function, part.index, part.name, part.key)
                 if part.kind is not Kind.CONSTANT else tracer.make(node, Kind.FIXED)
                 for part in tracer.trace(owner))  # fmt: skip


def trace_file(tracer: Tracer, node: SgNode, arguments: list[SgNode]) -> Parts:
    """What is read from a file, unless a request says which."""
    asked = [part for part in tracer.trace_all(arguments) if part.kind is Kind.REQUEST]
    return tuple(asked) or (tracer.make(node, Kind.FIXED),)


def trace_method(  # noqa: PLR0911 - one return a form
    tracer: Tracer, node: SgNode, callee: SgNode, arguments: list[SgNode]
) -> Parts:
    """A method call's value."""
    key, owner = callee.field("property"), callee.field("object")
    name = key.text() if key is not None else ""
    if name in NUMBER_METHODS:
        return trace_number(tracer, node)
    if name == "join" and owner is not None:
        return trace_join(tracer, node, owner, arguments)
    if name in ("map", "flatMap"):
        return trace_mapped(tracer, node, owner, arguments)
    if name == "filter":
        return trace_filtered(tracer, node, owner, arguments)
    if name == "repeat" or name in TEXT_METHODS:
        return tracer.trace(owner)
    if name in ("get", "getAll") and owner is not None and FIELDS.search(owner.text()):
        return tracer.trace(owner)
    if name in PASSING_ARGUMENTS:
        return trace_replaced(tracer, owner, arguments)
    function = find_function(tracer, callee)
    if function is not None:
        return tracer.trace_call_of(function, node)
    return (tracer.make(node, Kind.STORED if ROWS.match(name) else Kind.UNKNOWN),)


def trace_join(tracer: Tracer, node: SgNode, owner: SgNode, arguments: list[SgNode]) -> Parts:
    """`list.join(separator)`."""
    separator = tracer.trace(arguments[0]) if arguments else ()
    text = separator[0].text if separator and separator[0].kind is Kind.CONSTANT else ","
    parts = tracer.trace(owner)
    return join(tracer.make(node, Kind.CONSTANT, text), parts, node) if parts else ()


def trace_mapped(tracer: Tracer, node: SgNode, owner: SgNode | None, arguments: list[SgNode]) -> Parts:
    """`list.map(function)`: what the function returns."""
    function = find_function(tracer, arguments[0]) if arguments else None
    if function is not None:
        return tracer.trace_all(tracer.language.find_returns(function))
    if arguments and NUMBERS.match(arguments[0].text()):
        return trace_number(tracer, node)
    if arguments and (arguments[0].text() == "String" or not tracer.is_safe(arguments[0])):
        return tracer.trace(owner) if arguments[0].text() == "String" else trace_unknown(tracer, node)
    return (tracer.make(node, Kind.SAFE),)


def trace_filtered(tracer: Tracer, node: SgNode, owner: SgNode | None, arguments: list[SgNode]) -> Parts:
    """`list.filter(function)`: harmless if the function looks each element up."""
    if arguments and CHECKING.search(arguments[0].text()):
        return (tracer.make(node, Kind.FIXED),)
    return tracer.trace(owner)


def trace_replaced(tracer: Tracer, owner: SgNode | None, arguments: list[SgNode]) -> Parts:
    """A text with something added or replaced: `text.replace(pattern, by)`, `text.concat(more)`; or escaped so."""
    if arguments and STRIPPING.match(arguments[0].text()):
        return make_safe(tracer.trace(owner))
    if len(arguments) > 1 and tracer.purpose.escaping.match(f"{arguments[0].text()},{arguments[1].text()}"):
        return make_safe(tracer.trace(owner))
    added: Parts = ()
    for one in arguments:
        if one.kind() not in ("regex", *FUNCTIONS):
            added += fill(tracer.trace(one), one)
    return tracer.trace(owner) + added


def trace_new(tracer: Tracer, node: SgNode) -> Parts:
    """`new Date()` holds no syntax; a set holds what it is made of."""
    constructor, arguments = node.field("constructor"), node.field("arguments")
    name = constructor.text() if constructor is not None else ""
    if name == "Date":
        return trace_number(tracer, node)
    if name in ("Set", "Array", "String", "Map", "URL", "URLSearchParams") and arguments is not None:
        return tracer.trace_all(arguments.named_children())
    if constructor is not None and tracer.is_safe(constructor):
        return (tracer.make(node, Kind.SAFE),)
    return trace_unknown(tracer, node)


def find_function(tracer: Tracer, callee: SgNode) -> SgNode | None:
    """The function of this file that an expression is or names."""
    if callee.kind() in FUNCTIONS:
        return callee
    if callee.kind() == "member_expression":
        owner, key = callee.field("object"), callee.field("property")
        return find_method(callee, key.text()) if owner is not None and owner.kind() == "this" and key else None
    if callee.kind() != "identifier":
        return None
    targets = tracer.unit.bindings.find_targets(callee)
    parent = targets[0].parent() if len(targets) == 1 else None
    if parent is None:
        return None
    if parent.kind() in FUNCTIONS and parent.field("name") == targets[0]:
        return parent
    value = parent.field("value") if parent.kind() == "variable_declarator" else None
    return value if value is not None and value.kind() in FUNCTIONS else None


def find_method(node: SgNode, name: str) -> SgNode | None:
    """The method of the class around a node."""
    body = next((one for one in node.ancestors() if one.kind() in ("class_body", "object")), None)
    for child in body.named_children() if body is not None else ():
        key = child.field("name") if child.kind() == "method_definition" else None
        if key is not None and key.text() == name:
            return child
    return None
