"""`readycheck probe` as somebody dares to point it at production: what it sends, what it never does, what it says."""

from __future__ import annotations

import asyncio
import gzip
import json
import re
from functools import cache
from pathlib import Path

import pytest

from tests.e2e.services import Answer as Reply
from tests.e2e.services import Sent, reply, serving
from tests.e2e.session import Run

pytestmark = pytest.mark.e2e

FAST = ("--rate", "500", "--at-once", "4", "--timeout", "2")
TOKEN = "tok-3f9c1a77d2"  # noqa: S105 - made up
ROUTES = (
    "--route",
    "GET /v1/things authenticated",
    "--route",
    "GET /v1/news public",
    "--route",
    "POST /v1/login public",
)


def announced(text: str) -> int:
    """How many requests a plan or the note before a probe speaks of."""
    found = re.search(r"at most (\d+) requests", text)
    assert found, text
    return int(found[1])


def test_a_dry_run_sends_nothing_and_names_every_request(readycheck: Run) -> None:
    with serving(reply()) as service:
        answer = readycheck("probe", service.url, "--dry-run", *ROUTES)

        assert service.sent == []
    assert answer.code == 0
    lines = [line for line in answer.out.splitlines() if re.match(r"(GET|HEAD|OPTIONS|TRACE) /", line)]
    assert 10 < len(lines) <= announced(answer.out) <= 60


@pytest.mark.parametrize("users", [0, 2])
def test_no_more_is_sent_than_was_announced_and_nothing_that_writes(readycheck: Run, users: int) -> None:
    tokens = {"TOKEN_A": TOKEN, "TOKEN_B": "tok-b-3f9c1a77d2"} if users else {}
    credentials = [word for name in tokens for word in ("--auth-env", name)]
    with serving(reply()) as service:
        answer = readycheck("probe", service.url, *ROUTES, *credentials, *FAST, env=tokens)

        assert 10 < len(service.sent) <= announced(answer.err) <= 60
        assert {sent.method for sent in service.sent} <= {"GET", "HEAD", "OPTIONS", "TRACE"}
        assert not any(sent.body for sent in service.sent)
        assert any(TOKEN in sent.head for sent in service.sent) is bool(users)
    assert answer.code in (0, 1)


def test_credentials_follow_no_redirect_and_appear_nowhere(readycheck: Run, tmp_path: Path) -> None:
    body = json.dumps({"you sent": TOKEN, "dsn": "postgres://chat:correcthorse@db/chat"})
    with serving(reply()) as other, serving(reply("302 Found", body, f"Location: {other.url}/\r\n")) as service:
        words = ("--auth-env", "TOKEN", "--record", "kept.json", "--format", "json", "-v")
        answer = readycheck("probe", service.url, *ROUTES, *FAST, *words, env={"TOKEN": TOKEN})

        assert any(TOKEN in sent.head for sent in service.sent)
        assert other.sent == []
    kept = (tmp_path / "kept.json").read_text()
    for text in (answer.out, answer.err, kept):
        assert TOKEN not in text
        assert "correcthorse" not in text


def test_a_recording_is_judged_again_without_network(readycheck: Run) -> None:
    with serving(reply(headers="Access-Control-Allow-Origin: *\r\n")) as service:
        first = readycheck("probe", service.url, *ROUTES, *FAST, "--record", "kept.json", "--format", "json")
        sent = len(service.sent)

        again = readycheck("probe", "--replay", "kept.json", "--format", "json")

        assert len(service.sent) == sent
    assert again.report["items"] == first.report["items"]
    assert again.code == first.code


def test_another_host_is_not_probed_unless_somebody_says_that_it_is_theirs(readycheck: Run) -> None:
    answer = readycheck("probe", "http://service.invalid")

    assert answer.code == 2
    assert "--i-own-this" in answer.err


def test_a_service_that_is_not_there_cannot_be_audited(readycheck: Run) -> None:
    with serving(reply()) as service:
        pass

    answer = readycheck("probe", service.url, *FAST)

    assert answer.code == 3
    assert "not one answer" in answer.err


def test_the_probe_stops_when_the_service_asks_it_to(readycheck: Run) -> None:
    with serving(reply("429 Too Many Requests")) as service:
        answer = readycheck("probe", service.url, *ROUTES, "--at-once", "1", "--rate", "500")

        assert len(service.sent) <= 3
    assert "the probe stopped early: the service answered 429" in answer.err


def test_a_reflected_origin_fails_the_gate_with_the_exchange(readycheck: Run) -> None:
    async def reflect(sent: Sent, writer: asyncio.StreamWriter) -> None:
        origin = re.search(r"^origin: (.+)\r$", sent.head, re.IGNORECASE | re.MULTILINE)
        allow = (
            f"Access-Control-Allow-Origin: {origin[1]}\r\nAccess-Control-Allow-Credentials: true\r\n" if origin else ""
        )
        await reply(headers=allow)(sent, writer)

    with serving(reflect) as service:
        answer = readycheck("probe", service.url, *FAST, "--select", "cors", "--format", "json")

    assert answer.code == 1
    assert answer.outcome("cors") == "fail"
    finding = next(one for one in answer.report["findings"] if one["rule"] == "live-foreign-origin-let-in")
    assert finding["where"]["kind"] == "endpoint"
    assert finding["where"]["sent"].startswith("Origin: ")
    assert "Access-Control-Allow-Origin".lower() in finding["where"]["got"]


async def reset(_sent: Sent, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def hang(_sent: Sent, _writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(60)


async def babble(_sent: Sent, writer: asyncio.StreamWriter) -> None:
    writer.write(b"\x16\x03\x01 hello there\r\n\r\n")


async def chunk_badly(_sent: Sent, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnot-a-size\r\n")


@pytest.mark.parametrize("answer", [reset, hang, babble, chunk_badly])
def test_nothing_but_rubbish_is_said_in_a_line(readycheck: Run, answer: Reply) -> None:
    with serving(answer) as service:
        said = readycheck("probe", service.url, "--rate", "500", "--timeout", "0.5")

    assert said.code == 3
    assert said.err.count("\n") <= 4


async def pour(_sent: Sent, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n")
    for _ in range(100):
        writer.write(b"x" * 100_000)
        await writer.drain()


@cache
def make_bomb() -> bytes:
    return gzip.compress(bytes(50_000_000), 1)


async def swell(sent: Sent, writer: asyncio.StreamWriter) -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(make_bomb())}\r\n\r\n"
    writer.write(head.encode() + (b"" if sent.method == "HEAD" else make_bomb()))


@pytest.mark.parametrize("answer", [pour, swell])
def test_endless_answers_cost_neither_time_nor_memory_nor_the_report(readycheck: Run, answer: Reply) -> None:
    with serving(answer) as service:
        said = readycheck("probe", service.url, *FAST, "--format", "json")

    assert said.code in (0, 1)
    assert said.report["target"]["url"] == service.url
