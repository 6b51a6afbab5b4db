"""Checks on routes that were made for debugging and testing and are served to everyone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from readycheck.model.evidence import Match
from readycheck.model.rule import Rule
from readycheck.scan.checks.contract import PROGRAM, CheckResult, Facts, requires
from readycheck.scan.late import compile_late
from readycheck.scan.program.attached import Route
from readycheck.scan.program.guards import Judge
from readycheck.scan.program.model import Call, Definition, Expression
from readycheck.scan.program.paths import has_parameter, list_words
from readycheck.scan.program.reasons import ELSEWHERE, NOT_STARTED
from readycheck.scan.program.switches import find_switch

DEBUG = compile_late(
    r"^_*debug(?:[-_].+|_*)$|.+[-_]debug$|^(?:test[-_]?(?:db|database|cors|email|error|sentry|redis|auth)|(?:db|database|cors|redis|sentry"
    r"|error|crash)[-_]?test|dbtest|phpinfo|seed(?:[-_](?:data|db|database))?|sentry-debug|throw[-_]error|force[-_]error|dump[-_]?env"
    r"|(?:show|print)[-_]env|whoami[-_]debug)$"
)
RESET = compile_late(r"^(?:reset|truncate|wipe|drop|clear)(?:[-_]?(?:db|database|data|all))?$")
RESET_OWNERS = frozenset({"db", "database", "test", "tests", "testing", "dev", "e2e", "fixtures"})
TEST = compile_late(r"^(?:test|tests|testing|hello[-_]?world)$")
SHOWN = compile_late(
    r"^(?:status|info|stats|env|environment|config|internals|diagnostics?|server[-_]?info|system[-_]?info|test)$"
)
INTERNALS = compile_late(
    r"process\.(?:env\b(?!\??\.[A-Za-z_]|\[)|memoryUsage|cpuUsage|versions|argv)|\bos\.environ|\.(?:totalCount|idleCount|waitingCount)\b"
    r"|\.stack\b|\breq(?:uest)?\.headers\b|\bos\.(?:cpus|networkInterfaces|hostname|userInfo)\(|pool\.(?:_|get_stats|status\()|psutil\."
    r"|settings\.(?:dict|model_dump)\(|app\.config\b|current_app\.config|traceback\.|\bsys\.(?:path|modules)\b|(?:get|describe)\w*(?:Connections|Sockets)"
)
ENVIRONMENT = compile_late(r"process\.env|os\.environ|getenv|\bNODE_ENV\b")
QUERIES = compile_late(
    r"(?:^|\.)(?:query|execute|fetch(?:one|all|_one|_all|row|val)?|\$queryRaw\w*|find(?:_?(?:many|all|one|first))?|select|scalars?|raw|aggregate)$",
    re.IGNORECASE,
)
ANSWERS = frozenset(
    {
        "json",
        "send",
        "end",
        "jsonify",
        "JSONResponse",
        "JsonResponse",
        "HttpResponse",
        "Response",
        "text",
        "html",
        "json_response",
    }
)


@requires(*PROGRAM)
def debug_route(facts: Facts, rule: Rule) -> CheckResult:
    """A route whose name says that it is for debugging, seeding or resetting, and which anyone reaches."""
    routes = list_routes(facts)
    matches = tuple(
        make_match(facts, rule, route, f"`{route.shown}` is for debugging by its name")
        for route in routes
        if is_debug(route)
    )
    return CheckResult(len(routes), tuple(one for one in matches if one is not None))


@requires(*PROGRAM)
def leftover_route(facts: Facts, rule: Rule) -> CheckResult:
    """A route that was left over from testing, or shows the inside of the process to whoever asks."""
    routes = list_routes(facts)
    judge = facts.web.judge
    found = []
    for route in routes:
        reason = explain_leftover(judge, route) if not is_debug(route) else ""
        match = make_match(facts, rule, route, reason) if reason else None
        if match is not None:
            found.append(match)
    return CheckResult(len(routes), tuple(found))


@requires(*PROGRAM)
def debug_routes_absent(facts: Facts, rule: Rule) -> CheckResult:
    """All routes are known, and none is for debugging: proved where an application's routes could all be read."""
    served = [route for route in facts.web.routes if route.handler is not None]
    unknown = [route for route in facts.web.unresolved if route.unresolved != NOT_STARTED]
    judge = facts.web.judge
    suspects = [route for route in list_routes(facts) if is_debug(route) or explain_leftover(judge, route)]
    found = [make_match(facts, rule, route, "") for route in suspects]
    live = [match for match in found if match is not None and match.exempt is None]
    if not served or unknown or live or any(route.path is None for route in served):
        return CheckResult(0)
    guarded = f", {len(suspects)} of them guarded" if suspects else ""
    message = f"none of the {len(served)} routes is for debugging{guarded}"
    where = served[0].application.where
    return CheckResult(len(served), (Match(rule.id, where, text=where.snippet, message=message),))


