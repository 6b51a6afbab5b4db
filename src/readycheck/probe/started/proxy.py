"""A TCP proxy on loopback before a dependency of the started process: it passes on, cuts, or hangs."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from readycheck.probe.started.command import Dependency

LOOPBACK = "127.0.0.1"
CHUNK = 65_536
NO_LINGER = struct.pack("ii", 1, 0)  # closing then sends a reset instead of an orderly end


@dataclass
class Proxy:
    """One listener before one server. `accepted` counts connections, `since` those after the last change of mode."""

    dependency: Dependency
    port: int = 0
    accepted: int = 0
    since: int = 0
    passed: int = 0
    mode: str = "pass"
    server: asyncio.Server | None = None
    placeholder: socket.socket | None = None
    links: set[asyncio.Task[None]] = field(default_factory=set)
    flowing: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        """The dependency's URL through the proxy."""
        return self.dependency.lead_to(self.port)

    @property
    def open_links(self) -> int:
        """How many connections are open now."""
        return len(self.links)

    async def listen(self) -> None:
        """Accept connections, on the same port as before if there was one."""
        listener = bind(self.port)
        self.port = listener.getsockname()[1]
        if self.placeholder is not None:
            self.placeholder.close()
            self.placeholder = None
        self.server = await asyncio.start_server(self.serve, sock=listener, backlog=1024)

    async def heal(self) -> None:
        """Pass everything on again; what was held back arrives late."""
        self.change("pass")
        self.flowing.set()
        if self.server is None:
            await self.listen()

    async def cut(self) -> None:
        """The server is gone: connections are reset, new ones refused."""
        self.change("cut")
        if self.server is not None:
            self.server.close()
            self.server = None
            self.placeholder = bind(self.port)  # bound and deaf: nobody else gets the port meanwhile
        await self.drop()
        self.flowing.set()

    async def hold(self) -> None:
        """The server hangs: connections stay, are accepted, and nothing passes any more."""
        self.change("hang")
        self.flowing.clear()

    def change(self, mode: str) -> None:
        """Enter a mode."""
        self.mode, self.since, self.passed = mode, 0, 0

    async def drop(self) -> None:
        """Reset all connections."""
        links = tuple(self.links)
        for link in links:
            link.cancel()
        await asyncio.gather(*links, return_exceptions=True)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of the child."""
        task = asyncio.current_task()
        if task is None:
            raise AssertionError("a connection is served in a task")
        self.accepted += 1
        self.since += 1
        self.links.add(task)
        ends = [writer]
        try:
            await self.flowing.wait()
            far_reader, far_writer = await asyncio.open_connection(self.dependency.host, self.dependency.port)
            ends.append(far_writer)
            await self.join((reader, far_writer), (far_reader, writer))
        except (OSError, asyncio.CancelledError):
            for end in ends:  # the server is away, or the connection is cut: the service must notice
                abort(end)
        finally:
            self.links.discard(task)
            for end in ends:
                end.close()

    async def join(self, *pairs: tuple[asyncio.StreamReader, asyncio.StreamWriter]) -> None:
        """Pass bytes in both directions until both sides have ended, or one breaks. Raises OSError."""
        pumps = [asyncio.create_task(self.pump(source, sink)) for source, sink in pairs]
        try:
            await asyncio.gather(*pumps)
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)

    async def pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        """One direction, its end included; while nothing flows, what was read waits here. Raises OSError."""
        while data := await source.read(CHUNK):
            self.passed += len(data)
            await self.flowing.wait()
            sink.write(data)
            await sink.drain()
        if sink.can_write_eof():
            sink.write_eof()

    async def close(self) -> None:
        """The end."""
        await self.cut()
        if self.placeholder is not None:
            self.placeholder.close()
            self.placeholder = None


@asynccontextmanager
async def run_proxy(dependency: Dependency) -> AsyncIterator[Proxy]:
    """A proxy that passes everything on until it is told otherwise."""
    proxy = Proxy(dependency)
    await proxy.heal()
    try:
        yield proxy
    finally:
        await proxy.close()


def bind(port: int) -> socket.socket:
    """A socket on loopback that does not listen yet; port 0 lets the system choose."""
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind((LOOPBACK, port))
    return bound


def abort(writer: asyncio.StreamWriter) -> None:
    """Close with a reset."""
    raw = writer.get_extra_info("socket")
    if raw is not None and raw.fileno() >= 0:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
    writer.transport.abort()
