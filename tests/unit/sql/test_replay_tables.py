from __future__ import annotations

import pytest

from tests.unit.sql.helpers import build, build_clean, get_index, get_table, list_foreign_keys, list_keys

USERS = "CREATE TABLE users (id serial PRIMARY KEY, email text UNIQUE);\n"


def test_columns_have_the_catalogs_types_and_their_own_lines() -> None:
    table = get_table(
        build_clean(
            "CREATE TABLE t (\n  id bigserial PRIMARY KEY,\n  a varchar(40) NOT NULL DEFAULT 'x',\n  b"
            " timestamptz(3)[],\n"
            '  "C" "Mood",\n  d numeric(10),\n  e int GENERATED ALWAYS AS IDENTITY,\n  f app.kind\n);'
        )
    )
    assert [(column.name, column.type, column.nullable, column.place.line) for column in table.columns] == [
        ("id", "bigint", False, 2),
        ("a", "character varying(40)", False, 3),
        ("b", "timestamp(3) with time zone[]", True, 4),
        ("C", '"Mood"', True, 5),
        ("d", "numeric(10,0)", True, 6),
        ("e", "integer", False, 7),
        ("f", "app.kind", True, 8),
    ]
    assert [column.default for column in table.columns[:2]] == ["nextval()", "'x'"]
    assert table.columns[5].generated


def test_names_are_folded_unless_quoted() -> None:
    snapshot = build_clean('CREATE TABLE Users (ID int); CREATE TABLE "Users" ("ID" int);')
    assert [(table.name, table.columns[0].name) for table in snapshot.tables] == [("users", "id"), ("Users", "ID")]


def test_keys_have_indexes_with_the_names_that_postgres_chooses() -> None:
    table = get_table(
        build_clean(
            f"{USERS} CREATE TABLE t (id int PRIMARY KEY, a int REFERENCES users, b int UNIQUE, c int,"
            " CONSTRAINT mine UNIQUE (a, b), UNIQUE (b, c), FOREIGN KEY (b) REFERENCES users (id) ON DELETE CASCADE);"
        )
    )
    assert list_keys(table) == {"t_pkey": ("id",), "t_b_key": ("b",), "mine": ("a", "b"), "t_b_c_key": ("b", "c")}
    assert list_foreign_keys(table) == {
        "t_a_fkey": (("a",), "users", ("id",)),
        "t_b_fkey": (("b",), "users", ("id",)),
    }
    assert table.foreign_keys[1].on_delete == "cascade"
    assert table.primary_key == ("id",)
    assert table.unique_keys == (("id",), ("b",), ("a", "b"), ("b", "c"))


def test_equal_keys_of_one_statement_share_an_index() -> None:
    assert list_keys(get_table(build_clean("CREATE TABLE t (a int PRIMARY KEY UNIQUE, UNIQUE (a));"))) == {
        "t_pkey": ("a",)
    }


@pytest.mark.parametrize(
    ("change", "columns"),
    [
        ("ALTER TABLE t ADD COLUMN c int", ["a", "b", "c"]),
        ("ALTER TABLE t ADD COLUMN IF NOT EXISTS b text", ["a", "b"]),
        ("ALTER TABLE t DROP COLUMN a", ["b"]),
        ("ALTER TABLE t DROP COLUMN IF EXISTS z", ["a", "b"]),
        ("ALTER TABLE t RENAME COLUMN a TO z", ["z", "b"]),
        ("ALTER TABLE IF EXISTS nothing ADD COLUMN c int", ["a", "b"]),
        ("ALTER TABLE t ADD COLUMN c int, DROP COLUMN a", ["b", "c"]),
    ],
)
def test_columns_come_go_and_change_names(change: str, columns: list[str]) -> None:
    table = get_table(build_clean("CREATE TABLE t (a int, b int);", change))
    assert [column.name for column in table.columns] == columns


def test_a_dropped_column_takes_indexes_keys_and_checks_along() -> None:
    table = get_table(
        build_clean(
            f"{USERS} CREATE TABLE t (a int REFERENCES users, b int, c int, UNIQUE (a, b), CHECK (a > c));"
            "CREATE INDEX one ON t (b) WHERE a IS NULL; CREATE INDEX two ON t ((a + 1)); CREATE INDEX three ON t"
            " (b) INCLUDE (a);"
            "CREATE INDEX four ON t (b); ALTER TABLE t DROP COLUMN a;"
        )
    )
    assert (list_keys(table), table.foreign_keys, table.checks) == ({"four": ("b",)}, (), ())


