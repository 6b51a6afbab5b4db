"""Worker processes that may die or hang on a file without costing more than that file.

Threads would not help: the parser and Python's own one hold the GIL. Each worker talks over its own pipe: it is sent a
chunk of tasks, says which one it is about to start on, and answers with all results of the chunk. A worker that dies
or is silent for too long is replaced, and the tasks of its chunk are tried again one by one, but for the one that hung.
A task that hangs, or that takes a process down by itself, is reported as broken.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from multiprocessing.context import ForkContext, SpawnContext

    Context = ForkContext | SpawnContext

T = TypeVar("T")
R = TypeVar("R")
Work = Callable[[T, Callable[[], None]], R]
BEGIN, DONE = "begin", "done"
TICK = 0.5
ORPHAN_CHECK = 5.0


@dataclass(frozen=True, slots=True)
class Broken:
    """What is known of a task that took its worker down."""

    reason: str


@dataclass
class Worker(Generic[T]):
    """One process, the chunk that it has, and the task in the chunk that it said it had begun."""

    process: BaseProcess
    pipe: Connection
    chunk: Sequence[T] = ()
    current: int | None = None
    heard: float = field(default_factory=time.monotonic)


@dataclass(frozen=True, slots=True)
class Reply(Generic[T]):
    """Finished tasks with their results, and, from a broken worker, those that must be tried again."""

    finished: list[tuple[T, Any]]
    again: Sequence[T] = ()
    broken: bool = False


def run_tasks(
    chunks: Sequence[Sequence[T]], work: Work[T, R], jobs: int, timeout: float
) -> Iterator[list[tuple[T, R | Broken]]]:
    """Yield the finished tasks of each chunk as they come, in no particular order.

    `work(task, begin)` runs in the worker and must not raise; it calls `begin()` before anything that may hang.
    `timeout` is in seconds a task. The processes are gone when the iterator ends, however it ends.
    """
    pending = deque(chunks)
    context = choose_context()
    workers = [start_worker(context, work) for _ in range(min(jobs, len(pending)))]
    try:
        for worker in workers:
            give_chunk(worker, pending)
        while any(worker.chunk for worker in workers):
            wait([worker.pipe for worker in workers if worker.chunk], TICK)
            for index, worker in enumerate(workers):
                reply = read_worker(worker, timeout)
                if reply is None:
                    continue
                if reply.broken:
                    pending.extend([task] for task in reply.again)
                    stop_worker(worker)
                    workers[index] = start_worker(context, work)
                give_chunk(workers[index], pending)
                yield reply.finished
    finally:
        for worker in workers:
            stop_worker(worker)


def choose_context() -> Context:
    """Fork where it is safe and cheap, spawn elsewhere."""
    if sys.platform == "linux":
        return multiprocessing.get_context("fork")
    return multiprocessing.get_context("spawn")


def start_worker(context: Context, work: Work[T, R]) -> Worker[T]:
    """A new process that waits for chunks."""
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(theirs, work), daemon=True)
    process.start()
    theirs.close()
    return Worker(process, ours)


def serve(pipe: Connection, work: Work[T, R]) -> None:
    """The worker's loop; it ends when the pipe does, or when the process that started it is gone."""
    parent = os.getppid()
    with suppress(EOFError, BrokenPipeError, KeyboardInterrupt):
        while True:
            while not pipe.poll(ORPHAN_CHECK):
                if os.getppid() != parent:
                    return
            chunk = pipe.recv()
            pipe.send((DONE, [work(task, lambda i=index: pipe.send((BEGIN, i))) for index, task in enumerate(chunk)]))  # type: ignore[misc]


def give_chunk(worker: Worker[T], pending: deque[Sequence[T]]) -> None:
    """Hand the next chunk to an idle worker."""
    worker.chunk, worker.current, worker.heard = (), None, time.monotonic()
    if pending:
        worker.chunk = pending.popleft()
        with suppress(BrokenPipeError):  # it died while idle: the next read finds that out
            worker.pipe.send(worker.chunk)


def read_worker(worker: Worker[T], timeout: float) -> Reply[T] | None:
    """What the worker finished: its whole chunk, or the one task that broke it; None when there is nothing yet."""
    try:
        while worker.chunk and worker.pipe.poll():
            kind, value = worker.pipe.recv()
            worker.heard = time.monotonic()
            if kind == DONE:
                return Reply(list(zip(worker.chunk, value, strict=True)))
            worker.current = value
    except (EOFError, OSError):
        worker.process.join(TICK)
        alone = 0 if len(worker.chunk) == 1 else None  # the last one begun may be done: each is tried again by itself
        return blame(worker, alone, f"the process that read it ended ({describe_exit(worker.process.exitcode)})")
    if worker.chunk and time.monotonic() - worker.heard > timeout:
        return blame(worker, worker.current or 0, f"not finished after {timeout:.0f} s")
    return None


def blame(worker: Worker[T], guilty: int | None, reason: str) -> Reply[T]:
    """A broken worker's reply: one task of its chunk is guilty, or none for certain; the others must be tried again."""
    again = [task for index, task in enumerate(worker.chunk) if index != guilty]
    finished: list[tuple[T, Any]] = [] if guilty is None else [(worker.chunk[guilty], Broken(reason))]
    return Reply(finished, again, broken=True)


def stop_worker(worker: Worker[T]) -> None:
    """End the process, by force if it does not listen."""
    worker.pipe.close()
    worker.process.terminate()
    worker.process.join(TICK)
    if worker.process.is_alive():
        worker.process.kill()
        worker.process.join()


def describe_exit(code: int | None) -> str:
    """An exit code in words."""
    if code is None:
        return "no exit code"
    return f"signal {-code}" if code < 0 else f"exit code {code}"
