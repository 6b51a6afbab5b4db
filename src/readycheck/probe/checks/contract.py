"""What an http check is: a plain function on a recording, marked with the topics that it examines."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from readycheck.model.evidence import Match
from readycheck.model.judgement import Judgement
from readycheck.model.location import Endpoint
from readycheck.model.rule import Rule
from readycheck.probe.exchange import Exchange, Recording

CheckFunction = Callable[[Recording, Rule], Judgement]


@dataclass(frozen=True, slots=True)
class RecordingCheck:
    """A check with the topics of the plan whose steps it looks at: only these are sent for it."""

    topics: tuple[str, ...]
    function: CheckFunction

    def __call__(self, recording: Recording, rule: Rule) -> Judgement:
        """The judgement on a recording."""
        return self.function(recording, rule)


def examines(*topics: str) -> Callable[[CheckFunction], RecordingCheck]:
    """Mark a function as a check over the exchanges of these topics."""

    def mark(function: CheckFunction) -> RecordingCheck:
        return RecordingCheck(topics, function)

    return mark


def make_match(rule: Rule, where: Endpoint, message: str, also: Iterable[Endpoint] = ()) -> Match:
    """A match at an operation; its identity is the rule, the operation and what was sent, never what came back.

    Of the other places each operation is named once.
    """
    others = {(one.method, one.path): one for one in also}
    others.pop((where.method, where.path), None)
    return Match(rule.id, where, text=where.sent, message=message, also=tuple(others.values()))


def name_operation(exchange: Exchange) -> str:
    """`GET /v1/things`."""
    return f"{exchange.request.method} {exchange.request.target}"


def decide(recording: Recording, matches: Iterable[Match], examined: int, proof: str, *steps: str) -> Judgement:
    """The usual three: refuted if there are matches, proved if something was examined, else unproven with the reason.

    `steps` are those (or the topics) that would have been needed; why they were not sent is the reason.
    """
    found = tuple(matches)
    if found or examined:
        return Judgement(examined, found, "" if found else proof)
    return Judgement(unproven=recording.explain_unsent(*steps) or "no answer of the kind that it examines")