def test_a_renamed_column_is_followed_by_all_that_names_it() -> None:
    snapshot = build_clean(
        "CREATE TABLE p (a int PRIMARY KEY); CREATE TABLE t (b int REFERENCES p, c int);"
        "CREATE INDEX i ON t (lower(b::text), b) INCLUDE (c) WHERE b > 1;"
        "ALTER TABLE t RENAME b TO bb; ALTER TABLE p RENAME COLUMN a TO aa;"
    )
    table = get_table(snapshot)
    index = get_index(table, "i")
    assert index.columns[1].column == "bb"
    assert index.columns[0].expression == "lower(bb::text)"
    assert (index.predicate, index.mentions) == ("bb > 1", ("bb",))
    assert list_foreign_keys(table) == {"t_b_fkey": (("bb",), "p", ("aa",))}
    assert get_table(snapshot, "p").primary_key == ("aa",)


def test_a_renamed_or_moved_table_is_followed_by_foreign_keys() -> None:
    snapshot = build_clean(
        USERS, "CREATE TABLE t (a int REFERENCES users);", "ALTER TABLE users RENAME TO people;", "CREATE SCHEMA s;",
        "ALTER TABLE people SET SCHEMA s;",
    )  # fmt: skip
    key = get_table(snapshot).foreign_keys[0]
    assert (key.schema, key.table, list_keys(get_table(snapshot, "people", "s"))) == (
        "s", "people", {"users_pkey": ("id",), "users_email_key": ("email",)},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "left"),
    [
        ("DROP TABLE t", ["users"]),
        ("DROP TABLE users CASCADE", ["t"]),
        ("DROP TABLE IF EXISTS a, b, t", ["users"]),
        ("DROP TABLE users, t", []),
        ("DROP SCHEMA public CASCADE", []),
    ],
)
def test_dropped_tables(change: str, left: list[str]) -> None:
    snapshot = build_clean(USERS, "CREATE TABLE t (a int REFERENCES users);", change)
    assert [table.name for table in snapshot.tables] == left
    assert all(not table.foreign_keys for table in snapshot.tables)


@pytest.mark.parametrize(
    "change",
    [
        "DROP TABLE users",
        "CREATE TABLE t (b int)",
        "ALTER TABLE t ADD COLUMN a int",
        "ALTER TABLE t DROP COLUMN nothing",
        "ALTER TABLE t ADD COLUMN b int, DROP COLUMN nothing",
        "ALTER TABLE nothing ADD COLUMN b int",
        "CREATE INDEX t_pkey ON t (a)",
        "CREATE INDEX ON t (nothing)",
        "ALTER TABLE t ADD PRIMARY KEY (a)",
        "ALTER TABLE users DROP COLUMN id",
        "ALTER TABLE users DROP CONSTRAINT users_pkey",
        "ALTER TABLE t DROP CONSTRAINT nothing",
        "DROP INDEX t_pkey",
    ],
)
def test_what_the_database_refuses_changes_nothing_and_is_told(change: str) -> None:
    before = build_clean(USERS, "CREATE TABLE t (a int PRIMARY KEY REFERENCES users);")
    after = build(USERS, "CREATE TABLE t (a int PRIMARY KEY REFERENCES users);", f"SELECT 1;\n{change};")
    assert after.tables == before.tables
    assert [(problem.place.path, problem.place.line) for problem in after.problems] == [("3.sql", 2)]


def test_constraints_change_names_and_go() -> None:
    table = get_table(
        build_clean(
            f"{USERS} CREATE TABLE t (a int, b int, CHECK (a > 1), CONSTRAINT u UNIQUE (b));"
            "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES users (id) NOT VALID;"
            "ALTER TABLE t RENAME CONSTRAINT f TO g; ALTER TABLE t RENAME CONSTRAINT u TO v; ALTER INDEX v RENAME TO w;"
            "ALTER TABLE t DROP CONSTRAINT t_a_check; ALTER TABLE t DROP CONSTRAINT IF EXISTS nothing;"
        )
    )
    assert (list(list_foreign_keys(table)), list(list_keys(table)), table.checks) == (["g"], ["w"], ())


