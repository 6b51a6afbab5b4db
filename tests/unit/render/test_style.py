from __future__ import annotations

import io
from collections.abc import Mapping

import pytest

from readycheck.render.formats import find_renderer, format_names
from readycheck.render.style import Style, choose_style


class Terminal(io.TextIOWrapper):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


def open_terminal(encoding: str = "utf-8") -> Terminal:
    return Terminal(io.BytesIO(), encoding=encoding)


@pytest.mark.parametrize(
    ("environ", "colour"),
    [
        ({}, True),
        ({"TERM": "xterm-256color"}, True),
        ({"TERM": "dumb"}, False),
        ({"NO_COLOR": "1"}, False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        ({"NO_COLOR": ""}, True),
    ],
)
def test_colour_on_a_terminal(environ: Mapping[str, str], colour: bool) -> None:  # noqa: FBT001 - a table of cases
    assert choose_style(open_terminal(), environ).colour is colour


def test_no_colour_in_a_file_unless_forced() -> None:
    assert not choose_style(io.StringIO(), {}).colour
    assert choose_style(io.StringIO(), {"FORCE_COLOR": "1"}).colour


@pytest.mark.parametrize(("columns", "width"), [("72", 72), ("0", 100), ("wide", 100), ("-5", 100), ("²", 100)])
def test_width_comes_from_the_environment(columns: str, width: int) -> None:
    assert choose_style(io.StringIO(), {"COLUMNS": columns}).width == width


def test_layouts_have_bounds() -> None:
    assert Style(width=3).columns == 40
    assert Style(width=5000).columns == 200


@pytest.mark.parametrize(("encoding", "unicode"), [("utf-8", True), ("ascii", False), ("latin-1", False)])
def test_signs_depend_on_the_encoding(encoding: str, unicode: bool) -> None:  # noqa: FBT001 - a table of cases
    assert choose_style(open_terminal(encoding), {}).unicode is unicode


def test_formats_are_the_packages_of_the_folder() -> None:
    assert {"terminal", "json", "markdown", "sarif", "junit", "gitlab", "github"} <= set(format_names())
    assert "text" not in format_names()
    assert all(callable(find_renderer(name)) for name in format_names())


@pytest.mark.parametrize("name", ["xml", "text", "../cli", "", "json.os"])
def test_unknown_format_is_an_error_that_lists_the_known_ones(name: str) -> None:
    with pytest.raises(ValueError, match=r"choose one of .*json.*terminal"):
        find_renderer(name)
