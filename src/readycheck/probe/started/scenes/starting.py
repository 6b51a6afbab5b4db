"""Start it, wait until it answers, and find where it says how it is."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable

from readycheck.probe.exchange import Exchange
from readycheck.probe.situation import is_parametrised
from readycheck.probe.started.command import StartError
from readycheck.probe.started.process import Child, show_last
from readycheck.probe.started.session import PAUSE, Session, is_ok

READY = (
    "/readyz", "/ready", "/readiness", "/health/ready", "/healthz/ready", "/-/ready", "/api/ready", "/api/readyz",
    "/health", "/healthz", "/api/health", "/api/v1/health", "/health/db", "/status",
)  # fmt: skip
LIVE = (
    "/livez", "/live", "/liveness", "/health/live", "/healthz/live", "/-/healthy", "/alive", "/ping", "/healthz",
    "/health", "/api/health", "/api/v1/health", "/status",
)  # fmt: skip
WORDS = ("health", "ready", "live", "alive", "ping")
MOST_TRIED = 20


async def play(session: Session) -> None:
    """Wait until the process that was started answers, find its health routes, and wait until it is ready."""
    child = session.running
    await wait_for_answer(session, child)
    tried = await find_health(session)
    ready = await wait_until_ready(session, child, session.command.patience)
    session.observe("health", "health", ready=session.ready, live=session.live, tried=tried, was_ready=ready)


async def is_open(session: Session) -> bool:
    """Whether somebody listens where the service should."""
    target = session.wire.target
    try:
        async with asyncio.timeout(1.0):
            _, writer = await asyncio.open_connection(target.host, target.port)
    except (OSError, TimeoutError):
        return False
    writer.transport.abort()
    return True


async def check_free(session: Session) -> None:
    """Raise StartError if somebody listens there already: another process would be judged."""
    if await is_open(session):
        target = session.wire.target
        raise StartError(f"{target.origin}: something listens there already: stop it, or choose another port")


async def wait_for_port(session: Session, child: Child, seconds: float) -> bool:
    """Wait until somebody listens; False if it ended, or takes longer."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and child.code is None:
        if await is_open(session):
            return True
        await asyncio.sleep(PAUSE / 5)
    return False


async def wait_for_answer(session: Session, child: Child) -> None:
    """Wait until it answers anything at all. Raises StartError with the last lines that it wrote."""
    started = time.monotonic()
    step = session.make_step("answer", session.live or "/")
    if await wait_for_port(session, child, session.command.patience):
        while child.code is None and time.monotonic() - started < session.command.patience:
            exchange = await session.send(step)
            if exchange.response is not None:
                session.observe("normal", "start", answered=True, seconds=round(time.monotonic() - started, 2))
                return
            await asyncio.sleep(PAUSE * 4)
    raise StartError(explain_failure(session, child))


def explain_failure(session: Session, child: Child) -> str:
    """Why the process does not answer, with what it wrote."""
    origin, words = session.wire.target.origin, session.redactor.clean_text(" ".join(child.words))[:200]
    lines = show_last([str(line) for line in session.clean_lines(child.since(max(0, child.mark - 50)), 50)])
    wrote = f"; the last that it wrote:\n{lines}" if lines else ", and wrote nothing"
    if child.code is not None:
        return f"--start: {words}: it ended with exit code {child.code} before {origin} answered{wrote}"
    return f"--start: {words}: {origin} did not answer within {session.command.patience:.0f} s{wrote}"


def list_candidates(session: Session, usual: Iterable[str]) -> list[str]:
    """Where a health route may be: known routes first, then the usual places."""
    known = [
        route.path
        for route in session.situation.routes
        if route.method == "GET" and not is_parametrised(route.path) and any(word in route.path for word in WORDS)
    ]
    usual = tuple(usual)
    return [*sorted((path for path in known if path in usual), key=usual.index), *(p for p in usual if p not in known)]


async def find_health(session: Session) -> int:
    """Find where it says that it is ready and that it lives; what says neither stays empty. Gives how many it tried."""
    answers: dict[str, Exchange] = {}
    session.ready = session.command.ready_path or await find_first(session, READY, answers)
    session.live = session.command.live_path or await find_first(session, LIVE, answers)
    return len(answers)


async def find_first(session: Session, usual: Iterable[str], answers: dict[str, Exchange]) -> str:
    """The first place that is there and is no page of a single-page application."""
    for path in list_candidates(session, usual):
        if path not in answers:
            if len(answers) >= MOST_TRIED:
                return ""
            answers[path] = await session.send(session.make_step("find", path))
        if is_health(answers[path]):
            return path
    return ""


def is_health(exchange: Exchange) -> bool:
    """A success, or 503, that is no HTML page."""
    response = exchange.response
    return response is not None and (is_ok(exchange) or response.status == 503) and not response.is_page  # noqa: PLR2004


async def wait_until_ready(session: Session, child: Child, seconds: float) -> bool:
    """Wait until readiness says yes; without such a route, until it answers."""
    step = session.make_step("ready", session.ready or session.live or "/")
    deadline = time.monotonic() + seconds
    while child.code is None and time.monotonic() < deadline:
        exchange = await session.send(step)
        if is_ok(exchange) or (not session.ready and exchange.response is not None):
            return True
        await asyncio.sleep(PAUSE * 2)
    return False


SCENES = {"start": play}
