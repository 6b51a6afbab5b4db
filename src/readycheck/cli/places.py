"""Where the command may write: nowhere that a link leads to, and not out of the audited project by way of one."""

from __future__ import annotations

import os
from pathlib import Path

from readycheck.audit.errors import UsageError
from readycheck.edits.files import RefusedError, write_beside


def check_place(path: Path, root: Path) -> None:
    """Raise UsageError if a file cannot or must not be written at `path` while `root` is audited."""
    if path.is_symlink():
        raise UsageError(f"{path}: is a link; nothing is written through it")
    if not path.parent.is_dir():
        raise UsageError(f"{path}: there is no folder {path.parent}; make it first")
    if path.exists() and not path.is_file():
        raise UsageError(f"{path}: is no regular file")
    spelled = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow the links that this looks for
    for inside in {Path(os.path.abspath(root)), root.resolve()}:  # noqa: PTH100 - likewise
        if spelled.is_relative_to(inside) and not path.parent.resolve().is_relative_to(root.resolve()):
            raise UsageError(f"{path}: leads out of the audited folder through a link")


def write_file(path: Path, text: str, errors: str = "backslashreplace") -> None:
    """Write a text as a whole or not at all. Raises UsageError or OSError."""
    try:
        write_beside(path, text.encode("utf-8", errors))
    except RefusedError as error:
        raise UsageError(f"{path}: {error}") from error
