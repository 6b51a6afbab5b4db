"""Checks on how often somebody may ask."""

from __future__ import annotations

import re
from collections.abc import Sequence

from readycheck.model.evidence import Match
from readycheck.model.rule import Rule
from readycheck.scan.checks.contract import CheckResult, Facts, requires
from readycheck.scan.late import compile_late
from readycheck.scan.layers.effect import describe_routes, find_belonging, tell_why_off
from readycheck.scan.layers.identity import find_identity
from readycheck.scan.layers.libraries import find_library
from readycheck.scan.layers.limiters import Limiter, find_limiters, is_hidden
from readycheck.scan.layers.mounted import LAYERED, Stack, find_stack, name_path
from readycheck.scan.program.attached import Route

SIGN_IN = compile_late(
    r"/(?:log-?_?in|sign-?_?in|register|registration|sign-?_?up|token|access-token|forgot(?:-?_?password)?|"
    r"reset-?_?password|password-?_?reset|password/(?:reset|forgot)|verify-?_?otp|otp|magic-?_?link|2fa|mfa|authenticate)/?$",
    re.IGNORECASE,
)
NO_ACCOUNT = compile_late(r"/(?:mobile|devices?|clients?|webhooks?|push|agents?)/", re.IGNORECASE)
"""Below these paths a program is registered, and nobody signs in."""
ASKS_MODEL = compile_late(
    r"/(?:messages?|chat|chats|completions?|generate|generations?|ask|prompt|reply|stream)/?$", re.IGNORECASE
)
MODELS = compile_late(
    r"^(?:@?openai|anthropic|@anthropic-ai|langchain|@langchain|langgraph|litellm|ai\.|@ai-sdk|google\.genai|@google/gen|"
    r"groq|mistralai|cohere|ollama)"
)
LOCKS = compile_late(
    r"(?:failed|login)_?(?:login_?)?attem\w*|lock_?out|is_?locked|locked_?(?:at|until)|account_?locked|max_?attempts|"
    r"token_?bucket|throttl\w*|rate_?limit\w*|HTTP_423",
    re.IGNORECASE,
)
BY_ADDRESS = frozenset({
    "express-rate-limit", "the library express-rate-limit", "@fastify/rate-limit", "@nestjs/throttler", "slowapi",
    "flask_limiter", "memory", "hono-rate-limiter", "koa-ratelimit", "fastapi_limiter", "the framework's throttle",
    "the library limits and a store outside of the process and memory", "a store outside of the process",
})  # fmt: skip
"""With what is counted where a limiter counts addresses unless its options or its own code say otherwise."""
GUARDED = ("allauth", "better-auth", "next-auth", "@auth", "@clerk", "supertokens_python")
"""Libraries whose routes for signing in count attempts, or are served by somebody else."""
REFUSED = frozenset({423, 429})
"""With what a handler answers that counts attempts itself: the account is locked, or there were too many."""
ELSEWHERE = compile_late(
    r"(?:^|\.)(?:authorize_?redirect|create_authorization_url|getAuthorizationUrl)(?:\(\))?$", re.IGNORECASE
)
"""What sends people to somebody else's page for signing in."""
TAKES_SECRET = compile_late(r"passw(?:or)?d|credentials", re.IGNORECASE)
SIGNS_IN = compile_late(
    r"passport|local|basic|(?:log|sign)_?in(?!_?(?:required|needed))|credential|password", re.IGNORECASE
)
"""Guards that take the password themselves."""
GUESSED = "passwords and accounts can be tried here without a limit"
COSTLY = "each request costs a call of a model, and nothing limits them"


@requires(*LAYERED)
def requests_limited(facts: Facts, rule: Rule) -> CheckResult:
    """A limiter is mounted on what is served, and in effect."""
    stack = find_stack(facts)
    if not stack.applications:
        return CheckResult(0)
    limiters = find_limiters(stack)
    working = [one for one in limiters if is_working(stack, one)]
    if not working and (any(is_possible(stack, one) for one in limiters) or (not limiters and is_hidden(stack))):
        return CheckResult(0)
    matches = tuple(tell(rule, one, describe(stack, one)) for one in unique(working))
    return CheckResult(len(stack.applications), matches, find_belonging(stack))


