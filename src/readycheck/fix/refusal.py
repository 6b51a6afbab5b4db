"""How a builder of edits says that it makes none."""

from __future__ import annotations

from collections.abc import Mapping

from readycheck.model.evidence import Match
from readycheck.model.fix import Safety, Site
from readycheck.model.location import Span


class RefusedError(Exception):
    """Nothing is changed at this place; `code` is the reason, as the package's `reasons.py` explains it."""

    def __init__(self, code: str, detail: str = "") -> None:
        """Take the reason's code, and what makes its sentence more precise (a command, a name)."""
        self.code = code
        self.detail = detail
        super().__init__(code)


def refuse(match: Match, error: RefusedError, reasons: Mapping[str, str]) -> Site:
    """The site of a match that is left as it is, with the sentence that explains why. TypeError without a place."""
    if not isinstance(match.where, Span):
        raise TypeError(f"{match.rule}: a fix needs a place in a file: {match.where}")
    sentence = reasons[error.code]
    title = f"{sentence}: {error.detail}" if error.detail else sentence
    return Site(match.rule, match.where, Safety.REFUSED, title, error.code)
