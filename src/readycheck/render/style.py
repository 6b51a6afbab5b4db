"""How a report is laid out for the place that it is written to."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TextIO

NARROWEST, WIDEST = 40, 200
WIDTH_WITHOUT_TERMINAL = 100
SYMBOLS = "✔✗…│█░"


@dataclass(frozen=True, slots=True)
class Style:
    """Colour or not, columns to fill, how much to say (-1 quiet, 0 default, 1 verbose), and which characters to use."""

    colour: bool = False
    width: int = WIDTH_WITHOUT_TERMINAL
    verbosity: int = 0
    unicode: bool = True

    @property
    def columns(self) -> int:
        """The width within the bounds that layouts are made for."""
        return min(max(self.width, NARROWEST), WIDEST)


def choose_style(stream: TextIO, environ: Mapping[str, str], verbosity: int = 0) -> Style:
    """The style that suits a stream: obeys NO_COLOR, FORCE_COLOR, TERM=dumb, COLUMNS and the stream's encoding."""
    return Style(
        colour=_wants_colour(stream, environ),
        width=_find_width(stream, environ),
        verbosity=verbosity,
        unicode=_can_encode(stream, SYMBOLS),
    )


def _wants_colour(stream: TextIO, environ: Mapping[str, str]) -> bool:
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and environ.get("TERM") != "dumb"


def _find_width(stream: TextIO, environ: Mapping[str, str]) -> int:
    columns = environ.get("COLUMNS", "")
    if columns.isascii() and columns.isdigit() and int(columns) > 0:
        return int(columns)
    if not stream.isatty():
        return WIDTH_WITHOUT_TERMINAL
    try:
        return os.get_terminal_size(stream.fileno()).columns or WIDTH_WITHOUT_TERMINAL
    except OSError:  # a terminal that does not know its size
        return WIDTH_WITHOUT_TERMINAL


def _can_encode(stream: TextIO, text: str) -> bool:
    try:
        text.encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
