"""Servers of WebSockets in JavaScript: `socket.io`, `ws`.

`socket-server`: `library`, `form`, `symbol`, and `options`, rows of the path of an option (`cors.origin`), its value
where it is a literal, its text, and its line and row. `opaque`: the options come from elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.model.vocabulary import Language
from readycheck.scan.literals import iterate_properties, read_literal

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

KINDS = ("socket-server",)
SERVING = True
LANGUAGES = (Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX)
ANCHORS = ("socket.io", "ws", "WebSocketServer", "SocketIOServer", "WebSocket", "SocketServer")
SERVERS = {
    "socket.io.Server": "socket.io", "socket.io": "socket.io", "socket.io.default": "socket.io",
    "ws.WebSocketServer": "ws", "ws.Server": "ws", "ws.default.Server": "ws", "ws.WebSocket.Server": "ws",
}  # fmt: skip
MOST_DEPTH = 2
LONGEST = 80
OPTIONS = frozenset({"object"})


def collect(unit: Unit) -> Iterator[Fact]:
    """The servers that one file makes."""
    for reference in unit.find_references(tuple(SERVERS)):
        call = reference.call
        arguments = call.field("arguments") if call is not None else None
        if call is None or arguments is None or call.kind() == "import_statement":
            continue
        given = [part for part in arguments.named_children() if part.kind() != "comment"]
        library = SERVERS[reference.name]
        if library == "ws" and call.kind() != "new_expression":
            continue
        objects = [part for part in given if part.kind() in OPTIONS]
        rows: list[Json] = [row for part in objects for row in read_options(unit, part, "", MOST_DEPTH)]
        data: dict[str, Json] = {
            "library": library,
            "form": reference.name,
            "symbol": unit.bindings.enclosing_symbol(call),
            "options": rows,
            "opaque": not objects and len(given) > (1 if library == "socket.io" else 0),
        }
        yield Fact("socket-server", unit.locate(call), data)


def read_options(unit: Unit, node: SgNode, prefix: str, depth: int) -> Iterator[Json]:
    """The options in an object, those of nested objects with the path to them."""
    for name, value in iterate_properties(node):
        path = f"{prefix}{name}"
        if value.kind() in OPTIONS and depth:
            yield from read_options(unit, value, f"{path}.", depth - 1)
            continue
        known, literal = read_literal(value)
        place = unit.locate(value)
        yield [path, literal if known else None, " ".join(value.text()[:LONGEST].split()), place.line, place.snippet]
