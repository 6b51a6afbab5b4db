"""What the labels say about each rule, and the table of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from benchmarks.corpora import Corpus
from readycheck.model.rule import Rule
from readycheck.model.vocabulary import Confidence, Polarity

LEAST = 0.9
LEAST_READ = 5
REASONS = 3


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Where a rule found something."""

    rule: str
    tree: str
    path: str
    line: int

    @property
    def place(self) -> str:
        """The place in its tree."""
        return f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class Label:
    """What a reader thought of one finding, and why."""

    finding: Finding
    verdict: str
    why: str


@dataclass(frozen=True, slots=True)
class Measured:
    """One rule: how many findings it has today, what was read, and which of that is still found."""

    rule: Rule
    findings: int
    labels: tuple[Label, ...]
    standing: frozenset[Finding]

    def count(self, verdict: str) -> int:
        """How many findings were read so."""
        return sum(label.verdict == verdict for label in self.labels)

    @property
    def mended(self) -> int:
        """Wrong findings that are gone."""
        return self.count("wrong") - self.still_wrong

    @property
    def still_wrong(self) -> int:
        """Wrong findings that are still there."""
        return sum(label.verdict == "wrong" and label.finding in self.standing for label in self.labels)

    @property
    def lost(self) -> list[Label]:
        """Right findings that are gone."""
        return [label for label in self.labels if label.verdict == "right" and label.finding not in self.standing]

    @property
    def precision(self) -> str:
        """The share of right findings among those that were read and are still there, in words."""
        judged = self.count("right") + self.still_wrong
        return f"{self.count('right') / judged:.0%}" if judged else "-"

    @property
    def falls_short(self) -> bool:
        """Whether the rule says that it is sure, and is not."""
        judged = self.count("right") + self.still_wrong
        is_sure = self.rule.confidence is Confidence.HIGH and len(self.labels) >= LEAST_READ
        return is_sure and self.count("right") < LEAST * judged

    @property
    def reasons(self) -> str:
        """What readers said most often about the findings that are not right."""
        parts = []
        for verdict in ("wrong", "arguable"):
            said = Counter(label.why for label in self.labels if label.verdict == verdict and label.why)
            if said:
                words = (f"{why} ({count})" if count > 1 else why for why, count in said.most_common(REASONS))
                parts.append(f"{verdict}: {'; '.join(words)}")
        return ". ".join(parts).replace("|", "\\|")


def measure_rules(
    labels: Iterable[Label], totals: Mapping[str, int], places: Mapping[Finding, int], rules: Iterable[Rule]
) -> list[Measured]:
    """Each rule with its labels; a finding counts as there when a finding of its rule names its line."""
    ordered = sorted(set(labels), key=lambda label: (label.finding, label.verdict, label.why))
    grouped = {rule: tuple(own) for rule, own in groupby(ordered, lambda label: label.finding.rule)}
    return [
        Measured(rule, totals.get(rule.id, 0), own, frozenset(one.finding for one in own if one.finding in places))
        for rule in rules
        for own in (grouped.get(rule.id, ()),)
    ]


def render(measured: list[Measured], trees: Mapping[str, Corpus]) -> str:
    """The results as Markdown."""
    found = [one for one in measured if one.findings or one.labels]
    rows = sorted(found, key=lambda one: (-one.findings, one.rule.id))
    silent = [one.rule.id for one in measured if not one.findings and one.rule.polarity is Polarity.VIOLATION]
    controls = [one.rule.id for one in measured if not one.findings and one.rule.polarity is not Polarity.VIOLATION]
    unread = [one.rule.id for one in found if not one.labels]
    return "\n".join(
        (
            HEAD,
            *(render_row(one) for one in rows),
            render_sum(found),
            "",
            f"Found and not read: {listed(unread)}.",
            "",
            f"Rules that find faults and found none here now ({len(silent)}): {listed(silent)}.",
            "",
            f"Rules that look for a control and missed it nowhere ({len(controls)}): {listed(controls)}.",
            "",
            "## Trees",
            "",
            ", ".join(tree.title for tree in trees.values()) + ".",
            "",
        )
    )


def listed(words: list[str]) -> str:
    """The words in one line."""
    return ", ".join(sorted(words)) or "none"


def render_row(one: Measured) -> str:
    """One rule's row."""
    lost = f"lost: {len(one.lost)}. " if one.lost else ""
    return (
        f"| {one.rule.id} | {one.rule.confidence} | {one.findings} | {len(one.labels)} | {one.count('right')} "
        f"| {one.count('arguable')} | {one.count('wrong')} | {one.mended} | {one.precision} | {lost}{one.reasons} |"
    )


def render_sum(found: list[Measured]) -> str:
    """The last row: all rules together."""
    right, still_wrong = sum(one.count("right") for one in found), sum(one.still_wrong for one in found)
    share = f"{right / (right + still_wrong):.1%}" if right + still_wrong else "-"
    return (
        f"| **all** | | {sum(one.findings for one in found)} | {sum(len(one.labels) for one in found)} | {right} "
        f"| {sum(one.count('arguable') for one in found)} | {sum(one.count('wrong') for one in found)} "
        f"| {sum(one.mended for one in found)} | **{share}** | |"
    )


HEAD = """# Precision: findings on public backends, read by hand

Written by `python -m benchmarks.precision` from `labels/*.tsv` and a scan of the trees below with all rules. *Right*:
the fault is there, in code or configuration that production runs. *Wrong*: it is not. *Arguable*: true, but a careful
owner may well have meant it. *Mended*: read as wrong, and gone now. Precision: right / (right + wrong that stands).
A rule of high confidence must reach 90 % once five of its findings were read.

| rule | confidence | findings now | read | right | arguable | wrong | mended | precision now | why not right |
| --- | --- | --: | --: | --: | --: | --: | --: | --: | --- |"""
