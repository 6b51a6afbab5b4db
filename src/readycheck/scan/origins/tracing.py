"""A tracer for a file, by its language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readycheck.model.vocabulary import Language
from readycheck.scan.origins.javascript import JAVASCRIPT
from readycheck.scan.origins.python import PYTHON
from readycheck.scan.origins.tracer import Purpose, Tracer

if TYPE_CHECKING:
    from readycheck.scan.unit import Unit


def make_tracer(unit: Unit, purpose: Purpose) -> Tracer:
    """A tracer of one file."""
    return Tracer(unit, PYTHON if unit.language is Language.PYTHON else JAVASCRIPT, purpose)
