from __future__ import annotations

from readycheck.sql.replay import replay
from readycheck.sql.snapshot import Dialect, Index, Script, Snapshot, Table


def build(*texts: str, dialect: Dialect = "postgres") -> Snapshot:
    return replay([Script(f"{number}.sql", text) for number, text in enumerate(texts, 1)], dialect)


def build_clean(*texts: str, dialect: Dialect = "postgres") -> Snapshot:
    snapshot = build(*texts, dialect=dialect)
    assert [problem.reason for problem in snapshot.problems] == []
    return snapshot


def get_table(snapshot: Snapshot, name: str = "t", schema: str | None = None) -> Table:
    table = snapshot.find_table(name, schema)
    assert table is not None, name
    return table


def list_keys(table: Table) -> dict[str, tuple[str, ...]]:
    return {index.name: tuple(key.column or f"({key.expression})" for key in index.columns) for index in table.indexes}


def get_index(table: Table, name: str) -> Index:
    return next(index for index in table.indexes if index.name == name)


def list_foreign_keys(table: Table) -> dict[str, tuple[tuple[str, ...], str, tuple[str, ...]]]:
    return {key.name: (key.columns, key.table, key.references) for key in table.foreign_keys}
