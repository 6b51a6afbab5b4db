# ruff: noqa: S608 - queries that are parsed, and run by nobody
from __future__ import annotations

import pytest

from readycheck.sql.audit import Audit, Use, audit
from readycheck.sql.queries import analyse
from readycheck.sql.snapshot import Dialect, Place
from tests.unit.sql.helpers import build

SCHEMA = (
    "CREATE TABLE users (id int PRIMARY KEY, email text, active boolean);"
    "CREATE TABLE posts (id int PRIMARY KEY, user_id int NOT NULL, at timestamptz, score int, title"
    " text, gone timestamptz);"
)
KEY = "ALTER TABLE posts ADD FOREIGN KEY (user_id) REFERENCES users (id);"


def judge(*queries: str, schema: str = SCHEMA, dialect: Dialect = "postgres") -> Audit:
    snapshot = build(schema, dialect=dialect)
    uses = [Use(analyse(text, dialect, snapshot), Place("q.py", line)) for line, text in enumerate(queries, 1)]
    return audit(snapshot, uses)


def list_needs(found: Audit) -> list[tuple[str, tuple[str, ...], str]]:
    return [(need.kind, need.columns, need.confidence.value) for need in found.needs if need.kind != "name"]


def list_statements(found: Audit) -> list[str]:
    return [proposal.statement.removeprefix("CREATE INDEX CONCURRENTLY ") for proposal in found.proposals]


def test_a_foreign_key_without_an_index_and_the_queries_that_back_it() -> None:
    alone = judge(schema=SCHEMA + KEY)
    used = judge("SELECT 1 FROM posts WHERE user_id = $1", "DELETE FROM posts WHERE id = 1", schema=SCHEMA + KEY)
    assert list_needs(alone) == list_needs(used) == [("foreign-key", ("user_id",), "high")]
    assert [[use.place.line for use in found.needs[0].uses] for found in (alone, used)] == [[], [1]]
    assert used.needs[0].text == "FOREIGN KEY (user_id) REFERENCES users (id)"
    assert list_statements(used) == ["posts_user_id_idx ON posts (user_id);"]
    assert used.examined == {"tables": 2, "foreign-keys": 1, "indexes": 2, "queries": 2}


@pytest.mark.parametrize(
    ("query", "needs", "statements"),
    [
        (
            ("SELECT 1 FROM posts WHERE user_id = $1"),
            [("predicate", ("user_id",), "medium")],
            ["posts_user_id_idx ON posts (user_id);"],
        ),
        ("SELECT 1 FROM posts WHERE id = $1 AND user_id = $2", [], []),
        ("SELECT 1 FROM posts WHERE id = $1 ORDER BY at LIMIT 1", [], []),
        (
            ("UPDATE posts SET score = 1 WHERE title = $1"),
            [("predicate", ("title",), "medium")],
            ["posts_title_idx ON posts (title);"],
        ),
        ("SELECT 1 FROM posts WHERE title LIKE '%a'", [], []),
        ("SELECT 1 FROM posts WHERE title <> 'a'", [], []),
        ("SELECT 1 FROM posts", [], []),
        ("SELECT 1 FROM posts ORDER BY at", [], []),
        ("SELECT 1 FROM posts WHERE score - $1 < 5 ORDER BY at <-> $2 LIMIT 5", [], []),
        (
            "SELECT 1 FROM posts WHERE user_id = $1 ORDER BY at DESC LIMIT 20",
            [("predicate", ("user_id", "at"), "medium")],
            ["posts_user_id_at_idx ON posts (user_id, at DESC);"],
        ),
        (
            "SELECT 1 FROM posts WHERE user_id = $1 AND at > $2",
            [("predicate", ("user_id", "at"), "medium")],
            ["posts_user_id_at_idx ON posts (user_id, at);"],
        ),
        ("SELECT 1 FROM posts ORDER BY at LIMIT 20", [("order", ("at",), "low")], ["posts_at_idx ON posts (at);"]),
        (
            "SELECT 1 FROM users WHERE active",
            [("predicate", ("active",), "low")],
            ["users_active_idx ON users (active);"],
        ),
        (
            "SELECT 1 FROM users WHERE lower(email) = $1",
            [("predicate", ("email",), "medium")],
            ["users_loweremail_idx ON users ((LOWER(email)));"],
        ),
        ("SELECT 1 FROM posts WHERE date_trunc('day', at) = $1", [("predicate", ("at",), "medium")], []),
        (
            "SELECT 1 FROM users u JOIN posts p ON p.user_id = u.id WHERE u.id = $1",
            [("predicate", ("user_id",), "medium")],
            ["posts_user_id_idx ON posts (user_id);"],
        ),
        (
            "SELECT 1 FROM users u WHERE u.id = 1 AND EXISTS (SELECT 1 FROM posts WHERE user_id = u.id)",
            [("join", ("user_id",), "medium")],
            ["posts_user_id_idx ON posts (user_id);"],
        ),
        ("SELECT 1 FROM users u JOIN posts p ON p.user_id = u.id", [], []),
        (
            "SELECT 1 FROM posts WHERE id = 1 OR score = 2",
            [("predicate", ("score",), "medium")],
            ["posts_score_idx ON posts (score);"],
        ),
    ],
)
def test_what_a_query_needs(query: str, needs: list[tuple[str, tuple[str, ...], str]], statements: list[str]) -> None:
    found = judge(query)
    assert list_needs(found) == needs
    assert list_statements(found) == statements


