"""The other routes that want credentials: each is asked without any, as far as the budget goes."""

from __future__ import annotations

from collections.abc import Iterator

from readycheck.probe.plans.guards import MOST
from readycheck.probe.routes import find_private
from readycheck.probe.situation import Situation
from readycheck.probe.step import Step

RANK = 70
MOST_IN_ALL = 200


def plan(situation: Situation) -> Iterator[Step]:
    """One read for each of those that `guards` leaves out."""
    for number, path in enumerate(find_private(situation, MOST_IN_ALL)[MOST:], 1):
        yield Step(f"doors/none-{number}", "GET", path, "is it refused without credentials?")
