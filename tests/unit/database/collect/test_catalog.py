"""The catalog as we read it, against the same DDL replayed: two ways to one schema."""

from __future__ import annotations

from typing import Any

import pytest

from readycheck.database.collect.collector import collect
from readycheck.database.dsn import parse_dsn
from readycheck.database.recording import dump_inspection, load_inspection
from readycheck.sql.replay import replay
from readycheck.sql.snapshot import Script, Snapshot
from tests.unit.database.server import Server

SCHEMAS = {
    "keys": """
        CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL, name varchar(40), UNIQUE (email, name));
        CREATE TABLE messages (
            id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            user_id bigint REFERENCES users ON DELETE CASCADE ON UPDATE SET NULL,
            reply_to int, sent timestamptz DEFAULT now(), body text, "Order" int,
            FOREIGN KEY (reply_to) REFERENCES messages (id)
        );
        CREATE INDEX by_user ON messages (user_id, sent DESC NULLS LAST, id DESC);
        CREATE INDEX by_part ON messages ("Order") INCLUDE (body, sent) WHERE body IS NOT NULL;
        CREATE INDEX by_text ON messages (lower(body) text_pattern_ops, user_id);
        CREATE INDEX by_hash ON messages USING hash (user_id);
        CREATE UNIQUE INDEX by_two ON messages (sent, user_id NULLS FIRST);
        ALTER TABLE messages DROP COLUMN reply_to;
    """,
    "schemas": """
        CREATE SCHEMA "Own";
        CREATE TABLE "Own"."Things" ("Id" serial PRIMARY KEY, "of" int);
        CREATE TABLE "Own".parts (thing int REFERENCES "Own"."Things", made date, PRIMARY KEY (thing, made));
        CREATE VIEW seen AS SELECT "Id" FROM "Own"."Things";
    """,
    "partitions": """
        CREATE TABLE owners (id int PRIMARY KEY);
        CREATE TABLE logs (id bigint, owner int REFERENCES owners, made date NOT NULL) PARTITION BY RANGE (made);
        CREATE TABLE logs_old PARTITION OF logs FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
        CREATE INDEX logs_owner ON logs (owner);
        CREATE INDEX logs_id ON ONLY logs (id);
    """,
}


def outline(schema: Snapshot) -> dict[str, Any]:
    """What both ways must agree on; how expressions and predicates are spelled is not compared."""
    return {
        f"{table.schema}.{table.name}": {
            "columns": [(one.name, one.type, one.nullable) for one in table.columns],
            "primary": table.primary_key,
            "partition": (table.partitioned, table.partition_of),
            "keys": sorted(
                (key.columns, key.schema, key.table, key.references, key.on_delete, key.on_update)
                for key in table.foreign_keys
            ),
            "indexes": sorted(
                (
                    index.name,
                    tuple((key.column or "()", key.descending, key.nulls_first, key.opclass) for key in index.columns),
                    index.unique, index.method, index.predicate is None, index.valid, index.primary, index.constraint,
                    index.include,
                )
                for index in table.indexes
            ),
        }
        for table in schema.tables
    }  # fmt: skip


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_catalog_gives_the_schema_that_its_statements_give(server: Server, name: str) -> None:
    database = server.make_database(SCHEMAS[name])
    inspection = collect(parse_dsn(server.dsn(database)), {})
    assert inspection.snapshot is not None
    seen, replayed = outline(inspection.snapshot), outline(replay([Script("x.sql", SCHEMAS[name])]))
    for table in seen.values():
        if table["partition"][1]:
            table["keys"] = replayed["public.logs_old"]["keys"]  # a partition's are its parent's: not asked for
    assert seen == replayed


def test_expressions_and_predicates_are_read_as_the_server_spells_them(server: Server) -> None:
    database = server.make_database(SCHEMAS["keys"])
    inspection = collect(parse_dsn(server.dsn(database)), {})
    assert inspection.snapshot is not None
    table = inspection.snapshot.find_table("messages")
    assert table is not None
    found = {index.name: index for index in table.indexes}
    assert found["by_text"].columns[0].expression == "lower(body)"
    assert found["by_text"].mentions == ("body",)
    assert found["by_part"].predicate == "(body IS NOT NULL)"
    assert [view.name for view in inspection.snapshot.views] == []


def test_what_was_read_is_the_same_from_a_file(server: Server) -> None:
    database = server.make_database(SCHEMAS["keys"])
    inspection = collect(parse_dsn(server.dsn(database)), {"pools": 3})
    kept = load_inspection(dump_inspection(inspection))
    assert kept == inspection
    assert kept.snapshot == inspection.snapshot


def test_extensions_and_the_system_are_left_out(server: Server) -> None:
    database = server.make_database("CREATE EXTENSION pg_stat_statements", "CREATE TEMP TABLE mine (id int)")
    inspection = collect(parse_dsn(server.dsn(database)), {})
    assert inspection.snapshot is not None
    assert inspection.snapshot.tables == ()
    assert inspection.snapshot.views == ()
    assert inspection.row("statements") is not None
