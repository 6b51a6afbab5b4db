from __future__ import annotations

import pytest

from readycheck.model.location import Endpoint, Relation, Span
from readycheck.model.report import Target
from readycheck.render.cells import crop, measure, take, wrap
from readycheck.render.text import (
    count,
    defuse_commands,
    describe_place,
    escape,
    join_words,
    list_counts,
    root_prefix,
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain [bold]text[/bold]", "plain [bold]text[/bold]"),
        ("a\nb\r\tc", "a\\nb\\r\\tc"),
        ("\x1b[31mred\x07", "\\x1b[31mred\\x07"),
        ("\x9b31m\x7f", "\\x9b31m\\x7f"),  # C1: one character that starts a command
        ("user\u202etxt.exe", "user\\u202etxt.exe"),
        ("\ufeffbom\u200bzero\u2028line", "\\ufeffbom\\u200bzero\\u2028line"),
        ("bad\udcffbyte\ud800", "bad\\xffbyte\\ud800"),
        ("tag\U000e0041", "tag\\U000e0041"),
        ("模型 🎉 é", "模型 🎉 é"),
        ("👨‍👩‍👧", "👨‍👩‍👧"),
        ("##[error]x ##vso[task] ## [x] C##", "#\\x23[error]x #\\x23vso[task] ## [x] C##"),
    ],
)
def test_escape_shows_what_would_be_obeyed(text: str, shown: str) -> None:
    assert escape(text) == shown
    assert escape(shown) == shown


def test_escape_to_ascii() -> None:
    assert escape("é模🎉", ascii_only=True) == "\\xe9\\u6a21\\U0001f389"


def test_lines_that_ci_would_obey_are_defused() -> None:
    text = "::error::x\n  ::set-output name=a::b\n\x1b[1m::stop-commands::t\nstd::vector a::b\n: :\n"
    assert defuse_commands(text) == (
        "\\x3a:error::x\n  \\x3a:set-output name=a::b\n\x1b[1m\\x3a:stop-commands::t\nstd::vector a::b\n: :\n"
    )


def test_numbers_and_words() -> None:
    assert count(1, "file") == "1 file"
    assert count(0, "file") == "0 files"
    assert count(2000, "fix", "fixes") == "2,000 fixes"
    assert join_words([]) == ""
    assert join_words(["a"]) == "a"
    assert join_words(["a", "b"]) == "a and b"
    assert join_words(["a", "b", "c"]) == "a, b and c"
    assert list_counts({"b": 1, "a": 1, "z\n": 2000}) == "2,000 z\\n, 1 a, 1 b"
    assert list_counts({"a": 3, "b": 2, "c": 1}, limit=1) == "3 a, 3 for other reasons"


@pytest.mark.parametrize(
    ("root", "prefix"),
    [
        (None, ""),
        (".", ""),
        ("./", ""),
        ("server", "server/"),
        ("./a/b/", "a/b/"),
        ("../other", ""),  # paths above the folder mean nothing to a code host
        ("/srv/app", ""),
    ],
)
def test_prefix_makes_paths_open_from_where_readycheck_was_started(root: str | None, prefix: str) -> None:
    assert root_prefix(Target(root)) == prefix


def test_places() -> None:
    assert describe_place(Span("a\n.py", 3, 5, 3, 9), "server/") == "server/a\\n.py:3:5"
    assert describe_place(Endpoint("GET", "/\x1b"), "server/") == "GET /\\x1b"
    assert describe_place(Relation("public", "t", ("a", "b"))) == "public.t (a, b)"


def test_cells() -> None:
    assert measure("日本") == 4
    assert take("日本語", 5) == "日本"
    assert crop("a long title", 7) == "a long…"
    assert crop("日本語", 5) == "日本…"
    assert crop("short", 5) == "short"
    assert crop("a long title", 7, "...") == "a lo..."


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 10, [""]),
        ("one two three", 7, ["one two", "three"]),
        ("unbreakable", 4, ["unbr", "eaka", "ble"]),
        ("a 日本語日本 b", 5, ["a", "日本", "語日", "本 b"]),
        ("ab", 0, ["ab"]),
    ],
)
def test_wrap(text: str, width: int, lines: list[str]) -> None:
    assert wrap(text, width) == lines
