"""Where a file was meant to change: stretches of the old text and what they became in the new one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from readycheck.edits.text import apply, merge
from readycheck.model.fix import Edit
from readycheck.model.location import Span

Stretch = tuple[int, int]


@dataclass(frozen=True)
class Change:
    """A file's text before and after its edits; `places` are those of the sites whose edits they are."""

    path: str
    before: str
    edits: tuple[Edit, ...]
    places: tuple[Span, ...] = ()

    @cached_property
    def after(self) -> str:
        """The new text."""
        return apply(self.before, self.edits)

    @cached_property
    def regions(self) -> tuple[Side, Side]:
        """The stretches that may differ, in the old and in the new text."""
        old = join(self.find_stretches())
        edits, new, shift, at = merge(self.edits), [], 0, 0
        for start, end in old:
            begin = start + shift
            while at < len(edits) and edits[at].start <= end:
                shift += len(edits[at].new) - (edits[at].end - edits[at].start)
                at += 1
            new.append((begin, end + shift))
        return Side(self.before, tuple(old)), Side(self.after, tuple(new))

    def find_stretches(self) -> Iterator[Stretch]:
        """The edits, and the places that an edit touches: where a call was changed, the call is what changed."""
        starts = line_starts(self.before)
        edits = merge(self.edits)
        ends = [edit.end for edit in edits]
        yield from ((edit.start, edit.end) for edit in edits)
        for place in self.places:
            start = starts[place.line - 1] + place.column - 1
            end = starts[place.end_line - 1] + place.end_column - 1
            index = bisect_right(ends, start - 1)
            if index < len(edits) and edits[index].start <= end:
                yield start, end


def join(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Stretches in order, those that touch as one."""
    joined: list[Stretch] = []
    for start, end in sorted(stretches):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def line_starts(text: str) -> list[int]:
    """Where each line of a text begins; only a line feed ends a line."""
    starts = [0]
    at = text.find("\n")
    while at >= 0:
        starts.append(at + 1)
        at = text.find("\n", at + 1)
    return starts


@dataclass(frozen=True)
class Side:
    """One of the two texts, with the stretches in it that may differ from the other's."""

    text: str
    stretches: Sequence[Stretch]

    @cached_property
    def begins(self) -> list[int]:
        """Where the stretches begin."""
        return [start for start, _ in self.stretches]

    @cached_property
    def lines(self) -> list[int]:
        """Where the lines begin."""
        return line_starts(self.text)

    def find(self, start: int, end: int) -> int | None:
        """The number of the stretch that holds all of what lies from `start` to `end`; None if there is none."""
        index = bisect_right(self.begins, start) - 1
        return index if index >= 0 and end <= self.stretches[index][1] else None

    def touches(self, start: int, end: int) -> bool:
        """Whether a stretch has a part of what lies from `start` to `end`, or borders on it."""
        index = bisect_right(self.begins, end) - 1
        return index >= 0 and self.stretches[index][1] >= start

    def line_of(self, offset: int) -> int:
        """The line (from 1) on which a character stands."""
        return bisect_right(self.lines, offset)
