"""The secrets of the started process's environment: what must be neither in its output nor in ours."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import unquote, urlsplit

from readycheck.probe.started.command import Command

SECRET_NAME = re.compile(r"(?i)(?:^|_)(?:secret|password|passwd|pwd|token|key|dsn|credentials?|salt)(?:_|$)")
SHORTEST = 12


def list_known(command: Command) -> Mapping[str, str]:
    """What each is called (`the password in DATABASE_URL`), with the secret."""
    found: dict[str, str] = {}
    for name, value in command.environment.items():
        if password := find_password(value):
            found[f"the password in {name}"] = password
        elif SECRET_NAME.search(name) and is_secret(value):
            found[f"the value of {name}"] = value
    return found


def find_password(value: str) -> str:
    """The password inside of a URL, if it is one that could not be anything else."""
    if "://" not in value:
        return ""
    try:
        password = unquote(urlsplit(value).password or "")
    except ValueError:
        return ""
    return password if is_secret(password) else ""


def is_secret(value: str) -> bool:
    """Whether a value is so long and so odd that finding it in a text is no accident."""
    return len(value) >= SHORTEST and not value.isalpha() and "/" not in value[:1] and " " not in value


def find_leaks(secrets: Mapping[str, str], output: Sequence[tuple[str, Sequence[str]]]) -> list[tuple[str, str]]:
    """Which secrets turn up in what was written, each with the first line that holds it."""
    found = []
    for what, secret in secrets.items():
        line = next((line for _, lines in output for line in lines if secret in line), None)
        if line is not None:
            found.append((what, line))
    return found
