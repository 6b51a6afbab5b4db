"""From demands that no index serves to needs, with the evidence for each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from readycheck.model.vocabulary import Confidence
from readycheck.sql.advice.driving import list_wants
from readycheck.sql.advice.merging import Demand, Direction
from readycheck.sql.advice.serving import find_inverted, find_leading, find_sorted
from readycheck.sql.advice.wants import Term, Want, is_two_valued, make_term
from readycheck.sql.audit import NeedKind, Use
from readycheck.sql.cover import find_cover
from readycheck.sql.names import quote
from readycheck.sql.snapshot import ForeignKey, Place, Snapshot, Table

_IMMUTABLE = re.compile(
    r"\s*(?:(?:lower|upper|coalesce|md5|abs|length|trim|btrim|ltrim|rtrim|left|right|substring)\b|to_tsvector\s*\(\s*'|(?:\w+|\"[^\"]+\")\s*->>?)",
    re.IGNORECASE,
)
MOST_PINNED = 3


@dataclass
class Lack:
    """A demand that nothing serves, before proposals were made of all of them."""

    kind: NeedKind
    table: Table
    demand: Demand
    confidence: Confidence
    reason: str
    text: str
    place: Place
    uses: list[Use] = field(default_factory=list)
    can_be_built: bool = True


def list_key_lacks(snapshot: Snapshot, uses: list[Use]) -> Iterator[Lack]:
    """The foreign keys that no index serves. Partitions are judged by the table that they belong to."""
    used = _index_uses(snapshot, uses)
    for table in snapshot.tables:
        if table.partition_of:
            continue
        for key in table.foreign_keys:
            if find_cover(table, key.columns) is None:
                found = [use for name in key.columns for use in used.get((table.schema, table.name, name), ())]
                backing = list({id(use): use for use in found}.values())
                yield _make_key_lack(table, key, backing)


def _make_key_lack(table: Table, key: ForeignKey, uses: list[Use]) -> Lack:
    columns = ", ".join(key.columns)
    text = f"FOREIGN KEY ({columns}) REFERENCES {key.table} ({', '.join(key.references)})"
    cost = "every delete of a row that it refers to reads the whole table"
    reason = f"{table.name} ({columns}) refers to {key.table}, and no index begins with it: {cost}"
    if uses:
        reason = f"{reason}, and so does {'a query' if len(uses) == 1 else f'each of {len(uses)} queries'} by it"
    demand = Demand(tuple(Term(name) for name in key.columns))
    place = key.place if key.place.path else table.place
    return Lack("foreign-key", table, demand, Confidence.HIGH, reason, text, place, uses)


def _index_uses(snapshot: Snapshot, uses: list[Use]) -> dict[tuple[str, str, str], list[Use]]:
    """Which queries look for rows by a column while nothing serves them, by (schema, table, column)."""
    found: dict[tuple[str, str, str], list[Use]] = {}
    for use in uses:
        for want in list_wants(use.query, snapshot):
            terms = (*want.pinned, *want.ranges, *want.joined)
            if find_leading(want.table.indexes, terms, want, snapshot.dialect):
                continue
            for term in (*terms, *(one for side in want.alternatives for one in side)):
                if not term.text:
                    found.setdefault((want.table.schema, want.table.name, term.column), []).append(use)
    return found


def list_query_lacks(snapshot: Snapshot, uses: list[Use]) -> Iterator[Lack]:
    """What queries ask for and no index serves; equal demands on one table are told once, with all their queries."""
    lacks: dict[tuple[str, str, str, Demand], Lack] = {}
    for use in uses:
        for want in list_wants(use.query, snapshot):
            for lack in _judge(want, snapshot, use):
                known = lacks.setdefault((lack.kind, want.table.schema, want.table.name, lack.demand), lack)
                if use not in known.uses:
                    known.uses.append(use)
    yield from lacks.values()


def _judge(want: Want, snapshot: Snapshot, use: Use) -> Iterator[Lack]:
    indexes, dialect = want.table.indexes, snapshot.dialect
    own = (*want.pinned, *want.ranges)
    served = find_leading(indexes, (*own, *(want.joined if want.driven else ())), want, dialect)
    served = served or find_inverted(indexes, want, dialect)
    if want.searched and not own and not served and dialect == "postgres":
        yield _make_lack("predicate", want, Demand(want.searched[:1], method="gin"), use)
        return
    if own and not served:
        sides = [] if want.driven else [side for side in want.alternatives if _serve_all(side, want, snapshot)]
        if not sides:
            yield _make_lack("predicate", want, _compose(want), use)
        return
    if want.joined and want.driven and not own and not served and not want.alternatives:
        yield _make_lack("join", want, Demand(want.joined[:1]), use)
        return
    if not own and want.alternatives and not served:
        for side in want.alternatives:
            for term in side:
                if not find_leading(indexes, (term,), want, dialect):
                    yield _make_lack("predicate", want, Demand((term,)), use)
        return
    if want.order and _may_sort(want) and not find_sorted(indexes, want, dialect):
        yield _make_lack("order", want, _compose(want), use)


def _serve_all(side: tuple[Term, ...], want: Want, snapshot: Snapshot) -> bool:
    return all(find_leading(want.table.indexes, (term,), want, snapshot.dialect) for term in side)


def _may_sort(want: Want) -> bool:
    """Whether an index could give the order: not over a list of values, not when one row at most is found."""
    pinned = {term.name for term in want.pinned}
    is_single = any(key and set(key) <= pinned for key in want.table.unique_keys)
    other = [term for term in want.ranges if term.name != _order_terms(want)[0].name]
    return (
        not want.has_list and not is_single and not want.driven and not want.alternatives and not (other and not pinned)
    )


def _order_terms(want: Want) -> tuple[Term, ...]:
    return tuple(make_term(one.operand) for one in want.order)


def _compose(want: Want) -> Demand:
    """The index that a query would like: what is pinned, then its order when it has a limit, else one range."""
    selective = [
        term for term in want.pinned if not is_two_valued(want.table, term.column) and not _is_null_test(want, term)
    ]
    leading = tuple(selective or want.pinned)[:MOST_PINNED]
    names = {term.name for term in leading}
    if want.order and _may_sort(want):
        tail = [(term, one) for term, one in zip(_order_terms(want), want.order, strict=True) if term.name not in names]
        directions: tuple[Direction, ...] = tuple((one.descending, one.nulls_first) for _, one in tail)
        return Demand(leading, tuple(term for term, _ in tail), directions)
    ranges = [term for term in want.ranges if term.name not in names]
    return Demand(leading, (ranges[0],)) if ranges and leading else Demand(leading or tuple(ranges[:1]))


def _is_null_test(want: Want, term: Term) -> bool:
    return any(one.test == "null" and make_term(one.operand) == term for one in want.filters)


def _make_lack(kind: NeedKind, want: Want, demand: Demand, use: Use) -> Lack:
    table = want.table
    terms = (*demand.leading, *demand.tail)
    is_whole = kind == "predicate" and not want.alternatives and demand.method == "btree"
    asked = (*want.pinned, *want.ranges) if is_whole else terms
    columns = ", ".join(quote(term.column) if not term.text else term.expression for term in asked)
    is_walked = kind == "predicate" and not want.pinned and not _begins_order(want)  # rows may be tested in that order
    weak = all(is_two_valued(table, term.column) or _is_null_test(want, term) for term in terms)
    reasons = {
        "predicate": f"a query looks for rows of {table.name} by ({columns}): no index begins with any of these",
        "join": f"for each row of another table a query looks up {table.name} by ({columns}): no index begins with it",
        "order": f"a query wants the first rows of {table.name} by ({columns}): no index has that order",
    }
    return Lack(
        kind,
        table,
        demand,
        Confidence.LOW if weak or is_walked or (kind == "order" and not want.pinned) else Confidence.MEDIUM,
        reasons[kind],
        use.text or " ".join(use.query.text.split()),
        use.place,
        can_be_built=all(not term.text or _IMMUTABLE.match(term.expression) is not None for term in terms),
    )


def _begins_order(want: Want) -> bool:
    """Whether the first rows are asked for by a column that lies between bounds, or are not asked for."""
    return not want.order or _order_terms(want)[0] in want.ranges


def list_name_lacks(snapshot: Snapshot, known: set[tuple[str, str, str]]) -> Iterator[Lack]:
    """Columns that only their names give away as references, and that no index serves."""
    tables = {table.name.lower() for table in snapshot.tables}
    for table in snapshot.tables:
        keyed = {name for key in table.foreign_keys for name in key.columns}
        for column in table.columns:
            stem = _find_stem(column.name)
            if (
                stem is None
                or column.name in keyed
                or (table.schema, table.name, column.name) in known
                or table.partition_of
            ):
                continue
            target = next((name for name in (stem, f"{stem}s", f"{stem}es", f"{stem[:-1]}ies") if name in tables), None)
            if target and find_cover(table, (column.name,)) is None:
                reason = (
                    f"{table.name} ({column.name}) is named like a reference to {target}, and no index begins with it"
                )
                demand = Demand((Term(column.name),))
                yield Lack("name", table, demand, Confidence.LOW, reason, column.name, column.place)


def _find_stem(name: str) -> str | None:
    """`user` of `user_id` and `userId`."""
    if match := re.fullmatch(r"(.+?)(?:_id|Id|ID)", name):
        return match[1].lower().rstrip("_")
    return None
