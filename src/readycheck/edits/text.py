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


def diff(path: str, before: str, after: str, context: int = 3, *, is_new: bool = False) -> str:
    """A unified diff as git would show it, only a line feed ends a line; empty if nothing changed."""
    lines = difflib.unified_diff(
        split_lines(before),
        split_lines(after),
        "/dev/null" if is_new else quote(f"a/{path}"),
        quote(f"b/{path}"),
        n=context,
    )
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def split_lines(text: str) -> list[str]:
    """The lines with their ends."""
    lines = text.split("\n")
    return [*(f"{line}\n" for line in lines[:-1]), *lines[-1:]] if lines[-1] else [f"{line}\n" for line in lines[:-1]]


def quote(path: str) -> str:
    """A path as git writes it into a diff: in quotes where it holds what would break the line."""
    if path.isprintable() and '"' not in path and "\\" not in path:
        return path
    return f'"{"".join(map(quote_character, path))}"'


def quote_character(character: str) -> str:
    """One character between quotes."""
    if character in '"\\':
        return f"\\{character}"
    return (
        character
        if character.isprintable()
        else "".join(f"\\{byte:03o}" for byte in character.encode("utf-8", "surrogateescape"))
    )
