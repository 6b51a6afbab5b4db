"""A bar on stderr for scans that take long enough to wonder."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

PATIENCE = 0.5
INTERVAL = 0.1


class ProgressBar:
    """Counts files; call it with (done, total).

    Nothing is shown, and rich is not even loaded, until reading has taken half a second. The bar has no thread of its
    own (a process with threads had better not fork workers): it is drawn anew when files are counted.
    """

    def __init__(self, doing: str, what: str) -> None:
        """The clock starts with the first call: when the work begins. `doing` and `what` are words beside the bar."""
        self.words = doing, what
        self.began: float | None = None
        self.drawn = 0.0
        self.bar: tuple[Progress, TaskID] | None = None

    def __call__(self, done: int, total: int) -> None:
        """Show how many of the files are read."""
        now = time.monotonic()
        if self.began is None:
            self.began = now
        if self.bar is None and now - self.began > PATIENCE:
            self.bar = start_bar(total, *self.words)
        if self.bar is not None and now - self.drawn > INTERVAL:
            self.drawn = now
            progress, task = self.bar
            progress.update(task, completed=done, refresh=True)

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Wipe the bar away, however the scan ended."""
        if self.bar is not None:
            self.bar[0].stop()


def start_bar(total: int, doing: str, what: str) -> tuple[Progress, TaskID]:
    """A bar that vanishes when it stops."""
    from rich.console import Console  # noqa: PLC0415 - most scans are over before a bar is needed
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn  # noqa: PLC0415

    columns = (TextColumn(doing), BarColumn(), MofNCompleteColumn(), TextColumn(what))
    progress = Progress(*columns, console=Console(stderr=True), transient=True, auto_refresh=False)
    progress.start()
    return progress, progress.add_task(doing, total=total)


def make_progress(verbosity: int, doing: str = "reading", what: str = "files") -> ProgressBar | None:
    """A bar, if somebody is there to see it."""
    return ProgressBar(doing, what) if verbosity >= 0 and sys.stderr.isatty() else None
