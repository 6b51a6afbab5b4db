"""SIGTERM while a request is in flight."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from readycheck.probe.collect.wire import describe_failure
from readycheck.probe.exchange import Exchange, Response
from readycheck.probe.situation import is_parametrised
from readycheck.probe.started.proxy import Proxy
from readycheck.probe.started.session import CALL_SECONDS, Session
from readycheck.probe.step import Step

SETTLE = 0.3
HELD = 0.5  # with SETTLE below a second, which is the shortest timeout of a query that is usual
POLLS = 4
PATIENCE = 0.5
NO_REQUEST = (
    "no request could be held in flight: name a slow route with --slow-path PATH, the database with --dependency, or"
    " allow a POST with --allow-writes"
)


@dataclass
class Flight:
    """A request in flight: how it is held, and the task that waits for its answer."""

    how: str
    step: Step
    task: asyncio.Task[Exchange]
    release: asyncio.Event


async def play(session: Session) -> None:
    """Hold a request, send SIGTERM, watch new connections, let the request go, and wait for the end."""
    child = session.running
    async with hold_request(session) as flight:
        started = time.monotonic()
        child.terminate()
        refused, answers = await watch(session, flight)
        exchange = None
        if flight is not None:
            flight.release.set()
            exchange = await flight.task
            session.taken.append(exchange)
        code = await child.wait(max(0.0, started + session.command.grace - time.monotonic()))
        seconds = round(time.monotonic() - started, 2)
        left = len(child.note_family()) if code is not None else 0
    session.observe(
        "sigterm",
        "stop",
        held=flight.how if flight else "",
        answered=bool(exchange and exchange.response),
        refused=refused,
        answers=list(answers),
        code=code,
        seconds=seconds,
        grace=session.command.grace,
        left=left,
        reason="" if flight else NO_REQUEST,
    )


async def watch(session: Session, flight: Flight | None) -> tuple[bool, list[str]]:
    """Knock with new connections while it drains: were they refused, or did readiness say no? And what came."""
    answers: list[str] = []
    deadline = time.monotonic() + HELD
    step = session.make_step("new", session.ready or session.live or "/")
    for _ in range(POLLS):
        await asyncio.sleep(HELD / POLLS)
        exchange = await session.send(step, PATIENCE)
        answers.append(f"{exchange.response.status}" if exchange.response else exchange.failure)
        ended = flight is not None and flight.task.done()
        if time.monotonic() > deadline or ended or session.running.code is not None:
            break
    said_no = any(not one.startswith(("2", "no answer")) for one in answers)
    return said_no, list(dict.fromkeys(answers))


@asynccontextmanager
async def hold_request(session: Session) -> AsyncIterator[Flight | None]:
    """A request that is in flight and will not be answered until it is released; None if there is no way."""
    proxy = session.proxies.get("database")
    flight = None
    try:
        if session.command.slow_path:
            flight = await launch_slow(session)
        if flight is None and proxy is not None:
            flight = await launch_held(session, proxy)
        if flight is None and session.situation.allowed.writes:
            flight = await launch_halved(session)
        yield flight
    finally:
        if flight is not None:
            flight.release.set()
            flight.task.cancel()
            await asyncio.gather(flight.task, return_exceptions=True)
        if proxy is not None:
            await proxy.heal()


async def launch_slow(session: Session) -> Flight | None:
    """A request to the route that the user says is slow."""
    step = session.make_step("in-flight", session.command.slow_path, "a" if session.situation.users else "")
    flight = Flight(f"GET {step.path}, which is slow", step, send_in_background(session, step), asyncio.Event())
    return await keep_if_waiting(flight)


async def launch_held(session: Session, proxy: Proxy) -> Flight | None:
    """A request that waits for the database, which our proxy holds."""
    await proxy.hold()
    step = session.make_exercise("in-flight", "database")
    release = asyncio.Event()
    task = send_in_background(session, step)
    flight = await keep_if_waiting(
        Flight(f"{step.method} {step.path}, whose database query is held", step, task, release)
    )
    if flight is None:
        await proxy.heal()
        return None
    healing = asyncio.create_task(heal_when(release, proxy))
    task.add_done_callback(lambda _: healing.cancel() if not release.is_set() else None)
    return flight


async def heal_when(release: asyncio.Event, proxy: Proxy) -> None:
    """Let the database answer once the request is released."""
    await release.wait()
    await proxy.heal()


async def launch_halved(session: Session) -> Flight | None:
    """A POST of which half the body is sent before, and half after."""
    routes = [one for one in session.situation.routes if one.method == "POST" and not is_parametrised(one.path)]
    exercise = next((one for one in session.command.exercises.values() if one.method == "POST"), None)
    path = exercise.path if exercise else routes[0].path if routes else ""
    if not path:
        return None
    body = (exercise.body if exercise else b"") or b'{"readycheck": "half before SIGTERM, half after"}'
    step = session.make_step("in-flight", path, "a" if session.situation.users else "")
    step = replace(step, method="POST", body=body, headers=(("Content-Type", "application/json"),))
    release = asyncio.Event()
    session.sent += 1
    task = asyncio.create_task(send_halved(session, step, release))
    return await keep_if_waiting(Flight(f"POST {path}, half of whose body is sent", step, task, release))


async def keep_if_waiting(flight: Flight) -> Flight | None:
    """The flight, if it was not answered already."""
    await asyncio.wait((flight.task,), timeout=SETTLE)
    return None if flight.task.done() else flight


def send_in_background(session: Session, step: Step) -> asyncio.Task[Exchange]:
    """Send a request without waiting for its answer."""
    return asyncio.create_task(session.send(step, CALL_SECONDS))


async def send_halved(session: Session, step: Step, release: asyncio.Event) -> Exchange:
    """Send half a body, wait, send the rest, and read the head of the answer."""
    request = session.wire.make_request(step)
    lines = [f"{request.method} {request.target} HTTP/1.1", f"Host: {session.wire.target.authority}"]
    lines += [f"{name}: {value}" for name, value in request.headers]
    lines += [f"Content-Length: {len(request.body)}", "Connection: close", "", ""]
    half = len(request.body) // 2
    started = time.monotonic()
    response, failure = None, ""
    try:
        async with session.wire.connect() as (reader, writer):
            writer.write("\r\n".join(lines).encode("latin-1", "replace") + request.body[:half])
            await writer.drain()
            early = asyncio.create_task(reader.readuntil(b"\r\n\r\n"))
            await asyncio.wait((early, asyncio.create_task(release.wait())), return_when=asyncio.FIRST_COMPLETED)
            if not early.done():
                writer.write(request.body[half:])
                await writer.drain()
            response = parse_head(await asyncio.wait_for(early, CALL_SECONDS))
    except asyncio.IncompleteReadError:
        failure = "the connection was closed without an answer"
    except (OSError, TimeoutError, ValueError) as error:
        failure = describe_failure(error)
    return Exchange(0, step.id, request, response, failure, time.monotonic() - started)


def parse_head(head: bytes) -> Response:
    """The status line and headers of an answer. Raises ValueError for what is none."""
    status_line, *lines = head.decode("latin-1").split("\r\n")
    version, _, rest = status_line.partition(" ")
    if not version.startswith("HTTP/"):
        raise ValueError("no HTTP answer")
    headers = tuple((name, value.strip()) for name, colon, value in (one.partition(":") for one in lines) if colon)
    return Response(int(rest[:3]), headers, b"", version)


SCENES = {"drain": play}
