"""The reference backend, started by the audit itself on its own stores: everything on the checklist has its proof."""

from __future__ import annotations

import json
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.session import PROJECT, Run

pytestmark = pytest.mark.e2e

BACKEND = PROJECT.parents[1] / "chat_backend"
SIGN_IN = Path(__file__).with_name("sign_in.py")


@pytest.fixture
def stores() -> Iterator[dict[str, str]]:
    """The backend's Postgres and Valkey, empty, as the environment names them."""
    folder = Path(tempfile.mkdtemp(prefix="readycheck-test-reference-"))
    folder.chmod(0o755)  # the account that Postgres runs as must reach it
    command: list[str | Path] = [sys.executable, "-m", "chat", "services", "--data", folder / "data"]
    with subprocess.Popen(command, cwd=BACKEND, stdout=subprocess.PIPE, text=True) as services:
        try:
            urls = json.loads(services.stdout.readline() if services.stdout else "")
            yield {
                "DATABASE_URL": urls["database_url"],
                "REDIS_URL": urls["redis_url"],
                "JWT_SECRET": secrets.token_urlsafe(36),
                "BACKUP_DIR": str(folder / "backups"),
                "APP_ENV": "local",
                "METRICS_PORT": "0",
                "WORKER_METRICS_PORT": "0",
            }
        finally:
            services.terminate()
    shutil.rmtree(folder, ignore_errors=True)


def find_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_it_is_ready_and_gold(readycheck: Run, stores: dict[str, str]) -> None:
    url = f"http://127.0.0.1:{(port := find_port())}"
    words = " ".join(f"{name}={value}" for name, value in stores.items())
    command = f"env {words} {sys.executable} -m chat serve --all-in-one --port {port}"
    sign_in = f"{sys.executable} {SIGN_IN} {url}"

    answer = readycheck(
        "audit", ".", "--url", url, "--start", command, "--auth-command", sign_in, "--auth-command", sign_in,
        "--allow-writes", "--rate", "40", "--at-once", "4", "--repeat", "500", "--database-env", "STORE",
        "--require", "gold", "--format", "json",
        cwd=BACKEND, env={"STORE": stores["DATABASE_URL"]},
    )  # fmt: skip

    report = answer.report
    undecided = {
        one["id"]: one["reason"] for one in report["items"] if one["outcome"] not in ("pass", "not-applicable")
    }
    assert undecided == {}
    assert report["findings"] == []
    assert (report["verdict"], report["level"], answer.code) == ("ready", "gold", 0)
    assert {
        "cors", "security-headers", "graceful-shutdown", "jwt-secret", "error-leakage", "compression",
    } <= list_proved(report, "http")  # fmt: skip
    assert {"database-indexes", "migrations", "database-credentials"} <= list_proved(report, "database")


def list_proved(report: dict[str, Any], channel: str) -> set[str]:
    """The items that evidence of one channel proves."""
    return {
        one["id"]
        for one in report["items"]
        if any(e["channel"] == channel and e["outcome"] == "pass" for e in one["evidence"])
    }
