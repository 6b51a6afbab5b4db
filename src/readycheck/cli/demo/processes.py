"""Processes of the demo: each in a group of its own with a log, and none of them outlives the demo."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from readycheck.cli.demo.errors import DemoError
from readycheck.cli.demo.signals import Signals

HOST = "127.0.0.1"
READY_SECONDS = 60.0
STOP_SECONDS = 40.0  # the chat backend drains for 25 s at most; Postgres may need a moment to write its pages
TICK_SECONDS = 0.05
# What a child may see of our environment. Its own settings come from the demo alone: a DATABASE_URL or an API key of
# the user's must not reach it.
PASSED_ON = ("PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "LD_LIBRARY_PATH")


@dataclass(frozen=True, slots=True)
class Command:
    """What to start: a name for messages and the log, the words, the folder, and the settings in its environment.

    `whole_environment` is for tools that read the user's own configuration, such as npm's proxy.
    """

    name: str
    words: Sequence[str | Path]
    folder: Path
    settings: Mapping[str, str]
    whole_environment: bool = False

    def build_environment(self) -> dict[str, str]:
        """The child's environment."""
        names = os.environ if self.whole_environment else PASSED_ON
        return {**{name: os.environ[name] for name in names if name in os.environ}, **self.settings}


@dataclass(frozen=True, slots=True)
class Running:
    """A process that was started, with its log."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def check_alive(self) -> None:
        """Raise DemoError if it ended by itself."""
        code = self.process.poll()
        if code is not None:
            raise DemoError(f"{self.name} ended by itself, with exit code {code}", log=self.log)


class Fleet:
    """Processes that are stopped together, however the block ends: asked first, and killed if they do not listen."""

    def __init__(self, logs: Path, signals: Signals) -> None:
        """Take the folder of the logs."""
        self.logs = logs
        self.signals = signals
        self.running: list[Running] = []
        self.patience = STOP_SECONDS

    def start(self, command: Command, *, capture: bool = False) -> Running:
        """Start a process; with `capture` its standard output is for us, not for the log."""
        log = self.logs / f"{command.name.replace(' ', '-')}.log"
        with self.signals.hold(), log.open("ab") as file:
            process = subprocess.Popen(  # noqa: S603 - the applications that ship with readycheck
                command.words,
                cwd=command.folder,
                env=command.build_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE if capture else file,
                stderr=file,
                start_new_session=True,  # Ctrl-C is ours: we say in which order they stop
            )
            running = Running(command.name, process, log)
            self.running.append(running)
        return running

    def finish(self, running: Running, seconds: float, advice: str = "") -> None:
        """Wait for one that has an end to do its work. Raises DemoError if it fails or takes longer than that."""
        try:
            code = running.process.wait(seconds)
        except subprocess.TimeoutExpired as error:
            message = f"{running.name} took longer than {seconds:.0f} s"
            raise DemoError(message, log=running.log, advice=advice) from error
        if code != 0:
            raise DemoError(f"{running.name} failed with exit code {code}", log=running.log, advice=advice)
        self.running.remove(running)

    def check_alive(self) -> None:
        """Raise DemoError if one ended that has no end."""
        for running in self.running:
            running.check_alive()

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Stop all; a signal that arrives meanwhile is heard afterwards."""
        with self.signals.hold():
            for one in self.running:
                if one.process.poll() is None:
                    one.process.terminate()
            deadline = time.monotonic() + self.patience
            for one in self.running:
                with suppress(subprocess.TimeoutExpired):
                    one.process.wait(max(0.0, deadline - time.monotonic()))
                with suppress(ProcessLookupError, PermissionError):  # the whole group is gone, as it should
                    os.killpg(one.process.pid, signal.SIGKILL)
                one.process.wait()
                if one.process.stdout is not None:
                    one.process.stdout.close()


def wait_until(is_true: Callable[[], bool], running: Running, what: str) -> None:
    """Wait for something that a process is to bring about. Raises DemoError if it ends, or takes a minute."""
    deadline = time.monotonic() + READY_SECONDS
    while not is_true():
        running.check_alive()
        if time.monotonic() > deadline:
            raise DemoError(f"{running.name} {what} within {READY_SECONDS:.0f} s", log=running.log)
        time.sleep(TICK_SECONDS)
    running.check_alive()


def wait_for_answer(running: Running, port: int, path: str) -> None:
    """Wait until a GET is answered with 200."""
    wait_until(lambda: is_answered(port, path), running, f"did not answer {path}")


def is_answered(port: int, path: str) -> bool:
    """Whether a GET on loopback is answered with 200; no proxy is asked."""
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def choose_port(wanted: int | None, usual: int, option: str) -> int:
    """The wanted port; without a wish the usual one, or any if that is taken. Raises DemoError for a wanted one."""
    if is_free(wanted or usual):
        return wanted or usual
    if wanted:
        raise DemoError(f"{option}: port {wanted} is in use", advice=f"choose another with {option}, or leave it out")
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    """Whether a server could listen on a port of loopback."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
