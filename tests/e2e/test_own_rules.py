"""A newcomer adds a rule with one file, and sees it everywhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.session import Run, Tree

pytestmark = pytest.mark.e2e


def write_rule(readycheck: Run, root: Path, *more: str) -> Path:
    arguments = ["--item", "timeouts", "--language", "python", "--calls", "requests.get", "--folder", "own"]
    answer = readycheck("rules", "new", "no-requests", *arguments, *more, cwd=root)
    assert answer.code == 0
    assert answer.err == ""
    assert "readycheck rules test no-requests --rules own" in answer.out
    return root / "own" / "performance" / "no-requests.yaml"


def test_a_new_rule_is_seen_everywhere(readycheck: Run, tree: Tree) -> None:
    root = tree({"api.py": "import requests as r\n\nr.get('https://example.com')\n"})
    path = write_rule(readycheck, root)
    path.write_text(path.read_text().replace("why: Say here", "why: Nobody waits. Say here"))

    tested = readycheck("rules", "test", "--rules", "own", "no-requests", cwd=root)
    assert (tested.code, tested.out) == (0, "1 rule, 2 examples: all hold\n")

    scanned = readycheck("scan", "--rules", "own", "--format", "json", cwd=root)
    assert scanned.places("no-requests") == ["api.py:3"]

    explained = readycheck("explain", "no-requests", "--rules", "own", cwd=root)
    assert "Nobody waits." in explained.out

    (root / "readycheck.toml").write_text('rules = ["own"]\n')
    run = json.loads(readycheck("scan", "--format", "sarif", cwd=root).out)["runs"][0]
    assert "no-requests" in {one["id"] for one in run["tool"]["driver"]["rules"]}
    assert "no-requests" in {one["ruleId"] for one in run["results"]}
    assert "no-requests" in readycheck("scan", "--format", "markdown", cwd=root).out
    assert any(" own " in line for line in readycheck("rules", "list", cwd=root).out.splitlines() if "no-req" in line)


@pytest.mark.parametrize(
    "what",
    [
        ["--language", "python", "--calls", "builtins.eval"],
        ["--language", "python", "--calls", "flask.Flask().run"],
        ["--language", "python", "--pattern", "eval($CODE)"],
        ["--language", "javascript", "--calls", "express().disable"],
        ["--language", "typescript", "--calls", "@sentry/node.init"],
        ["--language", "typescript", "--calls", "globalThis.alert"],
        ["--language", "javascript", "--pattern", "eval($CODE)"],
        ["--language", "python", "--calls", "structlog.get_logger", "--control", "--title", "yes"],
    ],
)
def test_a_new_rule_holds_as_it_is_written(readycheck: Run, tree: Tree, what: list[str]) -> None:
    root = tree({"api.py": ""})

    written = readycheck(
        "rules", "new", "a-new-rule", "--item", "structured-logger", "--folder", "own", *what, cwd=root
    )
    assert (written.code, written.err) == (0, "")

    assert readycheck("rules", "test", "a-new-rule", "--rules", "own", cwd=root).code == 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["New Rule"], "lower-case words"),
        (["print-call"], "there is a built-in rule of that name"),
        (["new-rule"], "--item is missing, and there is no terminal"),
        (["new-rule", "--item", "timeout", "--language", "python", "--calls", "x.y"], 'did you mean "timeouts"?'),
        (["new-rule", "--item", "timeouts", "--language", "ruby", "--calls", "x.y"], "one of javascript, python"),
        (["new-rule", "--item", "timeouts", "--language", "python"], "--calls is missing"),
    ],
)
def test_a_rule_that_cannot_be_written(readycheck: Run, tree: Tree, arguments: list[str], sentence: str) -> None:
    root = tree({"api.py": ""})

    answer = readycheck("rules", "new", *arguments, cwd=root)

    assert answer.code == 2
    assert sentence in answer.err
    assert not (root / "rules").exists()


def test_a_rule_is_not_overwritten(readycheck: Run, tree: Tree) -> None:
    root = tree({"api.py": ""})
    path = write_rule(readycheck, root)
    path.write_text("mine")

    arguments = ["--item", "timeouts", "--language", "python", "--calls", "requests.get", "--folder", "own"]
    answer = readycheck("rules", "new", "no-requests", *arguments, cwd=root)

    assert answer.code == 2
    assert path.read_text() == "mine"


def test_an_example_that_does_not_hold_is_named(readycheck: Run, tree: Tree) -> None:
    root = tree({"api.py": ""})
    path = write_rule(readycheck, root)
    path.write_text(path.read_text().replace("at: [3]", "at: [1]"))

    answer = readycheck("rules", "test", "no-requests", "--rules", "own", cwd=root)

    assert answer.code == 1
    assert "FAIL  no-requests/bad-1" in answer.out
    assert "no-requests.yaml, examples.bad[0]" in answer.out
    assert "missing: service.py:1" in answer.out
