"""The manners of sending, each with what carries it out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack

from readycheck.probe.collect.burst import Burst
from readycheck.probe.collect.forged import Forged
from readycheck.probe.collect.linked import find_file, follow_links
from readycheck.probe.collect.plain import Plain
from readycheck.probe.collect.raw import Raw
from readycheck.probe.collect.search import search
from readycheck.probe.collect.socket import Socket
from readycheck.probe.collect.tls import inspect
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

    def search_plain(step: Step, turn: Turn) -> AsyncIterator[Exchange]:
        return search(step, turn, plain.send)

    def follow_plain(step: Step, turn: Turn) -> AsyncIterator[Exchange]:
        return follow_links(step, turn, plain.send, find_file(plain.start, wire.target.base))

    def inspect_tls(step: Step, turn: Turn) -> AsyncIterator[Observation]:
        return inspect(wire, step, turn)

    return {
        Manner.PLAIN: send_plain,
        Manner.SEARCH: search_plain,
        Manner.LINKED: follow_plain,
        Manner.TLS: inspect_tls,
        Manner.RAW: in_turn(Raw(wire).send),
        Manner.SOCKET: in_turn(Socket(wire).send),
        Manner.FORGED: in_turn(Forged(wire, plain).send),
        Manner.BURST: in_turn(Burst(wire, plain).send),
    }


def in_turn(send: Callable[[Step], AsyncIterator[Exchange | Observation]]) -> Carrier:
    """What sends one request a step, or a burst that was allowed: it waits for its turn once."""

    async def send_in_turn(step: Step, turn: Turn) -> AsyncIterator[Exchange | Observation]:
        await turn()
        async for one in send(step):
            yield one

    return send_in_turn
