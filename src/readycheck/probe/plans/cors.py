"""Which browser origins the service lets in: foreign ones, and those that only look like a known one."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from readycheck.probe.situation import Situation
from readycheck.probe.step import Step

RANK = 10
OTHER_PORT = 61_234
EVIL = "https://readycheck-probe.example"


def plan(situation: Situation) -> Iterator[Step]:
    """At most eight requests: six origins that must be refused, a preflight, and one origin that must be let in."""
    known = situation.origins[0] if situation.origins else situation.target.origin
    path = situation.calm
    for name, origin in list_foreign(known):
        why = f"is the foreign origin {origin} let in?"
        yield Step(f"cors/{name}", "GET", path, why, (("Origin", origin),), who=situation.calm_user)
    asked = (
        ("Origin", EVIL),
        ("Access-Control-Request-Method", "PUT"),
        ("Access-Control-Request-Headers", "authorization"),
    )
    yield Step("cors/preflight", "OPTIONS", path, "may a foreign origin send a PUT with credentials?", asked)
    if situation.origins:
        yield Step("cors/known", "GET", path, f"is {known} let in?", (("Origin", known),), who=situation.calm_user)


def list_foreign(known: str) -> Iterator[tuple[str, str]]:
    """Origins that are not `known`, each with the mistake that lets it in."""
    parts = urlsplit(known)
    host = parts.hostname or "localhost"
    yield "evil", EVIL
    yield "null", "null"
    yield "suffix", f"{parts.scheme}://{host}.readycheck-probe.example"
    yield "prefix", f"{parts.scheme}://readycheck-probe-{host}"
    yield "port", f"{parts.scheme}://{host}:{OTHER_PORT}"
    if parts.scheme == "https":
        yield "scheme", f"http://{host}"
