"""The worker side of a scan: read one file, hash it, analyse it; and the loop that feeds the workers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from readycheck.model.evidence import RuleError, ScannedFile
from readycheck.model.vocabulary import Language, Role
from readycheck.scan.analyse import analyse_file, describe_break
from readycheck.scan.cache import hash_content
from readycheck.scan.files.disk import Disk, Unreadable
from readycheck.scan.files.languages import language_of
from readycheck.scan.plan import Plan
from readycheck.scan.pool import Broken, run_tasks
from readycheck.scan.roles.classify import RoleContext
from readycheck.scan.tasks import READER, Outcome, Task, Weighed
from readycheck.scan.wire import pack_file

W = TypeVar("W", bound=Weighed)
CHUNK_FILES = 128
CHUNK_BYTES = 1_000_000


@dataclass(frozen=True)
class Reader:
    """Everything that a worker needs to do its tasks; crosses into the workers once, when they start.

    Content is hashed only where a cache will ask for it. `overlay` holds contents that are read instead of the disk's.
    """

    root: Path
    plan: Plan
    context: RoleContext
    max_bytes: int
    hashing: bool = True
    overlay: Mapping[str, bytes] = field(default_factory=dict)

    @cached_property
    def disk(self) -> Disk:
        """Each process opens folders for itself."""
        return Disk(self.root)

    def __call__(self, task: Task, begin: Callable[[], None]) -> Outcome:
        """Read and analyse one file. Never raises: what goes wrong is the outcome."""
        try:
            known = self.overlay.get(task.path)
            data = self.disk.read(task.path, self.max_bytes) if known is None else known
            digest = hash_content(data) if self.hashing else ""
            if digest == task.known:
                return Outcome(digest, is_known=True)
            return Outcome(digest, pack_file(analyse_file(task.path, data, self.plan, self.context, begin)))
        except Unreadable as error:
            return Outcome(unreadable=str(error))
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # noqa: BLE001 - ast-grep's panics are no Exception; the report names the file
            return self.give_up(task.path, describe_break(error))

    def give_up(self, path: str, reason: str) -> Outcome:
        """The outcome of a file on which our own code, or the whole process, broke: no rule has an answer for it."""
        errors = (RuleError(READER, path, reason),)
        file = ScannedFile(path, language_of(path) or Language.TEXT, Role.SERVER, "not read to the end", errors=errors)
        return Outcome(wire=pack_file(file))


def read_all(
    tasks: Sequence[Task],
    reader: Reader,
    jobs: int,
    timeout: float,
    progress: Callable[[int, int], None] | None,
) -> Mapping[str, Outcome]:
    """The outcome of every task by path, read in `jobs` processes; `timeout` is in seconds a file."""
    outcomes: dict[str, Outcome] = {}
    if not tasks:
        return outcomes
    load_parser()
    total = len(tasks)
    for finished in run_tasks(list(make_chunks(tasks)), reader, jobs, timeout):
        if progress and not outcomes:
            progress(0, total)
        for task, result in finished:
            outcomes[task.path] = reader.give_up(task.path, result.reason) if isinstance(result, Broken) else result
        if progress:
            progress(len(outcomes), total)
    return outcomes


def load_parser() -> None:
    """Import what nearly every worker needs before they are forked: once instead of in each."""
    import ast_grep_py  # noqa: F401, PLC0415 - for its side effect, and only where something is read

    import readycheck.scan.bindings.resolver  # noqa: PLC0415 - likewise
    import readycheck.scan.doubts.python  # noqa: F401, PLC0415 - likewise


def make_chunks(tasks: Sequence[W]) -> Iterator[list[W]]:
    """The tasks in order, in pieces small enough that two workers finish at about the same time."""
    chunk: list[W] = []
    size = 0
    for task in tasks:
        chunk.append(task)
        size += task.size
        if len(chunk) == CHUNK_FILES or size > CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk
