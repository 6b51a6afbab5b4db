"""Which table of a query leads to which, and what is lacking on the way."""

from __future__ import annotations

import pytest

from readycheck.sql.advice.needs import list_query_lacks
from readycheck.sql.audit import Use
from readycheck.sql.queries import analyse
from readycheck.sql.snapshot import Place
from tests.unit.sql.helpers import build_clean

TABLES = build_clean(
    """CREATE TABLE a (id int PRIMARY KEY, x int, flag boolean, s text, doc jsonb, tags text[], at timestamptz,
        tsv tsvector);
    CREATE TABLE b (id int PRIMARY KEY, a_id int, y int, z int, at timestamptz);
    CREATE TABLE c (id int PRIMARY KEY, b_id int, k int, UNIQUE (k));
    CREATE INDEX by_flag ON a (flag);
    CREATE INDEX by_tags ON a USING gin (tags);
    CREATE INDEX by_order ON b (at, y);
    CREATE INDEX by_z ON b (z) WHERE at IS NOT NULL;
    CREATE INDEX paid ON a (at) WHERE s = 'paid'"""
)


def judge(query: str) -> list[tuple[str, str, tuple[str, ...]]]:
    uses = [Use(analyse(query, "postgres", TABLES), Place("q.sql", 1))]
    lacks = [lack for lack in list_query_lacks(TABLES, uses) if lack.confidence.value != "low"]
    return [
        (one.kind, one.table.name, tuple(term.column for term in (*one.demand.leading, *one.demand.tail)))
        for one in lacks
    ]


@pytest.mark.parametrize(
    ("query", "lacks"),
    [
        # Its own condition must be served where nothing else leads to a table.
        ("SELECT 1 FROM a JOIN b ON b.id = a.x WHERE a.s = $1", [("predicate", "a", ("s",))]),
        ("SELECT 1 FROM a JOIN b ON b.a_id = a.id WHERE b.y = $1", [("predicate", "b", ("y",))]),
        # From a table that is found, others are reached along joins, through as many as there are.
        ("SELECT 1 FROM a JOIN b ON b.a_id = a.id JOIN c ON c.b_id = b.id WHERE c.k = $1", []),
        ("SELECT 1 FROM a JOIN b ON b.a_id = a.id JOIN c ON c.b_id = b.id WHERE a.id = $1",
         [("predicate", "b", ("a_id",)), ("join", "c", ("b_id",))]),
        # A test for NULL and a yes or no lead nowhere.
        ("SELECT 1 FROM a JOIN b ON b.a_id = a.id WHERE b.y = $1 AND a.x IS NULL", [("predicate", "b", ("y",))]),
        ("SELECT 1 FROM a WHERE flag AND s = $1", [("predicate", "a", ("s",))]),
        # What an outer join keeps is read anyway; what it adds is looked up.
        ("SELECT 1 FROM b LEFT JOIN a ON a.id = b.a_id", []),
        ("SELECT 1 FROM a LEFT JOIN b ON b.a_id = a.id WHERE a.id = $1", [("predicate", "b", ("a_id",))]),
        ("SELECT 1 FROM a LEFT JOIN b ON b.id = a.x LEFT JOIN c ON c.id = b.y WHERE c.k = $1",
         [("join", "b", ("y",)), ("join", "a", ("x",))]),
        ("SELECT 1 FROM a LEFT JOIN b ON b.id = a.x AND b.y = $1", []),
        ("SELECT 1 FROM a LEFT JOIN b ON b.a_id = a.id WHERE a.id = $1 AND b.id IS NULL",
         [("predicate", "b", ("a_id",))]),
        # An equality hands a value on, also through USING.
        ("SELECT 1 FROM b JOIN c ON c.id = b.id WHERE c.id = $1", []),
        ("SELECT 1 FROM b JOIN c USING (id) WHERE id = $1", []),
        # Whole tables are joined as they are.
        ("SELECT 1 FROM a JOIN b ON b.a_id = a.id", []),
        # Rows that come from elsewhere lead on.
        ("DELETE FROM b WHERE a_id IN (SELECT id FROM a WHERE x > 1)",
         [("join", "b", ("a_id",)), ("predicate", "a", ("x",))]),
        ("SELECT 1 FROM a WHERE x IN (SELECT a_id FROM b) OR s IS NULL", []),
        # An index with the order alone reads most rows in vain.
        ("SELECT 1 FROM b WHERE y = $1 ORDER BY at LIMIT 5", [("predicate", "b", ("y", "at"))]),
        ("SELECT 1 FROM b WHERE id = $1 AND at > $2", []),
        # Partial indexes: their rows must be all that are asked for.
        ("SELECT 1 FROM b WHERE z = $1", [("predicate", "b", ("z",))]),
        ("SELECT 1 FROM b WHERE z = $1 AND at IS NOT NULL", []),
        ("SELECT 1 FROM a WHERE s = 'paid'", []),
        ("SELECT 1 FROM a WHERE s = $1", [("predicate", "a", ("s",))]),
        # Inverted indexes.
        ("SELECT 1 FROM a WHERE tags @> $1", []),
        ("SELECT 1 FROM a WHERE doc @> $1", [("predicate", "a", ("doc",))]),
        ("SELECT 1 FROM a WHERE tsv @@ plainto_tsquery($1)", [("predicate", "a", ("tsv",))]),
        ("SELECT 1 FROM a WHERE $1 = ANY (tags)", []),
        # What no index finds.
        ("SELECT 1 FROM a WHERE s NOT LIKE 'a%'", []),
        ("SELECT 1 FROM a WHERE ($1 IS NULL OR s = $1)", []),
        ("SELECT 1 FROM a ORDER BY doc <=> $1 LIMIT 5", []),
        ("SELECT 1 FROM a WHERE doc <=> $1 < 0.5", []),
    ],
)  # fmt: skip
def test_what_is_lacking(query: str, lacks: list[tuple[str, str, tuple[str, ...]]]) -> None:
    assert sorted(judge(query)) == sorted(lacks)


def test_rows_of_a_lateral_query_are_asked_for_by_a_value() -> None:
    query = "SELECT 1 FROM a CROSS JOIN LATERAL (SELECT 1 FROM b WHERE b.a_id = a.id ORDER BY b.at DESC LIMIT 3) l"
    assert judge(query) == [("predicate", "b", ("a_id", "at"))]
