"""Which limits a client lacks, and how a limit is written."""

from __future__ import annotations

from collections.abc import Iterable

from readycheck.fix.refusal import RefusedError
from readycheck.scan.outbound.limits import Judged

LOOSE = ("missing", "long", "off")


def list_loose(judged: Iterable[Judged]) -> list[Judged]:
    """The limits that are missing or too long. Raises RefusedError where one is switched off by intent, or none is."""
    loose = [one for one in judged if one.state in LOOSE]
    if any(one.state == "off" for one in loose):
        raise RefusedError("limit-switched-off")
    if not loose:
        raise RefusedError("no-plain-call")
    return loose


def write_number(value: float) -> str:
    """A number of seconds or milliseconds as both languages write it: `30`, `0.5`."""
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def write_milliseconds(seconds: float) -> str:
    """Seconds as milliseconds in JavaScript, in groups of three digits: `30_000`."""
    return f"{max(1, round(seconds * 1000)):_}"
