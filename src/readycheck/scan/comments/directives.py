"""Suppression comments: `readycheck: ignore[rule-id, ...] reason`, and the lines that each of them covers.

Only comments count: the syntax tree's comment nodes in code, `#` outside of quotes in configuration files. The comment
must begin with the directive (or with one of another tool, `# noqa  # readycheck: ...`): prose that mentions it says
nothing. On a line with code it covers the statement that the line belongs to (of a compound statement only the
header), on a line of its own the next statement. What is malformed is kept, with no rules or no reason, so that it can
be reported.
"""

from __future__ import annotations

from collections.abc import Iterator

from readycheck.model.evidence import Directive
from readycheck.model.vocabulary import Language
from readycheck.scan.late import compile_late
from readycheck.scan.unit import Unit

MARK = "readycheck:"
START = compile_late(r"(?:^|(?<=[#/*!\s]))readycheck:[ \t]*(?P<body>[^\n]*)")
BEFORE = compile_late(r"(?:[\s#/*!<-]*|.*(?:#|//)\s*)")
BODY = compile_late(r"ignore[ \t]*\[(?P<rules>[^\]]*)\](?P<reason>.*)")
TAIL = compile_late(r"\s*(?:\*/\s*\}?|-->)?\s*$")
LEAD = " \t:;,-\N{EN DASH}\N{EM DASH}"
# A file with more than that is hostile; what is not looked at suppresses nothing.
MOST = 1000
CODE = (Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX)


def find_directives(unit: Unit) -> tuple[Directive, ...]:
    """All suppression comments of a unit, in order."""
    if MARK not in unit.text:
        return ()
    return tuple(find_in_code(unit) if unit.language in CODE else find_in_lines(unit))


def find_in_code(unit: Unit) -> Iterator[Directive]:
    """The directives in comment nodes."""
    from readycheck.scan.comments.scope import find_scopes  # noqa: PLC0415 - only where there is a directive

    every = unit.find_kind("comment")
    comments = [node for node in every if MARK in node.text()][:MOST]
    for node, (first, last) in zip(comments, find_scopes(unit, comments, every), strict=True):
        for row, line in enumerate(node.text().split("\n"), node.range().start.line):
            if found := read_directive(line):
                yield Directive(unit.path, unit.real_line(row), *found, unit.real_line(first), unit.real_line(last))


def find_in_lines(unit: Unit) -> Iterator[Directive]:
    """The directives in the comments of a configuration file."""
    from readycheck.scan.comments.line_comments import find_comments, find_line_scope  # noqa: PLC0415 - likewise

    for row, column in find_comments(unit.language, unit.lines):
        if found := read_directive(unit.lines[row][column:]):
            first, last = find_line_scope(unit.language, unit.lines, row, column)
            yield Directive(unit.path, row + 1, *found, first + 1, last + 1)


def read_directive(line: str) -> tuple[tuple[str, ...], str] | None:
    """The rules and the reason that one line of a comment names; None when it holds no directive."""
    start = START.search(line)
    if start is None or not BEFORE.fullmatch(line[: start.start()]):
        return None
    body = BODY.match(start["body"])
    if body is None:
        return (), ""
    rules = tuple(name for part in body["rules"].split(",") if (name := part.strip()))
    return rules, TAIL.sub("", body["reason"]).strip(LEAD)