@requires(*LAYERED)
def limits_by_user(facts: Facts, rule: Rule) -> CheckResult:
    """A limiter that is in effect counts by who asks."""
    stack = find_stack(facts)
    if not stack.applications:
        return CheckResult(0)
    limiters = find_limiters(stack)
    working = [one for one in limiters if is_working(stack, one)]
    keys = [(one, find_identity(stack, one)) for one in unique(working)]
    matches = tuple(tell(rule, one, f"`{one.name}` counts by who asks (`{key}`)") for one, key in keys if key)
    if not matches and (any(one.counts not in BY_ADDRESS for one in working) or (not working and is_unclear(stack))):
        return CheckResult(0)
    return CheckResult(len(stack.applications), matches, find_belonging(stack))


def is_unclear(stack: Stack) -> bool:
    """Whether there may be a limiter, although none is certain."""
    return any(is_possible(stack, one) for one in find_limiters(stack)) or is_hidden(stack)


@requires(*LAYERED)
def limiter_without_effect(facts: Facts, rule: Rule) -> CheckResult:
    """A limiter is mounted where no request passes it, or switched off in production."""
    stack = find_stack(facts)
    limiters = [one for one in find_limiters(stack) if one.layer is not None]
    matches = []
    for one in limiters:
        why = find_off_option(stack, one) or (tell_why_off(one.layer) if one.layer is not None else "")
        if why:
            matches.append(tell(rule, one, f"`{one.name}` limits nothing: {why}"))
    return CheckResult(len(limiters), tuple(matches))


@requires(*LAYERED)
def sign_in_unlimited(facts: Facts, rule: Rule) -> CheckResult:
    """A route that takes passwords or makes accounts stands behind no limiter."""
    return find_unlimited(facts, rule, SIGN_IN, GUESSED)


@requires(*LAYERED)
def model_call_unlimited(facts: Facts, rule: Rule) -> CheckResult:
    """A route that asks a language model stands behind no limiter."""
    return find_unlimited(
        facts, rule, ASKS_MODEL, "each request costs a call of a model, and nothing limits them", MODELS
    )


def find_unlimited(
    facts: Facts, rule: Rule, paths: re.Pattern[str], fault: str, calls: re.Pattern[str] | None = None
) -> CheckResult:
    """The routes with certain paths that no limiter stands before."""
    stack = find_stack(facts)
    limited = {route for one in find_limiters(stack) if is_possible(stack, one) for route in one.routes}
    asked = [one for one in stack.routes if is_asked(stack, one, paths, calls)]
    matches = [
        Match(rule.id, one.where, one.own.owner if one.own is not None else "", one.where.snippet.strip(),
              f"{'/'.join(one.methods) or 'any'} {name_path(one)}: {fault}")
        for one in asked
        if one not in limited
    ]  # fmt: skip
    return CheckResult(len(asked), tuple(matches))


def is_asked(stack: Stack, route: Route, paths: re.Pattern[str], calls: re.Pattern[str] | None) -> bool:
    """Whether a route takes data under one of the paths, and its handler calls what it should."""
    if not paths.search(name_path(route)) or (route.methods and "POST" not in route.methods):
        return False
    if limits_itself(stack, route):
        return False
    if calls is None:
        path = name_path(route)
        return not takes_parameter(path) and not NO_ACCOUNT.search(path) and not is_signed_in(stack, route)
    body = stack.make_body(stack.find_handlers(route))
    return any(calls.search(name) for name in body.externals)


