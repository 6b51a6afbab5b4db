"""The counting proxy sees requests where a server would see them."""

from __future__ import annotations

import pytest

from benchmarks.probe.proxy import Counts, Reader

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 18\r\n\r\nGET / HTTP/1.1\r\n\r\n"
CHUNKS = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n12\r\nGET / HTTP/1.1\r\n\r\n\r\n0\r\n\r\n"


@pytest.mark.parametrize(
    ("sent", "requests"),
    [
        (GET, 1),
        (GET * 3, 3),
        (POST + GET, 2),
        (CHUNKS + GET, 2),
        (b"\r\n" + GET, 1),
        (b"GET / HTTP/1.1\r\nHo", 1),
        (b"GET /ws HTTP/1.1\r\nUpgrade: websocket\r\n\r\n" + GET, 1),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nno size\r\n" + GET, 1),
        (b"\x16\x03\x01\x02\x00", 0),
        (b"", 0),
    ],
)
@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_requests_are_counted_however_they_arrive(sent: bytes, requests: int, size: int) -> None:
    counts = Counts()
    reader = Reader(counts)
    for at in range(0, len(sent), size):
        reader.feed(sent[at : at + size])
    assert counts.requests == requests
