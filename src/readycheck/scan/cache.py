"""What earlier scans of the same root found, so that an unchanged file is neither read nor parsed again.

One JSON file a root, in the user's cache folder and never in the audited project: a project could otherwise ship a
cache that hides its findings. An entry holds for a file whose size, times and inode are as they were (then it is not
even read) or whose content hash is (then it is not parsed). A file that changed within two seconds of the cache being
written is read again, since its times cannot tell (git calls such entries racy). No pickle; written beside and
renamed, so two processes cannot tear it; a cache that cannot be read or written costs time, never the scan.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from readycheck.model.evidence import ScannedFile
from readycheck.scan.files.walk import Candidate
from readycheck.scan.remembered import Remembered
from readycheck.scan.wire import Wire, unpack_file

FORMAT = 2
RACY_NS = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of one file: the stat values it had, its content hash, and what it gave."""

    stat: tuple[int, int, int, int]
    digest: str
    wire: Wire


@dataclass(frozen=True)
class Cache:
    """The entries of one root under one digest of rules, options and program."""

    path: Path | None
    key: str
    written_ns: int = 0
    entries: Mapping[str, Entry] = field(default_factory=dict)
    joined: Remembered = field(default_factory=Remembered)

    def recall(self, candidate: Candidate) -> ScannedFile | None:
        """What the file gave last time, whether or not it has changed since; None if that cannot be told."""
        entry = self.entries.get(candidate.path)
        if entry is None:
            return None
        try:
            return unpack_file(candidate.path, entry.wire)
        except (ValueError, TypeError, KeyError, IndexError):
            return None  # an entry that we did not write: the file is read again

    def is_fresh(self, candidate: Candidate) -> bool:
        """Whether the file's stat values prove that it has not changed since."""
        entry = self.entries.get(candidate.path)
        if entry is None or entry.stat != stat_key(candidate):
            return False
        return max(candidate.mtime_ns, candidate.ctime_ns) <= self.written_ns - RACY_NS

    def find_digest(self, candidate: Candidate) -> str | None:
        """The content hash that the file had last time."""
        entry = self.entries.get(candidate.path)
        return entry.digest if entry else None


def stat_key(candidate: Candidate) -> tuple[int, int, int, int]:
    """The stat values that change whenever the content does."""
    return candidate.size, candidate.mtime_ns, candidate.ctime_ns, candidate.inode


def hash_content(data: bytes) -> str:
    """128 bits of BLAKE2b as 32 hex digits."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def find_cache_folder() -> Path | None:
    """The user's cache folder, or what READYCHECK_CACHE_DIR names; None when the system gives no home for it."""
    import platformdirs  # noqa: PLC0415 - start-up time

    named = os.environ.get("READYCHECK_CACHE_DIR")
    try:
        return Path(named) if named else Path(platformdirs.user_cache_dir("readycheck", appauthor=False))
    except (OSError, RuntimeError):
        return None


def locate_cache(root: Path) -> Path | None:
    """The cache file of a root; None when there is no place for it."""
    folder = find_cache_folder()
    try:
        return folder / f"{hash_content(os.fsencode(root.resolve()))}.json" if folder else None
    except (OSError, RuntimeError):
        return None


def load_cache(path: Path | None, key: str) -> Cache:
    """The cache as it lies on the disk; empty when it is missing, foreign, broken or made under another key."""
    empty = Cache(path, key)
    if path is None:
        return empty
    try:
        with path.open("rb") as file:
            if hasattr(os, "getuid") and os.fstat(file.fileno()).st_uid != os.getuid():
                return empty
            document = json.load(file)
        if document["format"] != FORMAT or document["key"] != key:
            return empty
        entries = {name: Entry(tuple(row[0]), row[1], row[2]) for name, row in document["files"].items()}
        digest, joined = document["joined"]
        return Cache(path, key, int(document["written_ns"]), entries, Remembered(str(digest), joined))
    except (OSError, ValueError, TypeError, KeyError, IndexError, RecursionError):
        return empty


def save_cache(cache: Cache, files: Iterable[tuple[Candidate, str, Wire]], joined: Remembered) -> bool:
    """Write the cache anew with these files, and what they gave together; False when the disk does not let us."""
    if cache.path is None:
        return False
    rows: dict[str, Any] = {file.path: [list(stat_key(file)), digest, wire] for file, digest, wire in files}
    document = {
        "format": FORMAT,
        "key": cache.key,
        "written_ns": time.time_ns(),
        "joined": [joined.digest, joined.wire],
        "files": rows,
    }
    beside = cache.path.with_name(f".{cache.path.name}.{os.getpid()}")
    try:
        cache.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside.write_text(json.dumps(document, separators=(",", ":")), encoding="ascii")
        beside.replace(cache.path)
    except OSError:
        with suppress(OSError):  # it may never have been made
            beside.unlink()
        return False
    return True
