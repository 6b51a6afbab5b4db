"""How the lines that one request writes are found again: an id, where it comes from, and where it goes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from readycheck.model.location import Span
from readycheck.scan.late import compile_late
from readycheck.scan.layers.body import Body, read_texts
from readycheck.scan.layers.libraries import REQUEST_IDS, find_library
from readycheck.scan.layers.mounted import Layer, Stack, is_wide
from readycheck.scan.program.model import Call, Definition

HEADER = compile_late(r"^(?:x-)?(?:request|correlation|trace|amzn-trace)-?id$|^traceparent$", re.IGNORECASE)
MAKES = compile_late(
    r"(?:^|\.)(?:uuid[1-7]?|uuidv[147]|v[147]|randomUUID|nanoid|ulid|ULID|token_hex|token_urlsafe|randomBytes|cuid|cuid2|"
    r"createId|monotonic_ulid|objectid|ObjectId|uuid7)(?:\(\))?(?:\.hex|\.toString)?$"
)
BINDS = compile_late(
    r"structlog\.contextvars\.(?:bind_contextvars|bound_contextvars)|contextvars\.ContextVar\(\)\.set|"
    r"AsyncLocalStorage\(\)\.(?:run|enterWith)|\.contextualize$|rtracer|nestjs-cls|logger\.bind$|structlog\.threadlocal"
)
CHILD = compile_late(r"(?:^|\.)(?:child|bind)$")
ID_NAME = compile_late(
    r"request_?id|\breq_?id|\breq(?:uest)?\.id\b|correlation_?id|trace_?id|rid\b|\bctx\.id\b", re.IGNORECASE
)
VERIFIES = compile_late(
    r"(?:^|\.)(?:fullmatch|match|search|test|validate|is_?valid\w*|isUUID|UUID|safeParse|parse|sanitize\w*)$"
)
LOGS = compile_late(
    r"(?:^|\.|_)(?:log|logger|logging|console|access_?log|winston|pino)\.(?:log|info|debug|warn|warning|error|http|"
    r"verbose|exception|trace)$|^print$|^console\[|\blog\.\w+$",
    re.IGNORECASE,
)
TAKES = compile_late(
    r"headers?(?:\.get|\.|\[|\()[^\]\)]{0,12}(?:x-)?(?:request|correlation)-?_?id|"
    r"==\s*b?[\"'](?:x-)?(?:request|correlation)-id",
    re.IGNORECASE,
)
WRITES = frozenset({
    "setHeader", "set", "header", "append", "extend", "update", "writeHead", "add", "setdefault", "insert",
})  # fmt: skip
SET_ITEM = compile_late(r"headers\[[^\]]*(?:(?:request|correlation|trace)[-_]?id|HEADER)", re.IGNORECASE)
HIDDEN = compile_late(r"request[_-]?(?:id|helper|context)|correlation", re.IGNORECASE)
NAMED = compile_late(r"(?:request|correlation|trace)_?id$", re.IGNORECASE)
KEPT = compile_late(r"^(?:g|request|req|ctx|scope|flask\.g)\b.*(?:request|correlation|trace)_?id", re.IGNORECASE)
FILTERS = compile_late(r"(?:^|\.)(?:Filter|Formatter|JsonFormatter)$")
ASKED = compile_late(r"\.method\b|\[.method.\]", re.IGNORECASE)
WHERE = compile_late(r"originalUrl|\.url\b|\.path\b|\.path_info|\[.path.\]|baseUrl", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Identifier:
    """One layer that gives requests an id. `binds`: by what it gets into the lines of the log, or empty."""

    layer: Layer
    library: str
    makes: bool
    binds: str
    returns: bool
    checks: bool
    takes: bool

    @property
    def where(self) -> Span:
        """Where it is mounted."""
        return self.layer.where


def find_identifiers(stack: Stack) -> Iterator[Identifier]:
    """The layers that give requests an id."""
    for layer in stack.layers:
        if not layer.is_on or layer.attached.kind == "route":
            continue
        library = find_library(layer.piece.externals, REQUEST_IDS)
        if library:
            yield Identifier(layer, library, makes=True, binds=library, returns=True, checks=True, takes=False)
        elif layer.body.says(HEADER) or layer.body.mentions(NAMED) or gives_name(layer.body):
            found = read_own(stack, layer)
            if found.makes or found.binds:
                yield found


def is_hidden(stack: Stack) -> bool:
    """Whether code that runs uses what is called as if it gave requests an id: it may be mounted unseen."""
    return any(HIDDEN.search(name) for path in stack.facts.program.modules for name in stack.facts.live.list_used(path))


def gives_name(body: Body) -> bool:
    """Whether something that code calls is given an id by its name: `bind_contextvars(correlation_id=...)`."""
    return any(NAMED.search(name) for call in body.calls for name in call.keywords)


def read_own(stack: Stack, layer: Layer) -> Identifier:
    """What an own layer does with an id."""
    body = layer.body
    makes = body.find_call(MAKES) is not None
    header = bool(body.says(HEADER))
    taking = [one for one in body.definitions if header and reads_header(body, one)]
    checks = any(VERIFIES.search(call.text) for one in taking for call in body.find_calls(one))
    return Identifier(
        layer, "", makes, find_binding(stack, body), header and sets_header(body), checks, bool(taking)
    )  # fmt: skip


def find_binding(stack: Stack, body: Body) -> str:
    """By what the id gets into every line: a context that the logger reads, or a logger of the request's own."""
    call = body.find_call(BINDS)
    if call is not None and is_read(stack, call):
        return call.text
    child = next((one for one in body.calls if CHILD.search(one.text) and ID_NAME.search(str(one.data))), None)
    return child.text if child is not None else find_filter(stack, body)


