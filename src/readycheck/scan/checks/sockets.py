"""Checks on who may open a WebSocket, and what may be sent over it."""

from __future__ import annotations

from collections.abc import Iterator

from readycheck.model.evidence import Fact, Match
from readycheck.model.location import Span
from readycheck.model.rule import Rule
from readycheck.scan.checks.contract import CheckResult, Facts, requires
from readycheck.scan.fact_values import read_rows
from readycheck.scan.late import compile_late
from readycheck.scan.layers.mounted import LAYERED, Stack, find_stack
from readycheck.scan.layers.sizes import describe_size, find_socket_limits
from readycheck.scan.layers.sockets import (
    COSTLY,
    ONE_SECRET,
    TOKEN_MISSING,
    WEBSOCKET,
    Door,
    describe_rate,
    find_connection_handlers,
    find_doors,
    find_events,
    find_guards,
    first_text,
)
from readycheck.scan.program.model import Definition

KINDS = (*LAYERED, "socket-server")
NONE = "no WebSocket is served"
# Whose sockets are not looked into, and cannot be said not to be there.
LIBRARIES = compile_late(
    r"^(?:flask_socketio|socketio|engineio|channels|websockets?|flask_sock|simple_websocket|@nestjs/websockets|"
    r"@nestjs/platform-(?:ws|socket\.io)|@fastify/websocket|express-ws|koa-websocket|hono/ws|uWebSockets\.js|ws|socket\.io|"
    r"sockjs|faye-websocket|primus|engine\.io|graphql-ws|colyseus|pusher|tornado\.websocket)(?:[./]|$)"
)


@requires(*KINDS)
def sockets_protected(facts: Facts, rule: Rule) -> CheckResult:
    """Every WebSocket asks for the origin and for who it is, and limits size and number of messages."""
    doors = list(find_doors(find_stack(facts), facts))
    if not doors:
        return CheckResult(0, absent=tell_none(facts))
    matches = tuple(Match(rule.id, one.where, "", one.name, describe(one)) for one in doors if not one.missing)
    incomplete = tuple(one.where for one in doors if one.missing)
    return CheckResult(len(doors), () if incomplete else matches, incomplete)


@requires(*KINDS)
def socket_any_origin(facts: Facts, rule: Rule) -> CheckResult:
    """A server of sockets lets pages of any origin connect."""
    servers = list_servers(facts)
    matches = [
        tell(rule, fact, row, f"`{row[0]}: {row[2]}` lets any page open a socket")
        for fact in servers
        for row in read_rows(fact, "options")
        if row[0] == "cors.origin" and (row[1] in ("*", True) or "'*'" in str(row[2]) or '"*"' in str(row[2]))
    ]
    return CheckResult(len(servers), tuple(matches), absent=tell_none(facts))


@requires(*KINDS)
def socket_message_too_large(facts: Facts, rule: Rule) -> CheckResult:
    """A server of sockets takes messages of more than 10 MB."""
    limits = list(find_socket_limits(facts))
    matches = [
        Match(rule.id, one.where, "", one.name, f"`{one.name}` takes messages of {describe_size(one.size)}")
        for one in limits
        if one.is_too_large
    ]
    return CheckResult(len(limits), tuple(matches), absent=tell_none(facts))


@requires(*KINDS)
def socket_guest_admitted(facts: Facts, rule: Rule) -> CheckResult:
    """A socket without a token is let in."""
    stack = find_stack(facts)
    guards = find_guards(stack)
    matches = [
        Match(rule.id, facts.program.locate(call), call.owner, call.text,
              f"whoever sends nothing is let in: `next()` under `{call.conditions[-1].strip('()')}`")
        for definition in guards
        for call in facts.program.modules[definition.path].find_calls(definition.name)
        if call.text == "next" and not call.arguments and call.conditions and TOKEN_MISSING.match(call.conditions[-1])
    ]  # fmt: skip
    return CheckResult(len(guards), tuple(matches), absent=tell_none(facts))


