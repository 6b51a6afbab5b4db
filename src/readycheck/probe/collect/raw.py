"""Requests over a bare connection: bodies that are too large or never come, headers that come too slowly.

The options of a step say what follows the head of the request:

- nothing: its body
- `announce`: so many bytes are announced with `Expect: 100-continue`, and none is sent
- `fill`: a JSON string of so many bytes, with its length, or in chunks if `chunked`
- `drip`: `headers` or `body`; one byte each second, for `seconds`, to see when the service gives up
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator

from readycheck.model.rule import Json
from readycheck.probe.collect.answers import CONTINUE, AnswerError, read_answer, since
from readycheck.probe.collect.wire import Wire, describe_failure
from readycheck.probe.exchange import Exchange, Observation, Request, Response
from readycheck.probe.step import Step

PIECE = 65_536
SILENT = 3.0
NETWORK = (AnswerError, OSError, TimeoutError, asyncio.IncompleteReadError)


class Raw:
    """Sends what a step says, on a connection of its own."""

    def __init__(self, wire: Wire) -> None:
        """Take the way to the target."""
        self._wire = wire

    async def send(self, step: Step) -> AsyncIterator[Exchange | Observation]:
        """Carry out one step; a failure of the network is its result."""
        if "drip" in step.options:
            yield await self._drip(step)
            return
        request = self._wire.make_request(step)
        started = time.monotonic()
        response, failure = None, ""
        try:
            async with asyncio.timeout(self._wire.timeout), self._wire.connect() as (reader, writer):
                sending = asyncio.create_task(write_all(writer, self._list_pieces(step, request)))
                try:
                    response = await read_final(reader, request.method, step)
                finally:
                    sending.cancel()
                    await asyncio.gather(sending, return_exceptions=True)
        except NETWORK as error:
            failure = explain(error)
        yield Exchange(0, step.id, note_framing(request, step), response, failure, since(started))

    def _list_pieces(self, step: Step, request: Request) -> Iterator[bytes]:
        """The request as it goes over the wire."""
        fill = size_of(step, "fill")
        announced = size_of(step, "announce")
        framing = ""
        if step.options.get("chunked"):
            framing = "Transfer-Encoding: chunked\r\n"
        elif announced or fill or request.body:
            framing = f"Content-Length: {announced or fill or len(request.body)}\r\n"
        if announced:
            framing += "Expect: 100-continue\r\n"
        yield self.make_head(request) + framing.encode("ascii") + b"\r\n"
        if request.body:
            yield request.body
        for piece in make_filling(fill):
            yield b"%x\r\n%b\r\n" % (len(piece), piece) if step.options.get("chunked") else piece
        if step.options.get("chunked"):
            yield b"0\r\n\r\n"

    def make_head(self, request: Request) -> bytes:
        """The request line and the headers, without the empty line."""
        lines = [
            f"{request.method} {request.target} HTTP/1.1",
            f"Host: {self._wire.target.authority}",
            "Connection: close",
            *(f"{name}: {value}" for name, value in request.headers),
        ]
        return "".join(f"{line}\r\n" for line in lines).encode("latin-1", "replace")

    async def _drip(self, step: Step) -> Observation:
        """Send one byte each second and see when the service has enough of it."""
        request = self._wire.make_request(step)
        seconds = float(size_of(step, "seconds"))
        started = time.monotonic()
        status, end = 0, "open"
        try:
            async with self._wire.connect() as (reader, writer):
                reading = asyncio.create_task(read_answer(reader, request.method))
                dripping = asyncio.create_task(self._write_drops(writer, step, request))
                try:
                    async with asyncio.timeout(seconds):
                        status, end = (await reading).status, "answered"
                except TimeoutError:
                    end = "open"
                finally:
                    reading.cancel()
                    dripping.cancel()
                    await asyncio.gather(reading, dripping, return_exceptions=True)
        except NETWORK as error:
            end = "refused" if since(started) < 1 and isinstance(error, ConnectionRefusedError) else "closed"
        data: dict[str, Json] = {
            "what": str(step.options["drip"]),
            "end": end,
            "status": status,
            "seconds": round(since(started), 1),
            "target": request.target,
        }
        return Observation(0, step.id, "drip", data)

    async def _write_drops(self, writer: asyncio.StreamWriter, step: Step, request: Request) -> None:
        """The head at once and the body in drops, or the headers themselves in drops."""
        head = self.make_head(request)
        if step.options["drip"] == "body":
            writer.write(head + b"Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n")
            drops = b'"' + b"a" * 998
        else:
            writer.write(head)
            drops = b"X-Readycheck: " + b"a" * 986
        for drop in drops:
            writer.write(bytes([drop]))
            await writer.drain()
            await asyncio.sleep(1)


async def write_all(writer: asyncio.StreamWriter, pieces: Iterator[bytes]) -> None:
    """Send all pieces, as fast as they are taken. A service that has enough closes, or answers and reads no more."""
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
    except OSError:
        return  # what it answered before it closed is what counts


async def read_final(reader: asyncio.StreamReader, method: str, step: Step) -> Response:
    """The final answer; after a `100 Continue` to an announced body that is never sent, the interim one."""
    answer = await read_answer(reader, method)
    while answer.status == CONTINUE:
        if "announce" in step.options:
            try:
                async with asyncio.timeout(SILENT):
                    return await read_answer(reader, method)
            except (TimeoutError, asyncio.IncompleteReadError, OSError):
                return answer
        answer = await read_answer(reader, method)
    return answer


def make_filling(size: int) -> Iterator[bytes]:
    """A JSON string of so many bytes, in pieces."""
    left = size
    while left > 0:
        piece = bytearray(b"a" * min(PIECE, left))
        if left == size:
            piece[0] = ord('"')
        left -= len(piece)
        if left == 0:
            piece[-1] = ord('"')
        yield bytes(piece)


def note_framing(request: Request, step: Step) -> Request:
    """The request with the headers that frame its body, which are no secret and which its checks look at."""
    more = []
    if step.options.get("chunked"):
        more.append(("Transfer-Encoding", "chunked"))
    elif size := size_of(step, "announce") or size_of(step, "fill"):
        more.append(("Content-Length", str(size)))
    if "announce" in step.options:
        more.append(("Expect", "100-continue"))
    return Request(request.method, request.target, (*request.headers, *more), request.body, request.who)


def size_of(step: Step, name: str) -> int:
    """A number of the options, 0 if it is not there."""
    value = step.options.get(name, 0)
    return int(value) if isinstance(value, int | float) else 0


def explain(error: BaseException) -> str:
    """What ended the exchange, in a few words."""
    if isinstance(error, asyncio.IncompleteReadError):
        return "the connection was closed without an answer"
    return describe_failure(error)
