from __future__ import annotations

import pytest

from readycheck.sql.snapshot import Key
from tests.unit.sql.helpers import build, build_clean, get_index, get_table, list_foreign_keys, list_keys

T = "CREATE TABLE t (a int, b text, c int, d int);\n"


def test_everything_about_an_index_is_kept() -> None:
    index = get_index(
        get_table(
            build_clean(
                T + "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON public.t USING btree"
                " (a DESC, lower(b) text_pattern_ops, c NULLS FIRST) INCLUDE (d) NULLS NOT DISTINCT WHERE d IS NULL;"
            )
        ),
        "i",
    )
    assert index.columns == (
        Key("a", None, descending=True, nulls_first=True),
        Key(None, "lower(b)", opclass="text_pattern_ops"),
        Key("c", None, nulls_first=True),
    )
    assert (index.unique, index.include, index.predicate, index.nulls_not_distinct) == (True, ("d",), "d IS NULL", True)
    assert (index.names, index.mentions, index.place.line) == (("a",), ("b", "d"), 2)


@pytest.mark.parametrize(
    ("keys", "name"),
    [
        ("(a)", "t_a_idx"),
        ("(a, b)", "t_a_b_idx"),
        ("(lower(b))", "t_lower_idx"),
        ("((a + 1))", "t_expr_idx"),
        ("(coalesce(a, 1), a) INCLUDE (c)", "t_coalesce_a_c_idx"),
        ("((b::date))", "t_b_idx"),
        ("(a, a)", "t_a_a1_idx"),
    ],
)
def test_the_names_that_postgres_chooses(keys: str, name: str) -> None:
    assert list(list_keys(get_table(build_clean(f"{T} CREATE INDEX ON t {keys};")))) == [name]
    twice = build_clean(f"{T} CREATE INDEX ON t {keys}; CREATE INDEX ON t {keys};")
    assert list(list_keys(get_table(twice))) == [name, f"{name}1"]


def test_long_names_are_cut_as_the_catalog_cuts_them() -> None:
    long, column = (
        "table_of_a_name_that_fills_the_catalog_to_the_very_last_byte_xx",
        "column_of_a_name_that_is_long_too",
    )
    table = build_clean(f"CREATE TABLE {long} ({column} int UNIQUE REFERENCES {long} ({column}));").tables[0]
    assert list(list_keys(table)) == ["table_of_a_name_that_fills_th_column_of_a_name_that_is_long_key"]
    assert list(list_foreign_keys(table)) == ["table_of_a_name_that_fills_th_column_of_a_name_that_is_lon_fkey"]


@pytest.mark.parametrize(
    ("change", "left"),
    [
        ("DROP INDEX i", ["j"]),
        ("DROP INDEX CONCURRENTLY IF EXISTS i, public.j", []),
        ("DROP INDEX IF EXISTS nothing", ["i", "j"]),
        ("ALTER INDEX i RENAME TO k", ["k", "j"]),
        ("ALTER TABLE i RENAME TO k", ["k", "j"]),
        ("CREATE INDEX IF NOT EXISTS i ON t (c)", ["i", "j"]),
    ],
)
def test_indexes_go_and_change_names(change: str, left: list[str]) -> None:
    snapshot = build_clean(T, "CREATE INDEX i ON t (a); CREATE INDEX j ON t (b);", change)
    assert list(list_keys(get_table(snapshot))) == left


PARTED = (
    "CREATE TABLE u (id int PRIMARY KEY);"
    "CREATE TABLE t (id int, at date, u int REFERENCES u, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);"
    "CREATE TABLE t1 PARTITION OF t FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');"
    "CREATE TABLE t2 (id int NOT NULL, at date NOT NULL, u int);"
)