@pytest.mark.parametrize(
    ("index", "query", "is_served"),
    [
        ("(user_id, at)", "WHERE user_id = $1 ORDER BY at DESC LIMIT 9", True),
        ("(user_id, at DESC)", "WHERE user_id = $1 ORDER BY at DESC LIMIT 9", True),
        ("(user_id)", "WHERE user_id = $1 ORDER BY at DESC LIMIT 9", False),
        ("(user_id, score, at)", "WHERE user_id = $1 ORDER BY at DESC LIMIT 9", False),
        ("(user_id, score, at)", "WHERE user_id = $1 AND score = 1 ORDER BY at LIMIT 9", True),
        ("(user_id, at)", "WHERE user_id = $1 ORDER BY at DESC NULLS LAST LIMIT 9", False),
        ("(user_id, at, id DESC)", "WHERE user_id = $1 ORDER BY at DESC, id LIMIT 9", True),
        ("(user_id, at, id)", "WHERE user_id = $1 ORDER BY at DESC, id LIMIT 9", False),
        ("(score, user_id)", "WHERE user_id = $1", False),
        ("(lower(title))", "WHERE lower(title) = $1", True),
        ("(title)", "WHERE lower(title) = $1", False),
        ("(user_id) WHERE gone IS NULL", "WHERE user_id = $1", False),
        ("(user_id) WHERE gone IS NULL", "WHERE user_id = $1 AND gone IS NULL", True),
        ("(user_id) WHERE gone IS NULL", "WHERE user_id = $1 AND gone = $2", False),
        ("(user_id) WHERE score = 1", "WHERE user_id = $1 AND score = 1", True),
        ("(user_id) WHERE score = 1", "WHERE user_id = $1 AND score = $2", False),
        ("(title) WHERE title IS NOT NULL", "WHERE title = $1", True),
        ("USING gin (title)", "WHERE title = $1", False),
    ],
)
def test_whether_an_index_serves(index: str, query: str, is_served: object) -> None:
    found = judge(f"SELECT 1 FROM posts {query}", schema=f"{SCHEMA} CREATE INDEX i ON posts {index};")
    assert (list_needs(found) == []) is is_served


def test_one_index_serves_what_can_be_ordered_alike() -> None:
    found = judge(
        "SELECT 1 FROM posts WHERE user_id = $1 ORDER BY at DESC LIMIT 9",
        "SELECT 1 FROM posts WHERE user_id = $1",
        "SELECT 1 FROM posts WHERE title = $1 AND user_id = $2",
        "SELECT 1 FROM posts WHERE score = $1",
        schema=SCHEMA + KEY,
    )
    assert list_statements(found) == [
        "posts_user_id_title_idx ON posts (user_id, title);",
        "posts_user_id_at_idx ON posts (user_id, at DESC);",
        "posts_score_idx ON posts (score);",
    ] or list_statements(found) == [
        "posts_user_id_at_idx ON posts (user_id, at DESC);",
        "posts_title_user_id_idx ON posts (title, user_id);",
        "posts_score_idx ON posts (score);",
    ]
    assert all(need.proposal in found.proposals for need in found.needs if need.kind != "name")


