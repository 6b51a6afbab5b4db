"""Indexes that cost writes for nothing: duplicates, prefixes of others, and invalid ones."""

from __future__ import annotations

from collections.abc import Iterator

from readycheck.sql.advice.wants import normalise
from readycheck.sql.audit import Surplus, SurplusKind
from readycheck.sql.snapshot import Index, Snapshot, Table


def list_surplus(snapshot: Snapshot) -> Iterator[Surplus]:
    """The surplus indexes of all tables. Those of partitions are parts of their table's and are not told again."""
    for table in snapshot.tables:
        if table.partition_of:
            continue
        gone: set[str] = set()
        for index in table.indexes:
            if not index.valid:
                reason = f"{index.name} is invalid: it is written to and never read"
                yield Surplus("invalid", table, index, None, reason)
                gone.add(index.name)
        for index in table.indexes:
            found = None if index.name in gone else _find_cover(table, index, gone)
            if found:
                kind, other = found
                gone.add(index.name)
                yield Surplus(kind, table, index, other, _say(kind, index, other))


def _say(kind: SurplusKind, index: Index, other: Index) -> str:
    if kind == "duplicate":
        return f"{index.name} has the same keys as {other.name}"
    return f"the keys of {index.name} are the first ones of {other.name}"


def _find_cover(table: Table, index: Index, gone: set[str]) -> tuple[SurplusKind, Index] | None:
    if index.primary:
        return None
    for other in table.indexes:
        if other is index or other.name in gone or not other.valid or not _is_alike(index, other):
            continue
        same = index.columns == other.columns
        if same and (not index.unique or other.unique) and _may_go_first(table, index, other):
            return "duplicate", other
        is_prefix = len(index.columns) < len(other.columns) and index.columns == other.columns[: len(index.columns)]
        if is_prefix and not index.unique and index.method == "btree":
            return "redundant", other
    return None


def _is_alike(index: Index, other: Index) -> bool:
    """Same method and rows, and the other one stores all that this one stores."""
    stored = {key.column for key in other.columns} | set(other.include)
    same_rows = normalise(index.predicate or "") == normalise(other.predicate or "")
    return index.method == other.method and same_rows and set(index.include) <= stored


def _may_go_first(table: Table, index: Index, other: Index) -> bool:
    """Of two equal ones the one that no constraint needs goes; of two alike the later one."""
    if index.constraint != other.constraint:
        return other.constraint
    if index.unique != other.unique:
        return other.unique
    if other.primary:
        return True
    return table.indexes.index(index) > table.indexes.index(other)
