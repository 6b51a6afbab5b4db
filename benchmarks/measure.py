"""How long a command takes and how much memory it needs, its child processes included."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks.peers import make_environment

SAMPLE_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class Command:
    """What is started, where, with which extra environment, and the exit codes that mean that it did its work."""

    name: str
    arguments: tuple[str, ...]
    folder: Path
    environment: tuple[tuple[str, str], ...] = ()
    good: tuple[int, ...] = (0, 1)


@dataclass(frozen=True, slots=True)
class Timing:
    """Medians of some runs, in seconds: processor time (user and system, children too) and elapsed time."""

    cpu: float
    wall: float
    runs: int


def run_once(command: Command) -> tuple[float, float]:
    """One run: (CPU seconds, wall seconds). Raises RuntimeError when the command did not do its work."""
    begin = time.perf_counter()
    process = start(command)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    check(command, process.returncode)
    return usage.ru_utime + usage.ru_stime, wall


def time_together(commands: Sequence[Command], runs: int) -> list[Timing]:
    """Time commands in turn, so that what else the machine does meets all alike; a first run of each is not counted."""
    samples: list[list[tuple[float, float]]] = [[] for _ in commands]
    for number in range(runs + 1):
        for command, kept in zip(commands, samples, strict=True):
            sample = run_once(command)
            if number:
                kept.append(sample)
    return [
        Timing(statistics.median(cpu for cpu, _ in kept), statistics.median(wall for _, wall in kept), len(kept))
        for kept in samples
    ]


def measure_peak(command: Command) -> float:
    """The highest memory of the command and its children in MB: proportional set sizes, sampled in a run of its own."""
    process = start(command)
    peak = 0
    while process.poll() is None:
        peak = max(peak, sum(map(read_proportional_size, find_family(process.pid))))
        time.sleep(SAMPLE_SECONDS)
    check(command, process.returncode)
    return peak / 1000


def start(command: Command) -> subprocess.Popen[bytes]:
    """The running command, its output thrown away."""
    environment = make_environment(dict(command.environment))
    nothing = subprocess.DEVNULL
    return subprocess.Popen(
        command.arguments, cwd=command.folder, env=environment, stdin=nothing, stdout=nothing, stderr=nothing
    )


def check(command: Command, code: int) -> None:
    """Raise RuntimeError unless the exit code is one that the command ends with when all went well."""
    if code not in command.good:
        raise RuntimeError(f"{command.name} ended with exit code {code}: {' '.join(command.arguments)}")


def find_family(process: int) -> Iterator[int]:
    """A process and all that it started, as far as they still run (Linux)."""
    yield process
    with suppress(OSError):  # it ended between two looks
        for task in Path(f"/proc/{process}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from find_family(int(child))


def read_proportional_size(process: int) -> int:
    """The memory of a process in kB, pages shared with others counted by their share; 0 when it has ended."""
    with suppress(OSError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0
