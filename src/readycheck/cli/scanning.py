"""What `readycheck scan` does with its options: audit, write the reports, decide the exit code."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass

from readycheck.audit.errors import UsageError, count
from readycheck.audit.gate import CANNOT_AUDIT, CHANNEL_BROKEN, FAILED, decide_exit, is_failed
from readycheck.audit.settings import FailOn, Require
from readycheck.cli.console import print_note, print_problems
from readycheck.cli.pipeline import Audit, Request, Session, audit, open_session, renew_baseline
from readycheck.cli.progress import make_progress
from readycheck.cli.reports import TERMINAL, Output, check_format, parse_outputs, print_report, write_outputs
from readycheck.model.report import Report
from readycheck.model.vocabulary import Outcome

NAMED = 5

__all__ = ["Request", "Wishes", "scan_and_report"]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is to be done with the audit: the format on stdout, FORMAT=FILE words, -1 to 1 how much to say."""

    format: str
    reports: Sequence[str]
    verbosity: int
    write_baseline: bool = False
    reason: str | None = None


def scan_and_report(request: Request, wishes: Wishes) -> int:
    """Run `readycheck scan`; gives the exit code. Raises AuditError, CatalogueError or OSError."""
    if wishes.reason is not None and not wishes.write_baseline:
        raise UsageError("--reason goes with --write-baseline only")
    check_format(wishes.format, "--format")
    session = open_session(request)
    outputs = parse_outputs(wishes.reports, session.base)
    return deliver(run_audit(session, wishes), outputs, wishes)


def deliver(result: Audit, outputs: Sequence[Output], wishes: Wishes, require: Require | None = None) -> int:
    """Write the reports and print one; gives the exit code."""
    code = decide_exit(result.report, result.settings.fail_on, require)
    write_outputs(result, outputs, wishes.verbosity)
    print_report(result, wishes.format, wishes.verbosity)
    explain_exit(result, code, wishes, require)
    return code


def run_audit(session: Session, wishes: Wishes) -> Audit:
    """Audit, with a bar on the terminal; write the baseline first if that is wished for."""
    with make_progress(wishes.verbosity) or nullcontext() as progress:
        if not wishes.write_baseline:
            return audit(session, progress)
        result, baseline = renew_baseline(session, wishes.reason, progress)
    if wishes.verbosity >= 0:
        print_note(f"wrote {count(len(baseline.entries), 'finding')} to {result.settings.baseline}")
    return result


def explain_exit(result: Audit, code: int, wishes: Wishes, require: Require | None = None) -> None:
    """Say on stderr why the exit code is not 0, where the report on stdout is none that a person reads."""
    if code == CANNOT_AUDIT:
        print_problems([describe_broken(result.report)])
    elif code == FAILED and require and not is_failed(result.report, result.settings.fail_on):
        reached = f"the verdict is {result.report.verdict}, the level {result.report.level or 'none'}"
        print_note(f"the gate failed (--require {require}): {reached}")
    elif code == FAILED and wishes.format != TERMINAL and wishes.verbosity >= 0:
        print_note(f"the gate failed (--fail-on {result.settings.fail_on}): {describe_failed(result)}")


def describe_broken(report: Report) -> str:
    """Why there is no audit to decide on."""
    broken = [one.item.id for one in report.items if one.outcome is Outcome.ERROR]
    if broken:
        return f"could not audit in full: something broke under {name_some(broken)}; the report says what"
    if told := [notice.message for notice in report.notices if notice.kind == CHANNEL_BROKEN]:
        return f"could not audit in full: {'; '.join(told)}"
    root = report.target.root
    if root is None:
        live = report.target.url or report.target.database
        return f"nothing of {live} could be judged; the report says why for each rule"
    if not report.files:
        return f"nothing to scan in {root}: no file that a rule reads; is this the project's folder?"
    return f"nothing in {root} that a rule examines: no server code was found; see --verbose for the files' roles"


def describe_failed(result: Audit) -> str:
    """The findings that made the gate fail, in one line."""
    rank = 3 if result.settings.fail_on is FailOn.NEVER else list(FailOn).index(result.settings.fail_on)
    counted = [one for one in result.report.findings if one.suppressed is None and one.priority.rank <= rank]
    items = list(dict.fromkeys(one.item for one in counted))
    return f"{count(len(counted), 'finding')} in {name_some(items)}"


def name_some(words: Sequence[str]) -> str:
    """The first five, and how many more."""
    more = f" and {len(words) - NAMED} more" if len(words) > NAMED else ""
    return f"{', '.join(words[:NAMED])}{more}"
