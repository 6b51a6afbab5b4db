"""The three servers that are compared, on one Postgres and one Valkey, and the processor time that they use."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.corpora import WORK
from benchmarks.measure import find_family

ROOT = Path(__file__).parents[2]
BACKEND = ROOT / "fixtures" / "chat_backend"
EXPRESS = Path(__file__).with_name("express")
EXPRESS_HOME = WORK / "express"
ORIGIN = "https://chat.example.com"
LIMIT = 100_000_000  # a minute: the limiters count and refuse nothing
POOL_SIZE = 10
START_SECONDS = 60.0
STOP_SECONDS = 40.0
QUERY_PARAMETERS = {
    "list": ("conversation_id", "user_id", "moment", "key", "limit"),
    "post": ("conversation_id", "user_id", "content", "client_id", "reviewed", "request_id"),
    "find_posted": ("conversation_id", "client_id", "user_id"),
}


@dataclass(frozen=True, slots=True)
class Server:
    """A running server.

    Attributes:
        name: full, bare or express.
        port: on 127.0.0.1.
        process: of the server itself, or the parent of its processes.
        log: what it wrote.
    """

    name: str
    port: int
    process: subprocess.Popen[bytes]
    log: Path

    def read_cpu(self) -> float:
        """User and system time so far, in seconds, of the process and those that it started."""
        ticks = 0
        for pid in find_family(self.process.pid):
            fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def count_lines(self) -> int:
        """Lines in the log so far."""
        with self.log.open("rb") as file:
            return sum(1 for _ in file)


@dataclass(frozen=True, slots=True)
class Stage:
    """All that runs, and who may list and post what: lines "TOKEN CONVERSATION" in files by kind."""

    servers: list[Server]
    targets: dict[str, Path]
    database_url: str
    environment: dict[str, str]
    messages: int


@contextmanager
def set_stage() -> Iterator[Stage]:
    """Start services and servers, fill the database; stop everything at the end."""
    install_express()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="chat-benchmark-")))
        folder.chmod(0o711)  # run as root, Postgres drops to an account that must get through
        urls = stack.enter_context(_run_services(folder))
        environment = build_environment(urls, (folder / "data/secrets.json").read_text(encoding="utf-8"))
        call_backend("chat", environment, "migrate")
        seeded = json.loads(call_backend("benchmarks.chat_backend.seed", environment))
        targets = {"list": folder / "listed", "post": folder / "posted"}
        for path in targets.values():
            path.write_text("\n".join(seeded["targets"][path.name]) + "\n", encoding="utf-8")
        commands = {
            "full": ((sys.executable, "-m", "chat", "api"), {}),
            "bare": ((sys.executable, "-m", "benchmarks.chat_backend.bare"), {}),
            "express": (("node", "server.js"), _build_express_settings(environment, seeded["queries"])),
        }
        servers = [
            stack.enter_context(_run_server(name, command, {**environment, **extra}, folder))
            for name, (command, extra) in commands.items()
        ]
        yield Stage(servers, targets, urls["database_url"], environment, seeded["messages"])


def install_express() -> None:
    """The packages of the lock file, below `.work/`, without running any package's scripts."""
    EXPRESS_HOME.mkdir(parents=True, exist_ok=True)
    for source in EXPRESS.iterdir():
        shutil.copyfile(source, EXPRESS_HOME / source.name)
    npm = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
    subprocess.run(npm, cwd=EXPRESS_HOME, check=True)


def build_environment(urls: Mapping[str, str], secrets: str) -> dict[str, str]:
    """The backend's environment as in production; nothing is sent to the error tracker, since nothing fails."""
    limit = f"{LIMIT}/minute"
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(map(str, (BACKEND, ROOT))),
        "APP_ENV": "production",
        "DATABASE_URL": urls["database_url"],
        "REDIS_URL": urls["redis_url"],
        "JWT_SECRET": json.loads(secrets)["jwt"],
        "ACCESS_TOKEN_SECONDS": "3600",
        "CORS_ORIGINS": ORIGIN,
        "PUBLIC_URL": ORIGIN,
        "SENTRY_DSN": "http://nobody@127.0.0.1:9/1",
        "AI_PROVIDER": "local",
        "DATABASE_POOL_MIN": str(POOL_SIZE),
        "DATABASE_POOL_MAX": str(POOL_SIZE),
        "METRICS_PORT": "0",
        "WEB_CONCURRENCY": "1",
        **{f"RATE_LIMIT_{name}": limit for name in ("API", "MESSAGES", "AUTH", "ADDRESS", "SOCKET")},
    }


def call_backend(module: str, environment: Mapping[str, str], *arguments: str) -> str:
    """What a program says that runs beside the backend's code."""
    command = (sys.executable, "-m", module, *arguments)
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


def _build_express_settings(environment: Mapping[str, str], queries: Mapping[str, str]) -> dict[str, str]:
    settings: dict[str, Any] = {
        "databaseUrl": environment["DATABASE_URL"],
        "poolSize": POOL_SIZE,
        "secret": environment["JWT_SECRET"],
        "origins": [ORIGIN],
        "limit": LIMIT,
        "queries": {name: number_parameters(queries[name], names) for name, names in QUERY_PARAMETERS.items()},
    }
    return {"NODE_ENV": "production", "BENCHMARK_SETTINGS": json.dumps(settings)}


def number_parameters(query: str, names: tuple[str, ...]) -> str:
    """The same SQL with `$1` for the first name, as Node's driver wants it."""
    for number, name in enumerate(names, 1):
        query = query.replace(f"%({name})s", f"${number}")
    return query


@contextmanager
def _run_services(folder: Path) -> Iterator[dict[str, str]]:
    command = (sys.executable, "-m", "chat", "services", "--data", str(folder / "data"))
    environment = {**os.environ, "PYTHONPATH": str(BACKEND)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE) as process:
        try:
            line = process.stdout.readline() if process.stdout else b""
            if not line:
                raise RuntimeError("the embedded services did not start")
            yield json.loads(line)
        finally:
            _stop(process)


@contextmanager
def _run_server(name: str, command: tuple[str, ...], environment: Mapping[str, str], folder: Path) -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    place = EXPRESS_HOME if command[0] == "node" else ROOT
    log = folder / f"{name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=place, env={**environment, "PORT": str(port)}, stdout=output, stderr=subprocess.STDOUT
        )
    server = Server(name, port, process, log)
    try:
        _wait_until_ready(server)
        yield server
    finally:
        _stop(process)


def _wait_until_ready(server: Server) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/", timeout=5):
                return
        except urllib.error.HTTPError:
            return  # an answer is an answer
        except OSError:
            if server.process.poll() is not None or time.monotonic() > deadline:
                text = server.log.read_text(encoding="utf-8", errors="replace")[-2000:]
                raise RuntimeError(f"{server.name} did not start:\n{text}") from None
            time.sleep(0.05)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ask, wait, and only then insist."""
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
