"""What is wrong with the catalogue's files: every problem with its place and the nearest valid word."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: the file, the line (from 1), the key (`examples.bad[0].at`), what is wrong, and what was meant."""

    source: str
    line: int
    key: str
    text: str
    nearest: str | None = None

    def __str__(self) -> str:
        """`file:line: key: what is wrong (did you mean "x"?)`."""
        key = f"{self.key}: " if self.key else ""
        nearest = f' (did you mean "{self.nearest}"?)' if self.nearest else ""
        return escape_controls(f"{self.source}:{self.line}: {key}{self.text}{nearest}")


class CatalogueError(ValueError):
    """Rules or the checklist cannot be used. `problems` holds all of them; the message has one line for each."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Take the problems, in the order in which they are to be read."""
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


@dataclass
class Fault:
    """A fault inside one document, before it has a file and a line."""

    path: Path
    text: str
    nearest: str | None = None


@dataclass
class Faults:
    """Collects the faults of one document."""

    found: list[Fault] = field(default_factory=list)

    def add(self, path: Path, text: str, word: str | None = None, choices: Sequence[str] = ()) -> None:
        """Note a fault; if a word is given, the nearest of the choices to it is suggested."""
        self.found.append(Fault(path, text, find_nearest(word, choices) if word is not None else None))

    def touched(self) -> set[str | int]:
        """The top-level keys under which something is wrong."""
        return {fault.path[0] for fault in self.found if fault.path}


def find_nearest(word: str, choices: Iterable[str]) -> str | None:
    """The choice that is most like a word, if one is like it at all."""
    from difflib import get_close_matches  # noqa: PLC0415 - only when something is wrong

    return next(iter(get_close_matches(word[:80], list(choices), 1)), None)


def render_key(path: Path) -> str:
    """A key path as text: `examples.bad[0].at`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def escape_controls(text: str) -> str:
    """A text whose control characters are visible and harmless in a terminal; names of files may hold any."""
    return "".join(character if character.isprintable() else ascii(character)[1:-1] for character in text)
