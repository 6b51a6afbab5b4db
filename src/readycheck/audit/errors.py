"""What can go wrong before or instead of an audit; `gate.decide_error_exit` turns each into its exit code."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class AuditError(Exception):
    """The audit could not be made; the message names the guilty file, key or word and the next step."""


class SettingsError(AuditError):
    """A configuration, a baseline or an option is wrong. `problems` lists all of them, one line each."""

    def __init__(self, problems: Iterable[str] | str) -> None:
        """Take one problem or several."""
        self.problems = (problems,) if isinstance(problems, str) else tuple(problems)
        super().__init__("\n".join(self.problems))


class UsageError(AuditError):
    """The command line asks for something that does not exist or does not go together."""


class CannotAuditError(AuditError):
    """There is nothing to audit: the target is missing, cannot be read, or holds nothing that a rule looks at."""


def suggest(word: str, known: Iterable[str]) -> str:
    """`: did you mean "x"?` with the nearest known word, or nothing."""
    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f' (did you mean "{near[0]}"?)' if near else ""


def count(number: int, noun: str, plural: str = "") -> str:
    """`1 file`, `3 files`, `2 entries`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
