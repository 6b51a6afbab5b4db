import asyncio
from collections.abc import Awaitable, Callable

import pytest

from readycheck.probe.collect.collector import collect
from readycheck.probe.collect.wire import Wire
from readycheck.probe.exchange import Recording
from readycheck.probe.situation import Limits, Situation
from readycheck.probe.step import Manner, Plan, Step
from readycheck.probe.target import Target

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
LIMITS = Limits(requests=100, per_second=1000, at_once=2, timeout=2)
USERS = {"a": ("Authorization", "Bearer token-of-a"), "b": ("Authorization", "Bearer token-of-b")}


def probe(handler: Handler, *steps: Step, users: dict[str, tuple[str, str]] | None = None) -> Recording:
    async def guarded(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await handler(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def run() -> Recording:
        async with await asyncio.start_server(guarded, "127.0.0.1", 0) as server:
            target = Target("http", "127.0.0.1", server.sockets[0].getsockname()[1])
            wire = Wire(target, users or {}, LIMITS.timeout)
            return await collect(Plan(steps, {}), wire, Situation(target, limits=LIMITS), {})

    return asyncio.run(asyncio.wait_for(run(), 20))


def answer(status: int, *headers: str, body: bytes = b"") -> bytes:
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", *headers]
    return "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n" + body


def raw(**options: object) -> Step:
    return Step("bodies/x", "POST", "/things", "?", manner=Manner.RAW, options=options)  # type: ignore[arg-type]  # JSON


@pytest.mark.parametrize("chunked", [False, True])
def test_a_filling_is_a_json_string_of_that_size(chunked: bool) -> None:  # noqa: FBT001 - a parameter of the test
    heads: list[bytes] = []
    bodies: list[bytes] = []

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        body = b""
        if chunked:
            while size := int(await reader.readline(), 16):
                body += await reader.readexactly(size)
                await reader.readexactly(2)
        else:
            body = await reader.readexactly(200_000)
        bodies.append(body)
        writer.write(answer(200))

    recording = probe(handler, raw(fill=200_000, chunked=chunked))

    assert bodies == [b'"' + b"a" * 199_998 + b'"']
    assert (b"Transfer-Encoding: chunked" in heads[0]) is chunked
    assert (b"Content-Length: 200000" in heads[0]) is not chunked
    (exchange,) = recording.exchanges
    assert exchange.response is not None
    assert exchange.response.status == 200


def test_an_answer_before_the_body_is_read_ends_the_sending() -> None:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer(413))
        await writer.drain()
        await asyncio.sleep(0.2)

    (exchange,) = probe(handler, raw(fill=50_000_000)).exchanges

    assert exchange.response is not None
    assert exchange.response.status == 413


def test_an_announced_body_is_never_sent() -> None:
    seen: list[bytes] = []

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        seen.append(await reader.read())

    (exchange,) = probe(handler, raw(announce=2**40)).exchanges

    assert b"Content-Length: 1099511627776" in seen[0]
    assert seen[1] == b""
    assert exchange.response is None or exchange.response.status == 100


@pytest.mark.parametrize(
    "data",
    [
        b"", b"garbage\r\n\r\n", b"HTTP/1.1 200\r\nno colon\r\n\r\n", b"x" * 200_000,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 50_000,
    ],
)  # fmt: skip
def test_what_is_no_http_is_a_failure_in_words(data: bytes) -> None:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(data)
        await writer.drain()

    (exchange,) = probe(handler, raw()).exchanges

    assert exchange.response is None
    assert exchange.failure


def test_chunks_are_joined_and_cut_at_the_bound() -> None:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"3\r\nabc\r\n")
        while True:
            writer.write(b"10000\r\n" + b"x" * 65_536 + b"\r\n")
            await writer.drain()

    (exchange,) = probe(handler, raw()).exchanges

    assert exchange.response is not None
    assert exchange.response.body.startswith(b"abcxxx")
    assert exchange.response.cut
    assert len(exchange.response.body) <= 1_000_000


def drip(what: str) -> Step:
    return Step("slow/x", "POST", "/things", "?", manner=Manner.RAW, options={"drip": what, "seconds": 2})


