"""Services on this machine that count what they are sent, well-behaved and hostile ones."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Answer = Callable[["Sent", asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True)
class Sent:
    """One request as it came in."""

    method: str
    target: str
    head: str
    body: bytes = b""


@dataclass
class Service:
    """A running service: its address, and everything it was sent."""

    url: str
    sent: list[Sent] = field(default_factory=list)


def reply(status: str = "200 OK", body: str = "{}", headers: str = "", media: str = "application/json") -> Answer:
    """An answer that is always the same."""

    async def answer(sent: Sent, writer: asyncio.StreamWriter) -> None:
        data = b"" if sent.method == "HEAD" else body.encode()
        writer.write(
            f"HTTP/1.1 {status}\r\nContent-Type: {media}\r\nContent-Length: {len(body)}\r\n{headers}\r\n".encode()
        )
        writer.write(data)

    return answer


async def read(reader: asyncio.StreamReader) -> Sent | None:
    """The next request, None at the end of the connection."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
        return None
    length = next(
        (int(line.split(":")[1]) for line in head.lower().split("\r\n") if line.startswith("content-length")), 0
    )
    body = await reader.readexactly(length) if 0 < length < 1_000_000 else b""
    method, target, *_ = head.split(" ")
    return Sent(method, target, head, body)


@contextmanager
def serving(answer: Answer) -> Iterator[Service]:
    """A service in a thread of its own, until the end of the block."""
    loop = asyncio.new_event_loop()
    service = Service("")

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (sent := await read(reader)) is not None:
                service.sent.append(sent)
                await answer(sent, writer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()

    server = loop.run_until_complete(asyncio.start_server(handle, "127.0.0.1", 0))
    service.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        server.close()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()
