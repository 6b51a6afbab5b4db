"""Looks for an answer of some size, and asks for it again with each content coding: never more than announced."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

from readycheck.probe.exchange import Exchange
from readycheck.probe.step import Step
from readycheck.probe.text import SMALLEST, is_text

Turn = Callable[[], Awaitable[None]]
Send = Callable[[Step], Awaitable[Exchange]]


async def search(step: Step, turn: Turn, send: Send) -> AsyncIterator[Exchange]:
    """The paths in their order with the first coding, until one is large enough; that one with the other codings."""
    paths, codings = list_words(step, "paths"), list_words(step, "codings")
    sent = 0
    for path in paths:
        await turn()
        exchange = await send(ask(step, path, codings[0]))
        sent += 1
        yield exchange
        if not is_large(exchange):
            continue
        for coding in codings[1 : 1 + step.requests - sent]:
            await turn()
            yield await send(ask(step, path, coding))
        return


def list_words(step: Step, name: str) -> list[str]:
    """A list in a step's options."""
    value = step.options.get(name)
    return [str(one) for one in value] if isinstance(value, list) else []


def ask(step: Step, path: str, coding: str) -> Step:
    """The step for one path with one coding."""
    return replace(step, path=path, headers=(*step.headers, ("Accept-Encoding", coding)))


def is_large(exchange: Exchange) -> bool:
    """Whether it was answered well, with text worth compressing."""
    answer = exchange.response
    return answer is not None and answer.status == 200 and is_text(answer) and len(answer.body) >= SMALLEST  # noqa: PLR2004 - OK
