r"""Code frames: the source lines of a span with a caret under its columns, as pieces of text with a style's name.

  --> server/app.py:12:5
   │
12 │     print("hello")
   │     ^^^^^^^^^^^^^^ print() in server code
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from readycheck.model.location import Span
from readycheck.render.cells import measure, take, wrap
from readycheck.render.style import Style
from readycheck.render.text import escape

Piece = tuple[str, str]  # text without control characters, and what it is: a key of the theme
Line = tuple[Piece, ...]

TAB = 4
LEAST_ROOM = 20


@dataclass(frozen=True, slots=True)
class Caption:
    """What stands above a frame (where it is) and beside its caret, both escaped; `tone` names the caret's style.

    A `secondary` frame supports the one before it.
    """

    place: str
    label: str = ""
    tone: str = "high"
    secondary: bool = False


@dataclass(frozen=True, slots=True)
class _Layout:
    """The frame's fixed parts: `gutter` is the width of the line numbers, `room` the cells left for code."""

    gutter: int
    room: int
    bar: str
    ellipsis: str
    mark: str
    kind: str
    ascii_only: bool

    def row(self, number: int | str, *code: Piece) -> Line:
        return ((f"{number:>{self.gutter}} {self.bar}", "gutter"), *((text, kind) for text, kind in code if text))


def draw_frame(span: Span, caption: Caption, style: Style, width: int) -> Iterator[Line]:
    """The lines of the frame, at most `width` cells wide each; only the place when there is no snippet."""
    gutter = len(str(max(span.line, span.end_line)))
    layout = _Layout(
        gutter=gutter,
        room=max(width - gutter - 3, LEAST_ROOM),
        bar="│" if style.unicode else "|",
        ellipsis="…" if style.unicode else "...",
        mark="-" if caption.secondary else "^",
        kind="secondary" if caption.secondary else caption.tone,
        ascii_only=not style.unicode,
    )
    yield ((" " * gutter + ("and " if caption.secondary else "--> "), "gutter"), (caption.place, "place"))
    if not span.snippet.strip():
        yield from _note(caption.label, layout) if caption.label else ()
        return
    span = _trim(span)
    yield layout.row("")
    draw = _draw_row if span.line == span.end_line else _draw_block
    yield from draw(span, caption.label, layout)


def _trim(span: Span) -> Span:
    """The span without a last line of which it takes nothing (it ends before that line's first column)."""
    rows = span.snippet.split("\n")
    if span.end_column != 1 or not len(rows) == span.end_line - span.line + 1 > 1:
        return span
    hidden = span.snippet_column - 1 if len(rows) == 2 else 0  # noqa: PLR2004 - the first row is then the last
    end_column = hidden + len(rows[-2]) + 1
    return replace(span, end_line=span.end_line - 1, end_column=end_column, snippet="\n".join(rows[:-1]))


def _draw_row(span: Span, label: str, layout: _Layout) -> Iterator[Line]:
    row = span.snippet.split("\n")[0]
    first = min(max(span.column - span.snippet_column, 0), len(row))
    last = max(min(span.end_column - span.snippet_column, len(row)), first)
    text, start = expand(row, ascii_only=layout.ascii_only), _cells(row, first, layout)
    stop = _cells(row, last, layout)
    code, shift = _show_window(text, start, stop, cut=span.snippet_column > 1, layout=layout)
    yield layout.row(span.line, (" " + code, "code"))
    start = max(start + shift, 0)
    length = max(min(stop + shift, layout.room) - start, 1)
    yield from _underline(" " * (start + 1), layout.mark * length, label, layout)


def _draw_block(span: Span, label: str, layout: _Layout) -> Iterator[Line]:
    rows, room = span.snippet.split("\n"), layout.room - 2
    start = min(max(span.column - span.snippet_column, 0), len(rows[0]))
    opens_line = not rows[0][:start].strip()
    yield layout.row(span.line, (" / " if opens_line else "   ", layout.kind), (_fit(rows[0], room, layout), "code"))
    if not opens_line:
        reach = min(_cells(rows[0], start, layout), room - 1)
        yield layout.row("", ("  " + "_" * (reach + 1) + layout.mark, layout.kind))
    for number, row in enumerate(rows[1:], span.line + 1):
        yield layout.row(number, (" | ", layout.kind), (_fit(row, room, layout), "code"))
    if span.line + len(rows) <= span.end_line:
        rest = f"to line {span.end_line}" + (f": {label}" if label else "")
        yield from _underline(" |", "_" + layout.mark, rest, layout)
        return
    reach = min(max(_cells(rows[-1], min(span.end_column - 1, len(rows[-1])), layout), 1), room)
    yield from _underline(" |", "_" * reach + layout.mark, label, layout)


def _underline(indent: str, marks: str, label: str, layout: _Layout) -> Iterator[Line]:
    beside = f" {label}" if label else ""
    if measure(indent + marks + beside) <= layout.room + 1:
        yield layout.row("", (indent + marks + beside, layout.kind))
        return
    yield layout.row("", (indent + marks, layout.kind))
    yield from _note(label, layout)


def _note(label: str, layout: _Layout) -> Iterator[Line]:
    for index, part in enumerate(wrap(label, layout.room)):
        yield ((" " * (layout.gutter + 1) + ("= " if index == 0 else "  "), "gutter"), (part, layout.kind))


def expand(row: str, *, ascii_only: bool = False) -> str:
    """A source line as it is shown: tabs as blanks up to the next stop, control characters visible."""
    if "\t" not in row:
        return escape(row, ascii_only=ascii_only)
    shown = ""
    for index, part in enumerate(row.split("\t")):
        blanks = " " * (TAB - measure(shown) % TAB) if index else ""
        shown += blanks + escape(part, ascii_only=ascii_only)
    return shown


def _cells(row: str, columns: int, layout: _Layout) -> int:
    """How many cells the first columns of a source line take when shown."""
    return measure(expand(row[:columns], ascii_only=layout.ascii_only))


def _fit(row: str, room: int, layout: _Layout) -> str:
    text = expand(row, ascii_only=layout.ascii_only).rstrip()
    return text if measure(text) <= room else take(text, room - measure(layout.ellipsis)) + layout.ellipsis


def _show_window(text: str, start: int, stop: int, *, cut: bool, layout: _Layout) -> tuple[str, int]:
    """The part of the line that holds the caret, and by how many cells it moved (negative: to the left)."""
    text, ellipsis = text.rstrip(), layout.ellipsis
    dots = measure(ellipsis)
    if measure(text) + (dots if cut else 0) <= layout.room:
        return (ellipsis + text, dots) if cut else (text, 0)
    if stop <= layout.room - dots and not cut:
        return take(text, layout.room - dots) + ellipsis, 0
    wanted = max(layout.room - 2 * dots, 1)
    left = max(0, start - max(wanted - (stop - start), 0) // 2) if stop - start < wanted else start
    head = take(text, left)
    left = measure(head)
    rest = text[len(head) :]
    body = take(rest, wanted)
    tail = ellipsis if len(body) < len(rest) else ""
    front = ellipsis if left or cut else ""
    return front + body + tail, measure(front) - left