def test_an_index_becomes_a_constraint() -> None:
    table = get_table(
        build_clean(
            "CREATE TABLE t (a int); CREATE UNIQUE INDEX i ON t (a); ALTER TABLE t ADD CONSTRAINT p PRIMARY KEY"
            " USING INDEX i;"
        )
    )
    index = get_index(table, "p")
    assert (index.primary, index.constraint, table.primary_key, table.columns[0].nullable) == (
        True,
        True,
        ("a",),
        False,
    )


def test_like_inherits_and_tables_out_of_queries() -> None:
    snapshot = build_clean(
        "CREATE TABLE m (id int PRIMARY KEY, a text DEFAULT 'x', CHECK (id > 1)); CREATE INDEX ON m (a);"
        "CREATE TABLE l (LIKE m INCLUDING ALL, b int); CREATE TABLE c (b int) INHERITS (m);"
        "CREATE TABLE q AS SELECT id, a AS z, now() FROM m; SELECT * INTO s FROM m;"
        "ALTER TABLE m ADD COLUMN n int;"
    )
    like = get_table(snapshot, "l")
    assert (list_keys(like), like.columns[1].default) == ({"l_pkey": ("id",), "l_a_idx": ("a",)}, "'x'")
    child = get_table(snapshot, "c")
    assert ([column.name for column in child.columns], child.indexes) == (["id", "a", "b", "n"], ())
    query = get_table(snapshot, "q")
    assert [(column.name, column.type) for column in query.columns] == [
        ("id", "integer"),
        ("z", "text"),
        ("now", "unknown"),
    ]
    assert [column.name for column in get_table(snapshot, "s").columns] == ["id", "a"]


def test_temporary_tables_end_with_their_file() -> None:
    snapshot = build_clean(
        "CREATE TEMP TABLE t (a int); CREATE INDEX ON t (a); DROP TABLE t; CREATE TEMP TABLE u AS SELECT 1;"
    )
    assert snapshot.tables == ()


def test_the_search_path_lasts_for_one_file() -> None:
    snapshot = build_clean(
        "CREATE SCHEMA s; SET search_path TO s, public; CREATE TABLE a (id int);",
        "CREATE TABLE b (id int);",
        "SELECT pg_catalog.set_config('search_path', '', false); CREATE TABLE public.c (id int);",
        "CREATE SCHEMA r CREATE TABLE d (id int PRIMARY KEY);",
    )
    assert [(table.schema, table.name) for table in snapshot.tables] == [
        ("s", "a"), ("public", "b"), ("public", "c"), ("r", "d"),
    ]  # fmt: skip


def test_a_foreign_key_to_a_table_of_others_is_kept_and_told() -> None:
    snapshot = build("CREATE TABLE t (\n a uuid,\n b uuid REFERENCES auth.users (id));")
    key = get_table(snapshot).foreign_keys[0]
    assert (key.schema, key.table, key.references, key.place.line) == ("auth", "users", ("id",), 3)
    assert "is not created by these scripts" in snapshot.problems[0].reason
    assert snapshot.problems[0].tables == ("users",)


def test_types_change_names_and_take_columns_along() -> None:
    snapshot = build_clean(
        'CREATE TYPE "Old" AS ENUM (\'a\'); CREATE TABLE t (a "Old", b "Old"[], c int);'
        'ALTER TYPE "Old" RENAME TO fresh; ALTER TABLE t ALTER c TYPE bigint;'
    )
    assert [column.type for column in get_table(snapshot).columns] == ["fresh", "fresh[]", "bigint"]
    assert [column.name for column in get_table(build_clean(
        "CREATE TABLE t (a mood, b int); DROP TYPE mood CASCADE;")).columns] == ["b"]  # fmt: skip


def test_views_go_with_what_they_read() -> None:
    snapshot = build_clean(
        "CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t; CREATE MATERIALIZED VIEW m AS SELECT * FROM v;"
        "CREATE UNIQUE INDEX i ON m (a);"
    )
    assert [(view.name, view.columns, view.materialized, len(view.indexes)) for view in snapshot.views] == [
        ("v", ("a",), False, 0),
        ("m", (), True, 1),
    ]
    assert build_clean("CREATE TABLE t (a int); CREATE VIEW v AS SELECT 1 FROM t; DROP TABLE t CASCADE;").views == ()
