from __future__ import annotations

import pytest

from readycheck.model.location import Span
from readycheck.render.cells import measure
from readycheck.render.frame import Caption, draw_frame
from readycheck.render.style import Style


def draw(span: Span, label: str = "found", width: int = 40, *, unicode: bool = True, secondary: bool = False) -> str:
    lines = draw_frame(span, Caption("a.py", label, secondary=secondary), Style(unicode=unicode), width)
    texts = ["".join(text for text, _ in line) for line in lines]
    assert all(measure(text) <= width for text in texts)
    return "\n".join(texts)


def on_line(snippet: str, column: int, end: int, shown_from: int = 1) -> Span:
    return Span("a.py", 7, column, 7, end, snippet, shown_from)


FRAMES = {
    "a caret under the exact columns": (
        on_line('    print("x")', 5, 10),
        """\
 --> a.py
  │
7 │     print("x")
  │     ^^^^^ found""",
    ),
    "a tab is four blanks wide, or what is left to the next stop": (
        on_line("\tlog(1)\t# x", 2, 8),
        """\
 --> a.py
  │
7 │     log(1)  # x
  │     ^^^^^^ found""",
    ),
    "wide characters take two cells": (
        on_line("日本print()語", 3, 8),
        """\
 --> a.py
  │
7 │ 日本print()語
  │     ^^^^^ found""",
    ),
    "so does an emoji": (
        on_line("'🎉'; print(1)", 6, 14),
        """\
 --> a.py
  │
7 │ '🎉'; print(1)
  │       ^^^^^^^^ found""",
    ),
    "control characters are seen, and the caret knows their width": (
        on_line("a\x1b[31m\u202e = 1", 9, 10),
        """\
 --> a.py
  │
7 │ a\\x1b[31m\\u202e = 1
  │                 ^ found""",
    ),
    "a long line is cropped on both sides": (
        on_line("a" * 149 + "print" + "b" * 90, 150, 155),
        """\
 --> a.py
  │
7 │ …aaaaaaaaaaaaaaprintbbbbbbbbbbbbbbb…
  │                ^^^^^ found""",
    ),
    "a line whose start the snippet leaves out": (
        on_line("xxxx print() yyyy", 86, 93, shown_from=81),
        """\
 --> a.py
  │
7 │ …xxxx print() yyyy
  │       ^^^^^^^ found""",
    ),
    "nothing at all is still one caret": (
        on_line("x = ", 5, 5),
        """\
 --> a.py
  │
7 │ x =
  │     ^ found""",
    ),
    "a span past the snippet's end stops there": (
        on_line("short", 3, 400),
        """\
 --> a.py
  │
7 │ short
  │   ^^^ found""",
    ),
    "several lines from the first word of a line": (
        Span("a.py", 99, 5, 101, 6, "    print(\n\t1,\n    )"),
        """\
   --> a.py
    │
 99 │ /     print(
100 │ |     1,
101 │ |     )
    │ |_____^ found""",
    ),
    "several lines from the middle of a line": (
        Span("a.py", 8, 5, 9, 2, "x = f(\n)"),
        """\
 --> a.py
  │
8 │   x = f(
  │  _____^
9 │ | )
  │ |_^ found""",
    ),
    "several lines that end before the first column of the next one": (
        Span("a.py", 8, 1, 10, 1, "if x:\n  y()\n"),
        """\
  --> a.py
   │
 8 │ / if x:
 9 │ |   y()
   │ |_____^ found""",
    ),
    "one line with its line end": (
        Span("a.py", 8, 3, 9, 1, "  print()\n"),
        """\
 --> a.py
  │
8 │   print()
  │   ^^^^^^^ found""",
    ),
    "more lines than the snippet holds": (
        Span("a.py", 8, 1, 60, 2, "f(\n 1,"),
        """\
  --> a.py
   │
 8 │ / f(
 9 │ |  1,
   │ |_^ to line 60: found""",
    ),
    "no snippet": (
        on_line("", 3, 5),
        """\
 --> a.py
  = found""",
    ),
}


@pytest.mark.parametrize(("span", "expected"), FRAMES.values(), ids=FRAMES)
def test_frame(span: Span, expected: str) -> None:
    assert draw(span) == expected


def test_label_without_room_beside_the_caret_stands_below() -> None:
    assert draw(on_line("print(1)", 1, 9), label="a label that is much too long for the line").splitlines()[3:] == [
        "  │ ^^^^^^^^",
        "  = a label that is much too long for",
        "    the line",
    ]


def test_encoding_without_the_signs_gets_ascii_only() -> None:
    frame = draw(on_line("日本 = print()", 6, 11), unicode=False)
    assert frame.isascii()
    code, carets = frame.splitlines()[2:]
    assert code.index("print") == carets.index("^^^^^ found")


def test_secondary_frame_is_underlined_differently() -> None:
    assert draw(on_line("limiter", 1, 8), label="", secondary=True).splitlines() == [
        " and a.py",
        "  │",
        "7 │ limiter",
        "  │ -------",
    ]
