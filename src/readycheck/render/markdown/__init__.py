"""The report as a Markdown document in the shape of the seed checklist."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from readycheck.model.report import ItemResult, Report
from readycheck.model.rule import Catalogue
from readycheck.model.vocabulary import Priority, Verdict
from readycheck.render.markdown.escape import code, escape_markdown, write_prose
from readycheck.render.markdown.tasks import short_place, write_evidence, write_todo
from readycheck.render.outline import DONE, Outline, ask_for, outline_report
from readycheck.render.style import Style
from readycheck.render.text import count, defuse_commands, list_counts
from readycheck.render.wording import (
    VERDICT_WORD,
    describe_exempt,
    describe_files,
    describe_findings,
    explain_coverage,
    explain_level,
    explain_verdict,
)

SIGN = {Verdict.READY: "✅", Verdict.NOT_READY: "❌", Verdict.INCOMPLETE: "❓"}
SKIPPED_SHOWN = 20
NOTICES_SHOWN = 20


def render(report: Report, catalogue: Catalogue, style: Style) -> str:
    """The document; only its first lines and its notes with -q, everything with -v."""
    outline = outline_report(report, catalogue)
    lines = list(_write_head(report))
    if style.verbosity >= 0:
        verbose = style.verbosity > 0
        lines += _write_done(outline, verbose=verbose)
        lines += write_todo(outline, verbose=verbose)
        lines += _write_broken(outline)
        lines += _write_open("❓ Unproven", "Would prove it", outline.unproven)
        lines += _write_open("👤 Needs a Human", "To attest", outline.human)
        lines += _write_not_applicable(outline)
    lines += _write_notes(report, verbose=style.verbosity > 0)
    return defuse_commands("\n".join(lines) + "\n")


def _write_head(report: Report) -> Iterator[str]:
    target = report.target
    names = [code(name) for name in (target.root, target.url, target.database) if name]
    commit = [f"commit {code(target.commit)}"] if target.commit else []
    yield from ("# Production Readiness Checklist", "")
    yield f"{SIGN[report.verdict]} **{VERDICT_WORD[report.verdict]}**: {escape_markdown(explain_verdict(report))}."
    yield ""
    yield f"- Audited: {', '.join([*names, *commit]) or 'nothing named'}"
    yield f"- Level: {escape_markdown(explain_level(report))}"
    yield f"- Evidence: {escape_markdown(explain_coverage(report))}"


def _write_done(outline: Outline, *, verbose: bool) -> Iterator[str]:
    if outline.done:
        yield from ("", "## ✅ Completed")
    for section, results in outline.done.items():
        yield from ("", f"### {write_prose(section)}", "")
        for result in results:
            yield f"- [x] **{write_prose(result.item.title)}**: {_write_proofs(result, verbose=verbose)}"


def _write_proofs(result: ItemResult, *, verbose: bool) -> str:
    proofs = [evidence for evidence in result.evidence if evidence.outcome in DONE]
    return "; ".join(write_evidence(proof, verbose=verbose) for proof in proofs) or write_prose(result.reason)


def _write_broken(outline: Outline) -> Iterator[str]:
    if outline.broken:
        yield from ("", "## 💥 Could Not Be Checked", "")
    for result in outline.broken:
        yield f"- [ ] **{write_prose(result.item.title)}**: {write_prose(result.reason)}"


def _write_open(title: str, lead: str, groups: Mapping[Priority, tuple[ItemResult, ...]]) -> Iterator[str]:
    if groups:
        yield from ("", f"## {title}")
    for priority, results in groups.items():
        yield from ("", f"### {priority.value.capitalize()} Priority", "")
        for result in results:
            proof = f" {lead}: {write_prose(ask_for(result))}" if ask_for(result) else ""
            yield f"- [ ] **{write_prose(result.item.title)}**: {write_prose(result.reason)}{proof}"


def _write_not_applicable(outline: Outline) -> Iterator[str]:
    if outline.not_applicable:
        yield from ("", "## ➖ Not Applicable", "")  # noqa: RUF001 - a heading's emoji, as in the seed
    for result in outline.not_applicable:
        yield f"- **{write_prose(result.item.title)}**: {write_prose(result.reason)}"


def _write_notes(report: Report, *, verbose: bool) -> Iterator[str]:
    yield from ("", "## 📝 Notes", "")
    yield f"- {describe_findings(report)}"
    if report.exempt:
        yield f"- {escape_markdown(describe_exempt(report))}"
    yield f"- {escape_markdown(describe_files(report))}"
    yield from _write_skipped(report, verbose=verbose)
    for run in report.rules:
        if run.error:
            yield f"- Rule {code(run.id)} broke: {write_prose(run.error)}"
    notices = report.notices if verbose else report.notices[:NOTICES_SHOWN]
    for notice in notices:
        place = f"{code(short_place(notice.where))}: " if notice.where else ""
        yield f"- {place}{write_prose(notice.message)} ({escape_markdown(notice.kind)})"
    if len(notices) < len(report.notices):
        kinds = Counter(notice.kind for notice in report.notices[NOTICES_SHOWN:])
        yield f"- … and {escape_markdown(list_counts(kinds))}"
    yield f"- Written by {escape_markdown(report.tool.name)} {escape_markdown(report.tool.version)}"


def _write_skipped(report: Report, *, verbose: bool) -> Iterator[str]:
    shown = report.skipped if verbose else report.skipped[:SKIPPED_SHOWN]
    for skipped in shown:
        yield f"  - {code(skipped.path)}: {write_prose(skipped.reason)}"
    if len(shown) < len(report.skipped):
        yield f"  - … and {count(len(report.skipped) - len(shown), 'more', 'more')}"
