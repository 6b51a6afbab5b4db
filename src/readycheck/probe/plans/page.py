"""Ordinary answers: the start page, a route of the API, a path that is not there, a method that is not allowed.

Nearly every other topic's checks look at these as well, so they come first.
"""

from __future__ import annotations

from collections.abc import Iterator

from readycheck.probe.situation import Situation
from readycheck.probe.step import Step

RANK = 0
ABSENT = "/readycheck-no-such-path-5f1d"
NOT_IMPLEMENTED = 501


def plan(situation: Situation) -> Iterator[Step]:
    """At most five requests."""
    yield Step("page/start", "GET", "/", "what does the start page answer?")
    if situation.read != "/":
        yield Step("page/read", "GET", situation.read, "what does an ordinary route answer?")
    if situation.private:
        yield Step(
            "page/private", "GET", situation.private, "what does it answer to a caller with credentials?", who="a"
        )
    yield Step("page/absent", "GET", ABSENT, "what does a path that is not there answer?")
    if path := find_unreadable(situation):
        yield Step(
            "page/method", "GET", path, "what does a method that is not allowed answer?", expects=(NOT_IMPLEMENTED,)
        )


def find_unreadable(situation: Situation) -> str:
    """A path without parameters that is known for other methods only; empty if there is none."""
    readable = {route.path for route in situation.routes if route.method in ("GET", "HEAD", "ANY")}
    others = (route.path for route in situation.routes if route.path not in readable and "{" not in route.path)
    return next((path for path in others if ":" not in path and "*" not in path), "")
