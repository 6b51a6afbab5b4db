"""What a query asks of the schema: tables, predicates, joins, orderings, and whether it pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from readycheck.sql.snapshot import Dialect, Snapshot

Kind = Literal["select", "insert", "update", "delete", "other", "unreadable"]
Test = Literal[
    "equality", "membership", "range", "prefix", "null", "not-null", "inequality", "pattern", "contains", "other"
]

LONGEST = 100_000


@dataclass(frozen=True, slots=True)
class Source:
    """A table that a block reads or writes. `known` says that the snapshot has it; then `schema` is the one it has."""

    table: str
    schema: str | None
    alias: str
    known: bool = False


@dataclass(frozen=True, slots=True)
class Operand:
    """A column of a source, or an expression over it.

    `function` is the SQL text of the expression (`lower(email)`), `column` then the only column in it.
    """

    source: Source
    column: str
    function: str | None = None


@dataclass(frozen=True, slots=True)
class Predicate:
    """A condition that one row must meet, on one operand.

    `test` says what an index could do with it: `equality` (= one value), `membership` (IN, = ANY), `range`, `prefix`
    (LIKE 'a%'), `null`, `not-null`, `inequality` (<>), `pattern` (LIKE that begins with a wildcard), `contains`
    (what an inverted index finds: @>, &&, ?, @@), `other`.
    `value` is SQL text. Predicates of one `branch` hold together; 0 is the branch that always holds, others are the
    sides of an OR: `choice` names the OR, `branch` the side. `optional` says that it is part of an outer join's own
    condition: rows that do not meet it are only not joined.
    """

    operand: Operand
    test: Test
    operator: str
    value: str
    choice: int = 0
    branch: int = 0
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Join:
    """Two columns that must be equal, of two sources of one block, or of a block and the one around it (`outer`).

    `kept` says that all rows of the right side are kept, as an outer join does: they are not looked up by it.
    """

    left: Operand
    right: Operand
    outer: bool = False
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """One key of an ORDER BY."""

    operand: Operand
    descending: bool
    nulls_first: bool


@dataclass(frozen=True, slots=True)
class Block:
    """One SELECT, UPDATE or DELETE: a query has several when it has subqueries, CTEs or a UNION.

    `written` is the source that it changes. `limit` and `offset` are SQL text. `order` is empty when one of its keys is
    no column. `unresolved` are column names that belong to no source, or to more than one. `depth` is 0 for the
    outermost block, `derived` says that it also reads subqueries, CTEs, functions or views. `conflict` are the columns
    of ON CONFLICT, if it names columns alone, `conflict_filter` says that it has a WHERE of its own.
    """

    kind: Kind
    sources: tuple[Source, ...]
    predicates: tuple[Predicate, ...] = ()
    joins: tuple[Join, ...] = ()
    order: tuple[Order, ...] = ()
    limit: str | None = None
    offset: str | None = None
    written: Source | None = None
    select_star: bool = False
    groups: tuple[Operand, ...] = ()
    distinct: bool = False
    unresolved: tuple[str, ...] = ()
    depth: int = 0
    derived: bool = False
    projection: tuple[Operand, ...] = ()
    conflict: tuple[str, ...] = ()
    conflict_filter: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A statement that was read. `problem` says why it is `unreadable`, or what of it was not understood."""

    text: str
    dialect: Dialect
    kind: Kind
    blocks: tuple[Block, ...] = ()
    parameters: tuple[str, ...] = ()
    problem: str | None = None

    @property
    def tables(self) -> tuple[str, ...]:
        """The names of all tables, each once, in the order in which they appear."""
        return tuple(dict.fromkeys(source.table for block in self.blocks for source in block.sources))

    @property
    def predicates(self) -> tuple[Predicate, ...]:
        """The predicates of all blocks."""
        return tuple(predicate for block in self.blocks for predicate in block.predicates)

    @property
    def joins(self) -> tuple[Join, ...]:
        """The joins of all blocks."""
        return tuple(join for block in self.blocks for join in block.joins)

    @property
    def select_star(self) -> bool:
        """Whether the rows that it returns are asked for with a star over a table."""
        return any(block.select_star and block.depth == 0 for block in self.blocks)


def analyse(text: str, dialect: Dialect = "postgres", snapshot: Snapshot | None = None) -> Query:
    """What a statement asks. With a snapshot, columns without a table name are resolved. Never fatal.

    Several statements in one text are taken together; the kind is that of the first one. Longer texts than LONGEST are
    not read: nobody writes such a query, and the parser needs a second for each megabyte.
    """
    if len(text) > LONGEST:
        return Query(text, dialect, "unreadable", problem=f"longer than {LONGEST:,} characters")
    from readycheck.sql.analysis.reading import read  # noqa: PLC0415 - sqlglot: start-up time

    return read(text, dialect, snapshot)
