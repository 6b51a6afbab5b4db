"""Whole lines of a text taken out, so that what is left looks as if they had never been there."""

from __future__ import annotations


def find_line_start(text: str, offset: int) -> int:
    """Where the line begins in which an offset lies."""
    return text.rfind("\n", 0, offset) + 1


def find_line_end(text: str, offset: int) -> int:
    """Where the next line begins, or the text's end."""
    end = text.find("\n", offset)
    return len(text) if end < 0 else end + 1


def find_lines(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch of the lines that a stretch touches, with one of two blank lines that would meet.

    At the beginning of a text with all blank lines that would come first.
    """
    first, last = find_line_start(text, start), find_line_end(text, end)
    before = text[find_line_start(text, max(0, first - 1)) : first]
    while (
        not before.strip() and (behind := text[last : find_line_end(text, last)]).endswith("\n") and not behind.strip()
    ):
        last += len(behind)
        if first:
            break
    return first, last
