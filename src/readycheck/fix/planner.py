"""The worker side of planning: read one file, ask the codemods what they would do, check what they say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from readycheck.fix.codemods import find_codemods
from readycheck.fix.contract import FileCodemod, FileView
from readycheck.fix.reasons import REASONS
from readycheck.fix.source import NotEditableError, Source
from readycheck.model.evidence import Match
from readycheck.model.fix import Safety, Site
from readycheck.model.location import Span
from readycheck.model.vocabulary import Language, Role
from readycheck.scan.analyse import describe_break
from readycheck.scan.cache import hash_content
from readycheck.scan.files.disk import Disk, Unreadable
from readycheck.scan.files.source import make_unit

WEIGHT = 50_000


@dataclass(frozen=True, slots=True)
class FileTask:
    """One file to plan: its role with the reason, and the matches by the codemod that is to fix them.

    `size` is in bytes, for the chunks: what planning costs does not depend on it as much as reading does.
    """

    path: str
    role: Role
    reason: str
    matches: tuple[tuple[str, tuple[Match, ...]], ...]
    size: int = WEIGHT


@dataclass(frozen=True, slots=True)
class FilePlan:
    """What is planned for one file, the digest of the bytes that it is planned on, and what went wrong."""

    path: str
    digest: str = ""
    sites: tuple[Site, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Planner:
    """All that a worker needs to plan files; crosses into the workers once, when they start.

    `prepared` is what each codemod wanted to know of the project, by the codemod's name; `overlay` holds contents that
    are read instead of the disk's.
    """

    root: Path
    prepared: Mapping[str, object]
    max_bytes: int
    overlay: Mapping[str, bytes] = field(default_factory=dict)

    @cached_property
    def disk(self) -> Disk:
        """Each process opens folders for itself."""
        return Disk(self.root)

    def __call__(self, task: FileTask, begin: Callable[[], None]) -> FilePlan:
        """Plan one file. Never raises: what goes wrong is told with the plan."""
        try:
            known = self.overlay.get(task.path)
            data = self.disk.read(task.path, self.max_bytes) if known is None else known
            begin()
            return self.plan(task, data)
        except Unreadable:
            return refuse_all(task, "not-read")
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # noqa: BLE001 - ast-grep's panics are no Exception; reported with the file
            return self.give_up(task, describe_break(error))

    def plan(self, task: FileTask, data: bytes) -> FilePlan:
        """The sites of a file with this content."""
        if task.role is Role.GENERATED:
            return refuse_all(task, "generated")
        try:
            Source.decode(task.path, data)
        except NotEditableError as error:
            return refuse_all(task, error.code)
        sites, problems = self.run_codemods(task, data)
        return FilePlan(task.path, hash_content(data), tuple(sites), tuple(problems))

    def run_codemods(self, task: FileTask, data: bytes) -> tuple[list[Site], list[str]]:
        """What the codemods say, and what is wrong with it; a match for which they have no site is refused."""
        unit, _ = make_unit(task.path, data)
        if unit is None:
            return list(refuse_all(task, "embedded").sites), []
        view = FileView(unit, task.role, task.reason)
        sites: list[Site] = []
        problems: list[str] = []
        for name, matches in task.matches:
            codemod = find_codemods()[name]
            if not isinstance(codemod, FileCodemod):
                continue
            planned = list(codemod.plan(view, self.prepared[name], matches))
            lost = list(find_lost(matches, planned))
            problems += [f"{name} has no answer for {describe_place(match)}" for match in lost]
            sites += [*planned, *(refuse(match, "no-plan") for match in lost)]
        if unit.language is Language.PYTHON and any(site.edits for site in sites) and not can_parse(unit.text):
            sites = [drop(site, "not-parsed") for site in sites]
        return sites, problems

    def give_up(self, task: FileTask, reason: str) -> FilePlan:
        """The plan for a file on which a codemod, or the whole process, broke."""
        return replace(refuse_all(task, "no-plan"), problems=(reason,))


def can_parse(text: str) -> bool:
    """Whether our own Python can read a text: a newer one has more syntax, Python 2 another."""
    from readycheck.fix.verify.python import parse  # noqa: PLC0415 - only where Python is edited

    try:
        parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def drop(site: Site, code: str) -> Site:
    """A site refused by the core, whatever its codemod says."""
    return site if site.safety is Safety.REFUSED else Site(site.rule, site.where, Safety.REFUSED, REASONS[code], code)


def refuse_all(task: FileTask, code: str) -> FilePlan:
    """Every match of a file refused for one reason."""
    return FilePlan(task.path, "", tuple(refuse(match, code) for _, matches in task.matches for match in matches))


def refuse(match: Match, code: str) -> Site:
    """A match refused by the core."""
    if not isinstance(match.where, Span):
        raise TypeError(f"{match.rule}: a fix needs a place in a file, not {match.where!r}")
    return Site(match.rule, match.where, Safety.REFUSED, REASONS[code], code)


def find_lost(matches: Sequence[Match], sites: Sequence[Site]) -> Iterator[Match]:
    """The matches for which there is no site."""
    left = Counter(key_of(site) for site in sites)
    for match in matches:
        if left[key_of(match)]:
            left[key_of(match)] -= 1
        else:
            yield match


def key_of(one: Match | Site) -> tuple[str, str, int, int]:
    """What a match and its site have in common."""
    where = one.where
    return (one.rule, where.path, where.line, where.column) if isinstance(where, Span) else (one.rule, "", 0, 0)


def describe_place(match: Match) -> str:
    """`print-call at 3:5`."""
    where = match.where
    return f"{match.rule} at {where.line}:{where.column}" if isinstance(where, Span) else match.rule


def sort_sites(sites: Iterable[Site]) -> list[Site]:
    """The sites in the order of the text."""
    return sorted(sites, key=lambda site: (site.where.path, site.where.line, site.where.column, site.rule))
