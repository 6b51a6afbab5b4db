"""What limits how often somebody may ask: a library's limiter or own code that counts and refuses with 429."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from readycheck.model.location import Span
from readycheck.scan.late import compile_late
from readycheck.scan.layers.body import Body
from readycheck.scan.layers.libraries import LIMITERS, NOT_INBOUND, find_library
from readycheck.scan.layers.mounted import Layer, Stack
from readycheck.scan.layers.throttles import find_throttles
from readycheck.scan.program.attached import Piece, Route
from readycheck.scan.program.model import LOCAL, Call, Expression

TOO_MANY = 429
NEAR = 2
"""How many calls deep a handler asks a limiter itself."""
INBOUND = (*(one for one in LIMITERS if one not in NOT_INBOUND), "ratelimit.RateLimitMiddleware", "ratelimit.core")
MARKS = compile_late(r"^@nestjs/throttler\.(?:Throttle|SkipThrottle|ThrottlerModule)\b")
"""Decorators that only say something to a guard, which must be mounted for them to mean anything."""
REFUSES = compile_late(
    r"too[ _]?many[ _]?(?:requests|attempts|tries)|rate_?limit_?(?:exceeded|error)|HTTP_429|\bThrottled\b|"
    r"try_?(?:again_?)?later",
    re.IGNORECASE,
)
CALLED = compile_late(r"throttl|rate[_-]?limit", re.IGNORECASE)
STORES = compile_late(
    r"(?:^|\.)(?:incr|incrby|hincrby|zadd|zcard|evalsha|eval|register_script|script_load|zremrangebyscore|upsert|"
    r"findOneAndUpdate|update_or_create|get_or_create)(?:\(\))?$"
)
HITS = compile_late(
    r"(?:^|[._])(?:hit|consume|check|limit|allow|acquire|incr|throttle|take|attempt|isRateLimited|zadd|evalsha?)\w*$",
    re.IGNORECASE,
)
EXPIRY = frozenset({"timeout", "ttl", "ex", "px", "expire", "expires", "expire_in"})
KEEPS = frozenset({"get", "set", "has", "append", "push", "setdefault", "add", "popleft", "shift", "update"})
CLOCK = compile_late(
    r"(?:^|\.)(?:time\.(?:time|monotonic)|perf_counter|Date\.now|performance\.now|utcnow|now|setInterval|hrtime)(?:\(\))?$"
)
ASKS = compile_late(r"(?:limiter|token_?bucket)\.\w+$|^(?:check|enforce|consume|is)_?rate_?limit\w*$", re.IGNORECASE)
ITEM = compile_late(r"^(?:self\.|this\.)?[#\w.]+\[.+\]$")


@dataclass(frozen=True, eq=False)
class Limiter:
    """One limiter where it is in force. `counts` says with what it counts."""

    where: Span
    name: str
    counts: str
    routes: Sequence[Route]
    body: Body
    layer: Layer | None = None
    piece: Piece | None = None
    handler: str = ""
    """The handler that asks the limiter itself, if one does."""
    is_certain: bool = True


def find_limiters(stack: Stack) -> Sequence[Limiter]:
    """All limiters that are mounted, whether they are in effect or not."""
    return stack.remember("limiters", search)


def search(stack: Stack) -> list[Limiter]:
    """The same, looked for anew."""
    found = [one for layer in stack.layers if (one := read_layer(layer)) is not None]
    return [*found, *find_decorators(stack), *find_asking(stack), *find_views(stack)]


def is_hidden(stack: Stack) -> bool:
    """Whether code that runs uses a limiter that may be mounted unseen: Express alone shows all that is mounted."""
    if all(one.framework == "Express" for one in stack.applications):
        return any(is_made_inside(stack, call) for call in stack.facts.program.iterate_calls())
    for path in stack.facts.program.modules:
        names = [*stack.facts.live.list_used(path)]  # what is only imported is used by nobody
        if find_library(names, INBOUND) or any(map(CALLED.search, names)):
            return True
    return False


def is_made_inside(stack: Stack, call: Call) -> bool:
    """Whether a limiter is made in a function that runs and kept in no variable: what becomes of it is not seen."""
    if not call.owner or call.target or not find_library(call.names, INBOUND):
        return False
    return stack.facts.live.runs(call.path, call.owner)


def read_layer(layer: Layer) -> Limiter | None:
    """A layer as a limiter, if it is one. Of one that cannot be looked into its name says that it may be."""
    program, piece = layer.body.program, layer.piece
    bases = [name for one in piece.definitions for name in program.find_bases(one.ref)]
    names = [one for one in (*piece.externals, *bases) if not MARKS.search(one)]
    library = find_library(names, INBOUND)
    counts = library or find_made(layer) or describe_counting(layer.body)
    is_called = not counts and not piece.definitions and any(map(CALLED.search, names))
    if not counts and not is_called:
        return None
    return Limiter(layer.where, layer.name, counts, layer.routes, layer.body, layer, piece, is_certain=bool(counts))


def find_made(layer: Layer) -> str:
    """The library of a limiter that the function makes which is mounted: `add_middleware(make_limiter)`."""
    program = layer.body.program
    for definition in layer.piece.definitions:
        for value in definition.returns:
            call = program.find_call(definition.path, value) if "c" in value else None
            library = find_library(layer.body.name(call), INBOUND) if call is not None else ""
            if library:
                return library
    return ""


def describe_counting(body: Body) -> str:
    """With what own code counts requests before it refuses some; empty if it does not."""
    if not refuses(body):
        return ""
    library = find_library(body.externals, LIMITERS)
    ways = [f"the library {library}"] if library else []
    if body.find_call(STORES) is not None:
        ways.append("a store outside of the process")
    elif any(call.method in ("set", "add") and not EXPIRY.isdisjoint(call.keywords) for call in body.calls):
        ways.append("a store whose entries expire")
    if keeps_count(body):
        ways.append("memory")
    return " and ".join(ways)


def refuses(body: Body) -> bool:
    """Whether code answers that there were too many requests."""
    return TOO_MANY in body.statuses or bool(body.mentions(REFUSES) or body.says(REFUSES))


def find_counting(limiter: Limiter) -> Iterator[Call]:
    """The calls in a limiter's own code that count one request."""
    for call in limiter.body.calls:
        if HITS.search(call.text) or (call.method in KEEPS and is_lasting(limiter.body, call)):
            yield call


