"""Writing what was chosen and verified, and taking it back."""

from __future__ import annotations

from pathlib import Path

from readycheck.audit.errors import UsageError, count
from readycheck.audit.gate import FAILED, PASSED
from readycheck.catalog.problems import escape_controls
from readycheck.cli.console import print_line, print_note, print_problems
from readycheck.cli.pipeline import find_base
from readycheck.fix.run import Outcome
from readycheck.fix.undo import UndoError, Undone, Written, record, undo
from readycheck.fix.write import create_file, replace_file
from readycheck.scan.cache import hash_content


def write_all(root: Path, outcome: Outcome) -> dict[str, str]:
    """Write the files, each as a whole or not at all; gives the reasons of those that could not be, by path."""
    new = {path: one.content.encode() for path, one in outcome.choice.creates.items()}
    files = [Written(path, one.before, hash_content(one.after)) for path, one in outcome.edited.items()]
    files += [Written(path, None, hash_content(content)) for path, content in new.items()]
    if not files:
        return {}
    try:
        record(root, files)
    except UndoError as error:
        raise UsageError(f"nothing was written: {error}") from error
    reasons: dict[str, str] = {}
    try:
        for path, content in new.items():
            reasons[path] = create_file(root, path, content)
        for path, one in outcome.edited.items():
            reasons[path] = replace_file(root, path, one.before, one.after)
    except KeyboardInterrupt:
        print_note(f"stopped after {len(reasons):,} of {count(len(files), 'file')}: --undo takes back what was written")
        raise
    return {path: reason for path, reason in reasons.items() if reason}


def undo_last(path: Path) -> int:
    """Run `readycheck fix --undo`; gives the exit code. Raises UsageError where there is nothing to undo."""
    try:
        done = undo(find_base(path))
    except UndoError as error:
        raise UsageError(f"--undo: {error}") from error
    for line in describe_undone(done):
        print_line(escape_controls(line))
    print_problems(f"{name}: left as it is: {reason}" for name, reason in done.left.items())
    return FAILED if done.left else PASSED


def describe_undone(done: Undone) -> list[str]:
    """What was taken back."""
    lines = [f"restored {path}" for path in done.restored] + [f"removed {path}" for path in done.removed]
    total = f"{count(len(done.restored), 'file')} restored, {len(done.removed)} removed"
    same = f", {len(done.unchanged)} as before already" if done.unchanged else ""
    return [*lines, total + same]
