"""Checks on who may call: routes without a guard, and credentials in the address."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from readycheck.model.evidence import Match
from readycheck.model.location import Span
from readycheck.model.rule import Rule
from readycheck.scan.checks.contract import PROGRAM, CheckResult, Facts, requires
from readycheck.scan.late import compile_late
from readycheck.scan.program.attached import Route
from readycheck.scan.program.guard_words import ENTRANCE
from readycheck.scan.program.guards import Guard
from readycheck.scan.program.model import Definition, Expression, Module, is_within
from readycheck.scan.program.paths import has_parameter, is_infrastructure, list_words, split
from readycheck.scan.program.reasons import NOT_STARTED
from readycheck.scan.program.switches import find_switch

WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
OF_USERS = compile_late(
    r"^(?:users?|profiles?|accounts?|customers?|patients?|employees?|members?|orders?|messages?|conversations?|chats?"
    r"|threads?|payments?|invoices?|transactions?|wallets?|memories|notifications?|me|api-?keys|audit(?:-?logs?)?|admin"
    r"|teams?|subscriptions?)$"
)
PUBLIC = compile_late(
    r"auth|o?auth2?|log-?in|log-?out|sign|regist|token|refresh|password|forgot|reset|verif|confirm|activat|otp|magic|sso"
    r"|saml|oidc|webhook|hook|callback|contact|newsletter|subscribe|unsubscribe|feedback|waitlist|lead|csp|report-uri"
    r"|track|event|collect|analytic|telemetry|beacon|metric|search|query|validat|check|exist|available|preview|graphql"
    r"|trpc|rpc|invit|recaptcha|captcha|public|shared?|health|ping|status|install|setup|onboard|demo|avatar|image|photo"
    r"|icon|badge|feed|rss|sitemap|count|calculat|estimat|convert|parse|debug|cron|internal|introspect|revoke|well-known"
    r"|jwks|ingest|scim|upload-?url|sync|decod|encod|conver|quote|fee\b|rates?$|errors?$|log$|vitals|mcp|sse|slack|discord|stripe|telegram|github|twilio|line"
    r"|bot|options?$|enums?$|constants?$",
    re.IGNORECASE,
)
GIVEN = compile_late(r"webhook|callback|(?:^|/)tests?/", re.IGNORECASE)
SIGN_UP = compile_late(r"^(?:users?|accounts?|customers?|members?|profiles?)$")
SHOWN_TO_ALL = compile_late(
    r"^(?:followers?|following|follows?|reputation|endorsements?|activity|views?|likes?|reviews?|ratings?|comments?|posts?)$"
    r"|^[:{<\[(](?:str:|slug:)?(?:user_?name|slug|handle|nick(?:name)?|permalink)\W*$",
    re.IGNORECASE,
)
LEFTOVERS = frozenset({"test", "status", "debug"})
URL_TOKEN = compile_late(
    r"\b(?:req|request|ctx|context|c|event)\.(?:query|query_params|args|GET)\b\W{0,3}(?:\.?get\(\W{0,2})?\.?"
    r"(?:access_?token|auth_?token|token|jwt|api_?key)\b"
    r"|searchParams\.get\(\W(?:access_?token|token|jwt|api_?key)\b",
    re.IGNORECASE,
)
NAMED = 3
ASKED_DEPTH = 2
"""How many calls below a guard the credential may be read."""


@requires(*PROGRAM)
def route_unguarded(facts: Facts, rule: Rule) -> CheckResult:
    """A route that changes something, or returns what belongs to users, and that nothing stands before."""
    routes = list_served(facts)
    faults = list_faults(facts, routes)
    message = "{}, and nothing asks who calls"
    matches = [
        Match(rule.id, route.where, text=route.where.snippet.strip(), message=message.format(describe(route)))
        for route in faults
    ]
    return CheckResult(len(routes), tuple(dict.fromkeys(matches)))


@requires(*PROGRAM)
def routes_guarded(facts: Facts, rule: Rule) -> CheckResult:
    """All routes but the public ones ask who calls: proved only where all of them are known."""
    routes = list_served(facts)
    verdicts = [(route, facts.web.judge.judge(route)) for route in routes]
    guarded = [(route, verdict) for route, verdict in verdicts if verdict.access in ("authenticated", "admin")]
    unknown = [route for route in facts.web.unresolved if route.unresolved != NOT_STARTED]
    doubtful = [route for route, verdict in verdicts if verdict.access == "unknown"]
    if not guarded or unknown or doubtful or list_faults(facts, routes):
        return CheckResult(0)
    names = Counter(verdict.guards[-1].name for _, verdict in guarded)
    shown = ", ".join(f"`{name}`" for name, _ in names.most_common(NAMED))
    public = len(routes) - len(guarded)
    message = f"all {len(routes)} routes but the {public} public ones ask who calls: {shown}"
    route, verdict = next(one for one in guarded if one[1].guards[-1].name == names.most_common(1)[0][0])
    where = find_guard(facts, verdict.guards[-1], route)
    match = Match(rule.id, where, text=where.snippet.strip(), message=message, also=(route.where,))
    return CheckResult(len(routes), (match,))


@requires(*PROGRAM)
def token_in_url(facts: Facts, rule: Rule) -> CheckResult:
    """A guard takes the credential out of the address, where logs and the history of browsers keep it."""
    guards: dict[tuple[str, str], Definition] = {}
    for route in list_served(facts):
        if "WEBSOCKET" not in route.methods:
            for guard in facts.web.judge.judge(route).guards:
                guards |= {(one.path, one.name): one for one in guard.piece.definitions}
    guards |= {(one.path, one.name): one for one in list_loaders(facts)}
    guards |= {
        (inner.path, inner.name): inner
        for one in list(guards.values())
        for inner in facts.program.read_definitions(one, ASKED_DEPTH)
    }
    matches = []
    for definition in guards.values():
        module = facts.program.modules[definition.path]
        for line, text in list_url_tokens(module, definition):
            message = f"`{definition.name}` takes the credential out of the address: `{text}`"
            where = module.span(line)
            matches.append(Match(rule.id, where, definition.name, where.snippet.strip(), message))
    return CheckResult(len(guards), tuple(dict.fromkeys(matches)))


def list_loaders(facts: Facts) -> Iterator[Definition]:
    """The functions by which Flask-Login tells from a request who asks: its own guard calls them."""
    for call in facts.program.iterate_calls():
        if call.method == "request_loader" and facts.live.is_live(call.path):
            for value in call.arguments:
                yield from facts.program.find_definitions(call.path, value)


def list_served(facts: Facts) -> list[Route]:
    """The routes that are served; preflights are answered to everyone."""
    return [route for route in facts.web.routes if route.methods != ("OPTIONS",)]


def list_faults(facts: Facts, routes: Sequence[Route]) -> list[Route]:
    """The routes that should ask who calls, and do not."""
    verdicts = {route: facts.web.judge.judge(route).access for route in routes}
    guarding = {route.application for route, access in verdicts.items() if access in ("authenticated", "admin")}
    return [
        route
        for route, access in verdicts.items()
        if access == "public"
        and needs_guard(route, is_guarding=route.application in guarding)
        and not is_switched(facts, route)
        and not only_refuses(facts, route)
    ]


def only_refuses(facts: Facts, route: Route) -> bool:
    """Whether all that a handler does is to hand an error on: `next(new NotFound())`."""
    definitions = route.handler.definitions if route.handler is not None else ()
    if len(definitions) != 1:
        return False
    calls = facts.program.modules[definitions[0].path].find_calls(definitions[0].name)
    return any(one.text == "next" and one.arguments for one in calls) and all(
        one.text == "next" or re.search(r"(?:^|\.)\w*(?:Error|Exception)$", one.text) for one in calls
    )


def needs_guard(route: Route, *, is_guarding: bool) -> bool:
    """Whether a route should ask who calls: it changes something, or its path names what belongs to users.

    Where no route of the project asks, something before it may do so: only what names users counts there.
    """
    words = list_words(route.shown)
    is_left = is_leftover(route.shown)
    if GIVEN.search(name_handler(route)) or (words and SIGN_UP.match(words[-1]) and ends_with_word(route)):
        return False
    if not is_left and (is_infrastructure(route.shown) or ENTRANCE.search(route.shown)):
        return False
    if not is_left and any(PUBLIC.search(word) for word in words if not OF_USERS.match(word)):
        return False
    names_users = any(OF_USERS.match(word) for word in words)
    writes = bool(WRITES & set(route.methods))
    if not is_guarding:
        return names_users and (writes or has_parameter(route.shown))
    is_shown = any(SHOWN_TO_ALL.match(part) for part in split(route.shown))  # profiles that people show each other
    return writes or ("GET" in route.methods and names_users and not is_shown)


def is_leftover(path: str) -> bool:
    """Whether a path ends with a word of testing right below what belongs to users: `/conversations/status`."""
    parts = [part.lower() for part in split(path)]
    return len(parts) > 1 and parts[-1] in LEFTOVERS and OF_USERS.match(parts[-2]) is not None


def ends_with_word(route: Route) -> bool:
    """Whether a route adds to a collection, and to no object's: `POST /users` is how one gets an account."""
    return route.methods == ("POST",) and not has_parameter(route.shown)


