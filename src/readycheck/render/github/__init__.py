"""The findings as GitHub workflow commands, which put annotations on the changed lines of a pull request.

The format: https://docs.github.com/actions/reference/workflow-commands-for-github-actions. A step may make ten errors
and ten warnings; GitHub drops further ones without a word, so the rest is counted in a notice.
"""

from __future__ import annotations

from collections.abc import Iterator

from readycheck.model.finding import Finding
from readycheck.model.location import Span
from readycheck.model.report import Report
from readycheck.model.rule import Catalogue
from readycheck.model.vocabulary import Priority
from readycheck.render.style import Style
from readycheck.render.text import count, describe_place, escape, join_words, root_prefix
from readycheck.render.wording import VERDICT_WORD, explain_verdict

KEPT = 10


def render(report: Report, catalogue: Catalogue, style: Style) -> str:  # noqa: ARG001 - every renderer is called alike
    """One command a line: ten errors (high priority), ten warnings (the others), a notice with the verdict."""
    active = [finding for finding in report.findings if finding.suppressed is None]
    errors = [finding for finding in active if finding.priority is Priority.HIGH]
    warnings = [finding for finding in active if finding.priority is not Priority.HIGH]
    prefix = root_prefix(report.target)
    lines = [
        *(_write_command("error", finding, prefix) for finding in errors[:KEPT]),
        *(_write_command("warning", finding, prefix) for finding in warnings[:KEPT]),
        _write_notice(report, len(errors[KEPT:]), len(warnings[KEPT:])),
    ]
    return "\n".join(lines) + "\n"


def _write_command(command: str, finding: Finding, prefix: str) -> str:
    properties = ",".join(f"{key}={_escape_property(value)}" for key, value in _list_properties(finding, prefix))
    place = "" if isinstance(finding.where, Span) else f"{describe_place(finding.where)}: "
    return f"::{command} {properties}::{_escape_message(place + (finding.message or finding.rule))}"


def _list_properties(finding: Finding, prefix: str) -> Iterator[tuple[str, str]]:
    """Columns only for spans on one line: GitHub rejects others."""
    span = next((where for where in (finding.where, *finding.also) if isinstance(where, Span)), None)
    if span:
        yield "file", prefix + span.path
        yield "line", str(span.line)
        yield "endLine", str(max(span.end_line, span.line))
        if span.line == span.end_line:
            yield "col", str(span.column)
            yield "endColumn", str(max(span.end_column - 1, span.column))
    yield "title", f"readycheck: {finding.rule}"


def _write_notice(report: Report, errors: int, warnings: int) -> str:
    text = f"{VERDICT_WORD[report.verdict]}: {explain_verdict(report)}."
    rest = [count(errors, "error")] * bool(errors) + [count(warnings, "warning")] * bool(warnings)
    text += f" {join_words(rest)} more than GitHub shows for one step: see the other reports." if rest else ""
    return f"::notice title=readycheck::{_escape_message(text)}"


def _escape_message(text: str) -> str:
    return escape(text).replace("%", "%25")


def _escape_property(text: str) -> str:
    return _escape_message(text).replace(":", "%3A").replace(",", "%2C")
