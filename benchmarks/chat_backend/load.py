"""Load on one server by wrk, on loopback and for a bounded time, and the proof that each request was answered well."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from benchmarks.chat_backend.servers import ORIGIN, Server, Stage

SCRIPT = Path(__file__).with_name("load.lua")
CONNECTIONS = 32
IDENTITY = "-"
ENCODINGS = "gzip, deflate, br, zstd"
PAGE = 20
SETTLE_SECONDS = 0.2
HARDENED_HEADERS = ("x-request-id", "ratelimit", "ratelimit-policy", "strict-transport-security", "x-frame-options")


@dataclass(frozen=True, slots=True)
class Sample:
    """One run of the load on one server.

    Attributes:
        cpu: microseconds of the server's processor time a request.
        rate: answered requests a second.
        p50: milliseconds.
        p99: milliseconds.
    """

    cpu: float
    rate: float
    p50: float
    p99: float


class InvalidRunError(Exception):
    """Something was refused, failed or left out, so that the figures would compare different work."""


def run_load(stage: Stage, server: Server, kind: str, encoding: str, run: tuple[int, float]) -> Sample:
    """Load of a kind for some seconds; `run` is its number, which must be new for a kind, and its length in seconds.

    Raises:
        InvalidRunError: not all answers were good.
    """
    number, seconds = run
    wrk = shutil.which("wrk")
    if wrk is None:
        sys.exit("wrk is needed; Debian has it in the package of that name")
    command = (wrk, "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(SCRIPT), f"http://127.0.0.1:{server.port}")
    arguments = (kind, str(stage.targets[kind]), str(number), encoding)
    lines, cpu = server.count_lines(), server.read_cpu()
    done = subprocess.run((*command, "--", *arguments), check=True, capture_output=True, text=True)
    cpu = server.read_cpu() - cpu
    result = json.loads(done.stdout.strip().splitlines()[-1])
    answered = int(result["requests"])
    if result["failed"] or not answered:
        raise InvalidRunError(f"{server.name}, {kind}: {result['failed']} of {answered} requests failed")
    time.sleep(SETTLE_SECONDS)  # the last lines of the log are written after the last answers
    logged = server.count_lines() - lines
    if server.name != "bare" and logged < answered:
        raise InvalidRunError(f"{server.name}, {kind}: {logged} lines in the log for {answered} requests")
    return Sample(cpu * 1e6 / answered, answered / result["seconds"], result["p50"], result["p99"])


def check_answers(stage: Stage, server: Server) -> None:
    """One request of each kind, looked at closely: the layers that are compared are really there.

    Raises:
        InvalidRunError: an answer is not what it must be.
    """
    status, headers, page = _ask(stage, server, "list", None)
    items = json.loads(page)["items"]
    moments = [item["created_at"] for item in items]
    if status != 200 or len(items) != PAGE or moments != sorted(moments, reverse=True):  # noqa: PLR2004 -- OK
        raise InvalidRunError(f"{server.name}: the list is no page of the {PAGE} newest messages")
    body = {"client_id": "00000000-0000-4000-8000-000000000000", "content": "The same text again."}
    first = _ask(stage, server, "post", body)
    again = _ask(stage, server, "post", body)
    if (first[0], again[0]) != (202, 202) or first[2] != again[2]:
        raise InvalidRunError(f"{server.name}: the same post twice gave {first[0]} and {again[0]}")
    wanted = () if server.name == "bare" else HARDENED_HEADERS
    if missing := [name for name in wanted if name not in headers]:
        raise InvalidRunError(f"{server.name}: no {', '.join(missing)}")
    if server.name == "bare" and any(name in headers for name in HARDENED_HEADERS):
        raise InvalidRunError("bare: it has layers")


def _ask(stage: Stage, server: Server, kind: str, body: object) -> tuple[int, set[str], bytes]:
    """Status, names of the headers and body of one request with the first target."""
    token, conversation = stage.targets[kind].read_text(encoding="utf-8").split()[:2]
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.port}/api/v1/conversations/{conversation}/messages",
        data=json.dumps(body).encode() if body else None,
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Origin": ORIGIN},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 -- loopback
        return answer.status, {name.lower() for name in answer.headers}, answer.read()