def name_handler(route: Route) -> str:
    """The file and the name of what answers: other services call back what says so."""
    return f"{route.where.path} {route.handler.text if route.handler is not None else ''}"


def is_switched(facts: Facts, route: Route) -> bool:
    """Whether the environment keeps a route out of production."""
    switch = find_switch(facts.web, route)
    return switch is not None and switch.closed


def describe(route: Route) -> str:
    """What a route does, in words."""
    verb = "changes something" if WRITES & set(route.methods) else "returns what belongs to users"
    return f"`{', '.join(route.methods)} {route.shown}` {verb}"


def find_guard(facts: Facts, guard: Guard, route: Route) -> Span:
    """Where a guard is defined or attached."""
    return facts.program.locate(guard.piece.definitions[0]) if guard.piece.definitions else route.where


def list_url_tokens(module: Module, definition: Definition) -> Iterator[tuple[int, str]]:
    """The places in a function that read a credential out of the query, with their text."""
    for assignment in module.assignments:
        if is_within(assignment.owner, definition.name):
            found = next((text for text in list_parts(module, assignment.value) if URL_TOKEN.search(text)), None)
            if found is not None:
                yield assignment.line, found
    for call in module.find_calls(definition.name):
        texts = (text for one in call.arguments for text in list_parts(module, one))
        found = next((text for text in texts if URL_TOKEN.search(text)), None)
        if found is not None:
            yield call.line, found


def list_parts(module: Module, value: Expression) -> Iterator[str]:
    """The texts of the smallest parts of an expression."""
    inner = [one for key in ("a", "j", "l") for one in value.get(key) or ()]
    for one in inner:
        yield from list_parts(module, one)
    if "c" in value:
        call = module.calls[value["c"]]
        given = ", ".join(repr(str(one["s"])) for one in call.arguments if "s" in one)
        yield f"{call.text}({given})"
    elif not inner:
        yield str(value.get("t", ""))
