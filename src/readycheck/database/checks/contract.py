"""What a database check is: a plain function on an inspection, marked with the topics that it examines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from readycheck.database.inspection import Inspection
from readycheck.model.evidence import Match
from readycheck.model.judgement import Judgement
from readycheck.model.location import Endpoint, Relation, Span
from readycheck.model.rule import Rule
from readycheck.sql.snapshot import Place, Table

NAMED = 3


CheckFunction = Callable[[Inspection, Rule], Judgement]


@dataclass(frozen=True, slots=True)
class DatabaseCheck:
    """A check with the topics that it needs.

    Where one of them was not read, it has nothing to say but why; where one was read in part, it proves nothing.
    """

    topics: tuple[str, ...]
    function: CheckFunction

    def __call__(self, inspection: Inspection, rule: Rule) -> Judgement:
        """The judgement on an inspection."""
        missing = [topic for topic in self.topics if not has(inspection, topic)]
        if missing:
            reason = inspection.explain_skipped(*missing)
            return Judgement(unproven=reason or f"the recording does not hold it: {', '.join(missing)}")
        judged = self.function(inspection, rule)
        gap = inspection.explain_skipped(*self.topics)
        if judged.proof and gap:
            return replace(judged, proof="", unproven=f"{judged.proof}, but {gap}")
        return judged


def has(inspection: Inspection, topic: str) -> bool:
    """Whether a topic was read; `schema` is the catalog as a whole."""
    return inspection.snapshot is not None if topic == "schema" else topic in inspection.readings


def reads(*topics: str) -> Callable[[CheckFunction], DatabaseCheck]:
    """Mark a function as a check that needs these topics."""

    def mark(function: CheckFunction) -> DatabaseCheck:
        return DatabaseCheck(topics, function)

    return mark


def make_match(
    rule: Rule, where: Relation | Endpoint, message: str, text: str = "", places: Iterable[Place] = ()
) -> Match:
    """A match; its identity is the rule, the relation and `text`, never a figure that is another one tomorrow.

    `places` are lines of the project that belong to it; those without a line, as a live catalog's, are left out.
    """
    also = tuple(Span(place.path, place.line, 1, place.line, 2) for place in places if place.line)
    return Match(rule.id, where, text=text, message=message, also=also)


def locate(table: Table, columns: Sequence[str] = ()) -> Relation:
    """The place of a table, or of some of its columns."""
    return Relation(table.schema, table.name, tuple(columns))


def locate_server(kind: str, name: str, got: str = "") -> Endpoint:
    """The place of what is no relation: `SETTING statement_timeout`, `ROLE app`."""
    return Endpoint(kind.upper(), name, got=got)


def decide(matches: Iterable[Match], examined: int, proof: str, nothing: str) -> Judgement:
    """The usual three: refuted if there are matches, proved if something was examined, else unproven: `nothing`."""
    found = tuple(matches)
    if found or examined:
        return Judgement(examined, found, "" if found else proof)
    return Judgement(unproven=nothing)


def name_some(words: Sequence[str], between: str = ", ") -> str:
    """The first three, and how many more."""
    more = f" and {len(words) - NAMED} more" if len(words) > NAMED else ""
    return f"{between.join(words[:NAMED])}{more}"


def count(number: int, noun: str, plural: str = "") -> str:
    """`1 table`, `3 tables`, `2 indexes`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def tell_duration(seconds: float) -> str:
    """An age as a person says it: `40 seconds`, `5 minutes`, `3 hours`, `12 days`."""
    for size, noun in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            return count(int(seconds // size), noun)
    return count(int(seconds), "second")
