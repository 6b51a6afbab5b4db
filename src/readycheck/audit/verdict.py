"""Verdict, level, summary and coverage. No average and no grade: an item that does not hold stops a level."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from readycheck.audit.join import Joined
from readycheck.audit.weigh import LIVE
from readycheck.model.finding import Finding
from readycheck.model.report import Coverage, ItemResult
from readycheck.model.vocabulary import Level, Outcome, Priority, Verdict

HOLDS = frozenset({Outcome.PASS, Outcome.ATTESTED, Outcome.NOT_APPLICABLE})
FAILS = frozenset({Outcome.FAIL, Outcome.CONTRADICTED})
LEVELS = ((Priority.HIGH, Level.BRONZE), (Priority.MEDIUM, Level.SILVER), (Priority.LOW, Level.GOLD))


def holds(joined: Joined) -> bool:
    """Whether nothing stands against the item: proved, attested, not applicable, or its absence waived."""
    return joined.waived or joined.result.outcome in HOLDS


def decide_verdict(items: Sequence[Joined]) -> Verdict:
    """Not ready if a high item fails; incomplete if one is unproven or broke, or if there is none at all."""
    high = [joined for joined in items if joined.result.item.priority is Priority.HIGH]
    if any(joined.result.outcome in FAILS for joined in high):
        return Verdict.NOT_READY
    return Verdict.READY if high and all(holds(joined) for joined in high) else Verdict.INCOMPLETE


def decide_level(items: Sequence[Joined]) -> Level | None:
    """The highest level below the first priority in which an item does not hold."""
    reached = None
    for priority, level in LEVELS:
        if not items or not all(holds(joined) for joined in items if joined.result.item.priority is priority):
            return reached
        reached = level
    return reached


def summarise(items: Sequence[Joined], findings: Sequence[Finding]) -> dict[str, int]:
    """Items by outcome, and how many findings are suppressed."""
    counts = Counter(joined.result.outcome for joined in items)
    summary = {outcome.value: counts[outcome] for outcome in Outcome}
    summary["suppressed"] = sum(1 for finding in findings if finding.suppressed is not None)
    return summary


def measure_coverage(items: Sequence[Joined]) -> Coverage:
    """By what each item was decided; those that do not apply are in none of the counts."""
    kinds = Counter(classify(joined.result) for joined in items)
    return Coverage(kinds["live"], kinds["code"], kinds["attested"], kinds["unproven"])


def classify(result: ItemResult) -> str:
    """Live evidence counts for more than code, code for more than a person's word."""
    if result.outcome is Outcome.NOT_APPLICABLE:
        return "none"
    if result.outcome is Outcome.ATTESTED:
        return "attested"
    if result.outcome in (Outcome.UNPROVEN, Outcome.ERROR):
        return "unproven"
    decided = (Outcome.PASS, Outcome.FAIL)
    return "live" if any(one.channel in LIVE and one.outcome in decided for one in result.evidence) else "code"
