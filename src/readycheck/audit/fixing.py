"""The table `fix` of the configuration: what the project says about rewriting.

| key | value |
|---|---|
| python-logger | logging, structlog, loguru: what prints become, where it cannot be seen from the code |
| javascript-logger | pino, winston, bunyan: the same for calls of console |
| javascript-module | path of the module that exports the project's logger, inside the audited folder |
| logging-configured | whether the process sets logging up so that INFO is shown |
| timeout-seconds | the timeout that calls without one are given |
| exclude | globs of paths that are never rewritten |
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import get_args

from readycheck.audit.errors import SettingsError, suggest
from readycheck.audit.values import parse_globs, parse_name
from readycheck.model.fix import FixSettings, JavascriptLogger, PythonLogger

LONGEST_TIMEOUT = 3600.0


def parse_fixing(value: object, root: Path) -> FixSettings:
    """The table as FixSettings. Raises SettingsError with all problems."""
    if not isinstance(value, dict):
        raise SettingsError('must be a table, such as {python-logger = "structlog"}')
    found: dict[str, object] = {}
    problems: list[str] = []
    for key, given in value.items():
        if key not in KEYS:
            problems.append(f'unknown key "{key}"{suggest(str(key), KEYS)}')
            continue
        try:
            found[key.replace("-", "_")] = KEYS[key](given, root)
        except SettingsError as error:
            problems += [f"{key}: {problem}" for problem in error.problems]
    if problems:
        raise SettingsError(problems)
    return replace(FixSettings(), **found)  # type: ignore[arg-type]  # each parser gives its field's type


def parse_choice(words: Sequence[str]) -> Callable[[object, Path], str]:
    """A parser of one word of a closed list."""

    def parse(value: object, _root: Path) -> str:
        if not isinstance(value, str) or value not in words:
            near = suggest(value, words) if isinstance(value, str) else ""
            raise SettingsError(f"must be one of {', '.join(words)}{near}")
        return value

    return parse


def parse_truth(value: object, _root: Path) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise SettingsError("must be true or false")
    return value


def parse_seconds(value: object, _root: Path) -> float:
    """A number of seconds above 0."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= LONGEST_TIMEOUT:
        raise SettingsError(f"must be a number of seconds above 0, at most {LONGEST_TIMEOUT:g}")
    return float(value)


KEYS: Mapping[str, Callable[[object, Path], object]] = {
    "python-logger": parse_choice(get_args(PythonLogger)),
    "javascript-logger": parse_choice(get_args(JavascriptLogger)),
    "javascript-module": parse_name,
    "logging-configured": parse_truth,
    "timeout-seconds": parse_seconds,
    "exclude": parse_globs,
}
