"""What can go wrong while the two applications are started."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from readycheck.audit.errors import CannotAuditError

TAIL_LINES = 15
TAIL_BYTES = 20_000


class DemoError(CannotAuditError):
    """Something could not be started. `log` is the file whose end tells more, `advice` what to do about it."""

    def __init__(self, message: str, *, log: Path | None = None, advice: str = "") -> None:
        """Take the sentence, the log and the advice."""
        super().__init__(message)
        self.tail = tuple(read_tail(log)) if log else ()
        self.log = log
        self.advice = advice


def read_tail(log: Path) -> Iterator[str]:
    """The last lines of a log; none if it cannot be read."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, file.seek(0, 2) - TAIL_BYTES))
            text = file.read().decode("utf-8", "backslashreplace")
    except OSError:
        return
    yield from [line for line in text.splitlines() if line.strip()][-TAIL_LINES:]