def keeps_count(body: Body) -> bool:
    """Whether code keeps something from one request to the next and looks at the clock."""
    if body.find_call(CLOCK) is None:
        return False
    if any(ITEM.match(one.text) for one in body.sets):
        return True
    return any(call.method in KEEPS and is_lasting(body, call) for call in body.calls)


def is_lasting(body: Body, call: Call) -> bool:
    """Whether the object of a call outlives the request: a variable of a file, or a member."""
    if call.text.startswith(("self.", "this.")):
        return True
    module = body.program.modules[call.path]
    names = (name[1:].rpartition(".")[0] for name in call.names if name.startswith(LOCAL))
    return any(one.owner == "" for name in names for one in module.variables.get(name, ()))


def find_decorators(stack: Stack) -> Iterator[Limiter]:
    """Limiters that stand as decorators on handlers, below the decorator of the route: a library's or own ones."""
    program = stack.facts.program
    for route in stack.routes:
        for definition in stack.find_handlers(route):
            for place, value in enumerate(definition.decorators):
                call = program.find_call(definition.path, value)
                names = call.names if call is not None else value.get("n") or ()
                if any(MARKS.search(name) for name in names):
                    continue
                library = find_library(program.find_externals(definition.path, names) | {*names}, INBOUND)
                body = stack.make_body([] if library else program.find_definitions(definition.path, {"n": names}), NEAR)
                counts = library or describe_counting(body)
                if counts and not is_above_route(stack, route, definition.decorators[place:]):
                    where = program.locate(call or definition)
                    piece = Piece(definition.path, value, frozenset(names), (), call)
                    yield Limiter(where, f"@{value.get('t', library)}", counts, [route], body, None, piece)


def find_views(stack: Stack) -> Iterator[Limiter]:
    """The throttles of Django REST framework."""
    nothing = stack.make_body([])
    views = [one for one in stack.routes if one.framework == "Django"]
    for throttle in find_throttles(stack):
        routes = [throttle.route] if throttle.route is not None else views
        piece = Piece(throttle.where.path, {"t": throttle.name}, frozenset(), ())
        yield Limiter(throttle.where, throttle.name, "the framework's throttle", routes, nothing, piece=piece)


def is_above_route(stack: Stack, route: Route, below: Sequence[Expression]) -> bool:
    """Whether the route's own decorator stands below: then the framework never sees the limiter's function."""
    call = route.own.call if route.own is not None else None
    if call is None or not call.decorates:
        return False
    calls = stack.facts.program.modules[call.path].calls
    return any("c" in one and calls[one["c"]] is call for one in below[1:])


def find_asking(stack: Stack) -> Iterator[Limiter]:
    """Handlers that ask a limiter themselves and refuse by what it says."""
    for route in stack.routes:
        handlers = stack.find_handlers(route)
        if route.handler is None or not handlers:
            continue
        body = stack.make_body(handlers, NEAR)
        call = next((one for one in body.calls if is_asked(stack, one)), None)
        if call is not None and refuses(body):
            where = stack.facts.program.locate(call)
            counts = describe_counting(body)
            yield Limiter(
                where, call.text, counts, [route], body, handler=route.handler.text, is_certain=bool(counts)
            )  # fmt: skip


def is_asked(stack: Stack, call: Call) -> bool:
    """Whether a call asks a limiter: a library's, or one that is called so."""
    if find_library((*stack.facts.program.find_externals(call.path, call.names), *call.names), INBOUND):
        return not call.text[:1].isupper()
    return (
        re.search(r"limiter\.\w+$|^(?:check|enforce|consume|is)_?rate_?limit\w*$", call.text, re.IGNORECASE) is not None
    )