def list_routes(facts: Facts) -> list[Route]:
    """The routes that are served, and what is mounted from outside."""
    return [*facts.web.routes, *(one for one in facts.web.unresolved if one.unresolved == ELSEWHERE)]


def is_debug(route: Route) -> bool:
    """Whether a path is for debugging by its name."""
    words = list_words(route.shown)
    if any(DEBUG.match(word) for word in words):
        return True
    last = words[-1] if words else ""
    return (
        RESET.match(last) is not None
        and (len(words) == 1 or words[-2] in RESET_OWNERS)
        and not has_parameter(route.shown)
    )


def explain_leftover(judge: Judge, route: Route) -> str:
    """Why a route looks left over; empty if it does not."""
    words = list_words(route.shown)
    is_read = not route.methods or "GET" in route.methods
    if not words or not is_read or has_parameter(route.shown) or route.handler is None:
        return ""
    functions = judge.list_functions(route.handler)
    answers = [text for one in functions for text in list_answers(judge, one)]
    shown = next((found[0] for text in answers if (found := INTERNALS.search(text))), "")
    if SHOWN.match(words[-1]) and shown:
        return f"`{route.shown}` answers with `{shown.strip('.(')}`, the inside of the process"
    if not TEST.match(words[-1]):
        return ""
    if any(ENVIRONMENT.search(text) for text in answers) or any(reads_database(judge, one) for one in functions):
        return f"`{route.shown}` is for testing, and shows what is in the database or the environment"
    if functions and all(answers_constant(judge, one) for one in functions):
        return f"`{route.shown}` is for testing: it always answers the same"
    return ""


def list_answers(judge: Judge, definition: Definition) -> Iterator[str]:
    """The texts of what a handler answers with: arguments of answering calls, and what it returns."""
    module = judge.web.program.modules[definition.path]
    for call in module.find_calls(definition.name):
        if call.method in ANSWERS:
            for value in (*call.arguments, *call.keywords.values()):
                yield from flatten_texts(module.calls, value)
    for value in definition.returns:
        yield from flatten_texts(module.calls, value)


def flatten_texts(calls: tuple[Call, ...], value: Expression) -> Iterator[str]:
    """The texts of an expression and of all that it is made of."""
    yield str(value.get("t") or value.get("s") or "")
    yield from (str(name) for name in value.get("n") or ())
    if "c" in value:
        call = calls[value["c"]]
        yield f"{call.text}("
        for one in call.arguments:
            yield from flatten_texts(calls, one)
    for key in ("l", "j", "a"):
        for one in value.get(key) or ():
            yield from flatten_texts(calls, one)
    for _, one in value.get("o") or ():
        yield from flatten_texts(calls, one)


def reads_database(judge: Judge, definition: Definition) -> bool:
    """Whether a handler itself asks a database."""
    return any(
        QUERIES.search(call.text) for call in judge.web.program.modules[definition.path].find_calls(definition.name)
    )


def answers_constant(judge: Judge, definition: Definition) -> bool:
    """Whether all that a handler answers is constant."""
    module = judge.web.program.modules[definition.path]
    calls = [call for call in module.find_calls(definition.name) if call.method in ANSWERS]
    values = [*(value for call in calls for value in call.arguments)] or [*definition.returns]
    return bool(values) and all(is_constant(value) for value in values)


def is_constant(value: Expression) -> bool:
    """Whether an expression holds no variable."""
    if "o" in value:
        return all(is_constant(one) for _, one in value["o"])
    if "l" in value:
        return all(map(is_constant, value["l"]))
    return "s" in value or "v" in value


def make_match(facts: Facts, rule: Rule, route: Route, reason: str) -> Match | None:
    """The match of a route that anyone reaches; exempt where a guard or the environment keeps people out."""
    verdict = facts.web.judge.judge(route)
    exempt = None
    if verdict.access in ("authenticated", "admin"):
        exempt = f"behind `{verdict.guards[-1].name}`"
    if verdict.access == "unknown" and route.unresolved != ELSEWHERE:
        return None
    switch = find_switch(facts.web, route)
    if switch is not None and exempt is None:
        if switch.closed:
            exempt = f"only if `{switch.text}`"
        else:
            reason += f", and `{switch.text}` {switch.fault}"
    else:
        reason += ", and nothing asks who calls" if exempt is None else ""
    text = route.where.snippet.strip()
    return Match(
        rule.id, route.where, symbol=route.own.owner if route.own else "", text=text, message=reason, exempt=exempt
    )
