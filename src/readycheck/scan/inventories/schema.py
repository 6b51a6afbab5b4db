"""The tables of a project as rows: columns, keys and indexes as its migrations, models and statements make them.

`table`, `schema`, `source` (the folder or file that makes it), `columns` (name, type, nullable, default, line),
`primary_key`, `foreign_keys` (columns, references, indexed, file, line), `indexes` (name, columns, unique, predicate,
method, valid), `file`, `line`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from readycheck.model.rule import Json
from readycheck.scan.schema.source import Source

if TYPE_CHECKING:
    from readycheck.sql.snapshot import ForeignKey, Index, Key, Table


def make_rows(sources: Sequence[Source]) -> list[dict[str, Json]]:
    """The tables of all databases, each in the order in which they were made."""
    return [row for source in sources for row in make_source_rows(source)]


def make_source_rows(source: Source) -> Iterator[dict[str, Json]]:
    """The tables of one database."""
    from readycheck.sql.audit import audit  # noqa: PLC0415 - parsers: loaded where there is a schema

    bare = {
        (need.table.schema, need.table.name, need.columns)
        for need in audit(source.snapshot).needs
        if need.kind == "foreign-key"
    }
    for table in source.snapshot.tables:
        yield {
            "table": table.name,
            "schema": table.schema,
            "source": source.label,
            "columns": [
                {
                    "name": one.name, "type": one.type, "nullable": one.nullable, "default": one.default,
                    "line": one.place.line,
                }
                for one in table.columns
            ],
            "primary_key": list(table.primary_key),
            "foreign_keys": [describe_key(table, key, bare) for key in table.foreign_keys],
            "indexes": [describe_index(one) for one in table.indexes],
            "file": table.place.path,
            "line": table.place.line,
        }  # fmt: skip


def describe_key(table: Table, key: ForeignKey, bare: set[tuple[str, str, tuple[str, ...]]]) -> Json:
    """One foreign key, and whether an index begins with it."""
    references = f"{key.table} ({', '.join(key.references)})" if key.references else key.table
    return {
        "columns": list(key.columns),
        "references": references,
        "indexed": (table.schema, table.name, key.columns) not in bare,
        "file": key.place.path,
        "line": key.place.line,
    }


def describe_index(index: Index) -> Json:
    """One index."""
    return {
        "name": index.name,
        "columns": [describe_index_key(key) for key in index.columns],
        "unique": index.unique,
        "predicate": index.predicate,
        "method": index.method,
        "valid": index.valid,
        "file": index.place.path,
        "line": index.place.line,
    }


def describe_index_key(key: Key) -> str:
    """One key of an index as it is written."""
    return f"{key.column or f'({key.expression})'}{' desc' if key.descending else ''}"


def list_problems(sources: Sequence[Source]) -> list[str]:
    """What could not be replayed, with file and line."""
    return [
        f"{one.place.path}:{one.place.line}: {one.reason}" for source in sources for one in source.snapshot.problems
    ]
