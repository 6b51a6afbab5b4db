"""Whether a cookie tells who asks, and what keeps other sites from using it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from readycheck.model.location import Span
from readycheck.scan.late import compile_late
from readycheck.scan.layers.body import Body
from readycheck.scan.layers.libraries import CSRF, find_library
from readycheck.scan.layers.mounted import Layer, Stack
from readycheck.scan.layers.options import Value, expand, read_options
from readycheck.scan.layers.settings import find_settings
from readycheck.scan.program.attached import Route
from readycheck.scan.program.model import Call

SESSIONS = (
    "express-session", "cookie-session", "client-sessions", "koa-session", "@fastify/session",
    "@fastify/secure-session", "iron-session", "hono-sessions", "express-mysql-session",
    "starlette.middleware.sessions", "flask_login", "django.contrib.sessions.middleware.SessionMiddleware",
    "aiohttp_session", "starsessions", "fastapi_sessions", "litestar.middleware.session", "next-auth",
    "better-auth", "lucia", "fastapi_users.authentication.CookieTransport", "fastapi.security.APIKeyCookie",
)  # fmt: skip
KEEPERS = ("@supabase/ssr", "@supabase/auth-helpers-nextjs", "@auth", "@clerk", "@workos-inc", "@auth0", "passport")
AUTHENTICATES = compile_late(
    r"(?:^|[_-])(?:access|auth|jwt|session|sess|sid|refresh|id)?_?-?(?:token|jwt|session|sid|auth|sess)", re.IGNORECASE
)
HARMLESS = compile_late(r"csrf|xsrf|locale|theme|lang|consent|flash", re.IGNORECASE)
SETS = frozenset({"cookie", "set_cookie", "setCookie", "setSignedCookie"})
CHECKS_TOKEN = compile_late(r"csrf|xsrf", re.IGNORECASE)
CHECKS_ORIGIN = compile_late(r"^(?:origin|sec-fetch-site|referer)$", re.IGNORECASE)
FORBIDDEN = 403
REFUSES = compile_late(r"HTTP_403|Forbidden|PermissionDenied|PermissionError|csrf_?error|BadRequest", re.IGNORECASE)
ELSEWHERE = ("wtforms.csrf", "flask_wtf", "starlette_wtf", "fastapi_csrf_protect", "itsdangerous")
STRICT = compile_late(r"strict|lax", re.IGNORECASE)
CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
OFF_SETTING = compile_late(r"WTF_CSRF_(?:CHECK_DEFAULT|ENABLED)\b")


@dataclass(frozen=True, eq=False)
class Cookie:
    """One sign that a cookie authenticates. `strict`: browsers keep it from requests of other sites."""

    where: Span
    name: str
    strict: bool


def find_cookies(stack: Stack) -> Iterator[Cookie]:
    """The signs that a cookie tells who asks."""
    seen: set[str] = set()
    for name in ("SESSION_ENGINE", "SESSION_COOKIE_AGE", "SESSION_COOKIE_NAME"):
        yield from (Cookie(where, name, strict=False) for _, where in list(find_settings(stack, name))[:1])
    for layer in stack.layers:
        library = find_library(layer.piece.externals, SESSIONS)
        if library and layer.is_on and library not in seen:
            seen.add(library)
            yield Cookie(layer.where, library, strict=False)
    for call in stack.facts.program.iterate_calls():
        if stack.facts.live.runs(call.path, call.owner):
            cookie = read_call(stack, call)
            if cookie is not None:
                yield cookie


def read_call(stack: Stack, call: Call) -> Cookie | None:
    """A call that sets a cookie whose name says that it authenticates."""
    if call.method not in SETS and not find_library({*call.names}, ("fastapi.security.APIKeyCookie",)):
        return None
    given = [*call.arguments[:2], *(call.keywords[name] for name in ("key", "name") if name in call.keywords)]
    values = [one.expression for part in given for one in expand(stack, Value(call.path, part))]
    texts = [str(one.get("s") or one.get("t", "")) for one in values]
    name = next((one for one in texts if AUTHENTICATES.search(one) and not HARMLESS.search(one)), "")
    if not name:
        return None
    options = read_options(stack, call)
    value = next((options[key] for key in ("sameSite", "samesite", "same_site") if key in options), None)
    strict = (
        value is not None and STRICT.search(str(value.expression.get("s", value.expression.get("t", "")))) is not None
    )
    return Cookie(stack.facts.program.locate(call), name, strict)


def find_protections(stack: Stack) -> Iterator[tuple[Layer, str]]:
    """Layers that refuse requests which another site sends, with what they check."""
    for layer in stack.layers:
        if not layer.is_on:
            continue
        library = find_library(layer.piece.externals, CSRF)
        if library.startswith("flask_wtf") and is_left_to_code(stack):
            continue
        how = f"a token ({library})" if library else describe_check(layer.body)
        if how and any(is_changing(one) for one in layer.routes or stack.routes):
            yield layer, how


def is_left_to_code(stack: Stack) -> bool:
    """Whether Flask-WTF is told not to check by itself: what calls `protect()`, and when, is not followed."""
    return any(
        OFF_SETTING.search(one.text) and one.value.get("v") is False
        for path, module in stack.facts.program.modules.items()
        if stack.facts.live.is_live(path)
        for one in module.assignments
    )


def is_session_imported(stack: Stack) -> bool:
    """Whether a file that runs imports a library that keeps sessions in cookies."""
    return any(
        find_library((*module.imports.values(), *module.data.get("loads", ())), (*SESSIONS, *KEEPERS))
        for path, module in stack.facts.program.modules.items()
        if stack.facts.live.is_live(path)
    )


def is_checked_elsewhere(stack: Stack) -> bool:
    """Whether a file that runs imports what checks tokens in forms or handlers, where no layer shows it."""
    return any(
        find_library((*module.imports.values(), *module.data.get("loads", ())), (*CSRF, *ELSEWHERE))
        or any(CHECKS_TOKEN.search(str(name)) for name in module.imports.values())
        for path, module in stack.facts.program.modules.items()
        if stack.facts.live.is_live(path)
    )


def describe_check(body: Body) -> str:
    """What own code checks before it answers 403: a token, or where a request comes from."""
    refuses = FORBIDDEN in body.statuses or bool(body.mentions(REFUSES))
    if not refuses:
        return ""
    if body.says(CHECKS_TOKEN) or body.mentions(CHECKS_TOKEN):
        return "a token"
    return "the origin" if body.says(CHECKS_ORIGIN) else ""


def is_changing(route: Route) -> bool:
    """Whether a route changes something."""
    return not route.methods or not CHANGING.isdisjoint(route.methods)
