"""What is done, with its evidence and where that is."""

from __future__ import annotations

from collections.abc import Iterator

from readycheck.model.evidence import Evidence
from readycheck.model.report import ItemResult
from readycheck.render.cells import measure, pad
from readycheck.render.frame import Line
from readycheck.render.outline import DONE, Outline
from readycheck.render.terminal.parts import BLANK, Page, draw_heading, draw_paragraph, title_column
from readycheck.render.text import count, describe_place, escape

PROOFS_SHOWN = 2
NARROW = 30


def draw_done(outline: Outline, page: Page) -> Iterator[Line]:
    """One block a section of the checklist."""
    items = [result for results in outline.done.values() for result in results]
    if not items:
        return
    yield from draw_heading(page, "Done", count(len(items), "item"), "good")
    column = title_column(page, [result.item.title for result in items])
    for index, (section, results) in enumerate(outline.done.items()):
        if index:
            yield BLANK
        yield (("  " + escape(section), "title"),)
        for result in results:
            yield from _draw_item(result, column, page)


def _draw_item(result: ItemResult, column: int, page: Page) -> Iterator[Line]:
    symbol = (page.symbol("done"), "good")
    title = escape(result.item.title)
    lines = list(_draw_evidence(result, page, indent=column + 6))
    if page.width - column - 6 < NARROW or measure(title) > column:
        yield from draw_paragraph(page, title, 2, lead=symbol)
        yield from _draw_evidence(result, page, indent=6)
        return
    first, *others = lines or [(("", ""),)]
    yield (("  ", ""), symbol, (f" {pad(title, column)}  ", ""), *_outdent(first))
    yield from others


def _outdent(line: Line) -> Line:
    return ((line[0][0].lstrip(), line[0][1]), *line[1:])


def _draw_evidence(result: ItemResult, page: Page, indent: int) -> Iterator[Line]:
    proofs = [evidence for evidence in result.evidence if evidence.outcome in DONE]
    if not proofs:
        yield from draw_paragraph(page, result.reason, indent)
    for evidence in proofs if page.verbose else proofs[:PROOFS_SHOWN]:
        yield from _draw_proof(evidence, page, indent)
    if not page.verbose and len(proofs) > PROOFS_SHOWN:
        rest = len(proofs) - PROOFS_SHOWN
        yield from draw_paragraph(page, f"and {count(rest, 'more proof')}", indent, "quiet")
    if page.verbose:
        yield from draw_other_evidence(result, page, indent)


def _draw_proof(evidence: Evidence, page: Page, indent: int) -> Iterator[Line]:
    *lines, last = draw_paragraph(page, evidence.message or evidence.rule, indent)
    yield from lines
    places = list_places(evidence, page)
    if not places:
        yield last
    elif measure(last[0][0]) + 2 + measure(places) <= page.width:
        yield (*last, ("  " + places, "place"))
    else:
        yield last
        yield from draw_paragraph(page, places, indent, "place")


def list_places(evidence: Evidence, page: Page) -> str:
    """The first place of the evidence, and how many more there are; all of them when nothing may be left out."""
    places = [page.place(where) for where in evidence.where]
    if places and not page.verbose and describe_place(evidence.where[0]) in evidence.message:
        return ""  # the message says it already
    if page.verbose or len(places) < 2:  # noqa: PLR2004 - one place needs no "more"
        return ", ".join(places)
    return f"{places[0]} and {len(places) - 1} more"


def draw_other_evidence(result: ItemResult, page: Page, indent: int) -> Iterator[Line]:
    """What the other rules of the item said; only asked for with -v."""
    for evidence in result.evidence:
        if evidence.outcome not in DONE:
            text = f"{evidence.outcome.value}: {evidence.message} ({evidence.rule}, {evidence.examined:,} examined)"
            yield from draw_paragraph(page, text, indent, "quiet")
