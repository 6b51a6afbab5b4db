"""What a run of `readycheck fix` planned and did: what its renderers are given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from readycheck.model.fix import Site


class State(StrEnum):
    """What became of a site in this run.

    `chosen` sites are shown and would be written, `written` ones were; `left` ones were not asked for (unsafe, another
    path or line, overlapping); `failed` ones belong to a file that was left as it is, for the reason given with it.
    """

    CHOSEN = "chosen"
    WRITTEN = "written"
    LEFT = "left"
    FAILED = "failed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ByteEdit:
    """An edit as a machine applies it: bytes `start` to `end` of the file as it was become `new`."""

    path: str
    start: int
    end: int
    new: str


@dataclass(frozen=True, slots=True)
class SiteResult:
    """A site and what became of it; `edits` are empty where the file's bytes could not be read again."""

    site: Site
    state: State
    edits: tuple[ByteEdit, ...] = ()


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file that is changed, or made (`is_new`): its text before and after.

    `raw` are its bytes before and after, for a patch, which needs those; None where they are the text as UTF-8.
    """

    path: str
    before: str
    after: str
    is_new: bool = False
    raw: tuple[bytes, bytes] | None = None


@dataclass(frozen=True, slots=True)
class FixReport:
    """Everything that a run of `readycheck fix` has to say.

    `problems` say by path why files were left as they are, or where a fix broke. `reasons` explain the codes of the
    sites. `written` is whether anything was to be written, `unsafe` whether unsafe changes were asked for. `files`
    were read, `skipped` were not (links, binary ones, those that are too large).
    """

    root: str
    version: str
    sites: tuple[SiteResult, ...]
    changes: tuple[FileChange, ...]
    problems: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    written: bool = False
    unsafe: bool = False
    files: int = 0
    skipped: int = 0
