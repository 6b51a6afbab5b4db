"""A team's sessions: accept one place, accept the past, accept for a while, look at a change only."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.e2e.session import Answer, Run, Tree

pytestmark = pytest.mark.e2e

API = 'print("a")\n\n\ndef reply():\n    print("b")\n'


def suppressed(answer: Answer) -> dict[str, str]:
    return {
        f"{one['where']['path']}:{one['where']['line']}": one["suppressed"]["by"]
        for one in answer.report["findings"]
        if one["suppressed"]
    }


def test_a_comment_accepts_one_place(readycheck: Run, tree: Tree) -> None:
    text = API.replace('print("a")', 'print("a")  # readycheck: ignore[print-call] read by the cost report')
    root = tree({"api.py": text})

    first = readycheck("scan", root, "--format", "json")
    shown = readycheck("scan", root)

    assert first.code == 1
    assert first.places("print-call") == ["api.py:5"]
    assert suppressed(first) == {"api.py:1": "inline"}
    assert "1 suppressed" in shown.out

    (root / "api.py").write_text(text.replace("    print", "    # readycheck: ignore[print-call] so too\n    print"))
    assert readycheck("scan", root).code == 0


@pytest.mark.parametrize(
    ("comment", "notice"),
    [
        ("# readycheck: ignore[print-call]", "suppression-without-reason"),
        ("# readycheck: ignore[print-cal] a reason", "unknown-rule-in-suppression"),
        ('"# readycheck: ignore[print-call] in a text"', None),
    ],
)
def test_a_comment_that_accepts_nothing(readycheck: Run, tree: Tree, comment: str, notice: str | None) -> None:
    separator = "; " if comment.startswith('"') else "  "

    answer = readycheck("scan", tree({"api.py": f"print(1){separator}{comment}\n"}), "--format", "json")

    assert answer.code == 1
    assert answer.places("print-call") == ["api.py:1"]
    assert notice is None or notice in {one["kind"] for one in answer.report["notices"]}


def test_a_comment_that_is_not_needed_any_more(readycheck: Run, tree: Tree) -> None:
    root = tree({"api.py": "x = 1  # readycheck: ignore[print-call] was here once\n"})

    answer = readycheck("scan", root, "--format", "json")

    assert "unused-suppression" in {one["kind"] for one in answer.report["notices"]}


def test_a_baseline_accepts_the_past_and_only_shrinks(readycheck: Run, tree: Tree) -> None:
    root = tree({"api.py": API, "readycheck.toml": 'baseline = "baseline.json"\n'})
    assert readycheck("scan", ".", cwd=root).code == 2  # named, but not there

    first = readycheck("scan", "--write-baseline", cwd=root)
    assert first.code == 0
    assert "wrote 2 findings to baseline.json" in first.err
    assert readycheck("scan", cwd=root).code == 0

    (root / "api.py").write_text("import json\n\n" + API)  # moved, but not new
    assert readycheck("scan", cwd=root).code == 0

    (root / "api.py").write_text(API + 'print("new")\n')
    second = readycheck("scan", "--format", "json", cwd=root)
    assert second.code == 1
    assert second.places("print-call") == ["api.py:6"]

    refused = readycheck("scan", "--write-baseline", cwd=root)
    assert refused.code == 2
    assert "it only shrinks, unless a reason is given" in refused.err

    (root / "api.py").write_text('print("a")\n')
    assert "wrote 1 finding to baseline.json" in readycheck("scan", "--write-baseline", cwd=root).err

    (root / "api.py").write_text(API)
    grown = readycheck("scan", "--write-baseline", "--reason", "a merge from the old branch", cwd=root)
    assert grown.code == 0
    history = json.loads((root / "baseline.json").read_text())["history"]
    assert [one["reason"] for one in history] == ["first baseline", "a merge from the old branch"]


@pytest.mark.parametrize("option", [["--select", "print-call"], ["--ignore", "print-call"], ["--diff", "HEAD"]])
def test_a_baseline_of_a_part_is_refused(readycheck: Run, tree: Tree, option: list[str]) -> None:
    root = tree({"api.py": API})

    answer = readycheck("scan", "--baseline", "baseline.json", "--write-baseline", *option, cwd=root)

    assert answer.code == 2
    assert not (root / "baseline.json").exists()


def test_a_waiver_holds_until_its_day(readycheck: Run, tree: Tree) -> None:
    today = datetime.now(UTC).date()
    waiver = '[[waivers]]\nrule = "print-call"\npath = "old/**"\nowner = "ada@example.com"\nreason = "goes in May"\n'
    root = tree({"old/api.py": "print(1)\n"})

    (root / "readycheck.toml").write_text(f"{waiver}until = {today + timedelta(days=300)}\n")
    held = readycheck("scan", root, "--format", "json")
    assert held.code == 0
    assert suppressed(held) == {"old/api.py:1": "waiver"}

    (root / "readycheck.toml").write_text(f"{waiver}until = {today - timedelta(days=2)}\n")
    ended = readycheck("scan", root, "--format", "json")
    assert ended.code == 1
    assert "expired-waiver" in {one["kind"] for one in ended.report["notices"]}
    assert "ada@example.com" in readycheck("scan", root).out


def git(root: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)


def test_a_change_is_judged_by_what_it_brings_in(readycheck: Run, tree: Tree) -> None:
    root = tree({"api.py": API, "other.py": "print(0)\n"})
    git(root, "init", "-q", "-b", "main")
    git(root, "add", ".")
    git(root, "commit", "-qm", "first")

    unchanged = readycheck("scan", "--diff", "main", "--format", "json", cwd=root)
    assert unchanged.code == 0
    assert unchanged.report["findings"] == []

    (root / "api.py").write_text("import json\n" + API + "print(json)\n")
    (root / "new.py").write_text("print(2)\n")
    changed = readycheck("scan", "--diff", "main", "--format", "json", cwd=root)
    assert changed.code == 1
    assert changed.places("print-call") == ["api.py:7", "new.py:1"]

    unknown = readycheck("scan", "--diff", "no-such-branch", cwd=root)
    assert unknown.code == 2
    assert "knows no commit" in unknown.err


@pytest.mark.parametrize("ref", ["--upload-pack=touch canary", "-x", "", "main\nmain", "$(touch canary)"])
def test_a_ref_that_is_no_ref(readycheck: Run, tree: Tree, ref: str) -> None:
    root = tree({"api.py": API})
    git(root, "init", "-q", "-b", "main")

    answer = readycheck("scan", f"--diff={ref}", cwd=root)

    assert answer.code == (1 if ref == "" else 2)
    assert not (root / "canary").exists()


def test_the_gate_can_be_set_lower_and_off(readycheck: Run, tree: Tree) -> None:
    root = tree({"api.py": API})

    assert readycheck("scan", root, "--fail-on", "never").code == 0
    assert readycheck("scan", root, "--fail-on", "low").code == 1
    (root / "readycheck.toml").write_text('fail-on = "never"\n')
    assert readycheck("scan", root).code == 0
    assert readycheck("scan", root, "--fail-on", "high").code == 1


def test_rules_and_paths_can_be_left_out(readycheck: Run, tree: Tree) -> None:
    root = tree({"api.py": API, "api.js": "console.log(1)\n", "old/api.py": "print(1)\n"})

    answer = readycheck(
        "scan", root, "--ignore", "console-call", "--exclude", "old/**", "--format", "json", "--fail-on", "low"
    )

    assert {one["rule"] for one in answer.report["findings"]} == {"print-call"}
    assert answer.places("print-call") == ["api.py:1", "api.py:5"]
    assert "console-call" in {one["id"] for one in answer.report["rules"] if one["skipped"]}