def test_partitions_get_parts_of_indexes_and_copies_of_keys() -> None:
    snapshot = build_clean(
        PARTED,
        "CREATE INDEX i ON t (u);",
        "CREATE INDEX mine ON t2 (u); ALTER TABLE t ATTACH PARTITION t2 DEFAULT;",
        "CREATE INDEX j ON t (at);",
    )
    assert list_keys(get_table(snapshot, "t1")) == {"t1_pkey": ("id", "at"), "t1_u_idx": ("u",), "t1_at_idx": ("at",)}
    assert list_keys(get_table(snapshot, "t2")) == {"mine": ("u",), "t2_pkey": ("id", "at"), "t2_at_idx": ("at",)}
    assert list_foreign_keys(get_table(snapshot, "t2")) == {"t_u_fkey": (("u",), "u", ("id",))}
    assert (get_table(snapshot).partitioned, get_table(snapshot, "t2").partition_of) == (True, ("public", "t"))


def test_an_index_on_only_the_table_is_invalid_until_all_parts_are_attached() -> None:
    steps = [
        PARTED,
        (
            "ALTER TABLE t ATTACH PARTITION t2 DEFAULT; CREATE INDEX i ON ONLY t (u); CREATE INDEX i1 ON t1 (u);"
            "CREATE INDEX i2 ON t2 (u); ALTER INDEX i ATTACH PARTITION i1;"
        ),
        "ALTER INDEX i ATTACH PARTITION i2;",
        "DROP INDEX i;",
    ]
    assert not get_index(get_table(build_clean(*steps[:2])), "i").valid
    assert get_index(get_table(build_clean(*steps[:3])), "i").valid
    assert "i2" not in list_keys(get_table(build_clean(*steps), "t2"))


def test_a_detached_partition_keeps_what_it_has() -> None:
    snapshot = build_clean(PARTED, "CREATE INDEX i ON t (u); ALTER TABLE t DETACH PARTITION t1; DROP TABLE t;")
    assert list(list_keys(get_table(snapshot, "t1"))) == ["t1_pkey", "t1_u_idx"]
    assert snapshot.find_table("t") is None


def test_an_exclusion_is_an_index_that_is_not_unique() -> None:
    table = get_table(
        build_clean("CREATE TABLE t (a int, r int4range, EXCLUDE USING gist (a WITH =, r WITH &&) WHERE (a > 1));")
    )
    index = get_index(table, "t_a_r_excl")
    assert (index.method, index.unique, index.constraint, index.predicate) == ("gist", False, True, "a > 1")


def test_do_blocks_are_replayed_as_far_as_they_are_certain() -> None:
    snapshot = build(
        T,
        "DO $$ BEGIN\n  ALTER TABLE t ADD CONSTRAINT u UNIQUE (a);\nEXCEPTION WHEN duplicate_object THEN"
        " null;\nEND $$;\n"
        "DO $$ BEGIN ALTER TABLE t ADD CONSTRAINT u UNIQUE (a); EXCEPTION WHEN duplicate_object THEN null; END $$;\n"
        "DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_indexes WHERE indexname = 'i') THEN\n"
        "  CREATE INDEX i ON t (b); EXECUTE 'CREATE INDEX j ON t (c)';\n ELSE DROP TABLE t; END IF; END $$;\n"
        "DO $$ BEGIN IF EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name='t' AND column_name='d')\n"
        "  THEN ALTER TABLE t RENAME d TO dd; END IF; END $$;\n"
        "DO $$ DECLARE x record; BEGIN FOR x IN SELECT 1 LOOP\n  EXECUTE format('DROP TABLE %I', x);\nEND"
        " LOOP; END $$;\n",
    )
    assert list(list_keys(get_table(snapshot))) == ["u", "i", "j"]
    assert [column.name for column in get_table(snapshot).columns] == ["a", "b", "c", "dd"]
    assert [(one.place.line, one.reason) for one in snapshot.problems] == [
        (12, "a statement that a block of code puts together when it runs")
    ]


def test_a_call_of_a_function_that_changes_the_schema_is_told() -> None:
    snapshot = build(
        "CREATE FUNCTION grow() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'CREATE TABLE x ()'; END $$;"
        "SELECT 1; SELECT grow(); CREATE EXTENSION x; GRANT ALL ON t TO y; COMMENT ON TABLE t IS 'CREATE TABLE';"
    )
    assert [problem.reason for problem in snapshot.problems] == ["it calls grow, which changes the schema"]
