from __future__ import annotations

from readycheck.model.rule import FileLine
from readycheck.model.vocabulary import Language
from readycheck.scan.config.file import ConfigFile
from readycheck.scan.detectors import file_line


def lines(pattern: str | None, text: str) -> list[int]:
    found = file_line.find(FileLine(("*",), pattern), ConfigFile(".dockerignore", Language.TEXT, text))
    return [span.line for span, _ in found]


def test_a_path_without_a_line_matches_once() -> None:
    assert lines(None, "") == [1]
    assert lines(None, "a\nb\n") == [1]


def test_every_line_is_searched_alone() -> None:
    assert lines(r"^\.git$", ".git\r\nx.git\n.git\n") == [1, 3]
    assert lines(r"a\sb", "a\nb\n") == []


def test_a_long_line_is_cut() -> None:
    assert lines("needle", "x" * 5_000 + "needle\nneedle\n") == [2]
