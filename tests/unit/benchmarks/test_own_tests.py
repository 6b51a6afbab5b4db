"""What the projects' own tests said, before and after: read, compared and told apart."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.codemods.own_page import render
from benchmarks.codemods.own_scripts import list_lines, read_scripts
from benchmarks.codemods.own_suites import Run, read_run
from benchmarks.codemods.own_tests import find_differing, list_changed, relocate

JUNIT = """<testsuites><testsuite>
<testcase classname="tests.test_a" name="test_one" file="tests/test_a.py"/>
<testcase classname="tests.test_a" name="test_two" file="tests/test_a.py"><failure>trace</failure></testcase>
<testcase classname="tests.test_a" name="test_two" file="tests/test_a.py"><error>trace</error></testcase>
<testcase classname="tests.test_b" name="test_three" file="tests/test_b.py"><skipped/><system-out/></testcase>
</testsuite></testsuites>"""


def make_run(**outcomes: str) -> Run:
    return Run({name: (outcome,) for name, outcome in outcomes.items()}, {}, set(), set())


def test_outcomes_are_read_by_test_and_places_are_relative_to_the_tree(tmp_path: Path) -> None:
    tree, results = tmp_path / "after", tmp_path / "results.xml"
    results.write_text(JUNIT, encoding="utf-8")
    seen: dict[str, object] = {
        "module": str(tree / "pkg" / "__init__.py"),
        "records": [[str(tree / "pkg" / "a.py"), 7], ["/elsewhere/b.py", 1]],
        "failures": [],
    }
    run = read_run(tree, results, seen)
    assert run.outcomes == {
        "tests.test_a::test_one": ("passed",),
        "tests.test_a::test_two": ("error", "failure"),
        "tests.test_b::test_three": ("skipped",),
    }
    assert run.files["tests.test_b::test_three"] == "tests/test_b.py"
    assert run.records == {("pkg/a.py", 7)}
    assert run.failures == set()


@pytest.mark.parametrize("module", ["/usr/lib/python3/site-packages/pkg/__init__.py", None])
def test_another_tree_than_the_wanted_one_ends_the_run(tmp_path: Path, module: str | None) -> None:
    results = tmp_path / "results.xml"
    results.write_text(JUNIT, encoding="utf-8")
    with pytest.raises(SystemExit, match="the tests ran"):
        read_run(tmp_path / "after", results, {"module": module, "records": [], "failures": []})


def test_jest_outcomes_and_the_lines_that_ran(tmp_path: Path) -> None:
    tree, results = tmp_path / "after", tmp_path / "results.json"
    rows = [
        {
            "name": str(tree / "a.test.ts"),
            "status": "failed",
            "assertionResults": [
                {"fullName": "adds", "status": "passed"},
                {"fullName": "divides", "status": "failed"},
                {"fullName": "later", "status": "todo"},
            ],
        },
        {"name": str(tree / "b.test.ts"), "status": "failed", "assertionResults": []},
    ]
    seen = {"statementMap": {"0": {"start": {"line": 3}}, "1": {"start": {"line": 9}}}, "s": {"0": 2, "1": 0}}
    results.write_text(json.dumps({"testResults": rows}), encoding="utf-8")
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "coverage-final.json").write_text(json.dumps({str(tree / "a.ts"): seen}), encoding="utf-8")
    run = read_scripts(tree, results)
    assert run.outcomes == {
        "a.test.ts::adds": ("passed",),
        "a.test.ts::divides": ("failure",),
        "a.test.ts::later": ("skipped",),
        "b.test.ts::(the file)": ("failure",),
    }
    assert run.records == {("a.ts", 3)}
    assert list(list_lines(seen)) == [3]


def test_a_test_differs_by_its_outcome_or_by_not_being_there() -> None:
    old = make_run(same="passed", broken="passed", gone="passed", failing="failure")
    new = make_run(same="passed", broken="failure", made="passed", failing="failure")
    assert find_differing(old, new) == {
        "broken": "passed -> failure",
        "gone": "passed -> missing",
        "made": "missing -> passed",
    }


def test_the_changed_lines_are_those_of_the_new_text(tmp_path: Path) -> None:
    before, after = tmp_path / "before.py", tmp_path / "after.py"
    before.write_text("import a\n\nprint(1)\nx = 2\n", encoding="utf-8")
    after.write_text("import a\nimport logging\n\nlogging.info(1)\nx = 2\n", encoding="utf-8")
    assert list(list_changed(before, after)) == [2, 4]


def test_a_file_of_one_tree_is_found_in_the_other() -> None:
    trees = (Path("/w/before"), Path("/w/after"))
    assert relocate("/w/before/a.test.ts", trees, trees[1]) == "/w/after/a.test.ts"
    assert relocate("tests/test_a.py", trees, trees[1]) == "tests/test_a.py"


def test_the_page_counts_and_names_what_differs() -> None:
    row = {
        "title": "bottle 0.13.4",
        "part": "all",
        "files": 1,
        "calls": 2,
        "reached": 1,
        "tests": 1200,
        "passed": 1190,
        "failures": 0,
        "unsteady": ["t::flaky"],
        "expected": {"t::prints": "reads capsys"},
        "different": {"t::other": "passed -> failure"},
    }
    page = render([row])
    assert "| bottle 0.13.4 | all | 1 | 2 | 1 | 0 | 1,200 | 1,190 | 1,198 | 1 | 1 | 1 |" in page
    assert "| **1 projects** |" in page
    assert "- `t::prints`: reads capsys" in page
    assert "- `t::other`: passed -> failure" in page
    assert "- `t::flaky`\n" in page
