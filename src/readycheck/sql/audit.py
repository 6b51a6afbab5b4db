"""Which indexes a schema lacks, and which it has too many of: a pure judgement over a snapshot and queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from readycheck.model.vocabulary import Confidence
from readycheck.sql.queries import Query
from readycheck.sql.snapshot import Index, Place, Snapshot, Table

NeedKind = Literal["foreign-key", "predicate", "join", "order", "name"]
SurplusKind = Literal["duplicate", "redundant", "invalid"]


@dataclass(frozen=True, slots=True)
class Use:
    """A query and where it stands. `text` is what a reader is shown: the query's own text when it is empty."""

    query: Query
    place: Place
    text: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """An index that would help. `statement` is the DDL that builds it without locking writers out."""

    table: Table
    index: Index
    statement: str


@dataclass(frozen=True, slots=True)
class Need:
    """A key or a query that no index of its table serves.

    `columns` are what an index would have to lead with, in order (a foreign key's in any order). `place` is where the
    key is declared or the query stands, `text` the key or the query. `existing` are the table's indexes. `uses` are the
    queries that back it. `reason` is one sentence that states the fault.
    """

    kind: NeedKind
    table: Table
    columns: tuple[str, ...]
    confidence: Confidence
    reason: str
    text: str
    place: Place
    existing: tuple[Index, ...]
    proposal: Proposal | None
    uses: tuple[Use, ...] = ()


@dataclass(frozen=True, slots=True)
class Surplus:
    """An index that costs writes and serves nothing that `covered_by` does not serve, or that is invalid."""

    kind: SurplusKind
    table: Table
    index: Index
    covered_by: Index | None
    reason: str


@dataclass(frozen=True, slots=True)
class Audit:
    """The judgement. `proposals` are as few indexes per table as serve all of `needs`.

    `examined` counts what was looked at: foreign keys, queries, indexes, tables.
    """

    needs: tuple[Need, ...]
    proposals: tuple[Proposal, ...]
    surplus: tuple[Surplus, ...]
    unkeyed: tuple[Table, ...]
    examined: dict[str, int]


def audit(snapshot: Snapshot, uses: Iterable[Use] = ()) -> Audit:
    """Judge the indexes of a schema by its keys and by the queries that are run on it."""
    from readycheck.sql.advice.judging import judge  # noqa: PLC0415 - it needs the classes above, and sqlglot

    return judge(snapshot, list(uses))
