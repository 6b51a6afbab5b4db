"""Edits of one text: put together, applied, shown. Pure; offsets count code points."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from itertools import pairwise

from readycheck.model.fix import Edit


class EditConflictError(ValueError):
    """Two different edits touch the same stretch of a text."""


def merge(edits: Iterable[Edit]) -> list[Edit]:
    """The edits of one file in the order of the text, equal ones once; insertions at one place keep their order.

    Raises:
        EditConflictError: two edits overlap and are not equal.
    """
    ordered = sorted(dict.fromkeys(edits), key=lambda edit: (edit.start, edit.end))
    for before, after in pairwise(ordered):
        if after.start < before.end:
            raise EditConflictError(f"{after.path}: edits overlap at offset {after.start}")
    return ordered


def apply(text: str, edits: Iterable[Edit]) -> str:
    """The text with the edits of its file made. Raises EditConflictError, and ValueError for one outside the text."""
    pieces, position = [], 0
    for edit in merge(edits):
        if not 0 <= edit.start <= edit.end <= len(text):
            raise ValueError(f"{edit.path}: an edit from {edit.start} to {edit.end} of {len(text)} characters")
        pieces += [text[position : edit.start], edit.new]
        position = edit.end
    return "".join([*pieces, text[position:]])


def diff(path: str, before: str, after: str, context: int = 3) -> str:
    """A unified diff as git would show it; empty if nothing changed. A new file is one whose `before` is empty."""
    lines = difflib.unified_diff(
        before.splitlines(keepends=True),
        after.splitlines(keepends=True),
        f"a/{path}" if before else "/dev/null",
        f"b/{path}" if after else "/dev/null",
        n=context,
    )
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)
