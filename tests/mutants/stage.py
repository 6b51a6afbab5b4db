"""Where live mutants run: the stores, started once, and one api after the other on a free port of loopback."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import redis

from tests.mutants.runner import BACKEND

ORIGIN = "https://chat.example.com"
LIMIT = 300
START_SECONDS = 60.0
STOP_SECONDS = 20.0
TICK = 0.05
# As in production, but for what only a test wants: a window of limits that does not end meanwhile, a token that lasts.
SETTINGS = {
    "APP_ENV": "production",
    "PUBLIC_URL": ORIGIN,
    "CORS_ORIGINS": ORIGIN,
    "JWT_SECRET": "uq3Vw8ZkT1xN5rBd7LfYp0HsGm2CjEaQ",
    "SENTRY_DSN": "http://readycheck@127.0.0.1:9/1",
    "AI_PROVIDER": "local",
    "METRICS_PORT": "0",
    "RATE_LIMIT_API": f"{LIMIT}/hour",
    "RATE_LIMIT_AUTH": "100/hour",
    "RATE_LIMIT_ADDRESS": "100000/hour",
    "ACCESS_TOKEN_SECONDS": "3600",
    "REQUEST_DEADLINE_SECONDS": "5",
    "SHUTDOWN_GRACE_SECONDS": "8",
}


@dataclass(frozen=True, slots=True)
class Stores:
    """Where Postgres and Valkey answer; the database has the newest schema."""

    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)

    def forget(self) -> None:
        """Empty Valkey: limits and caches do not go from one mutant to the next."""
        with redis.Redis.from_url(self.redis_url) as client:
            client.flushall()

    def build_environment(self, code: Path, port: int) -> dict[str, str]:
        """What an api of that code is started with."""
        return {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(code),
            "PYTHONDONTWRITEBYTECODE": "1",  # patches follow each other faster than the clock of compiled files ticks
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "HOST": "127.0.0.1",
            "PORT": str(port),
            **SETTINGS,
        }


class Api:
    """One api that runs."""

    def __init__(self, url: str) -> None:
        """Take where it answers."""
        self.url = url

    def register(self) -> str:
        """A new account's access token."""
        body = {"email": f"{uuid.uuid4().hex}@example.com", "password": "correct horse battery", "display_name": "Ada"}
        answer = httpx.post(f"{self.url}/api/v1/auth/register", json=body, timeout=START_SECONDS, trust_env=False)
        answer.raise_for_status()
        return str(answer.json()["access_token"])

    def read_document(self, token: str) -> str:
        """The OpenAPI document."""
        headers = {"Authorization": f"Bearer {token}"}
        url = f"{self.url}/api/v1/openapi.json"
        return httpx.get(url, headers=headers, timeout=START_SECONDS, trust_env=False).raise_for_status().text


@contextmanager
def run_stores(folder: Path) -> Iterator[Stores]:
    """Embedded Postgres and Valkey, of the backend's own command, with the newest schema."""
    folder.mkdir(parents=True)
    for path in (folder, folder.parent):
        path.chmod(0o711)  # Postgres runs as somebody else where we are root
    words = ("services", "--data", str(folder))
    with run_chat(words, BACKEND, os.environ, folder / "services.log", stdout=subprocess.PIPE) as process:
        line = process.stdout.readline() if process.stdout else b""
        if not line:
            raise AssertionError(f"the stores did not start: {(folder / 'services.log').read_text()[-2000:]}")
        urls = json.loads(line)
        stores = Stores(urls["database_url"], urls["redis_url"])
        environment = stores.build_environment(BACKEND, 0)
        subprocess.run(
            [sys.executable, "-m", "chat", "migrate"], cwd=BACKEND, env=environment, check=True,
            timeout=START_SECONDS, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        yield stores


@contextmanager
def run_api(stores: Stores, code: Path, log: Path) -> Iterator[Api]:
    """An api of that code, once it answers."""
    port = find_free_port()
    with run_chat(("api",), code, stores.build_environment(code, port), log) as process:
        url = f"http://127.0.0.1:{port}"
        wait_for_answer(f"{url}/livez", process, log)
        yield Api(url)


@contextmanager
def run_chat(
    words: tuple[str, ...],
    folder: Path,
    environment: Mapping[str, str],
    log: Path,
    stdout: int | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """`python -m chat ...` until the block ends: asked first, and killed if it does not listen."""
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "chat", *words],
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=file if stdout is None else stdout,
            stderr=file,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdout is not None:
                process.stdout.close()


def wait_for_answer(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until it answers, whatever that is."""
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            httpx.get(url, timeout=START_SECONDS, trust_env=False)
        except httpx.TransportError:
            time.sleep(TICK)
        else:
            return
    raise AssertionError(f"the api did not start: {log.read_text(errors='replace')[-2000:]}")


def find_free_port() -> int:
    """A port of loopback that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
