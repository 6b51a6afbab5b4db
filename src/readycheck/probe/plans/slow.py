"""Headers and a body that come one byte a second: when does the service give up? Only with --allow-slow."""

from __future__ import annotations

from collections.abc import Iterator

from readycheck.probe.routes import caller_of, find_writable
from readycheck.probe.situation import Situation
from readycheck.probe.step import Manner, Step

RANK = 90
SECONDS = 30


def plan(situation: Situation) -> Iterator[Step]:
    """Two connections, each open for 30 seconds at most; the body is one that is never completed."""
    yield Step(
        "slow/headers", "GET", situation.read, "when does the service give up on headers that come too slowly?",
        manner=Manner.RAW, slow=True, options={"drip": "headers", "seconds": SECONDS},
    )  # fmt: skip
    if route := find_writable(situation):
        yield Step(
            "slow/body", "POST", route.path, "when does the service give up on a body that comes too slowly?",
            who=caller_of(route, situation), manner=Manner.RAW, slow=True, writes=True,
            options={"drip": "body", "seconds": SECONDS},
        )  # fmt: skip
