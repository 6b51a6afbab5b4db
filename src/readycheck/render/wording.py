"""What the reports for people say in the same words: the verdict, the level, the coverage, the numbers."""

from __future__ import annotations

from collections import Counter

from readycheck.model.report import Report
from readycheck.model.vocabulary import Outcome, Priority, Verdict
from readycheck.render.outline import FAILED
from readycheck.render.text import count, join_words, list_counts

VERDICT_WORD = {Verdict.READY: "Ready", Verdict.NOT_READY: "Not ready", Verdict.INCOMPLETE: "Incomplete"}


def explain_verdict(report: Report) -> str:
    """Why the verdict is what it is, as half a sentence."""
    high = [result.outcome for result in report.items if result.item.priority is Priority.HIGH]
    contradicted = high.count(Outcome.CONTRADICTED)
    failed = sum(1 for outcome in high if outcome in FAILED)
    unclear = sum(1 for outcome in high if outcome in (Outcome.UNPROVEN, Outcome.ERROR))
    if report.verdict is Verdict.READY:
        return "every high-priority item is proved, attested, waived or does not apply"
    if report.verdict is Verdict.INCOMPLETE:
        return f"no high-priority item fails, but {_how_many(unclear)} unproven"
    reason = count(failed, "high-priority item fails", "high-priority items fail")
    reason += f" ({contradicted} contradicted by the running service)" if contradicted else ""
    return reason + (f", {unclear} more {'is' if unclear == 1 else 'are'} unproven" if unclear else "")


def _how_many(number: int) -> str:
    return f"{number} {'is' if number == 1 else 'are'}"


def explain_level(report: Report) -> str:
    """The level, or what the first one would take."""
    if report.level:
        return report.level.value
    high = [result.outcome for result in report.items if result.item.priority is Priority.HIGH]
    failed = sum(1 for outcome in high if outcome in FAILED)
    unclear = sum(1 for outcome in high if outcome in (Outcome.UNPROVEN, Outcome.ERROR))
    wanted = [f"{failed} to fix"] * bool(failed) + [f"{unclear} to prove"] * bool(unclear)
    return "none: bronze needs every high-priority item" + (f", {join_words(wanted)}" if wanted else "")


def explain_coverage(report: Report) -> str:
    """How the items were proved, in numbers."""
    coverage = report.coverage
    parts = {
        "proved live": coverage.live,
        "by code and configuration": coverage.code,
        "attested": coverage.attested,
        "unproven": coverage.unproven,
    }
    total = sum(parts.values())
    shown = [f"{number} {name}" for name, number in parts.items() if number or name == "unproven"]
    proved = total - coverage.unproven
    percent = f" ({100 * proved // total} % proved)" if total else ""
    return ", ".join(shown) + percent


def describe_findings(report: Report) -> str:
    """How many findings there are, how many do not count and why, how many can be fixed."""
    active = [finding for finding in report.findings if finding.suppressed is None]
    fixes: Counter[str] = Counter(finding.fix.safety for finding in active if finding.fix)
    by: Counter[str] = Counter(finding.suppressed.by for finding in report.findings if finding.suppressed)
    parts = [count(len(active), "finding") if active else "No findings"]
    if by:
        words = {"inline": "inline", "baseline": "in the baseline", "waiver": "waived"}
        parts.append(f"{sum(by.values()):,} suppressed ({list_counts({words[key]: by[key] for key in by})})")
    if fixes:
        parts.append(f"{sum(fixes.values()):,} fixable ({list_counts(fixes)})")
    return ", ".join(parts)


def describe_files(report: Report, limit: int | None = None) -> str:
    """How many files were read and skipped, with at most `limit` reasons."""
    text = f"{count(report.files, 'file')} read"
    if report.skipped:
        reasons = Counter(skipped.reason for skipped in report.skipped)
        text += f", {len(report.skipped):,} skipped: {list_counts(reasons, limit)}"
    return text
