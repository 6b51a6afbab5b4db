"""Reading one source file: safely from the disk, then as decoded code in one language."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from readycheck.model.vocabulary import Language
from readycheck.scan.decoding import NotText, decode_text
from readycheck.scan.languages import embeds_scripts, language_of, suffix_of
from readycheck.scan.paths import decode_path
from readycheck.scan.unit import Unit

FILE_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
FOLDER_FLAGS = FILE_FLAGS | os.O_DIRECTORY
LFS_POINTER = b"version https://git-lfs.github.com/spec/"
LFS_SIZE = 1024
SCRIPTS = (Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX)
MINIFIED_SAMPLE = 65_536
MINIFIED_SIZE = 5_000
MINIFIED_AVERAGE = 500


class Unreadable(Exception):  # noqa: N818 - a state of the file, not a fault of the program
    """A file that cannot be read, or that is no code; the message is the reason for the report."""


def read_bytes(root: Path, path: str, max_bytes: int) -> bytes:
    """The content of a regular file below the root, at most `max_bytes` of it.

    Each component is opened from the folder before it and none may be a link, so nothing outside the root is read even
    if a folder is replaced during the scan. Raises `Unreadable`.
    """
    try:
        file = open_below(root, decode_path(path))
        try:
            return read_regular(file, max_bytes)
        finally:
            os.close(file)
    except OSError as error:
        raise Unreadable(describe_error(error)) from error
    except ValueError as error:  # a NUL in the path
        raise Unreadable(str(error)) from error


def open_below(root: Path, path: str) -> int:
    """A descriptor of the file, opened folder by folder. Raises OSError or `Unreadable`."""
    *folders, name = path.split("/")
    if not name or "." in folders or ".." in (*folders, name):
        raise Unreadable("not a path below the root")
    folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for part in folders:
            inner = os.open(part, FOLDER_FLAGS, dir_fd=folder)
            os.close(folder)
            folder = inner
        return os.open(name, FILE_FLAGS, dir_fd=folder)
    finally:
        os.close(folder)


def read_regular(file: int, max_bytes: int) -> bytes:
    """Everything in an open regular file. Raises `Unreadable` for other kinds and for more than `max_bytes`."""
    status = os.fstat(file)
    if not stat.S_ISREG(status.st_mode):
        raise Unreadable("not a regular file")
    if status.st_size > max_bytes:
        raise Unreadable(describe_size(status.st_size, max_bytes))
    pieces, total = [], 0
    while piece := os.read(file, min(status.st_size + 1 if not total else 65_536, max_bytes + 1 - total)):
        pieces.append(piece)
        total += len(piece)
        if total > max_bytes:
            raise Unreadable(f"{describe_size(total, max_bytes)}: it grew while it was read")
    return b"".join(pieces)


def describe_size(size: int, cap: int) -> str:
    """`larger than 1 MB (3.2 MB)`."""
    return f"larger than {cap / 1_000_000:g} MB ({size / 1_000_000:.1f} MB)"


def describe_error(error: OSError) -> str:
    """An error of the operating system without the path, which the report gives."""
    if error.errno in (errno.ELOOP, errno.EMLINK):
        return "a symbolic link"
    if error.errno == errno.ENOTDIR:
        return "a folder on its path is a link or no folder any more"
    if error.errno == errno.ENOENT:
        return "it vanished during the scan"
    return f"cannot be read: {(error.strerror or type(error).__name__).lower()}"


def make_unit(path: str, data: bytes) -> tuple[Unit | None, str | None]:
    """The code of a file, and a note if it may not be exactly what the author wrote.

    No unit (None) when an embedding file holds no script. Configuration files give a unit of their language.
    Raises `Unreadable` for bytes that are no text or no code (binary, minified, a Git LFS pointer, an R notebook).
    """
    language = language_of(path) or Language.TEXT
    if len(data) < LFS_SIZE and data.startswith(LFS_POINTER):
        raise Unreadable("a Git LFS pointer: its content is not in the working tree")
    try:
        text, note = decode_text(data, language is Language.PYTHON)
    except NotText as error:
        raise Unreadable(str(error)) from error
    if suffix_of(path) == "ipynb":
        from readycheck.scan.notebook import read_notebook  # noqa: PLC0415 - only where there is a notebook

        return read_notebook(path, text), note
    if embeds_scripts(path):
        from readycheck.scan.embedded import extract_scripts  # noqa: PLC0415 - likewise

        found = extract_scripts(text)
        return (Unit(path, *found), note) if found else (None, None)
    if language in SCRIPTS and is_minified(text):
        raise Unreadable("minified")
    return Unit(path, language, text), note


def is_minified(text: str) -> bool:
    """Whether the first 64 KB look like the output of a minifier: few line breaks, and no body of short lines."""
    sample = text[:MINIFIED_SAMPLE]
    lines = sample.count("\n") + 1
    return len(sample) > MINIFIED_SIZE and len(sample) / lines > MINIFIED_AVERAGE
