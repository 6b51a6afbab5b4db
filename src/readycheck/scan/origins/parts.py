"""The parts that a text is put together from, and what is known of each of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ast_grep_py import SgNode


class Kind(StrEnum):
    """What is known of one part."""

    CONSTANT = "constant"  # written in the code
    NUMBER = "number"  # a number, a date, a generated id: it holds no syntax
    FIXED = "fixed"  # the same for all requests: set when the program is loaded, from files or the environment
    SAFE = "safe"  # escaped, or built by a library that escapes
    STORED = "stored"  # out of the database
    REQUEST = "request"  # out of a request
    PARAMETER = "parameter"  # handed in by a caller
    UNKNOWN = "unknown"


# What a request cannot decide about.
HARMLESS = frozenset({Kind.CONSTANT, Kind.NUMBER, Kind.FIXED, Kind.SAFE})
SURE_ORDER = (Kind.REQUEST, Kind.PARAMETER, Kind.UNKNOWN, Kind.STORED)


@dataclass(frozen=True, slots=True)
class Part:
    """One part: `text` is the content of a constant, else the source of the expression.

    `hole` is the expression at whose place the part was put into a text (None: it is the whole text). A parameter is
    known by its function's name, its position and its name; `key` is what it takes out of an object that is handed in,
    `type` its annotation.
    """

    kind: Kind
    text: str
    node: SgNode
    hole: SgNode | None = None
    function: str = ""
    index: int = -1
    name: str = ""
    key: str = ""
    type: str = ""


Parts = tuple[Part, ...]


def fill(parts: Iterable[Part], hole: SgNode) -> Parts:
    """Parts that are put into a text at the place of an expression."""
    return tuple(part if part.hole is not None else replace(part, hole=hole) for part in parts)


def join(separator: Part, parts: Sequence[Part], hole: SgNode) -> Parts:
    """The elements of a list as one text."""
    return (*fill(parts, hole), separator)


def reduce(parts: Iterable[Part], kind: Kind) -> Parts:
    """The parts, whatever is unknown among them being of a kind after all."""
    return tuple(replace(part, kind=kind) if part.kind is Kind.UNKNOWN else part for part in parts)


def make_safe(parts: Iterable[Part]) -> Parts:
    """The parts after they were escaped."""
    return tuple(part if part.kind in HARMLESS else replace(part, kind=Kind.SAFE) for part in parts)


def list_holes(parts: Iterable[Part]) -> list[Part]:
    """The parts that something outside of the code decides about."""
    return [part for part in parts if part.kind not in HARMLESS]
