"""What was not seen, or broke, and what that makes of an item."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

import pytest

from readycheck.audit.settings import Settings
from readycheck.model.evidence import Doubt, RuleError, Skipped
from readycheck.model.rule import Check, FileLine
from readycheck.model.vocabulary import Channel, Language, Outcome
from readycheck.scan.files.disk import describe_error, describe_size

if TYPE_CHECKING:
    from tests.unit.audit.conftest import Make

JAVASCRIPT = (Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX)
LOGGER = "structured-logger"


class TestGaps:
    def test_a_doubtful_server_file_keeps_a_clean_rule_from_proving(self, make: Make) -> None:
        doubtful = make.file("src/odd.py", doubts=(Doubt("src/odd.py", 7, "does not parse as Python 3.11"),))
        report = make.report(make.scan(make.file(), doubtful))
        result = make.result(report)
        assert result.outcome is Outcome.UNPROVEN
        assert result.reason == (
            "print() in server code: no match in 2 server files, but could not look into all of 1 file "
            "(src/odd.py: does not parse as Python 3.11)"
        )
        (notice,) = report.notices
        assert (notice.kind, notice.where) == (
            "not-fully-analysed",
            make.span("src/odd.py:7:1").__class__("src/odd.py", 7, 1, 7, 1),
        )

    def test_a_doubt_in_a_test_or_in_another_language_does_not_matter(self, make: Make) -> None:
        test = make.file("t.py", "test", doubts=(Doubt("t.py", 1, "x"),))
        script = make.file("a.js", doubts=(Doubt("a.js", 1, "x"),))
        assert make.result(make.report(make.scan(make.file(), test, script))).outcome is Outcome.PASS

    @pytest.mark.parametrize(
        ("path", "reason", "expected"),
        [
            ("src/big.py", describe_size(3_200_000, 1_000_000), Outcome.UNPROVEN),
            ("src/nul.py", "binary: it holds NUL bytes", Outcome.UNPROVEN),
            ("src/closed.py", describe_error(PermissionError(errno.EACCES, "Permission denied")), Outcome.ERROR),
            ("src/gone.py", describe_error(FileNotFoundError(errno.ENOENT, "x")), Outcome.ERROR),
            (
                "src/closed",
                f"folder: {describe_error(PermissionError(errno.EACCES, 'Permission denied'))}",
                Outcome.ERROR,
            ),
            ("src/big.js", describe_size(3_200_000, 1_000_000), Outcome.PASS),
            ("src/linked.py", describe_error(OSError(errno.ELOOP, "x")), Outcome.PASS),
            ("vendor", "a vendored folder", Outcome.PASS),
            ("src/left-out.py", "excluded by the configuration", Outcome.PASS),
        ],
    )
    def test_skipped_files(self, make: Make, path: str, reason: str, expected: Outcome) -> None:
        result = make.result(make.report(make.scan(make.file(), skipped={path: reason})))
        assert result.outcome is expected
        assert (reason in result.reason) is (expected is not Outcome.PASS)

    def test_skipped_files_of_a_configured_role_do_not_matter(self, make: Make) -> None:
        scan = make.scan(make.file(), skipped={"load/big.py": "larger than 1 MB"}, unread=(Skipped("load/x.go", "Go"),))
        settings = Settings(roles={"test": ("load/**",)})
        assert make.result(make.report(scan, settings=settings)).outcome is Outcome.PASS

    def test_a_configuration_file_that_was_not_understood(self, make: Make) -> None:
        rule = make.rule("open-port", channel=Channel.CONFIG, languages=(), detect=FileLine(("compose*.yaml",)))
        broken = make.file("compose.yaml", language="yaml", doubts=(Doubt("compose.yaml", 2, "broken"),))
        other = make.file("values.yaml", language="yaml", doubts=(Doubt("values.yaml", 2, "broken"),))
        catalogue = make.catalogue([rule])
        good = make.file("compose.prod.yaml", language="yaml")
        assert make.result(make.report(make.scan(make.file(), good, other), catalogue)).outcome is Outcome.PASS
        result = make.result(make.report(make.scan(make.file(), broken, other), catalogue))
        assert result.outcome is Outcome.UNPROVEN
        assert "1 file (compose.yaml: broken)" in result.reason

    def test_files_in_a_language_that_no_rule_reads_are_named(self, make: Make) -> None:
        unread = (Skipped("api/main.go", "Go"), Skipped("api/x.go", "Go"), Skipped("lib/a.rb", "Ruby"))
        result = make.result(make.report(make.scan(make.file(), unread=unread)))
        assert result.outcome is Outcome.UNPROVEN
        assert result.reason.endswith("but 2 Go files and 1 Ruby file were not read")

    def test_a_match_still_fails_in_spite_of_gaps(self, make: Make) -> None:
        doubtful = make.file(doubts=(Doubt("src/app.py", 7, "x"),), matches=(make.match(),))
        assert make.result(make.report(make.scan(doubtful))).outcome is Outcome.FAIL

    def test_a_proof_by_another_rule_does_not_cover_a_gap(self, make: Make) -> None:
        rules = [make.rule(), make.rule("console-call", title="console", languages=JAVASCRIPT)]
        doubtful = make.file("a.js", doubts=(Doubt("a.js", 1, "x"),))
        result = make.result(make.report(make.scan(make.file(), doubtful), make.catalogue(rules)))
        assert result.outcome is Outcome.UNPROVEN
        assert result.reason.startswith("console: no match in 1 server file, but could not look into all of 1 file")

    def test_a_rule_that_was_not_selected_keeps_its_item_from_passing(self, make: Make) -> None:
        rules = [make.rule(), make.rule("console-call", title="console", languages=JAVASCRIPT)]
        scan = make.scan(make.file("a.py"), make.file("b.js"))
        report = make.report(scan, make.catalogue(rules), Settings(select=("print-call",)))
        assert make.result(report).outcome is Outcome.UNPROVEN
        assert make.result(report).reason == "console: not run: not selected"
        assert [(run.id, run.skipped) for run in report.rules] == [
            ("console-call", "not selected"),
            ("print-call", None),
        ]
        only_python = make.report(make.scan(make.file("a.py")), make.catalogue(rules), Settings(select=("print-call",)))
        assert make.result(only_python).outcome is Outcome.PASS


class TestErrors:
    def test_a_rule_that_broke_makes_an_error_that_names_it(self, make: Make) -> None:
        broken = make.file(errors=(RuleError("print-call", "src/app.py", "KeyError: 'x'"),))
        report = make.report(make.scan(broken, make.file("b.py")))
        result = make.result(report)
        assert result.outcome is Outcome.ERROR
        assert result.reason == "print() in server code: broke on 1 file, first on src/app.py: KeyError: 'x'"
        assert report.rules[0].error == "broke on 1 file, first on src/app.py: KeyError: 'x'"

    def test_a_project_check_that_broke(self, make: Make) -> None:
        scan = make.scan(make.file(), errors=(RuleError("print-call", "", "KeyError: 'x'"),))
        assert make.result(make.report(scan)).reason == "print() in server code: broke: KeyError: 'x'"

    def test_a_file_on_which_the_reader_broke_breaks_every_rule_that_reads_it(self, make: Make) -> None:
        killed = make.file("src/deep.py", errors=(RuleError("readycheck", "src/deep.py", "not finished after 30 s"),))
        rules = [make.rule(), make.rule("console-call", item="other", languages=JAVASCRIPT)]
        report = make.report(make.scan(killed, make.file("a.js")), make.catalogue(rules))
        assert make.result(report).outcome is Outcome.ERROR
        assert "src/deep.py: not finished after 30 s" in make.result(report).reason
        assert make.result(report, "other").outcome is Outcome.PASS

    def test_a_collector_that_broke_concerns_the_rules_that_join_facts(self, make: Make) -> None:
        rules = [make.rule(), make.rule("debug-route", item="other", detect=Check("debug_routes"))]
        broken = make.file(errors=(RuleError("routes", "src/app.py", "KeyError: 'x'"),))
        report = make.report(make.scan(broken, examined={"debug-route": 2}), make.catalogue(rules))
        assert make.result(report).outcome is Outcome.PASS
        assert make.result(report, "other").outcome is Outcome.ERROR
        assert "src/app.py: routes: KeyError: 'x'" in make.result(report, "other").reason

    def test_a_second_opinion_that_broke_leaves_the_file_in_doubt(self, make: Make) -> None:
        broken = make.file(errors=(RuleError("doubts", "src/app.py", "RecursionError: x"),))
        assert make.result(make.report(make.scan(broken))).outcome is Outcome.UNPROVEN

    def test_a_finding_outranks_an_error(self, make: Make) -> None:
        broken = make.file(matches=(make.match(),), errors=(RuleError("print-call", "src/app.py", "x"),))
        assert make.result(make.report(make.scan(broken))).outcome is Outcome.FAIL

    def test_an_error_outranks_a_proof_of_another_rule(self, make: Make) -> None:
        rules = [make.control(), make.rule("print-call", item=LOGGER)]
        match = make.match(rule="structured-logger-used")
        scan = make.scan(make.file(matches=(match,)), errors=(RuleError("print-call", "", "x"),))
        assert make.result(make.report(scan, make.catalogue(rules)), LOGGER).outcome is Outcome.ERROR
