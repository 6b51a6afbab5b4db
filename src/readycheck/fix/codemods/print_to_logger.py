"""`print(...)` in server code becomes a call of the module's logger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from readycheck.fix.contract import FileView, per_file
from readycheck.fix.python.knowledge import KINDS, Knowledge, learn
from readycheck.fix.python.plan import plan_file
from readycheck.model.evidence import Match
from readycheck.model.fix import Site


@per_file(*KINDS, prepare=learn)
def print_to_logger(view: FileView, prepared: object, matches: Sequence[Match]) -> Iterator[Site]:
    """An edit or a refusal for each print of one file."""
    if not isinstance(prepared, Knowledge):
        raise TypeError(f"prepared by something else: {prepared!r}")
    yield from plan_file(view, prepared, matches)
