"""The proof on a real server: what is planned, what is refused, and that nothing of it stays."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from readycheck.database.dsn import parse_dsn
from readycheck.database.scratch.proving import Proof, open_proving, prove
from readycheck.database.scratch.server import ServerError, find_binaries
from readycheck.database.scratch.session import NotEmptyError, Refused, ScratchError, open_scratch
from readycheck.sql.audit import Use, audit
from readycheck.sql.proof.rendering import render
from readycheck.sql.queries import analyse
from readycheck.sql.snapshot import Place
from tests.unit.database.server import PASSWORD, Server
from tests.unit.sql.helpers import build

SCHEMA = """CREATE TYPE mood AS ENUM ('glad');
    CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL, feels mood, at timestamptz);
    CREATE TABLE notes (id int PRIMARY KEY, user_id int REFERENCES users, at timestamptz, body text, tags text[]);
    CREATE INDEX late ON notes (user_id, at);
    CREATE INDEX found ON users (lower(email));"""


def hold(dsn: str, *queries: str, schema: str = SCHEMA) -> Proof:
    snapshot = build(schema)
    uses = [Use(analyse(text, "postgres", snapshot), Place("q.sql", number)) for number, text in enumerate(queries, 1)]
    return prove(parse_dsn(dsn), snapshot, audit(snapshot, uses), uses)


def make_scratch(server: Server, *statements: str) -> str:
    database = server.make_database(*statements)
    role = server.make_role()
    server.run(f"ALTER DATABASE {database} OWNER TO {role}")
    return server.dsn(database, role)


def count_relations(dsn: str) -> int:
    with psycopg.connect(dsn) as connection:
        row = connection.execute("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace").fetchone()
    return int(row[0]) if row else -1


@pytest.mark.parametrize("is_superuser", [True, False])
def test_plans_before_and_after_prove_a_need_and_leave_nothing(server: Server, *, is_superuser: bool) -> None:
    dsn = server.dsn(server.make_database()) if is_superuser else make_scratch(server)
    proof = hold(
        dsn,
        "SELECT * FROM users WHERE email = $1",
        "SELECT * FROM users WHERE lower(email) = lower(%s)",
        "SELECT * FROM notes WHERE user_id = :user ORDER BY at DESC LIMIT 5",
        "SELECT * FROM notes ORDER BY at LIMIT 5",
        "SELECT * FROM notes WHERE body <> $1",
        "SELECT * FROM users WHERE feels = 'glad'::mood AND id = $1",
    )
    assert proof.refused == {}
    assert proof.unbuilt == ()
    assert {one.need.columns: one.verdict for one in proof.proved} == {("email",): "proved", ("at",): "proved"}
    assert proof.proved[0].text == (
        "planner: Seq Scan on users, Filter: (users.email = $1) -> "
        "Index Scan using users_email_idx on users, Index Cond: (users.email = $1)"
    )
    assert [proof.planned[number].reads[0].way for number in range(6)] == [
        "filtered", "looked-up", "looked-up", "whole", "filtered", "looked-up",
    ]  # fmt: skip
    assert [one.use.place.line for one in proof.unforeseen] == [5]
    assert count_relations(dsn) == 0


def test_a_foreign_key_is_proved_by_the_query_that_a_delete_makes(server: Server) -> None:
    schema = SCHEMA.replace("CREATE INDEX late ON notes (user_id, at);", "")
    proof = hold(make_scratch(server), schema=schema)
    assert [(one.need.kind, one.verdict) for one in proof.proved] == [("foreign-key", "proved")]
    assert "Index Scan using notes_user_id_idx" in proof.proved[0].after


def test_a_database_with_anything_in_it_is_left_alone(server: Server) -> None:
    dsn = make_scratch(server, "CREATE TABLE kept (id int)")
    with pytest.raises(NotEmptyError, match=r"is not empty: it has public\.kept"):
        hold(dsn, "SELECT * FROM users")
    with pytest.raises(NotEmptyError, match=r"public\.counter"):
        hold(server.dsn(server.make_database("CREATE SEQUENCE counter")))
    assert count_relations(dsn) == 1


def test_a_server_that_is_not_there_is_told_without_the_password(server: Server) -> None:
    dsn = server.dsn("nowhere")
    with pytest.raises(ScratchError, match="cannot connect") as caught:
        hold(dsn)
    assert PASSWORD not in str(caught.value)


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("SELECT 1; DROP SCHEMA public CASCADE", "cannot insert multiple commands"),
        ("SELECT * FROM users; COPY users TO PROGRAM 'touch {path}'", "cannot insert multiple commands"),
        ("SELECT own_function(id) FROM users", "function own_function(integer) does not exist"),
        ("SELECT * FROM nothing", 'relation "nothing" does not exist'),
        ("SELECT * FROM", "syntax error"),
    ],
)
def test_what_cannot_be_prepared_has_a_reason_and_costs_nothing_else(
    server: Server, tmp_path: Path, query: str, reason: str
) -> None:
    trace = tmp_path / "trace"
    with open_scratch(parse_dsn(server.dsn(server.make_database()))) as scratch:
        assert scratch.build(render(build(SCHEMA))) == []
        found = scratch.prepare(query.format(path=trace))
        assert isinstance(found, Refused)
        assert reason in found.reason
        assert not isinstance(scratch.prepare("SELECT * FROM users WHERE id = ?"), Refused)
    assert not trace.exists()


def test_no_text_of_the_project_is_in_a_superusers_hands(server: Server) -> None:
    with open_scratch(parse_dsn(server.dsn(server.make_database()))) as scratch:
        assert scratch.build(render(build(SCHEMA))) == []
        for statement in ("SELECT pg_read_file('/etc/passwd')", "COPY users FROM PROGRAM 'true'"):
            told = scratch.run(statement) or ""
            assert "permission denied" in told or "must be superuser" in told  # as it was worded up to 15


def test_what_the_server_does_not_build_is_told(server: Server) -> None:
    proof = hold(
        make_scratch(server),
        "SELECT * FROM users WHERE id = $1",
        schema=f"{SCHEMA} CREATE INDEX odd ON users (own_function(id)); CREATE INDEX far ON users USING rum (email)",
    )
    assert [one.subject for one in proof.unbuilt] == ["index odd on users", "index far on users"]
    assert list(proof.planned) == [0]


def test_our_own_server_is_on_no_network_and_gone_at_the_end() -> None:
    with open_proving(None) as dsn:
        parts = psycopg.conninfo.conninfo_to_dict(dsn.conninfo)
        folder = Path(str(parts["host"]))
        assert folder.is_absolute()
        with psycopg.connect(dsn.conninfo) as connection:
            assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    assert not folder.exists()


def test_without_any_postgres_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("readycheck.database.scratch.server.find_spec", lambda name: None)  # noqa: ARG005 - its shape
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ServerError, match=r"readycheck-cli\[verify\]"):
        find_binaries()
