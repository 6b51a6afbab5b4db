"""What `readycheck init` does: plan the files, show them or write them, ask before one that exists is changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from readycheck.audit.errors import CannotAuditError, UsageError
from readycheck.audit.gate import PASSED, USAGE
from readycheck.cli.asking import confirm, is_interactive
from readycheck.cli.console import print_line, print_note, write_stdout
from readycheck.cli.places import check_place, write_file
from readycheck.cli.setup_files import (
    CONFIGURATION,
    HOOK,
    HOOK_FILE,
    WORKFLOW,
    WORKFLOW_FILE,
    add_hook,
    add_table,
)
from readycheck.edits.files import RefusedError, read_limited

MAX_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Manner:
    """Whether to write at all, and whether to ask first."""

    dry_run: bool
    yes: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One file: its path below the root, the text that it is to have, whether it exists, or why it is left alone."""

    path: str
    text: str | None
    exists: bool = False
    reason: str = ""


def set_up(root: Path, *, pyproject: bool, manner: Manner) -> int:
    """Write the files that are missing; gives the exit code: 2 if nobody could be asked about one that exists."""
    if not root.is_dir():
        raise CannotAuditError(f"{root}: no such folder")
    steps = plan(root, pyproject=pyproject)
    results = [carry_out(root, step, manner) for step in steps]
    if not manner.dry_run and any(results):
        print_line("next: readycheck scan")
    return PASSED if None not in results else USAGE


def plan(root: Path, *, pyproject: bool) -> Sequence[Step]:
    """What is to be done about each of the three files."""
    return (plan_configuration(root, pyproject=pyproject), plan_workflow(root), plan_hook(root))


def plan_configuration(root: Path, *, pyproject: bool) -> Step:
    """readycheck.toml, or a table in pyproject.toml; never a second configuration."""
    project, own = read(root, "pyproject.toml"), read(root, "readycheck.toml")
    if own is not None:
        return Step("readycheck.toml", None, reason="exists already")
    if project is not None and "[tool.readycheck" in project:
        return Step("pyproject.toml", None, reason="configures readycheck already")
    if not pyproject:
        return Step("readycheck.toml", CONFIGURATION)
    if project is None:
        raise UsageError("--pyproject: there is no pyproject.toml; leave the option out to write readycheck.toml")
    return Step("pyproject.toml", add_table(project), exists=True)


def plan_workflow(root: Path) -> Step:
    """The workflow; one of that name is somebody's work."""
    if read(root, WORKFLOW_FILE) is not None:
        return Step(WORKFLOW_FILE, None, reason="exists already")
    return Step(WORKFLOW_FILE, WORKFLOW)


def plan_hook(root: Path) -> Step:
    """A new file for the hook, or the existing one with the hook at its end."""
    text = read(root, HOOK_FILE)
    if text is None:
        return Step(HOOK_FILE, f"repos:\n{HOOK}")
    if "readycheck" in text:
        return Step(HOOK_FILE, None, reason="has a readycheck hook already")
    added = add_hook(text)
    if added is None:
        return Step(HOOK_FILE, None, reason=f"is not laid out as expected; add this under repos yourself:\n{HOOK}")
    return Step(HOOK_FILE, added, exists=True)


def read(root: Path, name: str) -> str | None:
    """A file's text, None if there is none. Raises UsageError if it cannot be read."""
    try:
        return read_limited(root / name, MAX_BYTES).decode("utf-8")
    except FileNotFoundError:
        return None
    except (RefusedError, OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageError(f"{root / name}: cannot be read: {reason}") from error


def carry_out(root: Path, step: Step, manner: Manner) -> bool | None:
    """Do one step; gives whether the file was written, None if nobody could be asked about it."""
    if step.text is None:
        print_line(f"left alone: {step.path} {step.reason}")
        return False
    if manner.dry_run:
        write_stdout(f"would {'change' if step.exists else 'write'} {step.path}:\n{indent(step.text)}\n", "utf-8")
        return False
    if step.exists and not manner.yes:
        if not is_interactive():
            print_note(f"error: {step.path}: exists, and there is no terminal to ask at; --yes changes it")
            return None
        if not confirm(f"Add readycheck to {step.path}?"):
            print_line(f"left alone: {step.path}")
            return False
    path = root / step.path
    make_folder(root, path.parent)
    check_place(path, root)
    write_file(path, step.text)
    print_line(f"{'changed' if step.exists else 'wrote'} {step.path}")
    return True


def make_folder(root: Path, folder: Path) -> None:
    """Make a folder below the root. Raises UsageError if a link on the way leads out of the root."""
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists() or parent.is_symlink())
    if not existing.resolve().is_relative_to(root.resolve()):
        raise UsageError(f"{existing}: leads out of the project's folder through a link")
    folder.mkdir(parents=True, exist_ok=True)


def indent(text: str) -> str:
    """A text as shown by `--dry-run`."""
    return "".join(f"  | {line}\n" for line in text.splitlines())
