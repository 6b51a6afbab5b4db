"""A proxy on 127.0.0.1 that passes bytes on as they are and counts the requests in them."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

PIECE = 65_536
MOST_HEAD = 1_000_000
SOON = 5.0
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,18})[ \t]*\r\n", re.IGNORECASE)
CHUNKED = re.compile(rb"\r\ntransfer-encoding:[^\r\n]*chunked", re.IGNORECASE)
UPGRADE = re.compile(rb"\r\nupgrade:", re.IGNORECASE)
START = re.compile(rb"[!-~]+ ")


@dataclass
class Counts:
    """What went through: connections, and requests on them. What is no HTTP (TLS) counts as connections only."""

    connections: int = 0
    requests: int = 0


class Reader:
    """Follows one connection's requests by their framing, as a server would."""

    def __init__(self, counts: Counts) -> None:
        """Add to these counts."""
        self._counts = counts
        self._held = b""
        self._skip = 0
        self._state = "before"

    def feed(self, data: bytes) -> None:
        """Take what the client sent."""
        self._held += data
        while self._held and self._state != "opaque":
            if self._skip:
                passed = min(self._skip, len(self._held))
                self._held = self._held[passed:]
                self._skip -= passed
            elif not getattr(self, f"_read_{self._state}")():
                return
        self._held = b""

    def _read_before(self) -> bool:
        """The first byte of a request counts it, whether or not the rest ever comes."""
        self._held = self._held.lstrip(b"\r\n")
        if not self._held:
            return True
        if not 0x20 < self._held[0] < 0x7F:  # noqa: PLR2004 - a TLS record, or nonsense
            self._state = "opaque"
            return True
        self._counts.requests += 1
        self._state = "head"
        return True

    def _read_head(self) -> bool:
        """Up to the empty line; what follows depends on it."""
        end = self._held.find(b"\r\n\r\n")
        if end < 0:
            if len(self._held) > MOST_HEAD or (b" " in self._held[:64] and not START.match(self._held)):
                self._state = "opaque"
            return self._state == "opaque"
        head, self._held = self._held[: end + 2], self._held[end + 4 :]
        self._state = "before"
        if UPGRADE.search(head):
            self._state = "opaque"
        elif CHUNKED.search(head):
            self._state = "chunk"
        elif length := LENGTH.search(head):
            self._skip = int(length[1])
        return True

    def _read_chunk(self) -> bool:
        """The size of a chunk; the last one ends the request."""
        line, found, rest = self._held.partition(b"\r\n")
        if not found:
            return False
        try:
            size = int(line.partition(b";")[0], 16)
        except ValueError:
            self._state = "opaque"
            return True
        self._held = rest
        if size:
            self._skip = size + len(b"\r\n")
        else:
            self._state = "before"
        return True


class Proxy:
    """Passes connections on to a port of 127.0.0.1."""

    def __init__(self, upstream: int) -> None:
        """Take the port behind; `port` is the one to talk to."""
        self.counts = Counts()
        self.port = 0
        self._upstream = upstream
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._end = asyncio.Event()
        self._open: set[asyncio.Task[None]] = set()  # the loop itself holds tasks weakly

    def run(self) -> None:
        """Serve until `stop`; the body of a thread."""
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()

    def stop(self) -> None:
        """End all connections; to be called from another thread."""
        self._loop.call_soon_threadsafe(self._end.set)

    def wait_ready(self) -> None:
        """Return once `port` is known. Raises TimeoutError."""
        if not self._ready.wait(SOON):
            raise TimeoutError("the counting proxy does not listen")

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._take, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._end.wait()
        server.close()
        # A connection that was taken a moment ago becomes a task only now.
        while tasks := [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._pass_on(reader, writer))
        self._open.add(task)
        task.add_done_callback(self._open.discard)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.counts.connections += 1
        try:
            behind, forward = await asyncio.open_connection("127.0.0.1", self._upstream)
        except OSError:
            writer.transport.abort()
            return
        try:
            await asyncio.gather(copy(behind, writer), copy(reader, forward, Reader(self.counts)))
        finally:
            writer.close()
            forward.close()


async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, watcher: Reader | None = None) -> None:
    """Pass on what comes until one side has enough, then say so to the other."""
    try:
        while data := await reader.read(PIECE):
            if watcher:
                watcher.feed(data)
            writer.write(data)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()
    except OSError:
        writer.transport.abort()


@contextmanager
def count_requests(upstream: int) -> Iterator[Proxy]:
    """A running proxy in front of a port."""
    proxy = Proxy(upstream)
    thread = threading.Thread(target=proxy.run, daemon=True)
    thread.start()
    proxy.wait_ready()
    try:
        yield proxy
    finally:
        proxy.stop()
        thread.join(SOON)
