"""Explicit timeouts for the clients of other services."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from readycheck.fix.contract import FileView, per_file
from readycheck.fix.refusal import RefusedError, refuse
from readycheck.fix.timeouts import javascript, python
from readycheck.fix.timeouts.context import Context, prepare
from readycheck.fix.timeouts.reasons import REASONS
from readycheck.model.evidence import Match
from readycheck.model.fix import Safety, Site
from readycheck.model.location import Span
from readycheck.model.vocabulary import Language, Role

SERVING = frozenset({Role.SERVER, Role.SCRIPT})


@per_file("outbound", prepare=prepare)
def explicit_timeouts(view: FileView, prepared: object, matches: Sequence[Match]) -> Iterator[Site]:
    """Give every client that waits without a limit the configured one, only on demand: what takes longer will fail."""
    if not isinstance(prepared, Context):
        raise TypeError(f"explicit_timeouts was given {type(prepared).__name__}")
    for match in matches:
        if isinstance(match.where, Span):
            yield plan_match(view, match, match.where, prepared)


def plan_match(view: FileView, match: Match, where: Span, context: Context) -> Site:
    """The site of one client."""
    if view.role not in SERVING:
        return refuse(match, RefusedError("not-server-code"), REASONS)
    mend = python.mend if view.unit.language is Language.PYTHON else javascript.mend
    try:
        edits, limits = mend(view.unit, match, context)
    except RefusedError as error:
        return refuse(match, error, REASONS)
    return Site(match.rule, where, Safety.UNSAFE, f"wait with a limit: `{limits}`", "may-take-longer", edits)
