"""What Postgres' planner says a query lacks, and which of it anyone could see without data.

The rule, for one query and one table:

- *lacks an index*: planned as it is, the table is not looked up by an index' first key; planned once more with a btree
  (or, for documents and lists, inverted) index on every column (those with two values aside) and with the indexes
  that we advise, it is: by columns with which no index begins today.
- *to be seen* (demanded of us): it lacks an index, and either rows are filtered one by one today, or with all these
  indexes the query reads no table whole, so that it is a lookup all through.
- *helpful*: it lacks an index, and the query reads a table whole in any case; or it is looked up today from a table
  that is read whole, or by a yes or no alone, and could be looked up by itself. To say so is right, not to say so is
  no fault.
- *nothing helps*: also with all these indexes it is not looked up (`<>`, `$1 IS NULL OR ...`, `LIKE '%x'`, functions).
- *weak*: what would find the rows are tests for NULL or of a yes or no alone, by which most rows are found.
- left out: tables that the project does not create (the catalog's), and queries that Postgres does not take.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from readycheck.database.dsn import Dsn
from readycheck.database.scratch.proving import Planner
from readycheck.database.scratch.session import open_scratch
from readycheck.sql.audit import Use, audit
from readycheck.sql.proof.plans import Read, pair
from readycheck.sql.proof.rendering import render, render_index
from readycheck.sql.proof.verdicts import Planned
from readycheck.sql.snapshot import Index, Key, Snapshot, Table

Answer = Literal["served", "lacking", "helpful", "weak", "hopeless"]
RANKS: tuple[Answer, ...] = ("lacking", "helpful", "weak", "hopeless", "served")
TWO_VALUED = frozenset({"boolean"})
INVERTED = frozenset({"jsonb", "tsvector"})
_COLUMN = re.compile(r'(?<=\.)"?([\w$]+)"?')
_NULL_TEST = re.compile(r'"?[\w$]+"?\."?[\w$]+"? IS (?:NOT )?NULL')


@dataclass(frozen=True, slots=True)
class Pair:
    """One query and one table that it reads: the planner's answer, and how it reads the table today."""

    use: int
    table: str
    answer: Answer
    read: str


@dataclass(frozen=True, slots=True)
class Answers:
    """The planner's answers; why queries were refused, by number; what of the schema was not built."""

    pairs: tuple[Pair, ...]
    planned: int
    refused: dict[int, str]
    unbuilt: tuple[str, ...]


def ask_planner(dsn: Dsn, snapshot: Snapshot, uses: Sequence[Use]) -> Answers:
    """Plan all queries before and after every column has an index."""
    with open_scratch(dsn) as scratch:
        unbuilt = scratch.build(render(snapshot))
        scratch.enlarge()
        planner = Planner(scratch, snapshot)
        before = planner.plan_all(uses)
        extra = [
            (table, index) for table in snapshot.tables if table.partition_of is None for index in list_extra(table)
        ]
        extra += [(one.table, one.index) for one in audit(snapshot, uses).proposals]
        for table, index in extra:
            if not scratch.build([render_index(table, index)]):
                planner.add(table.schema, index)
        scratch.enlarge()
        pairs: list[Pair] = []
        after = planner.plan_again()
        for number, plan in before.items():
            if number in after:
                pairs += judge(number, plan, after[number], snapshot)
        return Answers(
            tuple(pairs), len(before), planner.refused, tuple(f"{one.subject}: {one.reason}" for one in unbuilt)
        )


def list_extra(table: Table) -> Iterator[Index]:
    """A btree index on every column that has more than two values."""
    for number, column in enumerate(table.columns):
        if column.type not in TWO_VALUED:
            inverted = column.type in INVERTED or column.type.endswith("[]")
            name = f"extra_{table.name[:40]}_{number}"
            yield Index(name, (Key(column.name),), method="gin" if inverted else "btree")


def judge(number: int, before: Planned, after: Planned, snapshot: Snapshot) -> Iterator[Pair]:
    """The answers on one query."""
    is_lookup = all(read.way == "looked-up" for read in after.reads)
    is_whole = any(read.way != "looked-up" for read in before.reads)
    for schema, name in dict.fromkeys((read.schema, read.table) for read in before.reads):
        table = snapshot.find_table(name, schema)
        if table is None:
            continue
        sides = pair(before.reads, after.reads, schema, name)
        answers = [(answer(was, now, table, is_lookup=is_lookup, is_whole=is_whole), was) for was, now in sides]
        if answers:
            found, read = min(answers, key=lambda one: RANKS.index(one[0]))
            yield Pair(number, name, found, read.text)


def answer(was: Read, now: Read, table: Table, *, is_lookup: bool, is_whole: bool) -> Answer:
    """The rule that stands above, for one of the reads of a table."""
    if was.way == "looked-up":
        is_poor = bool(was.conditions) and all(is_weak(condition, table) for condition in was.conditions)
        is_better = is_poor and not all(is_weak(condition, table) for condition in now.conditions)
        return "helpful" if (is_better or (is_lookup and is_whole)) and is_new(now, table) else "served"
    if now.way != "looked-up":
        return "served" if was.way == "whole" else "hopeless"
    if not is_new(now, table):
        return "served"
    if all(is_weak(condition, table) for condition in now.conditions):
        return "weak"
    return "lacking" if was.way == "filtered" or is_lookup else "helpful"


def is_new(read: Read, table: Table) -> bool:
    """Whether rows are looked up by a column that no index of the table begins with."""
    leading = {
        index.columns[0].column for index in table.indexes if index.valid and index.columns and not index.predicate
    }
    columns = {f"extra_{table.name[:40]}_{number}": one.name for number, one in enumerate(table.columns)}
    return any(
        columns.get(name) not in leading for name in read.indexes if name not in {one.name for one in table.indexes}
    )


def is_weak(condition: str, table: Table) -> bool:
    """Whether an index condition only tests for NULL, or for a yes or no."""
    flags = {column.name for column in table.columns if column.type in TWO_VALUED}
    parts = [part.strip(" ()") for part in condition.split(" AND ")]
    return all(_NULL_TEST.fullmatch(part) or set(_COLUMN.findall(part)) <= flags for part in parts)
