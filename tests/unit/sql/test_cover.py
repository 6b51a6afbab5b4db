from __future__ import annotations

import pytest

from readycheck.sql.cover import find_cover, list_not_null
from tests.unit.sql.helpers import build, get_table


@pytest.mark.parametrize(
    ("index", "columns", "is_covered"),
    [
        ("(a)", "a", True),
        ("(a, c)", "a", True),
        ("(c, a)", "a", False),
        ("(b, a, c)", "ab", True),
        ("(a, c, b)", "ab", False),
        ("(a)", "ab", False),
        ("((a + 1))", "a", False),
        ("(a) WHERE a IS NOT NULL", "a", True),
        ("(a) WHERE c IS NOT NULL", "a", False),
        ("(a) WHERE a > 1", "a", False),
        ("(a, b) WHERE a IS NOT NULL AND b IS NOT NULL", "ab", True),
        ("(a, b) WHERE a IS NOT NULL AND c IS NULL", "ab", False),
        ("(a DESC)", "a", True),
        ("(c) INCLUDE (a)", "a", False),
    ],
)
def test_the_strict_rule(index: str, columns: str, is_covered: object) -> None:
    table = get_table(build(f"CREATE TABLE t (a int, b int, c int); CREATE INDEX i ON t {index};"))
    assert (find_cover(table, tuple(columns)) is not None) is is_covered


@pytest.mark.parametrize(("method", "is_covered"), [("hash", True), ("gist", True), ("brin", False), ("gin", False)])
def test_methods(method: str, is_covered: object) -> None:
    table = get_table(build(f"CREATE TABLE t (a int); CREATE INDEX i ON t USING {method} (a);"))
    assert (find_cover(table, ("a",)) is not None) is is_covered


def test_keys_cover_and_invalid_indexes_do_not() -> None:
    table = get_table(
        build("CREATE TABLE t (a int PRIMARY KEY, b int) PARTITION BY LIST (a);"
              "CREATE TABLE p PARTITION OF t DEFAULT; CREATE INDEX i ON ONLY t (b);")
    )  # fmt: skip
    assert (find_cover(table, ("a",)), find_cover(table, ("b",))) == (table.indexes[0], None)


@pytest.mark.parametrize(
    ("predicate", "names"),
    [
        ("(a IS NOT NULL)", {"a"}),
        ('(("userId" IS NOT NULL) AND (b IS NOT NULL))', {"userId", "b"}),
        ("(a IS NULL)", {""}),
        ("a IS NOT NULL OR b IS NOT NULL", {""}),
        ('"post"."shared_post_id" is not null AND public.post.b IS NOT NULL', {"shared_post_id", "b"}),
    ],
)
def test_predicates_as_the_catalog_prints_them(predicate: str, names: set[str]) -> None:
    assert list_not_null(predicate) == names
