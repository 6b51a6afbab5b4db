"""The report as JSON: `readycheck/report/v1`, described by `render/schemas/report-v1.schema.json`."""

from __future__ import annotations

from readycheck.model.evidence import Evidence
from readycheck.model.finding import Finding, Suppressed
from readycheck.model.location import Endpoint, Span, Where
from readycheck.model.report import ItemResult, Notice, Report, RuleRun
from readycheck.model.rule import Catalogue, Json
from readycheck.render.serialise import dump_json
from readycheck.render.style import Style

SCHEMA = "readycheck/report/v1"


def render(report: Report, catalogue: Catalogue, style: Style) -> str:  # noqa: ARG001 - every renderer is called alike
    """The whole report, whatever the verbosity: readers filter for themselves."""
    return dump_json(describe_report(report), depth=2)


def describe_report(report: Report) -> dict[str, Json]:
    """The report as JSON values, in the order of the design's listing."""
    tool, target = report.tool, report.target
    return {
        "schema": SCHEMA,
        "tool": {"name": tool.name, "version": tool.version, "rules_digest": tool.rules_digest},
        "target": {"root": target.root, "url": target.url, "database": target.database, "commit": target.commit},
        "verdict": report.verdict.value,
        "level": report.level.value if report.level else None,
        "summary": dict(report.summary),
        "coverage": {
            "live": report.coverage.live,
            "code": report.coverage.code,
            "attested": report.coverage.attested,
            "unproven": report.coverage.unproven,
        },
        "items": [_describe_item(result) for result in report.items],
        "findings": [_describe_finding(finding) for finding in report.findings],
        "rules": [_describe_run(run) for run in report.rules],
        "notices": [_describe_notice(notice) for notice in report.notices],
        "files": {"read": report.files, "cached": report.cached},
        "roles": {
            role: {"files": files, "reasons": dict(reasons)} for role, (files, reasons) in (report.roles or {}).items()
        },
        "exempt": dict(report.exempt or {}),
        "skipped": [{"path": skipped.path, "reason": skipped.reason} for skipped in report.skipped],
    }


def _describe_item(result: ItemResult) -> Json:
    item = result.item
    return {
        "id": item.id,
        "title": item.title,
        "section": item.section,
        "priority": item.priority.value,
        "outcome": result.outcome.value,
        "reason": result.reason,
        "proof": item.proof,
        "evidence": [_describe_evidence(evidence) for evidence in result.evidence],
    }


def _describe_evidence(evidence: Evidence) -> Json:
    return {
        "rule": evidence.rule,
        "channel": evidence.channel.value,
        "polarity": evidence.polarity.value,
        "outcome": evidence.outcome.value,
        "examined": evidence.examined,
        "message": evidence.message,
        "where": [describe_where_fully(where) for where in evidence.where],
    }


def _describe_finding(finding: Finding) -> Json:
    suppressed = finding.suppressed
    return {
        "rule": finding.rule,
        "item": finding.item,
        "priority": finding.priority.value,
        "confidence": finding.confidence.value,
        "message": finding.message,
        "fingerprint": finding.fingerprint,
        "where": describe_where_fully(finding.where),
        "also": [describe_where_fully(where) for where in finding.also],
        "suppressed": _describe_suppression(suppressed) if suppressed else None,
        "fix": finding.fix,
    }


def _describe_suppression(suppressed: Suppressed) -> Json:
    return {
        "by": suppressed.by,
        "reason": suppressed.reason,
        "until": suppressed.until.isoformat() if suppressed.until else None,
        "owner": suppressed.owner,
    }


def _describe_run(run: RuleRun) -> Json:
    return {
        "id": run.id,
        "channel": run.channel.value,
        "examined": run.examined,
        "matches": run.matches,
        "exempt": run.exempt,
        "skipped": run.skipped,
        "error": run.error,
    }


def _describe_notice(notice: Notice) -> Json:
    where = describe_where_fully(notice.where) if notice.where else None
    return {"kind": notice.kind, "message": notice.message, "where": where}


def describe_where_fully(where: Where) -> Json:
    """A place with all its fields, as the report's schema names them."""
    if isinstance(where, Span):
        return {
            "kind": where.kind,
            "path": where.path,
            "line": where.line,
            "column": where.column,
            "end_line": where.end_line,
            "end_column": where.end_column,
            "snippet": where.snippet,
            "snippet_column": where.snippet_column,
        }
    if isinstance(where, Endpoint):
        return {
            "kind": where.kind,
            "method": where.method,
            "path": where.path,
            "exchange": where.exchange,
            "sent": where.sent,
            "got": where.got,
        }
    return {"kind": where.kind, "schema": where.schema, "table": where.table, "columns": list(where.columns)}
