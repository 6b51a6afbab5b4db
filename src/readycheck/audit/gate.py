"""The exit code: decided here alone, and the same for every output format.

| code | meaning |
|---|---|
| 0 | the gate passed: no item at or above `fail_on` fails or is contradicted (some may be unproven: see the verdict) |
| 1 | the gate failed: an item at or above `fail_on`, or what `require` demands was not reached |
| 2 | the command line, the configuration, a rule file or a baseline is wrong, or there are no rules |
| 3 | could not audit: no target, nothing examined, a channel that was asked for or a rule under a gating item broke |

A known failure outranks a broken audit: repairing the audit would not make it pass. `never` switches off code 1 only;
a broken audit then still gives 3 for high items, so that no pipeline is green because nothing was looked at.
"""

from __future__ import annotations

from readycheck.audit.errors import AuditError, CannotAuditError
from readycheck.audit.settings import FailOn, Require
from readycheck.model.finding import Finding
from readycheck.model.report import Report
from readycheck.model.vocabulary import Level, Outcome, Priority, Verdict

PASSED = 0
FAILED = 1
USAGE = 2
CANNOT_AUDIT = 3
# The kind of a notice which says that a channel that was asked for could not be used.
CHANNEL_BROKEN = "channel-broken"
FAILING = frozenset({Outcome.FAIL, Outcome.CONTRADICTED})


def decide_exit(report: Report, fail_on: FailOn, require: Require | None = None) -> int:
    """The exit code of an audit that came to its end; `require` is what it must have reached beyond `fail_on`."""
    ran = [run for run in report.rules if run.skipped is None]
    if not ran:
        return USAGE
    if is_failed(report, fail_on):
        return FAILED
    if any(notice.kind == CHANNEL_BROKEN for notice in report.notices):
        return CANNOT_AUDIT
    if require is not None and not reaches(report, require):
        return FAILED
    if not any(run.examined for run in ran):
        return CANNOT_AUDIT
    gating = list_gating(FailOn.HIGH if fail_on is FailOn.NEVER else fail_on)
    broke = any(one.outcome is Outcome.ERROR and one.item.priority in gating for one in report.items)
    return CANNOT_AUDIT if broke else PASSED


def reaches(report: Report, require: Require) -> bool:
    """Whether the audit is as good as required: ready, or at least of a level."""
    if require is Require.READY:
        return report.verdict is Verdict.READY
    levels = list(Level)  # gold first
    return report.level is not None and levels.index(report.level) <= levels.index(Level(require.value))


def is_failed(report: Report, fail_on: FailOn) -> bool:
    """Whether something at or above `fail_on` fails; with `--diff` only what this change brings in."""
    gating = list_gating(fail_on)
    if report.diff is not None and any(counts(finding) and finding.priority in gating for finding in report.findings):
        return True
    outcomes = FAILING if report.diff is None else {Outcome.CONTRADICTED}
    return any(one.outcome in outcomes and one.item.priority in gating for one in report.items)


def counts(finding: Finding) -> bool:
    """Whether nothing suppresses the finding."""
    return finding.suppressed is None


def list_gating(fail_on: FailOn) -> frozenset[Priority]:
    """The priorities at or above a gate."""
    if fail_on is FailOn.NEVER:
        return frozenset()
    lowest = Priority(fail_on.value).rank
    return frozenset(priority for priority in Priority if priority.rank <= lowest)


def decide_error_exit(error: Exception) -> int:
    """The exit code for an error that ended the audit early: 2 for what the user can set right in the input, else 3.

    A ValueError is what the catalogue raises for a broken rule.
    """
    if isinstance(error, CannotAuditError):
        return CANNOT_AUDIT
    return USAGE if isinstance(error, AuditError | ValueError) else CANNOT_AUDIT
