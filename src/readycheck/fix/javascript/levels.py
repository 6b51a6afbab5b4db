"""Which method of a logger stands for which of the console, and whether its lines are shown."""

from __future__ import annotations

from collections.abc import Mapping

from readycheck.fix.javascript.loggers import UNFAMILIAR, Logger

PREFERRED: Mapping[str, tuple[str, ...]] = {
    "log": ("info", "log", "notice", "http"),
    "info": ("info", "log", "notice"),
    "warn": ("warn", "warning"),
    "error": ("error", "err"),
    "debug": ("debug", "trace", "verbose", "silly"),
    "trace": ("debug", "trace", "verbose", "silly"),
}
NEST = ("log", "warn", "error", "debug", "verbose")
OWN_LOG = ("log", "info")


def choose_method(logger: Logger, wanted: str) -> str:
    """The logger's method for one of the console; empty if there is none.

    Libraries go from `log` to `info`; a logger of the project's own with a method `log` means the same by it.
    """
    names = OWN_LOG if wanted == "log" and logger.kind == "own" else PREFERRED[wanted]
    if logger.kind == "nest":
        return next((name for name in names if name in NEST), "")
    if not logger.methods:
        return names[0]
    return next((name for name in names if name in logger.methods), "")


def is_unfamiliar(logger: Logger, method: str) -> bool:
    """Whether nothing is known of what a method does with its arguments."""
    return logger.methods.get(method) == UNFAMILIAR or "" in logger.methods


def may_hide(logger: Logger, method: str, *, configured: bool | None) -> bool:
    """Whether the logger may be set not to show lines of a method; the configuration may say that INFO is shown."""
    if logger.kind == "own":
        return False
    if configured is False:
        return True
    if method in PREFERRED["debug"]:
        return not logger.shows_debug
    if configured:
        return False
    return not logger.shows_info and method not in ("warn", "warning", "error", "err")
