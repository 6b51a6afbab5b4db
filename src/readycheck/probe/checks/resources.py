"""What a thousand requests leave behind in a started process."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from readycheck.model.evidence import Match
from readycheck.model.judgement import Judgement
from readycheck.model.rule import Rule
from readycheck.probe.checks.contract import examines, make_match
from readycheck.probe.checks.started import explain_missing, read_number, read_text
from readycheck.probe.exchange import Observation, Recording

MOST_FILES = 40
MOST_MEMORY = 64 * 1024 * 1024  # interpreters put off giving memory back: less than this says nothing
LEAST_REQUESTS = 400
LEAST_MEASURED = 3
MEBIBYTE = 1024 * 1024


@examines("resources")
def resources_pile_up(recording: Recording, rule: Rule) -> Judgement:
    """Open files or memory grow with every request, and are not given back."""
    seen = [one for one in recording.seen("resources") if read_numbers(one, "files")]
    matches = tuple(match for one in seen for match in find_growth(rule, one))
    if matches:
        return Judgement(len(seen), matches)
    if not seen:
        return Judgement(unproven=explain_missing(recording, "resources"))
    first = seen[-1]
    if not first.data.get("good") or read_number(first, "requests") < LEAST_REQUESTS:
        return Judgement(unproven=f"no route answered {LEAST_REQUESTS} requests in a row with a success")
    files, memory = read_numbers(first, "files"), read_numbers(first, "memory")
    if len(files) - find_warm(read_numbers(first, "processes")) < LEAST_MEASURED:
        return Judgement(unproven="processes were still being added near the end: ask more often, with --repeat")
    proof = (
        f"after {read_number(first, 'requests'):.0f} requests to {read_text(first, 'path')} it holds"
        f" {files[-1]:.0f} open files ({files[0]:.0f} before) and {memory[-1] / MEBIBYTE:.0f} MiB of memory"
        f" ({memory[0] / MEBIBYTE:.0f} before)"
    )
    return Judgement(len(seen), proof=proof)


def read_numbers(seen: Observation, key: str) -> list[float]:
    """A series of an observation."""
    value = seen.data.get(key)
    return [float(one) for one in value if isinstance(one, int | float)] if isinstance(value, list) else []


def find_growth(rule: Rule, seen: Observation) -> Iterator[Match]:
    """Matches for open files and for memory."""
    warm = find_warm(read_numbers(seen, "processes"))
    for key, most, unit, size in (("files", MOST_FILES, "open files", 1), ("memory", MOST_MEMORY, "MiB", MEBIBYTE)):
        series = read_numbers(seen, key)[warm:]
        if len(series) < LEAST_MEASURED or not is_growing(series, most):
            continue
        told = f"{series[0] / size:.0f} when warm, {series[-1] / size:.0f} {unit} after"
        requests = f"{read_number(seen, 'requests'):.0f} requests to {read_text(seen, 'path')}"
        where = seen.locate(f"{unit} over {requests}", told)
        yield make_match(rule, where, f"{requests} left the process with more {unit} each time: {told}")


def find_warm(processes: list[float]) -> int:
    """The measurement from which on it is warm: not the first, and no process was added after it.

    What a service opens for its first requests, a pool, a worker, a server process for each connection, is no leak.
    """
    last = next((index for index in range(len(processes) - 1, 0, -1) if processes[index - 1] != processes[index]), 0)
    return max(1, last)


def is_growing(series: list[float], most: float) -> bool:
    """Whether it grew by more than `most`, and at no measurement fell noticeably."""
    rise = series[-1] - series[0]
    return rise > most and all(later >= earlier - rise / 20 for earlier, later in pairwise(series))
