# ruff: noqa: S608 - queries that are parsed, and run by nobody
from __future__ import annotations

import pytest

from readycheck.sql.queries import Block, Query, analyse
from readycheck.sql.snapshot import Dialect
from tests.unit.sql.helpers import build_clean

SNAPSHOT = build_clean(
    "CREATE TABLE users (id int PRIMARY KEY, email text, active boolean, created_at timestamptz);"
    "CREATE TABLE posts (id int PRIMARY KEY, user_id int REFERENCES users, title text, tags text[], at"
    " date, score int);"
    'CREATE TABLE "Tag" (id int PRIMARY KEY, "postId" int); CREATE VIEW v AS SELECT 1 AS one FROM users;'
)


def read(text: str, dialect: Dialect = "postgres") -> Query:
    query = analyse(text, dialect, SNAPSHOT)
    assert query.problem is None
    return query


def list_predicates(block: Block | Query) -> list[tuple[str, str, str, str]]:
    return [(one.operand.source.table, one.operand.column, one.test, one.value) for one in block.predicates]


def list_joins(block: Block | Query) -> list[tuple[str, str, bool]]:
    def say(operand: object) -> str:
        return f"{operand.source.table}.{operand.column}"  # type: ignore[attr-defined]

    return [(say(join.left), say(join.right), join.outer) for join in block.joins]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("id = $1", ("id", "equality", "?")),
        ("$1 = id", ("id", "equality", "?")),
        ("id = 5 + 1", ("id", "equality", "5 + 1")),
        ("posts.id IN ($1, $2)", ("id", "membership", "?, ?")),
        ("id = ANY($1)", ("id", "membership", "(?)")),
        ("id IN %s", ("id", "membership", "?")),
        ("score > %(least)s", ("score", "range", "?")),
        ("10 >= score", ("score", "range", "10")),
        ("score BETWEEN :a AND :b", ("score", "range", "? AND ?")),
        ("(at, id) < ($1, $2)", ("at", "range", "?")),
        ("title LIKE 'a%'", ("title", "prefix", "'a%'")),
        ("title LIKE '%a'", ("title", "pattern", "'%a'")),
        ("title ILIKE '%' || $1 || '%'", ("title", "pattern", "'%' || ? || '%'")),
        ("title LIKE $1", ("title", "other", "?")),
        ("title IS NULL", ("title", "null", "")),
        ("title IS NOT NULL", ("title", "not-null", "")),
        ("score <> 1", ("score", "inequality", "1")),
        ("NOT id IN (1)", ("id", "inequality", "id IN (1)")),
        ("tags @> $1", ("tags", "contains", "?")),
        ("((id = 1))", ("id", "equality", "1")),
    ],
)
def test_conditions(condition: str, expected: tuple[str, str, str]) -> None:
    assert list_predicates(read(f"SELECT 1 FROM posts WHERE {condition}")) == [("posts", *expected)]


@pytest.mark.parametrize(
    "condition", ["title = user_id::text", "1 = 1", "length($1) > 3", "id = (SELECT 1)", "EXISTS (SELECT 1 FROM users)"]
)
def test_what_restricts_no_single_column(condition: str) -> None:
    found = list_predicates(read(f"SELECT 1 FROM posts WHERE {condition}"))
    assert [one for one in found if one[1] != "id"] == []


def test_flags_are_equalities() -> None:
    block = read("SELECT 1 FROM users WHERE active").blocks[0]
    assert list_predicates(block) == [("users", "active", "equality", "TRUE")]
    assert list_predicates(read("SELECT 1 FROM users WHERE NOT active")) == [("users", "active", "equality", "FALSE")]


def test_functions_keep_the_column_inside() -> None:
    predicate = read("SELECT 1 FROM users u WHERE lower(u.email) = $1").predicates[0]
    assert (predicate.operand.column, predicate.operand.function) == ("email", "LOWER(u.email)")


def test_sides_of_an_or_are_told_apart() -> None:
    query = read(
        "SELECT 1 FROM posts WHERE user_id = 1 AND (title = 'a' OR score = 2 AND at = '2024-01-01') AND (id=1 OR id=2)"
    )
    assert [(one.operand.column, one.choice, one.branch) for one in query.predicates] == [
        ("user_id", 0, 0), ("title", 1, 1), ("score", 1, 2), ("at", 1, 2), ("id", 2, 1), ("id", 2, 2),
    ]  # fmt: skip


def test_columns_without_a_table_belong_to_the_one_that_has_them() -> None:
    query = read(
        "SELECT 1 FROM users u JOIN posts p ON u.id = user_id WHERE email = $1 AND score = 1 AND nothing = 2 AND id = 3"
    )
    assert list_predicates(query) == [("users", "email", "equality", "?"), ("posts", "score", "equality", "1")]
    assert list_joins(query) == [("users.id", "posts.user_id", False)]
    assert set(query.blocks[0].unresolved) == {"nothing", "id"}


