"""Answers read from a bare connection, for requests that no HTTP client would send."""

from __future__ import annotations

import asyncio
import time

from readycheck.probe.collect.coding import decode
from readycheck.probe.collect.wire import MOST_BYTES
from readycheck.probe.exchange import Header, Response

MOST_HEAD = 65_536
MOST_LINE = 1_000
CONTINUE = 100
SWITCHING = 101
BODILESS = frozenset({204, 304})


class AnswerError(ValueError):
    """What came back is no HTTP/1 answer; says why."""


async def read_answer(reader: asyncio.StreamReader, method: str) -> Response:
    """The next answer, an interim one (100) too; of the body, so much as is allowed.

    Raises AnswerError, or asyncio.IncompleteReadError and OSError where the connection ends.
    """
    status, version, headers = await read_head(reader)
    head = Response(status, headers, version=version)
    if method == "HEAD" or status < 200 or status in BODILESS:  # noqa: PLR2004 - interim answers
        return head
    body, cut = await read_body(reader, head)
    decoded = decode(head.value("content-encoding"), body, cut)
    return Response(status, headers, decoded.body, version, len(body), cut or decoded.cut)


async def read_head(reader: asyncio.StreamReader) -> tuple[int, str, tuple[Header, ...]]:
    """Status, version and headers."""
    line = await read_line(reader)
    version, _, rest = line.partition(" ")
    status = rest[:3]
    if not version.startswith("HTTP/") or not status.isdigit():
        raise AnswerError("what came back is no HTTP")
    headers: list[Header] = []
    size = 0
    while line := await read_line(reader):
        size += len(line)
        name, colon, value = line.partition(":")
        if size > MOST_HEAD or not colon:
            raise AnswerError("headers without end" if size > MOST_HEAD else "a header line without a colon")
        headers.append((name.strip(), value.strip()))
    return int(status), version, tuple(headers)


async def read_line(reader: asyncio.StreamReader) -> str:
    """One line without its end."""
    try:
        return (await reader.readuntil(b"\n")).rstrip(b"\r\n").decode("latin-1")
    except asyncio.LimitOverrunError as error:
        raise AnswerError("a line without end") from error


async def read_body(reader: asyncio.StreamReader, head: Response) -> tuple[bytes, bool]:
    """The body as its headers frame it, and whether it was cut: at the bound, or by the end of the connection."""
    if (head.value("transfer-encoding") or "").lower().endswith("chunked"):
        return await read_chunks(reader)
    length = head.value("content-length") or ""
    wanted = int(length) if length.isdigit() and len(length) < 20 else None  # noqa: PLR2004 - digits of 2^64
    most = MOST_BYTES if wanted is None else min(wanted, MOST_BYTES)
    body = bytearray()
    while len(body) < most and (piece := await reader.read(min(most - len(body), 65_536))):
        body += piece
    return bytes(body), len(body) < (wanted or 0) or (wanted is None and len(body) >= MOST_BYTES)


async def read_chunks(reader: asyncio.StreamReader) -> tuple[bytes, bool]:
    """A chunked body without its trailers."""
    body = bytearray()
    while True:
        text = (await read_line(reader)).partition(";")[0].strip()
        try:
            size = int(text, 16)
        except ValueError as error:
            raise AnswerError("a chunk without a size") from error
        if size <= 0:
            return bytes(body), False
        if len(body) + size > MOST_BYTES:
            return bytes(body), True
        body += await reader.readexactly(size)
        await read_line(reader)


def since(started: float) -> float:
    """Seconds since then."""
    return time.monotonic() - started
