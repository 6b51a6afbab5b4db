"""Which lines of a text are new against an older one, in bounded time whatever the texts are."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence

CELLS_PER_GAP = 40_000
CELLS = 3_000_000
MAX_DEPTH = 24
Gap = tuple[int, int, int, int]


def find_changed_lines(old: bytes, new: bytes) -> tuple[range, ...]:
    """The lines of `new` (from 1) that were added or replaced, as ranges in order; line ends do not count.

    Small stretches are compared exactly. In large ones, lines that occur once in both texts are anchors (Bram Cohen's
    patience diff), and what lies between them is compared in turn. A large stretch without anchors counts as changed:
    too much rather than too little.
    """
    before, after = split_lines(old), split_lines(new)
    ranges = sorted(find_ranges(before, after), key=lambda one: one.start)
    merged: list[range] = []
    for one in ranges:
        if merged and merged[-1].stop == one.start:
            merged[-1] = range(merged[-1].start, one.stop)
        else:
            merged.append(one)
    return tuple(merged)


def split_lines(text: bytes) -> list[bytes]:
    """The lines without their ends; only a line feed ends a line."""
    lines = [line.removesuffix(b"\r") for line in text.split(b"\n")]
    if lines[-1] == b"":
        lines.pop()
    return lines


def find_ranges(old: Sequence[bytes], new: Sequence[bytes]) -> Iterator[range]:
    """The changed lines, gap by gap, with a limit on the cells of all exact comparisons together."""
    pending: list[tuple[Gap, int]] = [((0, len(old), 0, len(new)), 0)]
    budget = CELLS
    while pending:
        gap, depth = pending.pop()
        old_from, old_to, new_from, new_to = trimmed = trim(old, new, gap)
        cells = (old_to - old_from) * (new_to - new_from)
        if cells <= min(CELLS_PER_GAP, budget):
            budget -= cells
            yield from (
                range(new_from + at + 1, new_from + at + 2)
                for at in find_unmatched(old[old_from:old_to], new[new_from:new_to])
            )
            continue
        anchors = [] if depth >= MAX_DEPTH else find_anchors(old[old_from:old_to], new[new_from:new_to])
        if anchors:
            pending += [(part, depth + 1) for part in split_gap(trimmed, anchors)]
        else:
            yield range(new_from + 1, new_to + 1)


def split_gap(gap: Gap, anchors: Sequence[tuple[int, int]]) -> Iterator[Gap]:
    """The parts of a gap before, between and after its anchors, which are given from the gap's beginnings."""
    old_from, old_to, new_from, new_to = gap
    at_old, at_new = old_from, new_from
    for one_old, one_new in anchors:
        yield at_old, old_from + one_old, at_new, new_from + one_new
        at_old, at_new = old_from + one_old + 1, new_from + one_new + 1
    yield at_old, old_to, at_new, new_to


def find_unmatched(old: Sequence[bytes], new: Sequence[bytes]) -> Iterator[int]:
    """The positions in `new` that are not in a longest common subsequence with `old`."""
    table = [[0] * (len(old) + 1) for _ in range(len(new) + 1)]
    for row in range(len(new) - 1, -1, -1):
        here, below, line = table[row], table[row + 1], new[row]
        for column in range(len(old) - 1, -1, -1):
            if line == old[column]:
                here[column] = below[column + 1] + 1
            else:
                here[column] = max(below[column], here[column + 1])
    row = column = 0
    while row < len(new):
        if column < len(old) and new[row] == old[column]:
            row, column = row + 1, column + 1
        elif column < len(old) and table[row][column + 1] >= table[row + 1][column]:
            column += 1
        else:
            yield row
            row += 1


def trim(old: Sequence[bytes], new: Sequence[bytes], gap: Gap) -> Gap:
    """The gap without the lines that are equal at its beginning and its end."""
    old_from, old_to, new_from, new_to = gap
    while old_from < old_to and new_from < new_to and old[old_from] == new[new_from]:
        old_from, new_from = old_from + 1, new_from + 1
    while old_from < old_to and new_from < new_to and old[old_to - 1] == new[new_to - 1]:
        old_to, new_to = old_to - 1, new_to - 1
    return old_from, old_to, new_from, new_to


def find_anchors(old: Sequence[bytes], new: Sequence[bytes]) -> list[tuple[int, int]]:
    """Pairs of positions of lines that occur once in each text: the longest run that rises in both."""
    counts_old, counts_new = Counter(old), Counter(new)
    places = {line: index for index, line in enumerate(old) if counts_old[line] == 1}
    pairs = [(places[line], index) for index, line in enumerate(new) if counts_new[line] == 1 and line in places]
    tails: list[int] = []
    ends: list[int] = []
    previous: list[int] = []
    for number, (position, _) in enumerate(pairs):
        length = bisect_left(tails, position)
        previous.append(ends[length - 1] if length else -1)
        tails[length : length + 1] = [position]
        ends[length : length + 1] = [number]
    chain = []
    number = ends[-1] if ends else -1
    while number >= 0:
        chain.append(pairs[number])
        number = previous[number]
    return chain[::-1]
