"""What the planner says of an index that is not there, by way of HypoPG, in a session that may write nothing."""

from __future__ import annotations

import psycopg
import pytest

from readycheck.catalog import load_catalogue
from readycheck.database.collect.collector import collect
from readycheck.database.dsn import parse_dsn
from readycheck.database.inspection import Inspection, Project
from readycheck.database.judge import judge
from readycheck.sql.audit import Use
from readycheck.sql.queries import analyse
from readycheck.sql.snapshot import Place, Snapshot
from tests.unit.database.server import Server

RULES = [rule for rule in load_catalogue().rules if rule.id == "live-db-query-unindexed"]
QUERY = "SELECT text FROM notes WHERE owner = %s ORDER BY sent DESC LIMIT 20"


@pytest.fixture(scope="module")
def database(server: Server) -> str:
    name = server.make_database(
        "CREATE TABLE notes (id int PRIMARY KEY, owner int, sent int, text text)",
        "INSERT INTO notes SELECT g, g % 5000, g, repeat('x', 100) FROM generate_series(1, 60000) g",
        "ANALYZE notes",
    )
    try:
        server.run("CREATE EXTENSION hypopg", database=name)
    except psycopg.Error:
        pytest.skip("this Postgres has no HypoPG")
    return name


def look(server: Server, database: str, role: str = "postgres", query: str = QUERY) -> Inspection:
    def hold(live: Snapshot | None) -> Project:
        return Project(live or Snapshot("postgres", ()), (Use(analyse(query, "postgres", live), Place("notes.py", 7)),))

    return collect(parse_dsn(server.dsn(database, role)), {}, hold=hold)


def test_the_costs_before_and_after_are_told(server: Server, database: str) -> None:
    inspection = look(server, database)
    (row,) = inspection.rows("costs")
    before, after = row.number("before"), row.number("after")
    assert before is not None
    assert after is not None
    assert after < before / 10  # a kept plan would cost the same as before
    (match,) = judge(inspection, RULES).matches
    assert "the planner's cost of the query falls from" in match.message
    assert server.ask("SELECT count(*) FROM pg_indexes WHERE tablename = 'notes'", database) == [(1,)]


def test_a_role_that_may_not_read_the_table_learns_the_grant(server: Server, database: str) -> None:
    role = server.make_role()
    inspection = look(server, database, role)
    assert inspection.rows("costs") == ()
    assert inspection.skipped["costs"].endswith(f"GRANT SELECT ON notes TO {role}")
    assert len(judge(inspection, RULES).matches) == 1


def test_a_text_with_a_second_statement_is_not_sent(server: Server, database: str) -> None:
    inspection = look(server, database, query=f"{QUERY}; DROP TABLE notes")
    assert inspection.rows("costs") == ()
    assert server.ask("SELECT count(*) FROM notes", database) == [(60000,)]
