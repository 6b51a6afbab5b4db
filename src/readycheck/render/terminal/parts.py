"""The pieces that all parts of the terminal report are put together from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from readycheck.model.location import Where
from readycheck.render.cells import crop, measure, pad, wrap
from readycheck.render.frame import Line, Piece
from readycheck.render.style import Style
from readycheck.render.text import describe_place, escape

PROSE = 110
WIDEST_TITLE = 0.6  # of the page
BLANK: Line = ()


@dataclass(frozen=True, slots=True)
class Page:
    """The style with what follows from it: symbols that the encoding has, and the root's prefix to paths."""

    style: Style
    prefix: str = ""

    @property
    def width(self) -> int:
        """Columns for text: long lines of prose are hard to read, however wide the terminal is."""
        return min(self.style.columns, PROSE)

    @property
    def verbose(self) -> bool:
        """Whether nothing may be left out."""
        return self.style.verbosity > 0

    @property
    def ellipsis(self) -> str:
        """What stands for text that was cut."""
        return "…" if self.style.unicode else "..."

    def symbol(self, name: str) -> str:
        """The one-cell sign of an outcome or a part of the report."""
        pretty, plain = SYMBOLS[name]
        return pretty if self.style.unicode else plain

    def bar(self, part: str) -> str:
        """One cell of the bar: colour tells the parts apart, and where there is none, the pattern does."""
        return SYMBOLS["bar-done"][0] if self.style.colour and self.style.unicode else self.symbol(f"bar-{part}")

    def place(self, where: Where) -> str:
        """Where it is, escaped."""
        return describe_place(where, self.prefix)

    def shorten(self, text: str, width: int) -> str:
        """The text, escaped and cut to a width."""
        return crop(escape(text), width, self.ellipsis)


HEADS = frozenset({"good", "bad", "open", "human"})
SYMBOLS = {
    "done": ("✔", "+"),
    "todo": ("✗", "x"),
    "open": ("?", "?"),
    "human": ("☐", "o"),
    "away": ("∅", "-"),
    "notice": ("!", "!"),
    "rule": ("─", "-"),
    "dot": ("·", "-"),
    "bar-done": ("█", "#"),
    "bar-todo": ("▓", "x"),
    "bar-open": ("░", "."),
    "bar-human": ("▒", "o"),
}


def draw_heading(page: Page, title: str, aside: str, kind: str) -> Iterator[Line]:
    """A blank line, the heading, a rule up to the right margin with a count at its end, a blank line."""
    aside = f" {aside}" if aside else ""
    fill = page.width - measure(title) - measure(aside) - 1
    if fill < 1:
        fill, aside = page.width - measure(title) - 1, ""
    yield BLANK
    head = f"{kind}-head" if kind in HEADS else kind
    yield ((title, head), (" " + page.symbol("rule") * fill + aside, "quiet"))
    yield BLANK


def draw_paragraph(page: Page, text: str, indent: int, kind: str = "", lead: Piece = ("", "")) -> Iterator[Line]:
    """Wrapped text behind an indent; `lead` stands before the first line, and the others align with it."""
    head, head_kind = lead
    hanging = indent + (measure(head) + 1 if head else 0)
    for index, part in enumerate(wrap(escape(text), page.width - hanging)):
        if index == 0 and head:
            yield ((" " * indent, ""), (head, head_kind), (" " + part, kind))
        else:
            yield ((" " * hanging + part, kind),)


def title_column(page: Page, titles: Sequence[str]) -> int:
    """How wide the column of titles is."""
    widest = max((measure(escape(title)) for title in titles), default=0)
    return min(widest, int(page.width * WIDEST_TITLE) - 3)


def draw_row(page: Page, symbol: tuple[str, str], title: str, column: int, text: str) -> Line:
    """One line: symbol, title in its column, and as much of the text as fits."""
    head = f" {pad(page.shorten(title, page.width - 4), column)}  "
    room = page.width - 3 - measure(head)
    return (("  ", ""), symbol, (head, ""), (page.shorten(text, room) if text and room > 8 else "", "quiet"))  # noqa: PLR2004 - less says nothing
