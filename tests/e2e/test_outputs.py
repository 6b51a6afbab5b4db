"""What goes where: the report to stdout and to files, all else to stderr; the exit code is the same for all formats."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from readycheck.render.formats import format_names
from tests.e2e.session import COMMAND, PROJECT, Run, Tree

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize("name", format_names())
def test_the_exit_code_does_not_depend_on_the_format(readycheck: Run, tree: Tree, name: str) -> None:
    root = tree(
        {
            "failing/api.py": "print(1)\n",
            "passing/api.py": "x = 1\n",
            "nothing/readme.md": "# nothing\n",
        }
    )

    codes = {part: readycheck("scan", root / part, "--format", name).code for part in ("failing", "passing", "nothing")}

    assert codes == {"failing": 1, "passing": 0, "nothing": 3}
    assert readycheck("scan", root / "failing", "--format", name, "--fail-on", "never").code == 0
    assert readycheck("scan", root / "failing", "--format", name, "--select", "nope").code == 2


@pytest.mark.parametrize("name", format_names())
def test_stdout_holds_the_report_and_nothing_else(readycheck: Run, name: str) -> None:
    answer = readycheck("scan", PROJECT, "--format", name)

    assert answer.code == 1
    assert answer.out
    if name == "terminal":
        assert answer.err == ""
    else:
        assert answer.err.startswith("readycheck: the gate failed (--fail-on high): ")
    if name in ("json", "sarif", "gitlab"):
        assert json.loads(answer.out)
    assert "\x1b" not in answer.out + answer.err
    assert readycheck("scan", PROJECT, "--format", name, "--quiet").err == ""


def test_reports_are_written_beside_the_one_on_stdout(readycheck: Run, tree: Tree) -> None:
    root = tree({"api.py": "print(1)\n"})
    (root / "out").mkdir()
    (root / "out" / "report.json").write_text("an old report")

    answer = readycheck(
        "scan",
        "--report",
        "json=out/report.json",
        "--report",
        "sarif=out/report.sarif",
        "--format",
        "markdown",
        cwd=root,
    )

    assert answer.code == 1
    assert answer.out.startswith("# ")
    assert json.loads((root / "out" / "report.json").read_text())["schema"] == "readycheck/report/v1"
    assert json.loads((root / "out" / "report.sarif").read_text())["version"] == "2.1.0"
    assert sorted(path.name for path in (root / "out").iterdir()) == ["report.json", "report.sarif"]
    assert "wrote the sarif report to out/report.sarif" in answer.err


def test_a_report_does_not_go_through_a_link(readycheck: Run, tree: Tree, tmp_path: Path) -> None:
    root = tree({"api.py": "print(1)\n"})
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious").write_text("precious")
    (root / "report.json").symlink_to(outside / "precious")
    (root / "folder").symlink_to(outside)

    for target in ("report.json", "folder/report.json", "folder/precious", root / "folder" / "new.json"):
        answer = readycheck("scan", "--report", f"json={target}", cwd=root)
        assert answer.code == 2
        assert "link" in answer.err
    for option in ("folder/baseline.json", "report.json"):
        assert readycheck("scan", "--baseline", option, "--write-baseline", cwd=root).code == 2

    assert [path.name for path in outside.iterdir()] == ["precious"]
    assert (outside / "precious").read_text() == "precious"


@pytest.mark.parametrize("target", ["folder", "pipe", "/dev/null"])
def test_a_report_goes_to_a_regular_file_only(readycheck: Run, tree: Tree, target: str) -> None:
    root = tree({"api.py": "print(1)\n", "folder/readme.md": ""})
    os.mkfifo(root / "pipe")

    assert readycheck("scan", "--report", f"json={target}", cwd=root).code == 2


def test_two_reports_do_not_go_to_one_file(readycheck: Run, tree: Tree) -> None:
    root = tree({"api.py": "print(1)\n"})

    answer = readycheck("scan", "--report", "json=a", "--report", "sarif=./a", cwd=root)

    assert answer.code == 2
    assert not (root / "a").exists()


def test_nothing_is_written_into_the_project(readycheck: Run, tree: Tree) -> None:
    root = tree({"api.py": "print(1)\n", "package.json": "{}"})

    readycheck("scan", cwd=root)

    assert sorted(path.name for path in root.rglob("*")) == ["api.py", "package.json"]


def test_a_report_names_no_place_outside_the_project(readycheck: Run, tree: Tree) -> None:
    root = tree({"api.py": "print(1)\n"})

    for name in format_names():
        assert str(root) not in readycheck("scan", ".", "--format", name, cwd=root).out


def test_a_reader_that_goes_away(environment: dict[str, str], tree: Tree) -> None:
    root = tree({f"api{n}.py": "print(1)\n" * 200 for n in range(20)})
    script = f'"{COMMAND}" scan "{root}" --format json | head -c 10; echo " ${{PIPESTATUS[0]}}"'

    done = subprocess.run(
        ["bash", "-c", script], env=environment, capture_output=True, text=True, timeout=60, check=False
    )

    assert done.stderr in ("", "readycheck: the gate failed (--fail-on high): 4,000 findings in no-console-output\n")
    assert done.stdout.endswith(" 1\n")


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", ">&- 2>&- <&-"])
def test_streams_that_are_closed(environment: dict[str, str], tree: Tree, closed: str) -> None:
    root = tree({"api.py": "print(1)\n"})
    script = f'"{COMMAND}" scan "{root}" --no-cache --report json="{root}/r.json" {closed}'

    done = subprocess.run(
        ["bash", "-c", script], env=environment, capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == 1
    assert json.loads((root / "r.json").read_text())["verdict"] == "not-ready"
    assert "Traceback" not in done.stdout + done.stderr


def test_a_full_disk_behind_stdout(environment: dict[str, str], tree: Tree) -> None:
    root = tree({"api.py": "print(1)\n"})
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [COMMAND, "scan", str(root)],
            env=environment,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )

    assert done.returncode == 3
    assert "no space left on device" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_terminal_that_knows_only_ascii(readycheck: Run, tree: Tree) -> None:
    root = tree({"café.py": "print('日本')\n"})
    ascii_only = {"PYTHONIOENCODING": "ascii", "LC_ALL": "C"}

    shown = readycheck("scan", root, env=ascii_only)
    machine = readycheck("scan", root, "--format", "json", env=ascii_only)

    assert shown.code == machine.code == 1
    assert shown.out.isascii()
    assert "caf\\xe9.py" in shown.out
    assert machine.places("print-call") == ["café.py:1"]


def test_colour_is_given_when_asked_for(readycheck: Run, tree: Tree) -> None:
    root = tree({"api.py": "print(1)\n"})

    assert "\x1b[" in readycheck("scan", root, env={"FORCE_COLOR": "1"}).out
    assert "\x1b[" not in readycheck("scan", root, env={"FORCE_COLOR": "1", "NO_COLOR": "1"}).out
    assert "\x1b[" not in readycheck("scan", root, "--format", "json", env={"FORCE_COLOR": "1"}).out
