"""The fixes as a person reads them: the diff, then what was refused and why, then the next step."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator, Sequence

from readycheck.edits.text import diff
from readycheck.model.fix import Safety
from readycheck.model.fixes import FileChange, FixReport, SiteResult, State
from readycheck.render.frame import Line
from readycheck.render.style import Style
from readycheck.render.terminal.paint import paint
from readycheck.render.terminal.parts import BLANK, Page, draw_heading, draw_paragraph
from readycheck.render.text import count
from readycheck.scan.files.paths import decode_path

TAB = "    "
TONES = {"+": "good", "-": "bad", "@": "place"}
MADE = frozenset({State.CHOSEN, State.WRITTEN})


def render_fixes(report: FixReport, style: Style) -> str:
    """The report for a terminal; -q leaves out the diff, -v adds each refused place."""
    page = Page(style)
    return paint(draw_report(report, page), style)


def render_diff(changes: Sequence[FileChange]) -> str:
    """The changes as a patch that `git apply` takes, nothing escaped; write it with `surrogateescape`.

    Bytes that are no UTF-8 (a file's in Latin-1, a name's) are lone surrogates, as Python has them for such bytes.
    """
    return "".join(draw_patch(one) for one in changes)


def draw_patch(change: FileChange) -> str:
    """The patch of one file, with its byte order mark and its own bytes."""
    raw = change.raw or (change.before.encode(), change.after.encode())
    before, after = (data.decode("utf-8", "surrogateescape") for data in raw)
    return diff(decode_path(change.path), before, after, is_new=change.is_new)


def render_change(change: FileChange, style: Style) -> str:
    """The diff of one file for a terminal."""
    return paint(draw_change(change), style)


def draw_report(report: FixReport, page: Page) -> Iterator[Line]:
    """All of it."""
    if page.style.verbosity >= 0:
        for change in report.changes:
            yield from draw_change(change)
    if page.verbose:
        yield from draw_places(report, page)
    yield from draw_reasons(report, page, Safety.UNSAFE, "Unsafe")
    yield from draw_reasons(report, page, Safety.REFUSED, "Refused")
    yield from draw_problems(report, page)
    yield from draw_heading(page, "Result", "", "title")
    for text in describe_numbers(report):
        yield from draw_paragraph(page, text, 2)
    step = choose_next(report)
    if step:
        yield BLANK
        yield from draw_paragraph(page, step, 2, lead=("Next:", "title"))


def draw_change(change: FileChange) -> Iterator[Line]:
    """The diff of one file, line by line."""
    rows = diff(change.path, change.before, change.after, is_new=change.is_new).split("\n")
    for number, row in enumerate(rows[:-1]):
        tone = "title" if number < 2 else TONES.get(row[:1], "")  # noqa: PLR2004 - the two lines that name the file
        yield ((row.removesuffix("\r").replace("\t", TAB), tone),)


def draw_places(report: FixReport, page: Page) -> Iterator[Line]:
    """Each place that is not changed, with its reason."""
    rest = [one for one in report.sites if one.state not in MADE]
    if not rest:
        return
    yield from draw_heading(page, "Not changed", count(len(rest), "place"), "title")
    for one in rest:
        word = one.site.reason or one.state.value
        yield from draw_paragraph(page, f"{page.place(one.site.where)}: {one.site.title} ({word})", 2)


def draw_reasons(report: FixReport, page: Page, safety: Safety, title: str) -> Iterator[Line]:
    """How often each reason was given, with its sentence."""
    sites = [one.site for one in report.sites if one.site.safety is safety]
    if not sites:
        return
    titles = {site.reason: site.title for site in sites}
    counted = Counter(site.reason for site in sites)
    yield from draw_heading(page, title, count(len(sites), "place"), "medium")
    for code, number in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])):
        sentence = report.reasons.get(code, titles[code])
        yield from draw_paragraph(page, f"{code}: {sentence}", 2, lead=(f"{number:>6,}", "title"))


def draw_problems(report: FixReport, page: Page) -> Iterator[Line]:
    """The files that were left as they are although something was to be changed, and fixes that broke."""
    problems = [(path, reason) for path, reasons in report.problems.items() for reason in reasons]
    if not problems:
        return
    yield from draw_heading(page, "Left as they are", count(len(problems), "problem"), "high")
    for path, reason in problems:
        yield from draw_paragraph(page, f"{path}: {reason}" if path else reason, 2, lead=(page.symbol("todo"), "bad"))


def describe_numbers(report: FixReport) -> Iterator[str]:
    """What is changed, what is not."""
    made = [one for one in report.sites if one.state in MADE]
    safety = Counter(one.site.safety for one in report.sites)
    verb = "written" if report.written else "to write"
    files = count(len(report.changes), "file")
    yield f"{count(len(made), 'change')} {verb} in {files}" if made else f"nothing {verb}"
    parts = [f"{safety[one]:,} {one.value}" for one in Safety]
    yield f"{count(len(report.sites), 'place')} in {count(report.files, 'file')} read: {', '.join(parts)}"
    if report.skipped:
        yield f"{count(report.skipped, 'file')} not read: readycheck scan says why"


def choose_next(report: FixReport) -> str:
    """The option that would change more."""
    made = sum(one.state in MADE for one in report.sites)
    unsafe = sum(is_left_for_safety(one) for one in report.sites)
    need = f"{count(unsafe, 'change')} that {'needs' if unsafe == 1 else 'need'} a look"
    if made and not report.written:
        more = f"; --unsafe adds {need}" if unsafe and not report.unsafe else ""
        return f"--write makes {'this change' if made == 1 else 'these changes'}{more}"
    if unsafe and not report.unsafe:
        back = f"; {name_undo(report.root)} takes it back" if made and report.written else ""
        return f"--unsafe adds {need}{back}"
    return f"{name_undo(report.root)} takes it back" if made and report.written else ""


def name_undo(root: str) -> str:
    """The command that takes the run back: only for the same folder does it know what was written."""
    return f"readycheck fix{'' if root == '.' else f' {shlex.quote(root)}'} --undo"


def is_left_for_safety(one: SiteResult) -> bool:
    """Whether a site is left because unsafe changes were not asked for."""
    return one.state is State.LEFT and one.site.safety is Safety.UNSAFE
