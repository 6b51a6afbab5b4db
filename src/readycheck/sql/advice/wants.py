"""What each part of a query wants of an index on one table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from readycheck.sql.queries import Block, Join, Operand, Order, Predicate
from readycheck.sql.snapshot import Snapshot, Table

USABLE = frozenset({"equality", "membership", "range", "prefix", "null"})
PINNED = frozenset({"equality", "membership", "null"})
SELECTIVE = frozenset({"equality", "membership", "range", "prefix"})
TWO_VALUED = frozenset({"boolean", "bool", "tinyint(1)"})
STRICT = frozenset({"equality", "membership", "range", "prefix", "pattern", "contains", "inequality", "not-null"})
LIKES = frozenset({"like", "ilike"})
_CAST = re.compile(r"::\s*[a-z_][\w ]*(?:\(\d+\))?(?:\[\])?|\bas\s+[a-z_][\w ]*(?=\))|\bcast\b")
_NOISE = re.compile(r"[\s()\"`]|\b\w+\.")


@dataclass(frozen=True, slots=True)
class Term:
    """A key that an index should have: a column, or an expression (`text`, normalised) over one."""

    column: str
    text: str = ""
    expression: str = ""

    @property
    def name(self) -> str:
        """What tells it from others."""
        return f"({self.text})" if self.text else self.column


@dataclass(frozen=True, slots=True)
class Want:
    """The demands of one block on one table.

    `pinned` must have one value (or a few), `ranges` lie between bounds, `joined` meet a column of another table.
    `alternatives` are the sides of an OR that only this table is part of. `order` holds when the block has a limit and
    is sorted by this table alone. `filters` are all conditions that always hold: they may imply a partial index'
    predicate. `driven` says that rows of other tables lead to it (of the block, or of the one around it): by `joined`.
    """

    table: Table
    pinned: tuple[Term, ...]
    ranges: tuple[Term, ...]
    joined: tuple[Term, ...]
    alternatives: tuple[tuple[Term, ...], ...]
    order: tuple[Order, ...]
    filters: tuple[Predicate, ...]
    has_list: bool
    driven: bool = False
    alias: str = ""

    @property
    def searched(self) -> tuple[Term, ...]:
        """What an inverted index finds."""
        return tuple(dict.fromkeys(make_term(one.operand) for one in self.filters if one.test == "contains"))

    @property
    def likened(self) -> tuple[Term, ...]:
        """What is compared with a pattern, which an index of trigrams finds."""
        return tuple(dict.fromkeys(make_term(one.operand) for one in self.filters if one.operator in LIKES))

    @property
    def selective(self) -> tuple[Term, ...]:
        """What picks few rows: not the tests for NULL, nor a yes or no."""
        own = [
            one for one in self.filters if one.test in SELECTIVE and not is_two_valued(self.table, one.operand.column)
        ]
        return tuple(dict.fromkeys(make_term(one.operand) for one in own))


def normalise(expression: str) -> str:
    """An expression's text without what printers differ in: case, white space, parentheses, casts, qualifiers."""
    return _NOISE.sub("", _CAST.sub("", expression.lower()))


def make_term(operand: Operand) -> Term:
    """The key that would serve an operand."""
    if operand.function is None:
        return Term(operand.column)
    return Term(operand.column, normalise(operand.function), re.sub(r"\b\w+\.(?=[\w\"])", "", operand.function))


def is_fixed(operand: Operand) -> bool:
    """Whether its value hangs on the row alone: a distance to a parameter cannot be a key."""
    return operand.function is None or "?" not in operand.function


def read_wants(block: Block, snapshot: Snapshot) -> Iterator[Want]:
    """The demands of one block, each as if no other table of the block led to it."""
    seen = []
    for operand in _list_operands(block):
        source = operand.source
        if source.known and source not in seen and source in block.sources:
            seen.append(source)
    for source in seen:
        table = snapshot.find_table(source.table, source.schema)
        if table is not None:
            yield _read_want(block, source.alias, table)


def is_two_valued(table: Table, name: str) -> bool:
    """Whether a column is a yes or a no: half of the rows have either."""
    column = table.find_column(name)
    return column is not None and column.type in TWO_VALUED


def _list_operands(block: Block) -> Iterator[Operand]:
    for predicate in block.predicates:
        yield predicate.operand
    for join in block.joins:
        yield join.left
        if not join.outer:
            yield join.right
    for order in block.order:
        yield order.operand


def _read_want(block: Block, alias: str, table: Table) -> Want:
    def is_mine(operand: Operand) -> bool:
        return operand.source.alias == alias and operand.source.table == table.name

    mine = [one for one in block.predicates if is_mine(one.operand) and is_fixed(one.operand)]
    always = tuple(one for one in mine if one.choice == 0)
    pinned = [make_term(one.operand) for one in always if one.test in PINNED]
    ranges = [make_term(one.operand) for one in always if one.test in {"range", "prefix"}]
    joins = [(join, join.left if is_mine(join.left) else join.right) for join in block.joins]
    joined = [make_term(operand) for join, operand in joins if is_mine(operand) and not _is_outer_side(join, operand)]
    is_ordered = bool(block.limit) and all(is_mine(one.operand) and is_fixed(one.operand) for one in block.order)
    is_plain = not block.groups and not block.distinct and block.kind == "select"
    return Want(
        table,
        tuple(dict.fromkeys(pinned)),
        tuple(dict.fromkeys(ranges)),
        tuple(dict.fromkeys(joined)),
        tuple(_list_alternatives(block, mine)),
        block.order if is_ordered and is_plain else (),
        always,
        any(one.test == "membership" for one in always),
        alias=alias,
    )


def _is_outer_side(join: Join, operand: Operand) -> bool:
    return (join.outer or join.kept) and operand is join.right


def _list_alternatives(block: Block, mine: list[Predicate]) -> Iterator[tuple[Term, ...]]:
    """For each OR of which every side restricts this table: one key for each side."""
    for choice in dict.fromkeys(one.choice for one in mine if one.choice):
        sides = {one.branch for one in block.predicates if one.choice == choice}
        own: dict[int, Term] = {}
        for one in mine:
            if one.choice == choice and one.test in USABLE:
                own.setdefault(one.branch, make_term(one.operand))
        if set(own) == sides and len(sides) > 1:
            yield tuple(dict.fromkeys(own.values()))
