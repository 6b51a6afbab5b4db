"""Two reports beside each other, item by item; one after the other where the terminal is too narrow for that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from readycheck.model.report import ItemResult, Report
from readycheck.model.rule import Catalogue
from readycheck.model.vocabulary import Outcome, Verdict
from readycheck.render.cells import measure, pad, wrap
from readycheck.render.frame import Line, Piece
from readycheck.render.style import Style
from readycheck.render.terminal.paint import paint
from readycheck.render.terminal.parts import BLANK, Page, draw_heading, draw_paragraph
from readycheck.render.text import count, escape
from readycheck.render.wording import VERDICT_WORD, describe_findings, explain_verdict

NARROW = 84  # fewer columns hold no three
MARGINS = 6  # of a row: the indent, the sign, the blanks between
SHARE = 0.26  # of the page, for the column of either report
LOOKS = {
    Outcome.PASS: ("done", "good"),
    Outcome.ATTESTED: ("done", "good"),
    Outcome.FAIL: ("todo", "bad"),
    Outcome.CONTRADICTED: ("todo", "bad"),
    Outcome.ERROR: ("todo", "bad"),
    Outcome.UNPROVEN: ("open", "open"),
    Outcome.NOT_APPLICABLE: ("away", "quiet"),
}
VERDICT_LOOKS = {
    Verdict.READY: ("done", "good-head"),
    Verdict.NOT_READY: ("todo", "bad-head"),
    Verdict.INCOMPLETE: ("open", "medium"),
}


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: what it is called, its report, and what else is known of it, as pairs of a word and a text.

    Both sides have the same words in the same order.
    """

    name: str
    report: Report
    facts: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """A text with its style, behind a sign with its own."""

    text: str
    kind: str = ""
    sign: str = ""


def compare(left: Side, right: Side, catalogue: Catalogue, style: Style) -> str:
    """Both reports as one text. Items that are unproven on both sides are only counted, unless with -v."""
    page = Page(style)
    sides = (left, right)
    draw = _draw_columns if page.width >= NARROW else _draw_stacked
    return paint(draw(sides, catalogue, page), style)


def _draw_columns(sides: tuple[Side, Side], catalogue: Catalogue, page: Page) -> Iterator[Line]:
    yield from _draw_cells(page, "", [Cell(side.name, "title") for side in sides], "title")
    yield (("  " + page.symbol("rule") * (page.width - 2), "quiet"),)
    for word, cells in _list_facts(sides, page):
        yield from _draw_cells(page, word, cells)
    shown = _list_shown(sides, page)
    for section in catalogue.sections:
        items = [one for one in shown if one.item.section == section.id]
        if items:
            yield BLANK
            yield ((f"  {escape(section.title)}", "title"),)
        for one in items:
            cells = [_judge(side, one.item.id, page) for side in sides]
            yield from _draw_cells(page, one.item.title, cells)
    yield from _draw_rest(sides, shown, page)


def _draw_stacked(sides: tuple[Side, Side], _catalogue: Catalogue, page: Page) -> Iterator[Line]:
    shown = _list_shown(sides, page)
    facts = list(_list_facts(sides, page))
    judged = {(side.name, one.item.id): _judge(side, one.item.id, page) for side in sides for one in shown}
    room = page.width - MARGINS - max((measure(cell.text) for cell in judged.values()), default=0)
    column = min(max((measure(escape(one.item.title)) for one in shown), default=0), room)
    for index, side in enumerate(sides):
        yield from draw_heading(page, side.name, "", "title")
        for word, cells in facts:
            cell = cells[index]
            text = f"{cell.sign} {cell.text}" if cell.sign else cell.text
            yield from draw_paragraph(page, text, 2, cell.kind, lead=(pad(word, 9), "quiet"))
        yield BLANK
        for one in shown:
            cell = judged[side.name, one.item.id]
            title = f" {pad(page.shorten(one.item.title, column), column)}  "
            yield (("  ", ""), (cell.sign, cell.kind), (title, ""), (cell.text, cell.kind))
    yield from _draw_rest(sides, shown, page)


def _draw_rest(sides: tuple[Side, Side], shown: Sequence[ItemResult], page: Page) -> Iterator[Line]:
    rest = len(_list_all(sides)) - len(shown)
    if rest:
        yield BLANK
        text = f"{count(rest, 'more item is', 'more items are')} unproven on both sides"
        yield from draw_paragraph(page, text, 2, "open", lead=(page.symbol("open"), "open"))


def _draw_cells(page: Page, title: str, cells: Sequence[Cell], kind: str = "") -> Iterator[Line]:
    """A row of three columns; what is too long for its column goes on below."""
    room = int(page.width * SHARE)
    first = page.width - 2 - 2 * (room + 2)
    titles = wrap(escape(title), first)
    texts = [wrap(escape(cell.text), room - (2 if cell.sign else 0)) for cell in cells]
    for number, row in enumerate(zip_longest(titles, *texts, fillvalue="")):
        pieces: list[Piece] = [("  " + pad(row[0], first), kind)]
        for cell, text in zip(cells, row[1:], strict=True):
            sign = f"{cell.sign if number == 0 else ' '} " if cell.sign else ""
            pieces += [("  ", ""), (sign, cell.kind), (text, cell.kind), (" " * (room - measure(sign + text)), "")]
        yield tuple(pieces)


def _list_shown(sides: tuple[Side, Side], page: Page) -> list[ItemResult]:
    """The items that say something on at least one side."""
    proven = {one.item.id for side in sides for one in side.report.items if one.outcome is not Outcome.UNPROVEN}
    return [one for one in _list_all(sides) if page.verbose or one.item.id in proven]


def _list_all(sides: tuple[Side, Side]) -> list[ItemResult]:
    """Every item once, in the order of the reports."""
    return list({one.item.id: one for side in reversed(sides) for one in side.report.items}.values())


def _list_facts(sides: tuple[Side, Side], page: Page) -> Iterator[tuple[str, list[Cell]]]:
    """What stands above the items: word, and a cell for each side."""
    verdicts = [
        Cell(VERDICT_WORD[side.report.verdict].upper(), kind, page.symbol(sign))
        for side in sides
        for sign, kind in [VERDICT_LOOKS[side.report.verdict]]
    ]
    yield "Verdict", verdicts
    yield "", [Cell(explain_verdict(side.report), "quiet") for side in sides]
    yield "Items", [Cell(_count_items(side.report)) for side in sides]
    yield "Findings", [Cell(describe_findings(side.report)) for side in sides]
    for (word, left), (_, right) in zip(sides[0].facts, sides[1].facts, strict=True):
        yield word, [Cell(left), Cell(right)]


def _count_items(report: Report) -> str:
    counts = [(outcome.value, report.count(outcome)) for outcome in Outcome]
    return ", ".join(f"{number} {word}" for word, number in counts if number)


def _judge(side: Side, item: str, page: Page) -> Cell:
    """An item's outcome, with the number of its findings."""
    outcome = next((one.outcome for one in side.report.items if one.item.id == item), Outcome.UNPROVEN)
    number = sum(1 for one in side.report.findings if one.item == item and one.suppressed is None)
    sign, kind = LOOKS[outcome]
    return Cell(outcome.value + (f", {count(number, 'finding')}" if number else ""), kind, page.symbol(sign))
