"""What the planner says of each need: plans before and after the advised indexes were there, held side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from readycheck.sql.advice.statements import print_table
from readycheck.sql.audit import Need, Use
from readycheck.sql.names import quote
from readycheck.sql.proof.plans import Read, pair

Verdict = Literal["proved", "contradicted", "unmoved", "unplanned"]
SORT = "Sort below Limit, "


@dataclass(frozen=True, slots=True)
class Planned:
    """How the planner would run one query: its reads, and whether it sorts all rows to give the first ones."""

    reads: tuple[Read, ...]
    sorted_late: bool = False


@dataclass(frozen=True, slots=True)
class Proved:
    """A need, held against the planner.

    `proved`: without the advised index the table is read row by row (or sorted), with it it is not. `contradicted`: it
    is looked up already. `unmoved`: the advised index changes nothing. `unplanned`: no query of it could be planned.
    `before` and `after` are what the plans do with the table, in a line.
    """

    need: Need
    verdict: Verdict
    before: str = ""
    after: str = ""

    @property
    def text(self) -> str:
        """The evidence in a sentence; empty where there is none."""
        if self.verdict == "proved":
            return f"planner: {self.before} -> {self.after}"
        if self.verdict == "contradicted":
            return f"the planner has an index for it already: {self.before}"
        return f"planner: {self.before}, with the advised index as without it" if self.verdict == "unmoved" else ""


@dataclass(frozen=True, slots=True)
class Unforeseen:
    """A query that the planner would answer by reading a table row by row, and of which the audit says nothing."""

    use: Use
    read: Read


def ask_of_key(need: Need) -> str:
    """What Postgres asks by itself of the table with a foreign key, when a row that it refers to goes."""
    conditions = " AND ".join(f"{quote(name)} = ${number}" for number, name in enumerate(need.columns, 1))
    return f"SELECT 1 FROM ONLY {print_table(need.table, 'postgres')} x WHERE {conditions} FOR KEY SHARE OF x"  # noqa: S608 - for EXPLAIN


def judge_need(need: Need, plans: Sequence[tuple[Planned, Planned]]) -> Proved:
    """The verdict on one need, by the plans of its queries before and after."""
    changes = [change for before, after in plans for change in list_changes(need, before, after)]
    for verdict in ("proved", "unmoved", "contradicted"):
        for found, before, after in changes:
            if found == verdict:
                return Proved(need, found, before, after)
    return Proved(need, "unplanned")


def list_changes(need: Need, before: Planned, after: Planned) -> Iterator[tuple[Verdict, str, str]]:
    """What the advised index does with each read of the need's table in one query."""
    for was, now in pair(before.reads, after.reads, need.table.schema, need.table.name):
        if need.kind == "order":
            sides = f"{SORT if before.sorted_late else ''}{was.text}", f"{SORT if after.sorted_late else ''}{now.text}"
            yield compare(was_good=not before.sorted_late, is_good=not after.sorted_late), *sides
        else:
            yield compare(was_good=was.way == "looked-up", is_good=now.way == "looked-up"), was.text, now.text


def compare(*, was_good: bool, is_good: bool) -> Verdict:
    """The verdict on one read."""
    return "contradicted" if was_good else "proved" if is_good else "unmoved"


def find_unforeseen(uses: Sequence[Use], plans: Mapping[int, Planned], needs: Sequence[Need]) -> list[Unforeseen]:
    """The queries that filter a table row by row while no need of theirs names the table."""
    told = {(id(use), need.table.schema, need.table.name) for need in needs for use in need.uses}
    found = []
    for number, plan in plans.items():
        use = uses[number]
        filtered = {(read.schema, read.table): read for read in plan.reads if read.way == "filtered"}
        found += [Unforeseen(use, read) for name, read in filtered.items() if (id(use), *name) not in told]
    return found
