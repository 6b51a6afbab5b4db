"""In whose names the probe may call: credentials from the environment, from files, or from a command that signs in."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from readycheck.audit.errors import CannotAuditError, UsageError
from readycheck.edits.files import read_limited
from readycheck.probe.exchange import Header

USERS = ("a", "b")
BEARER = "authorization"
MOST_BYTES = 100_000
SIGN_IN_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Credentials:
    """Where they come from, in this order; `tokens` were made by the caller itself. Two users are enough.

    `commands` come from the command line alone. Each prints the token of one user, and runs when the service answers.
    """

    tokens: Sequence[str] = ()
    variables: Sequence[str] = ()
    files: Sequence[Path] = ()
    commands: Sequence[str] = ()
    header: str = "Authorization"

    @property
    def users(self) -> int:
        """How many users there are."""
        return len(self.tokens) + len(self.variables) + len(self.files) + len(self.commands)

    def check(self) -> None:
        """Raise UsageError for more users than are of use, an empty variable, a command that is none."""
        if self.users > len(USERS):
            raise UsageError("two users are enough: name at most two credentials")
        for name in self.variables:
            if not os.environ.get(name, "").strip():
                raise UsageError(f"--auth-env {name}: the variable is not set, or empty")
        for command in self.commands:
            split(command)

    def read(self) -> dict[str, Header]:
        """The header of each user: a bare token is a bearer token. Runs the commands, so the service must answer."""
        self.check()
        values = [*self.tokens, *(os.environ[name].strip() for name in self.variables)]
        values += [read_limited(path, MOST_BYTES).decode("utf-8").strip() for path in self.files]
        values += [run(command) for command in self.commands]
        name = self.header or "Authorization"
        return {
            user: (name, f"Bearer {value}" if name.lower() == BEARER and " " not in value else value)
            for user, value in zip(USERS, values, strict=False)
        }


def split(command: str) -> list[str]:
    """The words of a command; no shell ever sees it. Raises UsageError."""
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise UsageError(f"--auth-command: {error}") from error
    if not words:
        raise UsageError("--auth-command: names no command")
    return words


def run(command: str) -> str:
    """What a command prints. Raises CannotAuditError without a word of its output, which may hold the token."""
    name = split(command)[0]
    try:
        done = subprocess.run(  # noqa: S603 - the user's own command, from the command line
            split(command), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=SIGN_IN_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CannotAuditError(f"--auth-command {name}: {type(error).__name__}") from error
    token = done.stdout[:MOST_BYTES].decode("utf-8", "replace").strip()
    if done.returncode or not token or "\n" in token:
        raise CannotAuditError(f"--auth-command {name}: exit code {done.returncode}; it must print one line, the token")
    return token
