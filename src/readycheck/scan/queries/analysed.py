"""Queries against the schema that they are asked of: each statement read with the tables that its project has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from readycheck.model.location import Span
from readycheck.scan.late import compile_late
from readycheck.scan.queries.statements import Statement
from readycheck.scan.schema.source import Source
from readycheck.sql.snapshot import Dialect, Place

if TYPE_CHECKING:
    from readycheck.sql.audit import Use
    from readycheck.sql.queries import Query

HOLE = compile_late(r"\bhole_\d+\b")


@dataclass(frozen=True)
class Asked:
    """A statement as it was read for one schema."""

    statement: Statement
    query: Query
    source: Source | None

    @property
    def where(self) -> Span:
        """Where its text stands."""
        return self.statement.where


class Reading:
    """Reads statements; a database is the one that has their tables, else the one whose dialect reads them."""

    def __init__(
        self,
        sources: Sequence[Source],
        statements: Sequence[Statement],
        default: Dialect,
        others: Sequence[Statement] = (),
    ) -> None:
        """Take the databases, the statements, the dialect of what belongs to none, and what has no text in SQL."""
        self.sources = sources
        self.statements = statements
        self.default = default
        self.others = others
        self._known: dict[tuple[tuple[str, ...], int], Query] = {}

    @cached_property
    def names(self) -> Mapping[str, Sequence[Source]]:
        """The databases that have a table of that name, in lower case."""
        found: dict[str, list[Source]] = {}
        for source in self.sources:
            for table in source.snapshot.tables:
                found.setdefault(table.name.lower(), []).append(source)
        return found

    @cached_property
    def asked(self) -> list[Asked]:
        """All statements, each once for each database that knows one of its tables."""
        return [one for statement in self.statements for one in self.read(statement)]

    def read(self, statement: Statement) -> list[Asked]:
        """One statement."""
        words = set(re.findall(r"\w+", statement.shown.lower()))
        sources = list(dict.fromkeys(one for word in words if word in self.names for one in self.names[word]))
        if not sources:
            return [Asked(statement, self.analyse(statement, None), None)]
        return [Asked(statement, self.analyse(statement, one), one) for one in sources]

    def analyse(self, statement: Statement, source: Source | None) -> Query:
        """A statement read for a database; equal texts, of which libraries write many, are read once."""
        key = (statement.texts, id(source))
        if key not in self._known:
            dialect = source.dialect if source is not None else self.default
            self._known[key] = analyse_texts(statement, dialect, source)
        return self._known[key]

    def list_uses(self, source: Source) -> list[Use]:
        """What is asked of one database, for its audit."""
        from readycheck.sql.audit import Use  # noqa: PLC0415 - parsers: loaded where there are queries

        return [
            Use(clean(one.query), Place(one.where.path, one.where.line), one.statement.shown)
            for one in self.asked
            if one.source is source and one.query.kind != "unreadable" and counts(one.statement)
        ]


def counts(statement: Statement) -> bool:
    """Whether a statement says what indexes are needed: it is run, more than once, and known as a whole."""
    return statement.used and not statement.once and not statement.partial


def analyse_texts(statement: Statement, dialect: Dialect, source: Source | None) -> Query:
    """The first way to read a statement that can be read."""
    from readycheck.sql.queries import analyse  # noqa: PLC0415 - likewise

    snapshot = source.snapshot if source is not None else None
    found = [analyse(statement.texts[0], dialect, snapshot)]
    for text in statement.texts[1:]:
        if found[-1].kind != "unreadable":
            break
        found.append(analyse(text, dialect, snapshot))
    return found[-1] if found[-1].kind != "unreadable" else found[0]


def clean(query: Query) -> Query:
    """The query without what only stands for something unknown."""
    from dataclasses import replace  # noqa: PLC0415 - beside the parsers

    if HOLE.search(query.text) is None:
        return query
    blocks = []
    for block in query.blocks:
        predicates = tuple(one for one in block.predicates if not is_hole(one.operand.column, one.operand.function))
        joins = tuple(one for one in block.joins if not (is_hole(one.left.column) or is_hole(one.right.column)))
        order = () if any(is_hole(one.operand.column, one.operand.function) for one in block.order) else block.order
        sources = tuple(one for one in block.sources if not is_hole(one.table))
        blocks.append(replace(block, predicates=predicates, joins=joins, order=order, sources=sources))
    return replace(query, blocks=tuple(blocks))


def is_hole(*texts: str | None) -> bool:
    """Whether one of the texts stands for something unknown."""
    return any(text is not None and HOLE.search(text) is not None for text in texts)


def read_all(
    sources: Sequence[Source],
    statements: Iterable[Statement],
    default: Dialect = "postgres",
    others: Sequence[Statement] = (),
) -> Reading:
    """The statements of a project, read against its databases; `others` are known by their calls only."""
    return Reading(sources, list(statements), default, others)
