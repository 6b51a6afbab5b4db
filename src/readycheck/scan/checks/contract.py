"""What a check is: a function that a rule names when YAML alone cannot express it.

A file check looks at one parsed unit, a project check at facts of the whole project. Both are found by their
function's name; a rule file can name one of them and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from readycheck.model.evidence import Fact, Match
from readycheck.model.rule import Rule

if TYPE_CHECKING:
    from readycheck.scan.unit import Unit

Facts = Mapping[str, Sequence[Fact]]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What a project check found: how many things it looked at, and what matched."""

    examined: int
    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class ProjectCheck:
    """A check over facts; `kinds` names the kinds that must be collected for it (a kind nobody found is missing)."""

    name: str
    kinds: tuple[str, ...]
    run: Callable[[Facts, Rule], CheckResult]


@dataclass(frozen=True, slots=True)
class FileCheck:
    """A check over one unit; the rule's anchors decide which files it sees."""

    name: str
    run: Callable[[Unit, Rule], Iterator[Match]]


CheckFunction = ProjectCheck | FileCheck


def requires(*kinds: str) -> Callable[[Callable[[Facts, Rule], CheckResult]], ProjectCheck]:
    """Declare a function a project check over facts of these kinds."""

    def declare(function: Callable[[Facts, Rule], CheckResult]) -> ProjectCheck:
        return ProjectCheck(function.__name__, kinds, function)

    return declare


def per_file(function: Callable[[Unit, Rule], Iterator[Match]]) -> FileCheck:
    """Declare a function a file check."""
    return FileCheck(function.__name__, function)
