"""The tree below the root: which files may be read, and what is left out for which reason.

The names come from our own walk, which follows no link and opens nothing but folders. What `.gitignore` files leave out
is asked of the `ignore` package (ripgrep's matcher, linear in time), and only where there are such files.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from readycheck.model.evidence import Skipped
from readycheck.scan.files.disk import describe_error, describe_size
from readycheck.scan.files.folders import (
    LOCK_FILE,
    SILENT,
    find_foreign_content,
    find_foreign_file,
    find_foreign_folder,
)
from readycheck.scan.files.globs import compile_globs
from readycheck.scan.files.languages import language_of, unread_language
from readycheck.scan.files.paths import encode_path

if TYPE_CHECKING:
    import re

IGNORE_FILE = ".gitignore"
# A megabyte of wildcards costs ripgrep's matcher 1.4 s and 700 MB (measured); real projects have some kilobytes.
IGNORE_BYTES = 300_000
KINDS = (
    (stat.S_ISLNK, "a symbolic link"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISCHR, "a device"),
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A regular file that may be read: its relative path, size in bytes, and what tells whether it has changed."""

    path: str
    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int


@dataclass(frozen=True, slots=True)
class Walk:
    """The files sorted by path, and everything that was left out, sorted too; a folder left out is one entry."""

    files: tuple[Candidate, ...]
    skipped: tuple[Skipped, ...]


@dataclass
class Trail:
    """What one walk has gathered.

    `allowed` are the paths that no `.gitignore` leaves out (None: not asked yet). `seen` counts the entries that the
    `ignore` package would see too; `pruned` are the folders whose content was not looked at for another reason than
    their name.
    """

    root: str
    exclude: re.Pattern[str] | None
    max_bytes: int
    allowed: AbstractSet[str] | None = None
    seen: int = 0
    files: list[Candidate] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    pruned: list[str] = field(default_factory=list)
    ignore_files: list[os.stat_result] = field(default_factory=list)

    def skip(self, path: str, reason: str) -> None:
        """Note what is left out."""
        self.skipped.append(Skipped(encode_path(path), reason))

    def close(self) -> Walk:
        """The finished walk."""
        self.files.sort(key=lambda file: file.path)
        self.skipped.sort(key=lambda skipped: skipped.path)
        return Walk(tuple(self.files), tuple(self.skipped))


def walk(root: Path, exclude: Sequence[str], max_bytes: int) -> Walk:
    """Everything below `root`, or the one file that it is. `exclude` are globs (see `globs`) of files and folders.

    Files of a known language larger than `max_bytes` are left out; of other files the size does not matter yet, since
    few of them are read. A folder that cannot be listed is skipped. Raises OSError when the root does not exist.
    """
    base = os.fspath(root)
    excluded = compile_globs(tuple(map(strip_glob, exclude))) if exclude else None
    trail = Trail(base, excluded, max_bytes)
    if not root.is_dir():
        add_file(trail, root.name, os.lstat(base))
        return trail.close()
    descend(trail)
    if not can_honour(trail):
        return trail.close()
    allowed = find_allowed(trail)
    if allowed is None:
        return trail.close()
    filtered = Trail(base, excluded, max_bytes, allowed)
    descend(filtered)
    return filtered.close()


def strip_glob(glob: str) -> str:
    """A glob for a folder from one for all that is in it: `docs/`, `docs/**` and `./docs` all name `docs`."""
    return glob.removeprefix("./").removesuffix("/**").rstrip("/")


def descend(trail: Trail) -> None:
    """Walk all folders, without recursion: a tree may be deeper than the stack."""
    pending: list[tuple[str, AbstractSet[str]]] = [("", frozenset())]
    while pending:
        folder, beside = pending.pop()
        try:
            with os.scandir(f"{trail.root}/{folder}") as entries:
                found = list(entries)
        except OSError as error:
            trail.skip(folder or ".", f"folder: {describe_error(error)}")
            continue
        names = {entry.name for entry in found}
        reason = find_foreign_content(folder.rpartition("/")[2], names, beside) if folder else None
        if reason:
            trail.skip(folder, reason)
            trail.pruned.append(folder)
            continue
        prefix = f"{folder}/" if folder else ""
        pending += [(prefix + name, names) for name in visit(trail, prefix, found, names)]


