"""Limits on bodies that let too much pass, lowered to what is plenty."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.fix.calls.places import prefer_quote
from readycheck.fix.contract import Project
from readycheck.fix.layers.recipes import SIZE
from readycheck.fix.refusal import RefusedError
from readycheck.model.evidence import Match
from readycheck.model.fix import Edit
from readycheck.model.location import Span
from readycheck.model.vocabulary import Language, Role
from readycheck.scan.files.source import SCRIPTS
from readycheck.scan.late import compile_late
from readycheck.scan.literals import read_literal

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

NGINX = compile_late(r"^\s*client_max_body_size\s+(\w+)\s*;")
UPLOADS = compile_late(
    r"request\.files|\.FILES\b|UploadFile|\bmulter\b|FileField|busboy|formidable|multipart|fileUpload|FileInterceptor"
)
OPTIONS = frozenset({"limit", "maxHttpBufferSize", "max_http_buffer_size", "maxPayload", "bodyLimit", "maxSize"})


def takes_uploads(project: Project) -> bool:
    """Whether code of a project takes files."""
    code = (project.read(file.path) for file in project.files if file.role is Role.SERVER)
    return any(text is not None and UPLOADS.search(text) is not None for text in code)


def lower(unit: Unit, match: Match, *, uploads: bool) -> tuple[tuple[Edit, ...], str]:
    """Put 10 MB in the place of the one limit that a match is about. Raises RefusedError."""
    where = match.where
    if not isinstance(where, Span):
        raise RefusedError("no-standard-line")
    if unit.language not in (*SCRIPTS, Language.PYTHON):
        if uploads:
            raise RefusedError("uploads-taken")
        return lower_proxy(unit, where)
    found = [(key, value) for key, value in list_options(unit) if is_inside(where, key)]
    if len(found) != 1:
        raise RefusedError("no-standard-line")
    key, value = found[0]
    known, given = read_literal(value)
    quote = prefer_quote(unit)
    text = f"{quote}10mb{quote}" if known and isinstance(given, str) else SIZE
    extent = value.range()
    return (Edit(unit.path, extent.start.index, extent.end.index, text),), f"{key.text()}: {text}"


def list_options(unit: Unit) -> Iterator[tuple[SgNode, SgNode]]:
    """The names and values of the options of a file that limit bodies."""
    kinds = [("pair", "key")] if unit.language in SCRIPTS else [("pair", "key"), ("keyword_argument", "name")]
    for kind, field in kinds:
        for node in unit.root.find_all(kind=kind):
            key, value = node.field(field), node.field("value")
            if key is not None and value is not None and key.text().strip("\"'") in OPTIONS:
                yield key, value


def is_inside(where: Span, node: SgNode) -> bool:
    """Whether a node begins inside of a span."""
    start = node.range().start
    return (where.line, where.column) <= (start.line + 1, start.column + 1) < (where.end_line, where.end_column)


def lower_proxy(unit: Unit, where: Span) -> tuple[tuple[Edit, ...], str]:
    """The same for a line of nginx's configuration."""
    row = unit.lines[where.line - 1]
    found = NGINX.match(row)
    if found is None:
        raise RefusedError("no-standard-line")
    start = sum(len(line) + 1 for line in unit.text.split("\n")[: where.line - 1])
    edit = Edit(unit.path, start + found.start(1), start + found.end(1), "10m")
    return (edit,), "client_max_body_size 10m"
