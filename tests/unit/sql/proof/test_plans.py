"""Plans as EXPLAIN (VERBOSE, FORMAT JSON) gives them, and what they say of each table."""

from __future__ import annotations

from typing import Any

import pytest

from readycheck.sql.proof.plans import Read, is_sorted_late, list_reads, pair
from readycheck.sql.snapshot import Index, Key

INDEXES = {
    ("public", index.name): index
    for index in (
        Index("by_ab", (Key("a"), Key("b"))),
        Index("by_name", (Key("Name"),)),
        Index("by_lower", (Key(None, "lower(name)"),)),
        Index("tags", (Key("id"), Key("tags")), method="gin"),
        Index("live", (Key("a"),), predicate="deleted_at IS NULL"),
        Index("paid", (Key("a"),), predicate="state = 'paid'::text AND deleted_at IS NULL"),
    )
}


def make_scan(kind: str, index: str = "", **further: object) -> dict[str, Any]:
    names = {"Index Name": index} if index else {}
    return {"Node Type": kind, "Relation Name": "t", "Schema": "public", "Alias": "t", **names, **further}


def read(plan: dict[str, Any]) -> list[Read]:
    return list(list_reads(plan, INDEXES))


@pytest.mark.parametrize(
    ("plan", "way"),
    [
        (make_scan("Seq Scan"), "whole"),
        (make_scan("Seq Scan", Filter="(t.a = $1)"), "filtered"),
        (make_scan("Index Scan", "by_ab"), "whole"),
        (make_scan("Index Scan", "by_ab", **{"Index Cond": "(t.a = $1)"}), "looked-up"),
        (make_scan("Index Scan", "by_ab", **{"Index Cond": "(t.b = $1)"}), "filtered"),
        (make_scan("Index Scan", "by_ab", **{"Index Cond": "(t.ab = $1)"}), "filtered"),
        (make_scan("Index Scan", "by_ab", **{"Index Cond": "(u.a = $1)"}), "filtered"),
        (make_scan("Index Scan", "by_ab", Filter="(t.c = $1)", **{"Index Cond": "(t.a = $1)"}), "looked-up"),
        (make_scan("Index Only Scan", "by_name", **{"Index Cond": '(t."Name" = $1)'}), "looked-up"),
        (make_scan("Index Scan", "by_lower", **{"Index Cond": "(lower((t.name)::text) = $1)"}), "looked-up"),
        (make_scan("Index Scan", "live", Filter="(t.b = $1)"), "filtered"),
        (make_scan("Index Scan", "paid", Filter="(t.b = $1)"), "looked-up"),
        (make_scan("Tid Scan"), "looked-up"),
    ],
)
def test_the_way_in_which_a_table_is_read(plan: dict[str, Any], way: str) -> None:
    assert [one.way for one in read(plan)] == [way]


@pytest.mark.parametrize(
    ("conditions", "way"),
    [
        ((("by_ab", "(t.a = $1)"), ("by_name", '(t."Name" = $2)')), "looked-up"),
        ((("by_ab", "(t.a = $1)"), ("by_ab", "(t.b = $2)")), "filtered"),
        ((("tags", "(t.tags @> $1)"),), "looked-up"),
    ],
)
def test_every_index_of_a_bitmap_must_be_led(conditions: tuple[tuple[str, str], ...], way: str) -> None:
    parts = [{"Node Type": "Bitmap Index Scan", "Index Name": name, "Index Cond": text} for name, text in conditions]
    plan = make_scan("Bitmap Heap Scan", Plans=[{"Node Type": "BitmapOr", "Plans": parts}])
    assert [one.way for one in read(plan)] == [way]


def test_all_reads_of_a_plan_are_found_and_told_apart_by_their_alias() -> None:
    inner = make_scan("Index Scan", "by_ab", **{"Index Cond": "(t_1.a = t.c)"}) | {"Alias": "t_1"}
    before = {"Node Type": "Nested Loop", "Plans": [make_scan("Seq Scan", Filter="(t.c = $1)"), inner]}
    after = {
        "Node Type": "Nested Loop",
        "Plans": [inner, make_scan("Index Scan", "by_ab", **{"Index Cond": "(t.a > 1)"})],
    }
    pairs = list(pair(read(before), read(after), "public", "t"))
    assert [(was.alias, was.way, now.way) for was, now in pairs] == [
        ("t", "filtered", "looked-up"),
        ("t_1", "looked-up", "looked-up"),
    ]
    assert list(pair(read(before), read(after), "public", "u")) == []


def test_a_sort_counts_below_a_limit_only() -> None:
    sort = {"Node Type": "Sort", "Plans": [make_scan("Seq Scan")]}
    assert is_sorted_late({"Node Type": "Limit", "Plans": [sort]})
    assert not is_sorted_late(sort)
    assert not is_sorted_late(
        {"Node Type": "Sort", "Plans": [{"Node Type": "Limit", "Plans": [make_scan("Seq Scan")]}]}
    )


def test_a_read_is_shown_as_explain_shows_it() -> None:
    plan = make_scan("Index Scan", "by_ab", Filter="(t.c = $2)", **{"Index Cond": "(t.a = $1)"})
    assert read(plan)[0].text == "Index Scan using by_ab on t, Index Cond: (t.a = $1), Filter: (t.c = $2)"
