"""The fixes as JSON: `readycheck/fixes/v1`, described by `render/schemas/fixes-v1.schema.json`."""

from __future__ import annotations

from collections import Counter

from readycheck.model.fixes import ByteEdit, FileChange, FixReport, SiteResult, State
from readycheck.model.rule import Json
from readycheck.render.json import describe_where_fully
from readycheck.render.serialise import dump_json

SCHEMA = "readycheck/fixes/v1"


def render_fixes(report: FixReport) -> str:
    """The whole report, whatever the verbosity."""
    return dump_json(describe_fixes(report), depth=3)


def describe_fixes(report: FixReport) -> dict[str, Json]:
    """The report as JSON values."""
    states = Counter(one.state for one in report.sites)
    return {
        "schema": SCHEMA,
        "tool": {"name": "readycheck", "version": report.version},
        "root": report.root,
        "write": report.written,
        "unsafe": report.unsafe,
        "summary": {state.value: states[state] for state in State},
        "sites": [describe_site(one) for one in report.sites],
        "files": [describe_change(one) for one in report.changes],
        "problems": [
            {"path": path, "reason": reason} for path, reasons in report.problems.items() for reason in reasons
        ],
        "reasons": dict(report.reasons),
    }


def describe_site(result: SiteResult) -> Json:
    """One site, its edits as byte ranges of the file as it was before the run."""
    site = result.site
    return {
        "rule": site.rule,
        "where": describe_where_fully(site.where),
        "safety": site.safety.value,
        "reason": site.reason or None,
        "title": site.title,
        "state": result.state.value,
        "edits": [describe_edit(edit) for edit in result.edits],
        "creates": [{"path": new.path, "content": new.content} for new in site.creates],
    }


def describe_edit(edit: ByteEdit) -> Json:
    """Replace these bytes by that text, in the file's encoding."""
    return {"path": edit.path, "start": edit.start, "end": edit.end, "new": edit.new}


def describe_change(change: FileChange) -> Json:
    """A file that changes, and how many lines of it."""
    return {"path": change.path, "new": change.is_new}
