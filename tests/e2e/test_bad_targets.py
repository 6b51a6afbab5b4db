"""What the user can get wrong before anything is read: one sentence each, and the right exit code."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.e2e.session import Run, Tree

pytestmark = pytest.mark.e2e


def test_a_path_that_is_missing(readycheck: Run) -> None:
    answer = readycheck("scan", "nowhere")

    assert answer.code == 3
    assert answer.out == ""
    assert answer.err == "readycheck: error: nowhere: no such file or folder; name the project's folder\n"


def test_an_empty_directory(readycheck: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    answer = readycheck("scan", "empty")

    assert answer.code == 3
    assert "nothing to scan in empty" in answer.err


def test_a_directory_without_anything_that_a_rule_reads(readycheck: Run, tree: Tree) -> None:
    answer = readycheck("scan", tree({"poem.txt": "print()\n", "picture.png": b"\x89PNG"}))

    assert answer.code == 3
    assert "nothing to scan" in answer.err


def test_a_fifo_for_a_project(readycheck: Run, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    answer = readycheck("scan", "pipe")

    assert answer.code == 3
    assert answer.err == "readycheck: error: pipe: neither a folder nor a regular file\n"


def test_a_single_file(readycheck: Run, tree: Tree) -> None:
    root = tree({"api.py": "print(1)\n", "other.py": "print(2)\n"})

    answer = readycheck("scan", root / "api.py", "--format", "json")

    assert answer.code == 1
    assert answer.places("print-call") == ["api.py:1"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--select", "no-such-rule"], 'unknown id "no-such-rule"'),
        (["--select", "print-cal"], '(did you mean "print-call"?)'),
        (["--select", "print-call", "--ignore", "print-call"], "no rule is left to run"),
        (["--rules", "none"], "none:1: no such folder of rules"),
        (["--rules", "empty"], "empty:1: the folder holds no rule"),
        (["--format", "sarrif"], 'no format "sarrif" (did you mean "sarif"?)'),
        (["--report", "sarif"], '"sarif" must be FORMAT=FILE'),
        (["--report", "sarif=no/such/folder.sarif"], "there is no folder no/such"),
        (["--fail-on", "hihg"], '(did you mean "high"?)'),
        (["--jobs", "0"], "must be a whole number"),
        (["--diff", "main"], "is in no git repository"),
        (["--baseline", "missing.json"], "there is no such baseline"),
        (["--write-baseline"], "add --baseline file"),
        (["--reason", "because"], "goes with --write-baseline"),
        (["--config", "missing.toml"], "missing.toml: no such file"),
        (["--no-such-option"], "no such option"),
    ],
)
def test_a_wrong_option(readycheck: Run, tree: Tree, arguments: list[str], sentence: str) -> None:
    root = tree({"api.py": "print(1)\n", "empty/readme.md": "nothing\n"})

    answer = readycheck("scan", *arguments, cwd=root)

    assert answer.code == 2
    assert answer.out == ""
    assert sentence.lower() in answer.err.lower()


@pytest.mark.parametrize(
    ("configuration", "sentence"),
    [
        ("fail-on = ", "readycheck.toml: is not valid TOML"),
        ("fail_on = 'high'", 'unknown key "fail_on" (did you mean "fail-on"?)'),
        ("fail-on = 'hihg'", '(did you mean "high"?)'),
        ("rules = ['/etc']", "must be a path inside the audited folder"),
        ("rules = ['../rules']", "must be a path inside the audited folder"),
        ("baseline = '../../baseline.json'", "must be a path inside the audited folder"),
        ("select = ['print-cal']", 'unknown id "print-cal" (did you mean "print-call"?)'),
        ("[[waivers]]\nrule = 'print-call'\nowner = 'me'\nuntil = 2099-01-01", "reason"),
        ("x = " + "[" * 50_000, "readycheck.toml"),
    ],
)
def test_a_broken_configuration(readycheck: Run, tree: Tree, configuration: str, sentence: str) -> None:
    answer = readycheck("scan", tree({"api.py": "print(1)\n", "readycheck.toml": configuration}))

    assert answer.code == 2
    assert answer.out == ""
    assert sentence in answer.err


def test_all_problems_of_a_configuration_are_named_at_once(readycheck: Run, tree: Tree) -> None:
    answer = readycheck("scan", tree({"api.py": "", "readycheck.toml": "jbos = 2\nfail-on = 'no'\n"}))

    assert answer.code == 2
    assert len(answer.err.splitlines()) == 2


RULE = """\
title: A rule
item: no-console-output
channel: code
polarity: violation
languages: [python]
confidence: high
why: Because.
remedy: Do not.
anchors: [forbidden]
detect: {calls: builtins.forbidden}
examples:
  bad: [{code: "forbidden()\\n", at: [1]}]
  good: [{code: "allowed()\\n"}]
"""


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("title: [", "own/broken.yaml:"),
        (RULE.replace("remedy:", "remdy:"), '(did you mean "remedy"?)'),
        (RULE.replace("item: no-console-output", "item: no-consle-output"), '(did you mean "no-console-output"?)'),
        (RULE.replace("detect: {calls:", "detect: {cals:"), "calls"),
        (RULE.replace("detect: {calls: builtins.forbidden}", "detect: {check: os.system}"), "os.system"),
        (RULE.replace("detect: {calls: builtins.forbidden}", "detect: {check: no_such_check}"), "no_such_check"),
        (RULE.replace("anchors: [forbidden]", "anchors: [nowhere]"), "anchors"),
        ("a: &a [x, x, x, x]\n" + "".join(f"b{n}: &b{n} [{'*a, ' * 200}]\n" for n in range(9)), "own/broken.yaml:"),
    ],
)
def test_a_broken_rule(readycheck: Run, tree: Tree, text: str, sentence: str) -> None:
    root = tree({"api.py": "print(1)\n", "own/broken.yaml": text})

    answer = readycheck("scan", "--rules", "own", cwd=root)

    assert answer.code == 2
    assert answer.out == ""
    assert sentence in answer.err
