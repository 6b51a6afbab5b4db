"""What a check function is: plain functions, marked by a decorator, found by name in this folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from readycheck.model.evidence import Fact, Match
from readycheck.model.location import Span
from readycheck.model.rule import Rule

if TYPE_CHECKING:
    from readycheck.scan.unit import Unit

Facts = Mapping[str, Sequence[Fact]]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What a project check says: how many things it looked at, its matches, and where a missing control belongs.

    Without `belongs` a missing control belongs to the lines that create the applications.
    """

    examined: int
    matches: tuple[Match, ...] = ()
    belongs: tuple[Span, ...] = ()


FileFunction = Callable[["Unit", Rule], Iterator[Match]]
ProjectFunction = Callable[[Facts, Rule], CheckResult]


@dataclass(frozen=True, slots=True)
class FileCheck:
    """A check that needs one file only; it runs in the worker, on the parsed unit."""

    function: FileFunction

    def __call__(self, unit: Unit, rule: Rule) -> Iterator[Match]:
        """The matches in that unit."""
        return self.function(unit, rule)


@dataclass(frozen=True, slots=True)
class ProjectCheck:
    """A check that joins facts of the whole project; `kinds` names the facts it is given (all files of its roles)."""

    kinds: tuple[str, ...]
    function: ProjectFunction

    def __call__(self, facts: Facts, rule: Rule) -> CheckResult:
        """The result over those facts; a kind of which nothing was found is an empty sequence."""
        return self.function(facts, rule)


CheckFunction = FileCheck | ProjectCheck


def per_file(function: FileFunction) -> FileCheck:
    """Mark a function as a check of one file."""
    return FileCheck(function)


def requires(*kinds: str) -> Callable[[ProjectFunction], ProjectCheck]:
    """Mark a function as a project check over these kinds of facts."""

    def mark(function: ProjectFunction) -> ProjectCheck:
        return ProjectCheck(kinds, function)

    return mark
