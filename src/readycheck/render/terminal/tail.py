"""The end of the report, which is what a reader sees first in a terminal: notices, numbers, the next step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from readycheck.model.report import Notice, Report
from readycheck.render.frame import Line
from readycheck.render.outline import Outline
from readycheck.render.terminal.parts import BLANK, Page, draw_heading, draw_paragraph
from readycheck.render.text import count, list_counts
from readycheck.render.wording import describe_exempt, describe_files, describe_findings

NOTICES_SHOWN = 10
REASONS_SHOWN = 4
LOUD = frozenset({"expired-waiver", "suppression-without-reason", "not-fully-analysed"})


def draw_notices(report: Report, page: Page) -> Iterator[Line]:
    """Rules that broke, then notices, the loud ones first."""
    broken = [run for run in report.rules if run.error]
    notices = sorted(report.notices, key=lambda notice: notice.kind not in LOUD)
    if not broken and not notices:
        return
    yield from draw_heading(page, "Notices", count(len(broken) + len(notices), "notice"), "medium")
    for run in broken:
        yield from draw_paragraph(page, f"{run.id} broke: {run.error}", 2, lead=(page.symbol("todo"), "bad"))
    shown = len(notices) if page.verbose else NOTICES_SHOWN
    for notice in notices[:shown]:
        yield from _draw_notice(notice, page)
    if notices[shown:]:
        kinds = Counter(notice.kind for notice in notices[shown:])
        yield from draw_paragraph(page, f"{page.ellipsis} and more, with -v: {list_counts(kinds)}", 2, "quiet")


def _draw_notice(notice: Notice, page: Page) -> Iterator[Line]:
    place = f"{page.place(notice.where)}: " if notice.where else ""
    lead = (page.symbol("notice"), "bad" if notice.kind in LOUD else "open")
    yield from draw_paragraph(page, f"{place}{notice.message} ({notice.kind})", 2, lead=lead)


def draw_numbers(report: Report, page: Page) -> Iterator[Line]:
    """Findings, exemptions and files in three lines at the most."""
    yield from draw_paragraph(page, describe_findings(report), 2)
    limit = None if page.verbose else REASONS_SHOWN
    exempt = describe_exempt(report, limit)
    yield from draw_paragraph(page, exempt, 2) if exempt else ()
    files = describe_files(report, limit)
    cached = f" ({report.cached:,} from the cache)" if report.cached else ""
    yield from draw_paragraph(page, files.replace(" read", f" read{cached}", 1), 2)


def draw_details(report: Report, page: Page) -> Iterator[Line]:
    """What only -v shows: the roles with their reasons, the skipped files, the rules with what they examined."""
    if report.roles:
        yield from draw_heading(page, "Roles of the files read", count(report.files, "file"), "title")
        for role, (files, reasons) in report.roles.items():
            yield from draw_paragraph(page, list_counts(reasons), 2, "quiet", lead=(f"{role:<14}{files:>7,} ", ""))
    if report.rules:
        yield from draw_heading(page, "Rules", count(len(report.rules), "rule"), "title")
        for run in sorted(report.rules, key=lambda run: run.id):
            fared = f"skipped: {run.skipped}" if run.skipped else f"{run.examined:,} examined, {run.matches:,} matched"
            exempt = f", {run.exempt:,} of them exempt" if run.exempt else ""
            yield from draw_paragraph(page, fared + exempt, 2, "quiet", lead=(f"{run.id:<34}", ""))
    if report.skipped:
        yield from draw_heading(page, "Skipped", count(len(report.skipped), "path"), "title")
        for skipped in report.skipped:
            yield from draw_paragraph(page, f"{page.prefix}{skipped.path}: {skipped.reason}", 2, "quiet")


def draw_next(report: Report, outline: Outline, page: Page) -> Iterator[Line]:
    """The one command that helps most now."""
    step = _choose_next(report, outline)
    if step:
        yield BLANK
        yield from draw_paragraph(page, step, 2, lead=("Next:", "title"))


def _choose_next(report: Report, outline: Outline) -> str:
    tasks = [task for group in outline.todo.values() for task in group]
    if any(finding.fix for finding in report.findings if finding.suppressed is None):
        return "readycheck fix shows what can be rewritten for you"
    if tasks:
        groups = tasks[0].groups
        return f"readycheck explain {groups[0].id if groups else tasks[0].result.item.id}"
    results = [result for group in outline.unproven.values() for result in group]
    return f"readycheck explain {results[0].item.id}" if results else ""
