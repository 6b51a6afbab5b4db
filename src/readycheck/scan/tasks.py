"""What the engine asks of its workers, and what they answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from readycheck.scan.wire import Wire

READER = "readycheck"
"""The name under which a file is in error on which no rule broke, but the reading of it did."""


class Weighed(Protocol):
    """What is spread over processes by its size in bytes."""

    @property
    def size(self) -> int:
        """How much work it is."""


@dataclass(frozen=True, slots=True)
class Task:
    """A file to read: its relative path, its size in bytes, and the content hash under which the cache knows it."""

    path: str
    size: int
    known: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a task: what the file gave, or that its content is the known one, or why nothing could be read."""

    digest: str = ""
    wire: Wire | None = None
    is_known: bool = False
    unreadable: str | None = None
