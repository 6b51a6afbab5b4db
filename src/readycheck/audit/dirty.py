"""Which files are not as the last commit has them, so that what is written over them could not be had back from git."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Collection
from pathlib import Path, PurePosixPath

from readycheck.audit.changes import find_prefix, hash_blob, list_files, resolve
from readycheck.audit.git import GitError, NoRepositoryError, find_repository, open_isolated
from readycheck.scan.files.disk import Unreadable, read_bytes
from readycheck.scan.files.paths import decode_path


def find_dirty(root: Path, paths: Collection[str], max_bytes: int) -> list[str] | None:
    """Those of the paths below `root` whose content is not that of HEAD; None where there is no repository.

    A file of a submodule, or of a repository that lies in this one, is compared with the HEAD of its own.
    Files that git does not know are among them. Line ends do not count: git may check a file out with CRLF. The
    configuration of the repository is not asked, see `git.py`. Raises GitError for a repository that cannot be read.
    """
    try:
        repository = find_repository(root)
    except NoRepositoryError:
        return None
    with open_isolated(repository) as git:
        head = resolve(git, "HEAD")
        known = list_files(git, head, find_prefix(root, repository)) if head else {}
    dirty = [path for path in paths if not is_clean(root, path, known.get(path), max_bytes)]
    inner: dict[str, list[str]] = defaultdict(list)
    for path in dirty:
        inner[find_inner(root, path)].append(path)
    found = inner.pop("", [])
    for folder, some in inner.items():
        inside = find_dirty_inside(root, folder, [path.removeprefix(f"{folder}/") for path in some], max_bytes)
        found += some if inside is None else [f"{folder}/{path}" for path in inside]
    return sorted(found)


def find_dirty_inside(root: Path, folder: str, paths: Collection[str], max_bytes: int) -> list[str] | None:
    """The same for a repository below the root. Raises GitError that names its folder."""
    try:
        return find_dirty(root / decode_path(folder), paths, max_bytes)
    except GitError as error:
        raise GitError(f"{folder}: {error}") from error


def find_inner(root: Path, path: str) -> str:
    """The folder below the root whose own repository a file belongs to; empty if it is that of the root."""
    folders = [parent for parent in PurePosixPath(path).parents if parent.name]
    return next((str(one) for one in folders if os.path.lexists(root / decode_path(str(one)) / ".git")), "")


def is_clean(root: Path, path: str, blob: str | None, max_bytes: int) -> bool:
    """Whether a file's content has that id in git, as it is or with LF for its line ends."""
    if blob is None:
        return False
    try:
        data = read_bytes(root, path, max_bytes)
    except Unreadable:
        return False
    return blob in (hash_blob(data, len(blob)), hash_blob(data.replace(b"\r\n", b"\n"), len(blob)))
