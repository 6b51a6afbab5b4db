from __future__ import annotations

import pytest

from readycheck.scan.ownership.statements import read_columns, read_statement


@pytest.mark.parametrize(
    ("text", "tables", "ids", "asks", "verb"),
    [
        ("SELECT * FROM notes WHERE id = $1", ("notes",), ("id",), False, "reads"),
        ("SELECT * FROM notes WHERE id = %(id)s AND user_id = %(user_id)s", ("notes",), ("id",), True, "reads"),
        ('DELETE FROM public."notes" n WHERE n."id" = ? AND n.owner_id = ?', ("notes",), ("id",), True, "deletes"),
        ("UPDATE notes SET user_id = $1 WHERE id = $2", ("notes",), ("id",), False, "changes"),
        ("SELECT * FROM lines WHERE note_id = :note", ("lines",), ("note_id",), False, "reads"),
        (
            "SELECT * FROM m JOIN c ON c.id = m.c_id WHERE m.id = $1 AND c.user_id = $2",
            ("m", "c"),
            ("id",),
            True,
            "reads",
        ),
        (
            "WITH gone AS (DELETE FROM a WHERE id = $1 RETURNING id) SELECT id FROM gone",
            ("a", "gone"),
            ("id",),
            False,
            "deletes",
        ),
        ("SELECT * FROM notes WHERE id = note_id", ("notes",), (), False, "reads"),
        ("SELECT * FROM notes WHERE id = $1 AND user_id = user_id", ("notes",), ("id",), False, "reads"),
    ],
)
def test_what_a_statement_asks_for(
    text: str, tables: tuple[str, ...], ids: tuple[str, ...], *, asks: bool, verb: str
) -> None:
    statement = read_statement(text)

    assert (statement.tables, statement.ids, statement.asks_owner, statement.verb) == (tables, ids, asks, verb)


def test_columns_of_tables() -> None:
    assert set(read_columns("INSERT INTO notes (user_id, text) VALUES ($1, $2)")) == {
        ("notes", "user_id"),
        ("notes", "text"),
    }
    created = set(
        read_columns("CREATE TABLE IF NOT EXISTS a (\n  id int PRIMARY KEY,\n  owner_id int,\n  UNIQUE (id)\n)")
    )
    assert {("a", "id"), ("a", "owner_id")} <= created
    assert ("a", "unique") not in created
    assert ("t", "is_public") in set(read_columns("SELECT * FROM t WHERE is_public = true"))
