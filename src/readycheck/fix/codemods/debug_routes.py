"""Routes for debugging, kept out of production."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from readycheck.fix.contract import FileView, per_file
from readycheck.fix.debugging import javascript, python
from readycheck.fix.debugging.condition import Context, prepare
from readycheck.fix.debugging.reasons import REASONS
from readycheck.fix.refusal import RefusedError, refuse
from readycheck.model.evidence import Match
from readycheck.model.fix import Safety, Site
from readycheck.model.location import Span
from readycheck.model.vocabulary import Language
from readycheck.scan.inventories.environment import KINDS


@per_file(*KINDS, prepare=prepare)
def guard_debug_routes(view: FileView, prepared: object, matches: Sequence[Match]) -> Iterator[Site]:
    """Register each route for debugging only in development; none is deleted."""
    if not isinstance(prepared, Context):
        raise TypeError(f"guard_debug_routes was given {type(prepared).__name__}")
    for match in matches:
        if isinstance(match.where, Span):
            yield plan_match(view, match, match.where, prepared)


def plan_match(view: FileView, match: Match, where: Span, context: Context) -> Site:
    """The site of one route."""
    if match.exempt:
        return refuse(match, RefusedError("guarded-already", match.exempt), REASONS)
    try:
        if view.unit.language is Language.PYTHON:
            edits, condition = python.guard(view.unit, match, context)
        else:
            edits, condition = javascript.guard(view.unit, match, context.javascript)
    except RefusedError as error:
        return refuse(match, error, REASONS)
    return Site(match.rule, where, Safety.UNSAFE, f"register it only if `{condition}`", "route-disappears", edits)
