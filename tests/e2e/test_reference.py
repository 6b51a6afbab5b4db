"""The reference backend, started by the audit itself with all its stores: everything on the checklist has its proof."""

from __future__ import annotations

import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.session import PROJECT, Run

pytestmark = pytest.mark.e2e

BACKEND = PROJECT.parents[1] / "chat_backend"
SIGN_IN = Path(__file__).with_name("sign_in.py")


@pytest.fixture
def data() -> Iterator[Path]:
    """A folder that the account that Postgres runs as can reach."""
    folder = Path(tempfile.mkdtemp(prefix="readycheck-test-reference-"))
    folder.chmod(0o755)
    try:
        yield folder / "data"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def find_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_it_is_ready_and_gold(readycheck: Run, data: Path) -> None:
    url = f"http://127.0.0.1:{(port := find_port())}"
    command = f"{sys.executable} -m chat serve --all-in-one --data {data} --port {port}"
    sign_in = f"{sys.executable} {SIGN_IN} {url}"

    answer = readycheck(
        "audit", ".", "--url", url, "--start", command, "--auth-command", sign_in, "--auth-command", sign_in,
        "--allow-writes", "--rate", "40", "--at-once", "4", "--repeat", "500", "--require", "gold", "--format", "json",
        cwd=BACKEND,
    )  # fmt: skip

    report = answer.report
    undecided = {
        one["id"]: one["reason"] for one in report["items"] if one["outcome"] not in ("pass", "not-applicable")
    }
    assert undecided == {}
    assert report["findings"] == []
    assert (report["verdict"], report["level"], answer.code) == ("ready", "gold", 0)
    live = [
        one["id"]
        for one in report["items"]
        if any(e["channel"] == "http" and e["outcome"] == "pass" for e in one["evidence"])
    ]
    assert {"cors", "security-headers", "graceful-shutdown", "jwt-secret", "error-leakage", "compression"} <= set(live)
