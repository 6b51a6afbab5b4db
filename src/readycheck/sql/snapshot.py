"""What a database looks like: tables, columns, keys and indexes, and what of its history could not be replayed.

Names stand as the database keeps them: folded where they were not quoted, never with quotes around them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

Dialect = Literal["postgres", "mysql", "sqlite"]
Action = Literal["no action", "restrict", "cascade", "set null", "set default"]
DEFAULT_SCHEMA = "public"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a statement stands. Lines start at 1; 0 is for what has no line: a catalog, a whole file."""

    path: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Column:
    """A column.

    `type` is spelled as Postgres' catalog spells it (`character varying(40)`), for MySQL and SQLite as written, in
    lower case. `default` is SQL text. `generated` says that its values come from the database: an identity or an
    expression over other columns.
    """

    name: str
    type: str
    nullable: bool = True
    default: str | None = None
    place: Place = Place("")
    generated: bool = False


@dataclass(frozen=True, slots=True)
class Key:
    """One key of an index: a column or an expression (SQL text), never both.

    `nulls_first` is what holds after the defaults were filled in: as `descending` unless it was said otherwise.
    `opclass` and `collation` are names, or empty where they are the default ones.
    """

    column: str | None
    expression: str | None = None
    descending: bool = False
    nulls_first: bool = False
    opclass: str = ""
    collation: str = ""


@dataclass(frozen=True, slots=True)
class Index:
    """An index, also one that stands behind a primary key or a unique constraint (`constraint`).

    `predicate` is the SQL text of a partial one, `include` the columns that are stored but no keys. `valid` is false
    for what CREATE INDEX CONCURRENTLY left behind when it failed, and for an index `ON ONLY` a partitioned table that
    lacks an index on some partition. `mentions` are the columns that its expressions and its predicate name.
    """

    name: str
    columns: tuple[Key, ...]
    unique: bool = False
    method: str = "btree"
    predicate: str | None = None
    valid: bool = True
    place: Place = Place("")
    primary: bool = False
    constraint: bool = False
    include: tuple[str, ...] = ()
    nulls_not_distinct: bool = False
    mentions: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The leading keys that are plain columns, up to the first expression."""
        leading = []
        for key in self.columns:
            if key.column is None:
                break
            leading.append(key.column)
        return tuple(leading)


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A foreign key: `columns` of the table that has it refer to `references` of `table` in `schema`."""

    columns: tuple[str, ...]
    table: str
    references: tuple[str, ...]
    place: Place = Place("")
    name: str = ""
    schema: str = DEFAULT_SCHEMA
    on_delete: Action = "no action"
    on_update: Action = "no action"


@dataclass(frozen=True, slots=True)
class Check:
    """A check constraint: its name and the columns that it names."""

    name: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table. `indexes` holds those of its primary key and its unique constraints too.

    `partition_of` is the partitioned table that it is a part of, `parents` are the tables that it inherits from, all as
    (schema, name). `complete` is false when it may have columns that
    could not be replayed (CREATE TABLE AS, or a parent that is not there).
    """

    schema: str
    name: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    indexes: tuple[Index, ...] = ()
    place: Place = Place("")
    partitioned: bool = False
    partition_of: tuple[str, str] | None = None
    parents: tuple[tuple[str, str], ...] = ()
    checks: tuple[Check, ...] = ()
    complete: bool = True

    @property
    def unique_keys(self) -> tuple[tuple[str, ...], ...]:
        """The column lists that identify a row: the primary key, and what a whole (not partial) unique index has."""
        whole = (index for index in self.indexes if index.unique and index.valid and index.predicate is None)
        return tuple(index.names for index in whole if len(index.names) == len(index.columns))

    def find_column(self, name: str) -> Column | None:
        """The column of that name."""
        return next((column for column in self.columns if column.name == name), None)


@dataclass(frozen=True, slots=True)
class View:
    """A view. `columns` are the names that could be read off its query; a materialized one can have indexes.

    `sources` are the tables and views that its query reads, as (schema, name).
    """

    schema: str
    name: str
    columns: tuple[str, ...] = ()
    materialized: bool = False
    indexes: tuple[Index, ...] = ()
    place: Place = Place("")
    sources: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """What could not be replayed: the statement's beginning, and why. `tables` are names that it may concern."""

    place: Place
    reason: str
    text: str
    tables: tuple[str, ...] = ()


@dataclass(frozen=True)
class Snapshot:
    """A database at one moment. `search_path` are the schemas in which a name without one is looked for."""

    dialect: Dialect
    tables: tuple[Table, ...]
    problems: tuple[Problem, ...] = ()
    views: tuple[View, ...] = ()
    search_path: tuple[str, ...] = (DEFAULT_SCHEMA,)

    @cached_property
    def _by_name(self) -> dict[tuple[str, str], Table]:
        return {(table.schema, table.name): table for table in self.tables}

    def find_table(self, name: str, schema: str | None = None) -> Table | None:
        """The table of that name, as stored; without a schema: along the search path, else the only one of that name.

        MySQL's and SQLite's names are compared without regard to case when no name is equal.
        """
        if schema is not None:
            return self._by_name.get((schema, name))
        for place in self.search_path:
            if found := self._by_name.get((place, name)):
                return found
        alike = [table for table in self.tables if table.name == name]
        if not alike and self.dialect != "postgres":
            alike = [table for table in self.tables if table.name.lower() == name.lower()]
        return alike[0] if len(alike) == 1 else None


@dataclass(frozen=True, slots=True)
class Script:
    """Statements to replay. `first_line` is where `text` begins in the file.

    An ORM's operation is handed over as the DDL that it would send, with the line on which it stands.
    """

    path: str
    text: str
    first_line: int = 1
