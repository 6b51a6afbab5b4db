"""`readycheck fix` on the chat backend that is not ready: its console calls go, and it runs as before."""

from __future__ import annotations

import contextlib
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

from readycheck.catalog import load_catalogue
from readycheck.cli.demo.unready import GUARD_TEXT
from readycheck.fix.plan import plan_fixes
from readycheck.model.fix import FixSettings, Safety
from readycheck.scan.engine import ScanOptions
from tests.e2e.session import COMMAND, PROJECT, Answer, clean_environment
from tests.unit.database.server import PASSWORD, run_server

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(shutil.which("npm") is None, reason="express_chat runs on Node.js, which is missing"),
]

ROOT = PROJECT.parents[1] / "express_chat"
HANG = 240.0  # seconds; a guard against a hang, npm's included
# What is left: methods that a logger has not, a console taken apart, and the logger that writes to the console itself.
LEFT = {
    "no-equivalent": 13,
    "output-on-condition": 1,
    "level-when-running": 1,
    "console-taken-apart": 3,
    "is-the-logger": 6,
    "script-code": 8,
    "browser-code": 6,
    "test-code": 2,
}


@dataclass(frozen=True)
class Chat:
    """The fixed copy, and the environment in which it is run and scanned."""

    tree: Path
    environment: dict[str, str]

    def run(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            words,
            cwd=self.tree,
            env={**self.environment, **more},
            capture_output=True,
            text=True,
            timeout=HANG,
            check=False,
        )


@pytest.fixture(scope="module")
def chat(tmp_path_factory: pytest.TempPathFactory) -> Chat:
    """A copy on which `fix --write --unsafe` has been run."""
    tree = tmp_path_factory.mktemp("fixed") / "chat"
    shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns("node_modules"))
    made = Chat(tree, clean_environment(tmp_path_factory.mktemp("cache")))
    done = made.run(COMMAND, "fix", str(tree), "--rule", "console-call", "--write", "--unsafe")
    assert done.returncode == 0, done.stderr
    return made


def plan_copy(tree: Path) -> Counter[tuple[Safety, str]]:
    rule = load_catalogue().find_rule("console-call")
    assert rule is not None
    plan = plan_fixes(tree, [rule], FixSettings(), ScanOptions(cache=False, jobs=1))
    assert plan.problems == {}
    return Counter((site.safety, site.reason) for site in plan.sites)


def test_what_is_left_has_a_reason(chat: Chat) -> None:
    assert plan_copy(chat.tree) == {(Safety.REFUSED, reason): count for reason, count in LEFT.items()}


def test_the_scan_finds_only_what_was_refused(chat: Chat) -> None:
    done = chat.run(COMMAND, "scan", str(chat.tree), "--format", "json", "--no-cache")
    found = Answer(done.returncode, done.stdout, done.stderr).places("console-call")
    elsewhere = ("script-code", "browser-code", "test-code")

    assert len(found) == sum(count for reason, count in LEFT.items() if reason not in elsewhere)
    assert Counter(place.partition(":")[0] for place in found)["server/utils/logger.js"] == LEFT["is-the-logger"]


def test_a_second_run_changes_nothing(chat: Chat) -> None:
    before = {path: path.read_bytes() for path in chat.tree.rglob("*.js") if "node_modules" not in path.parts}
    done = chat.run(COMMAND, "fix", str(chat.tree), "--rule", "console-call", "--write", "--unsafe")

    assert done.returncode == 0
    assert {path: path.read_bytes() for path in before} == before


def test_every_file_is_still_a_program(chat: Chat) -> None:
    for path in sorted((chat.tree / "server").rglob("*.js")):
        done = chat.run("node", "--check", str(path))
        assert (done.returncode, done.stderr) == (0, ""), path


@contextlib.contextmanager
def serve(chat: Chat, database: str) -> Iterator[tuple[str, Path]]:
    """The address of the running server, on loopback only, and the file that it writes to."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    guard, log = chat.tree.parent / "guard.cjs", chat.tree.parent / "server.log"
    guard.write_text(GUARD_TEXT)
    with log.open("wb") as written:
        server = subprocess.Popen(
            ["node", "--require", guard, "server/index.js"],
            cwd=chat.tree,
            env={**chat.environment, "DATABASE_URL": database, "PORT": str(port)},
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_for(f"http://127.0.0.1:{port}/health", server, log)
        yield f"http://127.0.0.1:{port}", log
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(HANG)


def wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + HANG
    while True:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(url, timeout=5).close()  # noqa: S310 - an address of our own
            return
        if server.poll() is not None or time.monotonic() > deadline:
            pytest.fail(f"the server did not start: {log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.05)


def test_it_runs_as_before(chat: Chat) -> None:
    """Its own tests pass against it, and what it printed to the console now comes from its logger."""
    installed = chat.run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-progress")
    assert installed.returncode == 0, installed.stderr
    with run_server() as postgres:
        name = postgres.make_database()
        database = f"postgres://postgres:{quote(PASSWORD, safe='')}@127.0.0.1:{postgres.port}/{name}"
        seeded = chat.run("npm", "run", "seed:fresh", DATABASE_URL=database)
        assert seeded.returncode == 0, seeded.stderr
        with serve(chat, database) as (url, log):
            tested = chat.run("npm", "test", API_URL=url, DATABASE_URL=database)
    written = log.read_text(encoding="utf-8")

    assert tested.returncode == 0, tested.stdout
    assert "# fail 0" in tested.stdout
    assert "# skipped 0" in tested.stdout
    for shown in ("🚀 Starting Ember...", "📝 Register: { email:", "🔐 Login ok:", "💾 Saved user message"):
        assert shown in written
    assert "ReferenceError" not in written + seeded.stderr