def test_names_alone_are_the_weakest_evidence() -> None:
    need = next(one for one in judge().needs if one.kind == "name")
    assert (need.columns, need.confidence.value, need.proposal) == (("user_id",), "low", None)
    assert not [one for one in judge("SELECT 1 FROM posts WHERE user_id = 1").needs if one.kind == "name"]


def test_surplus_indexes() -> None:
    found = judge(
        schema=SCHEMA + "CREATE INDEX a ON posts (user_id); CREATE INDEX b ON posts (user_id, at);"
        "CREATE INDEX c ON posts (user_id, at);"
        "CREATE UNIQUE INDEX d ON posts (id); CREATE INDEX e ON posts (user_id) WHERE gone IS NULL;"
        "CREATE INDEX f ON posts (user_id DESC); CREATE UNIQUE INDEX g ON posts (user_id, at, score);"
    )
    assert [(one.kind, one.index.name, one.covered_by and one.covered_by.name) for one in found.surplus] == [
        ("redundant", "a", "b"),
        ("redundant", "b", "g"),
        ("redundant", "c", "g"),
        ("duplicate", "d", "posts_pkey"),
    ]


def test_tables_without_a_primary_key_and_invalid_indexes() -> None:
    found = judge(
        schema="CREATE TABLE a (x int); CREATE TABLE b (x int) PARTITION BY LIST (x);"
        "CREATE TABLE b1 PARTITION OF b DEFAULT;"
        "CREATE INDEX i ON ONLY b (x);"
    )
    assert [table.name for table in found.unkeyed] == ["a", "b"]
    assert [(one.kind, one.index.name) for one in found.surplus] == [("invalid", "i")]


def test_a_partitioned_table_is_indexed_in_steps() -> None:
    found = judge(
        "SELECT 1 FROM b WHERE y = 1",
        schema="CREATE TABLE b (x int, y int) PARTITION BY LIST (x); CREATE TABLE b1 PARTITION OF b DEFAULT;",
    )
    assert found.proposals[0].statement.splitlines() == [
        "CREATE INDEX b_y_idx ON ONLY b (y);",
        "CREATE INDEX CONCURRENTLY b1_b_y_idx ON b1 (y);",
        "ALTER INDEX b_y_idx ATTACH PARTITION b1_b_y_idx;",
    ]


def test_mysql_and_sqlite_build_without_concurrently() -> None:
    for dialect in ("mysql", "sqlite"):
        found = judge(
            "SELECT 1 FROM t WHERE a = ? ORDER BY b DESC LIMIT 5",
            schema="CREATE TABLE t (id int PRIMARY KEY, a int, b int);",
            dialect=dialect,
        )
        assert [one.statement for one in found.proposals] == ["CREATE INDEX t_a_b_idx ON t (a, b DESC);"]
        served = judge(
            "SELECT 1 FROM t WHERE A = ? ORDER BY b DESC LIMIT 5",
            schema="CREATE TABLE t (id int PRIMARY KEY, a int, b int); CREATE INDEX i ON t (a, b);",
            dialect=dialect,
        )
        assert served.needs == ()


@pytest.mark.parametrize(
    "query",
    [
        "SELECT 1 FROM (SELECT * FROM posts WHERE id = $1) s WHERE s.score = 2",
        "WITH s AS (SELECT * FROM posts WHERE id = $1) SELECT 1 FROM s WHERE score = 2",
        "SELECT 1 FROM posts WHERE id IN (SELECT unnest($1::int[])) AND score = 2",
        "SELECT 1 FROM users u JOIN posts p ON p.id = u.id WHERE u.id = 1 AND (p.score = 1 OR p.title = 'a')",
    ],
)
def test_what_is_found_by_another_column_needs_nothing(query: str) -> None:
    assert list_needs(judge(query)) == []


def test_a_query_that_a_partial_index_serves_does_not_back_a_foreign_key() -> None:
    schema = SCHEMA + KEY + "CREATE INDEX ON posts (user_id) WHERE gone IS NULL;"
    found = judge(
        "SELECT 1 FROM posts WHERE user_id = $1 AND gone IS NULL",
        "SELECT 1 FROM posts WHERE user_id = $1",
        schema=schema,
    )
    assert [(need.kind, [use.place.line for use in need.uses]) for need in found.needs] == [("foreign-key", [2])]
