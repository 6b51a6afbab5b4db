"""Reading and writing the few files that belong to the audit itself: configuration and baseline."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path


class RefusedError(Exception):
    """The file is not read or written; the message says why, without the path."""


def find_inside(root: Path, relative: str) -> Path:
    """The path `relative` below `root`; refused if it is absolute, climbs out, or leads out through a link."""
    parts = relative.replace("\\", "/").split("/")
    if not relative or "\0" in relative or relative.startswith(("/", "~")) or ".." in parts:
        raise RefusedError("must be a path inside the audited folder")
    path = root / relative
    if not path.resolve().is_relative_to(root.resolve()):
        raise RefusedError("is a link that leads out of the audited folder")
    return path


def read_limited(path: Path, limit: int) -> bytes:
    """The bytes of a regular file of at most `limit` bytes; never blocks on a FIFO. Raises RefusedError or OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as stream:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise RefusedError("is not a regular file")
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise RefusedError(f"is larger than {limit:,} bytes")
    return data


def write_beside(path: Path, text: str) -> None:
    """Write the text as a whole: to a new file in the same folder, then rename. A link is refused, not followed."""
    if path.is_symlink():
        raise RefusedError("is a link; nothing is written through it")
    import tempfile  # noqa: PLC0415 - only who writes needs it, and every start would pay for it

    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        mask = os.umask(0)
        os.umask(mask)
        Path(name).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~mask)
        Path(name).replace(path)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(name).unlink()
        raise
