"""A process that the probe starts: in a session of its own, with its output kept, and always ended."""

from __future__ import annotations

import asyncio
import os
import signal
import time
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import psutil  # type: ignore[import-untyped]

from readycheck.probe.started.command import StartError
from readycheck.probe.started.tree import MARK, find_marked, find_running, kill, list_tree

MOST_LINES = 20_000
LONGEST_LINE = 64_000
CHUNK = 65_536
LAST_LINES = 12
TICK = 0.05
OWN_GRACE = 10.0


@dataclass
class Child:
    """A process that we started. `lines` is what it and its children wrote, the oldest dropped beyond a bound."""

    process: asyncio.subprocess.Process
    words: Sequence[str]
    marker: str
    lines: list[str] = field(default_factory=list)
    dropped: int = 0
    family: list[psutil.Process] = field(default_factory=list)
    reader: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int:
        """Its number, and that of its process group."""
        return self.process.pid

    @property
    def code(self) -> int | None:
        """The exit code, negative for a signal; None while it runs."""
        return self.process.returncode

    @property
    def mark(self) -> int:
        """How many lines it has written so far."""
        return self.dropped + len(self.lines)

    def since(self, mark: int) -> list[str]:
        """The lines behind a mark."""
        return self.lines[max(0, mark - self.dropped) :]

    async def read(self) -> None:
        """Keep its output, line by line."""
        rest = b""
        stream = self.process.stdout
        while stream is not None and (data := await stream.read(CHUNK)):
            *whole, rest = (rest + data).split(b"\n")
            self.keep(whole)
            if len(rest) > LONGEST_LINE:
                self.keep([rest])
                rest = b""
        self.keep([rest] if rest else [])

    def keep(self, raw: Sequence[bytes]) -> None:
        """Remember lines, up to the bound."""
        self.lines += [line[:LONGEST_LINE].decode("utf-8", "replace").rstrip("\r") for line in raw]
        if (over := len(self.lines) - MOST_LINES) > 0:
            del self.lines[:over]
            self.dropped += over

    async def wait(self, seconds: float) -> int | None:
        """The exit code, once it has ended and its output was read; None if it has not in time."""
        deadline = time.monotonic() + seconds
        while self.code is None:  # asyncio's own waiting also waits for its output, which its children may hold open
            if time.monotonic() > deadline:
                return None
            await asyncio.sleep(TICK)
        if self.reader is not None:  # a child of its own may hold the output open: what came in a second is enough
            await asyncio.wait((self.reader,), timeout=1.0)
        return self.code

    def note_family(self) -> list[psutil.Process]:
        """Remember all that descends from it now, so that nothing is lost when it ends; gives what still runs."""
        known = {process.pid for process in self.family}
        found = {process.pid: process for process in (*list_tree(self.pid), *find_marked(self.marker))}
        self.family += [process for pid, process in found.items() if pid not in known]
        return find_running(self.family)

    def terminate(self) -> None:
        """Ask it to end: SIGTERM to itself alone, as a container's runtime does."""
        self.note_family()
        with suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it and everything that came of it."""
        self.note_family()
        kill(self.family)
        if self.code is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)

    async def stop(self, grace: float = OWN_GRACE) -> None:
        """End it whatever happens: ask, wait, and insist."""
        try:
            if self.code is None:
                self.terminate()
                await self.wait(grace)
            deadline = time.monotonic() + grace
            while self.note_family() and time.monotonic() < deadline and self.code is not None:
                for one in find_running(self.family):
                    with suppress(psutil.NoSuchProcess):
                        one.terminate()
                await asyncio.sleep(TICK * 4)
        finally:
            self.kill()
            if self.reader is not None:
                self.reader.cancel()
        await self.wait(grace)


@asynccontextmanager
async def run_child(
    words: Sequence[str], environment: Mapping[str, str], grace: float = OWN_GRACE
) -> AsyncIterator[Child]:
    """Start a command; it and all its children are gone when the block ends. Raises StartError if there is none."""
    marker = uuid.uuid4().hex
    try:
        process = await asyncio.create_subprocess_exec(
            *words,
            env={"PYTHONUNBUFFERED": "1", **environment, MARK: marker},  # unbuffered: lines are seen when printed
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is ours: we say how it ends
        )
    except OSError as error:
        raise StartError(f"--start: {words[0]}: {(error.strerror or str(error)).lower()}") from error
    child = Child(process, words, marker)
    child.reader = asyncio.create_task(child.read())
    try:
        yield child
    finally:
        await asyncio.shield(asyncio.create_task(child.stop(grace)))


def show_last(lines: Sequence[str]) -> str:
    """The last lines of an output, indented."""
    return "\n".join(f"    {line[:200]}" for line in [one for one in lines if one.strip()][-LAST_LINES:])
