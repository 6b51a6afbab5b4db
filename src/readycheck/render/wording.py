"""What the reports for people say in the same words: the verdict, the level, the coverage, the numbers."""

from __future__ import annotations

from collections import Counter

from readycheck.model.report import Report
from readycheck.model.vocabulary import Level, Outcome, Priority, Verdict
from readycheck.render.outline import FAILED
from readycheck.render.text import count, join_words, list_counts

NEXT_LEVEL = {
    None: (Level.BRONZE, Priority.HIGH),
    Level.BRONZE: (Level.SILVER, Priority.MEDIUM),
    Level.SILVER: (Level.GOLD, Priority.LOW),
}
VERDICT_WORD = {Verdict.READY: "Ready", Verdict.NOT_READY: "Not ready", Verdict.INCOMPLETE: "Incomplete"}


def explain_verdict(report: Report) -> str:
    """Why the verdict is what it is, as half a sentence."""
    high = [result.outcome for result in report.items if result.item.priority is Priority.HIGH]
    contradicted = high.count(Outcome.CONTRADICTED)
    failed = sum(1 for outcome in high if outcome in FAILED)
    unclear = sum(1 for outcome in high if outcome in (Outcome.UNPROVEN, Outcome.ERROR))
    if report.verdict is Verdict.READY:
        return "every high-priority item is proved, attested, waived or does not apply"
    if report.verdict is Verdict.INCOMPLETE and not unclear:
        return "no high-priority item fails, but not all of them were looked at"
    if report.verdict is Verdict.INCOMPLETE:
        return f"no high-priority item fails, but {_how_many(unclear)} unproven"
    reason = count(failed, "high-priority item fails", "high-priority items fail")
    reason += f" ({contradicted} contradicted by the running service)" if contradicted else ""
    return reason + (f", {unclear} more {'is' if unclear == 1 else 'are'} unproven" if unclear else "")


def _how_many(number: int) -> str:
    return f"{number} {'is' if number == 1 else 'are'}"


def explain_level(report: Report) -> str:
    """The level that is reached, and what the next one would take."""
    reached = report.level.value if report.level else "none"
    following = NEXT_LEVEL.get(report.level)
    if following is None:
        return reached
    level, priority = following
    outcomes = [result.outcome for result in report.items if result.item.priority is priority]
    failed = sum(1 for outcome in outcomes if outcome in FAILED)
    unclear = sum(1 for outcome in outcomes if outcome in (Outcome.UNPROVEN, Outcome.ERROR))
    wanted = [f"{failed} to fix"] * bool(failed) + [f"{unclear} to prove"] * bool(unclear)
    needs = f"{reached}: {level.value} needs every {priority.value}-priority item"
    return needs + (f", {join_words(wanted)}" if wanted else "")


def explain_coverage(report: Report) -> str:
    """Which kind of evidence there is, for or against, for how many items."""
    coverage = report.coverage
    sources = {
        "live": coverage.live,
        "code and configuration": coverage.code,
        "attestation": coverage.attested,
        "none": coverage.unproven,
    }
    total = sum(sources.values())
    shown = ", ".join(f"{source} for {number}" for source, number in sources.items() if number) or "none"
    covered = f" ({100 * (total - coverage.unproven) // total} % of the items covered)" if total else ""
    return shown + covered


def describe_exempt(report: Report, limit: int | None = None) -> str:
    """How many matches are no findings, and why; empty when there are none."""
    reasons = dict(report.exempt or {})
    if not any(reasons.values()):
        return ""
    total = count(sum(reasons.values()), "match is", "matches are")
    return f"{total} exempt: {next(iter(reasons)) if len(reasons) == 1 else list_counts(reasons, limit)}"


def describe_findings(report: Report) -> str:
    """How many findings there are, how many do not count and why, how many there may be a fix for."""
    active = [finding for finding in report.findings if finding.suppressed is None]
    fixes = sum(finding.fix is not None for finding in active)
    by: Counter[str] = Counter(finding.suppressed.by for finding in report.findings if finding.suppressed)
    parts = [count(len(active), "finding") if active else "No findings"]
    if by:
        words = {"inline": "inline", "baseline": "in the baseline", "waiver": "waived"}
        parts.append(f"{sum(by.values()):,} suppressed ({list_counts({words[key]: by[key] for key in by})})")
    if fixes:
        parts.append(f"{fixes:,} with a fix")
    return ", ".join(parts)


def describe_files(report: Report, limit: int | None = None) -> str:
    """How many files were read and skipped, with at most `limit` reasons; of a service alone, that none was."""
    if report.target.root is None:
        return f"No file was read: {report.target.url} was asked"
    text = f"{count(report.files, 'file')} read"
    if report.skipped:
        reasons = Counter(skipped.reason for skipped in report.skipped)
        text += f", {len(report.skipped):,} skipped: {list_counts(reasons, limit)}"
    return text
