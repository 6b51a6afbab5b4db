"""Start it without a variable that it needs."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Sequence
from pathlib import Path

from readycheck.probe.started.process import Child
from readycheck.probe.started.scenes.starting import is_open
from readycheck.probe.started.session import PAUSE, Session

LONGEST = 30.0
DOTENV = (".env", ".env.local", ".env.production", ".env.development")
MOST_FILE = 200_000
MOST_ANSWERS = 20
SHOWN = 5


async def play(session: Session) -> None:
    """One start without one variable."""
    name = session.scenario.name if session.scenario else ""
    how = "empty" if is_in_file(name) else "removed"
    environment = {key: value for key, value in session.environment.items() if key != name}
    if how == "empty":
        environment[name] = ""  # a file that it reads by itself would give it back otherwise
    started = time.monotonic()
    async with session.start(f"without {name}", environment) as child:
        answered = await watch(session, child, started)
        if answered:
            await child.wait(PAUSE)
        code, seconds = child.code, time.monotonic() - started
        lines = list(child.lines)
    session.observe(
        name,
        "start-without",
        name=name,
        how=how,
        code=code,
        answered=answered,
        named=is_named(name, lines),
        seconds=round(seconds, 2),
        last=session.clean_lines([line for line in lines if line.strip()][-SHOWN:], SHOWN),
    )


async def watch(session: Session, child: Child, started: float) -> bool:
    """Wait until it ends, or answers a request, or for so long; gives whether it answered."""
    step = session.make_step("answer", session.live or "/")
    while child.code is None and time.monotonic() - started < min(LONGEST, session.command.patience):
        if session.sent < MOST_ANSWERS and await is_open(session):
            exchange = await session.send(step)
            if exchange.response is not None and child.code is None:
                return True
        await asyncio.sleep(PAUSE)
    if child.code is not None:
        await child.wait(1.0)
    return False


def is_named(name: str, lines: Sequence[str]) -> bool:
    """Whether its output names the variable, in capitals or, as some libraries do, as the field that it fills."""
    form = re.compile(rf"(?i)(?<![A-Za-z0-9_]){re.escape(name)}(?![A-Za-z0-9_])")
    return any(form.search(line) for line in lines)


def is_in_file(name: str) -> bool:
    """Whether a file of variables in the working directory sets it, from which the process would take it again."""
    form = re.compile(rf"(?m)^\s*(?:export\s+)?{re.escape(name)}\s*=")
    for file in DOTENV:
        path = Path(file)
        if path.is_file() and form.search(path.read_bytes()[:MOST_FILE].decode("utf-8", "replace")):
            return True
    return False


SCENES = {"start-without": play}
