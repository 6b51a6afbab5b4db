"""Whether an index serves a demand: leading keys, order and direction, and what a partial index leaves out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from readycheck.sql.advice.wants import STRICT, Term, Want, is_two_valued, normalise
from readycheck.sql.cover import ORDERED
from readycheck.sql.queries import Order, Predicate, analyse
from readycheck.sql.snapshot import Dialect, Index, Key

HASHED = ORDERED | {"hash"}
INVERTED = frozenset({"gin", "gist", "spgist", "rum", "bloom"})


def name_key(key: Key) -> str:
    """A key as a term is named."""
    return key.column if key.column is not None else f"({normalise(key.expression or '')})"


def is_usable(index: Index, want: Want, dialect: Dialect) -> bool:
    """Whether the planner may take the index for the query at all: it is valid and has all the rows that are wanted."""
    return index.valid and index.method in HASHED and has_all(index, want, dialect)


def has_all(index: Index, want: Want, dialect: Dialect) -> bool:
    """Whether an index has all the rows that are wanted."""
    return index.predicate is None or implies(
        want.filters, [term.column for term in want.joined], index.predicate, dialect
    )


def find_leading(indexes: Iterable[Index], terms: Sequence[Term], want: Want, dialect: Dialect) -> Index | None:
    """A usable index that begins with one of the terms, or that is partial and has little more than what is asked for.

    One that begins with a yes or no serves other terms only together with them.
    """
    names = {_fold(term.name, dialect) for term in terms}
    ranged = {_fold(term.name, dialect) for term in want.ranges}
    halves = {_fold(term.name, dialect) for term in terms if not term.text and is_two_valued(want.table, term.column)}
    for index in indexes:
        if not index.columns or not is_usable(index, want, dialect):
            continue
        keys = [_fold(name_key(key), dialect) for key in index.columns]
        if index.method == "hash" and keys[0] in ranged:
            continue  # it has no order
        if index.predicate and any(term.column in index.mentions for term in want.pinned if term in terms):
            return index
        second = keys[1] if len(keys) > 1 else ""
        if keys[0] in names and (keys[0] not in halves or names <= halves or second in names - halves):
            return index
    return None


def find_inverted(indexes: Iterable[Index], want: Want, dialect: Dialect) -> Index | None:
    """A usable index of another kind than btree that finds rows by one of its keys, whichever."""
    searched = {term.name for term in want.searched}
    likened = {term.name for term in want.likened}
    for index in indexes:
        if index.valid and index.method in INVERTED and has_all(index, want, dialect):
            for key in index.columns:
                name = name_key(key)
                if name in searched or (name in likened and "trgm" in key.opclass):
                    return index
    return None


def _fold(name: str, dialect: Dialect) -> str:
    return name if dialect == "postgres" else name.lower()


def find_sorted(indexes: Iterable[Index], want: Want, dialect: Dialect) -> Index | None:
    """A usable index that returns rows in the wanted order: pinned keys first, in any order, then those of ORDER BY."""
    pinned = {term.name for term in want.pinned}
    picking = {term.name for term in want.selective} & pinned
    for index in indexes:
        if index.method != "btree" or not is_usable(index, want, dialect):
            continue
        rest, taken = list(index.columns), set[str]()
        while rest and name_key(rest[0]) in pinned:
            taken.add(name_key(rest.pop(0)))
        if picking and not taken & picking and not picking & set(index.mentions):
            continue  # it has the order of all rows: most are read in vain
        order = [one for one in want.order if _name_order(one) not in pinned]
        if runs_along(rest, order):
            return index
    return None


def _name_order(order: Order) -> str:
    return order.operand.column if order.operand.function is None else f"({normalise(order.operand.function)})"


def runs_along(keys: Sequence[Key], order: Sequence[Order]) -> bool:
    """Whether keys yield an order, read forwards or backwards."""
    if len(keys) < len(order):
        return False
    pairs = list(zip(keys, order, strict=False))
    if any(name_key(key) != _name_order(one) for key, one in pairs):
        return False
    same = [(key.descending, key.nulls_first) == (one.descending, one.nulls_first) for key, one in pairs]
    flipped = [(not key.descending, not key.nulls_first) == (one.descending, one.nulls_first) for key, one in pairs]
    return all(same) or all(flipped)


def implies(filters: Sequence[Predicate], joined: Sequence[str], predicate: str, dialect: Dialect) -> bool:
    """Whether conditions of a query say at least what a partial index' predicate says."""
    conjuncts = _read_predicate(predicate, dialect)
    if conjuncts is None:
        return False
    return all(any(_says(one, conjunct) for one in filters) or _is_met(conjunct, joined) for conjunct in conjuncts)


def _is_met(conjunct: Predicate, joined: Sequence[str]) -> bool:
    return conjunct.test == "not-null" and conjunct.operand.column in joined


def _says(one: Predicate, conjunct: Predicate) -> bool:
    if one.operand.column != conjunct.operand.column or bool(one.operand.function) != bool(conjunct.operand.function):
        return False
    if conjunct.test == "not-null":
        return one.test in STRICT
    same = (one.test, one.operator, normalise(one.value)) == (
        conjunct.test,
        conjunct.operator,
        normalise(conjunct.value),
    )
    return same and "?" not in one.value


@lru_cache(maxsize=4096)
def _read_predicate(predicate: str, dialect: Dialect) -> tuple[Predicate, ...] | None:
    """The conjuncts of an index' predicate; None when some of it was not understood."""
    query = analyse("SELECT 1 FROM t WHERE " + predicate, dialect)  # noqa: S608 - it is parsed, nobody runs it
    if query.problem or not query.blocks or any(one.choice for one in query.predicates):
        return None
    understood = sum(1 for _ in query.predicates)
    expected = predicate.upper().count(" AND ") + 1 - predicate.upper().count(" BETWEEN ")
    return query.predicates if understood == expected else None
