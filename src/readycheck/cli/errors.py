"""What a person reads when something goes wrong: one sentence a problem, never a traceback; and its exit code."""

from __future__ import annotations

import os
import traceback
from collections.abc import Sequence

from readycheck.cli.console import print_note, print_problems

INTERRUPTED = 130  # as shells have it: 128 + SIGINT
PACKAGE = "readycheck"


def report_error(error: Exception) -> int:
    """Say what ended the command; gives the exit code that `audit/gate.py` has for it."""
    from readycheck.audit.errors import AuditError  # noqa: PLC0415 - only when something is wrong
    from readycheck.audit.gate import CANNOT_AUDIT, decide_error_exit  # noqa: PLC0415
    from readycheck.catalog.problems import CatalogueError  # noqa: PLC0415

    if isinstance(error, AuditError | CatalogueError):
        print_problems(str(error).splitlines() or [type(error).__name__])
        return decide_error_exit(error)
    if isinstance(error, OSError):
        print_problems([describe_os_error(error)])
        return decide_error_exit(error)
    print_note(f"this is a bug in readycheck: {type(error).__name__} at {find_place(error)}; please report it")
    return CANNOT_AUDIT


def describe_os_error(error: OSError) -> str:
    """What the operating system says, and about which file."""
    reason = (error.strerror or type(error).__name__).lower()
    name = error.filename
    if isinstance(name, bytes):
        name = os.fsdecode(name)
    return f"{name}: {reason}" if isinstance(name, str) else f"{reason}: cannot go on"


def find_place(error: Exception) -> str:
    """Where in readycheck the error arose: `scan/engine.py:120`; the deepest of our own lines, without our path."""
    frames: Sequence[traceback.FrameSummary] = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if f"/{PACKAGE}/" in frame.filename.replace("\\", "/")]
    if not own:
        return "an unknown place"
    path = own[-1].filename.replace("\\", "/").rpartition(f"/{PACKAGE}/")[2]
    return f"{path}:{own[-1].lineno}"
