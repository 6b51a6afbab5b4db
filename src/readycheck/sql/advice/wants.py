"""What each part of a query wants of an index on one table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from readycheck.sql.queries import Block, Join, Operand, Order, Predicate, Query
from readycheck.sql.snapshot import Snapshot, Table

USABLE = frozenset({"equality", "membership", "range", "prefix", "null"})
PINNED = frozenset({"equality", "membership", "null"})
STRICT = frozenset({"equality", "membership", "range", "prefix", "pattern", "inequality", "not-null"})
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
    predicate. `driven` says that other tables of the block narrow the rows down, or that it runs once for each row of
    the block around it.
    """

    table: Table
    pinned: tuple[Term, ...]
    ranges: tuple[Term, ...]
    joined: tuple[Term, ...]
    alternatives: tuple[tuple[Term, ...], ...]
    order: tuple[Order, ...]
    filters: tuple[Predicate, ...]
    has_list: bool
    driven: bool


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


def list_wants(query: Query, snapshot: Snapshot) -> Iterator[Want]:
    """The demands of a query on the tables that the snapshot knows, block by block."""
    for block in push_down(query.blocks):
        yield from _list_block_wants(block, snapshot)


def push_down(blocks: tuple[Block, ...]) -> list[Block]:
    """The blocks with every condition in the one that reads the table, as the planner sees them.

    A condition on a column of a subquery that is seen through stands in the block around it.
    """
    pushed = list(blocks)
    for at, block in enumerate(blocks):
        foreign = [one for one in block.predicates if one.operand.source not in block.sources]
        pushed[at] = replace(pushed[at], predicates=tuple(one for one in pushed[at].predicates if one not in foreign))
        for one in foreign:
            below = (place for place, other in enumerate(blocks) if other.depth > block.depth)
            target = next((place for place in below if one.operand.source in blocks[place].sources), None)
            if target is not None and one.choice == 0:
                pushed[target] = replace(pushed[target], predicates=(*pushed[target].predicates, one))
    return pushed


def _list_block_wants(block: Block, snapshot: Snapshot) -> Iterator[Want]:
    seen = []
    for operand in _list_operands(block):
        source = operand.source
        if source.known and source not in seen and source in block.sources:
            seen.append(source)
    for source in seen:
        table = snapshot.find_table(source.table, source.schema)
        if table is not None:
            yield _read_want(block, source.alias, table)


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
    others = any(not is_mine(one.operand) and one.test in USABLE for one in block.predicates)
    outer = any(join.outer and is_mine(join.left) for join in block.joins)
    semi = any(is_mine(join.left) and join.right.source not in block.sources for join in block.joins)
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
        others or outer or semi,
    )


def _is_outer_side(join: Join, operand: Operand) -> bool:
    return join.outer and operand is join.right


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
