"""The queries that take the server's time, as pg_stat_statements counted them, and where the project asks them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from readycheck.database.catalog import Row
from readycheck.database.checks.contract import count, decide, reads
from readycheck.database.checks.indexes import describe_need, get_schema
from readycheck.database.checks.project import is_advisable
from readycheck.database.inspection import Inspection
from readycheck.model.evidence import Match
from readycheck.model.judgement import Judgement
from readycheck.model.rule import Rule
from readycheck.sql.audit import Need, Use
from readycheck.sql.queries import Operand, Query
from readycheck.sql.snapshot import Place

SLOW = 20.0
"""Milliseconds on average with which a query counts however rarely it is asked."""
NOTICEABLE, BUSY = 1.0, 0.05
"""Milliseconds on average, and the share of all time, with which one counts that is asked often."""
SERVERS = Place("")
NAMED, WIDEST = 3, 90
Outline = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Busy:
    """One query of the server. `places` are lines of the project that ask it; `is_exact`: by the same statement."""

    row: Row
    use: Use
    places: tuple[Place, ...] = ()
    is_exact: bool = True

    @property
    def share(self) -> float:
        """Its part of the time of all statements, from 0 to 1."""
        return (self.row.number("total") or 0.0) / (self.row.number("all") or float("inf"))

    @property
    def is_costly(self) -> bool:
        """Whether it takes time that somebody notices."""
        mean = self.row.number("mean") or 0.0
        return mean >= SLOW or (mean >= NOTICEABLE and self.share >= BUSY)

    def describe(self) -> str:
        """What it costs and where it is asked."""
        told = f"{self.share:.0%} of the time of all statements, {self.row.number('mean') or 0:.3g} ms each time in "
        told += count(int(self.row.number("calls") or 0), "call")
        return f"{told}{self.tell_places()}"

    def tell_places(self) -> str:
        """`, asked at chat/messages.py:12`, or nothing."""
        if not self.places:
            return ""
        first, *others = self.places
        more = f" and {count(len(others), 'more place')}" if others else ""
        return f", {'asked' if self.is_exact else 'as it is asked'} at {first.path}:{first.line}{more}"


def list_busy(inspection: Inspection) -> list[Busy]:
    """The queries that pg_stat_statements counted, the busiest first; those of tables that are not the user's left out.

    A query of the project is the same if its fingerprint is, or, since a mapper writes its own, if it reads the same
    tables by the same conditions and in the same order.
    """
    from readycheck.sql.queries import analyse  # noqa: PLC0415 - its parser, only where there are statements

    schema = get_schema(inspection)
    exact, alike = find_asked(inspection.project.uses if inspection.project else ())
    found = []
    for row in inspection.rows("busiest"):
        use = Use(analyse(row.text("query"), "postgres", schema), SERVERS)
        if not any(schema.find_table(name) for name in use.query.tables):
            continue
        places = exact.get(row.text("fingerprint"), ())
        outline = () if places else alike.get(find_outline(use.query), ())
        place = next(iter((*places, *outline)), SERVERS)
        found.append(Busy(row, replace(use, place=place), tuple(places or outline), bool(places)))
    return found


def tell_busiest(inspection: Inspection) -> str:
    """`; most time takes SELECT ..., 43% of ...`, for the few that take the most; nothing where none is known."""
    busy = list_busy(inspection)[:NAMED]
    told = "; ".join(f"{shorten(one.row.text('query'))}, {one.describe()}" for one in busy)
    return f"; most of it goes to {told}" if told else ""


def shorten(text: str) -> str:
    """A query as far as it is told."""
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 3]}..."


def find_asked(uses: Sequence[Use]) -> tuple[Mapping[str, list[Place]], Mapping[Outline, list[Place]]]:
    """Where the project asks what: by fingerprint, and by outline."""
    exact: dict[str, list[Place]] = {}
    alike: dict[Outline, list[Place]] = {}
    for use in uses:
        if fingerprint := find_fingerprint(use.query.text):
            exact.setdefault(fingerprint, []).append(use.place)
        if outline := find_outline(use.query):
            alike.setdefault(outline, []).append(use.place)
    return exact, alike


@cache
def find_fingerprint(text: str) -> str:
    """A query's fingerprint; empty for what Postgres cannot read."""
    from readycheck.sql.shapes import find_shape  # noqa: PLC0415 - likewise

    shape = find_shape(text)
    return shape.fingerprint if shape else ""


def find_outline(query: Query) -> Outline:
    """The tables, conditions and order of a query; empty for one that has neither conditions nor an order."""
    conditions = frozenset((*spell(one.operand), one.test) for one in query.predicates)
    joins = frozenset(frozenset((spell(one.left), spell(one.right))) for one in query.joins)
    order = tuple((*spell(one.operand), one.descending) for block in query.blocks for one in block.order)
    return (query.kind, frozenset(query.tables), conditions, joins, order) if conditions or order else ()


def spell(operand: Operand) -> tuple[str, str, str]:
    """Table, column and function of a side of a condition."""
    table = operand.source.table if operand.source else ""
    return table, operand.column or "", operand.function or ""


@reads("schema", "busiest")
def statement_unindexed(inspection: Inspection, rule: Rule) -> Judgement:
    """A query that takes the server's time asks by columns that no index begins with."""
    busy = list_busy(inspection)
    costly = [one for one in busy if one.is_costly]
    matches = list(find_unserved(inspection, rule, costly))
    proof = f"of {count(len(busy), 'query', 'queries')} that the server counted, "
    proof += f"an index serves each of {len(costly)} that take time" if costly else "none takes time"
    nothing = inspection.explain_skipped("busiest") or "no query of a table was counted yet"
    return decide(matches, len(busy), proof, nothing)


def find_unserved(inspection: Inspection, rule: Rule, costly: Sequence[Busy]) -> Iterator[Match]:
    """One match for each index that costly queries lack."""
    told: set[tuple[str, str, str]] = set()
    for need in find_needs(inspection, costly):
        name = (need.table.schema, need.table.name, need.columns[0]) if need.columns else None
        behind = next((one for one in costly if one.use in need.uses), None)
        if behind and name and name not in told and is_advisable(need):
            told.add(name)
            match = describe_need(inspection, rule, need)
            yield replace(match, message=f"{match.message}; it takes {behind.describe()}")


def list_needs(inspection: Inspection) -> Sequence[Need]:
    """What the server's costly queries need."""
    return find_needs(inspection, [one for one in list_busy(inspection) if one.is_costly])


def find_needs(inspection: Inspection, costly: Sequence[Busy]) -> Sequence[Need]:
    """What some of the server's queries need."""
    from readycheck.sql.audit import audit  # noqa: PLC0415 - likewise

    return audit(get_schema(inspection), [one.use for one in costly]).needs if costly else ()
