"""What evidence makes of an item: each test is one project in a few literals."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from readycheck.audit.gather import gather
from readycheck.audit.join import Case, join_item
from readycheck.audit.settings import Settings
from readycheck.audit.waivers import Waiver
from readycheck.audit.weigh import Weighed
from readycheck.model.evidence import Directive, Doubt, Evidence
from readycheck.model.finding import Suppressed
from readycheck.model.rule import Check, FileLine
from readycheck.model.vocabulary import Channel, Confidence, Language, Outcome, Role, WhenClean

if TYPE_CHECKING:
    from tests.unit.audit.conftest import Make

JAVASCRIPT = (Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX)
LOGGER = "structured-logger"


def test_a_finding_fails_the_item_with_count_files_and_first_place(make: Make) -> None:
    places = ["src/app.py:10:5", "src/app.py:30:5", "src/z.py:1:1"]
    app = make.file("src/app.py", matches=(make.match(places[1]), make.match(places[0])))
    other = make.file("src/z.py", matches=(make.match(places[2]),))
    report = make.report(make.scan(other, app))
    result = make.result(report)
    assert result.outcome is Outcome.FAIL
    assert result.reason == "3 findings in 2 files, first at src/app.py:10:5: print() in server code"
    (evidence,) = result.evidence
    assert evidence.outcome is Outcome.FAIL
    assert evidence.examined == 2
    assert evidence.where == tuple(make.span(place) for place in places)
    assert [one.where for one in report.findings] == [make.span(place) for place in places]
    assert {one.message for one in report.findings} == {"print() in server code"}


def test_a_clean_rule_that_proves_passes_with_what_it_examined(make: Make) -> None:
    result = make.result(make.report(make.scan(make.file("a.py"), make.file("b.py"), make.file("c.js"))))
    assert result.outcome is Outcome.PASS
    assert result.reason == "print() in server code: no match in 2 server files"
    assert result.evidence[0].outcome is Outcome.PASS


def test_a_clean_rule_that_only_supports_leaves_the_item_unproven(make: Make) -> None:
    catalogue = make.catalogue([make.rule(when_clean=WhenClean.SUPPORTS)])
    result = make.result(make.report(make.scan(make.file()), catalogue))
    assert result.outcome is Outcome.UNPROVEN
    assert result.reason == "print() in server code: no match in 1 server file, which alone proves nothing"


def test_a_supporting_rule_fails_the_item_when_it_finds_something(make: Make) -> None:
    catalogue = make.catalogue([make.rule(when_clean=WhenClean.SUPPORTS)])
    result = make.result(make.report(make.scan(make.file(matches=(make.match(),))), catalogue))
    assert result.outcome is Outcome.FAIL


def test_an_item_without_rules_says_what_would_prove_it(make: Make) -> None:
    items = [make.item("backups", proof="a restore drill"), make.item()]
    report = make.report(make.scan(make.file()), make.catalogue([make.rule()], items))
    assert [one.item.id for one in report.items] == ["backups", "no-console-output"]
    assert report.items[0].outcome is Outcome.UNPROVEN
    assert report.items[0].reason == "no rule looks at this yet; what would prove it: a restore drill"
    assert report.items[0].evidence == ()


class TestRoles:
    def test_matches_in_other_roles_are_counted_and_are_no_findings(self, make: Make) -> None:
        script = make.file("tools/x.py", "script", matches=(make.match("tools/x.py:1:1"), make.match("tools/x.py:2:1")))
        test = make.file("tests/x.py", "test", matches=(make.match("tests/x.py:1:1"),))
        guarded = make.file("src/m.py", matches=(make.match("src/m.py:1:1", exempt="under the main guard"),))
        report = make.report(make.scan(script, test, guarded))
        assert report.findings == ()
        assert report.exempt == {"in a script or CLI": 2, "in a test": 1, "under the main guard": 1}
        (run,) = report.rules
        assert (run.examined, run.matches, run.exempt) == (1, 4, 4)
        result = make.result(report)
        assert result.outcome is Outcome.PASS
        assert result.reason == "print() in server code: no match in 1 server file (4 matches elsewhere exempt)"

    def test_a_rule_that_names_the_role_has_its_say_there(self, make: Make) -> None:
        catalogue = make.catalogue([make.rule(roles=(Role.SERVER, Role.SCRIPT))])
        script = make.file("tools/x.py", "script", matches=(make.match("tools/x.py:1:1"),))
        report = make.report(make.scan(script, make.file()), catalogue)
        assert len(report.findings) == 1
        assert report.rules[0].examined == 2

    @pytest.mark.parametrize(("role", "findings"), [("build", 1), ("script", 1), ("example", 0), ("test", 0)])
    def test_configuration_counts_unless_it_is_set_aside(self, make: Make, role: str, findings: int) -> None:
        rule = make.rule(channel=Channel.CONFIG, languages=(), detect=FileLine(("Dockerfile",)))
        docker = make.file("Dockerfile", role, language="dockerfile", matches=(make.match("Dockerfile:1:1"),))
        report = make.report(make.scan(make.file(), docker), make.catalogue([rule]))
        assert len(report.findings) == findings
        assert report.rules[0].examined == findings

    def test_roles_are_counted_with_their_reasons(self, make: Make) -> None:
        report = make.report(make.scan(make.file("a.py"), make.file("b.js"), make.file("t.py", "test")))
        assert report.roles == {"server": (2, {"named server": 2}), "test": (1, {"named test": 1})}
        assert report.files == 3


class TestNothingToSee:
    def test_only_other_roles_is_unproven(self, make: Make) -> None:
        result = make.result(make.report(make.scan(make.file("tests/a.py", "test"), make.file("b.js"))))
        assert result.outcome is Outcome.UNPROVEN
        assert result.reason == "print() in server code: nothing to examine: of 1 Python file none is server code"

    def test_server_code_in_another_language_is_unproven_and_named(self, make: Make) -> None:
        result = make.result(make.report(make.scan(make.file("a.js"))))
        assert result.outcome is Outcome.UNPROVEN
        assert result.reason == "no Python file in this project, and no rule looks at this in JavaScript yet"
        assert result.evidence[0].outcome is Outcome.NOT_APPLICABLE

    def test_one_language_proved_and_the_other_absent_passes(self, make: Make) -> None:
        rules = [make.rule(), make.rule("console-call", title="console", languages=JAVASCRIPT)]
        result = make.result(make.report(make.scan(make.file("a.py")), make.catalogue(rules)))
        assert result.outcome is Outcome.PASS
        assert [one.outcome for one in result.evidence] == [Outcome.NOT_APPLICABLE, Outcome.PASS]

    def test_no_file_to_get_wrong_is_not_applicable(self, make: Make) -> None:
        rule = make.rule(
            "root-user", channel=Channel.CONFIG, languages=(Language.DOCKERFILE,), detect=FileLine(("Dockerfile",))
        )
        catalogue = make.catalogue([rule])
        result = make.result(make.report(make.scan(make.file()), catalogue))
        assert result.outcome is Outcome.NOT_APPLICABLE
        assert result.reason == "no file of that name in this project (Dockerfile)"

    def test_without_any_server_file_even_that_is_unproven(self, make: Make) -> None:
        rule = make.rule(
            "root-user", channel=Channel.CONFIG, languages=(Language.DOCKERFILE,), detect=FileLine(("Dockerfile",))
        )
        result = make.result(make.report(make.scan(make.file("t.py", "test")), make.catalogue([rule])))
        assert result.outcome is Outcome.UNPROVEN

    def test_a_missing_file_that_should_be_there_is_unproven(self, make: Make) -> None:
        rule = make.control(channel=Channel.CONFIG, languages=(Language.YAML,), detect=FileLine(("*.yaml",)))
        result = make.result(make.report(make.scan(make.file()), make.catalogue([rule])), LOGGER)
        assert result.outcome is Outcome.UNPROVEN

    def test_a_project_check_that_looked_at_nothing_is_unproven(self, make: Make) -> None:
        catalogue = make.catalogue([make.rule(detect=Check("debug_routes"))])
        result = make.result(make.report(make.scan(make.file(), examined={"print-call": 0}), catalogue))
        assert result.outcome is Outcome.UNPROVEN
        assert result.reason == "print() in server code: there is nothing of the kind that it examines"

    def test_several_rules_with_nothing_to_examine_are_only_counted(self, make: Make) -> None:
        idle = [make.rule(f"idle-{name}", title=f"Idle {name}", detect=Check(name)) for name in "ab"]
        scan = make.scan(make.file(), examined={"idle-a": 0, "idle-b": 0})
        result = make.result(make.report(scan, make.catalogue(idle)))
        assert (result.outcome, result.reason) == (Outcome.UNPROVEN, "2 rules found nothing to examine")
        rules = [*idle, make.rule(when_clean=WhenClean.SUPPORTS)]
        assert make.result(make.report(scan, make.catalogue(rules))).reason == (
            "print() in server code: no match in 1 server file, which alone proves nothing; "
            "2 other rules found nothing to examine"
        )


class TestControls:
    def test_a_match_proves_the_item(self, make: Make) -> None:
        places = ("src/log.py:9:1", "src/app.py:4:1")
        matches = tuple(make.match(place, "structured-logger-used") for place in places)
        report = make.report(make.scan(make.file(matches=matches)), make.catalogue([make.control()]))
        result = make.result(report, LOGGER)
        assert result.outcome is Outcome.PASS
        assert result.reason == "a structured logger is configured: found at src/app.py:4:1 and 1 more place"
        assert report.findings == ()

    def test_a_match_in_a_test_proves_nothing(self, make: Make) -> None:
        match = make.match("t.py:1:1", "structured-logger-used")
        scan = make.scan(make.file("t.py", "test", matches=(match,)), make.file())
        assert make.result(make.report(scan, make.catalogue([make.control()])), LOGGER).outcome is Outcome.UNPROVEN

    def test_an_absence_without_an_application_is_unproven(self, make: Make) -> None:
        result = make.result(make.report(make.scan(make.file()), make.catalogue([make.control()])), LOGGER)
        assert result.outcome is Outcome.UNPROVEN
        assert result.reason == "a structured logger is configured: not found in 1 server file"

    def test_an_absence_fails_at_the_line_that_creates_the_application(self, make: Make) -> None:
        files = [make.file(f"{name}.py", facts=(make.fact(f"{name}.py:5:7"),)) for name in ("worker", "api")]
        report = make.report(make.scan(*files), make.catalogue([make.control()]))
        result = make.result(report, LOGGER)
        assert result.outcome is Outcome.FAIL
        assert result.reason == "not found in 2 server files: a structured logger is configured"
        (finding,) = report.findings
        assert (finding.rule, finding.item) == ("structured-logger-used", LOGGER)
        assert finding.where == make.span("api.py:5:7")
        assert finding.also == (make.span("worker.py:5:7"),)
        assert finding.message == "not found in the project: a structured logger is configured"
        assert result.evidence[0].outcome is Outcome.FAIL
        assert result.evidence[0].where == (make.span("api.py:5:7"), make.span("worker.py:5:7"))

    @pytest.mark.parametrize(("path", "role"), [("tests/app.py", "test"), ("app.js", "server")])
    def test_an_application_in_a_test_or_another_language_does_not_fail_it(
        self, make: Make, path: str, role: str
    ) -> None:
        other = make.file(path, role, facts=(make.fact(f"{path}:1:1"),))
        result = make.result(make.report(make.scan(make.file(), other), make.catalogue([make.control()])), LOGGER)
        assert result.outcome is Outcome.UNPROVEN

    def test_a_configuration_control_belongs_to_any_application(self, make: Make) -> None:
        rule = make.control(channel=Channel.CONFIG, languages=(Language.DOCKERFILE,), detect=FileLine(("Dockerfile",)))
        docker = make.file("Dockerfile", language="dockerfile")
        report = make.report(make.scan(docker, make.file(facts=(make.fact("src/app.py:1:1"),))), make.catalogue([rule]))
        assert make.result(report, LOGGER).outcome is Outcome.FAIL
        assert make.result(report, LOGGER).reason == "not found in 1 file: a structured logger is configured"

    @pytest.mark.parametrize(("languages", "scope"), [((Language.PYTHON,), "2 server files"), ((), "the project")])
    def test_a_project_check_speaks_of_the_files_not_of_what_it_counted(
        self, make: Make, languages: tuple[Language, ...], scope: str
    ) -> None:
        rule = make.control(detect=Check("logger_used"), languages=languages)
        app = make.file(facts=(make.fact("src/app.py:1:1"),))
        report = make.report(
            make.scan(app, make.file("b.py"), examined={"structured-logger-used": 1}), make.catalogue([rule])
        )
        assert make.result(report, LOGGER).reason == f"not found in {scope}: a structured logger is configured"
        assert report.rules[0].examined == 1

    def test_one_of_several_controls_is_enough(self, make: Make) -> None:
        rules = [make.control("a-logger"), make.control("b-logger")]
        app = make.file(facts=(make.fact("src/app.py:1:1"),), matches=(make.match(rule="b-logger"),))
        result = make.result(make.report(make.scan(app), make.catalogue(rules)), LOGGER)
        assert result.outcome is Outcome.PASS

    def test_several_missing_controls_make_one_finding_of_the_surest(self, make: Make) -> None:
        rules = [make.control("a-logger", title="A", confidence=Confidence.LOW), make.control("b-logger", title="B")]
        app = make.file(facts=(make.fact("src/app.py:1:1"),))
        report = make.report(make.scan(app), make.catalogue(rules))
        (finding,) = report.findings
        assert (finding.rule, finding.message) == ("b-logger", "not found in the project: B; nor A")

    def test_an_absence_is_not_claimed_over_code_that_was_not_understood(self, make: Make) -> None:
        app = make.file(facts=(make.fact("src/app.py:1:1"),))
        doubtful = make.file("src/log.py", doubts=(Doubt("src/log.py", 1, "x"),))
        report = make.report(make.scan(app, doubtful), make.catalogue([make.control()]))
        assert report.findings == ()
        assert make.result(report, LOGGER).outcome is Outcome.UNPROVEN

    def test_nor_while_another_control_was_not_selected(self, make: Make) -> None:
        rules = [make.control("a-logger"), make.control("b-logger")]
        app = make.file(facts=(make.fact("src/app.py:1:1"),))
        report = make.report(make.scan(app), make.catalogue(rules), Settings(ignore=("b-logger",)))
        assert report.findings == ()

    def test_a_control_does_not_excuse_a_violation(self, make: Make) -> None:
        rules = [make.control(), make.rule(item=LOGGER)]
        app = make.file(matches=(make.match(), make.match(rule="structured-logger-used")))
        assert make.result(make.report(make.scan(app), make.catalogue(rules)), LOGGER).outcome is Outcome.FAIL

    def test_a_clean_violation_does_not_replace_a_missing_control(self, make: Make) -> None:
        rules = [make.control(), make.rule(item=LOGGER)]
        result = make.result(make.report(make.scan(make.file()), make.catalogue(rules)), LOGGER)
        assert result.outcome is Outcome.UNPROVEN

    def test_a_missing_control_and_a_violation_are_both_told(self, make: Make) -> None:
        rules = [make.control(), make.rule(item=LOGGER)]
        app = make.file(matches=(make.match(),), facts=(make.fact("src/app.py:1:1"),))
        result = make.result(make.report(make.scan(app), make.catalogue(rules)), LOGGER)
        assert result.reason == (
            "1 finding in 1 file, first at src/app.py:3:1: print() in server code; "
            "not found in 1 server file: a structured logger is configured"
        )


class TestSuppressed:
    def test_a_waived_finding_lets_the_rest_prove_the_item(self, make: Make) -> None:
        settings = Settings(waivers=(Waiver("Ann", "old client", date(2031, 12, 31), rule="print-call"),))
        report = make.report(make.scan(make.file(matches=(make.match(),))), settings=settings)
        result = make.result(report)
        assert result.outcome is Outcome.PASS
        assert result.reason == (
            "print() in server code: no finding that counts in 1 server file; "
            "1 finding waived by Ann until 2031-12-31 (old client)"
        )
        assert report.findings[0].suppressed == Suppressed("waiver", "old client", date(2031, 12, 31), "Ann")
        assert report.summary["suppressed"] == 1

    def test_a_waiver_proves_nothing_by_itself(self, make: Make) -> None:
        settings = Settings(waivers=(Waiver("Ann", "old client", date(2031, 12, 31), rule="print-call"),))
        catalogue = make.catalogue([make.rule(when_clean=WhenClean.SUPPORTS)])
        report = make.report(make.scan(make.file(matches=(make.match(),))), catalogue, settings)
        assert make.result(report).outcome is Outcome.UNPROVEN
        assert report.verdict == "incomplete"

    def test_a_waived_absence_stays_unproven_but_holds_for_the_verdict(self, make: Make) -> None:
        settings = Settings(waivers=(Waiver("Ann", "next month", date(2031, 12, 31), item=LOGGER),))
        app = make.file(facts=(make.fact("src/app.py:1:1"),))
        report = make.report(make.scan(app), make.catalogue([make.control()]), settings)
        result = make.result(report, LOGGER)
        assert result.outcome is Outcome.UNPROVEN
        assert result.reason.endswith("1 finding waived by Ann until 2031-12-31 (next month)")
        assert report.verdict == "ready"

    def test_a_comment_on_the_application_line_is_no_waiver(self, make: Make) -> None:
        directive = Directive("src/app.py", 1, ("structured-logger-used",), "the platform logs", 1, 1)
        app = make.file(facts=(make.fact("src/app.py:1:1"),), directives=(directive,))
        report = make.report(make.scan(app), make.catalogue([make.control()]))
        assert make.result(report, LOGGER).outcome is Outcome.UNPROVEN
        assert make.result(report, LOGGER).reason.endswith("1 finding suppressed by a comment (the platform logs)")
        assert report.verdict == "incomplete"

    def test_an_inline_suppression_with_a_reason_lets_the_item_pass(self, make: Make) -> None:
        directive = Directive("src/app.py", 3, ("print-call",), "banner", 3, 3)
        report = make.report(make.scan(make.file(matches=(make.match(),), directives=(directive,))))
        assert make.result(report).outcome is Outcome.PASS
        assert report.notices == ()

    def test_debt_in_the_baseline_does_not_fail_the_item_and_does_not_pass_it(self, make: Make) -> None:
        from readycheck.audit.baseline import update_baseline  # noqa: PLC0415 - only here

        scan = make.scan(make.file(matches=(make.match(), make.match("src/app.py:9:1"))))
        baseline = update_baseline(make.report(scan).findings, None, None, make.today)
        report = make.report(scan, baseline=baseline)
        result = make.result(report)
        assert result.outcome is Outcome.UNPROVEN
        assert result.reason == (
            "print() in server code: no finding that counts in 1 server file, but 2 findings stand in the baseline"
        )
        assert {one.suppressed.by for one in report.findings if one.suppressed} == {"baseline"}


class TestLive:
    """No channel but the code gives evidence yet; the join knows what to make of one."""

    def decide(self, make: Make, code: Outcome, http: Outcome) -> Outcome:
        weighed = []
        for channel, outcome in ((Channel.CODE, code), (Channel.HTTP, http)):
            rule = make.control(f"{channel}-limiter", channel=channel)
            weighed.append(Weighed(rule, Evidence(rule.id, channel, rule.polarity, outcome, 1, f"says {outcome}")))
        gathered = gather(make.scan(make.file()), [])
        return join_item(Case(make.item(), weighed, (), gathered)).result.outcome

    @pytest.mark.parametrize(
        ("code", "http", "expected"),
        [
            (Outcome.PASS, Outcome.FAIL, Outcome.CONTRADICTED),
            (Outcome.UNPROVEN, Outcome.FAIL, Outcome.FAIL),
            (Outcome.FAIL, Outcome.PASS, Outcome.FAIL),
            (Outcome.PASS, Outcome.PASS, Outcome.PASS),
            (Outcome.UNPROVEN, Outcome.PASS, Outcome.PASS),
            (Outcome.PASS, Outcome.UNPROVEN, Outcome.PASS),
            (Outcome.PASS, Outcome.ERROR, Outcome.ERROR),
        ],
    )
    def test_live_beats_static(self, make: Make, code: Outcome, http: Outcome, expected: Outcome) -> None:
        assert self.decide(make, code, http) is expected

    def test_a_channel_that_was_not_there_is_unproven_and_named(self, make: Make) -> None:
        rules = [make.rule(), make.rule("no-banner", channel=Channel.HTTP, languages=())]
        report = make.report(make.scan(make.file()), make.catalogue(rules))
        assert [one.outcome for one in make.result(report).evidence] == [Outcome.UNPROVEN, Outcome.PASS]
        assert make.result(report).outcome is Outcome.PASS
        assert report.rules[0].skipped == "no running service was given"
