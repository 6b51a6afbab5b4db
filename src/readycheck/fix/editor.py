"""The worker side of editing: one file's new content, made and verified, or why it is left as it is."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from readycheck.fix.planner import WEIGHT, FileTask, Planner
from readycheck.fix.source import NotEditableError, Source
from readycheck.fix.verify import verify
from readycheck.fix.verify.regions import Change
from readycheck.model.evidence import Match
from readycheck.model.fix import Edit, Safety, Site
from readycheck.model.rule import Rule
from readycheck.model.vocabulary import Polarity, Role
from readycheck.scan.analyse import describe_break, match_unit
from readycheck.scan.cache import hash_content
from readycheck.scan.files.disk import Disk, Unreadable
from readycheck.scan.files.source import make_unit
from readycheck.scan.plan import CODE


@dataclass(frozen=True, slots=True)
class EditTask:
    """One file to edit: the digest of the bytes that was planned on (empty: not known), the edits, whose they are.

    `left` is, by rule, how many sites could still be edited afterwards, because nobody chose them.
    """

    path: str
    digest: str
    edits: tuple[Edit, ...]
    sites: tuple[Site, ...]
    role: tuple[Role, str] = (Role.SERVER, "")
    left: tuple[tuple[str, int], ...] = ()
    size: int = WEIGHT


@dataclass(frozen=True, slots=True)
class Edited:
    """A file's old and new content, or what failed."""

    path: str
    before: bytes = b""
    after: bytes = b""
    failures: tuple[str, ...] = ()


@dataclass(frozen=True)
class Editor:
    """All that a worker needs to edit files; crosses into the workers once, when they start."""

    planner: Planner
    rules: tuple[Rule, ...]

    @cached_property
    def disk(self) -> Disk:
        """Each process opens folders for itself."""
        return Disk(self.planner.root)

    def __call__(self, task: EditTask, begin: Callable[[], None]) -> Edited:
        """Edit one file in memory and verify it. Never raises: what goes wrong is told with the result."""
        try:
            known = self.planner.overlay.get(task.path)
            data = self.disk.read(task.path, self.planner.max_bytes) if known is None else known
            begin()
            return self.edit(task, data)
        except Unreadable as error:
            return Edited(task.path, failures=(str(error),))
        except NotEditableError as error:
            return Edited(task.path, failures=(error.code,))
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # noqa: BLE001 - ast-grep's panics are no Exception; reported with the file
            return Edited(task.path, failures=(describe_break(error),))

    def edit(self, task: EditTask, data: bytes) -> Edited:
        """The new content of a file with this one."""
        if task.digest and hash_content(data) != task.digest:
            return Edited(task.path, failures=("it was changed by somebody else during the run",))
        source = Source.decode(task.path, data)
        edits = tuple(replace(edit, new=source.adapt(edit.new)) for edit in task.edits)
        places = tuple(site.where for site in task.sites if site.where.path == task.path)
        change = Change(task.path, source.text, edits, places)
        after = source.encode(change.after)
        failures = tuple(verify(change)) or tuple(self.find_more(task, after))
        return Edited(task.path, data, after, failures)

    def find_more(self, task: EditTask, after: bytes) -> Iterator[str]:
        """What a second run would still change, beyond what was left on purpose.

        Only for rules that need nothing but the file: of the others `run.py` asks, once all files are edited.
        """
        fixes = {rule.id: rule.fix for rule in self.rules if rule.fix}
        unit, _ = make_unit(task.path, after)
        if unit is None or unit.language not in CODE:
            return
        by_codemod: dict[str, list[Match]] = defaultdict(list)
        for match in match_unit(unit, self.find_narrow()):
            by_codemod[fixes[match.rule]].append(match)
        matches = tuple((name, tuple(some)) for name, some in by_codemod.items())
        sites, problems = self.planner.run_codemods(FileTask(task.path, *task.role, matches), after)
        yield from problems
        yield from describe_more(sites, dict(task.left))

    def find_narrow(self) -> list[Rule]:
        """The rules of which a match means a fix, and for which one file is enough."""
        return [
            rule for rule in self.rules if rule.fix in self.planner.prepared and rule.polarity is Polarity.VIOLATION
        ]


def describe_more(sites: Iterable[Site], left: Mapping[str, int]) -> Iterator[str]:
    """One sentence for each rule of which more sites would be edited than were left."""
    again = Counter(site.rule for site in sites if site.safety is not Safety.REFUSED)
    for rule, number in again.items():
        if number > left.get(rule, 0):
            yield f"a second run would change {number - left.get(rule, 0)} more for {rule}"
