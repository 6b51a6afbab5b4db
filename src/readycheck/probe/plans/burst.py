"""The only proof that a limit is kept: to reach it. Only with --allow-burst, and last of all."""

from __future__ import annotations

from collections.abc import Iterator

from readycheck.probe.routes import iterate_counted
from readycheck.probe.situation import Situation
from readycheck.probe.step import Manner, Step

RANK = 100
LEAST = 10


def plan(situation: Situation) -> Iterator[Step]:
    """One burst of as many requests as the user allows, of 60 if nobody has said how many."""
    path = next(iterate_counted(situation))
    yield Step(
        "burst/first", "GET", path, "does the service answer 429 once its limit is reached?",
        who="a" if situation.users > 1 and situation.private else "", manner=Manner.BURST,
        requests=max(LEAST, situation.allowed.burst or situation.limits.requests), expects=(429, 500, 502, 503, 504),
        alone=True, burst=True,
    )  # fmt: skip
