"""The other commands, and what a shell and a terminal see."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import time
from pathlib import Path

import pytest

from readycheck import __version__
from tests.e2e.session import COMMAND, PROJECT, Run, Tree

pytestmark = pytest.mark.e2e

LONG = "values = [1, 2, 3]\n" * 40_000 + "print(values)\n"  # takes a while to parse


def test_the_version(readycheck: Run) -> None:
    assert readycheck("--version").out == f"readycheck {__version__}\n"


def test_help_names_every_command_and_the_exit_codes(readycheck: Run) -> None:
    answer = readycheck("--help")

    assert answer.code == 0
    for word in ("scan", "explain", "rules", "init", "0 gate passed", "1 gate failed", "2 usage"):
        assert word in " ".join(answer.out.split())


def test_a_command_that_does_not_exist(readycheck: Run) -> None:
    answer = readycheck("scann")

    assert answer.code == 2
    assert "scann" in answer.err


def test_a_rule_and_an_item_are_explained(readycheck: Run) -> None:
    rule, item = readycheck("explain", "print-call"), readycheck("explain", "no-console-output")

    assert rule.code == item.code == 0
    assert "# `print-call`" in rule.out
    assert "## Why it matters" in rule.out
    assert "`print-call`" in item.out


def test_explaining_what_does_not_exist_suggests_what_does(readycheck: Run) -> None:
    answer = readycheck("explain", "print-cal")

    assert answer.code == 2
    assert 'did you mean "print-call"?' in answer.err


def test_rules_are_listed(readycheck: Run) -> None:
    table, machine = readycheck("rules", "list"), readycheck("rules", "list", "--json")

    assert table.code == machine.code == 0
    assert any(line.startswith("print-call ") and "built in" in line for line in table.out.splitlines())
    rules = json.loads(machine.out)["rules"]
    assert [one["id"] for one in rules] == sorted(one["id"] for one in rules)


def test_the_built_in_rules_do_what_their_examples_say(readycheck: Run) -> None:
    answer = readycheck("rules", "test")

    assert answer.code == 0
    assert answer.out.endswith("all hold\n")


def test_completion_knows_commands_options_and_ids(environment: dict[str, str]) -> None:
    def complete(line: str) -> list[str]:
        words = line.split(" ")
        completing = {"_READYCHECK_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
        done = subprocess.run(
            [COMMAND], env={**environment, **completing}, capture_output=True, text=True, timeout=60, check=False
        )
        return done.stdout.split()

    assert {"scan", "explain", "rules", "init"} <= set(complete("readycheck "))
    assert "--fail-on" in complete("readycheck scan --f")
    assert complete("readycheck explain print-c") == ["print-call"]
    assert complete("readycheck scan --format sa") == ["sarif"]
    assert complete("readycheck scan --report sa") == ["sarif="]
    assert "no-console-output" in complete("readycheck scan --select no-")
    assert complete("readycheck scan --fail-on me") == ["medium"]


def test_bash_can_load_the_completion(environment: dict[str, str]) -> None:
    script = f'eval "$({COMMAND} --show-completion bash)" && complete -p readycheck'

    done = subprocess.run(
        ["bash", "-c", script], env={**environment, "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert done.returncode == 0
    assert "readycheck" in done.stdout


def test_init_sets_a_project_up_and_never_overwrites(readycheck: Run, tree: Tree) -> None:
    root = tree({"api.py": "x = 1\n"})

    shown = readycheck("init", "--dry-run", cwd=root)
    assert shown.code == 0
    assert sorted(path.name for path in root.rglob("*")) == ["api.py"]

    first = readycheck("init", cwd=root)
    assert first.code == 0
    written = {path: path.read_text() for path in root.rglob("*") if path.is_file()}
    assert {str(path.relative_to(root)) for path in written} == {
        "api.py",
        "readycheck.toml",
        ".github/workflows/readycheck.yml",
        ".pre-commit-config.yaml",
    }
    assert readycheck("scan", cwd=root).code == 0

    again = readycheck("init", "--yes", cwd=root)
    assert again.code == 0
    assert again.out.count("left alone") == 3
    assert {path: path.read_text() for path in written} == written


def test_init_asks_before_it_changes_a_file(readycheck: Run, tree: Tree) -> None:
    hooks = "repos:\n- repo: https://github.com/psf/black\n  rev: 24.1.0\n  hooks:\n  - id: black\n"
    root = tree({".pre-commit-config.yaml": hooks, "pyproject.toml": '[project]\nname = "x"\n'})

    refused = readycheck("init", "--pyproject", cwd=root)
    assert refused.code == 2
    assert "there is no terminal to ask at" in refused.err
    assert (root / ".pre-commit-config.yaml").read_text() == hooks

    assert readycheck("init", "--pyproject", "--yes", cwd=root).code == 0
    assert (root / ".pre-commit-config.yaml").read_text().startswith(hooks + "- repo: local\n")
    assert "[tool.readycheck]" in (root / "pyproject.toml").read_text()
    assert not (root / "readycheck.toml").exists()


def test_init_does_not_write_through_a_link(readycheck: Run, tree: Tree, tmp_path: Path) -> None:
    root = tree({"api.py": ""})
    (tmp_path / "outside").mkdir()
    (root / ".github").symlink_to(tmp_path / "outside")

    answer = readycheck("init", "--yes", cwd=root)

    assert answer.code == 2
    assert list((tmp_path / "outside").iterdir()) == []


def test_the_pinned_actions_are_pinned(readycheck: Run, tree: Tree) -> None:
    root = tree({"api.py": ""})
    readycheck("init", cwd=root)

    workflow = (root / ".github/workflows/readycheck.yml").read_text()

    uses = [line.split("uses: ")[1] for line in workflow.splitlines() if "uses: " in line]
    assert len(uses) == 3
    assert all(len(one.split(" #")[0].split("@")[1]) == 40 for one in uses)
    assert "permissions: {}" in workflow


def test_an_interrupted_scan_leaves_nothing_behind(environment: dict[str, str], tree: Tree) -> None:
    root = tree({f"api{n}.py": LONG for n in range(60)})
    process = subprocess.Popen(
        [COMMAND, "scan", str(root), "--no-cache", "--report", f"json={root}/report.json"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    time.sleep(1)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)

    assert process.returncode == 130
    assert out == ""
    assert "Traceback" not in err
    assert [path.name for path in root.iterdir() if "report" in path.name] == []


def run_on_a_terminal(arguments: list[str], environment: dict[str, str]) -> tuple[int, str]:
    """Run the command with all streams on a pseudo-terminal; gives the exit code and what was shown."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [COMMAND, *arguments], env=environment, stdin=follower, stdout=follower, stderr=follower, close_fds=True
    )
    os.close(follower)
    shown = b""
    while True:
        try:
            data = os.read(leader, 65536)
        except OSError:  # the other end is closed: the command has ended
            break
        if not data:
            break
        shown += data
    os.close(leader)
    return process.wait(timeout=60), shown.decode()


def test_a_terminal_gets_colour(environment: dict[str, str]) -> None:
    code, shown = run_on_a_terminal(["scan", str(PROJECT)], environment)

    assert code == 1
    assert "\x1b[" in shown
    assert "NOT READY" in shown


def test_a_terminal_gets_a_bar_for_a_long_scan(environment: dict[str, str], tree: Tree) -> None:
    root = tree({f"api{n}.py": LONG for n in range(8)})

    code, shown = run_on_a_terminal(["scan", str(root), "--quiet", "--fail-on", "never"], environment)
    assert code == 0
    assert "reading" not in shown

    code, shown = run_on_a_terminal(["scan", str(root), "--no-cache", "--fail-on", "never"], environment)
    assert code == 0
    assert "reading" in shown
