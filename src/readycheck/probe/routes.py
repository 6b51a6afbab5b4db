"""Which of the known routes suit a request that must do no harm."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from readycheck.probe.exchange import Route, Who
from readycheck.probe.situation import Situation, is_infrastructure, is_parametrised

PARAMETER = re.compile(r"\{[^}/]*\}|:[A-Za-z_]\w*(?:\([^/]*\))?|\*\w*")
# What sends, spends, signs out or belongs to somebody else's system is not sent a bad body either.
DELICATE = re.compile(r"(?i)logout|sign-?out|webhook|callback|pay|charge|order|checkout|delete|upload|send|admin")
ENTRY = re.compile(r"(?i)login|sign-?in|register|sign-?up|token|refresh|password|auth")
THOROUGH = 80
WEBSOCKET = ("WEBSOCKET", "WS", "WSS")


def is_thorough(situation: Situation) -> bool:
    """Whether there is room for requests of which the first few are enough."""
    return situation.limits.requests >= THOROUGH


def may_call(route: Route, situation: Situation) -> bool:
    """Whether there are credentials for the route, or it needs none. Unknown ones are called with what there is."""
    return route.access != "admin" and (route.access in ("public", "unknown") or bool(situation.users))


def caller_of(route: Route, situation: Situation) -> Who:
    """Whose credentials a route is called with."""
    return "a" if situation.users and route.access != "public" else ""


def find_private(situation: Situation, most: int) -> list[str]:
    """Paths of GET routes that want credentials: an admin's first, then one of each part of the API."""
    paths = [route.path for route in (*situation.reads("admin"), *situation.reads("authenticated"))]
    first_of: dict[str, str] = {}
    for path in paths:
        first_of.setdefault(path.rsplit("/", 1)[0], path)
    chosen = list(first_of.values())
    return list(dict.fromkeys([*chosen, *paths]))[:most]


def find_by_id(situation: Situation) -> Route | None:
    """A GET route whose last part alone is a parameter: `/companions/{id}`. Public ones first."""
    found = [
        route
        for route in situation.routes
        if route.method == "GET" and may_call(route, situation) and ends_with_parameter(route.path)
    ]
    return min(found, key=lambda route: (route.access != "public" and not situation.users, "static" in route.path,
               len(route.path)), default=None)  # fmt: skip


def ends_with_parameter(path: str) -> bool:
    """Whether the last part is a parameter, and no other one is."""
    head, _, last = path.rpartition("/")
    return bool(PARAMETER.fullmatch(last)) and not last.startswith("*") and not is_parametrised(head)


def fill(path: str, value: str) -> str:
    """The path with a value for each parameter."""
    return PARAMETER.sub(lambda _: value, path)


def find_writable(situation: Situation) -> Route | None:
    """A POST route without parameters that a bad body can be sent to: one of the API, then one that lets people in."""
    found = [
        route
        for route in situation.routes
        if route.method == "POST"
        and not is_parametrised(route.path)
        and not DELICATE.search(route.path)
        and may_call(route, situation)
    ]
    return min(found, key=lambda route: (bool(ENTRY.search(route.path)), is_infrastructure(route.path)), default=None)


def list_sockets(situation: Situation) -> Sequence[str]:
    """The WebSockets that the user names, then those that the code serves."""
    known = (route.path for route in situation.routes if route.method in WEBSOCKET)
    return list(dict.fromkeys([*situation.sockets, *(path for path in known if not is_parametrised(path))]))


def iterate_counted(situation: Situation) -> Iterator[str]:
    """Paths for requests that a limiter is likely to count, the likeliest first; nobody needs to be signed in."""
    if situation.private:
        yield situation.private
    yield situation.read
