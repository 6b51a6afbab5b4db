from __future__ import annotations

import pytest

from readycheck.scan.sql_text import Position, begins_statement, find_position


@pytest.mark.parametrize(
    "text", ["SELECT 1", "  select *\nfrom a", "-- note\nINSERT INTO a VALUES (1)", "(SELECT 1)", "update a set b = 1"]
)
def test_statements(text: str) -> None:
    assert begins_statement(text)


@pytest.mark.parametrize(
    "text", ["", "Select a row from the list"[7:], "set", "update the page", "deleted", "create a note"]
)
def test_sentences(text: str) -> None:
    assert not begins_statement(text)


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("SELECT * FROM a WHERE b = '", Position.QUOTED),
        ("SELECT * FROM a WHERE b = 'x' AND c LIKE '%", Position.QUOTED),
        ("SELECT * FROM a WHERE b = ", Position.VALUE),
        ("SELECT * FROM a WHERE b IN (", Position.VALUE),
        ("INSERT INTO a (b) VALUES (1, ", Position.VALUE),
        ("INSERT INTO a (", Position.NAME),
        ("SELECT * FROM a LIMIT ", Position.LIMIT),
        ("SELECT * FROM ", Position.NAME),
        ("SELECT * FROM a WHERE ", Position.NAME),
        ("SELECT * FROM a ORDER BY ", Position.NAME),
        ("-- it's a note\nSELECT * FROM ", Position.NAME),
    ],
)
def test_positions(before: str, expected: Position) -> None:
    assert find_position(before) is expected
