"""ScannedFile to and from plain lists: what crosses from a worker process and what stands in the cache (JSON)."""

from __future__ import annotations

from typing import Any

from readycheck.model.evidence import Directive, Doubt, Fact, Match, RuleError, ScannedFile
from readycheck.model.location import Span, Where
from readycheck.model.vocabulary import Language, Role

Wire = list[Any]
LANGUAGES = {language.value: language for language in Language}
ROLES = {role.value: role for role in Role}


def pack_file(file: ScannedFile) -> Wire:
    """The file without its path; a file on which nothing was found is a list of three."""
    head: Wire = [file.language.value, file.role.value, file.role_reason]
    if not (file.matches or file.facts or file.directives or file.doubts or file.errors):
        return head
    return [
        *head,
        [pack_match(match) for match in file.matches],
        [[fact.kind, pack_span(fact.where), dict(fact.data)] for fact in file.facts],
        [[d.line, list(d.rules), d.reason, d.first, d.last] for d in file.directives],
        [[doubt.line, doubt.reason] for doubt in file.doubts],
        [[error.rule, error.reason] for error in file.errors],
    ]


def unpack_file(path: str, wire: Wire) -> ScannedFile:
    """The file again; raises ValueError, TypeError or KeyError when the list is not one that `pack_file` made."""
    language, role = LANGUAGES[wire[0]], ROLES[wire[1]]
    if len(wire) == 3:  # noqa: PLR2004 - the short form of pack_file
        return ScannedFile(path, language, role, wire[2])
    _, _, reason, matches, facts, directives, doubts, errors = wire
    return ScannedFile(
        path,
        language,
        role,
        reason,
        tuple(unpack_match(path, match) for match in matches),
        tuple(Fact(kind, unpack_span(path, span), data) for kind, span, data in facts),
        tuple(Directive(path, line, tuple(rules), text, first, last) for line, rules, text, first, last in directives),
        tuple(Doubt(path, line, text) for line, text in doubts),
        tuple(RuleError(rule, path, text) for rule, text in errors),
    )


def pack_match(match: Match) -> Wire:
    """A match of a per-file rule: its place is always a span, and so are the places beside it."""
    return [
        match.rule,
        pack_span(match.where),
        match.symbol,
        match.text,
        match.message,
        match.exempt,
        [pack_span(where) for where in match.also],
    ]


def unpack_match(path: str, wire: Wire) -> Match:
    """The match again."""
    rule, span, symbol, text, message, exempt, also = wire
    others = tuple(unpack_span(path, other) for other in also)
    return Match(rule, unpack_span(path, span), symbol, text, message, exempt, others)


def pack_span(where: Where) -> Wire:
    """A span without its path and kind."""
    if not isinstance(where, Span):
        raise TypeError(f"a per-file match must stand at a span, not at {where!r}")
    return [
        where.line,
        where.column,
        where.end_line,
        where.end_column,
        where.snippet,
        where.snippet_column,
    ]


def unpack_span(path: str, wire: Wire) -> Span:
    """The span again."""
    return Span(path, *wire)
