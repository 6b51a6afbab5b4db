"""The report: what every renderer takes and the gate decides on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from readycheck.model.evidence import Evidence, Skipped
from readycheck.model.finding import Finding
from readycheck.model.location import Where
from readycheck.model.rule import Item
from readycheck.model.vocabulary import Channel, Level, Outcome, Verdict


@dataclass(frozen=True, slots=True)
class Tool:
    """Which readycheck made the report, with which rules."""

    name: str
    version: str
    rules_digest: str


@dataclass(frozen=True, slots=True)
class Target:
    """What was audited. `root` is the folder as the user named it; `commit` is the checked-out commit, if any."""

    root: str | None
    url: str | None = None
    database: str | None = None
    commit: str | None = None


@dataclass(frozen=True, slots=True)
class ItemResult:
    """One item with its outcome, the reason in one sentence, and all evidence for and against it."""

    item: Item
    outcome: Outcome
    reason: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class RuleRun:
    """How one rule fared: how many things it examined, how many matches it had, how many of them were exempt.

    `skipped` says why it did not run at all, `error` what broke.
    """

    id: str
    channel: Channel
    examined: int
    matches: int
    exempt: int
    skipped: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that the reader should know and that is no finding.

    `kind` is a stable word: `unused-suppression`, `suppression-without-reason`, `unknown-rule-in-suppression`,
    `expired-waiver`, `waiver-ends-soon`, `unused-waiver`, `baseline-stale`, `not-fully-analysed`, `decoding`,
    `channel-broken`, `beyond-the-probe`, `attestation-ends-soon`, `attestation-without-effect`,
    `planner-proof`.
    """

    kind: str
    message: str
    where: Where | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """The only percentages of the report: how each item was proved (counts of items)."""

    live: int
    code: int
    attested: int
    unproven: int


@dataclass(frozen=True, slots=True)
class Report:
    """An audit's whole result. `findings` hold the suppressed ones too, worst first; `files` counts the files read.

    `exempt` counts matches that are no findings, by reason ("in a script or CLI" -> 12); `roles` the files by role.
    `diff` names the commit since which lines changed, if `findings` hold only those on changed lines.
    """

    tool: Tool
    target: Target
    verdict: Verdict
    level: Level | None
    summary: Mapping[str, int]
    coverage: Coverage
    items: tuple[ItemResult, ...]
    findings: tuple[Finding, ...]
    rules: tuple[RuleRun, ...]
    skipped: tuple[Skipped, ...]
    notices: tuple[Notice, ...] = ()
    files: int = 0
    cached: int = 0
    exempt: Mapping[str, int] | None = None
    roles: Mapping[str, tuple[int, Mapping[str, int]]] | None = None
    diff: str | None = None

    def count(self, outcome: Outcome) -> int:
        """How many items have that outcome."""
        return sum(1 for result in self.items if result.outcome is outcome)
