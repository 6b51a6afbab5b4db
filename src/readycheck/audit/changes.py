"""`--diff REF`: what changed since a commit, read without letting the repository's configuration run anything.

The comparison is between the files as they lie in the audited folder and the merge base of REF and HEAD (REF itself
where there is none, as in a shallow clone). A file that is not in that commit is new: all of it counts as changed. So
does a file whose old content the clone does not hold. Lines that were only deleted leave nothing to point to.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from readycheck.audit.errors import SettingsError
from readycheck.audit.git import Git, GitError, Repository, find_repository, open_isolated
from readycheck.audit.lines import find_changed_lines
from readycheck.model.finding import Finding
from readycheck.model.location import Span
from readycheck.scan.files.disk import Unreadable, read_bytes
from readycheck.scan.files.paths import encode_path

FILE_MODES = ("100644", "100755", "100664")


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed since `ref`: the paths that did not, and the changed lines (from 1) of those that did.

    A path in neither is a new file. Paths are relative to the audited folder.
    """

    ref: str
    unchanged: frozenset[str]
    lines: Mapping[str, tuple[range, ...]]

    def touch(self, span: Span) -> bool:
        """Whether a changed line, or a new file, is part of the span."""
        if span.path in self.unchanged:
            return False
        ranges = self.lines.get(span.path)
        return ranges is None or any(one.start <= span.end_line and span.line < one.stop for one in ranges)


def keep_changed(findings: Iterable[Finding], changes: Changes | None, always: Collection[str]) -> list[Finding]:
    """The findings that this change can have brought in: one of their places is on changed lines or in a new file.

    What no line is to blame for always stays: missing controls and the findings of rules that join the whole project
    (`always` names both), endpoints and relations.
    """
    if changes is None:
        return list(findings)
    return [
        finding
        for finding in findings
        if finding.rule in always
        or any(not isinstance(where, Span) or changes.touch(where) for where in (finding.where, *finding.also))
    ]


def load_changes(root: Path, ref: str, *, max_bytes: int = 1_000_000, paths: Collection[str] | None = None) -> Changes:
    """Compare the files below `root` (only `paths`, if given) with the commit that `ref` leads to.

    Files above `max_bytes` are not compared and count as changed. Raises SettingsError when git is missing, when there
    is no repository, and when it does not know `ref`.
    """
    if not ref or ref.startswith("-") or not ref.isprintable():
        raise SettingsError(f"--diff: {ref!r} is no name of a commit")
    try:
        return compare_with(root, ref, max_bytes, paths)
    except GitError as error:
        raise SettingsError(f"--diff: {error}") from error


def compare_with(root: Path, ref: str, max_bytes: int, paths: Collection[str] | None) -> Changes:
    """The same for a name that may be one of a commit. Raises GitError."""
    repository = find_repository(root)
    with open_isolated(repository) as git:
        base = find_base(git, ref)
        old = list_files(git, base, find_prefix(root, repository))
        wanted = {path: blob for path, blob in old.items() if paths is None or path in paths}
        unchanged, contents = compare_files(root, wanted, max_bytes)
        blobs = read_blobs(git, [wanted[path] for path in contents], max_bytes)
    lines: dict[str, tuple[range, ...]] = {}
    for path, new in contents.items():
        before = blobs.get(wanted[path])
        lines[path] = WHOLE if new is None or before is None else find_changed_lines(before, new)
    return Changes(ref, frozenset(unchanged), lines)


def find_prefix(root: Path, repository: Repository) -> str:
    """What the paths of a repository begin with that lie below `root`; empty if it is the top."""
    prefix = root.resolve().relative_to(repository.top).as_posix()
    return "" if prefix == "." else f"{prefix}/"


WHOLE = (range(1, 1 << 31),)


def find_base(git: Git, ref: str) -> str:
    """The commit to compare with."""
    commit = resolve(git, ref)
    if commit is None:
        raise GitError(f"the repository knows no commit {ref!r}; a shallow clone may have to fetch it first")
    head = resolve(git, "HEAD")
    if head is None:
        return commit
    code, output = git.run("merge-base", commit, head)
    return output.decode().split()[0] if code == 0 and output.strip() else commit


def resolve(git: Git, ref: str) -> str | None:
    """The id of the commit that a name leads to."""
    code, output = git.run("rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}")
    return output.decode().strip() if code == 0 else None


def list_files(git: Git, commit: str, prefix: str) -> dict[str, str]:
    """The regular files below `prefix` in a commit: path without the prefix -> id of the content."""
    code, output = git.run("ls-tree", "-r", "-z", "--full-tree", commit, *(["--", prefix] if prefix else []))
    if code != 0:
        raise GitError(f"the clone does not hold all of commit {commit[:12]}; fetch it first")
    files = {}
    for row in output.split(b"\0"):
        head, _, name = row.partition(b"\t")
        fields = head.decode("ascii", "replace").split()
        if name and fields[0] in FILE_MODES:
            files[encode_path(os.fsdecode(name).removeprefix(prefix))] = fields[2]
    return files


def compare_files(root: Path, old: Mapping[str, str], max_bytes: int) -> tuple[set[str], dict[str, bytes | None]]:
    """The paths whose content is that of the commit, and the new contents of the others (None: too large)."""
    unchanged: set[str] = set()
    contents: dict[str, bytes | None] = {}
    for path, blob in old.items():
        try:
            data = read_bytes(root, path, max_bytes)
        except Unreadable:
            contents[path] = None
            continue
        if hash_blob(data, len(blob)) == blob:
            unchanged.add(path)
        else:
            contents[path] = data
    return unchanged, contents


def hash_blob(data: bytes, digits: int) -> str:
    """The id that git gives to a content: SHA-1, or SHA-256 in repositories whose ids have 64 digits."""
    digest = hashlib.new("sha256" if digits == 64 else "sha1", b"blob %d\0" % len(data), usedforsecurity=False)  # noqa: PLR2004
    digest.update(data)
    return digest.hexdigest()


def read_blobs(git: Git, blobs: Collection[str], max_bytes: int) -> dict[str, bytes]:
    """The contents by id; those that the clone does not hold or that are too large are left out."""
    if not blobs:
        return {}
    _, sizes = git.run("cat-file", "--batch-check=%(objectname) %(objectsize)", given=join(blobs))
    rows = [row.split() for row in sizes.decode("ascii", "replace").splitlines()]
    held = [row[0] for row in rows if len(row) == 2 and row[1].isdigit() and int(row[1]) <= max_bytes]  # noqa: PLR2004
    _, output = git.run("cat-file", "--batch", given=join(held))
    contents: dict[str, bytes] = {}
    at = 0
    while (end := output.find(b"\n", at)) >= 0:
        fields = output[at:end].decode("ascii", "replace").split()
        if len(fields) != 3 or not fields[2].isdigit():  # noqa: PLR2004 - id, kind, size
            break
        size = int(fields[2])
        contents[fields[0]] = output[end + 1 : end + 1 + size]
        at = end + size + 2
    return contents


def join(blobs: Iterable[str]) -> bytes:
    """Ids as git reads them, one a line."""
    return "".join(f"{blob}\n" for blob in blobs).encode()
