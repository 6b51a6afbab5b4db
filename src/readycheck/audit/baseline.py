"""The baseline: findings that were there before the gate was. It can only shrink, unless somebody says why."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from readycheck.audit.errors import SettingsError, count
from readycheck.audit.fingerprint import DIGITS, place_of
from readycheck.edits.files import RefusedError, read_limited, write_beside
from readycheck.model.finding import Finding, Suppressed
from readycheck.model.report import Notice

SCHEMA = "readycheck/baseline/v1"
MAX_BASELINE = 50_000_000
FIRST_REASON = "first baseline"
NAMED = 3


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """A known finding. Only the fingerprint counts; the rest is for the reader of a diff."""

    path: str
    rule: str
    fingerprint: str
    message: str


@dataclass(frozen=True, slots=True)
class Growth:
    """When the baseline was allowed to grow, to how many entries, and why."""

    date: date
    count: int
    reason: str


@dataclass(frozen=True, slots=True)
class Baseline:
    """The known findings, sorted by path, rule and fingerprint, and the history of its growth, oldest first."""

    entries: tuple[Entry, ...] = ()
    history: tuple[Growth, ...] = ()


def load_baseline(path: Path) -> Baseline:
    """Read a baseline file. Raises SettingsError naming the file and what is wrong in it."""
    try:
        document = json.loads(read_limited(path, MAX_BASELINE))
    except FileNotFoundError as error:
        raise SettingsError(f"{path.name}: there is no such baseline; write one first") from error
    except RefusedError as error:
        raise SettingsError(f"{path.name}: {error}") from error
    except OSError as error:
        raise SettingsError(f"{path.name}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"{path.name}: is not valid JSON: {error}") from error
    problems: list[str] = []
    baseline = parse_baseline(document, problems)
    if problems:
        raise SettingsError([f"{path.name}: {problem}" for problem in problems])
    return baseline


def parse_baseline(document: object, problems: list[str]) -> Baseline:
    """A decoded file as a Baseline; what is wrong is added to `problems`."""
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        problems.append(f'is no baseline: "schema" must be "{SCHEMA}"')
        return Baseline()
    problems += [f'unknown key "{key}"' for key in document if key not in ("schema", "history", "findings")]
    entries = [
        parse_entry(row, f"findings[{i}]", problems) for i, row in enumerate(rows_of(document, "findings", problems))
    ]
    history = [
        parse_growth(row, f"history[{i}]", problems) for i, row in enumerate(rows_of(document, "history", problems))
    ]
    seen: set[str] = set()
    for entry in entries:
        if entry and entry.fingerprint in seen:
            problems.append(f"fingerprint {entry.fingerprint} stands there twice")
        seen.add(entry.fingerprint if entry else "")
    return Baseline(tuple(sorted(filter(None, entries))), tuple(filter(None, history)))


def rows_of(document: dict[str, object], key: str, problems: list[str]) -> list[object]:
    """The list under a key."""
    rows = document.get(key)
    if isinstance(rows, list):
        return rows
    problems.append(f'"{key}" must be a list')
    return []


def parse_entry(row: object, name: str, problems: list[str]) -> Entry | None:
    """One finding of the file."""
    keys = ("fingerprint", "rule", "path", "message")
    if not isinstance(row, dict) or set(row) != set(keys) or not all(isinstance(value, str) for value in row.values()):
        problems.append(f"{name}: must be an object with the texts {', '.join(keys)}")
        return None
    if not re.fullmatch(rf"[0-9a-f]{{{DIGITS}}}", row["fingerprint"]):
        problems.append(f"{name}: fingerprint must be {DIGITS} hexadecimal digits")
        return None
    return Entry(row["path"], row["rule"], row["fingerprint"], row["message"])


def parse_growth(row: object, name: str, problems: list[str]) -> Growth | None:
    """One entry of the history."""
    if isinstance(row, dict) and set(row) == {"date", "count", "reason"}:
        day, number, reason = row["date"], row["count"], row["reason"]
        if isinstance(day, str) and isinstance(number, int) and isinstance(reason, str):
            try:
                return Growth(date.fromisoformat(day), number, reason)
            except ValueError:
                problems.append(f'{name}: "{day}" is no date')
                return None
    problems.append(f"{name}: must be an object with date, count and reason")
    return None


def update_baseline(
    findings: Iterable[Finding], previous: Baseline | None, reason: str | None, today: date
) -> Baseline:
    """The baseline for these findings: those that no comment and no waiver covers.

    Entries that are no longer found go. New ones need a reason, which is kept; the first baseline has its own. Raises
    SettingsError when it would grow without one.
    """
    known = {entry.fingerprint for entry in previous.entries} if previous else set()
    entries = sorted(make_entry(one) for one in findings if one.suppressed is None or one.suppressed.by == "baseline")
    new = [entry for entry in entries if entry.fingerprint not in known]
    reason = (reason or "").strip() or ("" if previous else FIRST_REASON)
    history = previous.history if previous else ()
    if new and not reason:
        grown = f"the baseline would grow by {count(len(new), 'finding')} ({name_entries(new)})"
        raise SettingsError(f"{grown}: it only shrinks, unless a reason is given")
    if new or previous is None:
        history = (*history, Growth(today, len(entries), reason))
    return Baseline(tuple(entries), history)


def make_entry(finding: Finding) -> Entry:
    """A finding as a line of the file."""
    return Entry(place_of(finding.where), finding.rule, finding.fingerprint, finding.message)


def write_baseline(
    path: Path, findings: Iterable[Finding], previous: Baseline | None, reason: str | None, today: date
) -> Baseline:
    """Update and write the file in one piece. Raises SettingsError if it would grow unexplained or is not writable."""
    baseline = update_baseline(findings, previous, reason, today)
    try:
        write_beside(path, format_baseline(baseline))
    except RefusedError as error:
        raise SettingsError(f"{path.name}: {error}") from error
    except OSError as error:
        raise SettingsError(f"{path.name}: {error.strerror}") from error
    return baseline


def format_baseline(baseline: Baseline) -> str:
    """The file's text: the same for the same findings, one finding a line."""
    history = [{"date": one.date.isoformat(), "count": one.count, "reason": one.reason} for one in baseline.history]
    findings = [
        {"fingerprint": one.fingerprint, "rule": one.rule, "path": one.path, "message": one.message}
        for one in sorted(baseline.entries)
    ]
    return (
        "{\n"
        f'  "schema": {json.dumps(SCHEMA)},\n'
        f'  "history": {format_rows(history)},\n'
        f'  "findings": {format_rows(findings)}\n'
        "}\n"
    )


