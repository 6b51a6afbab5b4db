"""A check on statements that insert or update: what ON CONFLICT names must be unique."""

from __future__ import annotations

import re
from collections.abc import Iterator

from readycheck.model.evidence import Match
from readycheck.model.location import Span
from readycheck.model.rule import Rule
from readycheck.scan.checks.contract import PROGRAM, CheckResult, Facts, requires
from readycheck.scan.queries.analysed import Reading
from readycheck.scan.queries.project import STORED, read_database
from readycheck.sql.snapshot import Snapshot, Table


@requires(*PROGRAM, *STORED)
def conflict_without_unique(facts: Facts, rule: Rule) -> CheckResult:
    """ON CONFLICT names columns, and no unique index has just these: the database refuses the statement each time."""
    reading = read_database(facts)
    examined = {one.where for one in reading.asked if any(block.conflict for block in one.query.blocks)}
    return CheckResult(len(examined), tuple(find_clashes(reading, rule)) if examined else ())


def find_clashes(reading: Reading, rule: Rule) -> Iterator[Match]:
    """The statements that are refused in every database that has their table."""
    from readycheck.sql.advice.conflicts import list_clashes  # noqa: PLC0415 - parsers: where there are queries

    found: dict[tuple[str, int], list[Match]] = {}
    asked: dict[tuple[str, int], int] = {}
    for source in reading.sources:
        uses = reading.list_uses(source)
        for use in uses:
            if any(block.conflict for block in use.query.blocks):
                place = use.place.path, use.place.line
                asked[place] = asked.get(place, 0) + 1
        for clash in list_clashes(source.snapshot, uses):
            if not is_unsure(source.snapshot, clash.table):
                place = clash.use.place.path, clash.use.place.line
                columns = ", ".join(clash.columns)
                where = Span(place[0], place[1], 1, place[1], 2)
                also = (Span(clash.table.place.path, clash.table.place.line, 1, clash.table.place.line, 2),)
                message = f"ON CONFLICT ({columns}): {clash.table.name} has no unique index over just these columns"
                match = Match(
                    rule.id, where, clash.table.name, f"{clash.table.name} ({columns})", message,
                    also=also if clash.table.place.line else (),
                )  # fmt: skip
                found.setdefault(place, []).append(match)
    yield from (matches[0] for place, matches in found.items() if len(matches) == asked[place])


def is_unsure(snapshot: Snapshot, table: Table) -> bool:
    """Whether something that could not be replayed may be the index."""
    for problem in snapshot.problems:
        about = table.name in problem.tables or table.name.lower() in problem.text.lower()
        if about and re.search(r"(?i)\b(?:index|unique|primary|alter)\b", problem.text):
            return True
    return False
