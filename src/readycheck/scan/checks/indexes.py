"""Checks on indexes: what the tables have, held against the keys and the queries that need them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from readycheck.model.evidence import Match
from readycheck.model.location import Span
from readycheck.model.rule import Rule
from readycheck.scan.checks.contract import PROGRAM, CheckResult, Facts, requires
from readycheck.scan.late import compile_late
from readycheck.scan.queries.analysed import Asked, Reading
from readycheck.scan.queries.project import STORED, read_database
from readycheck.scan.schema.source import Source
from readycheck.sql.snapshot import Dialect, Place, Table

if TYPE_CHECKING:
    from readycheck.sql.audit import Audit, Need

STORED_RULE = (*PROGRAM, *STORED)
BY_KEY = frozenset({"foreign-key"})
BY_QUERY = frozenset({"predicate", "join", "order"})
MOST_OPEN = 10
"""One in so many queries may be dynamic where the others prove something."""

FLAG = compile_late(r"^(?:is|has)(?:_|(?=[A-Z]))|^(?:active|enabled|disabled|deleted|archived|hidden|public|private)$")
WRITERS = compile_late(
    r"^(?:sqlalchemy\.orm|flask_sqlalchemy|sqlmodel|django\.db\.models|peewee|tortoise|pony|ormar|piccolo|typeorm|sequelize|knex"
    r"|@prisma/client|drizzle-orm|objection|mikro-orm|@mikro-orm|bookshelf|kysely|@supabase)(?:$|[./])"
)
MOST_PLACES = 6


@dataclass(frozen=True)
class Judged:
    """One database and what its audit says."""

    source: Source
    audit: Audit


def judge(facts: Facts) -> tuple[Reading, list[Judged]]:
    """The audits of all databases of a project."""
    from readycheck.sql.audit import audit  # noqa: PLC0415 - parsers: loaded where there is a schema

    reading = read_database(facts)
    return reading, [Judged(one, audit(one.snapshot, reading.list_uses(one))) for one in reading.sources]


def find_needs(judged: Sequence[Judged], kinds: frozenset[str]) -> Iterator[tuple[Judged, Need]]:
    """The needs of some kinds that hold in every database that has the table, each once.

    Two folders that make one table for one product are one database twice: as steps and as their sum. What a foreign
    key needs already is not told again for a query, nor what concerns a column that nobody saw made.
    """
    having: dict[tuple[str, str], set[str]] = defaultdict(set)
    lacking: dict[tuple[str, str], set[str]] = defaultdict(set)
    keys: set[tuple[str, str]] = set()
    served: set[tuple[Dialect, str, str]] = set()
    for one in judged:
        for table in one.source.snapshot.tables:
            having[one.source.dialect, table.name.lower()].add(one.source.label)
            leading = [index.names[0].lower() for index in table.indexes if index.names and not index.predicate]
            served.update((one.source.dialect, table.name.lower(), column) for column in leading)
        for need in one.audit.needs:
            lacking[name_need(need)].add(one.source.label)
            if need.kind == "foreign-key":
                keys.add(name_need(need))
    told: set[tuple[str, str]] = set()
    for one in judged:
        for need in one.audit.needs:
            name = name_need(need)
            is_told = name in told or (need.kind != "foreign-key" and name in keys)
            # One product on several databases: what one of them has, the others were not read to the end for.
            is_told = is_told or (need.kind != "foreign-key" and bool(find_elsewhere(served, one.source.dialect, need)))
            if (
                need.kind not in kinds
                or is_told
                or not lacking[name] >= having[one.source.dialect, name[0]]
                or is_unsure(one, need)
            ):
                continue
            told.add(name)
            yield one, need


def list_alike(judged: Judged, told: Need, kinds: frozenset[str]) -> list[Need]:
    """The needs that are told by one of them: on the same table, by the same first column; that one first."""
    alike = [one for one in judged.audit.needs if one.kind in kinds and name_need(one) == name_need(told)]
    return [told, *(one for one in alike if one is not told and not is_unsure(judged, one))]


def find_elsewhere(served: set[tuple[Dialect, str, str]], dialect: Dialect, need: Need) -> set[Dialect]:
    """The other databases of a product in which an index begins with one of the columns."""
    asked = need.columns[:1] if need.kind == "order" else need.columns
    names = {(need.table.name.lower(), column.lower()) for column in asked}
    return {other for other, table, column in served if other != dialect and (table, column) in names}


def name_need(need: Need) -> tuple[str, str]:
    """A need by its table and the first column that an index would have."""
    columns = sorted(need.columns) if need.kind == "foreign-key" else list(need.columns[:1])
    return need.table.name.lower(), ",".join(columns).lower()


def is_unsure(judged: Judged, need: Need) -> bool:
    """Whether nothing can be advised, or an index on the table could not be read that may be the one."""
    if need.proposal is None or any(need.table.find_column(name) is None for name in need.columns):
        return True  # nothing that could be advised
    if all(is_boolean(need.table, name) for name in need.columns):
        return True  # half of the rows have the value: no index would be used
    for problem in judged.source.snapshot.problems:
        text = problem.text.lower()
        about = need.table.name.lower() in text or need.table.name in problem.tables
        if about and re.search(r"(?:\b|_)(?:index|unique|primary)(?:\b|_)", text) and need.columns[0].lower() in text:
            return True
    return False


def is_boolean(table: Table, name: str) -> bool:
    """Whether a column has two values."""
    column = table.find_column(name)
    return column is not None and (column.type in ("boolean", "bool", "tinyint(1)") or FLAG.match(name) is not None)


@requires(*STORED_RULE)
def foreign_key_without_index(facts: Facts, rule: Rule) -> CheckResult:
    """A foreign key that no index begins with."""
    _, judged = judge(facts)
    matches = [describe(rule.id, need) for _, need in find_needs(judged, BY_KEY)]
    return CheckResult(count_keys(judged), tuple(matches))


def count_keys(judged: Sequence[Judged]) -> int:
    """How many foreign keys there are."""
    return sum(len(table.foreign_keys) for one in judged for table in one.source.snapshot.tables)


@requires(*STORED_RULE)
def query_without_index(facts: Facts, rule: Rule) -> CheckResult:
    """A query filters, joins or orders by columns that no index begins with."""
    reading, judged = judge(facts)
    matches = [describe(rule.id, need) for _, need in find_needs(judged, BY_QUERY)]
    return CheckResult(len(reading.statements) if judged else 0, tuple(matches))


def describe(rule: str, need: Need) -> Match:
    """The match of one need: at its first column, with the other columns, the table and the queries beside it."""
    table = need.table
    columns = [column for name in need.columns if (column := table.find_column(name)) is not None]
    columns.sort(key=lambda one: is_boolean(table, one.name))
    places = [need.place] if need.kind == "foreign-key" else [one.place for one in columns if one.place.line]
    places = places or [table.place if table.place.line else need.place]
    beside = [*(one.place for one in columns), table.place, need.place, *(use.place for use in need.uses)]
    also = [one for one in dict.fromkeys(beside) if one.line and one != places[0]]
    advice = f"; this would help: {need.proposal.statement}" if need.proposal is not None else ""
    return Match(
        rule, make_span(places[0]), table.name, f"{table.name} ({', '.join(need.columns)})",
        f"{need.reason}{advice}", also=tuple(make_span(one) for one in also[:MOST_PLACES]),
    )  # fmt: skip


@requires(*STORED_RULE)
def index_redundant(facts: Facts, rule: Rule) -> CheckResult:
    """An index that another one makes superfluous."""
    _, judged = judge(facts)
    matches = [
        Match(rule.id, make_span(one.index.place), one.table.name, one.index.name, one.reason)
        for each in judged
        for one in each.audit.surplus
        if one.index.place.line and not is_made_whole(each, one.table)
    ]
    return CheckResult(
        sum(len(table.indexes) for one in judged for table in one.source.snapshot.tables), tuple(matches)
    )


def is_made_whole(judged: Judged, table: Table) -> bool:
    """Whether a library makes a table, with its indexes, for one line of code: a many-to-many relation's."""
    places = {column.place for column in table.columns}
    return judged.source.style in ("django", "typeorm") and len(places) == 1 and len(table.foreign_keys) > 1