def format_rows(rows: Sequence[object]) -> str:
    """A JSON list with one row a line."""
    return "[\n" + ",\n".join(f"    {json.dumps(row)}" for row in rows) + "\n  ]" if rows else "[]"


def apply_baseline(findings: Sequence[Finding], baseline: Baseline | None) -> list[Finding]:
    """Mark the findings that the baseline knows and nothing else covers."""
    if baseline is None:
        return list(findings)
    known = {entry.fingerprint for entry in baseline.entries}
    mark = Suppressed("baseline", "known before the gate was set up")
    return [
        replace(finding, suppressed=mark) if finding.suppressed is None and finding.fingerprint in known else finding
        for finding in findings
    ]


def review_baseline(baseline: Baseline | None, findings: Iterable[Finding], ran: Collection[str]) -> list[Notice]:
    """Say which entries of rules that ran are no longer found."""
    if baseline is None:
        return []
    found = {finding.fingerprint for finding in findings}
    stale = [entry for entry in baseline.entries if entry.rule in ran and entry.fingerprint not in found]
    if not stale:
        return []
    total = count(len(baseline.entries), "baseline entry", "baseline entries")
    text = f"{len(stale)} of {total} no longer found ({name_entries(stale)})"
    return [Notice("baseline-stale", f"{text}: write the baseline anew, and it shrinks")]


def name_entries(entries: Sequence[Entry]) -> str:
    """The first three, and how many more."""
    named = ", ".join(f"{entry.rule} in {entry.path}" for entry in entries[:NAMED])
    return f"{named} and {len(entries) - NAMED} more" if len(entries) > NAMED else named
