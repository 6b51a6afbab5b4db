"""What is made for one missing index."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from readycheck.fix.refusal import RefusedError
from readycheck.model.fix import Edit, NewFile


@dataclass(frozen=True, slots=True)
class Made:
    """New files and changes of others, why they are made on demand only, and which index is built in which file."""

    files: tuple[NewFile, ...]
    edits: tuple[Edit, ...]
    reason: str
    title: str


Planned = Mapping[str, Made | RefusedError]
"""What is made for each statement, or why nothing is."""


def make_title(name: str, file: NewFile) -> str:
    """What a site says that it does."""
    return f"build {name} in {file.path}"
