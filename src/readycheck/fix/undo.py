"""What the last run wrote below a root, kept in the user's state folder so that it can be taken back.

The record is written before the first file is: whatever interrupts a run, all that it wrote can be undone. It holds the
files' old contents, so only the user can read it; nothing of it lies in the project.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from readycheck.edits.files import write_beside
from readycheck.fix.write import remove_file, replace_file
from readycheck.scan.cache import hash_content
from readycheck.scan.files.disk import Unreadable, describe_error, read_bytes

FORMAT = 1
LARGEST = 1_000_000_000


class UndoError(Exception):
    """Nothing can be recorded, or nothing undone; the message says why."""


@dataclass(frozen=True, slots=True)
class Written:
    """One file that is to be written: its content before (None: it did not exist) and the digest of the new one."""

    path: str
    before: bytes | None
    digest: str


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo did: files restored, new files removed, files that already were as before, and those left alone."""

    restored: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]
    left: Mapping[str, str]


def locate_record(root: Path) -> Path:
    """The record of a root: in the user's state folder, or in what READYCHECK_STATE_DIR names. Raises UndoError."""
    import platformdirs  # noqa: PLC0415 - start-up time

    named = os.environ.get("READYCHECK_STATE_DIR")
    try:
        folder = Path(named) if named else Path(platformdirs.user_state_dir("readycheck", appauthor=False))
        return folder / f"undo-{hash_content(os.fsencode(root.resolve()))}.json"
    except (OSError, RuntimeError) as error:
        raise UndoError("there is no folder for the undo record: set READYCHECK_STATE_DIR") from error


def record(root: Path, files: Sequence[Written]) -> None:
    """Remember what is about to be written, instead of what the run before wrote. Raises UndoError."""
    rows = [
        [one.path, None if one.before is None else base64.b64encode(one.before).decode("ascii"), one.digest]
        for one in files
    ]
    path = locate_record(root)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_beside(path, json.dumps({"format": FORMAT, "root": str(root.resolve()), "files": rows}))
    except OSError as error:
        raise UndoError(f"the undo record cannot be written ({error.strerror}): see READYCHECK_STATE_DIR") from error


def recall(root: Path) -> list[Written]:
    """What the last run wrote. Raises UndoError where there is no record, or none that we wrote."""
    path = locate_record(root)
    try:
        with path.open("rb") as file:
            if hasattr(os, "getuid") and os.fstat(file.fileno()).st_uid != os.getuid():
                raise UndoError("the undo record belongs to another user")
            document = json.load(file)
        if document["format"] != FORMAT:
            raise UndoError("the undo record was written by another version of readycheck")
        return [
            Written(str(name), None if before is None else base64.b64decode(before, validate=True), str(digest))
            for name, before, digest in document["files"]
        ]
    except FileNotFoundError as error:
        raise UndoError("no run of `readycheck fix --write` is on record for this folder") from error
    except OSError as error:
        raise UndoError(f"the undo record cannot be read: {describe_error(error)}") from error
    except (ValueError, TypeError, KeyError, RecursionError, binascii.Error) as error:
        raise UndoError("the undo record is broken") from error


def undo(root: Path) -> Undone:
    """Take the last run back: files that still are as it left them get their old content, new ones are removed.

    The record is dropped unless files had to be left alone. Raises UndoError.
    """
    restored: list[str] = []
    removed: list[str] = []
    unchanged: list[str] = []
    left: dict[str, str] = {}
    for one in recall(root):
        current = read_current(root, one.path)
        if current == one.before:
            unchanged.append(one.path)
            continue
        if current is None or hash_content(current) != one.digest:
            left[one.path] = (
                "it was changed since: undo that first, then --undo"
                if current is not None
                else "it is gone, or cannot be read"
            )
            continue
        reason = take_back(root, one, current)
        if reason:
            left[one.path] = reason
        else:
            (removed if one.before is None else restored).append(one.path)
    if not left:
        locate_record(root).unlink(missing_ok=True)
    return Undone(tuple(restored), tuple(removed), tuple(unchanged), left)


def take_back(root: Path, one: Written, current: bytes) -> str:
    """Restore or remove one file; else why not."""
    if one.before is None:
        return remove_file(root, one.path, current)
    return replace_file(root, one.path, current, one.before)


def read_current(root: Path, path: str) -> bytes | None:
    """A file's content; None if it is not there, or cannot be read."""
    try:
        return read_bytes(root, path, LARGEST)
    except Unreadable:
        return None
