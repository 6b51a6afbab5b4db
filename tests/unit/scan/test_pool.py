from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable

import pytest

from readycheck.scan.pool import Broken, run_tasks

TIMEOUT = 1.0


def double_or_misbehave(task: int | str, begin: Callable[[], None]) -> int:
    begin()
    if task == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if task == "exit":
        os._exit(3)
    if task == "hang":
        time.sleep(60)
    assert isinstance(task, int)
    return task * 2


def die_silently(task: int | str, begin: Callable[[], None]) -> int:
    if task == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    return double_or_misbehave(task, begin)


def run(chunks: list[list[int | str]], work: Callable[..., int] = double_or_misbehave) -> dict[int | str, int | Broken]:
    return {task: result for done in run_tasks(chunks, work, 2, TIMEOUT) for task, result in done}


def test_every_task_has_its_result() -> None:
    assert run([[1, 2], [3], [4, 5, 6]]) == {number: number * 2 for number in range(1, 7)}


def test_no_tasks() -> None:
    assert run([]) == {}


@pytest.mark.parametrize(
    ("bad", "reason"),
    [("die", "signal 9"), ("exit", "exit code 3"), ("hang", "not finished after 1 s")],
)
def test_a_task_that_takes_its_process_down_costs_only_itself(bad: str, reason: str) -> None:
    results = run([[1, 2, bad, 3], [4, 5]])
    broken = results.pop(bad)
    assert isinstance(broken, Broken)
    assert reason in broken.reason
    assert results == {number: number * 2 for number in range(1, 6)}


def test_a_death_without_warning_is_pinned_to_its_task() -> None:
    results = run([[1, "die", 2]], die_silently)
    assert isinstance(results.pop("die"), Broken)
    assert results == {1: 2, 2: 4}


def test_processes_are_gone_when_the_caller_stops_early() -> None:
    pids: set[int] = set()
    for done in run_tasks([[1], [2], [3]], lambda task, begin: os.getpid(), 2, TIMEOUT):  # noqa: ARG005 - the signature
        pids |= {result for _, result in done if isinstance(result, int)}
        break
    assert pids
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
