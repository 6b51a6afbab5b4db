"""What nobody proved: by machine so far, or by machine ever; one line an item, so that it cannot drown the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from readycheck.model.report import ItemResult
from readycheck.model.vocabulary import Priority
from readycheck.render.frame import Line
from readycheck.render.outline import Outline, ask_for
from readycheck.render.terminal.done import draw_other_evidence
from readycheck.render.terminal.parts import BLANK, Page, draw_heading, draw_paragraph, draw_row, title_column
from readycheck.render.text import count, join_words

Groups = Mapping[Priority, tuple[ItemResult, ...]]
LONG = 24


def draw_unproven(outline: Outline, page: Page) -> Iterator[Line]:
    """Items on which something broke, then those without proof, with what would prove them."""
    if outline.broken:
        yield from draw_heading(page, "Could not be checked", count(len(outline.broken), "item"), "bad")
        for result in outline.broken:
            yield from draw_paragraph(page, result.item.title, 2, lead=(page.symbol("todo"), "bad"))
            yield from draw_paragraph(page, result.reason, 6, "quiet")
    yield from _draw_groups("Unproven: what would prove it", outline.unproven, ("open", "open"), page)
    yield from _draw_groups("Needs a human: what to attest", outline.human, ("human", "human"), page)
    if outline.not_applicable and page.verbose:
        yield from draw_heading(page, "Not applicable", count(len(outline.not_applicable), "item"), "quiet")
        column = title_column(page, [result.item.title for result in outline.not_applicable])
        for result in outline.not_applicable:
            yield draw_row(page, (page.symbol("away"), "quiet"), result.item.title, column, result.reason)


def _divide_groups(groups: Groups, page: Page) -> tuple[Groups, Groups]:
    """The groups to list, and those to count only: a long list shows its worst group, unless more was asked for."""
    filled = {priority: group for priority, group in groups.items() if group}
    if page.verbose or sum(map(len, filled.values())) <= LONG:
        return filled, {}
    worst = min(filled, key=lambda priority: priority.rank)
    return {worst: filled.pop(worst)}, filled


def _draw_groups(heading: str, groups: Groups, symbol: tuple[str, str], page: Page) -> Iterator[Line]:
    results = [result for group in groups.values() for result in group]
    if not results:
        return
    yield from draw_heading(page, heading, count(len(results), "item"), symbol[1])
    column = title_column(page, [result.item.title for result in results])
    listed, left = _divide_groups(groups, page)
    for index, (priority, group) in enumerate(listed.items()):
        yield from [BLANK] if index else []
        yield ((f"  {priority.value.capitalize()} priority", "title"),)
        for result in group:
            sign = (page.symbol(symbol[0]), symbol[1])
            proof = "" if page.verbose else result.item.proof or result.reason
            yield draw_row(page, sign, result.item.title, column, proof)
            if page.verbose:
                for text in (ask_for(result), f"{result.item.id}: {result.reason}"):
                    yield from draw_paragraph(page, text, 6, "quiet") if text else ()
                yield from draw_other_evidence(result, page, 6)
    if left:
        counts = [f"{len(group)} {priority.value}" for priority, group in left.items()]
        yield BLANK
        yield from draw_paragraph(page, f"and {join_words(counts)} priority items, which -v lists", 2, "quiet")
