"""What the process writes about requests that we recognise."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Sequence
from dataclasses import replace

from readycheck.probe.exchange import Exchange, Header, Who
from readycheck.probe.started.session import PAUSE, Session

ID_HEADERS = ("x-request-id", "request-id", "x-correlation-id", "x-trace-id", "correlation-id")
WAIT = 3.0
MOST_LINES = 5
SHORTEST_ID = 8


async def play(session: Session) -> None:
    """Four requests: ordinary ones with and without an id, a path that is not there, credentials that we made up."""
    path, who = session.ordinary
    await follow(session, "ordinary", path, who, with_id=True)
    await follow(session, "own", path, who)
    await follow(session, "absent", "/readycheck-absent", "", with_id=True)
    bearer, cookie = (f"rc{secrets.token_hex(16)}" for _ in range(2))
    session.canaries |= {"a bearer token that was sent": bearer, "a session cookie that was sent": cookie}
    headers = (("Authorization", f"Bearer {bearer}"), ("Cookie", f"session={cookie}"))
    await follow(session, "credentials", "/readycheck-credentials", "", headers, with_id=True)


async def follow(  # noqa: PLR0913 - one request, described
    session: Session, name: str, path: str, who: Who, headers: tuple[Header, ...] = (), *, with_id: bool = False
) -> None:
    """Send a request and keep the lines in which it turns up."""
    sent = secrets.token_hex(16) if with_id else ""
    given = (*headers, ("X-Request-ID", sent)) if sent else headers
    mark = session.running.mark
    exchange = await session.ask(replace(session.make_step(name, path, who), headers=given))
    returned = find_id(exchange)
    ids = [one for one in (sent, returned) if one]
    lines = await wait_for_lines(session, mark, ids)
    by_id = [line for line in lines if any(one in line for one in ids)]
    by_path = [line for line in lines if len(path) > 1 and path in line]
    found = list(dict.fromkeys([*by_id, *by_path]))
    session.observe(
        name,
        "log",
        request=f"GET {path}",
        sent=sent,
        returned=returned,
        by_id=len(by_id),
        by_path=len(by_path),
        written=len(lines),
        lines=session.clean_lines(found, MOST_LINES),
    )


def find_id(exchange: Exchange) -> str:
    """The id that the answer names, if any."""
    response = exchange.response
    if response is None:
        return ""
    values = (response.value(name) or "" for name in ID_HEADERS)
    return next((value for value in values if len(value) >= SHORTEST_ID), "")


async def wait_for_lines(session: Session, mark: int, ids: Sequence[str]) -> list[str]:
    """What it wrote since, once an id has turned up or some time has passed."""
    deadline = time.monotonic() + WAIT
    while time.monotonic() < deadline:
        await asyncio.sleep(PAUSE / 5)
        if any(one in line for line in session.running.since(mark) for one in ids):
            await asyncio.sleep(PAUSE / 2)  # lines that follow at once belong to it
            break
    return session.running.since(mark)


SCENES = {"log": play}
