"""What the scan could not see: files that were not read, not understood, or on which something broke.

A clean rule proves nothing about code that it did not see. What merely was not covered (too large, perhaps not parsed
in full, in a language that no rule reads) leaves an item unproven; what broke (a file that could not be opened, a
worker that died on it) makes it an error, for then the audit itself is at fault.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from readycheck.audit.errors import count
from readycheck.audit.gather import Gathered
from readycheck.audit.reach import has_say, reads
from readycheck.model.evidence import RuleError, Scan, ScannedFile, Skipped
from readycheck.model.rule import Check, Rule
from readycheck.model.vocabulary import Language, Role
from readycheck.scan.files.languages import language_of, unread_language
from readycheck.scan.roles.classify import RoleContext, build_context, classify
from readycheck.scan.tasks import READER

NAMED = 3
# How the reasons of `scan.source` and `scan.walk` begin that are no decision to leave a file out.
BROKEN = ("cannot be read", "it vanished", "a folder on its path")
FOLDER = "folder: "
# The name under which `scan.analyse` reports that; names of no rule that are neither this nor READER are collectors.
SECOND_OPINION = "doubts"
TOO_MUCH = ("larger than", "binary", "a Git LFS pointer")


@dataclass(frozen=True, slots=True)
class Blindspot:
    """One file that was not seen; `broken` says that the audit failed on it.

    The scope widens or narrows that: a folder of unknown content, or only the facts that project checks join.
    """

    path: str
    reason: str
    language: Language
    role: Role
    broken: bool
    scope: Literal["file", "folder", "facts"] = "file"


@dataclass(frozen=True, slots=True)
class Blindspots:
    """All of them; `unread` counts the source files by language that no rule reads."""

    files: Sequence[Blindspot] = ()
    unread: Mapping[str, int] | None = None

    def for_rule(self, rule: Rule) -> list[Blindspot]:
        """Those in files that the rule would have had a say in."""
        joins = isinstance(rule.detect, Check)
        return [
            spot
            for spot in self.files
            if has_say(rule, spot.role)
            and (joins or spot.scope != "facts")
            and (spot.scope == "folder" or reads(rule, spot.path, spot.language))
        ]

    def describe_unread(self) -> str:
        """`12 Go files and 3 Ruby files were not read`, or nothing."""
        if not self.unread:
            return ""
        parts = [count(number, f"{name} file") for name, number in sorted(self.unread.items())]
        return f"{join_words(parts)} {'was' if sum(self.unread.values()) == 1 else 'were'} not read"


def find_blindspots(
    scan: Scan, gathered: Gathered, rules: Iterable[Rule], roles: Mapping[str, Sequence[str]]
) -> Blindspots:
    """Collect what the scan says about itself; `roles` are the configured globs by role.

    An error of a rule is that rule's own and no blindspot.
    """
    known = {rule.id for rule in rules}
    context = build_context({}, roles)
    spots = [
        Blindspot(file.path, doubt.reason, file.language, file.role, broken=False) for file, doubt in gathered.doubts
    ]
    spots += [
        judge_error(file, error) for file, error in gathered.errors if file is not None and error.rule not in known
    ]
    spots += [spot for skipped in scan.skipped if (spot := judge_skipped(skipped, context)) is not None]
    unread = Counter(
        unread_language(skipped.path) or "other"
        for skipped in scan.unread
        if classify(skipped.path, b"", context)[0] is Role.SERVER
    )
    return Blindspots(spots, unread)


def judge_error(file: ScannedFile, error: RuleError) -> Blindspot:
    """What broke on a file: the reading, the second opinion on it (then it is in doubt), or a collector of facts."""
    reason = error.reason if error.rule in (READER, SECOND_OPINION) else f"{error.rule}: {error.reason}"
    scope: Literal["file", "facts"] = "file" if error.rule in (READER, SECOND_OPINION) else "facts"
    return Blindspot(file.path, reason, file.language, file.role, error.rule != SECOND_OPINION, scope)


def judge_skipped(skipped: Skipped, context: RoleContext) -> Blindspot | None:
    """A skipped file or folder as a blindspot, unless it was left out on purpose."""
    broken, folder = skipped.reason.startswith(BROKEN), skipped.reason.startswith(FOLDER)
    if not (broken or folder or skipped.reason.startswith(TOO_MUCH)):
        return None
    language = Language.TEXT if folder else language_of(skipped.path)
    if language is None:
        return None
    role = classify(skipped.path, b"", context)[0]
    return Blindspot(skipped.path, skipped.reason, language, role, broken or folder, "folder" if folder else "file")


def describe_spots(spots: Sequence[Blindspot]) -> str:
    """Name the first few: `2 files (src/a.py: too large; src/b.py: ...)`."""
    by_path = {spot.path: spot.reason for spot in reversed(spots)}
    named = [f"{path}: {by_path[path]}" for path in sorted(by_path)[:NAMED]]
    more = f"; and {len(by_path) - NAMED} more" if len(by_path) > NAMED else ""
    return f"{count(len(by_path), 'file')} ({'; '.join(named)}{more})"


def describe_errors(errors: Sequence[tuple[ScannedFile | None, RuleError]]) -> str:
    """What broke: `broke on 2 files, first on src/a.py: KeyError`."""
    _, first = errors[0]
    if not first.path:
        return f"broke: {first.reason}"
    return f"broke on {count(len({error.path for _, error in errors}), 'file')}, first on {first.path}: {first.reason}"


def join_words(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
