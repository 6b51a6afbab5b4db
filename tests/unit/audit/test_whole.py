"""The shipped rules on small projects, from source text to exit code: the parts fit together."""

from __future__ import annotations

from datetime import date

import pytest

from readycheck.audit.gate import decide_exit
from readycheck.audit.run import build_report
from readycheck.audit.settings import FailOn, Settings
from readycheck.catalog import load_catalogue
from readycheck.model.location import Span
from readycheck.model.report import Report, Target
from readycheck.model.rule import Catalogue
from readycheck.scan.memory import scan_texts


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def audit(catalogue: Catalogue, files: dict[str, str]) -> Report:
    scan = scan_texts(files, catalogue.rules)
    return build_report(scan, catalogue, Settings(), today=date(2031, 5, 20), target=Target("."), version="0")


def outcome(report: Report, item: str) -> str:
    return next(one.outcome.value for one in report.items if one.item.id == item)


def test_a_print_in_server_code_fails_and_one_with_a_reason_does_not(catalogue: Catalogue) -> None:
    code = (
        "def serve(name):\n    print(name)\n    print('up')  # readycheck: ignore[print-call] the supervisor reads it\n"
    )
    report = audit(catalogue, {"service/app.py": code})
    assert outcome(report, "no-console-output") == "fail"
    assert [one.suppressed.by if one.suppressed else None for one in report.findings] == [None, "inline"]
    assert decide_exit(report, FailOn.HIGH) == 1


def test_clean_server_code_is_proved_by_the_rules_that_may(catalogue: Catalogue) -> None:
    report = audit(catalogue, {"service/app.py": "import logging\n\nlog = logging.getLogger(__name__)\n"})
    assert outcome(report, "no-console-output") == "pass"
    assert decide_exit(report, FailOn.HIGH) == 0
    assert report.verdict == "incomplete"


def test_every_item_of_the_checklist_appears_in_order(catalogue: Catalogue) -> None:
    report = audit(catalogue, {"service/app.py": "x = 1\n"})
    assert [one.item for one in report.items] == list(catalogue.items)
    assert [run.id for run in report.rules] == [rule.id for rule in catalogue.rules]
    assert sum(report.summary[one] for one in report.summary if one != "suppressed") == len(catalogue.items)


def test_an_application_without_a_structured_logger_fails_where_it_is_created(catalogue: Catalogue) -> None:
    report = audit(catalogue, {"service/app.py": "from fastapi import FastAPI\n\napp = FastAPI()\n"})
    (finding,) = [one for one in report.findings if one.item == "structured-logger"]
    assert (finding.where.path, finding.where.line) == ("service/app.py", 3)  # type: ignore[union-attr]
    assert finding.message.startswith("not found in the project: ")


def test_nothing_to_scan(catalogue: Catalogue) -> None:
    assert decide_exit(audit(catalogue, {"notes.txt": "hello\n"}), FailOn.NEVER) == 3


def test_a_missing_ci_step_belongs_to_the_pipeline(catalogue: Catalogue) -> None:
    files = {
        "app.py": "from fastapi import FastAPI\n\napp = FastAPI()\n",
        ".github/workflows/ci.yml": "on: push\njobs:\n  test:\n    steps:\n      - run: make lint\n",
    }
    found = [one for one in audit(catalogue, files).findings if one.rule == "ci-runs-tests"]
    assert [(one.where.path, one.where.line) for one in found if isinstance(one.where, Span)] == [
        (".github/workflows/ci.yml", 5)
    ]


def test_a_found_control_tells_what_was_found(catalogue: Catalogue) -> None:
    workflow = "on: push\njobs:\n  test:\n    steps:\n      - run: pytest -q\n"
    report = audit(catalogue, {"app.py": "x = 1\n", ".github/workflows/ci.yml": workflow})
    (evidence,) = [one for item in report.items for one in item.evidence if one.rule == "ci-runs-tests"]
    assert evidence.message == "runs pytest -q, at .github/workflows/ci.yml:5:7"


def test_a_missing_audit_belongs_to_the_pipeline_that_runs_the_tests(catalogue: Catalogue) -> None:
    pipeline = "on: push\njobs:\n  one:\n    steps:\n      - run: {}\n"
    files = {
        "app.py": "from fastapi import FastAPI\n\napp = FastAPI()\n",
        ".github/workflows/a-labels.yml": pipeline.format("echo label"),
        ".github/workflows/tests.yml": pipeline.format("pytest"),
    }
    (found,) = [one for one in audit(catalogue, files).findings if one.rule == "ci-audits-dependencies"]
    assert isinstance(found.where, Span)
    assert found.where.path == ".github/workflows/tests.yml"
