"""What the page shows, as plain values: the template only lays it out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from readycheck.model.finding import Finding
from readycheck.model.location import Span, Where
from readycheck.model.report import ItemResult, Report
from readycheck.model.rule import Catalogue
from readycheck.model.vocabulary import Outcome, Priority
from readycheck.render.frame import Caption, Line, draw_frame
from readycheck.render.outline import DONE, Outline, RuleGroup, Task, ask_for, count_by_file, outline_report
from readycheck.render.style import Style
from readycheck.render.text import count, describe_place, root_prefix
from readycheck.render.wording import (
    VERDICT_WORD,
    describe_exempt,
    describe_files,
    describe_findings,
    explain_coverage,
    explain_level,
    explain_verdict,
)

FRAMES_SHOWN = 50
FRAME_WIDTH = 120
SKIPPED_SHOWN = 500
WIDE = Style(width=FRAME_WIDTH)

View = dict[str, Any]  # what a template takes: strings, numbers, and lists and mappings of them


def build_view(report: Report, catalogue: Catalogue, style: Style) -> View:
    """The values of the page."""
    outline = outline_report(report, catalogue)
    limit = None if style.verbosity > 0 else FRAMES_SHOWN
    prefix = root_prefix(report.target)
    return {
        "tool": f"{report.tool.name} {report.tool.version}",
        "target": [name for name in (report.target.root, report.target.url, report.target.database) if name],
        "commit": report.target.commit or "",
        "verdict": report.verdict.value,
        "word": VERDICT_WORD[report.verdict],
        "reason": explain_verdict(report),
        "level": explain_level(report),
        "coverage": explain_coverage(report),
        "parts": _count_parts(outline),
        "done": {section: [_show_item(one) for one in results] for section, results in outline.done.items()},
        "todo": _show_todo(outline, prefix, limit),
        "broken": [_show_item(result) for result in outline.broken],
        "open": [_show_item(result) for results in outline.unproven.values() for result in results],
        "human": [_show_item(result) for results in outline.human.values() for result in results],
        "away": [_show_item(result) for result in outline.not_applicable],
        "numbers": _list_numbers(report),
        "errors": [f"{run.id} broke: {run.error}" for run in report.rules if run.error],
        "notices": [
            {"kind": one.kind, "message": one.message, "place": _place(one.where, prefix) if one.where else ""}
            for one in report.notices
        ],
        "skipped": [{"path": prefix + one.path, "reason": one.reason} for one in report.skipped[:SKIPPED_SHOWN]],
        "skipped_more": max(len(report.skipped) - SKIPPED_SHOWN, 0),
    }


def _count_parts(outline: Outline) -> list[View]:
    """The parts of the bar with their counts, in the order of the page."""
    parts = {
        "done": ("done", sum(map(len, outline.done.values()))),
        "todo": ("to do", sum(map(len, outline.todo.values()))),
        "open": ("unproven", sum(map(len, outline.unproven.values())) + len(outline.broken)),
        "human": ("need a human", sum(map(len, outline.human.values()))),
        "away": ("not applicable", len(outline.not_applicable)),
    }
    return [{"id": part, "word": word, "number": number} for part, (word, number) in parts.items() if number]


def _list_numbers(report: Report) -> list[str]:
    return [line for line in (describe_findings(report), describe_files(report), describe_exempt(report)) if line]


def _place(where: Where, prefix: str) -> str:
    return describe_place(where, prefix)


def _show_item(result: ItemResult) -> View:
    return {
        "id": result.item.id,
        "title": result.item.title,
        "priority": result.item.priority.value,
        "outcome": result.outcome.value,
        "reason": result.reason,
        "proof": ask_for(result),
        "brief": _find_brief(result),
        "evidence": [
            {
                "rule": evidence.rule,
                "channel": evidence.channel.value,
                "outcome": evidence.outcome.value,
                "examined": count(evidence.examined, "thing"),
                "message": evidence.message,
                "places": [_place(where, "") for where in evidence.where],
            }
            for evidence in result.evidence
        ],
    }


def _find_brief(result: ItemResult) -> str:
    """What a folded item says: its first proof, or why it has none."""
    proofs = [evidence.message for evidence in result.evidence if evidence.outcome in DONE and evidence.message]
    return proofs[0] if proofs and result.outcome in DONE else result.reason


def _show_todo(outline: Outline, prefix: str, limit: int | None) -> Mapping[Priority, list[View]]:
    return {priority: [_show_task(task, prefix, limit) for task in tasks] for priority, tasks in outline.todo.items()}


def _show_task(task: Task, prefix: str, limit: int | None) -> View:
    contradicted = task.result.outcome is Outcome.CONTRADICTED
    findings = count(sum(len(group.findings) for group in task.groups), "finding")
    groups = [_show_group(group, prefix, limit) for group in task.groups]
    shown = {group.id for group in task.groups}
    item = _show_item(task.result)
    for evidence in item["evidence"]:
        if evidence["rule"] in shown:
            evidence["places"] = []  # the frames show them
    return item | {"contradicted": contradicted, "findings": findings, "groups": groups}


def _show_group(group: RuleGroup, prefix: str, limit: int | None) -> View:
    rest = [] if limit is None else group.findings[limit:]
    fixes = sum(finding.fix is not None for finding in group.findings)
    return {
        "id": group.id,
        "title": group.title,
        "why": group.why,
        "remedy": group.remedy,
        "count": count(len(group.findings), "finding"),
        "fixes": f"{fixes:,} with a fix" if fixes else "",
        "frames": [_show_finding(finding, group, prefix) for finding in group.findings[:limit]],
        "rest": f"{count(len(rest), 'more finding')} in {count(len(count_by_file(rest)), 'file')}" if rest else "",
        "files": [{"path": prefix + path, "number": len(found)} for path, found in count_by_file(rest).items()],
    }


def _show_finding(finding: Finding, group: RuleGroup, prefix: str) -> list[Line]:
    """The lines of the finding's frames, in pieces of text with their kind."""
    label = "" if finding.message in ("", group.title) else finding.message
    lines: list[Line] = []
    for index, where in enumerate((finding.where, *finding.also)):
        tone = finding.priority.value
        caption = Caption(_place(where, prefix), label if index == 0 else "", tone, secondary=index > 0)
        lines += _draw(where, caption)
    return lines


def _draw(where: Where, caption: Caption) -> Iterable[Line]:
    if isinstance(where, Span):
        return draw_frame(where, caption, WIDE, FRAME_WIDTH)
    note: Line = (("  = ", "gutter"), (caption.label, caption.tone))
    return [
        (("and " if caption.secondary else "--> ", "gutter"), (caption.place, "place")),
        *([note] * bool(caption.label)),
    ]
