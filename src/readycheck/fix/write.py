"""The only piece of `readycheck fix` that writes into a project."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from readycheck.edits.files import RefusedError, create_in, write_in
from readycheck.scan.files.disk import FILE_FLAGS, Unreadable, describe_error, open_folder, read_regular
from readycheck.scan.files.paths import decode_path

WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


def replace_file(root: Path, path: str, before: bytes, after: bytes) -> str:
    """Give a file below the root new content, if it still has the old one; else why it was left as it is."""

    def write(folder: int, name: str) -> str:
        reason = find_obstacle(folder, name, before)
        if not reason:
            write_in(folder, name, after)
        return reason

    return attempt(root, path, write)


def create_file(root: Path, path: str, content: bytes) -> str:
    """Make a new file in a folder that exists; else why there is none. What is there already is never overwritten."""

    def write(folder: int, name: str) -> str:
        create_in(folder, name, content)
        return ""

    return attempt(root, path, write)


def remove_file(root: Path, path: str, content: bytes) -> str:
    """Remove a file, if it still has this content; else why it was left as it is."""

    def remove(folder: int, name: str) -> str:
        reason = find_obstacle(folder, name, content)
        if not reason:
            os.unlink(name, dir_fd=folder)
        return reason

    return attempt(root, path, remove)


def attempt(root: Path, path: str, work: Callable[[int, str], str]) -> str:
    """Do something with a file's open folder and its name; what goes wrong as a reason."""
    try:
        with open_parent(root, path) as (folder, name):
            return work(folder, name)
    except FileExistsError:
        return "there is a file of that name already"
    except (RefusedError, Unreadable) as error:
        return str(error)
    except OSError as error:
        return describe_error(error).replace("cannot be read", "cannot be written")


@contextmanager
def open_parent(root: Path, path: str) -> Iterator[tuple[int, str]]:
    """The open folder of a path below the root, and the file's name; no part of the path may be a link."""
    *parts, name = decode_path(path).split("/")
    if not name or path.startswith("/") or {"", ".", ".."} & {*parts, name}:
        raise RefusedError("not a path below the root")
    folder = open_folder(root, parts)
    try:
        yield folder, name
    finally:
        os.close(folder)


def find_obstacle(folder: int, name: str, content: bytes) -> str:
    """Why a file must not be written or removed: it is not what it was, or nobody may write it."""
    file = os.open(name, FILE_FLAGS, dir_fd=folder)
    try:
        if not os.fstat(file).st_mode & WRITABLE:
            return "it is read-only"
        same = read_regular(file, max(len(content), 1)) == content
    except Unreadable:  # larger now, or no regular file
        same = False
    finally:
        os.close(file)
    return "" if same else "it was changed by somebody else"
