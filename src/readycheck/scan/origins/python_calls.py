"""What calls give in Python, as far as texts are concerned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readycheck.scan.bindings.python_values import read_positional
from readycheck.scan.late import compile_late
from readycheck.scan.literals import iterate_arguments, read_literal
from readycheck.scan.origins.parts import Kind, Parts, fill, join, make_safe
from readycheck.scan.origins.requests import is_python_request
from readycheck.scan.origins.tracer import Tracer, interpolate, trace_number, trace_unknown

if TYPE_CHECKING:
    from ast_grep_py import SgNode

PLACEHOLDER = compile_late(r"%(?:\(\w+\))?[-+ #0]*\d*(?:\.\d+)?[srdifxXeEgGc]")
BRACES = compile_late(r"(?<!\{)\{[^{}]*\}(?!\})")
COUNT = compile_late(r"^:?[-+ ,_.\d<>^=]*[dfeEgGnxXob%]$")
NUMBERS = frozenset({
    "int", "float", "len", "sum", "abs", "round", "bool", "hash", "id", "ord", "range", "min", "max", "isinstance",
    "hex", "time.time", "uuid4", "uuid.uuid4", "uuid.uuid1", "uuid.UUID", "UUID", "Decimal", "datetime.now",
    "datetime.utcnow", "datetime.datetime.now", "datetime.datetime.utcnow",
    "date.today", "timezone.now", "timedelta", "secrets.token_hex",
    "any", "all", "callable",
})  # fmt: skip
PASSED = frozenset({
    "str", "repr", "list", "tuple", "set", "frozenset", "sorted", "reversed", "iter", "next", "filter", "cast", "dict",
    "textwrap.dedent", "dedent", "inspect.cleandoc", "cleandoc", "zip", "enumerate", "Path", "PurePath", "json.loads",
    "json.dumps", "unquote", "urllib.parse.unquote", "bytes", "itertools.chain", "chain",
})  # fmt: skip
NUMBER_METHODS = frozenset({
    "isoformat", "strftime", "timestamp", "hexdigest", "count", "index", "find", "total_seconds", "date", "startswith",
    "endswith", "isdigit", "hex",
})  # fmt: skip
TEXT_METHODS = frozenset({
    "strip", "lstrip", "rstrip", "lower", "upper", "title", "encode", "decode", "removeprefix", "removesuffix", "split",
    "splitlines", "rsplit", "copy", "keys", "values", "items", "pop", "capitalize", "casefold", "model_dump", "dict",
    "group", "partition", "rpartition", "translate", "expandtabs", "with_suffix", "as_posix", "resolve", "swapcase",
})  # fmt: skip
FILES = frozenset({"read_text", "read_bytes", "read", "readlines", "iterdir", "glob", "rglob", "get_data", "open"})
OPENED = compile_late(r"^(?:open|io\.open|Path\(|resources\.|importlib\.resources|pkgutil\.|files\()")
# Everything but some characters is taken out.
STRIPPING = compile_late(r"""^r?["']\[\^[^\]'"<]*\]\+?["']$""")
# What a fixed table is called; of other things that do not change, `get` may fetch anything.
TABLE = compile_late(r"(?:^|\.)[A-Z][A-Z0-9_]*$|config|settings|environ|options|table|map\b|names|fields|columns")
ROWS = frozenset({
    "execute", "fetchall", "fetchone", "fetchmany", "fetch", "fetchrow", "fetchval", "fetch_all", "fetch_one",
    "scalars", "scalar", "scalar_one", "scalar_one_or_none", "first", "one", "all", "mappings", "fetch_val",
    "one_or_none",
})  # fmt: skip


def trace_call(tracer: Tracer, node: SgNode) -> Parts:  # noqa: PLR0911 - one return a form
    """A call's value."""
    callee = node.field("function")
    if callee is None:
        return trace_unknown(tracer, node)
    if is_python_request(tracer.unit, node):
        return tracer.narrow(node, (tracer.make(node, Kind.REQUEST),))
    if tracer.is_safe(callee):
        return (tracer.make(node, Kind.SAFE),)
    name, arguments = callee.text(), read_positional(node)
    if name in NUMBERS:
        return trace_number(tracer, node)
    if name == "map" and len(arguments) > 1:
        return trace_mapped(tracer, node, arguments)
    if name in ("re.sub", "regex.sub") and len(arguments) > 2:  # noqa: PLR2004 - pattern, replacement, text
        found = tracer.trace(arguments[2])
        return make_safe(found) if STRIPPING.match(arguments[0].text()) else found
    if name in PASSED:
        return tracer.trace_all(arguments)
    if any(one in ("os.getenv", "os.environ.get") for one in tracer.unit.bindings.qualify(callee)):
        return (tracer.make(node, Kind.FIXED),)
    if callee.kind() == "attribute":
        return trace_method(tracer, node, callee, arguments)
    function = find_function(tracer, callee)
    return tracer.trace_call_of(function, node) if function is not None else trace_unknown(tracer, node)


