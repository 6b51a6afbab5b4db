"""Places in SARIF's words."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from readycheck.model.location import Endpoint, Relation, Span, Where, describe_where
from readycheck.model.rule import Json
from readycheck.render.text import escape

BASE = "%SRCROOT%"
ANCHOR = "readycheck.toml"


def describe_location(where: Where, prefix: str, anchors: Sequence[Where] = ()) -> dict[str, Json]:
    """A location object. What is in no file is a logical location, hung on the first file among the anchors.

    Code scanning refuses a whole log for one location without a file: where no anchor is a file, the place is hung on
    readycheck's configuration, which names the service or the database.
    """
    if isinstance(where, Span):
        return {"physicalLocation": _describe_span(where, prefix)}
    kind = "resource" if isinstance(where, Endpoint) else "table" if isinstance(where, Relation) else "object"
    anchor = next((place for place in anchors if isinstance(place, Span)), None)
    physical = _describe_span(anchor, prefix) if anchor else describe_file(ANCHOR, prefix)
    name = escape(describe_where(where))
    return {
        "physicalLocation": physical,
        "logicalLocations": [{"fullyQualifiedName": name, "kind": kind}],
        "message": {"text": name},
    }


def describe_file(path: str, prefix: str) -> dict[str, Json]:
    """A file as a whole, relative to the folder in which readycheck was started."""
    return {"artifactLocation": {"uri": encode_uri(prefix + path), "uriBaseId": BASE}}


def _describe_span(span: Span, prefix: str) -> dict[str, Json]:
    end_line = max(span.end_line, span.line)
    region: dict[str, Json] = {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": end_line,
        "endColumn": max(span.end_column, span.column if end_line == span.line else 1),
    }
    location = {**describe_file(span.path, prefix), "region": region}
    lines = span.snippet.split("\n")
    if span.snippet and span.snippet_column == 1 and len(lines) == end_line - span.line + 1:
        location["contextRegion"] = {"startLine": span.line, "endLine": end_line, "snippet": {"text": span.snippet}}
    return location


def encode_uri(path: str) -> str:
    """A relative path as a relative URI: everything but letters, digits, `-._~` and `/` percent-encoded as UTF-8."""
    return quote(path, safe="/", errors="surrogateescape")
