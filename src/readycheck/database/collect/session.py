"""The one connection: held read-only by the server, short of patience on both sides, never showing a password."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from readycheck.database.dsn import Dsn

if TYPE_CHECKING:
    import psycopg

APPLICATION = "readycheck"
READ_ONLY = "-c default_transaction_read_only=on"
REFUSED_OPTION = "unsupported startup parameter"


class ConnectError(Exception):
    """The database could not be reached, or not held read-only; says why in one line, without a password."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long things may take, in seconds: to connect, one statement, a wait for a lock, all of it."""

    connect: int = 10
    statement: float = 5.0
    lock: float = 1.0
    total: float = 60.0


@contextmanager
def open_session(dsn: Dsn, patience: Patience) -> Iterator[psycopg.Connection[dict[str, Any]]]:
    """One read-only transaction, ended by a rollback.

    All settings are local to the transaction, so that a pooler hands nothing of them on to others. Statements wait
    for nobody, and when the whole takes too long the connection is cut, also under a server that says nothing at all.

    Raises:
        ConnectError: there is no connection, or the server does not say that it is read-only.
    """
    import psycopg  # noqa: PLC0415 - start-up time

    connection = connect(dsn, patience)
    watch = Watch(connection.pgconn.socket, patience.total)
    try:
        with connection, watch, connection.transaction(force_rollback=True):
            begin(connection, patience)
            yield connection
    except psycopg.Error as error:
        reason = f"gave up after {patience.total:g} s" if watch.cut else dsn.redact(str(error))
        raise ConnectError(f"{dsn.name}: {reason}") from None  # its context might hold the DSN
    finally:
        connection.close()


def connect(dsn: Dsn, patience: Patience) -> psycopg.Connection[dict[str, Any]]:
    """A connection of which every transaction begins read-only; where a pooler refuses that word, only ours does."""
    import psycopg  # noqa: PLC0415 - start-up time
    from psycopg.conninfo import conninfo_to_dict, make_conninfo  # noqa: PLC0415 - likewise
    from psycopg.rows import dict_row  # noqa: PLC0415 - likewise

    parts = conninfo_to_dict(dsn.conninfo)
    given = str(parts.get("options") or os.environ.get("PGOPTIONS", ""))
    wanted = parts.get("target_session_attrs")
    # A session that is read-only by our own wish would not be the read-write one that the driver then looks for.
    conninfo = make_conninfo(dsn.conninfo, target_session_attrs="primary" if wanted == "read-write" else wanted)
    for options in (f"{given} {READ_ONLY}".strip(), given):
        try:
            return psycopg.connect(
                conninfo,
                options=options,
                application_name=APPLICATION,
                connect_timeout=patience.connect,
                prepare_threshold=None,
                row_factory=dict_row,
            )
        except psycopg.Error as error:
            reason = redact(dsn, str(error))
            if REFUSED_OPTION not in reason or options == given:
                raise ConnectError(f"{dsn.name}: cannot connect: {reason}") from None  # likewise
    raise AssertionError("the loop returns or raises")


def redact(dsn: Dsn, text: str) -> str:
    """A message in one line without the passwords of the DSN and of the environment."""
    own = os.environ.get("PGPASSWORD")
    return dsn.redact(text.replace(own, "***") if own else text)


def begin(connection: psycopg.Connection[dict[str, Any]], patience: Patience) -> None:
    """Make the transaction read-only and short; ask the server whether it is."""
    connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    for name, seconds in (
        ("statement_timeout", patience.statement),
        ("lock_timeout", patience.lock),
        ("idle_in_transaction_session_timeout", patience.total),
    ):
        connection.execute("SELECT set_config(%s, %s, true)", [name, str(int(seconds * 1000))])
    found = connection.execute("SELECT current_setting('transaction_read_only') AS held").fetchone()
    if found is None or found["held"] != "on":
        raise ConnectError("the server does not hold the session read-only: nothing was read")


class Watch:
    """Cuts a connection when its time is up; `cut` says whether it did."""

    def __init__(self, descriptor: int, seconds: float) -> None:
        """Watch a socket; the time begins with the block."""
        self.cut = False
        self._socket = socket.socket(fileno=os.dup(descriptor))
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> Watch:
        """Start."""
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self._timer.cancel()
        self._socket.close()

    def _end(self) -> None:
        self.cut = True
        self._socket.shutdown(socket.SHUT_RDWR)