def visit(trail: Trail, prefix: str, found: list[os.DirEntry[str]], names: AbstractSet[str]) -> Iterator[str]:
    """Take the files of one folder; gives the names of the folders in it that are worth walking."""
    for entry in found:
        name, is_folder = entry.name, entry.is_dir(follow_symlinks=False)
        if name in SILENT:
            continue
        path = prefix + name
        if is_folder and (reason := find_foreign_folder(name, names)):
            trail.skip(path, reason)
            continue
        trail.seen += 1
        if reason := find_reason(trail, path, name, is_folder=is_folder):
            if is_folder:
                trail.pruned.append(path)
            if is_folder or reason == LOCK_FILE or is_source(path):
                trail.skip(path, reason)
        elif is_folder:
            yield name
        else:
            take(trail, path, entry)


def find_reason(trail: Trail, path: str, name: str, *, is_folder: bool) -> str | None:
    """Why a path is left out, if it is: the configuration, `.gitignore`, or a name that is not the project's own."""
    if trail.exclude is not None and trail.exclude.fullmatch(path):
        return "excluded by the configuration"
    if trail.allowed is not None and path not in trail.allowed:
        return "ignored by .gitignore"
    return None if is_folder else find_foreign_file(name)


def take(trail: Trail, path: str, entry: os.DirEntry[str]) -> None:
    """Take one entry that is no folder."""
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError as error:
        trail.skip(path, describe_error(error))
        return
    if entry.name == IGNORE_FILE:
        trail.ignore_files.append(status)
    add_file(trail, path, status)


def add_file(trail: Trail, path: str, status: os.stat_result) -> None:
    """Take one file, if it is a regular one and not too large to be read."""
    if not stat.S_ISREG(status.st_mode):
        trail.skip(path, next((reason for test, reason in KINDS if test(status.st_mode)), "not a regular file"))
    elif status.st_size > trail.max_bytes and is_source(path):
        trail.skip(path, describe_size(status.st_size, trail.max_bytes))
    else:
        path = encode_path(path)
        trail.files.append(Candidate(path, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino))


def is_source(path: str) -> bool:
    """Whether the file is in a language that we read, or would if we could."""
    return language_of(path) is not None or unread_language(path) is not None


def can_honour(trail: Trail) -> bool:
    """Whether there are `.gitignore` files, and all of them may be opened; notes why if not.

    The matcher opens them by name: a pipe would make it wait for ever, a link lead it out of the tree.
    """
    if not trail.ignore_files:
        return False
    if any(not stat.S_ISREG(file.st_mode) for file in trail.ignore_files):
        trail.skip(IGNORE_FILE, "not honoured: not all files of that name are regular files")
        return False
    if sum(file.st_size for file in trail.ignore_files) > IGNORE_BYTES:
        trail.skip(IGNORE_FILE, f"not honoured: together larger than {IGNORE_BYTES / 1000:g} kB")
        return False
    return True


def find_allowed(trail: Trail) -> AbstractSet[str] | None:
    """The relative paths that the `.gitignore` files leave in; None when they leave out nothing of what was seen."""
    from readycheck.scan.files.ignored import list_unignored  # noqa: PLC0415 - only where there is a .gitignore

    entries = list_unignored(trail.root, trail.pruned)
    if entries is None:
        trail.skip(IGNORE_FILE, "not honoured: the name of a folder is no text")
        return None
    if len(entries) == trail.seen + 1 and not trail.pruned:
        return None  # the root and all that we saw: its paths, which cost 8 us each, need not be looked at
    prefix = f"{trail.root.rstrip('/')}/"
    return {os.fspath(entry.path()).removeprefix(prefix) for entry in entries}
