"""The replay against a real server: what psql would make of the same script."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from benchmarks.schemas.truth import LISTS, read_catalog, read_snapshot
from readycheck.sql.replay import replay
from readycheck.sql.snapshot import Script
from tests.unit.database.server import Server, run_server

SCRIPTS = {
    "names": """CREATE TABLE "User" ("Id" int PRIMARY KEY,
            name_that_is_long_enough_to_be_cut_when_it_is_joined text UNIQUE);
        CREATE TABLE a_table_with_quite_a_long_name_so_that_names_are_cut (x int, y int, UNIQUE (x, y));
        CREATE INDEX ON a_table_with_quite_a_long_name_so_that_names_are_cut (lower(x::text), (x + y),
            coalesce(x, 1), x);
        CREATE INDEX ON a_table_with_quite_a_long_name_so_that_names_are_cut (x) INCLUDE (y);
        CREATE INDEX ON a_table_with_quite_a_long_name_so_that_names_are_cut (x) INCLUDE (y);
        CREATE INDEX ON "User" (upper(name_that_is_long_enough_to_be_cut_when_it_is_joined) DESC NULLS LAST);
        CREATE TABLE table_of_a_name_that_fills_the_catalog_to_the_very_last_byte_xx (
            column_of_a_name_that_is_long_too int UNIQUE
                REFERENCES table_of_a_name_that_fills_the_catalog_to_the_very_last_byte_xx
            (column_of_a_name_that_is_long_too));
        ALTER TABLE "User" ADD COLUMN self int REFERENCES "User", ADD other int REFERENCES "User" ON DELETE SET NULL""",
    "partitions": """CREATE TABLE u (id int PRIMARY KEY);
        CREATE TABLE t (id int, d date NOT NULL, u int REFERENCES u ON DELETE CASCADE, PRIMARY KEY (id, d))
            PARTITION BY RANGE (d);
        CREATE TABLE t1 PARTITION OF t FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
        CREATE INDEX by_u ON t (u);
        CREATE TABLE t2 (id int NOT NULL, d date NOT NULL, u int);
        CREATE INDEX own ON t2 (u);
        ALTER TABLE t ATTACH PARTITION t2 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
        CREATE TABLE t3 PARTITION OF t DEFAULT;
        CREATE INDEX only_t ON ONLY t (d);
        ALTER TABLE t DETACH PARTITION t1;
        ALTER TABLE t ADD COLUMN e text;
        CREATE UNIQUE INDEX ON t (d, id) WHERE e IS NULL""",
    "constraints": """CREATE TABLE p (a int, b int, c int, UNIQUE (a, b));
        CREATE TABLE c (a int, b int, d int UNIQUE PRIMARY KEY, FOREIGN KEY (a, b) REFERENCES p (a, b), CHECK (a > b));
        ALTER TABLE c ADD CONSTRAINT again FOREIGN KEY (a, b) REFERENCES p (a, b) ON UPDATE CASCADE;
        CREATE UNIQUE INDEX i ON p (c);
        ALTER TABLE p ADD CONSTRAINT pk PRIMARY KEY USING INDEX i;
        ALTER TABLE c ADD COLUMN p int DEFAULT 1 REFERENCES p, ALTER b TYPE bigint, ALTER COLUMN d SET DEFAULT 2;
        ALTER TABLE p RENAME TO q;
        ALTER TABLE q RENAME COLUMN a TO aa;
        ALTER TABLE c DROP COLUMN a;
        ALTER TABLE c RENAME CONSTRAINT c_pkey TO c_key;
        CREATE INDEX ON c (p) WHERE p IS NOT NULL;
        ALTER TABLE q DROP CONSTRAINT pk CASCADE""",
    "inheritance": """CREATE TABLE m (id serial PRIMARY KEY, a text DEFAULT 'x', b int NOT NULL);
        CREATE INDEX ON m (a);
        CREATE TABLE k (c int) INHERITS (m);
        CREATE TABLE l (LIKE m INCLUDING ALL);
        CREATE TABLE n (LIKE m);
        ALTER TABLE m ADD COLUMN d int;
        ALTER TABLE m RENAME a TO aa;
        CREATE MATERIALIZED VIEW v AS SELECT id, aa FROM m;
        CREATE UNIQUE INDEX ON v (id);
        CREATE SCHEMA s;
        ALTER TABLE l SET SCHEMA s;
        ALTER SCHEMA s RENAME TO z;
        CREATE TABLE z.x (id int REFERENCES m)""",
}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with run_server() as running:
        yield running


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_catalog_says_the_same(server: Server, name: str) -> None:
    database = server.make_database(*SCRIPTS[name].split(";\n"))
    catalog = read_catalog(server.dsn(database))
    snapshot = replay([Script("script.sql", SCRIPTS[name])])
    ours = read_snapshot(snapshot)
    assert [problem.reason for problem in snapshot.problems] == []
    for rows in LISTS:
        assert sorted(ours.rows[rows].elements(), key=repr) == sorted(catalog.rows[rows].elements(), key=repr), rows
