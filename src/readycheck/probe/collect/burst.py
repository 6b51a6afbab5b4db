"""A bounded burst: one cheap request, one after the other, until the service says that it is enough.

It ends at the first 429, at any server error, at an answer three times as slow as the middle one, and never later than
announced. After a 429 it asks whether another address in a header, or another user, gets an answer.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from statistics import median

from readycheck.model.rule import Json
from readycheck.probe.collect.plain import Plain
from readycheck.probe.collect.wire import Wire
from readycheck.probe.exchange import Exchange, Header, Observation, Who
from readycheck.probe.limits import read_limits
from readycheck.probe.step import Step

EXTRA = 4
SPARE = 2
FIRST = 5
SLOWER = 3
SLOW = 0.25
TOO_MANY = 429
SERVER_ERROR = 500
SPOOFED: tuple[tuple[Header, ...], ...] = (
    (("X-Forwarded-For", "198.51.100.77"),),
    (("X-Forwarded-For", "198.51.100.78"), ("X-Real-IP", "198.51.100.78"), ("Forwarded", "for=198.51.100.78")),
)


class Burst:
    """Sends one step over and over."""

    def __init__(self, wire: Wire, plain: Plain) -> None:
        """Take whose credentials there are, and what sends."""
        self._wire = wire
        self._plain = plain

    async def send(self, step: Step) -> AsyncIterator[Exchange | Observation]:
        """Carry out the burst. Of its exchanges the first and the last are kept, and those after a 429."""
        started = time.monotonic()
        first = last = await self._plain.send(step)
        yield first
        most = step.requests - EXTRA
        end, times, sent = judge_end(first, [], most, 1) or find_obstacle(first, most), [first.seconds], 1
        while not end:
            last = await self._plain.send(step)
            sent += 1
            end = judge_end(last, times, most, sent)
            times.append(last.seconds)
        if last is not first:
            yield replace(last, step=f"{step.topic}/last")
        if end == "429":
            async for one in self._send_others(step):
                yield one
        data: dict[str, Json] = {
            "sent": sent,
            "end": end,
            "seconds": round(time.monotonic() - started, 1),
            "target": step.path,
        }
        yield Observation(0, step.id, "burst", data)

    async def _send_others(self, step: Step) -> AsyncIterator[Exchange]:
        """The same again under other addresses, as another user, and as it was."""
        for headers in SPOOFED:
            one = await self._plain.send(replace(step, headers=(*step.headers, *headers)))
            yield replace(one, step=f"{step.topic}/spoofed")
        other: Who = "b" if step.who == "a" else "a"
        if other in self._wire.credentials and self._wire.may_identify:
            one = await self._plain.send(replace(step, who=other))
            yield replace(one, step=f"{step.topic}/other")
        yield replace(await self._plain.send(step), step=f"{step.topic}/again")


def find_obstacle(first: Exchange, most: int) -> str:
    """Why it cannot reach the limit that the first answer advertises, or nothing."""
    limits = read_limits(first.response) if first.response else ()
    left = [one.remaining for one in limits if one.remaining is not None]
    if left and min(left) + SPARE > most:
        return f"{min(left)} requests are left of the advertised limit, more than were allowed"
    return ""


def judge_end(last: Exchange, times: list[float], most: int, sent: int) -> str:
    """Why the burst ends with this answer, or nothing."""
    if last.response is None:
        return last.failure
    if last.response.status == TOO_MANY:
        return "429"
    if last.response.status >= SERVER_ERROR:
        return f"{last.response.status}"
    if len(times) >= FIRST and last.seconds > max(SLOW, SLOWER * median(times)):
        return "the answers became slower"
    return "no limit" if sent >= most else ""
