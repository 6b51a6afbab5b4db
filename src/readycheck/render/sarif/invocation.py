"""How the run went: what was cut off, which rules broke, which files were not read or not understood."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from readycheck.model.evidence import Skipped
from readycheck.model.finding import Finding
from readycheck.model.report import Notice, Report, RuleRun
from readycheck.model.rule import Json
from readycheck.render.sarif.places import describe_file, describe_location
from readycheck.render.text import count, escape, list_counts

NOTIFICATIONS_KEPT = 1_000
WARNINGS = frozenset({"expired-waiver", "not-fully-analysed", "suppression-without-reason"})


def describe_invocation(report: Report, left_out: Sequence[Finding], prefix: str) -> Json:
    """The invocation, with the loudest notifications first."""
    notifications = [*_list_cuts(report, left_out), *_list_broken(report)]
    notifications += [_describe_notice(notice, prefix) for notice in report.notices]
    notifications += [_describe_skipped(skipped, prefix) for skipped in report.skipped]
    kept = notifications[:NOTIFICATIONS_KEPT]
    if len(notifications) > len(kept):
        rest = len(notifications) - len(kept)
        kept.append(_notify("notifications-left-out", "note", f"{count(rest, 'more notification')} left out."))
    broken = any(run.error for run in report.rules)
    return {"executionSuccessful": not broken, "toolExecutionNotifications": kept}


def _list_cuts(report: Report, left_out: Sequence[Finding]) -> Iterator[Json]:
    if left_out:
        suppressed = sum(1 for finding in left_out if finding.suppressed)
        reasons = {"active": len(left_out) - suppressed, "suppressed": suppressed}
        counts = list_counts({kind: number for kind, number in reasons.items() if number})
        kept = len(report.findings) - len(left_out)
        text = f"This file holds {kept:,} of {count(len(report.findings), 'result')}, the worst first"
        yield _notify("results-left-out", "warning", f"{text}; left out: {counts}.")


def _list_broken(report: Report) -> Iterator[Json]:
    return (_describe_error(run) for run in report.rules if run.error)


def _describe_error(run: RuleRun) -> Json:
    return _notify("rule-broke", "error", f"{run.id} broke: {run.error}") | {"associatedRule": {"id": run.id}}


def _describe_notice(notice: Notice, prefix: str) -> Json:
    level = "warning" if notice.kind in WARNINGS else "note"
    notification = _notify(notice.kind, level, notice.message)
    if notice.where:
        notification["locations"] = [describe_location(notice.where, prefix)]
    return notification


def _describe_skipped(skipped: Skipped, prefix: str) -> Json:
    location: Json = {"physicalLocation": describe_file(skipped.path, prefix)}
    return _notify("skipped", "note", f"Not read: {skipped.reason}") | {"locations": [location]}


def _notify(kind: str, level: str, text: str) -> dict[str, Json]:
    return {"descriptor": {"id": kind}, "level": level, "message": {"text": escape(text)}}
