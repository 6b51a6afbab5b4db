from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from readycheck.audit.changes import Changes
from readycheck.audit.errors import CannotAuditError, SettingsError, UsageError
from readycheck.audit.gate import CANNOT_AUDIT, FAILED, PASSED, USAGE, decide_error_exit, decide_exit
from readycheck.audit.settings import FailOn, Settings
from readycheck.audit.waivers import Waiver
from readycheck.catalog.problems import CatalogueError
from readycheck.model.evidence import RuleError
from readycheck.model.report import Report

if TYPE_CHECKING:
    from tests.unit.audit.conftest import Make


def dirty(make: Make, priority: str) -> Report:
    catalogue = make.catalogue([make.rule()], [make.item(priority=priority)])
    return make.report(make.scan(make.file(matches=(make.match(),))), catalogue)


def test_the_codes_are_those_of_the_documentation() -> None:
    assert (PASSED, FAILED, USAGE, CANNOT_AUDIT) == (0, 1, 2, 3)


@pytest.mark.parametrize(
    ("priority", "codes"),
    [("high", [1, 1, 1, 0]), ("medium", [0, 1, 1, 0]), ("low", [0, 0, 1, 0])],
)
def test_a_failure_gates_from_its_priority_on(make: Make, priority: str, codes: list[int]) -> None:
    report = dirty(make, priority)
    assert [decide_exit(report, fail_on) for fail_on in FailOn] == codes


def test_a_clean_and_an_unproven_project_pass_the_gate(make: Make) -> None:
    clean = make.report(make.scan(make.file()))
    assert decide_exit(clean, FailOn.LOW) == PASSED
    items = [make.item(), make.item("backups")]
    unproven = make.report(make.scan(make.file()), make.catalogue([make.rule()], items))
    assert unproven.verdict == "incomplete"
    assert decide_exit(unproven, FailOn.LOW) == PASSED


def test_without_rules_it_is_a_usage_error(make: Make) -> None:
    report = make.report(make.scan(make.file()), make.catalogue([], [make.item()]))
    assert decide_exit(report, FailOn.NEVER) == USAGE


def test_nothing_examined_is_no_audit(make: Make) -> None:
    for scan in (make.scan(), make.scan(make.file("a.js")), make.scan(make.file("t.py", "test"))):
        assert [decide_exit(make.report(scan), fail_on) for fail_on in FailOn] == [3, 3, 3, 3]


def test_a_rule_that_broke_under_a_gating_item_is_no_audit(make: Make) -> None:
    scan = make.scan(make.file(), errors=(RuleError("print-call", "", "x"),))
    high = make.report(scan)
    assert [decide_exit(high, fail_on) for fail_on in FailOn] == [3, 3, 3, 3]
    low = make.report(scan, make.catalogue([make.rule()], [make.item(priority="low")]))
    assert [decide_exit(low, fail_on) for fail_on in FailOn] == [0, 0, 3, 0]


def test_a_known_failure_outranks_what_broke(make: Make) -> None:
    rules = [make.rule(), make.rule("other-call", item="other")]
    scan = make.scan(make.file(matches=(make.match(),)), errors=(RuleError("other-call", "", "x"),))
    report = make.report(scan, make.catalogue(rules))
    assert decide_exit(report, FailOn.HIGH) == FAILED
    assert decide_exit(report, FailOn.NEVER) == CANNOT_AUDIT


def test_suppressed_findings_do_not_gate(make: Make) -> None:
    waiver = Waiver("Ann", "why", make.today, rule="print-call")
    report = make.report(make.scan(make.file(matches=(make.match(),))), settings=Settings(waivers=(waiver,)))
    assert decide_exit(report, FailOn.LOW) == PASSED


def test_with_a_diff_only_what_changed_gates(make: Make) -> None:
    scan = make.scan(make.file(matches=(make.match("src/app.py:3:1"), make.match("src/app.py:9:1"))))
    old = make.report(scan, changes=Changes("main", frozenset({"src/app.py"}), {}))
    assert old.findings == ()
    assert make.result(old).outcome == "fail"
    assert old.verdict == "not-ready"
    assert decide_exit(old, FailOn.LOW) == PASSED
    new = make.report(scan, changes=Changes("main", frozenset(), {"src/app.py": (range(9, 10),)}))
    assert [one.where for one in new.findings] == [make.span("src/app.py:9:1")]
    assert new.diff == "main"
    assert decide_exit(new, FailOn.HIGH) == FAILED
    assert decide_exit(new, FailOn.NEVER) == PASSED


def test_errors_have_their_codes() -> None:
    assert decide_error_exit(SettingsError("x")) == USAGE
    assert decide_error_exit(UsageError("x")) == USAGE
    assert decide_error_exit(CannotAuditError("x")) == CANNOT_AUDIT
    assert decide_error_exit(PermissionError("x")) == CANNOT_AUDIT
    assert decide_error_exit(CatalogueError([])) == USAGE
    assert decide_error_exit(KeyError("x")) == CANNOT_AUDIT
