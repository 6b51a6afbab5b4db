"""What a WebSocket asks of who opens it, and what it lets them send."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from readycheck.model.evidence import Fact
from readycheck.model.location import Span
from readycheck.scan.checks.contract import Facts
from readycheck.scan.fact_values import read_rows
from readycheck.scan.late import compile_late
from readycheck.scan.layers.body import Body
from readycheck.scan.layers.limiters import describe_counting, is_asked
from readycheck.scan.layers.mounted import Stack
from readycheck.scan.layers.sizes import MOST, find_socket_limits
from readycheck.scan.program.attached import Route
from readycheck.scan.program.model import Call, Definition

ORIGIN = compile_late(r"^origin$", re.IGNORECASE)
ORIGIN_NAME = compile_late(r"\borigins?\b|allowed_origins|cors_origins", re.IGNORECASE)
VERIFIES = compile_late(
    r"(?:^|\.)(?:jwt|jose|jsonwebtoken|PyJWT|tokens?|session)\.(?:\w+\.)?(?:verify|decode|jwtVerify|get)\w*$|"
    r"(?:^|\.)(?:verify|authenticate|verify_?\w*token|decode_?\w*token|check_?token|get_?session|get_?current_?user\w*|"
    r"jwtVerify|getToken|getUser|validate_?token)\w*$",
    re.IGNORECASE,
)
SERVERS = compile_late(r"(?:^|\.)(?:uvicorn\.(?:run|Config)|hypercorn\.config\.Config)$")
CLOSES = compile_late(
    r"(?:^|\.)(?:close|_close\w*|disconnect|send_denial_response|terminate|emit|error)$|close_later|denial"
)
LIFECYCLE = frozenset({
    "connection", "connect", "disconnect", "disconnecting", "error", "close", "open", "pong", "ping", "connect_error",
    "upgrade", "listening", "newListener", "drain", "headers",
})  # fmt: skip
COSTLY = compile_late(r"message|chat|send|prompt|ask|generate|reply|post", re.IGNORECASE)
SOCKET = compile_late(r"^(?:socket|client|ws|connection|conn|sock|websocket)$", re.IGNORECASE)
TOKEN_MISSING = compile_late(
    r"^\(?\s*!\s*[\w.?]*(?:token|auth|jwt|session|cookie|key|credential|user)\w*\s*\)?$", re.IGNORECASE
)
ONE_SECRET = compile_late(r"handshake", re.IGNORECASE)
WEBSOCKET = ("WEBSOCKET",)


@dataclass(frozen=True, eq=False)
class Door:
    """One way in for WebSockets: which of the four checks it makes, in words; what is missing is not there."""

    where: Span
    name: str
    origin: str = ""
    identity: str = ""
    size: str = ""
    rate: str = ""

    @property
    def missing(self) -> list[str]:
        """What nobody checks."""
        checks = {"the origin": self.origin, "who it is": self.identity, "how large a message may be": self.size,
                  "how often messages come": self.rate}  # fmt: skip
        return [name for name, found in checks.items() if not found]


def find_doors(stack: Stack, facts: Facts) -> Iterator[Door]:
    """All ways in."""
    sizes = {(one.where.path): one for one in find_socket_limits(facts)}
    for fact in facts.get("socket-server", ()):
        if facts.live.runs(fact.where.path, str(fact.data.get("symbol", ""))):
            size = sizes.get(fact.where.path)
            yield read_server(stack, fact, "" if size is None or size.is_too_large else f"{size.name}")
    for route in stack.routes:
        if route.methods == WEBSOCKET:
            yield read_route(stack, route)


def read_server(stack: Stack, fact: Fact, size: str) -> Door:
    """A server of socket.io or ws, with the code of the project that its events run."""
    rows = {str(row[0]): row for row in read_rows(fact, "options")}
    guards = stack.make_body(find_guards(stack))
    handlers = stack.make_body(find_connection_handlers(stack))
    verifier = next((rows[name] for name in ("verifyClient", "allowRequest") if name in rows), None)
    cors = rows.get("cors.origin")
    origin = "verifyClient" if verifier is not None else ""
    if cors is not None and cors[1] not in ("*", True) and "'*'" not in str(cors[2]):
        origin = "cors.origin"
    origin = origin or ("the handshake" if checks_origin(guards) else "")
    identity = describe_identity(guards) or (describe_identity(handlers) if handlers.find_call(CLOSES) else "")
    return Door(fact.where, str(fact.data["library"]), origin, identity, size, describe_rate(stack, [guards, handlers]))


def read_route(stack: Stack, route: Route) -> Door:
    """A route of a Python framework."""
    handlers = stack.find_handlers(route)
    bodies = [stack.make_body(handlers), *(one.body for one in stack.layers if route in one.routes and one.is_on)]
    identity = describe_identity(stack.make_body(find_near(stack, handlers), 0))
    identity = identity or next((guard.pieces[0].text for guard in route.guards if guard.name == "dependencies"), "")
    origin = "its own code" if checks_origin(bodies[0]) else ""
    name = route.handler.text if route.handler is not None else str(route.path)
    return Door(route.where, name, origin, identity, find_server_limit(stack), describe_rate(stack, bodies[:1]))


def find_near(stack: Stack, handlers: Sequence[Definition]) -> list[Definition]:
    """A handler and the functions that it calls, at most two calls away: who it is must be asked before all else."""
    found = list(handlers)
    level = list(handlers)
    for _ in range(2):
        called = (
            ref
            for one in level
            for call in stack.make_body([one], 0).calls
            for ref in stack.facts.program.find_called(call)
        )
        level = [one for ref in called if (one := stack.facts.program.find_definition(ref)) is not None]
        level = [one for one in level if not one.is_class and one not in found]
        found += level
    return found


def find_guards(stack: Stack) -> list[Definition]:
    """The functions that see a socket before it is let in: of `io.use(...)` and `server.on("upgrade", ...)`."""
    found = []
    for call in stack.facts.program.iterate_calls():
        is_guard = call.method == "use" or (call.method == "on" and first_text(call) == "upgrade")
        for definition in find_given(stack, call) if is_guard and is_run(stack, call) else ():
            names = [str(one["name"]) for one in definition.parameters]
            if names and (SOCKET.match(names[0]) or first_text(call) == "upgrade"):
                found.append(definition)
    return found


def find_connection_handlers(stack: Stack) -> list[Definition]:
    """The functions that get each new connection."""
    return [
        definition
        for call in stack.facts.program.iterate_calls()
        if call.method == "on" and first_text(call) in ("connection", "connect") and is_run(stack, call)
        for definition in find_given(stack, call)
    ]


def find_given(stack: Stack, call: Call) -> list[Definition]:
    """The functions of the project that a call is given."""
    program = stack.facts.program
    return [one for argument in call.arguments for one in program.find_definitions(call.path, argument)]


def is_run(stack: Stack, call: Call) -> bool:
    """Whether a call is reached by what is started."""
    return stack.facts.live.runs(call.path, call.owner)


def first_text(call: Call) -> str:
    """The first argument, if it is a constant text."""
    return str(call.arguments[0].get("s", "")) if call.arguments else ""


def checks_origin(body: Body) -> bool:
    """Whether code looks at the origin and can refuse."""
    asks = bool(body.says(ORIGIN)) or any(re.search(r"headers\??\.origin", str(one.data)) for one in body.calls)
    refuses = any(ORIGIN_NAME.search(text) for call in body.calls for text in call.conditions)
    return asks and refuses


def describe_identity(body: Body) -> str:
    """By which call code makes sure who somebody is."""
    call = body.find_call(VERIFIES)
    return call.text if call is not None else ""


def describe_rate(stack: Stack, bodies: Sequence[Body]) -> str:
    """By what messages are counted."""
    for body in bodies:
        call = next((one for one in body.calls if is_asked(stack, one)), None)
        if call is not None:
            return call.text
        counted = describe_counting(body)
        if counted:
            return counted
    return ""


def find_server_limit(stack: Stack) -> str:
    """The limit on messages that the server of a Python application is started with."""
    for call in stack.facts.program.iterate_calls():
        option = call.keywords.get("ws_max_size") or call.keywords.get("websocket_max_message_size")
        if option is not None and is_run(stack, call):
            size = read_plain(stack, call, option)
            return "" if size is not None and size > MOST else "ws_max_size"
    for fact in stack.facts.get("command", ()):
        if "--ws-max-size" in str(fact.data.get("argv")):
            return "--ws-max-size"
    return ""


def read_plain(stack: Stack, call: Call, option: object) -> float | None:
    """The number that an option is."""
    from readycheck.scan.layers.options import Value, read_number  # noqa: PLC0415 - they import what imports this

    return read_number(stack, Value(call.path, option)) if isinstance(option, dict) else None


def find_events(stack: Stack) -> list[Call]:
    """The events of clients that are handled: `socket.on("message", ...)`."""
    inside = [one for definition in find_connection_handlers(stack) for one in stack.make_body([definition]).calls]
    return [
        call
        for call in dict.fromkeys(inside)
        if call.method == "on" and SOCKET.match(call.text.partition(".")[0])
        and first_text(call) and first_text(call) not in LIFECYCLE and len(call.arguments) > 1
    ]  # fmt: skip
