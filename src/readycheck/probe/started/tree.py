"""The processes that a started one has become: its children and theirs, wherever they moved themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import psutil  # type: ignore[import-untyped]

MARK = "READYCHECK_STARTED"  # in the environment of what we start, and so of all that comes of it


@dataclass(frozen=True, slots=True)
class Usage:
    """What a tree of processes holds: resident memory in bytes, open file descriptors, how many processes."""

    memory: int
    files: int
    processes: int


def list_tree(pid: int) -> list[psutil.Process]:
    """A process and all that descend from it; empty if it is gone."""
    try:
        root = psutil.Process(pid)
        return [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def find_marked(marker: str) -> list[psutil.Process]:
    """All processes whose environment carries the marker, also those that have left their parents."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == marker:
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
            continue
    return found


def find_running(processes: Iterable[psutil.Process]) -> list[psutil.Process]:
    """Those that still run: the same ones, not others that were given their numbers."""
    found = []
    for process in processes:
        try:
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.NoSuchProcess:
            continue
    return found


def kill(processes: Iterable[psutil.Process]) -> None:
    """End what still runs, at once."""
    for process in find_running(processes):
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue


def measure(processes: Iterable[psutil.Process]) -> Usage | None:
    """What they hold now; None if that may not be read."""
    memory = files = number = 0
    for process in processes:
        try:
            memory += process.memory_info().rss
            files += process.num_fds()
        except psutil.NoSuchProcess:
            continue
        except psutil.AccessDenied:
            return None
        number += 1
    return Usage(memory, files, number) if number else None
