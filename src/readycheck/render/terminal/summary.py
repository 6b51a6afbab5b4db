"""The top of the report: what it is about, the verdict in plain words, the counts, the level, the coverage."""

from __future__ import annotations

from collections.abc import Iterator

from readycheck.model.report import Report
from readycheck.model.vocabulary import Outcome, Priority, Verdict
from readycheck.render.frame import Line
from readycheck.render.outline import FAILED, Outline
from readycheck.render.terminal.parts import BLANK, Page, draw_paragraph
from readycheck.render.text import count, escape, join_words

COMMIT_SHOWN = 12
VERDICT_KIND = {Verdict.READY: "good", Verdict.NOT_READY: "bad", Verdict.INCOMPLETE: "medium"}
VERDICT_WORD = {Verdict.READY: "Ready", Verdict.NOT_READY: "Not ready", Verdict.INCOMPLETE: "Incomplete"}


def draw_summary(report: Report, outline: Outline, page: Page) -> Iterator[Line]:
    """Verdict first, numbers after."""
    yield _draw_title(report)
    yield BLANK
    yield from draw_verdict(report, page)
    yield BLANK
    yield from _draw_counts(outline, page)
    yield BLANK
    yield from draw_paragraph(page, explain_level(report), 2, lead=("Level    ", "quiet"))
    yield from draw_paragraph(page, explain_coverage(report), 2, lead=("Evidence ", "quiet"))


def _draw_title(report: Report) -> Line:
    target = report.target
    names = [name for name in (target.root, target.url, target.database) if name]
    commit = f" at {target.commit[:COMMIT_SHOWN]}" if target.commit else ""
    about = escape(", ".join(names) + commit)
    return ((escape(f"{report.tool.name} {report.tool.version}"), "title"), (f"  {about}", "quiet"))


def draw_verdict(report: Report, page: Page) -> Iterator[Line]:
    """The verdict with its reason, on one line if it fits."""
    kind = VERDICT_KIND[report.verdict]
    symbol = page.symbol("done" if report.verdict is Verdict.READY else "todo")
    symbol = page.symbol("open") if report.verdict is Verdict.INCOMPLETE else symbol
    lead = (f"{symbol} {VERDICT_WORD[report.verdict].upper()} ", kind)
    yield from draw_paragraph(page, explain_verdict(report), 2, lead=lead)


def explain_verdict(report: Report) -> str:
    """Why the verdict is what it is, as half a sentence."""
    high = [result.outcome for result in report.items if result.item.priority is Priority.HIGH]
    contradicted = high.count(Outcome.CONTRADICTED)
    failed = sum(1 for outcome in high if outcome in FAILED)
    unclear = sum(1 for outcome in high if outcome in (Outcome.UNPROVEN, Outcome.ERROR))
    if report.verdict is Verdict.READY:
        return "every high-priority item is proved, attested, waived or does not apply"
    if report.verdict is Verdict.INCOMPLETE:
        return f"no high-priority item fails, but {_how_many(unclear)} unproven"
    reason = count(failed, "high-priority item fails", "high-priority items fail")
    reason += f" ({contradicted} contradicted by the running service)" if contradicted else ""
    return reason + (f", {unclear} more {'is' if unclear == 1 else 'are'} unproven" if unclear else "")


def _how_many(number: int) -> str:
    return f"{number} {'is' if number == 1 else 'are'}"


def explain_level(report: Report) -> str:
    """The level, or what the first one would take."""
    if report.level:
        return report.level.value
    high = [result.outcome for result in report.items if result.item.priority is Priority.HIGH]
    failed = sum(1 for outcome in high if outcome in FAILED)
    unclear = sum(1 for outcome in high if outcome in (Outcome.UNPROVEN, Outcome.ERROR))
    wanted = [f"{failed} to fix"] * bool(failed) + [f"{unclear} to prove"] * bool(unclear)
    return "none: bronze needs every high-priority item" + (f", {join_words(wanted)}" if wanted else "")


def explain_coverage(report: Report) -> str:
    """How the items were proved, in numbers."""
    coverage = report.coverage
    parts = {
        "proved live": coverage.live,
        "by code and configuration": coverage.code,
        "attested": coverage.attested,
        "unproven": coverage.unproven,
    }
    total = sum(parts.values())
    shown = [f"{number} {name}" for name, number in parts.items() if number or name == "unproven"]
    proved = total - coverage.unproven
    percent = f" ({100 * proved // total} % proved)" if total else ""
    return ", ".join(shown) + percent


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
        bar = ((page.symbol(f"bar-{part}") * share, kinds[part]) for part, share in zip(words, shares, strict=True))
        yield (("  ", ""), *bar)
    legend: list[tuple[str, str]] = [("  ", "")]
    for part, word in words.items():
        legend += [(page.symbol(f"bar-{part}"), kinds[part]), (f" {counts[part]} {word}   ", "")]
    away = counts["away"]
    yield (*legend, (f"{away} not applicable" if away else "", "quiet"))


def share_out(parts: list[int], room: int) -> list[int]:
    """Cells for each part, in proportion, at least one for what is not zero, `room` in all."""
    total = sum(parts)
    cells = [max(1, room * part // total) if part else 0 for part in parts]
    largest = parts.index(max(parts))
    cells[largest] += room - sum(cells)
    return cells
