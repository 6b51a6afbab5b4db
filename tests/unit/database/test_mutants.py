"""Every index of the reference backend, spoiled in the database: dropped, turned round, made partial, left invalid."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from readycheck.catalog import load_catalogue
from readycheck.database.collect.collector import collect
from readycheck.database.conditional import find_conditional
from readycheck.database.dsn import parse_dsn
from readycheck.database.inspection import Project
from readycheck.database.judge import judge
from readycheck.model.evidence import Observed
from readycheck.model.location import describe_where
from readycheck.sql.names import quote
from readycheck.sql.replay import replay
from readycheck.sql.snapshot import Index, Script, Snapshot, Table
from tests.unit.database.server import Server

FIXTURES = Path(__file__).parents[3] / "fixtures"
CHAT = sorted((FIXTURES / "chat_backend/chat/db/migrations").glob("*.sql"))
EXPRESS = sorted((FIXTURES / "express_chat/server/db/migrations").glob("*.sql"))
RULES = [rule for rule in load_catalogue().rules if rule.id.startswith("live-db-")]
ABOUT_INDEXES = {"live-db-foreign-key-unindexed", "live-db-index-invalid", "live-db-schema-behind"}
SEED = {
    "messages.conversation_id", "conversations.user_id", "conversations.companion_id", "memories.user_id",
    "memories.companion_id", "companions.created_by",
}  # fmt: skip


def read(paths: list[Path]) -> list[Script]:
    return [Script(path.name, path.read_text(encoding="utf-8")) for path in paths]


def statements(scripts: list[Script]) -> list[str]:
    return [part for script in scripts for part in split(script.text)]


def split(text: str) -> list[str]:
    return text.split(";\n") if "CONCURRENTLY" in text else [text]


def look(server: Server, database: str, project: Snapshot) -> Observed:
    inspection = collect(parse_dsn(server.dsn(database)), {})
    beside = Project(project, conditional=find_conditional(read(CHAT)))
    return judge(replace(inspection, project=beside), RULES)


def about(seen: Observed, *rules: str) -> set[str]:
    return {describe_where(match.where) for match in seen.matches if match.rule in (rules or ABOUT_INDEXES)}


@pytest.fixture(scope="module")
def project() -> Snapshot:
    return replay(read(CHAT))


@pytest.fixture(scope="module")
def template(server: Server) -> str:
    database = server.make_database()
    for statement in statements(read(CHAT)):
        if statement.strip():
            server.run(statement, database=database)
    return database


def test_as_it_is_nothing_is_wrong_with_it(server: Server, template: str, project: Snapshot) -> None:
    seen = look(server, template, project)
    assert seen.errors == ()
    assert about(seen) == set()
    assert "10 foreign keys of 7 tables" in seen.proofs["live-db-foreign-key-unindexed"]
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
    for table in replay(read(CHAT)).tables
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
