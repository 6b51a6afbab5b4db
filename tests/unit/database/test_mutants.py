"""Every index of the reference backend, spoiled in the database: dropped, turned round, made partial, left invalid."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from readycheck.catalog import load_catalogue
from readycheck.database.collect.collector import collect
from readycheck.database.conditional import find_conditional
from readycheck.database.dsn import parse_dsn
from readycheck.database.inspection import Project
from readycheck.database.judge import judge
from readycheck.model.evidence import Observed
from readycheck.model.location import describe_where
from readycheck.sql.audit import Use
from readycheck.sql.names import quote
from readycheck.sql.queries import analyse
from readycheck.sql.replay import replay
from readycheck.sql.snapshot import Index, Place, Snapshot, Table
from tests.unit.database.chat import BACKEND, MIGRATIONS, list_statements, read
from tests.unit.database.server import Server

EXPRESS = sorted((BACKEND.parent / "express_chat/server/db/migrations").glob("*.sql"))
RULES = [rule for rule in load_catalogue().rules if rule.id.startswith("live-db-")]
ABOUT_INDEXES = {"live-db-foreign-key-unindexed", "live-db-index-invalid", "live-db-schema-behind"}
SEED = {
    "messages.conversation_id", "conversations.user_id", "conversations.companion_id", "memories.user_id",
    "memories.companion_id", "companions.created_by",
}  # fmt: skip


def look(server: Server, database: str, project: Snapshot, queries: Sequence[str] = ()) -> Observed:
    inspection = collect(parse_dsn(server.dsn(database)), {})
    uses = tuple(Use(analyse(text, "postgres", inspection.snapshot), Place("queries.sql", 1)) for text in queries)
    beside = Project(project, uses, find_conditional(read(MIGRATIONS)))
    return judge(replace(inspection, project=beside), RULES)


def about(seen: Observed, *rules: str) -> set[str]:
    return {describe_where(match.where) for match in seen.matches if match.rule in (rules or ABOUT_INDEXES)}


@pytest.fixture(scope="module")
def project() -> Snapshot:
    return replay(read(MIGRATIONS))


@pytest.fixture(scope="module")
def template(server: Server) -> str:
    database = server.make_database()
    server.run(*list_statements(), database=database)
    return database


def test_as_it_is_nothing_is_wrong_with_it(server: Server, template: str, project: Snapshot) -> None:
    seen = look(server, template, project)
    assert seen.errors == ()
    assert about(seen) == set()
    assert "13 foreign keys of 10 tables" in seen.proofs["live-db-foreign-key-unindexed"]
    assert "in the database" in seen.proofs["live-db-schema-behind"]


def spoil(table: Table, index: Index, how: str) -> list[str]:
    name, columns = quote(index.name), ", ".join(spell(index))
    again = f"CREATE {'UNIQUE ' if index.unique else ''}INDEX {name} ON {quote(table.name)} USING {index.method}"
    match how:
        case "dropped":
            return [f"DROP INDEX {name}"]
        case "reversed":
            return [f"DROP INDEX {name}", f"{again} ({', '.join(reversed(spell(index)))})"]
        case "partial":
            return [f"DROP INDEX {name}", f"{again} ({columns}) WHERE created_at > '2020-01-01'"]
        case _:
            change = "UPDATE pg_index SET indisvalid = false WHERE indexrelid = '{}'::regclass"
            return [change.format(name)]


def spell(index: Index) -> list[str]:
    return [f"{key.column or f'({key.expression})'}{' DESC' if key.descending else ''}" for key in index.columns]


MUTANTS = [
    (table.name, index.name, how)
    for table in replay(read(MIGRATIONS)).tables
    for index in table.indexes
    if not index.constraint
    for how in ("dropped", "reversed", "partial", "invalid")
    if (how != "reversed" or len(index.columns) > 1)
    and (how != "partial" or (table.find_column("created_at") and not index.predicate))
]


def test_there_are_mutants_of_every_index() -> None:
    assert len({index for _, index, _ in MUTANTS}) >= 20
    assert {how for _, _, how in MUTANTS} == {"dropped", "reversed", "partial", "invalid"}


@pytest.mark.parametrize("mutant", MUTANTS, ids="-".join)
def test_a_spoiled_index_is_found(
    server: Server, template: str, project: Snapshot, mutant: tuple[str, str, str]
) -> None:
    table_name, index_name, how = mutant
    table = project.find_table(table_name)
    assert table is not None
    index = next(one for one in table.indexes if one.name == index_name)
    database = server.make_database(*spoil(table, index, how), template=template)
    seen = look(server, database, project)
    assert any(place.startswith(f"public.{table_name}") for place in about(seen))


def test_a_key_without_its_only_index_is_found_by_the_catalog_alone(
    server: Server, template: str, project: Snapshot
) -> None:
    spoiled = ["DROP INDEX conversations_companion_id_idx", "DROP INDEX memories_companion_id_idx"]
    seen = look(server, server.make_database(*spoiled, template=template), project)
    assert about(seen, "live-db-foreign-key-unindexed") == {
        "public.conversations (companion_id)",
        "public.memories (companion_id)",
    }


def test_an_index_whose_building_failed_is_found(server: Server) -> None:
    database = server.make_database("CREATE TABLE things (name text)", "INSERT INTO things VALUES ('a'), ('a')")
    with pytest.raises(Exception, match="could not create unique index"):
        server.run("CREATE UNIQUE INDEX CONCURRENTLY things_name ON things (name)", database=database)
    seen = look(server, database, Snapshot("postgres", ()))
    assert about(seen, "live-db-index-invalid") == {"public.things (name)"}


def test_the_unready_backend_lacks_the_indexes_that_the_seed_names(server: Server) -> None:
    database = server.make_database(*(script.text for script in read(EXPRESS)))
    seen = look(server, database, replay(read(EXPRESS)))
    found = about(seen, "live-db-foreign-key-unindexed")
    assert {place.removeprefix("public.").replace(" (", ".").rstrip(")") for place in found} == SEED
    assert about(seen, "live-db-schema-behind") == set()


QUERIES = [
    text
    for path in sorted((BACKEND / "chat").glob("*/queries.sql"))
    for text in re.split(r"-- name: \w+\n", path.read_text(encoding="utf-8"))[1:]
]
CHANGED = {
    "filter": ("FROM users WHERE email =", "FROM users WHERE display_name =", "public.users (display_name)"),
    "order": (
        "BY updated_at DESC, id DESC\nLIMIT",
        "BY title, id DESC\nLIMIT",
        "public.conversations (user_id, title, id)",
    ),
    "delete": ("FROM ai_usage WHERE day <", "FROM ai_usage WHERE tokens <", "public.ai_usage (tokens)"),
    "range": (
        "WHERE created_at < now() - interval",
        "WHERE content_hash < now() - interval",
        "public.moderation_events",
    ),
}


def test_an_index_of_the_database_serves_each_query_of_the_backend(
    server: Server, template: str, project: Snapshot
) -> None:
    seen = look(server, template, project, QUERIES)
    assert about(seen, "live-db-query-unindexed") == set()
    assert len(QUERIES) >= 40


@pytest.mark.parametrize("change", CHANGED)
def test_a_changed_query_is_found(server: Server, template: str, project: Snapshot, change: str) -> None:
    before, after, where = CHANGED[change]
    changed = [text.replace(before, after) for text in QUERIES]
    assert changed != QUERIES
    seen = look(server, template, project, changed)
    (found,) = about(seen, "live-db-query-unindexed")
    assert found.startswith(where)


UNNEEDED: dict[str, tuple[str, dict[str, Any]]] = {
    "companions_created_at_idx": ("FROM companions\nWHERE (owner_id", {"user_id": 1, "moment": None, "key": None}),
    "memories_search_idx": ("search @@ query", {"user_id": 1, "companion_id": 1, "words": "a b"}),
}
FILL = (
    "INSERT INTO users (email, password_hash, display_name) SELECT g || '@a', 'x', 'U' FROM generate_series(1, 500) g",
    "INSERT INTO companions (owner_id, name, persona) SELECT u.id, 'c', 'p' FROM users u, generate_series(1, 20)",
    "INSERT INTO memories(user_id, companion_id, content) SELECT u.id, c.id, 'x' FROM users u, companions c LIMIT 9000",
    "ANALYZE companions, memories",
)


@pytest.mark.parametrize("index", UNNEEDED)
def test_without_the_indexes_that_no_static_mutant_drops_nothing_is_planned_otherwise(
    server: Server, template: str, index: str
) -> None:
    mark, values = UNNEEDED[index]
    (query,) = [text for text in QUERIES if mark in text]
    database = server.make_database(*FILL, template=template)
    ((user, companion),) = server.ask("SELECT user_id::text, companion_id::text FROM memories LIMIT 1", database)
    with psycopg.connect(server.dsn(database)) as connection:
        given = {**values, "user_id": user, "companion_id": companion, "limit": 20}
        explain = f"EXPLAIN (COSTS OFF) {query}".encode()
        before = connection.execute(explain, given).fetchall()
        connection.execute(f"DROP INDEX {index}".encode())
        assert connection.execute(explain, given).fetchall() == before
        connection.rollback()
    assert not any("Seq Scan" in line for (line,) in before)
