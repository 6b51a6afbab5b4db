"""Put needs, proposals and surplus together."""

from __future__ import annotations

import re

from readycheck.sql.advice.merging import Draft, merge
from readycheck.sql.advice.needs import Lack, list_key_lacks, list_name_lacks, list_query_lacks
from readycheck.sql.advice.statements import name_proposal, print_index
from readycheck.sql.advice.surplus import list_surplus
from readycheck.sql.audit import Audit, Need, NeedKind, Proposal, Use
from readycheck.sql.snapshot import Index, Key, Snapshot, Table

_RANK: dict[NeedKind, int] = {"foreign-key": 0, "predicate": 2, "join": 3, "order": 4, "name": 5}


def judge(snapshot: Snapshot, uses: list[Use]) -> Audit:
    """The whole judgement."""
    keys = list(list_key_lacks(snapshot, uses))
    told = {(lack.table.schema, lack.table.name, frozenset(term.name for term in lack.demand.leading)) for lack in keys}
    lacks = keys + [lack for lack in list_query_lacks(snapshot, uses) if not _is_told(lack, told)]
    known = {(lack.table.schema, lack.table.name, term.column) for lack in lacks for term in lack.demand.leading}
    lacks += list_name_lacks(snapshot, known)
    needs, proposals = _propose(snapshot, lacks)
    unkeyed = tuple(table for table in snapshot.tables if not table.primary_key and not table.partition_of)
    examined = {
        "tables": len(snapshot.tables),
        "foreign-keys": sum(len(table.foreign_keys) for table in snapshot.tables if not table.partition_of),
        "indexes": sum(len(table.indexes) for table in snapshot.tables if not table.partition_of),
        "queries": sum(1 for use in uses if use.query.kind not in {"other", "unreadable"}),
    }
    ordered = sorted(needs, key=lambda need: _RANK[need.kind] + (need.kind == "foreign-key" and not need.uses))
    return Audit(tuple(ordered), tuple(proposals), tuple(list_surplus(snapshot)), unkeyed, examined)


def _is_told(lack: Lack, told: set[tuple[str, str, frozenset[str]]]) -> bool:
    """Whether a foreign key's need, backed by the same queries, says it already."""
    leading = frozenset(term.name for term in lack.demand.leading)
    return not lack.demand.tail and (lack.table.schema, lack.table.name, leading) in told


def _propose(snapshot: Snapshot, lacks: list[Lack]) -> tuple[list[Need], list[Proposal]]:
    by_table: dict[tuple[str, str], list[int]] = {}
    for number, lack in enumerate(lacks):
        if lack.kind != "name" and lack.can_be_built:
            by_table.setdefault((lack.table.schema, lack.table.name), []).append(number)
    proposals: list[Proposal] = []
    chosen: dict[int, Proposal] = {}
    for numbers in by_table.values():
        table = lacks[numbers[0]].table
        taken = {index.name for one in snapshot.tables if one.schema == table.schema for index in one.indexes}
        for draft in merge([lacks[number].demand for number in numbers]):
            proposal = _make_proposal(snapshot, table, draft, taken)
            proposals.append(proposal)
            chosen |= {numbers[at]: proposal for at in draft.demands}
    return [_make_need(lack, chosen.get(number)) for number, lack in enumerate(lacks)], proposals


def _make_proposal(snapshot: Snapshot, table: Table, draft: Draft, taken: set[str]) -> Proposal:
    keys, names = [], []
    for term, (descending, nulls_first) in draft.list_keys():
        column = None if term.text else term.column
        is_plain = term.name not in draft.directions
        first = (snapshot.dialect != "postgres") if is_plain else nulls_first
        keys.append(Key(column, term.expression or None, descending, first))
        names.append(re.sub(r"\W+", "_", term.text) if term.text else term.column)
    index = Index(name_proposal(table, names, taken), tuple(keys), method=draft.method)
    return Proposal(table, index, print_index(table, index, snapshot))


def _make_need(lack: Lack, proposal: Proposal | None) -> Need:
    columns = tuple(term.column for term in (*lack.demand.leading, *lack.demand.tail))
    return Need(
        lack.kind,
        lack.table,
        columns,
        lack.confidence,
        lack.reason,
        lack.text,
        lack.place,
        lack.table.indexes,
        proposal,
        tuple(lack.uses),
    )
