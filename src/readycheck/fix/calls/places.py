"""The syntax behind the place that a match names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from readycheck.model.evidence import Match
from readycheck.model.location import Span

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit


def find_node(unit: Unit, match: Match, kinds: Iterable[str]) -> SgNode | None:
    """The innermost node of one of the kinds that begins and ends where the match does."""
    where = match.where
    if not isinstance(where, Span):
        return None
    begins = [
        node
        for kind in kinds
        for node in unit.find_kind(kind)
        if node.range().start.line == where.line - 1 and node.range().start.column == where.column - 1
    ]
    exact = [
        node
        for node in begins
        if node.range().end.line == where.end_line - 1 and node.range().end.column == where.end_column - 1
    ]
    return exact[-1] if exact else None


def prefer_quote(unit: Unit) -> str:
    """The quote that most strings of a file have; double ones where there is no difference."""
    texts = [node.text().lstrip("rbfuRBFU")[:1] for node in unit.find_kind("string")]
    return "'" if texts.count("'") > texts.count('"') else '"'
