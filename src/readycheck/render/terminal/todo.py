"""What is to do, by priority: each failing item with its findings as code frames, the reason and the way out."""

from __future__ import annotations

from collections.abc import Iterator

from readycheck.model.finding import Finding
from readycheck.model.location import Span
from readycheck.model.report import ItemResult
from readycheck.model.vocabulary import Confidence, Outcome, Priority
from readycheck.render.cells import measure
from readycheck.render.frame import Caption, Line, draw_frame
from readycheck.render.outline import FAILED, Outline, RuleGroup, Task, count_by_file
from readycheck.render.terminal.done import draw_other_evidence, list_places
from readycheck.render.terminal.parts import BLANK, Page, draw_heading, draw_paragraph
from readycheck.render.text import count, describe_place, escape

FRAMES_SHOWN = 5
FRAMES_BEFORE_REST = 3
FILES_SHOWN = 5
ALSO_SHOWN = 2
FRAME_WIDTH = 140


def draw_todo(outline: Outline, page: Page) -> Iterator[Line]:
    """One block a priority, highest first."""
    tasks = [task for group in outline.todo.values() for task in group]
    if not tasks:
        return
    findings = sum(len(group.findings) for task in tasks for group in task.groups)
    yield from draw_heading(page, "To do", f"{count(len(tasks), 'item')}, {count(findings, 'finding')}", "bad")
    for index, (priority, group) in enumerate(outline.todo.items()):
        yield from [BLANK] if index else []
        yield ((f"  {priority.value.capitalize()} priority", "title"),)
        for task in group:
            yield BLANK
            yield from _draw_task(task, priority, page)


def _draw_task(task: Task, priority: Priority, page: Page) -> Iterator[Line]:
    result = task.result
    word = " (contradicted)" if result.outcome is Outcome.CONTRADICTED else ""
    title = f"{escape(result.item.title)}{word}"
    lead = (page.symbol("todo"), priority.value)
    yield from _add_aside(page, draw_paragraph(page, title, 2, "title", lead=lead), escape(result.item.id))
    if not _repeats(task):
        yield from draw_paragraph(page, result.reason, 4)
    if result.outcome is Outcome.CONTRADICTED or not task.groups:
        yield from _draw_testimony(result, page)
    if page.verbose:
        yield from draw_other_evidence(result, page, 4)
    for group in task.groups:
        yield BLANK
        yield from _draw_group(group, priority, page)


def _repeats(task: Task) -> bool:
    """Whether the reason is empty or only says what the frames show anyway."""
    places = [describe_place(group.findings[0].where) for group in task.groups]
    return not task.result.reason or any(place in task.result.reason for place in places)


def _draw_testimony(result: ItemResult, page: Page) -> Iterator[Line]:
    """Which evidence speaks for the item and which against it."""
    for evidence in result.evidence:
        against = evidence.outcome in FAILED
        if not against and evidence.outcome is not Outcome.PASS:
            continue
        lead = (f"{page.symbol('todo' if against else 'done')} {evidence.channel.value}:", "bad" if against else "good")
        places = list_places(evidence, page)
        yield from draw_paragraph(page, evidence.message + (f" ({places})" if places else ""), 4, lead=lead)


def _draw_group(group: RuleGroup, priority: Priority, page: Page) -> Iterator[Line]:
    lines = draw_paragraph(page, group.title, 4, lead=(f"{escape(group.id)}:", priority.value))
    yield from _add_aside(page, lines, _describe(group))
    shown = len(group.findings) if page.verbose or len(group.findings) <= FRAMES_SHOWN else FRAMES_BEFORE_REST
    for finding in group.findings[:shown]:
        yield from _draw_finding(finding, group, page)
    if group.findings[shown:]:
        yield from _draw_rest(group, shown, page)
    if group.why:
        yield from draw_paragraph(page, group.why, 4, lead=("why:", "quiet"))
    if group.remedy:
        yield from draw_paragraph(page, group.remedy, 4, lead=("fix:", "good"))


def _add_aside(page: Page, lines: Iterator[Line], aside: str) -> Iterator[Line]:
    """The lines, with a quiet remark behind the last one, or below it where there is no room."""
    *first, last = lines
    yield from first
    if not aside or sum(measure(text) for text, _ in last) + 2 + measure(aside) <= page.width:
        yield (*last, (f"  {aside}" if aside else "", "quiet"))
        return
    yield last
    yield from draw_paragraph(page, aside, 4, "quiet")


def _describe(group: RuleGroup) -> str:
    """What sets this group apart: how many findings, how sure they are, whether there is a fix."""
    notes = [count(len(group.findings), "finding")] if len(group.findings) > 1 else []
    lowest = max((finding.confidence for finding in group.findings), key=list(Confidence).index)
    notes += [f"{lowest.value} confidence"] if lowest is not Confidence.HIGH else []
    notes += ["has a fix"] if any(finding.fix for finding in group.findings) else []
    return ", ".join(notes)


def _draw_finding(finding: Finding, group: RuleGroup, page: Page) -> Iterator[Line]:
    label = "" if finding.message in ("", group.title) else escape(finding.message)
    yield from _draw_place(finding, label, page)
    for where in finding.also[: None if page.verbose else ALSO_SHOWN]:
        if isinstance(where, Span):
            yield from _indent(draw_frame(where, Caption(page.place(where), secondary=True), page.style, _room(page)))
        else:
            yield (("      and ", "gutter"), (page.place(where), "place"))
    if not page.verbose and len(finding.also) > ALSO_SHOWN:
        yield ((f"      and {count(len(finding.also) - ALSO_SHOWN, 'more place')}", "quiet"),)
    yield BLANK


def _draw_place(finding: Finding, label: str, page: Page) -> Iterator[Line]:
    where = finding.where
    caption = Caption(page.place(where), label, finding.priority.value)
    if isinstance(where, Span):
        yield from _indent(draw_frame(where, caption, page.style, _room(page)))
        return
    yield (("     --> ", "gutter"), (caption.place, "place"))
    if label:
        yield from draw_paragraph(page, label, 6, caption.tone, lead=("=", "gutter"))


def _indent(lines: Iterator[Line]) -> Iterator[Line]:
    return ((("    ", ""), *line) for line in lines)


def _room(page: Page) -> int:
    """Code may be wider than prose."""
    return min(page.style.columns, FRAME_WIDTH) - 4


def _draw_rest(group: RuleGroup, shown: int, page: Page) -> Iterator[Line]:
    """How many findings are not drawn, and the files that hold most of them."""
    rest = group.findings[shown:]
    files = count_by_file(rest)
    where = f" in {count(len(files), 'file')}:" if files else "."
    yield ((f"    {page.ellipsis} and {count(len(rest), 'more', 'more')}{where}", ""),)
    for path, found in list(files.items())[:FILES_SHOWN]:
        yield ((f"    {len(found):>7,}  ", ""), (escape(page.prefix + path), "place"))
    others = [finding for found in list(files.values())[FILES_SHOWN:] for finding in found]
    if others:
        yield ((f"    {len(others):>7,}  in {count(len(files) - FILES_SHOWN, 'other file')}", ""),)
    yield from draw_paragraph(page, "See all of them with readycheck scan -v, or --format json.", 4, "quiet")
    yield BLANK
