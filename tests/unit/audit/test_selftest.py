from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from readycheck.audit.selftest import NOT_FIXED, run_selftest
from readycheck.catalog import load_catalogue
from readycheck.model.rule import Catalogue, Example
from readycheck.model.vocabulary import Language

RULE = """\
title: debugger statement
item: debug-routes
channel: code
polarity: violation
languages: [javascript, typescript]
confidence: high
why: It stops.
remedy: Delete it.
anchors: [debugger]
detect:
  pattern: {kind: debugger_statement}
examples:
  bad:
    - code: "debugger; debugger;\\ndebugger\\n"
      at: [1, 1, 2]
    - files:
        src/a.ts: "let x = 1;\\ndebugger;\\n"
        src/b.js: "debugger;\\n"
      at: ["src/b.js:1", "src/a.ts:2"]
  good:
    - code: "// debugger\\n"
"""
CONTROL = """\
title: health check in the image
item: container-health
channel: config
polarity: control
confidence: high
why: It is asked.
remedy: Add one.
detect:
  file: Dockerfile
  line: ^HEALTHCHECK
examples:
  bad:
    - path: Dockerfile
      code: "FROM a\\n# HEALTHCHECK\\n"
  good:
    - path: Dockerfile
      code: "FROM a\\nHEALTHCHECK CMD true\\n"
      at: [2]
"""


def load(folder: Path, text: str) -> Catalogue:
    (folder / "own-rule.yaml").write_text(text, encoding="utf-8")
    return load_catalogue([folder])


def find_failures(folder: Path, text: str) -> dict[str, str | None]:
    return {case.id: case.failure for case in run_selftest(load(folder, text), ["own-rule"]).failures}


@pytest.mark.parametrize("text", [RULE, CONTROL])
def test_examples_that_hold(tmp_path: Path, text: str) -> None:
    result = run_selftest(load(tmp_path, text), ["own-rule"])
    assert result.failures == ()
    assert len(result.cases) == text.count("code:") + text.count("files:")


def test_lines_are_compared_as_a_multiset(tmp_path: Path) -> None:
    failures = find_failures(tmp_path, RULE.replace("at: [1, 1, 2]", "at: [1, 2, 2]"))
    assert list(failures) == ["own-rule/bad-1"]
    assert str(failures["own-rule/bad-1"]).startswith("missing: service.js:2; not wanted: service.js:1; service.js is")


def test_files_are_told_apart(tmp_path: Path) -> None:
    failures = find_failures(tmp_path, RULE.replace("src/a.ts:2", "src/a.ts:1"))
    assert "missing: src/a.ts:1; not wanted: src/a.ts:2" in str(failures["own-rule/bad-2"])


def test_a_good_example_must_not_match(tmp_path: Path) -> None:
    failures = find_failures(tmp_path, RULE.replace('"// debugger\\n"', '"x = () => { debugger }\\n"'))
    assert "not wanted: service.js:1" in str(failures["own-rule/good-1"])


def test_a_control_must_not_match_its_bad_examples(tmp_path: Path) -> None:
    failures = find_failures(tmp_path, CONTROL.replace("# HEALTHCHECK", "HEALTHCHECK NONE"))
    assert "not wanted: Dockerfile:2" in str(failures["own-rule/bad-1"])


def test_matches_in_roles_that_the_rule_does_not_name_do_not_count(tmp_path: Path) -> None:
    text = RULE.replace("src/b.js", "tests/b.test.js")
    failure = str(find_failures(tmp_path, text)["own-rule/bad-2"])
    assert "missing: tests/b.test.js:1" in failure
    assert "tests/b.test.js is test" in failure


def test_a_broken_rule_fails_its_examples(tmp_path: Path) -> None:
    failures = find_failures(tmp_path, RULE.replace("debugger_statement", "no_such_kind"))
    assert "own-rule broke: " in str(failures["own-rule/bad-1"])


def test_an_example_that_cannot_be_read_fails(tmp_path: Path) -> None:
    catalogue = load(tmp_path, RULE)
    (rule,) = (rule for rule in catalogue.rules if rule.id == "own-rule")
    binary = Example("debugger\0" * 10, (1,), Language.JAVASCRIPT)
    changed = replace(catalogue, rules=(replace(rule, bad=(binary,), good=()),))
    assert run_selftest(changed).failures != ()


def test_a_fix_is_not_said_to_have_been_tested(tmp_path: Path) -> None:
    text = RULE.replace("anchors:", "fix: delete_statement\nanchors:").replace(
        "at: [1, 1, 2]", 'at: [1, 1, 2]\n      fixed: "\\n"'
    )
    notes = {case.id: case.note for case in run_selftest(load(tmp_path, text), ["own-rule"]).cases}
    assert notes == {"own-rule/bad-1": NOT_FIXED, "own-rule/bad-2": "", "own-rule/good-1": ""}


def test_an_unknown_rule_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyError, match="no-such-rule"):
        run_selftest(load(tmp_path, RULE), ["no-such-rule"])


def test_without_ids_all_rules_run(tmp_path: Path) -> None:
    catalogue = load(tmp_path, RULE)
    chosen = replace(catalogue, rules=tuple(rule for rule in catalogue.rules if rule.id in ("own-rule", "print-call")))
    assert {case.rule for case in run_selftest(chosen).cases} == {"own-rule", "print-call"}


def test_an_example_that_is_no_code_fails(tmp_path: Path) -> None:
    failures = find_failures(tmp_path, RULE.replace('debugger\\n"\n      at', 'debugger\\nstop(}\\n"\n      at'))
    assert "is in doubt" in str(failures["own-rule/bad-1"])
