"""Edits of one text."""

from __future__ import annotations

import pytest

from readycheck.edits.text import EditConflictError, apply, diff, merge
from readycheck.model.fix import Edit


def edit(start: int, end: int, new: str) -> Edit:
    return Edit("a.py", start, end, new)


def test_edits_are_made_in_the_order_of_the_text_and_equal_ones_once() -> None:
    edits = [edit(4, 5, "E"), edit(0, 0, "x\n"), edit(0, 0, "x\n"), edit(1, 2, "")]

    assert apply("abcdefg", edits) == "x\nacdEfg"


def test_insertions_at_one_place_keep_their_order() -> None:
    assert apply("ab", [edit(1, 1, "2"), edit(1, 1, "1")]) == "a21b"


@pytest.mark.parametrize(
    "edits",
    [
        [edit(0, 3, "x"), edit(2, 4, "y")],
        [edit(0, 3, "x"), edit(0, 3, "y")],
        [edit(0, 3, "x"), edit(1, 1, "y")],
    ],
)
def test_edits_that_overlap_are_refused(edits: list[Edit]) -> None:
    with pytest.raises(EditConflictError):
        merge(edits)


@pytest.mark.parametrize("outside", [edit(-1, 0, ""), edit(2, 9, ""), edit(3, 2, "")])
def test_an_edit_outside_the_text_is_refused(outside: Edit) -> None:
    with pytest.raises(ValueError, match=r"a\.py"):
        apply("abc", [outside])


def test_a_diff_as_git_shows_it() -> None:
    assert diff("a.py", "x\ny\n", "x\nz\n") == "--- a/a.py\n+++ b/a.py\n@@ -1,2 +1,2 @@\n x\n-y\n+z\n"
    assert diff("a.py", "x\n", "x\n") == ""


def test_a_new_file_and_an_empty_one() -> None:
    assert diff("n.py", "", "x\n", is_new=True) == "--- /dev/null\n+++ b/n.py\n@@ -0,0 +1 @@\n+x\n"
    assert diff("n.py", "", "x\n").startswith("--- a/n.py\n")


def test_only_a_line_feed_ends_a_line_of_a_diff() -> None:
    shown = diff("a.py", "x\x0cy\u2028z\r\nold\r\n", "x\x0cy\u2028z\r\nnew\r\n")

    assert shown.split("\n")[3:] == [" x\x0cy\u2028z\r", "-old\r", "+new\r", ""]


def test_a_missing_last_line_end_is_told() -> None:
    assert diff("a.py", "x", "y").endswith("-x\n\\ No newline at end of file\n+y\n\\ No newline at end of file\n")


def test_a_path_with_control_characters_is_quoted() -> None:
    shown = diff('a"\n\x1bä.py', "x\n", "y\n")

    assert shown.startswith('--- "a/a\\"\\012\\033ä.py"\n+++ "b/')


def test_bytes_of_a_name_that_are_no_utf_8_are_quoted_as_git_does() -> None:
    assert diff("a\udcff.py", "x\n", "y\n").startswith('--- "a/a\\377.py"\n+++ "b/a\\377.py"\n')