@requires(*STORED_RULE)
def table_without_primary_key(facts: Facts, rule: Rule) -> CheckResult:
    """A table whose rows nothing tells apart."""
    _, judged = judge(facts)
    matches = [
        Match(rule.id, make_span(table.place), table.name, table.name, f"table {table.name} has no primary key")
        for one in judged
        for table in one.audit.unkeyed
        if table.place.line and not table.unique_keys and (one.source.style != "sqlalchemy" or table.foreign_keys)
    ]
    return CheckResult(sum(len(one.source.snapshot.tables) for one in judged), tuple(matches))


@requires(*STORED_RULE, "sql-built")
def indexes_cover_queries(facts: Facts, rule: Rule) -> CheckResult:
    """Every foreign key and every condition and ordering of the queries that can be seen begins an index.

    Nothing counts as examined where that cannot be told: without queries, where a library writes some of them, where
    one could not be read or an index could not be replayed, and where something is lacking, which other rules tell.
    """
    if facts.get("sql-built") or asks_by_library(facts):
        return CheckResult(0)
    reading, judged = judge(facts)
    readable = [one for one in reading.asked if one.source is not None and one.query.kind != "unreadable"]
    unreadable = {one.where for one in reading.asked} - {one.where for one in readable}
    open_ones = {one.where for one in readable if one.statement.dynamic}
    if not readable or any(True for _ in find_needs(judged, BY_KEY | BY_QUERY)) or any(map(is_doubtful, judged)):
        return CheckResult(0)
    asked = [one for one in reading.asked if one.where in unreadable and names_table(reading, one)]
    if asked or len(open_ones) * MOST_OPEN > len(readable):
        return CheckResult(0)
    conditions = sum(len(one.query.predicates) + 2 * len(one.query.joins) for one in readable)
    orders = sum(len(block.order) for one in readable for block in one.query.blocks)
    tables = [
        table
        for one in judged
        for table in one.source.snapshot.tables
        if table.foreign_keys or is_asked(readable, table)
    ]
    places = [index.place for table in tables for index in table.indexes if index.place.line and not index.primary]
    places = places or [table.place for table in tables if table.place.line]
    if not places:
        return CheckResult(0)
    keys = sum(len(table.foreign_keys) for table in tables)
    message = (
        f"{len(tables)} tables: an index begins with each of their {keys} foreign keys, and with what {len(readable)}"
        f" queries ask by ({conditions} conditions, {orders} orderings)"
    )
    also = tuple(make_span(place) for place in places[1:MOST_PLACES])
    match = Match(rule.id, make_span(places[0]), text="indexes", message=message, also=also)
    return CheckResult(keys + len(readable), (match,))


def is_asked(readable: Sequence[Asked], table: Table) -> bool:
    """Whether a query reads or writes a table."""
    return any(table.name in one.query.tables for one in readable)


def names_table(reading: Reading, one: Asked) -> bool:
    """Whether a statement that could not be read is about a table of the project."""
    return any(word in reading.names for word in re.findall(r"\w+", one.statement.shown.lower()))


def is_doubtful(judged: Judged) -> bool:
    """Whether a key could not be replayed, or the end of an index; one index more would only cover more."""
    return any(
        re.search(r"(?i)\b(?:index|unique|primary|foreign|references|drop)\b", one.text)
        and not re.match(r"(?i)create (?:unique )?index\b", one.text)
        for one in judged.source.snapshot.problems
    )


def asks_by_library(facts: Facts) -> bool:
    """Whether code imports a library that writes queries by itself."""
    heads = {name.partition("(")[0] for module in facts.program.modules.values() for name in module.imports.values()}
    return any(WRITERS.match(head) for head in heads)


def make_span(place: Place) -> Span:
    """A whole line as a span."""
    return Span(place.path, max(1, place.line), 1, max(1, place.line), 2)
