"""ON CONFLICT that names columns of which no unique index makes sure: the database refuses such a statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from readycheck.sql.audit import Use
from readycheck.sql.queries import Block
from readycheck.sql.snapshot import Index, Snapshot, Table


@dataclass(frozen=True, slots=True)
class Clash:
    """A statement that the database refuses each time: the table, and the columns that ON CONFLICT names."""

    use: Use
    table: Table
    columns: tuple[str, ...]


def list_clashes(snapshot: Snapshot, uses: Sequence[Use]) -> Iterator[Clash]:
    """The statements of which that is sure: all of the table's columns and indexes are known."""
    for use in uses:
        for block in use.query.blocks:
            if not block.conflict or block.written is None or not block.written.known or snapshot.dialect == "mysql":
                continue
            table = snapshot.find_table(block.written.table, block.written.schema)
            if table is None or not table.complete or any(table.find_column(name) is None for name in block.conflict):
                continue
            if not any(meets(index, block) for index in table.indexes):
                yield Clash(use, table, block.conflict)


def meets(index: Index, block: Block) -> bool:
    """Whether ON CONFLICT may mean an index: a unique one over just these columns, a partial one only with a WHERE."""
    is_whole = index.predicate is None or block.conflict_filter
    names = [key.column for key in index.columns]
    return index.unique and index.valid and is_whole and set(names) == set(block.conflict)
