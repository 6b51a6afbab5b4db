"""Checks on queries that run once for each row."""

from __future__ import annotations

from readycheck.model.evidence import Match
from readycheck.model.location import Span
from readycheck.model.rule import Rule
from readycheck.scan.checks.contract import PROGRAM, CheckResult, Facts, requires
from readycheck.scan.queries.loops import Loops, Repeated
from readycheck.scan.queries.mappers import find_mapped
from readycheck.scan.queries.project import STORED, read_database
from readycheck.scan.queries.reached import Reached

MOST_STEPS = 4


@requires(*PROGRAM, *STORED, "row-loop")
def query_in_loop(facts: Facts, rule: Rule) -> CheckResult:
    """A query runs once for each row of another one, or for each element of a list."""
    reading = read_database(facts)
    statements = [*find_mapped(facts, reading), *reading.statements]
    loops, reached = Loops(facts, statements), Reached(facts)
    matches: dict[Span, Match] = {}
    for one in loops.find_faults(reached):
        match = describe(facts, rule, one)
        matches.setdefault(match.where, match)  # type: ignore[arg-type]
    return CheckResult(len(statements), tuple(matches.values()))


def describe(facts: Facts, rule: Rule, one: Repeated) -> Match:
    """What is repeated, and over what."""
    where = facts.program.locate(one.call)
    steps = [facts.program.locate(step) for step in one.steps[:MOST_STEPS]]
    verb = one.statement.shown.split(None, 1)[0].upper() if one.statement.texts else f"query (`{one.statement.shown}`)"
    way = "" if not one.steps else f" through `{one.call.text}`"
    over = str(one.loop.data["over"]).removeprefix("await ")
    message = f"one {verb}{way} for each element of `{over[:60]}`"
    return Match(
        rule.id,
        where,
        one.call.owner,
        where.snippet.strip(),
        message,
        also=(one.loop.where, *steps, one.statement.where),
    )
