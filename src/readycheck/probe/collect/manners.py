"""The manners of sending, each with what carries it out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack

from readycheck.probe.collect.plain import Plain
from readycheck.probe.collect.wire import Wire
from readycheck.probe.exchange import Exchange, Observation
from readycheck.probe.step import Manner, Step

Turn = Callable[[], Awaitable[None]]
Carrier = Callable[[Step, Turn], AsyncIterator[Exchange | Observation]]


async def open_carriers(wire: Wire, stack: AsyncExitStack) -> Mapping[Manner, Carrier]:
    """A carrier for each manner; `stack` closes what they hold open."""
    plain = await stack.enter_async_context(Plain(wire))

    async def send_plain(step: Step, turn: Turn) -> AsyncIterator[Exchange]:
        for _ in range(step.requests):
            await turn()
            yield await plain.send(step)

    return {Manner.PLAIN: send_plain}
