"""What the project checks found, as it stands in the cache: while no file changes, nothing has to be joined again.

All that they are given is told by the content of the files, the rules and the program. The cache is only used while the
latter two are what they were, so that the digests of the files' contents, with the names of lock files, tell the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any

from readycheck.model.evidence import Match, Scan, ScannedFile
from readycheck.model.location import Span
from readycheck.scan.wire import Wire, pack_match, pack_span, unpack_match, unpack_span


@dataclass(frozen=True, slots=True)
class Remembered:
    """What was found over files with these contents; `wire` is None where nothing is known."""

    digest: str = ""
    wire: Wire | None = None

    def recall(self, digest: str, files: Sequence[ScannedFile]) -> Scan | None:
        """The result over these files; None if it is not of them, or none that we wrote."""
        if self.wire is None or digest != self.digest:
            return None
        try:
            return unpack_scan(self.wire, files)
        except (ValueError, TypeError, KeyError, IndexError, AttributeError):
            return None


def digest_contents(contents: Iterable[tuple[str, str]], names: Iterable[str]) -> str:
    """A digest of files, given with the digests of their contents, and of the names of others that are not read."""
    key = blake2b(digest_size=16)
    for part in (*(part for content in contents for part in content), "", *names):
        key.update(part.encode("utf-8", "surrogateescape") + b"\0")
    return key.hexdigest()


def remember(digest: str, found: Scan, files: Sequence[ScannedFile]) -> Remembered:
    """What is worth keeping: nothing where a check broke, or points to something that is no place in a file."""
    spans = (where for match in found.matches for where in (match.where, *match.also))
    if found.errors or not all(isinstance(where, Span) for where in spans):
        return Remembered()
    return Remembered(digest, pack_scan(found, files))


def pack_scan(found: Scan, files: Sequence[ScannedFile]) -> Wire:
    """What was found in all files together, and the matches of those files of which it changed them."""
    changed: dict[str, Any] = {
        after.path: [pack_match(match) for match in after.matches]
        for before, after in zip(files, found.files, strict=True)
        if after is not before
    }
    belongs = {rule: [pack_place(place) for place in places] for rule, places in found.belongs.items()}
    matches = [[place_of(match), pack_match(match)] for match in found.matches]
    return [matches, dict(found.examined), belongs, dict(found.inapplicable), changed]


def place_of(match: Match) -> list[str]:
    """The paths of a match and of the places beside it."""
    return [where.path for where in (match.where, *match.also) if isinstance(where, Span)]


def pack_place(place: Span) -> Wire:
    """A span with its path."""
    return [place.path, *pack_span(place)]


def unpack_scan(wire: Wire, files: Sequence[ScannedFile]) -> Scan:
    """The result again, over the same files."""
    matches, examined, belongs, inapplicable, changed = wire
    kept = tuple(
        replace(file, matches=tuple(unpack_match(file.path, match) for match in changed[file.path]))
        if file.path in changed
        else file
        for file in files
    )
    return Scan(
        "",
        kept,
        (),
        (),
        tuple(unpack_placed(paths, match) for paths, match in matches),
        {rule: int(count) for rule, count in examined.items()},
        {rule: tuple(unpack_span(path, place) for path, *place in places) for rule, places in belongs.items()},
        inapplicable={rule: str(reason) for rule, reason in inapplicable.items()},
    )


def unpack_placed(paths: Sequence[str], wire: Wire) -> Match:
    """A match whose places stand in several files."""
    path, *others = paths
    match = unpack_match(path, wire)
    also = tuple(unpack_span(other, place) for other, place in zip(others, wire[-1], strict=True))
    return replace(match, also=also)
