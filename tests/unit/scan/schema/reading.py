"""Schemas out of texts, as the engine reads them: by the suffix of each file's name."""

from __future__ import annotations

from collections import defaultdict

from benchmarks.schemas.orms import collect
from readycheck.model.evidence import Fact
from readycheck.scan.schema.source import Source
from readycheck.scan.schema.sources import find_sources
from readycheck.sql.snapshot import Table


def read_sources(files: dict[str, str]) -> list[Source]:
    """The databases of some files."""
    found: dict[str, list[Fact]] = defaultdict(list)
    for path, text in files.items():
        for fact in collect(path, f".{path.rpartition('.')[2]}", text):
            found[fact.kind].append(fact)
    return find_sources(found)


def find(source: Source, name: str) -> Table:
    """A table of a database; it must be there."""
    table = source.snapshot.find_table(name)
    assert table is not None
    return table


def tell_indexes(table: Table) -> list[tuple[str, ...]]:
    """The leading columns of a table's indexes, without its primary key."""
    return [one.names for one in table.indexes if not one.primary]


def tell_keys(table: Table) -> list[tuple[tuple[str, ...], str]]:
    """The columns of a table's foreign keys, and the tables that they refer to."""
    return [(one.columns, one.table) for one in table.foreign_keys]


def tell_problems(source: Source) -> list[tuple[str, int, str]]:
    """What was not replayed: file, line, reason."""
    return [(one.place.path, one.place.line, one.reason) for one in source.snapshot.problems]
