"""What a check function is: plain functions, marked by a decorator, found by name in this folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from readycheck.model.evidence import Fact, Match
from readycheck.model.location import Span
from readycheck.model.rule import Rule
from readycheck.scan.program.live import Live
from readycheck.scan.program.program import Program
from readycheck.scan.program.web import Web

if TYPE_CHECKING:
    from readycheck.scan.unit import Unit

PROGRAM = ("outline", "application", "command", "entry")
"""The kinds of facts that a check must require to ask for `facts.program`, `facts.live` or `facts.web`."""


CONFIGURED = ("command", "entry")
"""Those of them that come from configuration, whatever role the file has."""


class Facts(dict[str, Sequence[Fact]]):
    """Facts by their kind, and the program that the outlines of all server code make, joined when it is asked for."""

    def __init__(self, given: Mapping[str, Sequence[Fact]], joined: Joined | None = None) -> None:
        """Take the facts, and what is joined from those of the whole project (None: from these alone)."""
        super().__init__(given)
        self._joined = joined or Joined(given)

    def narrow(self, choose: Callable[[str, Sequence[Fact]], Sequence[Fact]]) -> Facts:
        """What is chosen of the facts of each kind, with the program of all."""
        return Facts({kind: choose(kind, some) for kind, some in self.items()}, self._joined)

    def runs(self, fact: Fact) -> bool:
        """Whether what a fact tells of can run."""
        return self._joined.runs(fact)

    @property
    def program(self) -> Program:
        """What names mean across files."""
        return self._joined.program

    @property
    def live(self) -> Live:
        """What of it runs."""
        return self._joined.live

    @property
    def web(self) -> Web:
        """What is attached to the applications, and the routes that they serve."""
        return self._joined.web


class Joined:
    """The program of a project, shared by all checks of one scan."""

    def __init__(
        self, facts: Mapping[str, Sequence[Fact]], paths: Iterable[str] = (), scripts: Sequence[Fact] = ()
    ) -> None:
        """Take the facts of server code and configuration, the paths of all code files, and the outlines of scripts.

        A script that a deployment starts is where its program begins; all others are no part of it.
        """
        self._facts = facts
        self._scripts = scripts
        self._paths = (*paths, *(fact.where.path for fact in facts.get("outline", ())))

    def runs(self, fact: Fact) -> bool:
        """Whether what a fact tells of can run; dead code proves nothing, and is no fault either."""
        return not self._facts.get("outline") or self.live.reaches(fact.where.path, fact.where.line)

    @property
    def knows_what_runs(self) -> bool:
        """Whether the code was read as a program, and an entry of it is known."""
        return bool(self._facts.get("outline")) and self.live.is_known

    @cached_property
    def program(self) -> Program:
        """What names mean across files."""
        facts = (*self._facts.get("outline", ()), *self._scripts)
        return Program({fact.where.path: fact.data for fact in facts}, self._paths)

    @cached_property
    def live(self) -> Live:
        """What of it runs."""
        return Live(self.program, self._facts, [fact.where.path for fact in self._scripts])

    @cached_property
    def web(self) -> Web:
        """What is attached to the applications, and the routes that they serve."""
        return Web(self.program, self.live)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What a project check says: how many things it looked at, its matches, and where a missing control belongs.

    Without `belongs` a missing control belongs to the lines that create the applications. `absent` says why nothing was
    there to look at, where that means that the rule does not apply: `no Kubernetes manifest in this project`.
    """

    examined: int
    matches: tuple[Match, ...] = ()
    belongs: tuple[Span, ...] = ()
    absent: str = ""


FileFunction = Callable[["Unit", Rule], Iterator[Match]]
ProjectFunction = Callable[[Facts, Rule], CheckResult]


@dataclass(frozen=True, slots=True)
class FileCheck:
    """A check that needs one file only; it runs in the worker, on the parsed unit."""

    function: FileFunction
    serving: bool = False
    """Whether it has something to look at only in a project that serves requests or is deployed."""

    def __call__(self, unit: Unit, rule: Rule) -> Iterator[Match]:
        """The matches in that unit."""
        return self.function(unit, rule)


@dataclass(frozen=True, slots=True)
class ProjectCheck:
    """A check that joins facts of the whole project.

    `kinds` names the facts it is given: those of files of its rule's roles, for the kinds in `anywhere` of all files.
    """

    kinds: tuple[str, ...]
    function: ProjectFunction
    anywhere: frozenset[str] = frozenset()

    def __call__(self, facts: Facts, rule: Rule) -> CheckResult:
        """The result over those facts; a kind of which nothing was found is an empty sequence."""
        return self.function(facts, rule)


CheckFunction = FileCheck | ProjectCheck


def per_file(function: FileFunction) -> FileCheck:
    """Mark a function as a check of one file."""
    return FileCheck(function)


def per_served_file(function: FileFunction) -> FileCheck:
    """The same for a check that says nothing about a library: it looks at what a service answers or asks."""
    return FileCheck(function, serving=True)


def requires(*kinds: str, anywhere: Sequence[str] = ()) -> Callable[[ProjectFunction], ProjectCheck]:
    """Mark a function as a project check over these kinds of facts; `anywhere`: kinds that count in any file."""

    def mark(function: ProjectFunction) -> ProjectCheck:
        return ProjectCheck((*kinds, *anywhere), function, frozenset(anywhere))

    return mark
