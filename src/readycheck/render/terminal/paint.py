"""Lines of pieces -> text, with colour codes of our own making or with none."""

from __future__ import annotations

from collections.abc import Iterable

from readycheck.render.frame import Line
from readycheck.render.style import Style
from readycheck.render.text import defuse_commands, escape

THEME = {
    "good": "green",
    "bad": "red",
    "good-head": "bold green",
    "bad-head": "bold red",
    "open-head": "bold yellow",
    "human-head": "bold blue",
    "high": "bold red",
    "medium": "bold yellow",
    "low": "bold cyan",
    "secondary": "bold blue",
    "open": "yellow",
    "human": "blue",
    "gutter": "bold blue",
    "place": "cyan",
    "title": "bold",
    "quiet": "dim",
}


def paint(lines: Iterable[Line], style: Style) -> str:
    """The lines as one text. Each piece is escaped here again, so that nothing raw can slip through unescaped."""
    draw = _draw_coloured if style.colour else _draw_plain
    text = "\n".join(draw(line) for line in lines) + "\n"
    if not style.unicode:
        text = text.encode("ascii", "backslashreplace").decode()
    return defuse_commands(text)


def _draw_plain(line: Line) -> str:
    return "".join(escape(text) for text, _ in line).rstrip()


def _draw_coloured(line: Line) -> str:
    from rich.color import ColorSystem  # noqa: PLC0415 - only coloured output pays for rich
    from rich.style import Style as Pen  # noqa: PLC0415 - likewise

    # The sixteen standard colours are the reader's own theme: readable on a dark and on a light background.
    return "".join(
        Pen.parse(THEME[kind]).render(escape(text), color_system=ColorSystem.STANDARD)
        if kind in THEME
        else escape(text)
        for text, kind in line
    ).rstrip()
