"""The exit code: decided here alone, and the same for every output format.

| code | meaning |
|---|---|
| 0 | the gate passed: no item at or above `fail_on` fails or is contradicted (some may be unproven: see the verdict) |
| 1 | the gate failed |
| 2 | the command line, the configuration, a rule file or a baseline is wrong, or there are no rules |
| 3 | could not audit: no target, nothing that a rule examined, or a rule or file broke under an item that gates |

A known failure outranks a broken audit: repairing the audit would not make it pass. `never` switches off code 1 only;
a broken audit then still gives 3 for high items, so that no pipeline is green because nothing was looked at.
"""

from __future__ import annotations

from readycheck.audit.errors import AuditError, CannotAuditError
from readycheck.audit.settings import FailOn
from readycheck.model.finding import Finding
from readycheck.model.report import Report
from readycheck.model.vocabulary import Outcome, Priority

PASSED = 0
FAILED = 1
USAGE = 2
CANNOT_AUDIT = 3
FAILING = frozenset({Outcome.FAIL, Outcome.CONTRADICTED})


def decide_exit(report: Report, fail_on: FailOn) -> int:
    """The exit code of an audit that came to its end."""
    ran = [run for run in report.rules if run.skipped is None]
    if not ran:
        return USAGE
    if is_failed(report, fail_on):
        return FAILED
    if not any(run.examined for run in ran):
        return CANNOT_AUDIT
    gating = list_gating(FailOn.HIGH if fail_on is FailOn.NEVER else fail_on)
    broke = any(one.outcome is Outcome.ERROR and one.item.priority in gating for one in report.items)
    return CANNOT_AUDIT if broke else PASSED


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
