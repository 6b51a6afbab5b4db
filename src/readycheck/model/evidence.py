"""What the channels hand over: matches, facts, and what could not be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from readycheck.model.location import Span, Where
from readycheck.model.rule import Json
from readycheck.model.vocabulary import Channel, Language, Outcome, Polarity, Role


@dataclass(frozen=True, slots=True)
class Match:
    """What one rule found in one place.

    `symbol` is the enclosing function or class (dotted), `text` the matched source with runs of white space as one
    blank: both feed the fingerprint. `exempt` says why the match is counted but is no finding. `message` is more
    precise than the rule's title, or empty.
    """

    rule: str
    where: Where
    symbol: str = ""
    text: str = ""
    message: str = ""
    exempt: str | None = None
    also: tuple[Where, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a file says and that a project check may join with others; `data` is JSON."""

    kind: str
    where: Span
    data: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Directive:
    """A suppression comment: `readycheck: ignore[rule-id, ...] reason`, covering lines `first` to `last`."""

    path: str
    line: int
    rules: tuple[str, ...]
    reason: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file or folder that was not read, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """A file that was read but perhaps not fully understood, with the first line in doubt (0: the whole file)."""

    path: str
    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class RuleError:
    """A rule that broke, and where (empty path: everywhere)."""

    rule: str
    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class ScannedFile:
    """What one file gave: its role with the reason for it, what the rules found, and what went wrong on the way."""

    path: str
    language: Language
    role: Role
    role_reason: str
    matches: tuple[Match, ...] = ()
    facts: tuple[Fact, ...] = ()
    directives: tuple[Directive, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    errors: tuple[RuleError, ...] = ()


@dataclass(frozen=True, slots=True)
class Scan:
    """Everything that the code and config channels gathered from one root.

    `matches` are those of project checks; per-file ones stand in `files`. `examined` counts, per project check rule,
    the things it looked at (not the files). `belongs` says, for a control rule by id, where it would have to stand if
    it is missing; `inapplicable` why a rule that looked at nothing does not apply. `unread` are source files of a
    server language that no rule can read (Go, Ruby, ...): an absence cannot be proved over them. `cached` counts files
    taken from the cache.
    """

    root: str
    files: tuple[ScannedFile, ...]
    skipped: tuple[Skipped, ...]
    unread: tuple[Skipped, ...] = ()
    matches: tuple[Match, ...] = ()
    examined: Mapping[str, int] = field(default_factory=dict)
    belongs: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)
    errors: tuple[RuleError, ...] = ()
    cached: int = 0
    inapplicable: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Observed:
    """What one live channel gave, by rule: matches, how many exchanges it examined, and what there is to say.

    `proofs` is what a rule saw that proves its item, `reasons` why it can say nothing, `inapplicable` why there is
    nothing for it to look at.
    """

    channel: Channel
    matches: tuple[Match, ...] = ()
    examined: Mapping[str, int] = field(default_factory=dict)
    proofs: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    inapplicable: Mapping[str, str] = field(default_factory=dict)
    errors: tuple[RuleError, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one rule says about its item, even when clean."""

    rule: str
    channel: Channel
    polarity: Polarity
    outcome: Outcome
    examined: int
    message: str
    where: tuple[Where, ...] = ()
