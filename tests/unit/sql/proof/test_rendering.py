"""What the empty database is given: tables, types and indexes, and nothing that runs."""

from __future__ import annotations

import pytest

from readycheck.sql.proof.rendering import find_custom, render
from tests.unit.sql.helpers import build_clean


def list_statements(*texts: str) -> list[str]:
    return [step.statement for step in render(build_clean(*texts))]


def test_a_table_gets_a_page_before_its_columns_are_required() -> None:
    assert list_statements('CREATE TABLE "User" (id bigint PRIMARY KEY, "fullName" varchar(40))') == [
        'CREATE TABLE "User" (id bigint, "fullName" character varying(40))',
        'INSERT INTO "User" DEFAULT VALUES',
        'DELETE FROM "User"',
        'ALTER TABLE "User" ALTER id SET NOT NULL',
        'ALTER TABLE "User" ADD CONSTRAINT "User_pkey" PRIMARY KEY (id)',
    ]


def test_types_of_the_project_become_texts_and_nothing_that_runs_is_built() -> None:
    statements = list_statements(
        """CREATE TYPE mood AS ENUM ('glad');
        CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
        CREATE TABLE app.t (
            m mood[] DEFAULT pg_read_file('x')::mood[], at timestamp(3), n numeric(10, 2) CHECK (n > 0)
        );
        CREATE TRIGGER g BEFORE INSERT ON app.t EXECUTE FUNCTION f()"""
    )
    assert statements == [
        "CREATE SCHEMA IF NOT EXISTS app",
        "CREATE DOMAIN mood AS text",
        "CREATE TABLE app.t (m mood[], at timestamp(3) without time zone, n numeric(10,2))",
        "INSERT INTO app.t DEFAULT VALUES",
        "DELETE FROM app.t",
    ]


@pytest.mark.parametrize(
    ("index", "statement"),
    [
        ("ON t (a, b DESC) WHERE a > 1", "INDEX i ON t USING btree (a, b DESC) WHERE a > 1"),
        ("ON t USING gin (b gin_trgm_ops)", "INDEX i ON t USING gin (b gin_trgm_ops)"),
        ('ON t (b COLLATE "C") INCLUDE (a)', 'INDEX i ON t USING btree (b COLLATE "C") INCLUDE (a)'),
        ("ON t (lower(b))", "INDEX i ON t USING btree ((lower(b)))"),
    ],
)
def test_an_index_is_built_as_it_is(index: str, statement: str) -> None:
    assert list_statements("CREATE TABLE t (a int, b text)", f"CREATE INDEX i {index}")[-1] == f"CREATE {statement}"


def test_what_an_index_on_partitions_does_stands_on_the_table_and_an_invalid_one_is_left_out() -> None:
    statements = list_statements(
        """CREATE TABLE t (a int) PARTITION BY RANGE (a);
        CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (1) TO (2);
        CREATE INDEX good ON t (a); CREATE INDEX bad ON ONLY t (a, a)"""
    )
    assert [text for text in statements if "INDEX" in text] == ["CREATE INDEX good ON t USING btree (a)"]
    assert not any("t1" in text for text in statements)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("text[]", None), ("timestamp(3) with time zone", None), ("double precision", None), ("vector(3)", None),
        ("public.citext", None), ('"char"', None), ('"Kind"[]', '"Kind"'), ("app.kind", "app.kind"),
        ('app."Kind"', 'app."Kind"'), ("geometry(Point,4326)", "geometry"), ("unknown", None),
    ],
)  # fmt: skip
def test_which_types_no_server_brings(kind: str, name: str | None) -> None:
    assert find_custom(kind) == name
