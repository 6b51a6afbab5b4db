import asyncio
from collections.abc import Awaitable, Callable

import pytest

from readycheck.probe.collect.collector import collect
from readycheck.probe.collect.wire import Wire
from readycheck.probe.exchange import Recording
from readycheck.probe.situation import Limits, Situation
from readycheck.probe.step import Plan, Step
from readycheck.probe.target import Target

Answer = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]
FAST = Limits(requests=100, per_second=1000, at_once=2, timeout=2)
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nSet-Cookie: a=b\r\n\r\nok"


class Server:
    """A server on this machine that answers what a test says, and keeps what it was sent."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.seen: list[bytes] = []

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                self.seen.append(head)
                await self.answer(head, writer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def probe(self, *steps: Step, limits: Limits = FAST, user: str = "") -> Recording:
        async def run() -> Recording:
            async with await asyncio.start_server(self.handle, "127.0.0.1", 0) as server:
                target = Target("http", "127.0.0.1", server.sockets[0].getsockname()[1])
                credentials = {"a": ("Authorization", user)} if user else {}
                wire = Wire(target, credentials, limits.timeout)
                return await collect(Plan(steps, {}), wire, Situation(target, limits=limits), {})

        return asyncio.run(asyncio.wait_for(run(), 20))


def always(data: bytes) -> Answer:
    async def answer(_head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(data)

    return answer


def get(name: str, path: str = "/", **more: object) -> Step:
    return Step(name, "GET", path, "?", **more)  # type: ignore[arg-type]  # a test's shorthand


def test_what_is_sent_is_the_plan_and_nothing_else() -> None:
    server = Server(always(OK))

    recording = server.probe(get("a/1", "/%ff?x=%27"), get("a/2", headers=(("Origin", "null"),)))

    assert len(server.seen) == len(recording.exchanges) == 2
    assert server.seen[0].startswith(b"GET /%ff?x=%27 HTTP/1.1\r\n")
    assert not any(b"ookie" in head for head in server.seen), "a cookie that was set is not sent back"


def test_a_redirect_is_reported_and_not_followed() -> None:
    server = Server(always(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n"))

    recording = server.probe(get("a/1", who="a"), user="Bearer s3cr3t-token")

    (exchange,) = recording.exchanges
    assert exchange.response is not None
    assert (exchange.response.status, exchange.response.value("location")) == (302, "http://127.0.0.1:9/")
    assert len(server.seen) == 1
    assert b"s3cr3t-token" in server.seen[0]
    assert "s3cr3t" not in repr(recording)


@pytest.mark.parametrize(
    ("status", "sent", "said"),
    [(b"500 Internal Server Error", 2, "500 to 2 requests"), (b"429 Too Many Requests", 1, "answered 429")],
)
def test_a_service_in_trouble_is_left_alone(status: bytes, sent: int, said: str) -> None:
    server = Server(always(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\n\r\n"))

    steps = [get(f"a/{number}", alone=True) for number in range(6)]
    recording = server.probe(*steps)

    assert len(server.seen) == sent
    assert said in recording.stopped
    assert len(recording.unsent) == 6 - sent


def test_an_error_that_a_step_expects_does_not_stop_the_probe() -> None:
    server = Server(always(b"HTTP/1.1 501 Not Implemented\r\nContent-Length: 0\r\n\r\n"))

    recording = server.probe(*[get(f"a/{number}", expects=(501,)) for number in range(4)])

    assert len(server.seen) == 4
    assert recording.stopped == ""


async def reset(_head: bytes, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def hang(_head: bytes, _writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(30)


async def pour(_head: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n")
    for _ in range(200):
        writer.write(b"x" * 100_000)
        await writer.drain()


async def add_headers(_head: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(20_000):
        writer.write(b"X-%d: %s\r\n" % (number, b"y" * 100))
        await writer.drain()


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (reset, ""),
        (always(b"\x00\x01garbage\r\n\r\n"), ""),
        (always(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), ""),
        (hang, "no answer in time"),
        (add_headers, ""),
    ],
)
def test_a_hostile_server_is_a_failure_in_words(answer: Answer, failure: str) -> None:
    recording = Server(answer).probe(get("a/1"), limits=Limits(100, 1000, 1, 0.5))

    (exchange,) = recording.exchanges
    assert exchange.response is None
    assert exchange.failure
    assert failure in exchange.failure


def test_an_endless_body_is_cut() -> None:
    recording = Server(pour).probe(get("a/1"))

    (exchange,) = recording.exchanges
    assert exchange.response is not None
    assert exchange.response.cut
    assert len(exchange.response.body) == 1_000_000
