"""Ctrl-C and the other signals that end the demo, turned into one exception that unwinds everything once."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopRequestedError(KeyboardInterrupt):
    """A signal said stop. It is a KeyboardInterrupt, so that a scan in progress ends as it does on Ctrl-C."""

    def __init__(self, number: int) -> None:
        """Take the signal's number."""
        super().__init__(number)
        self.exit_code = 128 + number  # as shells have it


class Signals:
    """Raises at the first signal, but never while a process is being started or stopped; later ones change nothing."""

    def __init__(self) -> None:
        """Nothing has arrived."""
        self.owner = os.getpid()
        self.held = 0
        self.arrived: int | None = None

    def handle(self, number: int, _frame: FrameType | None) -> None:
        """What the system calls."""
        if os.getpid() != self.owner:  # a worker process of the scan: its parent tells it to end
            os._exit(128 + number)
        if self.arrived is None:
            self.arrived = number
            if not self.held:
                raise StopRequestedError(number)

    def raise_arrived(self) -> None:
        """Raise for a signal whose exception got lost: Python drops what is raised inside some callbacks of its own."""
        if self.arrived is not None:
            raise StopRequestedError(self.arrived)

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Finish what is inside first, whatever arrives."""
        before = self.arrived
        self.held += 1
        try:
            yield
        finally:
            self.held -= 1
        if self.arrived is not None and before is None and not self.held:
            raise StopRequestedError(self.arrived)


@contextmanager
def catch_signals() -> Iterator[Signals]:
    """Handle the signals inside, and put back what was there before."""
    signals = Signals()
    former = {number: signal.signal(number, signals.handle) for number in STOPPING}
    try:
        yield signals
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
