"""Whether an index serves a foreign key: the strict rule, for replayed and for live tables alike."""

from __future__ import annotations

import re
from collections.abc import Collection

from readycheck.sql.snapshot import Index, Table

ORDERED = frozenset({"btree", "gist", "spgist"})
_QUALIFIED = r'(?:(?:"(?:[^"]|"")+"|[\w$]+)\.){0,2}'  # a predicate speaks of no other table
_NOT_NULL = re.compile(rf'{_QUALIFIED}(?:"((?:[^"]|"")+)"|([\w$]+))\s+IS\s+NOT\s+NULL', re.IGNORECASE)
_AND = re.compile(r"\s+AND\s+", re.IGNORECASE)


def find_cover(table: Table, columns: Collection[str]) -> Index | None:
    """The index by which the rows with given values of these columns are found, or None."""
    return next((index for index in table.indexes if covers(index, columns)), None)


def covers(index: Index, columns: Collection[str]) -> bool:
    """Whether the index is valid, begins with the columns in any order, and has all rows in which they are not NULL."""
    wanted = set(columns)
    if not wanted or not index.valid or set(index.names[: len(wanted)]) != wanted:
        return False
    if index.method not in ORDERED and not (index.method == "hash" and len(wanted) == 1):
        return False
    return index.predicate is None or list_not_null(index.predicate) <= wanted


def list_not_null(predicate: str) -> frozenset[str]:
    """The columns of which a predicate says that they are not NULL, and nothing else; else a column that none is."""
    names = set()
    for part in _AND.split(predicate.replace("(", "").replace(")", "")):
        match = _NOT_NULL.fullmatch(part.strip())
        names.add((match[1] or match[2]).replace('""', '"') if match else "")
    return frozenset(names)
