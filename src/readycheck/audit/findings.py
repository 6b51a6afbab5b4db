"""Matches that count become findings: with a priority, a fingerprint, a place, worst first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from readycheck.audit.fingerprint import Identity, fingerprint_all, identify
from readycheck.audit.gather import Gathered
from readycheck.model.evidence import Match
from readycheck.model.finding import Finding
from readycheck.model.location import Span, Where, describe_where
from readycheck.model.rule import Item, Rule
from readycheck.model.vocabulary import Confidence, Polarity, Priority

PRIORITIES = {priority: index for index, priority in enumerate(Priority)}
CONFIDENCES = {confidence: index for index, confidence in enumerate(Confidence)}
NOT_FOUND = "not found in the project"
Position = tuple[str, int, int, int, int]


def find_violations(gathered: Gathered, rules: Sequence[Rule], items: Mapping[str, Item]) -> list[Finding]:
    """The findings of all violation rules, unsorted and not yet suppressed."""
    findings = []
    for rule in rules:
        matches = gathered.kept.get(rule.id)
        if matches and rule.polarity is Polarity.VIOLATION:
            findings += make_findings(rule, items[rule.item].priority, matches)
    return findings


def make_findings(rule: Rule, priority: Priority, matches: Iterable[Match]) -> list[Finding]:
    """The matches of one rule as findings, in the order of their positions."""
    ordered = sorted(matches, key=lambda match: position(match.where))
    prints = fingerprint_all(identify(match) for match in ordered)
    return [
        Finding(
            rule.id,
            rule.item,
            priority,
            rule.confidence,
            match.message or rule.title,
            mark,
            match.where,
            match.also,
            fix=rule.fix,
        )
        for match, mark in zip(ordered, prints, strict=True)
    ]


def make_absence(rule: Rule, item: Item, places: Sequence[Where]) -> Finding:
    """The finding that a control is missing, at the first of the places where it belongs.

    It belongs to the whole project, so its fingerprint knows no path: renaming the application's file changes nothing.
    Nor does the message hold a count that every new file would change: it stands in the baseline.
    """
    first, *others = places
    (mark,) = fingerprint_all([Identity(rule.id, "", text="absent")])
    message = f"{NOT_FOUND}: {rule.title}"
    return Finding(rule.id, item.id, item.priority, rule.confidence, message, mark, first, tuple(others), fix=rule.fix)


def position(where: Where) -> Position:
    """What orders places: by path, then by line and column; endpoints and relations by their text."""
    if isinstance(where, Span):
        return where.path, where.line, where.column, where.end_line, where.end_column
    return describe_where(where), 0, 0, 0, 0


def sort_findings(findings: Iterable[Finding]) -> list[Finding]:
    """Worst first: priority, then confidence, then place."""
    return sorted(
        findings,
        key=lambda one: (PRIORITIES[one.priority], CONFIDENCES[one.confidence], position(one.where), one.rule),
    )
