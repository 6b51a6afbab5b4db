"""The report as a person reads it in a terminal: verdict, done, to do, unproven, needs a human, the numbers."""

from __future__ import annotations

from collections.abc import Iterator

from readycheck.model.report import Report
from readycheck.model.rule import Catalogue
from readycheck.render.frame import Line
from readycheck.render.outline import Outline, outline_report
from readycheck.render.style import Style
from readycheck.render.terminal.done import draw_done
from readycheck.render.terminal.paint import paint
from readycheck.render.terminal.parts import Page, draw_heading
from readycheck.render.terminal.summary import draw_summary, draw_verdict
from readycheck.render.terminal.tail import draw_details, draw_next, draw_notices, draw_numbers
from readycheck.render.terminal.todo import draw_todo
from readycheck.render.terminal.unproven import draw_unproven
from readycheck.render.text import root_prefix


def render(report: Report, catalogue: Catalogue, style: Style) -> str:
    """The report for a terminal (or a log) of that style; -q leaves the verdict and the numbers."""
    page = Page(style, root_prefix(report.target))
    outline = outline_report(report, catalogue)
    return paint(_draw_quiet(report, page) if style.verbosity < 0 else _draw(report, outline, page), style)


def _draw_quiet(report: Report, page: Page) -> Iterator[Line]:
    yield from draw_verdict(report, page)
    yield from draw_numbers(report, page)


def _draw(report: Report, outline: Outline, page: Page) -> Iterator[Line]:
    yield from draw_summary(report, outline, page)
    yield from draw_done(outline, page)
    yield from draw_todo(outline, page)
    yield from draw_unproven(outline, page)
    yield from draw_notices(report, page)
    if page.verbose:
        yield from draw_details(report, page)
    yield from draw_heading(page, "Result", "", "title")
    yield from draw_verdict(report, page)
    yield from draw_numbers(report, page)
    yield from draw_next(report, outline, page)
