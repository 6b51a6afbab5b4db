"""What a codemod is: a plain function, marked by a decorator, found by its bare name in `codemods/`.

A rule names its codemod (`fix: print_to_logger`). A file codemod is given one parsed file and the rule's matches in
it, in a worker process; a project codemod is given all matches at once. Both are pure: they read what they are given
and yield sites; only `fix/write.py` writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from readycheck.model.evidence import Match, ScannedFile
from readycheck.model.fix import FixSettings, Site
from readycheck.model.vocabulary import Role
from readycheck.scan.checks.contract import Facts

if TYPE_CHECKING:
    from readycheck.scan.unit import Unit


@dataclass(frozen=True, slots=True)
class Project:
    """What is known of a project before its fixes are planned.

    `facts` hold the kinds that the codemod asked for, of files of every role; `files` is what the scan gave for each
    file (path, language, role); `read(path)` gives the decoded text of any regular file below the root, or None.
    """

    facts: Facts
    files: Sequence[ScannedFile]
    settings: FixSettings
    read: Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class FileView:
    """One file with matches. `unit.text` is the text that edits count in; `role` and `reason` are the scan's."""

    unit: Unit
    role: Role
    reason: str

    @property
    def path(self) -> str:
        """The path below the root."""
        return self.unit.path


Prepare = Callable[[Project], object]
FilePlanner = Callable[[FileView, object, Sequence[Match]], Iterable[Site]]
ProjectPlanner = Callable[[Project, Sequence[Match]], Iterable[Site]]


@dataclass(frozen=True, slots=True)
class FileCodemod:
    """Plans the fixes of one file.

    `prepare` runs once, before the workers start, and gives what `plan` needs to know of the project: something small
    that can be pickled. `kinds` are the facts that it is given. Every match becomes exactly one site; `plan` may add
    sites that the rule does not report (`map(print, rows)`), so that nothing is left without an edit or a reason.
    """

    plan: FilePlanner
    prepare: Prepare
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProjectCodemod:
    """Plans fixes that need the whole project, and new files."""

    plan: ProjectPlanner
    kinds: tuple[str, ...] = ()


Codemod = FileCodemod | ProjectCodemod


def per_file(*kinds: str, prepare: Prepare) -> Callable[[FilePlanner], FileCodemod]:
    """Mark a function as a codemod of one file at a time."""
    return lambda function: FileCodemod(function, prepare, kinds)


def per_project(*kinds: str) -> Callable[[ProjectPlanner], ProjectCodemod]:
    """Mark a function as a codemod of the whole project."""
    return lambda function: ProjectCodemod(function, kinds)