def test_names_are_folded_unless_quoted() -> None:
    query = read('SELECT 1 FROM USERS AS "U" JOIN "Tag" t ON t."postId" = "U".ID WHERE T.Id = 1')
    assert [(one.table, one.alias, one.known) for one in query.blocks[0].sources] == [
        ("users", "U", True),
        ("Tag", "t", True),
    ]
    assert list_joins(query) == [("Tag.postId", "users.id", False)]
    assert list_predicates(query) == [("Tag", "id", "equality", "1")]


def test_a_left_join_says_nothing_of_the_kept_side() -> None:
    query = read("SELECT 1 FROM users u LEFT JOIN posts p ON p.user_id = u.id AND u.active AND p.score = 1")
    assert list_predicates(query) == [("posts", "score", "equality", "1")]


def test_using_and_comma_joins() -> None:
    assert list_joins(read("SELECT 1 FROM users JOIN posts USING (id)")) == [("users.id", "posts.id", False)]
    assert list_joins(read("SELECT 1 FROM users u, posts p WHERE p.user_id = u.id")) == [
        ("posts.user_id", "users.id", False)
    ]


def test_subqueries_are_blocks_and_refer_to_the_one_around_them() -> None:
    query = read(
        "SELECT (SELECT count(*) FROM posts p WHERE p.user_id = u.id) FROM users u"
        " WHERE EXISTS (SELECT * FROM posts WHERE user_id = u.id AND score > 1) AND id IN (SELECT user_id FROM posts)"
    )
    assert [(block.kind, block.depth) for block in query.blocks] == [("select", 0)] + [("select", 1)] * 3
    assert sorted(list_joins(query)) == [("posts.user_id", "users.id", True)] * 2 + [
        ("users.id", "posts.user_id", False)
    ]
    assert not query.select_star


def test_the_planner_sees_through_plain_subqueries_and_ctes() -> None:
    for text in (
        "SELECT 1 FROM (SELECT id, user_id AS owner FROM posts) s WHERE s.owner = $1",
        "WITH s AS (SELECT id, user_id AS owner FROM posts) SELECT 1 FROM s WHERE owner = $1",
    ):
        assert list_predicates(read(text).blocks[0]) == [("posts", "user_id", "equality", "?")]
    for text in (
        "SELECT 1 FROM (SELECT user_id, count(*) FROM posts GROUP BY user_id) s WHERE s.user_id = $1",
        "SELECT 1 FROM (SELECT user_id FROM posts LIMIT 5) s WHERE user_id = $1",
        "SELECT 1 FROM v WHERE one = 1",
        "SELECT 1 FROM generate_series(1, 2) g WHERE g = 1",
    ):
        assert list_predicates(read(text).blocks[0]) == []


@pytest.mark.parametrize(
    ("text", "kind", "tables", "columns"),
    [
        ("UPDATE posts SET title = $1 WHERE user_id = $2", "update", "posts", ["user_id"]),
        (
            "UPDATE posts p SET score = 1 FROM users u WHERE u.id = p.user_id AND u.email = $1",
            "update",
            "posts",
            ["email"],
        ),
        ("DELETE FROM posts WHERE user_id = ANY($1)", "delete", "posts", ["user_id"]),
        ("DELETE FROM posts USING users u WHERE user_id = u.id AND email = $1", "delete", "posts", ["email"]),
        (
            "WITH d AS (DELETE FROM posts WHERE user_id = 1 RETURNING *) SELECT count(*) FROM d",
            "select",
            "posts",
            ["user_id"],
        ),
        ("INSERT INTO posts (id) SELECT id FROM users WHERE email = $1", "insert", "posts", ["email"]),
    ],
)
def test_statements_that_write(text: str, kind: str, tables: str, columns: list[str]) -> None:
    query = read(text)
    assert (query.kind, [one.operand.column for one in query.predicates]) == (kind, columns)
    assert tables in [block.written.table for block in query.blocks if block.written]


def test_mysqls_own_updates_and_deletes() -> None:
    for text in (
        "UPDATE users a JOIN posts b ON a.id = b.user_id SET a.email = ? WHERE b.score = ?",
        "DELETE a FROM users a JOIN posts b ON a.id = b.user_id WHERE b.score = ?",
    ):
        query = read(text, "mysql")
        assert list_predicates(query) == [("posts", "score", "equality", "?")]
        assert list_joins(query) == [("users.id", "posts.user_id", False)]
        assert query.blocks[0].written is not None
        assert query.blocks[0].written.table == "users"


@pytest.mark.parametrize(
    ("clause", "order"),
    [
        ("ORDER BY at", [("at", False, False)]),
        ("ORDER BY at DESC, id", [("at", True, True), ("id", False, False)]),
        ("ORDER BY at DESC NULLS LAST", [("at", True, False)]),
        ("ORDER BY 2", [("user_id", False, False)]),
        ("ORDER BY owner", [("user_id", False, False)]),
        ("ORDER BY random()", []),
        ("ORDER BY at, random()", []),
    ],
)
def test_orderings(clause: str, order: list[tuple[str, bool, bool]]) -> None:
    block = read(f"SELECT id, user_id AS owner FROM posts {clause} LIMIT $1 OFFSET 20").blocks[0]
    assert [(one.operand.column, one.descending, one.nulls_first) for one in block.order] == order
    assert (block.limit, block.offset) == ("?", "20")


