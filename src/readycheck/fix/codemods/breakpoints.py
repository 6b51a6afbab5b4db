"""Breakpoints that were left in the code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from readycheck.fix.breakpoints import javascript, python
from readycheck.fix.breakpoints.reasons import REASONS
from readycheck.fix.contract import FileView, Project, per_file
from readycheck.fix.refusal import RefusedError, refuse
from readycheck.model.evidence import Match
from readycheck.model.fix import Edit, Safety, Site
from readycheck.model.location import Span
from readycheck.model.vocabulary import Language

TITLE = "take the breakpoint out"


def need_nothing(_project: Project) -> None:
    """One file is enough to know."""


@per_file(prepare=need_nothing)
def remove_breakpoints(view: FileView, _prepared: object, matches: Sequence[Match]) -> Iterator[Site]:
    """Take out every breakpoint that is a statement of its own, and the imports that nothing else needs."""
    placed = [match for match in matches if isinstance(match.where, Span)]
    if view.unit.language is Language.PYTHON:
        yield from remove_from_python(view, placed)
        return
    for match in placed:
        try:
            edit = javascript.take_out(view.unit, match)
        except RefusedError as error:
            yield refuse(match, error, REASONS)
        else:
            yield make_site(match, "", (edit,))


def remove_from_python(view: FileView, matches: Sequence[Match]) -> Iterator[Site]:
    """The sites of a Python file; what may be taken out without looking is planned apart from the rest."""
    found: list[tuple[Match, python.Stop]] = []
    for match in matches:
        try:
            found.append((match, python.find_stop(view.unit, match)))
        except RefusedError as error:
            yield refuse(match, error, REASONS)
    safe = [stop for _, stop in found if not stop.reason]
    unsafe = [stop for _, stop in found if stop.reason]
    edits = dict(zip(safe, python.take_out(view.unit, safe), strict=True))
    edits |= zip(unsafe, python.take_out(view.unit, unsafe, safe), strict=True)
    for match, stop in found:
        yield make_site(match, stop.reason, edits[stop])


def make_site(match: Match, reason: str, edits: tuple[Edit, ...]) -> Site:
    """The site of one breakpoint."""
    if not isinstance(match.where, Span):
        raise TypeError(f"{match.rule}: a fix needs a place in a file: {match.where}")
    title = f"{TITLE}: {REASONS[reason]}" if reason else TITLE
    return Site(match.rule, match.where, Safety.UNSAFE if reason else Safety.SAFE, title, reason, edits)
