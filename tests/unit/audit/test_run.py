from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from readycheck.audit.baseline import Baseline, Entry, update_baseline
from readycheck.audit.changes import Changes
from readycheck.audit.settings import Settings
from readycheck.audit.waivers import Waiver
from readycheck.model.evidence import Directive, Skipped
from readycheck.model.rule import Check
from readycheck.model.vocabulary import Confidence

if TYPE_CHECKING:
    from tests.unit.audit.conftest import Make


def test_worst_first_priority_confidence_path_line(make: Make) -> None:
    rules = [
        make.rule("low-item", item="low"),
        make.rule("unsure", confidence=Confidence.LOW),
        make.rule("sure"),
    ]
    items = [make.item("low", "low"), make.item()]
    places = [
        ("low-item", "a.py:1:1"),
        ("unsure", "a.py:2:1"),
        ("sure", "b.py:1:1"),
        ("sure", "a.py:10:1"),
        ("sure", "a.py:9:1"),
    ]
    matches = tuple(make.match(place, rule) for rule, place in places)
    report = make.report(make.scan(make.file(matches=matches)), make.catalogue(rules, items))
    assert [(one.rule, one.where) for one in report.findings] == [
        ("sure", make.span("a.py:9:1")),
        ("sure", make.span("a.py:10:1")),
        ("sure", make.span("b.py:1:1")),
        ("unsure", make.span("a.py:2:1")),
        ("low-item", make.span("a.py:1:1")),
    ]


def test_a_match_may_say_more_than_the_title(make: Make) -> None:
    report = make.report(make.scan(make.file(matches=(make.match(message="print() of a request body"),))))
    assert report.findings[0].message == "print() of a request body"


def test_skipped_and_unread_files_are_listed_together_by_path(make: Make) -> None:
    scan = make.scan(make.file(), skipped={"z.min.js": "minified"}, unread=(Skipped("a.go", "Go is not read"),))
    assert make.report(scan).skipped == (Skipped("a.go", "Go is not read"), Skipped("z.min.js", "minified"))


def test_comment_before_waiver_before_baseline(make: Make) -> None:
    matches = tuple(make.match(f"src/app.py:{line}:1", text=f"print({line})") for line in (3, 6, 9))
    directive = Directive("src/app.py", 3, ("print-call",), "banner", 3, 3)
    scan = make.scan(make.file(matches=matches, directives=(directive,)))
    found = make.report(make.scan(make.file(matches=matches))).findings
    baseline = update_baseline(found, None, None, make.today)
    waiver = Waiver("Ann", "why", make.today, fingerprint=found[1].fingerprint)
    report = make.report(scan, settings=Settings(waivers=(waiver,)), baseline=baseline)
    assert [one.suppressed.by for one in report.findings if one.suppressed] == ["inline", "waiver", "baseline"]
    assert [notice.kind for notice in report.notices] == ["waiver-ends-soon"]


def test_notices_come_from_every_part_of_the_policy(make: Make) -> None:
    directive = Directive("src/app.py", 3, ("print-cal",), "why", 3, 3)
    waiver = Waiver("Ann", "why", make.today.replace(year=2030), rule="print-call")
    baseline = Baseline((Entry("x.py", "print-call", "f" * 20, "m"),))
    scan = make.scan(make.file(directives=(directive,), matches=(make.match(),)))
    report = make.report(scan, settings=Settings(waivers=(waiver,)), baseline=baseline)
    assert [notice.kind for notice in report.notices] == [
        "expired-waiver",
        "baseline-stale",
        "unknown-rule-in-suppression",
    ]
    assert report.findings[0].suppressed is None
    assert make.result(report).outcome == "fail"


def test_what_did_not_run_is_not_judged(make: Make) -> None:
    rules = [make.rule(), make.rule("other-call", item="other")]
    directive = Directive("src/app.py", 3, ("print-call",), "why", 3, 3)
    waiver = Waiver("Ann", "why", make.today.replace(year=2032), rule="print-call")
    baseline = Baseline((Entry("x.py", "print-call", "f" * 20, "m"),))
    settings = Settings(select=("other-call",), waivers=(waiver,))
    report = make.report(make.scan(make.file(directives=(directive,))), make.catalogue(rules), settings, baseline)
    assert report.notices == ()


def test_project_checks_and_absences_stay_with_a_diff(make: Make) -> None:
    rules = [make.rule("debug-route", item="debug", detect=Check("debug_routes")), make.control(), make.rule()]
    app = make.file(facts=(make.fact("src/app.py:1:1"),), matches=(make.match(),))
    scan = make.scan(app, matches=(make.match(rule="debug-route"),), examined={"debug-route": 4})
    changes = Changes("main", frozenset({"src/app.py"}), {})
    report = make.report(scan, make.catalogue(rules), changes=changes)
    assert [one.rule for one in report.findings] == ["structured-logger-used", "debug-route"]
    assert [run.examined for run in report.rules] == [4, 1, 1]


def test_matches_of_rules_that_are_not_there_are_passed_over(make: Make) -> None:
    report = make.report(make.scan(make.file(matches=(make.match(rule="unknown"),))))
    assert report.findings == ()
    assert report.exempt == {}


def test_the_report_says_where_it_came_from(make: Make) -> None:
    report = make.report(replace(make.scan(make.file()), cached=1))
    assert (report.tool.name, report.tool.rules_digest) == ("readycheck", "digest")
    assert (report.files, report.cached, report.diff) == (1, 1, None)
    assert report.target.root == "."


def test_the_same_scan_gives_the_same_report(make: Make) -> None:
    files = [make.file(f"{name}.py", matches=(make.match(f"{name}.py:1:1"),)) for name in "cab"]
    assert make.report(make.scan(*files)) == make.report(make.scan(*files))
