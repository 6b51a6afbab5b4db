"""A YAML document that has been read: its value, the line of everything in it, and the error when it cannot be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

Path = tuple[str | int, ...]


class YamlError(ValueError):
    """A text that is no YAML, or more of it than allowed. `line` starts at 1; `reason` stands without the place."""

    def __init__(self, source: str, line: int, reason: str) -> None:
        """Take the name of the text, the line, and what is wrong."""
        super().__init__(f"{source}:{line}: {reason}")
        self.source = source
        self.line = line
        self.reason = reason


class Mark(NamedTuple):
    """The line on which a value's key (or a list's item) begins, and the marks of what is inside."""

    line: int
    children: dict[Any, Mark] | list[Mark] | None = None


@dataclass(frozen=True, slots=True)
class LoadedYaml:
    """One document: None, bool, int, float, str, lists and dicts, and where each of them stands."""

    value: Any
    mark: Mark

    def line_of(self, path: Path) -> int:
        """The line (from 1) of the key or list item at a path; the nearest one above it where the path leaves off."""
        mark = self.mark
        for part in path:
            inner = find_child(mark.children, part)
            if inner is None:
                break
            mark = inner
        return mark.line


def find_child(children: dict[Any, Mark] | list[Mark] | None, part: str | int) -> Mark | None:
    """The mark under a key or position; a key that is no text is also found by how it is written."""
    if isinstance(children, list):
        return children[part] if isinstance(part, int) and 0 <= part < len(children) else None
    if children is None or part in children:
        return None if children is None else children[part]
    return next((mark for key, mark in children.items() if str(key) == str(part)), None)
