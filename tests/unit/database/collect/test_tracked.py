"""The server's own count of statements: what of it is kept, who may see it, and where the code asks them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from readycheck.catalog import load_catalogue
from readycheck.database.collect.collector import collect
from readycheck.database.dsn import parse_dsn
from readycheck.database.inspection import Inspection, Project
from readycheck.database.judge import judge
from readycheck.database.recording import dump_inspection
from readycheck.model.location import describe_where
from readycheck.sql.audit import Use
from readycheck.sql.queries import analyse
from readycheck.sql.snapshot import Place, Snapshot
from tests.unit.database.server import Server

RULES = [rule for rule in load_catalogue().rules if rule.id.startswith("live-db-statement")]
SCHEMA = (
    "CREATE EXTENSION pg_stat_statements",
    "CREATE TABLE notes (id int PRIMARY KEY, owner int, text text)",
    "INSERT INTO notes SELECT g, g % 5000, repeat('x', 100) FROM generate_series(1, 60000) g",
)
ASKED = "SELECT id, text FROM notes WHERE owner = {} ORDER BY id"
WRITTEN = "select id, text from notes where owner = %(owner)s order by id"
BY_A_MAPPER = "SELECT notes.id, notes.owner, notes.text FROM notes WHERE notes.owner = $1 ORDER BY notes.id"


@pytest.fixture(scope="module")
def counted(server: Server) -> str:
    database = server.make_database(*SCHEMA)
    for owner in range(20):
        server.run(ASKED.format(owner), database=database)
    server.run("ALTER ROLE postgres SET application_name = 's3cret'", database=database)
    return database


def look(server: Server, database: str, query: str, role: str = "postgres") -> Inspection:
    def hold(live: Snapshot | None) -> Project:
        return Project(live or Snapshot("postgres", ()), (Use(analyse(query, "postgres", live), Place("notes.py", 7)),))

    return collect(parse_dsn(server.dsn(database, role)), {}, hold=hold)


@pytest.mark.parametrize(
    ("query", "told"), [(WRITTEN, "asked at notes.py:7"), (BY_A_MAPPER, "as it is asked at notes")]
)
def test_a_query_that_takes_the_time_and_has_no_index_is_told_with_its_place(
    server: Server, counted: str, query: str, told: str
) -> None:
    seen = judge(look(server, counted, query), RULES)
    (match,) = [one for one in seen.matches if one.rule == "live-db-statement-unindexed"]
    assert describe_where(match.where).startswith("public.notes (owner")
    assert "CREATE INDEX CONCURRENTLY" in match.message
    assert "20 calls" in match.message
    assert told in match.message
    assert [describe_where(one) for one in match.also] == ["notes.py:7:1"]
    assert "FROM notes WHERE owner = $1" in seen.proofs["live-db-statements-untracked"]


def test_with_its_index_nothing_is_told(server: Server, counted: str) -> None:
    database = server.make_database("CREATE INDEX notes_owner ON notes (owner, id)", template=counted)
    server.run(*[ASKED.format(owner) for owner in range(9)], database=database)
    seen = judge(look(server, database, WRITTEN), RULES)
    assert [one for one in seen.matches if one.rule == "live-db-statement-unindexed"] == []


def test_of_statements_only_the_shapes_of_queries_are_kept(server: Server, counted: str) -> None:
    inspection = look(server, counted, WRITTEN)
    queries = [row.text("query") for row in inspection.rows("busiest")]
    assert ASKED.format("$1") in queries
    assert all(one.startswith(("SELECT ", "INSERT ")) for one in queries)
    assert "s3cret" not in dump_inspection(inspection)
    assert not any("pg_catalog" in one for one in queries)


def test_a_role_sees_its_own_statements_and_learns_which_grant_shows_the_others(server: Server, counted: str) -> None:
    role = server.make_role()
    inspection = look(server, counted, WRITTEN, role)
    assert inspection.rows("busiest") == ()
    assert inspection.skipped["busiest"].endswith(f"GRANT pg_read_all_stats TO {role}")
    seen = judge(inspection, RULES)
    assert "GRANT pg_read_all_stats" in seen.reasons["live-db-statement-unindexed"]
    server.run(f"GRANT pg_read_all_stats TO {role}", database=counted)
    assert [row.text("role") for row in look(server, counted, WRITTEN, role).rows("busiest")].count("postgres") >= 2


def test_without_the_extension_the_reason_is_given(server: Server) -> None:
    inspection = replace(collect(parse_dsn(server.dsn(server.make_database())), {}), project=None)
    assert "CREATE EXTENSION pg_stat_statements" in inspection.skipped["busiest"]
