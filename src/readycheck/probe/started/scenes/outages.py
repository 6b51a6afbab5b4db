"""A dependency goes away, or hangs, while the service runs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from readycheck.model.rule import Json
from readycheck.probe.exchange import Exchange
from readycheck.probe.started.proxy import Proxy
from readycheck.probe.started.session import CALL_SECONDS, Session, is_ok, is_refusal

NOTICE = 15.0
RECOVERY = 40.0
LATER = 4.0
TIMES = 40
ORDINARY = 3


async def cut_database(session: Session) -> None:
    """Readiness, liveness and a request before, while the database is away, and after it is back."""
    proxy = session.proxies["database"]
    if session.ready:
        await session.ask(session.make_step("ready-before", session.ready))
    before = await session.ask(session.make_exercise("use-before", "database"))
    await proxy.cut()
    noticed = await notice(session)
    if session.live and session.live != session.ready:
        await session.ask(session.make_step("live-during", session.live))
    await session.ask(session.make_exercise("use-during", "database"), CALL_SECONDS)
    await proxy.heal()
    recovered = await recover(session, before)
    observe_outage(session, proxy, "cut", noticed=noticed, recovered=recovered)


async def notice(session: Session) -> float:
    """Ask readiness until it says no; gives the seconds that it took."""
    if not session.ready:
        return 0.0
    _, seconds = await session.ask_until(session.make_step("ready-during", session.ready), is_refusal, NOTICE)
    return round(seconds, 2)


async def recover(session: Session, before: Exchange) -> float:
    """Ask until it is as it was before; gives the seconds that it took."""
    started = time.monotonic()
    if session.ready:
        await session.ask_until(session.make_step("ready-after", session.ready), is_ok, RECOVERY)
    if before.response is not None:
        status = before.response.status
        step = session.make_exercise("use-after", "database")
        await session.ask_until(step, lambda one: one.response is not None and one.response.status == status, NOTICE)
    return round(time.monotonic() - started, 2)


async def hang_database(session: Session) -> None:
    """A request that needs the database while that accepts everything and answers nothing."""
    proxy = session.proxies["database"]
    before = await session.ask(session.make_exercise("use-before", "database"))
    await proxy.hold()
    await session.ask(session.make_exercise("use-during", "database"), CALL_SECONDS)
    used = await wait_for_use(proxy)
    await proxy.heal()
    await proxy.drop()  # what hung is no use to anybody: the service must connect anew
    recovered = await recover(session, before)
    observe_outage(session, proxy, "hang", used=used, recovered=recovered)


def play_outage(kind: str, mode: str) -> Callable[[Session], Awaitable[None]]:
    """A scene in which Redis or the AI provider is cut, or hangs."""

    async def play(session: Session) -> None:
        proxy = session.proxies[kind]
        path, who = session.ordinary
        await session.ask(session.make_step("before", path, who))
        if kind in session.command.exercises:
            await session.ask(session.make_exercise("use-before", kind), CALL_SECONDS)
        await (proxy.cut() if mode == "cut" else proxy.hold())
        for _ in range(ORDINARY):
            answer = await session.ask(session.make_step("during", path, who), CALL_SECONDS)
            if answer.response is None:
                break
        if session.live:
            await session.ask(session.make_step("live-during", session.live), CALL_SECONDS)
        if kind in session.command.exercises:
            await session.ask(session.make_exercise("use-during", kind), CALL_SECONDS)
        used = await wait_for_use(proxy) if mode == "hang" else False
        await proxy.heal()
        await proxy.drop()
        await session.ask_until(session.make_step("after", path, who), is_ok, NOTICE)
        observe_outage(session, proxy, mode, used=used)

    return play


async def wait_for_use(proxy: Proxy) -> bool:
    """Whether anything came to the proxy since it changed its mode, or does so soon: a worker may be on its way."""
    for _ in range(TIMES):
        if proxy.since or proxy.passed:
            return True
        await asyncio.sleep(LATER / TIMES)
    return False


def observe_outage(session: Session, proxy: Proxy, mode: str, **more: Json) -> None:
    """Keep what the proxy saw, and whether the process survived."""
    data: dict[str, Json] = {"used": False, "noticed": 0.0, "recovered": 0.0}
    session.observe(
        mode,
        "outage",
        dependency=proxy.dependency.kind,
        variable=proxy.dependency.variable,
        mode=mode,
        connections=proxy.accepted,
        ready=session.ready,
        live=session.live,
        code=session.running.code,
        **{**data, **more},
    )


SCENES = {
    "cut-database": cut_database,
    "hang-database": hang_database,
    "cut-redis": play_outage("redis", "cut"),
    "hang-redis": play_outage("redis", "hang"),
    "cut-ai": play_outage("ai", "cut"),
    "hang-ai": play_outage("ai", "hang"),
}
