"""The tree below the root: which files may be read, and what is left out for which reason.

The names come from our own walk, which follows no link and reads no file. What `.gitignore` files leave out is asked of
the `ignore` package (ripgrep's matcher, linear in time), and only where such files exist: it costs 8 us an entry,
our walk 3 us (measured).
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path

from readycheck.model.evidence import Skipped
from readycheck.scan.folders import SILENT, find_foreign_content, find_foreign_file, find_foreign_folder
from readycheck.scan.globs import matches_globs
from readycheck.scan.languages import language_of, unread_language
from readycheck.scan.paths import encode_path
from readycheck.scan.source import describe_error, describe_size

IGNORE_FILE = ".gitignore"
# A megabyte of wildcards costs ripgrep's matcher 1.4 s and 700 MB (measured).
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
    """What one walk has gathered. `allowed` are the paths that no `.gitignore` leaves out; None: none are left out."""

    root: str
    exclude: Sequence[str]
    max_bytes: int
    allowed: AbstractSet[str] | None = None
    files: list[Candidate] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    ignore_files: list[os.stat_result] = field(default_factory=list)

    def skip(self, path: str, reason: str) -> None:
        """Note what is left out."""
        self.skipped.append(Skipped(encode_path(path), reason))


def walk(root: Path, exclude: Sequence[str], max_bytes: int) -> Walk:
    """Everything below `root`, or the one file that it is. `exclude` are globs (see `globs`) of files and folders.

    Files of a known language larger than `max_bytes` are left out; of other files the size does not matter yet, since
    few of them are read. Reads nothing but folders and `.gitignore` files. A folder that cannot be listed is skipped.
    """
    base = os.fspath(root)
    if not root.is_dir():
        trail = Trail(os.path.dirname(base) or ".", exclude, max_bytes)  # noqa: PTH120 - bytes of the name matter
        add_file(trail, os.path.basename(base), os.stat(base))  # noqa: PTH116, PTH119 - the user named it, link or not
        return close(trail)
    trail = Trail(base, exclude, max_bytes)
    descend(trail)
    if not trail.ignore_files:
        return close(trail)
    if any(not stat.S_ISREG(file.st_mode) for file in trail.ignore_files):
        trail.skip(IGNORE_FILE, "not honoured: not all of them are regular files")
        return close(trail)
    if sum(file.st_size for file in trail.ignore_files) > IGNORE_BYTES:
        trail.skip(IGNORE_FILE, f"not honoured: together larger than {IGNORE_BYTES / 1000:g} kB")
        return close(trail)
    filtered = Trail(base, exclude, max_bytes, find_allowed(base))
    descend(filtered)
    return close(filtered)


def close(trail: Trail) -> Walk:
    """The finished walk."""
    trail.files.sort(key=lambda file: file.path)
    trail.skipped.sort(key=lambda skipped: skipped.path)
    return Walk(tuple(trail.files), tuple(trail.skipped))


def descend(trail: Trail) -> None:
    """Walk all folders, without recursion: a tree may be deeper than the stack."""
    pending: list[tuple[str, frozenset[str]]] = [("", frozenset())]
    while pending:
        folder, beside = pending.pop()
        try:
            with os.scandir(f"{trail.root}/{folder}") as entries:
                found = list(entries)
        except OSError as error:
            trail.skip(folder or ".", f"folder: {describe_error(error)}")
            continue
        names = frozenset(entry.name for entry in found)
        reason = find_foreign_content(folder.rpartition("/")[2], names, beside) if folder else None
        if reason:
            trail.skip(folder, reason)
            continue
        prefix = f"{folder}/" if folder else ""
        pending += [(prefix + name, names) for name in visit(trail, prefix, found, names)]


def visit(trail: Trail, prefix: str, found: list[os.DirEntry[str]], names: AbstractSet[str]) -> Iterator[str]:
    """Take the files of one folder; gives the names of the folders in it that are worth walking."""
    for entry in found:
        name = entry.name
        if name in SILENT:
            continue
        path = prefix + name
        is_folder = entry.is_dir(follow_symlinks=False)
        reason = find_foreign_folder(name, names) if is_folder else find_foreign_file(name)
        if reason is None and trail.exclude and is_excluded(path, trail.exclude):
            reason = "excluded by the configuration"
        if reason is None and trail.allowed is not None and path not in trail.allowed:
            if not is_folder and not is_source(path):
                continue
            reason = "ignored by .gitignore"
        if reason is not None:
            trail.skip(path, reason)
        elif is_folder:
            yield name
        else:
            take(trail, path, entry)


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
        trail.files.append(
            Candidate(encode_path(path), status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
        )


def is_source(path: str) -> bool:
    """Whether the file is in a language that we read, or would if we could."""
    return language_of(path) is not None or unread_language(path) is not None


def is_excluded(path: str, exclude: Sequence[str]) -> bool:
    """Whether a glob names the path, or (ending in `/` or `/**`) all that is in it."""
    return matches_globs(path, exclude)


def find_allowed(root: str) -> AbstractSet[str]:
    """The relative paths that the `.gitignore` files below the root leave in."""
    import ignore  # noqa: PLC0415 - only where there is a .gitignore

    builder = ignore.WalkBuilder(Path(root)).hidden(False).ignore(False).parents(False)  # noqa: FBT003 - its interface
    walker = iter(builder.git_ignore(True).git_global(False).git_exclude(False).require_git(False).build())  # noqa: FBT003
    start = len(root.rstrip("/")) + 1
    return {os.fspath(entry.path())[start:] for entry in walker}
