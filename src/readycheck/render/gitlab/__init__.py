"""The findings as a GitLab code quality report.

The format: https://docs.gitlab.com/ci/testing/code_quality/. It knows no suppressed findings, so they are left out; it
drops all but one of those that share a fingerprint, so each gets its own.
"""

from __future__ import annotations

from collections import Counter

from readycheck.model.finding import Finding
from readycheck.model.location import Span, describe_where
from readycheck.model.report import Report
from readycheck.model.rule import Catalogue, Json
from readycheck.model.vocabulary import Priority
from readycheck.render.serialise import dump_json
from readycheck.render.style import Style
from readycheck.render.text import escape, root_prefix

SEVERITY = {Priority.HIGH: "critical", Priority.MEDIUM: "major", Priority.LOW: "minor"}
ANCHOR = "readycheck.toml"


def render(report: Report, catalogue: Catalogue, style: Style) -> str:  # noqa: ARG001 - every renderer is called alike
    """A JSON list with one entry a finding that counts, worst first."""
    prefix = root_prefix(report.target)
    seen: Counter[str] = Counter()
    entries: list[Json] = []
    for finding in report.findings:
        if finding.suppressed is None:
            entries.append(_describe(finding, prefix, seen[finding.fingerprint]))
            seen[finding.fingerprint] += 1
    return dump_json(entries, depth=1)


def _describe(finding: Finding, prefix: str, ordinal: int) -> Json:
    """One entry. What is in no file stands at the first file that it names, or at readycheck's configuration."""
    span = next((where for where in (finding.where, *finding.also) if isinstance(where, Span)), None)
    place = "" if isinstance(finding.where, Span) else f"{describe_where(finding.where)}: "
    return {
        "description": escape(f"{place}{finding.message or finding.rule}"),
        "check_name": finding.rule,
        "fingerprint": f"{finding.fingerprint}:{ordinal}" if ordinal else finding.fingerprint,
        "severity": SEVERITY[finding.priority],
        "location": {"path": prefix + (span.path if span else ANCHOR), "lines": {"begin": span.line if span else 1}},
    }
