"""The next numbers of a row of migrations: counters, days with a counter, and points in time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from readycheck.fix.refusal import RefusedError

STAMP = "%Y%m%d%H%M%S"
STAMP_DIGITS = 14
MILLISECONDS_DIGITS = 13


def take_numbers(present: Sequence[str], count: int) -> list[str]:
    """The numbers that follow those of the migrations that are there, written as the last one is.

    A point in time (14 digits) is one second after the last: it sorts behind all that is there, whenever this runs.

    Raises:
        RefusedError: there are none to follow, or two migrations have the last one.
    """
    ordered = sorted(present, key=int)
    if not ordered:
        raise RefusedError("style-unknown")
    last = ordered[-1]
    if sum(int(one) == int(last) for one in present) > 1:
        raise RefusedError("two-heads")
    if len(last) == STAMP_DIGITS:
        return [add_seconds(last, number) for number in range(1, count + 1)]
    step = 1000 if len(last) == MILLISECONDS_DIGITS else 1
    return [str(int(last) + step * number).zfill(len(last)) for number in range(1, count + 1)]


def add_seconds(stamp: str, seconds: int) -> str:
    """A later point in time; what is written like one and is none is counted on."""
    try:
        moment = datetime.strptime(stamp, STAMP).replace(tzinfo=UTC)
    except ValueError:
        return str(int(stamp) + seconds)
    return (moment + timedelta(seconds=seconds)).strftime(STAMP)
