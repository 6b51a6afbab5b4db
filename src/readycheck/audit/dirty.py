"""Which files are not as the last commit has them, so that what is written over them could not be had back from git."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from readycheck.audit.changes import find_prefix, hash_blob, list_files, resolve
from readycheck.audit.git import NoRepositoryError, find_repository, open_isolated
from readycheck.scan.files.disk import Unreadable, read_bytes


def find_dirty(root: Path, paths: Collection[str], max_bytes: int) -> list[str] | None:
    """Those of the paths below `root` whose content is not that of HEAD; None where there is no repository.

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
    return sorted(path for path in paths if not is_clean(root, path, known.get(path), max_bytes))


def is_clean(root: Path, path: str, blob: str | None, max_bytes: int) -> bool:
    """Whether a file's content has that id in git, as it is or with LF for its line ends."""
    if blob is None:
        return False
    try:
        data = read_bytes(root, path, max_bytes)
    except Unreadable:
        return False
    return blob in (hash_blob(data, len(blob)), hash_blob(data.replace(b"\r\n", b"\n"), len(blob)))