@pytest.mark.parametrize(
    ("text", "limit", "offset"),
    [
        ("SELECT 1 FROM posts FETCH FIRST ROW ONLY", "1", None),
        ("SELECT 1 FROM posts FETCH FIRST 5 ROWS ONLY", "5", None),
        ("SELECT 1 FROM posts LIMIT ALL", None, None),
        ("SELECT 1 FROM posts", None, None),
    ],
)
def test_paging(text: str, limit: str | None, offset: str | None) -> None:
    assert (read(text).blocks[0].limit, read(text).blocks[0].offset) == (limit, offset)


@pytest.mark.parametrize(
    ("text", "is_star"),
    [
        ("SELECT * FROM posts", True),
        ("SELECT p.* FROM posts p", True),
        ("SELECT id FROM posts UNION SELECT * FROM posts", True),
        ("SELECT count(*) FROM posts", False),
        ("SELECT id FROM (SELECT * FROM posts) s", False),
    ],
)
def test_stars(text: str, is_star: object) -> None:
    assert read(text).select_star is is_star


@pytest.mark.parametrize(
    ("text", "parameters", "dialect"),
    [
        ("SELECT 1 FROM posts WHERE id = $1 AND score = $2 AND at = $1", ("$1", "$2"), "postgres"),
        ("SELECT 1 FROM posts WHERE id = %s AND title LIKE '%%x' AND score = %s", ("%s", "%s"), "postgres"),
        ("SELECT 1 FROM posts WHERE id = %(id)s AND at::date = :at", ("%(id)s", ":at"), "postgres"),
        ("SELECT 1 FROM posts WHERE id = ? LIMIT ?", ("?", "?"), "postgres"),
        ("SELECT 1 FROM posts WHERE tags ? 'x' AND title = 'what?'", (), "postgres"),
        ("SELECT 1 FROM posts WHERE id = @id AND tags @> '{}'", ("@id",), "postgres"),
        ("SELECT 1 FROM posts WHERE id = ?1 AND score = :a", ("?1", ":a"), "sqlite"),
        ("INSERT INTO posts (id) VALUES %s", ("%s",), "postgres"),
    ],
)
def test_all_ways_of_writing_parameters(text: str, parameters: tuple[str, ...], dialect: Dialect) -> None:
    assert read(text, dialect).parameters == parameters


@pytest.mark.parametrize("text", ["", "-- nothing", "SELEC 1 FRM", "SELECT (((", "SELECT '"])
def test_what_is_no_query_is_unreadable_and_says_why(text: str) -> None:
    query = analyse(text)
    assert query.kind == "unreadable"
    assert query.problem


def test_without_a_snapshot_the_only_table_owns_the_columns() -> None:
    query = analyse("SELECT * FROM a WHERE b = 1")
    assert (query.tables, query.predicates[0].operand.column) == (("a",), "b")
    assert analyse("SELECT * FROM a JOIN c ON a.x = c.y WHERE b = 1").blocks[0].unresolved == ("b",)


@pytest.mark.parametrize(
    "text", ["SELECT 1 FROM posts p, generate_series(1, 2) (x) WHERE p.id = 1", "SELECT 1 FROM (SELECT 1) (x)"]
)
def test_aliases_of_columns_alone(text: str) -> None:
    assert analyse(text, "postgres", SNAPSHOT).kind in {"select", "unreadable"}


def test_columns_of_subqueries_join_like_those_of_tables() -> None:
    for text in (
        "WITH i AS (SELECT unnest($1::int[]) AS x) SELECT 1 FROM posts p JOIN i ON i.x = p.user_id",
        "SELECT 1 FROM posts WHERE user_id IN (SELECT unnest($1::int[]))",
        "SELECT 1 FROM posts WHERE user_id = ANY(SELECT x FROM generate_series(1, 2) AS g(x))",
    ):
        assert [join.left.column for join in read(text).joins] == ["user_id"]
    pairs = "SELECT 1 FROM users u JOIN posts p ON (p.user_id, p.score) = (u.id, u.id)"
    assert list_joins(read(pairs)) == [("posts.user_id", "users.id", False), ("posts.score", "users.id", False)]


def test_a_cte_that_is_read_twice_or_locked_is_not_seen_through() -> None:
    for text in (
        "WITH s AS (SELECT * FROM posts WHERE id = 1) SELECT 1 FROM s a, s b WHERE a.score = 1",
        "WITH s AS (SELECT * FROM posts WHERE id = 1 FOR UPDATE) SELECT 1 FROM s WHERE score = 1",
        "WITH s AS MATERIALIZED (SELECT * FROM posts WHERE id = 1) SELECT 1 FROM s WHERE score = 1",
    ):
        assert [one.operand.column for one in read(text).predicates] == ["id"]
