"""The report as SARIF 2.1.0, made for code scanning: worst first, suppressed results marked, cut only visibly.

The format: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html. GitHub takes 25,000 results a run and
keeps 5,000, in at most 10 MB of gzip; more than it keeps would be lost in silence, so what is over is left out here
and said in a notification.
"""

from __future__ import annotations

import gzip
from collections.abc import Sequence

from readycheck.model.finding import Finding
from readycheck.model.report import Report
from readycheck.model.rule import Catalogue, Json
from readycheck.render.sarif.invocation import describe_invocation
from readycheck.render.sarif.places import BASE
from readycheck.render.sarif.results import describe_result
from readycheck.render.sarif.rules import describe_rules, list_rule_ids
from readycheck.render.serialise import dump_json
from readycheck.render.style import Style
from readycheck.render.text import root_prefix

RESULTS_KEPT = 5_000
LARGEST_GZIP = 10_000_000
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
DEPTH = 4  # the log, its runs, the run, its lists: each result on a line of its own


def render(report: Report, catalogue: Catalogue, style: Style) -> str:  # noqa: ARG001 - every renderer is called alike
    """A SARIF log with one run, whatever the verbosity."""
    ranked = _rank(report.findings)
    kept = min(len(ranked), RESULTS_KEPT)
    text = dump_json(_describe_log(report, catalogue, ranked, kept), DEPTH)
    while kept and len(text) > LARGEST_GZIP and len(gzip.compress(text.encode())) > LARGEST_GZIP:
        kept //= 2
        text = dump_json(_describe_log(report, catalogue, ranked, kept), DEPTH)
    return text


def _rank(findings: Sequence[Finding]) -> list[Finding]:
    """What counts before what is suppressed, then as the report has them: worst first."""
    return sorted(findings, key=lambda finding: (finding.suppressed is not None, finding.priority.rank))


def _describe_log(report: Report, catalogue: Catalogue, ranked: Sequence[Finding], kept: int) -> Json:
    ids = list_rule_ids(report)
    indexes = {rule_id: index for index, rule_id in enumerate(ids)}
    prefix = root_prefix(report.target)
    target, coverage = report.target, report.coverage
    run: dict[str, Json] = {
        "tool": {
            "driver": {
                "name": report.tool.name,
                "version": report.tool.version,
                "rules": describe_rules(ids, report, catalogue),
                "properties": {"rulesDigest": report.tool.rules_digest},
            }
        },
        "automationDetails": {"id": f"readycheck/{prefix}"},
        "invocations": [describe_invocation(report, ranked[kept:], prefix)],
        "originalUriBaseIds": {BASE: {"description": {"text": "The folder in which readycheck was started."}}},
        "columnKind": "unicodeCodePoints",
        "results": [describe_result(finding, indexes[finding.rule], prefix) for finding in ranked[:kept]],
        "properties": {
            "verdict": report.verdict.value,
            "level": report.level.value if report.level else None,
            "summary": dict(report.summary),
            "coverage": {
                "live": coverage.live,
                "code": coverage.code,
                "attested": coverage.attested,
                "unproven": coverage.unproven,
            },
            "commit": target.commit,  # versionControlProvenance would demand the repository's address, too
        },
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
