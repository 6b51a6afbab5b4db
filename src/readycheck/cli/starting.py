"""`readycheck probe --start`: what the options about a process that we start mean."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from readycheck.audit.errors import CannotAuditError, UsageError, count
from readycheck.cli.console import print_line, print_note
from readycheck.probe.exchange import Recording
from readycheck.probe.situation import Situation
from readycheck.probe.started.command import (
    KINDS,
    Command,
    Dependency,
    StartError,
    parse_command,
    parse_dependency,
    parse_exercise,
)
from readycheck.probe.started.run import Job, Stage, collect_started
from readycheck.probe.started.scenario import plan_scenes


@dataclass(frozen=True, slots=True)
class Starting:
    """The options as they were given. Durations are in seconds; `repeat` counts requests."""

    command: str | None = None
    require: Sequence[str] = ()
    dependencies: Sequence[str] = ()
    exercises: Sequence[str] = ()
    ready_path: str = ""
    live_path: str = ""
    slow_path: str = ""
    grace: float = 30.0
    patience: float = 60.0
    repeat: int = 1000
    code: Path | None = field(default=None)
    config: Path | None = field(default=None)


def make_stage(given: Starting, situation: Situation, topics: Collection[str] | None) -> Stage | None:
    """What to start and to try; None if nothing is to be started. Raises UsageError."""
    if given.command is None:
        if given.require or given.dependencies or given.exercises or given.slow_path:
            raise UsageError("--require-env, --dependency, --exercise and --slow-path need --start COMMAND")
        return None
    if not situation.target.is_local:
        raise UsageError(
            f"--start: {situation.target.host} is not this machine: what is started must answer on loopback"
        )
    command = make_command(given)
    return Stage(command, plan_scenes(command, situation, topics))


def make_command(given: Starting, environment: Mapping[str, str] | None = None) -> Command:
    """What to start. Raises UsageError."""
    surroundings = dict(os.environ if environment is None else environment)
    try:
        words = parse_command(given.command or "")
        found = [(text, parse_dependency(text, surroundings)) for text in given.dependencies]
        exercises = dict(parse_exercise(text) for text in given.exercises)
    except StartError as error:
        raise UsageError(str(error)) from error
    dependencies = tuple(one for _, one in found if isinstance(one, Dependency))
    if len({one.kind for one in dependencies}) < len(dependencies):
        raise UsageError(f"--dependency: name one variable for each of {', '.join(KINDS)}")
    for option, path in (("ready", given.ready_path), ("live", given.live_path), ("slow", given.slow_path)):
        if path and not path.startswith("/"):
            raise UsageError(f'--{option}-path: "{path}" must begin with "/"')
    absent = {text.partition("=")[0]: one for text, one in found if isinstance(one, str)}
    required = tuple(dict.fromkeys([*given.require, *(list_required(given, surroundings) if given.code else [])]))
    return Command(
        words, surroundings, dependencies, absent, required, exercises, given.ready_path, given.live_path,
        given.slow_path, given.grace, given.patience, given.repeat,
    )  # fmt: skip


def list_required(given: Starting, environment: Mapping[str, str]) -> list[str]:
    """The variables that the code demands and that are set here."""
    from readycheck.cli.inventory import Wish, read_project  # noqa: PLC0415 - only here is a project read
    from readycheck.scan.inventories.environment import KINDS as FACTS  # noqa: PLC0415 - likewise
    from readycheck.scan.inventories.environment_rows import make_rows  # noqa: PLC0415 - likewise

    if given.code is None:
        return []
    rows = make_rows(
        read_project(Wish(given.code, "json", given.config), FACTS).files, dict.fromkeys(environment, True)
    )
    return [
        str(row["name"])
        for row in rows
        if row["name"] in environment
        and isinstance(row["reads"], list)
        and any(isinstance(read, dict) and read.get("required") is True for read in row["reads"])
    ]


def announce_stage(stage: Stage) -> None:
    """Print what would be done with the process, and what would not."""
    command, scenes = stage.command, stage.scenes
    print_line(f"START {' '.join(command.words)}")
    for one in command.dependencies:
        print_line(f"    {one.variable} leads to {one.kind} through a proxy of ours on 127.0.0.1")
    for scenario in scenes.scenarios:
        print_line(f"{scenario.id}: {scenario.does} (at most {count(scenario.requests, 'request')})")
    print_line(f"at most {count(scenes.requests, 'more request')} to the process that is started")
    for name, reason in scenes.unsent.items():
        print_line(f"not tried: {name}: {reason}")


def run_started(job: Job) -> Recording:
    """Start, collect, end. Raises CannotAuditError if it does not start, KeyboardInterrupt if a signal says stop."""
    try:
        return asyncio.run(collect_started(job))
    except StartError as error:
        raise CannotAuditError(str(error)) from error
    except asyncio.CancelledError as error:
        raise KeyboardInterrupt from error


def note_scene(text: str) -> None:
    """Say what is done now."""
    print_note(f"  {text}")
