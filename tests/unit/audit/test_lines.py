from __future__ import annotations

import random

import pytest

from readycheck.audit.lines import find_changed_lines


def changed(old: str, new: str) -> list[int]:
    return [line for one in find_changed_lines(old.encode(), new.encode()) for line in one]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("a\nb\nc\n", "a\nb\nc\n", []),
        ("a\nb\nc\n", "a\nX\nc\n", [2]),
        ("a\nc\n", "a\nb\nc\n", [2]),
        ("a\nb\nc\n", "a\nc\n", []),
        ("", "a\nb\n", [1, 2]),
        ("a\n", "", []),
        ("a\nb", "a\nb\n", []),
        ("a\r\nb\r\n", "a\nb\n", []),
        ("a\r\nb\r\n", "a\nX\n", [2]),
        ("a\nb\nc\nd\n", "X\nb\nc\nY\n", [1, 4]),
        ("f\n}\ng\n}\n", "f\n}\nh\n}\ng\n}\n", [3, 4]),
        ("one\ntwo\nthree\n", "three\none\ntwo\n", [1]),
    ],
)
def test_added_and_replaced_lines(old: str, new: str, expected: list[int]) -> None:
    assert changed(old, new) == expected


def test_neighbouring_ranges_are_joined() -> None:
    assert find_changed_lines(b"a\nz\n", b"a\nb\nc\nz\n") == (range(2, 4),)


def test_unchanged_lines_are_a_common_subsequence_on_random_texts() -> None:
    chance = random.Random(7)  # noqa: S311 - a fixed sequence of texts, not a secret
    for _ in range(300):
        old = [chance.choice("abcdefgh") for _ in range(chance.randrange(30))]
        new = [line for line in old if chance.random() > 0.2]
        for _ in range(chance.randrange(6)):
            new.insert(chance.randrange(len(new) + 1), chance.choice("abcdefXY"))
        fresh = set(changed("\n".join(old) + "\n", "\n".join(new) + "\n"))
        kept = [line for number, line in enumerate(new, 1) if number not in fresh]
        remaining = iter(old)
        assert all(line in remaining for line in kept)
        assert len(fresh) == len(new) - common_length(old, new)


def common_length(old: list[str], new: list[str]) -> int:
    """The length of a longest common subsequence, by the recurrence of the textbooks."""
    rows = [0] * (len(old) + 1)
    for line in new:
        diagonal = 0
        for column, other in enumerate(old, 1):
            diagonal, rows[column] = (
                rows[column],
                diagonal + 1 if line == other else max(rows[column], rows[column - 1]),
            )
    return rows[-1]


def test_large_texts_of_equal_lines_are_taken_as_changed_where_they_differ() -> None:
    old = "start\n" + "x\ny\n" * 5_000 + "end\n"
    new = "start\n" + "y\nx\n" * 5_000 + "end\n"
    assert changed(old, new)[0] == 2
    assert 1 not in changed(old, new)


def test_a_shuffled_file_of_distinct_lines_ends() -> None:
    lines = [f"line {number}" for number in range(20_000)]
    shuffled = random.Random(1).sample(lines, len(lines))  # noqa: S311 - likewise
    assert len(changed("\n".join(lines), "\n".join(shuffled))) > 10_000
