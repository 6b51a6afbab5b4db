"""Metrics at their usual path, asked for without credentials."""

from __future__ import annotations

from collections.abc import Iterator

from readycheck.probe.situation import Situation
from readycheck.probe.step import Step

RANK = 22
USUAL = "/metrics"


def plan(situation: Situation) -> Iterator[Step]:
    """At most two requests: the usual path, and one that the routes name."""
    known = (route.path for route in situation.reads() if "metrics" in route.path.lower() or "prometheus" in route.path)
    for number, path in enumerate(list(dict.fromkeys((USUAL, *known)))[:2], 1):
        yield Step(f"metrics/{number}", "GET", path, "are the metrics open to everybody?")
