"""Reading and writing single files: never through links, never by halves."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

NAME_LENGTH = 100


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


def write_beside(path: Path, text: str | bytes) -> None:
    """Write the text, as UTF-8 with LF, or bytes, as a whole or not at all. A link is refused, not followed."""
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        write_in(folder, path.name, text if isinstance(text, bytes) else text.encode())
    finally:
        os.close(folder)


def write_in(folder: int, name: str, data: bytes) -> None:
    """Write a file of an open folder as a whole or not at all: to a new file beside it, flushed, then renamed.

    The mode, and the owner if we may set it, stay what they were. Raises RefusedError for what is no regular file, and
    OSError; then the file is what it was.
    """
    try:
        before = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        before = None
    if before is not None and stat.S_ISLNK(before.st_mode):
        raise RefusedError("is a link; nothing is written through it")
    if before is not None and not stat.S_ISREG(before.st_mode):
        raise RefusedError("is not a regular file")
    beside = write_temporary(folder, name, data, before)
    with removed_on_failure(folder, beside):
        os.replace(beside, name, src_dir_fd=folder, dst_dir_fd=folder)
    flush_folder(folder)


def create_in(folder: int, name: str, data: bytes) -> None:
    """Make a new file in an open folder, as a whole or not at all. Raises FileExistsError if there is one."""
    beside = write_temporary(folder, name, data, None)
    with removed_on_failure(folder, beside):
        try:
            os.link(beside, name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
            os.unlink(beside, dir_fd=folder)
        except FileExistsError:
            raise
        except (OSError, NotImplementedError):
            # No hard links here: claim the name, then rename over our own empty file.
            os.close(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666, dir_fd=folder))
            os.replace(beside, name, src_dir_fd=folder, dst_dir_fd=folder)
    flush_folder(folder)


def write_temporary(folder: int, name: str, data: bytes, like: os.stat_result | None) -> str:
    """A new file with that content beside the one of that name, on the disk when this returns; its name."""
    beside = f".{name[:NAME_LENGTH]}.{os.urandom(8).hex()}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(beside, flags, 0o666 if like is None else 0o600, dir_fd=folder)
    with removed_on_failure(folder, beside), os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
        if like is not None:
            with suppress(PermissionError):  # only root may give files away
                os.fchown(descriptor, like.st_uid, like.st_gid)
            os.fchmod(descriptor, like.st_mode & 0o777)
        stream.flush()
        os.fsync(descriptor)
    return beside


def flush_folder(folder: int) -> None:
    """Have a rename on the disk as well; some file systems cannot, and the file is whole either way."""
    with suppress(OSError):
        os.fsync(folder)


@contextmanager
def removed_on_failure(folder: int, name: str) -> Iterator[None]:
    """Remove a file of an open folder if what is done with it fails, be it by Ctrl-C."""
    try:
        yield
    except BaseException:
        with suppress(OSError):
            os.unlink(name, dir_fd=folder)
        raise
