"""The top of the report: what it is about, the verdict in plain words, the counts, the level, the coverage."""

from __future__ import annotations

from collections.abc import Iterator

from readycheck.model.report import Report
from readycheck.model.vocabulary import Verdict
from readycheck.render.cells import measure
from readycheck.render.frame import Line, Piece
from readycheck.render.outline import Outline
from readycheck.render.terminal.parts import BLANK, Page, draw_paragraph
from readycheck.render.text import escape
from readycheck.render.wording import VERDICT_WORD, explain_coverage, explain_level, explain_verdict

COMMIT_SHOWN = 12
VERDICT_KIND = {Verdict.READY: "good-head", Verdict.NOT_READY: "bad-head", Verdict.INCOMPLETE: "medium"}


def draw_summary(report: Report, outline: Outline, page: Page) -> Iterator[Line]:
    """Verdict first, numbers after."""
    yield from _draw_title(report, page)
    yield BLANK
    yield from draw_verdict(report, page)
    yield BLANK
    yield from _draw_counts(outline, page)
    yield BLANK
    yield from draw_paragraph(page, explain_level(report), 2, lead=("Level    ", "quiet"))
    yield from draw_paragraph(page, explain_coverage(report), 2, lead=("Evidence ", "quiet"))


def _draw_title(report: Report, page: Page) -> Iterator[Line]:
    target = report.target
    names = [name for name in (target.root, target.url, target.database) if name]
    commit = f" at {target.commit[:COMMIT_SHOWN]}" if target.commit else ""
    lead = (escape(f"{report.tool.name} {report.tool.version} "), "title")
    yield from draw_paragraph(page, ", ".join(names) + commit, 0, "quiet", lead=lead)


def draw_verdict(report: Report, page: Page) -> Iterator[Line]:
    """The verdict with its reason, on one line if it fits."""
    kind = VERDICT_KIND[report.verdict]
    symbol = page.symbol("done" if report.verdict is Verdict.READY else "todo")
    symbol = page.symbol("open") if report.verdict is Verdict.INCOMPLETE else symbol
    lead = (f"{symbol} {VERDICT_WORD[report.verdict].upper()} ", kind)
    yield from draw_paragraph(page, explain_verdict(report), 2, lead=lead)


def count_parts(outline: Outline) -> dict[str, int]:
    """How many items stand in each part of the report."""
    return {
        "done": sum(len(items) for items in outline.done.values()),
        "todo": sum(len(tasks) for tasks in outline.todo.values()),
        "open": sum(len(items) for items in outline.unproven.values()) + len(outline.broken),
        "human": sum(len(items) for items in outline.human.values()),
        "away": len(outline.not_applicable),
    }


def _draw_counts(outline: Outline, page: Page) -> Iterator[Line]:
    """A bar in which each part takes its share, and the legend under it."""
    words = {"done": "done", "todo": "to do", "open": "unproven", "human": "need a human"}
    kinds = {"done": "good", "todo": "bad", "open": "open", "human": "human"}
    counts = count_parts(outline)
    total = sum(counts[part] for part in words)
    room = min(page.width - 4, 60)
    if total:
        shares = share_out([counts[part] for part in words], room)
        bar = ((page.bar(part) * share, kinds[part]) for part, share in zip(words, shares, strict=True))
        yield (("  ", ""), *bar)
    signs = [(page.bar(part), kinds[part], f"{counts[part]} {word}") for part, word in words.items()]
    yield from _draw_legend([*signs, (page.symbol("away"), "quiet", f"{counts['away']} not applicable")], page)


def _draw_legend(signs: list[tuple[str, str, str]], page: Page) -> Iterator[Line]:
    """Signs with their meaning, on as many lines as they need; what there is none of is left out."""
    line: list[Piece] = [("  ", "")]
    for sign, kind, text in signs:
        if text.startswith("0 "):
            continue
        if sum(measure(piece) for piece, _ in line) + len(text) + 2 > page.width:
            yield tuple(line)
            line = [("  ", "")]
        line += [(sign, kind), (f" {text}   ", "")]
    yield tuple(line)


def share_out(parts: list[int], room: int) -> list[int]:
    """Cells for each part, in proportion, at least one for what is not zero, `room` in all."""
    total = sum(parts)
    cells = [max(1, room * part // total) if part else 0 for part in parts]
    largest = parts.index(max(parts))
    cells[largest] += room - sum(cells)
    return cells
