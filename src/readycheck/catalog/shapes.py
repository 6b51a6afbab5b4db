"""The shapes that a value in a YAML file may have.

A rule's shape is declared once (`rule_shape`); the loader tests with it (`shape_check`) and the JSON Schema is written
from it (`rule_schema`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Text:
    """A text, not blank unless `blank`. `form` is a regex for all of it, `says` how to put that in words."""

    form: str | None = None
    says: str = ""
    format: str | None = None
    blank: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """One of a closed list; `what` names the list in messages."""

    choices: tuple[str, ...]
    what: str


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""


@dataclass(frozen=True, slots=True)
class Number:
    """An integer, within bounds (both included)."""

    least: int
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Several:
    """A list; with `single`, one item may also stand without its list."""

    of: Shape
    least: int = 0
    single: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping with free keys; the values have a shape."""

    of: Shape
    least: int = 0


@dataclass(frozen=True, slots=True)
class Anything:
    """Any JSON value."""


@dataclass(frozen=True, slots=True)
class Union:
    """One of several shapes that differ in their YAML type."""

    of: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """A shape that may contain itself; `resolve` gives it, `name` identifies it in the JSON Schema."""

    name: str
    resolve: Callable[[], Shape]


@dataclass(frozen=True, slots=True)
class Field:
    """One key of a record. `doc` is what an editor shows; `default` holds for a key that is absent."""

    name: str
    shape: Shape
    doc: str
    required: bool = False
    default: Any = None


@dataclass(frozen=True, slots=True)
class Record:
    """A mapping with known keys."""

    fields: tuple[Field, ...]
    what: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A mapping with exactly one of several leading keys, each with its own sibling keys."""

    records: tuple[Record, ...]
    what: str

    @property
    def leads(self) -> tuple[str, ...]:
        """The leading keys."""
        return tuple(record.fields[0].name for record in self.records)


Shape = Text | Word | Flag | Number | Several | Table | Anything | Union | Named | Record | Choice
