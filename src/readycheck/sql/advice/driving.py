"""The demands of a whole query: conditions where the planner sees them, and which table leads to which."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from readycheck.sql.advice.serving import find_inverted, find_leading
from readycheck.sql.advice.wants import SELECTIVE, STRICT, Term, Want, is_fixed, make_term, read_wants
from readycheck.sql.queries import Block, Operand, Predicate, Query
from readycheck.sql.snapshot import Dialect, Snapshot

SPREAD = frozenset({"equality", "membership"})


def list_wants(query: Query, snapshot: Snapshot) -> Iterator[Want]:
    """The demands of a query on the tables that the snapshot knows, block by block."""
    for block in push_down(query.blocks):
        known = spread(reduce(pin(block)))
        yield from drive(list(read_wants(known, snapshot)), known, snapshot.dialect)


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


def pin(block: Block) -> Block:
    """The block, its first rows asked for as if what a block around it gives were handed in.

    `LATERAL (SELECT ... WHERE a = outer.b ORDER BY c LIMIT 5)` asks for each outer row by a value of `a`.
    """
    outer = [join for join in block.joins if join.outer] if block.order and block.limit else []
    given = tuple(Predicate(join.left, "equality", "=", "?") for join in outer if join.left.source in block.sources)
    joins = tuple(join for join in block.joins if join not in outer)
    return replace(block, predicates=(*block.predicates, *given), joins=joins) if outer else block


def reduce(block: Block) -> Block:
    """The block with its outer joins as inner ones where a condition on what they add leaves out the rows without it.

    `IS NULL` on what a join adds asks for the rows to which nothing was joined: nothing is looked up by it.
    """
    asked = {one.operand.source.alias for one in block.predicates if one.choice == 0 and is_strict(one)}
    joins, before = list(block.joins), -1
    while before != len(asked):
        before = len(asked)
        joins = [replace(join, kept=join.kept and join.left.source.alias not in asked) for join in joins]
        asked |= {join.right.source.alias for join in joins if not join.kept and join.left.source.alias in asked}
    added = {join.left.source.alias for join in joins if join.kept}
    left = [one for one in block.predicates if not (one.test == "null" and one.operand.source.alias in added)]
    return replace(block, joins=tuple(joins), predicates=tuple(left)) if block.joins else block


def is_strict(predicate: Predicate) -> bool:
    """Whether a condition leaves out every row in which its column is NULL."""
    return predicate.test in STRICT and not predicate.optional


def spread(block: Block) -> Block:
    """The block with a column's value also for the columns that must be equal to it."""
    found = {one.operand: one for one in block.predicates if one.choice == 0 and one.test in SPREAD}
    added: dict[Operand, Predicate] = {}
    for join in (*block.joins, *block.joins):  # twice: an equality may lead to the next one
        sides = [(join.right, join.left)] if join.kept else [(join.left, join.right), (join.right, join.left)]
        for known, other in sides:
            if known in found and other not in found and not join.outer and other.source in block.sources:
                added[other] = found[other] = replace(found[known], operand=other)
    return replace(block, predicates=(*block.predicates, *added.values())) if added else block


def drive(wants: Sequence[Want], block: Block, dialect: Dialect) -> Iterator[Want]:
    """The wants, each told whether rows of others lead to it, and by which of its columns.

    One begins: a table whose own conditions an index serves; where there is none, the one with the most of them, for
    which an index is lacking. From there, and from what is outside of the block, tables are reached along joins: by an
    index while there is one, else by one that is lacking.
    """
    edges = {want.alias: list(list_edges(want, block)) for want in wants}
    begins = {want.alias for want in wants if is_served(want, dialect)} | find_unknown(block, wants)
    if not begins and not any(other is None for ways in edges.values() for _, other in ways):
        able = [want for want in wants if want.selective]
        begins = {want.alias for want in sorted(able, key=lambda want: rank(want, dialect))[-1:]}
    reached: set[str | None] = {None, *begins}
    told = {want.alias: replace(want, driven=False) for want in wants}
    rest = [want for want in wants if want.alias not in begins]
    while near := [led for want in rest if (led := lead(want, edges[want.alias], reached)) is not None]:
        served = [want for want in near if find_leading(want.table.indexes, want.joined, want, dialect)]
        for want in served or near[:1]:
            told[want.alias] = want
            reached.add(want.alias)
        rest = [want for want in rest if want.alias not in reached]
    yield from told.values()


def list_edges(want: Want, block: Block) -> Iterator[tuple[Term, str | None]]:
    """The columns by which rows of others lead to a table, with the alias of the other; None for what always does."""
    for join in block.joins:
        for mine, other in ((join.left, join.right), (join.right, join.left)):
            if mine.source.alias != want.alias or mine.source.table != want.table.name or not is_fixed(mine):
                continue
            if mine is join.right and (join.outer or join.kept):
                continue
            is_inside = other.source in block.sources and other.source != mine.source
            is_outside = join.outer or join.kept or not is_inside
            yield make_term(mine), None if is_outside else other.source.alias


def lead(want: Want, ways: Sequence[tuple[Term, str | None]], reached: Collection[str | None]) -> Want | None:
    """The want with the columns by which reached tables lead to it; None if none does."""
    joined = tuple(dict.fromkeys(term for term, other in ways if other in reached))
    return replace(want, joined=joined, driven=True) if joined else None


def find_unknown(block: Block, wants: Sequence[Want]) -> set[str]:
    """The tables of a block about which nothing is known but that something picks few of their rows."""
    known = {want.alias for want in wants}
    asked = [one.operand.source.alias for one in block.predicates if one.test in SELECTIVE]
    return {alias for alias in asked if alias not in known}


def is_served(want: Want, dialect: Dialect) -> bool:
    """Whether an index finds the rows by the table's own conditions."""
    indexes = want.table.indexes
    if want.selective and find_leading(indexes, want.selective, want, dialect) is not None:
        return True
    if find_inverted(indexes, want, dialect) is not None:
        return True
    return any(all(find_leading(indexes, (term,), want, dialect) for term in side) for side in want.alternatives)


def rank(want: Want, dialect: Dialect) -> tuple[bool, int, int]:
    """How much an index on a table's own conditions would help: most where nothing else can lead to the table."""
    is_reached = bool(want.joined) and find_leading(want.table.indexes, want.joined, want, dialect) is not None
    return not is_reached, len(want.pinned), len(want.selective)
