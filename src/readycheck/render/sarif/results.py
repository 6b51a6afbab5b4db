"""Findings as SARIF results."""

from __future__ import annotations

from readycheck.model.finding import Finding, Suppressed
from readycheck.model.rule import Json
from readycheck.render.sarif.places import describe_location
from readycheck.render.sarif.rules import LEVELS
from readycheck.render.text import count, escape

FINGERPRINT = "readycheck/v1"
LOCATIONS_KEPT = 1_000  # GitHub's limit for one result


def describe_result(finding: Finding, index: int, prefix: str) -> Json:
    """One result; a suppressed one is kept and marked, so that no alert is opened anew or closed for it."""
    properties: dict[str, Json] = {
        "item": finding.item,
        "priority": finding.priority.value,
        "confidence": finding.confidence.value,
    }
    if finding.fix:
        properties["fix"] = finding.fix
    result: dict[str, Json] = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": LEVELS[finding.priority],
        "message": {"text": _write_message(finding)},
        "locations": [describe_location(finding.where, prefix, finding.also)],
        "partialFingerprints": {FINGERPRINT: finding.fingerprint},
        "properties": properties,
    }
    if finding.also:
        places = finding.also[: LOCATIONS_KEPT - 1]
        result["relatedLocations"] = [
            {"id": number} | describe_location(where, prefix) for number, where in enumerate(places, 1)
        ]
    if finding.suppressed:
        result["suppressions"] = [_describe_suppression(finding.suppressed)]
    return result


def _write_message(finding: Finding) -> str:
    """The message as plain text: SARIF would read `[text](1)` as a link to a related location."""
    text = escape(finding.message or finding.rule).replace("](", "]\\(")
    left_out = len(finding.also) - LOCATIONS_KEPT + 1
    return text + (f" (and {count(left_out, 'more place')})" if left_out > 0 else "")


def _describe_suppression(suppressed: Suppressed) -> Json:
    until = f", until {suppressed.until.isoformat()}" if suppressed.until else ""
    owner = f", accepted by {escape(suppressed.owner)}" if suppressed.owner else ""
    return {
        "kind": "inSource" if suppressed.by == "inline" else "external",
        "status": "accepted",
        "justification": f"{suppressed.by}: {escape(suppressed.reason)}{owner}{until}",
    }