def is_signed_in(stack: Stack, route: Route) -> bool:
    """Whether a guard lets only those in who have signed in: a token of their own is no password to try."""
    verdict = stack.facts.web.judge.judge(route)
    if verdict.access not in ("authenticated", "admin"):
        return False
    names = [name for one in verdict.guards for name in (one.name.partition("(")[0], *one.piece.externals)]
    return not any(map(SIGNS_IN.search, names))


def takes_parameter(path: str) -> bool:
    """Whether a path names somebody: `/users/{id}/token` is for those who have signed in."""
    return re.search(r"/(?:[:{<\[(])", path) is not None


def limits_itself(stack: Stack, route: Route) -> bool:
    """Whether a handler locks accounts after some attempts, or leaves signing in to a library or to somebody else."""
    handler = route.handler
    if handler is not None and find_library(handler.externals, GUARDED):
        return True
    body = stack.make_body(stack.find_handlers(route))
    if body.find_call(ELSEWHERE) is not None and not body.mentions(TAKES_SECRET) and not body.says(TAKES_SECRET):
        return True
    counts = body.mentions(LOCKS) or body.says(LOCKS) or body.find_call(LOCKS)
    return bool(counts) or not REFUSED.isdisjoint(body.statuses)


def is_working(stack: Stack, limiter: Limiter) -> bool:
    """Whether a limiter is certainly in effect, and for more than the frames of a socket."""
    layer = limiter.layer
    if not limiter.is_certain or is_for_sockets(limiter):
        return False
    return not find_off_option(stack, limiter) and (layer is None or (layer.is_on and not layer.is_doubtful))


def is_for_sockets(limiter: Limiter) -> bool:
    """Whether only the frames of a socket are counted."""
    return bool(limiter.routes) and all(one.methods == ("WEBSOCKET",) for one in limiter.routes)


def is_possible(stack: Stack, limiter: Limiter) -> bool:
    """Whether a limiter may be in effect, for requests."""
    return (
        not is_for_sockets(limiter)
        and not find_off_option(stack, limiter)
        and (limiter.layer is None or limiter.layer.is_on)
    )


def find_off_option(stack: Stack, limiter: Limiter) -> str:
    """By which of its options a limiter lets everything pass in production, or empty."""
    call = limiter.piece.call if limiter.piece is not None else None
    for name, off in (("skip", True), ("enabled", False), ("disabled", True), ("enable", False)):
        option = call.find_option(name) if call is not None else None
        if call is None or option is None:
            continue
        definitions = stack.facts.program.find_definitions(call.path, option)
        values = [value for one in definitions for value in one.returns] or [option]
        judged = {judge_value(stack, value) for value in values}
        if judged == {off}:
            return f"`{name}` is {str(off).lower()} in production"
    return ""


def judge_value(stack: Stack, value: object) -> bool | None:
    """Whether an expression is true in production."""
    if isinstance(value, dict) and isinstance(value.get("v"), bool):
        return bool(value["v"])
    return stack.production.holds(str(value.get("t", ""))) if isinstance(value, dict) else None


def describe(stack: Stack, limiter: Limiter) -> str:
    """What a limiter is, what it counts with, and before which routes it stands."""
    program = stack.facts.program
    inner = limiter.body.definitions[0] if limiter.body.definitions and limiter.handler == "" else None
    own = f" ({inner.path}:{inner.line})" if inner is not None and program.modules.get(inner.path) else ""
    return f"`{limiter.name}`{own}, which counts with {limiter.counts}, {describe_routes(stack, limiter.routes)}"


def tell(rule: Rule, limiter: Limiter, message: str) -> Match:
    """The match of a limiter where it is mounted."""
    return Match(rule.id, limiter.where, "", limiter.name, message)


def unique(limiters: Sequence[Limiter]) -> list[Limiter]:
    """Of limiters with one name in one file the first; those that stand before most routes lead."""
    widest = sorted(limiters, key=lambda one: -len(one.routes))
    return list({(one.where.path, one.name): one for one in reversed(widest)}.values())[::-1]