@requires(*KINDS)
def socket_events_unlimited(facts: Facts, rule: Rule) -> CheckResult:
    """Messages over a socket are counted by nobody."""
    stack = find_stack(facts)
    events = find_events(stack)
    bodies = [stack.make_body(find_guards(stack)), stack.make_body(find_connection_handlers(stack))]
    if not events or describe_rate(stack, bodies):
        return CheckResult(len(events), absent=tell_none(facts))
    costly = next((one for one in events if COSTLY.search(first_text(one))), events[0])
    others = f", as may {len(events) - 1} other events" if len(events) > 1 else ""
    message = f"`{first_text(costly)}` may be sent as often as somebody likes{others}"
    return CheckResult(len(events), (Match(rule.id, facts.program.locate(costly), costly.owner, costly.text, message),))


@requires(*KINDS, "env-read")
def socket_key_known(facts: Facts, rule: Rule) -> CheckResult:
    """A socket asks for a key that stands in the code."""
    stack = find_stack(facts)
    guards = find_guards(stack)
    matches = []
    for definition in guards:
        calls = facts.program.modules[definition.path].find_calls(definition.name)
        if not any(ONE_SECRET.search(text) for call in calls for text in call.conditions):
            continue
        for fact in list_defaults(facts, definition):
            message = f"where {fact.data['name']} is not set, everybody knows the key: it stands here"
            matches.append(Match(rule.id, fact.where, definition.name, str(fact.data["name"]), message))
    return CheckResult(len(guards), tuple(matches), absent=tell_none(facts))


def list_defaults(facts: Facts, definition: Definition) -> Iterator[Fact]:
    """The variables that a function reads and has a literal default for."""
    lines = range(definition.line, int(str(definition.data.get("end", definition.line))) + 1)
    for fact in facts.get("env-read", ()):
        if fact.where.path == definition.path and fact.where.line in lines and fact.data.get("literal"):
            yield fact


@requires(*KINDS)
def socket_unchecked(facts: Facts, rule: Rule) -> CheckResult:
    """A WebSocket route lets in whoever asks."""
    doors = [one for one in find_doors(find_stack(facts), facts) if is_route(find_stack(facts), one)]
    matches = [
        Match(
            rule.id, one.where, "", one.name, f"`{one.name}` serves a socket to whoever opens one: it asks for no token"
        )
        for one in doors
        if not one.identity and not one.origin
    ]
    return CheckResult(len(doors), tuple(matches), absent=tell_none(facts))


def is_route(stack: Stack, door: Door) -> bool:
    """Whether a way in is a route of a framework."""
    return any(route.where == door.where and route.methods == WEBSOCKET for route in stack.routes)


def list_servers(facts: Facts) -> list[Fact]:
    """The servers of sockets that run."""
    servers = facts.get("socket-server", ())
    return [one for one in servers if facts.live.runs(one.where.path, str(one.data.get("symbol", "")))]


def tell_none(facts: Facts) -> str:
    """Why nothing is looked at: there are no sockets."""
    return "" if any(True for _ in list_any(facts)) else NONE


def list_any(facts: Facts) -> Iterator[object]:
    """Every sign of a socket."""
    yield from list_servers(facts)
    yield from (route for route in find_stack(facts).routes if route.methods == WEBSOCKET)
    for path, module in facts.program.modules.items():
        if facts.live.is_live(path):
            names = (*module.imports.values(), *module.data.get("loads", ()))
            yield from (name for name in names if LIBRARIES.match(str(name)))


def tell(rule: Rule, fact: Fact, row: list[object] | object, message: str) -> Match:
    """The match of one option."""
    line, text = (int(str(row[3])), str(row[4])) if isinstance(row, list) else (fact.where.line, fact.where.snippet)
    where = Span(fact.where.path, line, len(text) - len(text.lstrip()) + 1, line, len(text) + 1, text)
    return Match(rule.id, where, str(fact.data.get("symbol", "")), str(fact.data["form"]), message)


def describe(door: Door) -> str:
    """What one way in checks."""
    return (
        f"`{door.name}` checks the origin ({door.origin}) and who it is (`{door.identity}`), "
        f"and limits size ({door.size}) and number of messages (`{door.rate}`)"
    )
