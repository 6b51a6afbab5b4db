"""WebSocket handshakes, and what a service does with a caller that never says who it is.

With `listen` (seconds) among its options, a step whose handshake is accepted waits until the service speaks or closes.
Nothing is sent over the socket but, to a socket.io server, the packet that asks to be let in.
"""

from __future__ import annotations

import asyncio
import base64
import secrets
import struct
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

from readycheck.model.rule import Json
from readycheck.probe.collect.answers import SWITCHING, read_answer, since
from readycheck.probe.collect.raw import NETWORK, Raw, explain, size_of
from readycheck.probe.collect.wire import Wire
from readycheck.probe.exchange import Exchange, Observation, Request, Response
from readycheck.probe.step import Step

MOST_FRAME = 65_536
TEXT, CLOSE = 0x1, 0x8
EXTENDED, LONG = 126, 127
NO_CODE = 1005
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class Heard:
    """What came over an accepted socket: how it ended, its close code, whether the service said anything of its own."""

    end: str = "open"
    code: int = 0
    spoke: bool = False
    protocol: str = "websocket"

    def as_json(self) -> dict[str, Json]:
        """For an observation; never what was said."""
        return {"end": self.end, "code": self.code, "spoke": self.spoke, "protocol": self.protocol}


class Socket:
    """Opens WebSockets, each on a connection of its own."""

    def __init__(self, wire: Wire) -> None:
        """Take the way to the target."""
        self._wire = wire
        self._raw = Raw(wire)

    async def send(self, step: Step) -> AsyncIterator[Exchange | Observation]:
        """Carry out one step: the handshake, then what the service does if nobody says who is calling."""
        request = self._wire.make_request(replace(step, headers=(*step.headers, *list_upgrade())))
        started = time.monotonic()
        response: Response | None = None
        failure, heard = "", None
        try:
            async with self._wire.connect() as streams:
                async with asyncio.timeout(self._wire.timeout):
                    response = await shake_hands(self._raw, streams, request)
                if response.status == SWITCHING and "listen" in step.options:
                    heard = await listen(streams, float(size_of(step, "listen")))
        except NETWORK as error:
            failure = "" if response else explain(error)
        yield Exchange(0, step.id, request, response, failure, since(started))
        if heard:
            data = {**heard.as_json(), "target": request.target, "seconds": round(since(started), 1)}
            yield Observation(0, step.id, "socket", data)


def list_upgrade() -> tuple[tuple[str, str], ...]:
    """The headers that ask for a WebSocket."""
    return (
        ("Upgrade", "websocket"),
        ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", base64.b64encode(secrets.token_bytes(16)).decode("ascii")),
    )


async def shake_hands(raw: Raw, streams: Streams, request: Request) -> Response:
    """Ask for a WebSocket and read the answer."""
    reader, writer = streams
    head = raw.make_head(request).replace(b"\r\nConnection: close\r\n", b"\r\nConnection: Upgrade\r\n", 1)
    writer.write(head + b"\r\n")
    await writer.drain()
    return await read_answer(reader, request.method)


async def listen(streams: Streams, seconds: float) -> Heard:
    """Wait so many seconds at most for the service to close, or to say something of its own."""
    reader, writer = streams
    heard = Heard()
    try:
        async with asyncio.timeout(seconds):
            while heard.end == "open":
                hear(heard, *await read_frame(reader), writer)
    except TimeoutError:
        pass
    except (OSError, asyncio.IncompleteReadError):
        heard.end = "closed"
    return heard


def hear(heard: Heard, kind: int, payload: bytes, writer: asyncio.StreamWriter) -> None:
    """Take note of one frame."""
    if kind == CLOSE:
        heard.end = "closed"
        heard.code = struct.unpack("!H", payload[:2])[0] if len(payload) > 1 else NO_CODE
    elif kind != TEXT:
        heard.spoke = heard.spoke or kind == 0x2  # noqa: PLR2004 - a binary frame
    elif payload.startswith(b"0{") and b'"sid"' in payload and heard.protocol == "websocket":
        heard.protocol = "socket.io"
        writer.write(mask_text(b"40"))
    elif heard.protocol == "socket.io":
        heard.end = {b"40": "admitted", b"44": "refused", b"41": "closed"}.get(payload[:2], heard.end)
    else:
        heard.spoke = True


async def read_frame(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """The kind and the payload of the next frame, cut at the bound. Raises asyncio.IncompleteReadError."""
    first, second = await reader.readexactly(2)
    size = second & 0x7F
    if size == EXTENDED:
        size = struct.unpack("!H", await reader.readexactly(2))[0]
    elif size == LONG:
        size = struct.unpack("!Q", await reader.readexactly(8))[0]
    payload = await reader.readexactly(min(size, MOST_FRAME))
    if size > MOST_FRAME:
        raise asyncio.IncompleteReadError(payload, size)
    return first & 0x0F, payload


def mask_text(text: bytes) -> bytes:
    """A short text as a client's frame."""
    mask = secrets.token_bytes(4)
    return bytes([0x80 | TEXT, 0x80 | len(text)]) + mask + bytes(one ^ mask[at % 4] for at, one in enumerate(text))
