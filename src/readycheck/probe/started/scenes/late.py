"""Start it while the database is away, and let that come back."""

from __future__ import annotations

import asyncio
import time

from readycheck.probe.started.process import Child
from readycheck.probe.started.scenes.starting import is_open
from readycheck.probe.started.session import PAUSE, Session, is_ok

AWAY = 6.0
MOST_ASKED = 30


async def play(session: Session) -> None:
    """One start without the database; it comes back a few seconds later."""
    proxy = session.proxies["database"]
    await proxy.cut()
    async with session.start("without the database") as child:
        during = await watch_away(session, child)
        ended_early = child.code
        await proxy.heal()
        started = time.monotonic()
        ready = ended_early is None and await wait_until_ready(session, child)
        seconds = round(time.monotonic() - started, 2)
        last = session.clean_lines([line for line in child.lines if line.strip()][-5:], 5)
        session.observe(
            "start", "late", during=during, code=child.code, ready=ready, seconds=seconds, away=AWAY, last=last
        )


async def watch_away(session: Session, child: Child) -> str:
    """Leave it alone with its missing database for a while; gives what readiness said, empty if nobody listened."""
    deadline = time.monotonic() + AWAY
    said = ""
    while time.monotonic() < deadline and child.code is None:
        await asyncio.sleep(PAUSE)
        if not said and await is_open(session):
            exchange = await session.ask(session.make_step("during", session.ready or session.live or "/"))
            said = f"{exchange.response.status}" if exchange.response else exchange.failure
    return said


async def wait_until_ready(session: Session, child: Child) -> bool:
    """Wait until readiness says yes, as long as a start may take."""
    step = session.make_step("after", session.ready or session.live or "/")
    deadline = time.monotonic() + session.command.patience
    for _ in range(MOST_ASKED):
        if child.code is not None or time.monotonic() > deadline:
            return False
        if await is_open(session):
            exchange = await session.send(step)
            if is_ok(exchange):
                session.taken.append(exchange)
                return True
        await asyncio.sleep(max(PAUSE, session.command.patience / MOST_ASKED))
    return False


SCENES = {"late-database": play}
