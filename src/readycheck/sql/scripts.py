"""Migration files that hold both directions: only what leads up is replayed."""

from __future__ import annotations

import re

_TOOLS = (
    r"^[ \t]*--[ \t]*"
    r"(?:\+(?:goose|migrate|micrate)[ \t]+{0}|migrate:{0}|{0}[ \t]+migration|!?{0}s?)\b[^\n]*$"
)
_DOWN = re.compile(_TOOLS.format("down"), re.IGNORECASE | re.MULTILINE)
_UP = re.compile(_TOOLS.format("up"), re.IGNORECASE | re.MULTILINE)


def take_up(text: str) -> str:
    """The script with its down part blanked out, so that every line keeps its number.

    The marks are those of goose, dbmate, sql-migrate, micrate, node-pg-migrate and Play: a comment line alone. Without
    a mark that leads up, one that leads down is taken for an ordinary comment.
    """
    first = _UP.search(text)
    if first is None:
        return text
    kept, position, is_up = [text[: first.end()]], first.end(), True
    marks = sorted((*_UP.finditer(text, position), *_DOWN.finditer(text, position)), key=lambda mark: mark.start())
    for mark in marks:
        part = text[position : mark.start()]
        kept.append(part if is_up else "\n" * part.count("\n"))
        is_up, position = mark.re is _UP, mark.start()
    rest = text[position:]
    kept.append(rest if is_up else "\n" * rest.count("\n"))
    return "".join(kept)
