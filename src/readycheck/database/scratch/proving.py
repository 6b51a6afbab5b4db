"""The proof: a schema in an empty database, every query planned before and after the advised indexes are there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from readycheck.database.dsn import Dsn, parse_dsn
from readycheck.database.scratch.server import run_server
from readycheck.database.scratch.session import SORTLESS, Refused, Scratch, open_scratch
from readycheck.sql.audit import Audit, Need, Use
from readycheck.sql.proof.plans import is_sorted_late, list_reads
from readycheck.sql.proof.rendering import render, render_index
from readycheck.sql.proof.verdicts import Planned, Proved, Unforeseen, ask_of_key, find_unforeseen, judge_need
from readycheck.sql.snapshot import Index, Snapshot

Indexes = Mapping[tuple[str, str], Index]
PLANNED = frozenset({"select", "insert", "update", "delete"})


@dataclass(frozen=True, slots=True)
class Proof:
    """What the planner says of an audit.

    `planned` are the plans before, `after` those when the advised indexes were there, by the number of the use.
    `unbuilt` is what of the schema the scratch database did not take, `refused` the queries that it could not prepare.
    """

    proved: tuple[Proved, ...]
    unforeseen: tuple[Unforeseen, ...]
    planned: Mapping[int, Planned]
    after: Mapping[int, Planned]
    refused: Mapping[int, str]
    unbuilt: tuple[Refused, ...]


@contextmanager
def open_proving(dsn: str | None) -> Iterator[Dsn]:
    """The scratch database to use: the one that is named, else one of a server of our own.

    Raises:
        DsnError: the text is no DSN.
        ServerError: no server could be started.
    """
    if dsn is not None:
        yield parse_dsn(dsn)
        return
    with run_server() as own:
        yield parse_dsn(own)


def prove(dsn: Dsn, snapshot: Snapshot, audit: Audit, uses: Sequence[Use]) -> Proof:
    """Hold an audit against the planner. Raises ScratchError."""
    with open_scratch(dsn) as scratch:
        unbuilt = scratch.build(render(snapshot))
        scratch.enlarge()
        planner = Planner(scratch, snapshot)
        before, keys_before = planner.plan_all(uses), planner.plan_keys(audit.needs)
        for proposal in audit.proposals:
            unbuilt += scratch.build([render_index(proposal.table, proposal.index)])
            planner.add(proposal.table.schema, proposal.index)
        scratch.enlarge()
        after, keys_after = planner.plan_again(), planner.plan_keys(audit.needs)
    numbers = {id(use): number for number, use in enumerate(uses)}
    proved = []
    for at, need in enumerate(audit.needs):
        own = [numbers[id(use)] for use in need.uses if id(use) in numbers]
        plans = [(before[number], after[number]) for number in own if number in before and number in after]
        if at in keys_before and at in keys_after:
            plans = [(keys_before[at], keys_after[at])]
        proved.append(judge_need(need, plans))
    unforeseen = find_unforeseen(uses, before, audit.needs)
    return Proof(tuple(proved), tuple(unforeseen), before, after, planner.refused, tuple(unbuilt))


class Planner:
    """Plans queries in a scratch database. `prepared` and `refused` are by the number of the query."""

    def __init__(self, scratch: Scratch, snapshot: Snapshot) -> None:
        """Take a database in which the snapshot was built."""
        self.scratch = scratch
        self.indexes = {(table.schema, one.name): one for table in snapshot.tables for one in table.indexes}
        self.prepared: dict[int, tuple[str, int]] = {}
        self.refused: dict[int, str] = {}

    def add(self, schema: str, index: Index) -> None:
        """Know an index that was built since."""
        self.indexes[schema, index.name] = index

    def plan_all(self, uses: Sequence[Use]) -> dict[int, Planned]:
        """The plans of all queries that can be planned."""
        plans: dict[int, Planned] = {}
        for number, use in enumerate(uses):
            if use.query.kind not in PLANNED:
                continue
            found = self.scratch.prepare(use.query.text)
            plan = found if isinstance(found, Refused) else self.plan(found)
            if isinstance(found, Refused) or isinstance(plan, Refused):
                self.refused[number] = plan.reason if isinstance(plan, Refused) else ""
            else:
                self.prepared[number], plans[number] = found, plan
        return plans

    def plan_again(self) -> dict[int, Planned]:
        """The plans of the queries that were planned, as they are now."""
        plans = {number: self.plan(prepared) for number, prepared in self.prepared.items()}
        return {number: plan for number, plan in plans.items() if not isinstance(plan, Refused)}

    def plan_keys(self, needs: Sequence[Need]) -> dict[int, Planned]:
        """The plans of what the database asks by itself for the foreign keys among some needs, by their number."""
        plans: dict[int, Planned] = {}
        for number, need in enumerate(needs):
            found = self.scratch.prepare(ask_of_key(need)) if need.kind == "foreign-key" else None
            plan = None if found is None or isinstance(found, Refused) else self.plan(found)
            if plan is not None and not isinstance(plan, Refused):
                plans[number] = plan
        return plans

    def plan(self, prepared: tuple[str, int]) -> Planned | Refused:
        """The plan of a prepared statement; a refusal if there is none."""
        plan = self.scratch.explain(*prepared)
        if isinstance(plan, Refused):
            return plan
        late = is_sorted_late(plan)
        if late:
            with self.scratch.without(SORTLESS):
                other = self.scratch.explain(*prepared)
            late = isinstance(other, Refused) or is_sorted_late(other)
        return Planned(tuple(list_reads(plan, self.indexes)), late)