def find_filter(stack: Stack, body: Body) -> str:
    """The class of a logging filter or formatter that reads what the layer leaves: `g.request_id`."""
    if not any(KEPT.search(one.text) for one in body.sets):
        return ""
    for module in stack.facts.program.modules.values():
        for definition in module.definitions.values():
            bases = [str(base.get("t", "")) for base in definition.bases]
            if any(FILTERS.search(base) for base in bases) and any(
                map(ID_NAME.search, module.find_words(definition.name))
            ):
                return definition.name
    return ""


def is_read(stack: Stack, call: Call) -> bool:
    """Whether what is bound reaches the log: by a processor of structlog, or by something that reads it."""
    names = " ".join(str(name) for name in call.names) + call.text
    program = stack.facts.program
    if "structlog.contextvars" in names:
        return any(mentions(stack, path, "merge_contextvars") for path in program.modules)
    readers = ("get", "getStore", "getId", "patch", "configure")
    return (
        any(one.method in readers and one.owner != call.owner for one in program.iterate_calls()) or "rtracer" in names
    )


def mentions(stack: Stack, path: str, name: str) -> bool:
    """Whether a file that runs uses a name otherwise than by importing it."""
    module = stack.facts.program.modules[path]
    if not stack.facts.live.is_live(path):
        return False
    values = [one.value for one in module.assignments]
    values += [value for call in module.calls for value in (*call.arguments, *call.keywords.values())]
    return any(f".{name}" in str(value) for value in values)


def sets_header(body: Body) -> bool:
    """Whether the header with the id is set on the answer."""
    given = [(one.path, one.value) for one in body.sets]
    given += [(call.path, value) for call in body.calls if call.method in WRITES for value in call.arguments]
    if any(HEADER.match(text) for path, value in given for text in read_texts(body.program, path, value, 1)):
        return True
    return any(SET_ITEM.search(one.text) for one in body.sets)


def reads_header(body: Body, definition: Definition) -> bool:
    """Whether a function itself takes over the id of whoever asks."""
    module = body.program.modules[definition.path]
    calls = [call for call in module.calls if call.owner == definition.name]
    texts = [str(call.data) for call in calls] + [text for call in calls for text in call.conditions]
    texts += [str(one.value) for one in module.assignments if one.owner == definition.name]
    texts += [str(value) for value in definition.returns]
    return any(TAKES.search(text) for text in texts)


def find_access_logs(stack: Stack) -> Iterator[tuple[Layer, Definition]]:
    """Layers that write a line for each request, under no condition: they log its method and where it went."""
    for layer in stack.layers:
        definition = next(iter(layer.piece.definitions), None)
        if definition is None or not layer.is_on or not is_wide(stack, layer):
            continue
        own = stack.facts.program.modules[definition.path].find_calls(definition.name)
        lines = [str(one.data) for one in own if LOGS.search(one.text) and not one.conditions]
        if any(ASKED.search(line) and WHERE.search(line) for line in lines):
            yield layer, definition