def trace_mapped(tracer: Tracer, node: SgNode, arguments: list[SgNode]) -> Parts:
    """`map(function, list)`."""
    if arguments[0].text() in NUMBERS:
        return trace_number(tracer, node)
    if tracer.is_safe(arguments[0]):
        return (tracer.make(node, Kind.SAFE),)
    return tracer.trace_all(arguments[1:]) if arguments[0].text() in PASSED else trace_unknown(tracer, node)


def trace_method(  # noqa: PLR0911 - one return a form
    tracer: Tracer, node: SgNode, callee: SgNode, arguments: list[SgNode]
) -> Parts:
    """A method call's value."""
    owner, attribute = callee.field("object"), callee.field("attribute")
    name = attribute.text() if attribute is not None else ""
    if owner is None or name in NUMBER_METHODS:
        return trace_number(tracer, node)
    if name == "join":
        return trace_join(tracer, node, owner, arguments)
    if name in ("format", "format_map"):
        return trace_format(tracer, node, owner, arguments)
    if name == "replace":
        if len(arguments) > 1 and tracer.purpose.escaping.match(f"{arguments[0].text()},{arguments[1].text()}"):
            return make_safe(tracer.trace(owner))
        return tracer.trace(owner) + tuple(part for one in arguments[1:2] for part in fill(tracer.trace(one), one))
    if name == "get" and (found := trace_lookup(tracer, node, owner, arguments)) is not None:
        return found
    if name in TEXT_METHODS:
        return tracer.trace(owner)
    if name in FILES:
        asked = (
            [part for part in tracer.trace(owner) if part.kind is Kind.REQUEST] if OPENED.match(owner.text()) else []
        )
        return tuple(asked) or (tracer.make(node, Kind.FIXED),)
    function = find_method(callee, name) if owner.text() in ("self", "cls") else None
    if function is not None:
        return tracer.trace_call_of(function, node)
    return (tracer.make(node, Kind.STORED if name in ROWS else Kind.UNKNOWN),)


def trace_lookup(tracer: Tracer, node: SgNode, owner: SgNode, arguments: list[SgNode]) -> Parts | None:
    """`table.get(key, default)`; None where the table is no dictionary that is known."""
    literal = find_literal(tracer, owner)
    values = tracer.trace(literal) if literal is not None else ()
    if literal is None:
        kinds = (Kind.REQUEST, Kind.STORED, *((Kind.FIXED,) if TABLE.search(owner.text()) else ()))
        found = [part for part in tracer.trace(owner) if part.kind in kinds]
        values = (tracer.make(node, found[0].kind),) if found else ()
    return values + tracer.trace_all(arguments[1:2]) if values else None


def trace_join(tracer: Tracer, node: SgNode, owner: SgNode, arguments: list[SgNode]) -> Parts:
    """`separator.join(list)`."""
    parts = tracer.trace(arguments[0]) if arguments else ()
    return join(tracer.make(node, Kind.CONSTANT, read_string(owner)), parts, node) if parts else ()


def trace_format(tracer: Tracer, node: SgNode, owner: SgNode, arguments: list[SgNode]) -> Parts:
    """`template.format(...)`; of what a library's template is filled with that library takes care."""
    template = tracer.trace(owner)
    if template and all(part.kind is Kind.SAFE for part in template):
        return template
    given = [*arguments, *(value for _, value in iterate_arguments(node))]
    return interpolate(template, [fill(tracer.trace(one), one) for one in given], BRACES)


def find_literal(tracer: Tracer, owner: SgNode | None) -> SgNode | None:
    """The dictionary or list literal that an expression stands for; None if it is anything else, or changes."""
    if owner is None or owner.kind() in ("dictionary", "list", "tuple"):
        return owner
    if owner.kind() != "identifier":
        return None
    targets = tracer.unit.bindings.find_targets(owner)
    parent = targets[0].parent() if len(targets) == 1 else None
    value = parent.field("right") if parent is not None and parent.kind() == "assignment" else None
    return value if value is not None and value.kind() in ("dictionary", "list", "tuple") else None


def find_function(tracer: Tracer, callee: SgNode) -> SgNode | None:
    """The function of this file that a name stands for."""
    targets = tracer.unit.bindings.find_targets(callee) if callee.kind() == "identifier" else ()
    parent = targets[0].parent() if len(targets) == 1 else None
    return parent if parent is not None and parent.kind() == "function_definition" else None


def find_method(node: SgNode, name: str) -> SgNode | None:
    """The method of the class around a node."""
    owner = next((one for one in node.ancestors() if one.kind() == "class_definition"), None)
    body = owner.field("body") if owner is not None else None
    for child in body.named_children() if body is not None else ():
        function = child.field("definition") if child.kind() == "decorated_definition" else child
        key = function.field("name") if function is not None and function.kind() == "function_definition" else None
        if key is not None and key.text() == name:
            return function
    return None


def read_string(node: SgNode) -> str:
    """The content of a constant string, else the empty text."""
    known, value = read_literal(node)
    return value if known and isinstance(value, str) else ""


def is_count(specifier: str) -> bool:
    """Whether a format's specifier only lets numbers pass: `:d`, `:.2f`."""
    return COUNT.match(specifier) is not None
