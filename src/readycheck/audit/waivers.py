"""Findings that an owner accepts, for a reason, until a date. A waiver that has ended says so; it never just lapses."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from readycheck.audit.errors import count, suggest
from readycheck.model.finding import Finding, Suppressed
from readycheck.model.location import Span
from readycheck.model.report import Notice
from readycheck.scan.files.globs import compile_globs

WARNING = timedelta(days=14)
TARGETS = ("rule", "item", "fingerprint")
MANDATORY = ("owner", "reason", "until")
KEYS = (*TARGETS, "path", *MANDATORY)


@dataclass(frozen=True, slots=True)
class Waiver:
    """What is accepted (a rule, an item or one fingerprint, below `path` if given), by whom, why, and to which day.

    `until` is the last day on which it holds.
    """

    owner: str
    reason: str
    until: date
    rule: str | None = None
    item: str | None = None
    fingerprint: str | None = None
    path: str | None = None

    def describe(self) -> str:
        """What it waives, in words: `print-call in src/**`."""
        target = self.rule or self.item or f"finding {self.fingerprint}"
        return f"{target} in {self.path}" if self.path else target


@dataclass(frozen=True, slots=True)
class WaiverUse:
    """A waiver with the findings that it names."""

    waiver: Waiver
    findings: list[Finding] = field(default_factory=list)


def parse_waiver(table: object) -> tuple[Waiver | None, list[str]]:
    """A `[[waivers]]` table as a Waiver, or everything that is wrong with it."""
    if not isinstance(table, dict):
        return None, ["must be a table ([[waivers]])"]
    problems = [f'unknown key "{key}"{suggest(key, KEYS)}' for key in table if key not in KEYS]
    targets = [key for key in TARGETS if key in table]
    if len(targets) != 1:
        problems.append(
            f"must name exactly one of {', '.join(TARGETS)}" + (f", not {' and '.join(targets)}" if targets else "")
        )
    problems += [f'"{key}" is missing' for key in MANDATORY if key not in table]
    problems += [
        f'"{key}" must be a text that is not empty'
        for key in (*TARGETS, "path", "owner", "reason")
        if key in table and not (isinstance(table[key], str) and table[key].strip())
    ]
    until = parse_date(table.get("until"))
    if "until" in table and until is None:
        problems.append('"until" must be a date (until = 2031-12-31)')
    if problems or until is None:
        return None, problems
    return Waiver(**{key: value for key, value in table.items() if key != "until"}, until=until), []


def parse_date(value: object) -> date | None:
    """A TOML date, or a text in its form."""
    if isinstance(value, datetime):
        return None
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None
    return value if isinstance(value, date) else None


def apply_waivers(
    findings: Sequence[Finding], waivers: Sequence[Waiver], today: date
) -> tuple[list[Finding], list[WaiverUse]]:
    """Suppress what a waiver that still holds names, and say what each waiver names.

    A finding that is already suppressed keeps its reason, but counts as a use.
    """
    uses = [WaiverUse(waiver) for waiver in waivers]
    if not uses:
        return list(findings), uses
    paths = {waiver.path: compile_globs((waiver.path,)) for waiver in waivers if waiver.path}
    result = []
    for finding in findings:
        current = finding
        for use in uses:
            if not is_named(finding, use.waiver, paths):
                continue
            use.findings.append(finding)
            if current.suppressed is None and use.waiver.until >= today:
                waiver = use.waiver
                current = replace(finding, suppressed=Suppressed("waiver", waiver.reason, waiver.until, waiver.owner))
        result.append(current)
    return result, uses


def is_named(finding: Finding, waiver: Waiver, paths: Mapping[str, re.Pattern[str]]) -> bool:
    """Whether the waiver is about that finding."""
    if waiver.rule not in (None, finding.rule) or waiver.item not in (None, finding.item):
        return False
    if waiver.fingerprint not in (None, finding.fingerprint):
        return False
    if waiver.path is None:
        return True
    return isinstance(finding.where, Span) and paths[waiver.path].fullmatch(finding.where.path) is not None


def review_waivers(uses: Sequence[WaiverUse], today: date, ran: Mapping[str, str]) -> list[Notice]:
    """What to say about waivers: ended, ending within 14 days, of no use. `ran` maps the rules that ran to items.

    Whether a waiver for a rule that did not run is of use is unknown: nothing is said.
    """
    notices = []
    for use in uses:
        waiver, days = use.waiver, (use.waiver.until - today).days
        ended = f"the waiver for {waiver.describe()} (owner {waiver.owner}) ended on {waiver.until}"
        if days < 0:
            effect = f"{count(len(use.findings), 'finding')} no longer waived" if use.findings else "it names nothing"
            notices.append(Notice("expired-waiver", f"{ended}: {effect}; renew it or remove it"))
        elif not use.findings and may_judge(waiver, ran):
            notices.append(
                Notice("unused-waiver", f"the waiver for {waiver.describe()} (owner {waiver.owner}) names no finding")
            )
        elif use.findings and days <= WARNING.days:
            left = "today" if days == 0 else f"in {count(days, 'day')}, on {waiver.until}"
            notices.append(
                Notice("waiver-ends-soon", f"the waiver for {waiver.describe()} (owner {waiver.owner}) ends {left}")
            )
    return notices


def may_judge(waiver: Waiver, ran: Mapping[str, str]) -> bool:
    """Whether enough ran to know that the waiver names nothing."""
    if waiver.rule is not None:
        return waiver.rule in ran
    return waiver.item is None or waiver.item in ran.values()