@pytest.mark.parametrize("what", ["headers", "body"])
def test_drops_are_given_up_by_us_or_by_the_service(what: str) -> None:
    async def patient(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await reader.read()
        await asyncio.sleep(3)

    async def strict(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(answer(408))
        await writer.drain()

    (held,) = probe(patient, drip(what)).observations
    (ended,) = probe(strict, drip(what)).observations

    assert held.data["end"] == "open"
    assert (ended.data["end"], ended.data["status"], ended.data["what"]) == ("answered", 408, what)


def frame(kind: int, payload: bytes) -> bytes:
    return bytes([0x80 | kind, len(payload)]) + payload


def socket(listen: int = 1) -> Step:
    return Step("sockets/guest-1", "GET", "/ws", "?", manner=Manner.SOCKET, options={"listen": listen})


def serve_frames(*frames: bytes, hold: float = 0.0) -> Handler:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        assert b"Upgrade: websocket" in head
        assert b"Connection: Upgrade" in head
        writer.write(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
        for one in frames:
            writer.write(one)
        await writer.drain()
        await asyncio.sleep(hold)

    return handler


@pytest.mark.parametrize(
    ("frames", "hold", "end", "spoke"),
    [
        ((frame(8, b"\x11\x38bye"),), 0.0, "closed", False),
        ((), 0.0, "closed", False),
        ((), 3.0, "open", False),
        ((frame(9, b""), frame(1, b'{"type": "hello"}')), 3.0, "open", True),
        ((frame(1, b'0{"sid": "x"}'),), 3.0, "open", False),
        ((frame(1, b'0{"sid": "x"}'), frame(1, b'40{"sid": "y"}')), 3.0, "admitted", False),
        ((frame(1, b'0{"sid": "x"}'), frame(1, b'44{"message": "no"}')), 3.0, "refused", False),
    ],
)
def test_what_becomes_of_a_socket_whose_caller_says_nothing(
    frames: tuple[bytes, ...], hold: float, end: str, *, spoke: bool
) -> None:
    recording = probe(serve_frames(*frames, hold=hold), socket())

    assert recording.exchanges[0].response is not None
    assert recording.exchanges[0].response.status == 101
    (heard,) = recording.observations
    assert (heard.data["end"], heard.data["spoke"]) == (end, spoke)


def test_a_refused_handshake_is_an_answer_like_any_other() -> None:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer(403, body=b"no"))

    recording = probe(handler, socket())

    assert recording.exchanges[0].response is not None
    assert recording.exchanges[0].response.body == b"no"
    assert recording.observations == ()


def count_requests(limit: int, key: str = "authorization") -> tuple[Handler, list[bytes]]:
    seen: list[bytes] = []
    counts: dict[bytes, int] = {}

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readuntil(b"\r\n\r\n"):
            seen.append(head)
            who = next((line for line in head.splitlines() if line.lower().startswith(key.encode())), b"")
            counts[who] = counts.get(who, 0) + 1
            left = max(0, limit - counts[who])
            status = 429 if counts[who] > limit else 200
            writer.write(answer(status, f"X-RateLimit-Remaining: {left}", "Retry-After: 9"))
            await writer.drain()

    return handler, seen


def burst(most: int, who: str = "") -> Step:
    return Step(
        "burst/first", "GET", "/", "?", manner=Manner.BURST, requests=most, expects=(429,), burst=True, who=who  # type: ignore[arg-type]  # a test's shorthand
    )  # fmt: skip


def test_a_burst_ends_at_the_first_429_and_asks_as_others() -> None:
    handler, seen = count_requests(5)

    recording = probe(handler, burst(20, "a"), users=USERS)

    assert [(one.step, one.response.status) for one in recording.exchanges if one.response] == [
        ("burst/first", 200), ("burst/last", 429), ("burst/spoofed", 429), ("burst/spoofed", 429),
        ("burst/other", 200), ("burst/again", 429),
    ]  # fmt: skip
    assert recording.observations[0].data["sent"] == 6
    assert len(seen) == 10
    assert "token-of" not in repr(recording)


def test_a_burst_that_cannot_reach_the_limit_is_one_request() -> None:
    handler, seen = count_requests(1000)

    recording = probe(handler, burst(20))

    assert len(seen) == 1
    assert str(recording.observations[0].data["end"]).startswith("999 requests are left")


def test_a_burst_sends_no_more_than_was_announced() -> None:
    seen: list[bytes] = []

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readuntil(b"\r\n\r\n"):
            seen.append(head)
            writer.write(answer(200))

    recording = probe(handler, burst(20))

    assert len(seen) <= 20
    assert recording.observations[0].data["end"] == "no limit"


def test_a_burst_ends_at_a_server_error() -> None:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer(503))

    recording = probe(handler, burst(20))

    data = recording.observations[0].data
    assert (data["sent"], data["end"]) == (1, "503")


def test_a_forged_token_is_sent_instead_of_the_users_and_never_recorded() -> None:
    seen: list[bytes] = []
    own = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.c2lnbmF0dXJlc2lnbmF0dXJl"

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(answer(401))

    step = Step("tokens/key-secret", "GET", "/me", "?", manner=Manner.FORGED, options={"key": "secret"})
    recording = probe(handler, step, users={"a": ("Authorization", f"Bearer {own}")})

    (line,) = [line for line in seen[0].splitlines() if line.startswith(b"Authorization: ")]
    assert line.startswith(b"Authorization: Bearer eyJ")
    assert own.encode() not in seen[0]
    assert line.rpartition(b".")[2].decode() not in repr(recording)


def test_an_opaque_session_cannot_be_forged_and_nothing_is_sent() -> None:
    seen: list[bytes] = []

    async def handler(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.read(1))

    step = Step("tokens/key-secret", "GET", "/me", "?", manner=Manner.FORGED, options={"key": "secret"})
    recording = probe(handler, step, users=USERS)

    assert seen == []
    assert recording.observations[0].kind == "no-token"


def test_a_token_in_a_cookie_is_forged_where_it_stands() -> None:
    seen: list[bytes] = []

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(answer(401))

    step = Step("tokens/unsigned", "GET", "/me", "?", manner=Manner.FORGED, options={"unsigned": True})
    own = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.c2lnbmF0dXJl"
    recording = probe(handler, step, users={"a": ("Cookie", f"theme=dark; session={own}; x=y")})

    assert b"Cookie: theme=dark; session=eyJ" in seen[0]
    assert b".; x=y" in seen[0]
    assert "eyJ" not in repr(recording.exchanges)
