"""ON CONFLICT against the unique indexes that there are."""

from __future__ import annotations

import pytest

from readycheck.sql.advice.conflicts import list_clashes
from readycheck.sql.audit import Use
from readycheck.sql.queries import analyse
from readycheck.sql.snapshot import Place
from tests.unit.sql.helpers import build_clean

TABLE = """CREATE TABLE t (a int, b int, c int, PRIMARY KEY (a, b)); CREATE UNIQUE INDEX part ON t (c) WHERE b IS NULL;
    CREATE INDEX plain ON t (b); CREATE UNIQUE INDEX lowered ON t (b, abs(a))"""


@pytest.mark.parametrize(
    ("target", "is_refused"),
    [
        ("(b, a)", False), ("(a)", True), ("(b)", True), ("(a, b, c)", True), ("(c)", True),
        ("(c) WHERE b IS NULL", False), ("(b, abs(a))", False), ("ON CONSTRAINT t_pkey", False), ("", False),
        ("(missing)", False),
    ],
)  # fmt: skip
def test_what_the_database_refuses(target: str, is_refused: bool) -> None:  # noqa: FBT001 - a column of the table above
    snapshot = build_clean(TABLE)
    text = f"INSERT INTO t VALUES (1, 2, 3) ON CONFLICT {target} DO NOTHING"  # noqa: S608 - nobody runs it
    query = analyse(text, "postgres", snapshot)
    assert bool(list(list_clashes(snapshot, [Use(query, Place("q.sql", 1))]))) is is_refused
