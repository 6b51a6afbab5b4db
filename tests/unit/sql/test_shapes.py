"""Statements without their values."""

from __future__ import annotations

import pytest

from readycheck.sql.shapes import LONGEST, find_shape


def test_drivers_and_server_write_the_same_query() -> None:
    texts = (
        "SELECT id FROM notes WHERE owner = %(owner)s AND kind IN (%s, %s) LIMIT %(n)s",
        "select id from notes where owner = :owner and kind in (:a) limit :n -- by page",
        "SELECT id FROM notes WHERE owner = $1 AND kind IN ($2, $3, $4)\n/* trace=1 */ LIMIT $5",
        "SELECT id FROM notes WHERE owner = 'me' AND kind IN ('a', 'b') LIMIT 20",
    )
    shapes = [find_shape(text) for text in texts]
    assert len({shape.fingerprint for shape in shapes if shape}) == 1
    assert all(shapes)


@pytest.mark.parametrize(
    "other",
    [
        "SELECT id FROM notes WHERE owner > $1",
        "SELECT id FROM notes WHERE kind = $1",
        "SELECT id FROM others WHERE owner = $1",
        "SELECT id FROM notes WHERE owner = $1 ORDER BY id",
    ],
)
def test_another_query_has_another_fingerprint(other: str) -> None:
    one, two = find_shape("SELECT id FROM notes WHERE owner = $1"), find_shape(other)
    assert one
    assert two
    assert one.fingerprint != two.fingerprint


def test_no_value_and_no_comment_is_left() -> None:
    shape = find_shape("UPDATE notes SET text = 's3cret-a' /* s3cret-b */ WHERE id = 4711 -- s3cret-c")
    assert shape
    assert shape.text == "UPDATE notes SET text = $1 WHERE id = $2"
    assert shape.tables == ("notes",)


@pytest.mark.parametrize(
    "text",
    [
        "ALTER ROLE app PASSWORD 's3cret'",
        "SELECT 1; DROP TABLE notes",
        "SELEC id",
        "",
        "SELECT " + "(" * 6000 + "1",
        "SELECT '" + "x" * LONGEST + "'",
    ],
    ids=["utility", "two", "broken", "empty", "deep", "long"],
)
def test_what_is_no_query_has_no_shape(text: str) -> None:
    assert find_shape(text) is None
