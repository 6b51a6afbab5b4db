"""Plans before and after the advised indexes, held side by side."""

from __future__ import annotations

import pytest

from readycheck.sql.audit import Audit, Use, audit
from readycheck.sql.proof.plans import Read, Way
from readycheck.sql.proof.verdicts import Planned, ask_of_key, find_unforeseen, judge_need
from readycheck.sql.queries import analyse
from readycheck.sql.snapshot import Place
from tests.unit.sql.helpers import build_clean

TABLES = build_clean('CREATE TABLE u (id int PRIMARY KEY); CREATE TABLE t (a int, "B" int REFERENCES u)')


def judge(query: str) -> tuple[Audit, list[Use]]:
    uses = [Use(analyse(query, "postgres", TABLES), Place("q.sql", 1))]
    return audit(TABLES, uses), uses


def make_plan(way: Way, *, sorted_late: bool = False, alias: str = "t", table: str = "t") -> Planned:
    return Planned((Read("public", table, alias, f"{way} scan", way),), sorted_late)


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        (make_plan("filtered"), make_plan("looked-up"), "proved"),
        (make_plan("whole"), make_plan("looked-up"), "proved"),
        (make_plan("filtered"), make_plan("filtered"), "unmoved"),
        (make_plan("looked-up"), make_plan("looked-up"), "contradicted"),
        (make_plan("filtered", table="u"), make_plan("looked-up", table="u"), "unplanned"),
        (make_plan("filtered"), make_plan("looked-up", alias="t_1"), "unplanned"),
    ],
)
def test_the_verdict_on_a_need(before: Planned, after: Planned, verdict: str) -> None:
    found, _ = judge("SELECT 1 FROM t WHERE a = $1")
    need = next(one for one in found.needs if one.kind == "predicate")
    proved = judge_need(need, [(before, after)])
    assert proved.verdict == verdict
    assert bool(proved.text) is (verdict != "unplanned")


def test_one_query_that_is_helped_is_enough() -> None:
    found, _ = judge("SELECT 1 FROM t WHERE a = $1")
    need = next(one for one in found.needs if one.kind == "predicate")
    plans = [(make_plan("looked-up"),) * 2, (make_plan("filtered"), make_plan("looked-up"))]
    assert judge_need(need, [(before, after) for before, after in plans]).verdict == "proved"
    assert judge_need(need, []).verdict == "unplanned"


def test_an_order_is_proved_by_the_sort_that_is_gone() -> None:
    found, _ = judge("SELECT 1 FROM t ORDER BY a LIMIT 5")
    need = next(one for one in found.needs if one.kind == "order")
    late = make_plan("whole", sorted_late=True)
    assert judge_need(need, [(late, make_plan("whole"))]).verdict == "proved"
    assert judge_need(need, [(late, late)]).verdict == "unmoved"
    assert judge_need(need, [(late, make_plan("whole"))]).text.startswith("planner: Sort below Limit, ")


def test_of_a_foreign_key_is_asked_what_the_database_asks_itself() -> None:
    found, _ = judge("SELECT 1")
    need = next(one for one in found.needs if one.kind == "foreign-key")
    assert ask_of_key(need) == 'SELECT 1 FROM ONLY t x WHERE "B" = $1 FOR KEY SHARE OF x'


def test_what_nobody_foresaw_is_told() -> None:
    found, uses = judge("SELECT 1 FROM t WHERE a = $1")
    assert find_unforeseen(uses, {0: make_plan("filtered")}, found.needs) == []
    told = find_unforeseen(uses, {0: make_plan("filtered")}, ())
    assert [(one.use, one.read.table) for one in told] == [(uses[0], "t")]
    assert find_unforeseen(uses, {0: make_plan("whole")}, ()) == []
