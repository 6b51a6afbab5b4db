"""Whether an index serves a demand: leading keys, order and direction, and what a partial index leaves out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from readycheck.sql.advice.wants import STRICT, Term, Want, normalise
from readycheck.sql.cover import ORDERED
from readycheck.sql.queries import Order, Predicate, analyse
from readycheck.sql.snapshot import Dialect, Index, Key

HASHED = ORDERED | {"hash"}


def name_key(key: Key) -> str:
    """A key as a term is named."""
    return key.column if key.column is not None else f"({normalise(key.expression or '')})"


def is_usable(index: Index, want: Want, dialect: Dialect) -> bool:
    """Whether the planner may take the index for the query at all: it is valid and has all the rows that are wanted."""
    if not index.valid or index.method not in HASHED:
        return False
    return index.predicate is None or implies(
        want.filters, [term.column for term in want.joined], index.predicate, dialect
    )


def find_leading(indexes: Iterable[Index], terms: Sequence[Term], want: Want, dialect: Dialect) -> Index | None:
    """A usable index that begins with one of the terms."""
    names = {_fold(term.name, dialect) for term in terms}
    for index in indexes:
        if index.columns and _fold(name_key(index.columns[0]), dialect) in names and is_usable(index, want, dialect):
            return index
    return None


def _fold(name: str, dialect: Dialect) -> str:
    return name if dialect == "postgres" else name.lower()


def find_sorted(indexes: Iterable[Index], want: Want, dialect: Dialect) -> Index | None:
    """A usable index that returns rows in the wanted order: pinned keys first, in any order, then those of ORDER BY."""
    pinned = {term.name for term in want.pinned}
    for index in indexes:
        if index.method != "btree" or not is_usable(index, want, dialect):
            continue
        rest = list(index.columns)
        while rest and name_key(rest[0]) in pinned:
            rest.pop(0)
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
