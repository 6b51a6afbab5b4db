"""The connection: what the server does not let it do, and what becomes of it where there is no way in."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import psycopg
import pytest

from readycheck.database.collect.collector import collect, read_all
from readycheck.database.collect.reading import Readings
from readycheck.database.collect.session import ConnectError, Patience, open_session
from readycheck.database.dsn import parse_dsn
from tests.unit.database.server import PASSWORD, Server

QUICK = Patience(connect=2, statement=0.3, lock=0.2, total=5)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE own (id int)",
        "INSERT INTO kept VALUES (1)",
        "SET TRANSACTION READ WRITE",
        "SELECT nextval('numbers')",
        "SELECT set_config('transaction_read_only', 'off', true)",
    ],
)
def test_the_server_refuses_to_write(server: Server, statement: str) -> None:
    database = server.make_database("CREATE TABLE kept (id int)", "CREATE SEQUENCE numbers")
    with (
        open_session(parse_dsn(server.dsn(database)), QUICK) as connection,
        pytest.raises((psycopg.errors.ReadOnlySqlTransaction, psycopg.errors.ActiveSqlTransaction)),
        connection.transaction(),
    ):
        connection.execute(statement.encode())


def test_the_session_says_who_it_is_and_is_short_of_patience(server: Server) -> None:
    asked = "SELECT current_setting(name) AS value FROM unnest(%s::text[]) AS name"
    names = ["application_name", "default_transaction_read_only", "statement_timeout", "lock_timeout"]
    with open_session(parse_dsn(server.dsn()), QUICK) as connection:
        values = [row["value"] for row in connection.execute(asked, [names])]
    assert values == ["readycheck", "on", "300ms", "200ms"]


def test_a_dsn_that_asks_for_a_session_that_may_write_gets_one_on_the_primary(server: Server) -> None:
    dsn = psycopg.conninfo.make_conninfo(server.dsn(), target_session_attrs="read-write")
    with open_session(parse_dsn(dsn), QUICK) as connection:
        found = connection.execute("SELECT current_setting('transaction_read_only') AS held").fetchone()
    assert found == {"held": "on"}


def test_its_own_limits_are_not_taken_for_those_of_the_role(server: Server) -> None:
    role = server.make_role()
    server.run(f"ALTER ROLE {role} SET statement_timeout = '7s'")
    inspection = collect(parse_dsn(server.dsn(server.make_database(), role)), {}, QUICK)
    row = inspection.setting("statement_timeout")
    assert row is not None
    assert (row.number("value"), row.text("set_for")) == (7000, "user")


def test_a_statement_that_takes_too_long_costs_its_topic_only(server: Server) -> None:
    database = server.make_database("CREATE TABLE kept (id int PRIMARY KEY)")
    with psycopg.connect(server.dsn(database)) as other:
        other.execute("LOCK TABLE pg_catalog.pg_stat_archiver, kept IN ACCESS EXCLUSIVE MODE")
        inspection = collect(parse_dsn(server.dsn(database)), {}, QUICK)
    assert inspection.row("role") is not None
    assert "did not answer in time" in inspection.explain_skipped("archiver")


def test_a_wrong_password_is_told_without_showing_it(server: Server) -> None:
    dsn = psycopg.conninfo.make_conninfo(server.dsn(), password="wr0ng'pass word")  # noqa: S106
    with pytest.raises(ConnectError, match="password authentication failed") as caught:
        collect(parse_dsn(dsn), {}, QUICK)
    assert "wr0ng" not in str(caught.value)
    assert PASSWORD not in str(caught.value)


def test_a_database_that_is_not_there_is_told(server: Server) -> None:
    with pytest.raises(ConnectError, match='database "nowhere" does not exist'):
        collect(parse_dsn(server.dsn("nowhere")), {}, QUICK)


def test_a_role_that_may_not_connect_is_told(server: Server) -> None:
    role, database = server.make_role(), server.make_database()
    server.run(f"REVOKE CONNECT ON DATABASE {database} FROM PUBLIC")
    with pytest.raises(ConnectError, match="permission denied for database"):
        collect(parse_dsn(server.dsn(database, role)), {}, QUICK)


def test_a_port_that_nobody_listens_on_is_told() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with pytest.raises(ConnectError, match=r"cannot connect: .*refused"):
        collect(parse_dsn(f"postgresql://app:s3cr3t@127.0.0.1:{port}/chat"), {}, QUICK)


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of a server that takes connections and says nothing."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_server_that_says_nothing_is_given_up(silent: int) -> None:
    with pytest.raises(ConnectError, match="timeout"):
        collect(parse_dsn(f"postgresql://app:s3cr3t@127.0.0.1:{silent}/chat"), {}, QUICK)


def test_a_server_that_falls_silent_later_is_given_up(server: Server) -> None:
    with Stalling(server.port) as port:
        dsn = parse_dsn(psycopg.conninfo.make_conninfo(server.dsn(), port=port))
        with (
            pytest.raises(ConnectError, match="gave up after 1 s"),
            open_session(dsn, Patience(total=1)) as connection,
        ):
            connection.execute("SELECT 1 AS one -- stall")


class Stalling:
    """Stands between a client and a server, and holds back every answer once the client says `stall`."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._listener = socket.socket()
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen()
        self._sockets: list[socket.socket] = [self._listener]
        self._stalled = False

    def __enter__(self) -> int:
        threading.Thread(target=self._serve, daemon=True).start()
        return int(self._listener.getsockname()[1])

    def __exit__(self, *_: object) -> None:
        for one in self._sockets:
            one.close()

    def _serve(self) -> None:
        client, _ = self._listener.accept()
        server = socket.create_connection(("127.0.0.1", self._port))
        self._sockets += [client, server]
        threading.Thread(target=self._copy, args=(server, client), daemon=True).start()
        self._copy(client, server)

    def _copy(self, source: socket.socket, sink: socket.socket) -> None:
        try:
            while data := source.recv(65_536):
                self._stalled = self._stalled or b"-- stall" in data
                if not self._stalled:
                    sink.sendall(data)
        except OSError:
            return  # the other side is closed: the test is over


def test_a_table_that_a_migration_holds_is_left_out_and_nobody_waits(server: Server) -> None:
    database = server.make_database(
        "CREATE TABLE busy (id int PRIMARY KEY, name text)",
        "CREATE INDEX ON busy (lower(name)) WHERE id > 3",
        "CREATE TABLE free (id int PRIMARY KEY, busy int REFERENCES busy)",
    )
    with psycopg.connect(server.dsn(database)) as other:
        other.execute("LOCK TABLE busy IN ACCESS EXCLUSIVE MODE")
        inspection = collect(parse_dsn(server.dsn(database)), {}, QUICK)
    assert inspection.snapshot is not None
    assert [table.name for table in inspection.snapshot.tables] == ["free"]
    assert inspection.skipped["schema"] == "left out, for something else had locked it: busy"


def test_no_lock_on_a_table_outlives_its_reading(server: Server) -> None:
    database = server.make_database(
        "CREATE TABLE things (id int PRIMARY KEY, name text)", "CREATE INDEX ON things (lower(name)) WHERE id > 3"
    )
    readings = Readings()
    with open_session(parse_dsn(server.dsn(database)), QUICK) as connection:
        read_all(connection, readings)
        held = connection.execute(
            "SELECT l.relation::regclass::text AS name FROM pg_locks l JOIN pg_class c ON c.oid = l.relation"
            " WHERE l.pid = pg_backend_pid() AND c.relnamespace = 'public'::regnamespace"
        ).fetchall()
    assert set(readings.skipped) == {"busiest"}  # which needs an extension
    assert held == []
