"""`readycheck fix`, as a person uses it in a project."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import time
from importlib import resources
from pathlib import Path

import jsonschema
import pytest

from tests.e2e.session import COMMAND, Run, Tree

pytestmark = pytest.mark.e2e

SERVICE = """\
import logging

from fastapi import FastAPI

logging.basicConfig(level=logging.INFO)
app = FastAPI()


@app.get("/hello")
def hello(name: str) -> dict[str, str]:
    print("hello", name)
    return {"hello": name}
"""
FIXED = SERVICE.replace("app = FastAPI()", "logger = logging.getLogger(__name__)\napp = FastAPI()", 1).replace(
    'print("hello", name)', 'logger.info("hello %s", name)'
)
PROJECT = {
    "app.py": SERVICE,
    "readycheck.toml": "[fix]\nlogging-configured = true\n",
    "requirements.txt": "fastapi\nuvicorn\n",
    "Procfile": "web: uvicorn app:app\n",
}
PRINTS = ("--rule", "print-call")


def git(root: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=Ann", "-c", "user.email=ann@example.com")
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)


def commit(root: Path) -> None:
    git(root, "init", "-q", "-b", "main")
    git(root, "add", ".")
    git(root, "commit", "-qm", "first")


def test_from_the_diff_to_the_written_file_and_back(readycheck: Run, tree: Tree) -> None:
    root = tree(PROJECT)
    commit(root)

    shown = readycheck("fix", *PRINTS, cwd=root)
    assert shown.code == 0
    assert '-    print("hello", name)' in shown.out
    assert '+    logger.info("hello %s", name)' in shown.out
    assert "1 change to write in 1 file" in shown.out
    assert "--write" in shown.out
    assert (root / "app.py").read_text() == SERVICE

    written = readycheck("fix", *PRINTS, "--write", "-q", cwd=root)
    assert written.code == 0
    assert "1 change written in 1 file" in written.out
    text = (root / "app.py").read_text()
    assert 'logger.info("hello %s", name)' in text
    assert "logger = logging.getLogger(__name__)" in text
    compile(text, "app.py", "exec")

    again = readycheck("fix", *PRINTS, "--write", cwd=root)
    assert again.code == 0
    assert "nothing written" in again.out
    assert readycheck("scan", "--select", "print-call", "--format", "json", cwd=root).places("print-call") == []

    back = readycheck("fix", "--undo", cwd=root)
    assert back.code == 0
    assert "restored app.py" in back.out
    assert (root / "app.py").read_text() == SERVICE
    assert readycheck("fix", "--undo", cwd=root).code == 2


def test_a_file_that_differs_from_the_commit_is_not_written_over(readycheck: Run, tree: Tree) -> None:
    root = tree(PROJECT)
    commit(root)
    (root / "app.py").write_text(f"{SERVICE}# mine\n")

    refused = readycheck("fix", *PRINTS, "--write", cwd=root)
    assert refused.code == 2
    assert "app.py" in refused.err
    assert "--allow-dirty" in refused.err
    assert (root / "app.py").read_text() == f"{SERVICE}# mine\n"

    assert readycheck("fix", *PRINTS, "--write", "--allow-dirty", cwd=root).code == 0
    assert "# mine" in (root / "app.py").read_text()
    assert "print(" not in (root / "app.py").read_text()


def test_an_untracked_file_is_not_written_over_and_another_dirty_one_does_not_matter(
    readycheck: Run, tree: Tree
) -> None:
    root = tree(PROJECT)
    commit(root)
    (root / "requirements.txt").write_text("fastapi\nuvicorn\nhttpx\n")
    assert readycheck("fix", *PRINTS, "--write", cwd=root).code == 0

    (root / "more.py").write_text(SERVICE)
    assert readycheck("fix", *PRINTS, "--write", cwd=root).code == 2


def test_a_checkout_with_other_line_ends_is_clean_and_keeps_them(readycheck: Run, tree: Tree) -> None:
    root = tree(PROJECT)
    commit(root)
    (root / "app.py").write_bytes(SERVICE.replace("\n", "\r\n").encode())

    assert readycheck("fix", *PRINTS, "--write", cwd=root).code == 0

    data = (root / "app.py").read_bytes()
    assert b"logger.info" in data
    assert data.count(b"\r\n") == data.count(b"\n") > SERVICE.count("\n")


def test_json_for_machines_follows_its_schema_and_its_edits_give_the_file(readycheck: Run, tree: Tree) -> None:
    root = tree(
        {**PROJECT, "app.py": SERVICE.replace("hello", "héllo"), "test_app.py": "def test_it():\n    print(1)\n"}
    )

    answer = readycheck("fix", *PRINTS, "--format", "json", "--report", "json=out.json", cwd=root)

    assert answer.code == 0
    assert json.loads((root / "out.json").read_text()) == answer.report
    schema = json.loads((resources.files("readycheck.render") / "schemas/fixes-v1.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(answer.report)
    assert answer.report["summary"]["chosen"] == 1
    (refused,) = [site for site in answer.report["sites"] if site["state"] == "refused"]
    assert refused["reason"] in answer.report["reasons"]
    data = (root / "app.py").read_bytes()
    edits = [edit for site in answer.report["sites"] for edit in site["edits"]]
    for edit in sorted(edits, key=lambda one: -int(one["start"])):
        data = data[: edit["start"]] + edit["new"].encode() + data[edit["end"] :]
    assert readycheck("fix", *PRINTS, "--write", cwd=root).code == 0
    assert (root / "app.py").read_bytes() == data


def test_the_diff_is_a_patch_that_git_applies(readycheck: Run, tree: Tree) -> None:
    root = tree({**PROJECT, "with space.py": SERVICE.replace("\n", "\r\n")})
    commit(root)
    patch = readycheck("fix", *PRINTS, "--format", "diff", cwd=root)
    (root / "fix.patch").write_bytes(patch.out.encode())

    git(root, "apply", "fix.patch")

    assert readycheck("fix", *PRINTS, "--format", "diff", cwd=root).out == ""


def test_only_some_paths_and_only_changed_lines(readycheck: Run, tree: Tree) -> None:
    root = tree({**PROJECT, "api/app.py": SERVICE})
    commit(root)

    assert "1 change to write" in readycheck("fix", *PRINTS, "--path", "api", cwd=root).out
    assert "2 changes to write" in readycheck("fix", *PRINTS, cwd=root).out
    assert "nothing to write" in readycheck("fix", *PRINTS, "--diff", "HEAD", cwd=root).out
    (root / "api" / "app.py").write_text(SERVICE.replace('print("hello", name)', 'print("bye", name)'))
    changed = readycheck("fix", *PRINTS, "--diff", "HEAD", cwd=root)
    assert "1 change to write" in changed.out
    assert "bye" in changed.out


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("--rule", "print-cal"), 2, 'did you mean "print-call"'),
        (("--rule", "container-runs-as-root"), 2, "none of these rules has a fix"),
        (("--format", "sarif"), 2, "no format"),
        (("--path", "nowhere"), 2, "--path nowhere: no file that was read is there"),
        (("--interactive",), 2, "--interactive asks at a terminal"),
        (("--undo", "--write"), 2, "--undo"),
        (("--diff", "nowhere"), 2, "--diff"),
        (("nowhere",), 3, "no such file or folder"),
        (("empty",), 3, "nothing to read"),
    ],
)
def test_what_goes_wrong_is_said(readycheck: Run, tree: Tree, arguments: tuple[str, ...], code: int, says: str) -> None:
    root = tree(PROJECT)
    (root / "empty").mkdir()

    answer = readycheck("fix", *arguments, cwd=root)

    assert answer.code == code
    assert says in answer.err


def test_a_wrong_setting_is_named_with_the_right_one(readycheck: Run, tree: Tree) -> None:
    root = tree({**PROJECT, "readycheck.toml": '[fix]\npython-loger = "structlog"\ntimeout-seconds = "long"\n'})

    answer = readycheck("fix", cwd=root)

    assert answer.code == 2
    assert 'unknown key "python-loger" (did you mean "python-logger"?)' in answer.err
    assert "timeout-seconds: must be a number of seconds" in answer.err


def test_a_logger_module_that_does_not_exist_is_named(readycheck: Run, tree: Tree) -> None:
    root = tree({**PROJECT, "readycheck.toml": '[fix]\njavascript-module = "lib/logger.js"\n'})

    answer = readycheck("fix", cwd=root)

    assert answer.code == 2
    assert "[fix] javascript-module: lib/logger.js is no file that was read" in answer.err


def test_paths_that_settings_exclude_are_refused(readycheck: Run, tree: Tree) -> None:
    root = tree({**PROJECT, "readycheck.toml": '[fix]\nlogging-configured = true\nexclude = ["app.py"]\n'})

    answer = readycheck("fix", *PRINTS, "-v", cwd=root)

    assert "nothing to write" in answer.out
    assert "excluded" in answer.out


def test_hostile_files_harm_neither_the_terminal_nor_each_other(readycheck: Run, tree: Tree) -> None:
    evil = "a\x1b[31m\n.py"
    root = tree(
        {
            **PROJECT,
            evil: SERVICE.replace("hello", "\x1b]0;title\x07"),
            "latin.py": b"print('\xe4')\n",
            "huge.py": "x = 1\n" * 2_000_000 + "print(1)\n",
            "deep.py": "x = " + "(" * 20_000 + ")" * 20_000 + "\nprint(x)\n",
        }
    )
    (root / "link.py").symlink_to("/etc/passwd")

    answer = readycheck("fix", *PRINTS, "--unsafe", "-v", cwd=root)

    assert answer.code in (0, 1)
    assert "\x1b" not in answer.out + answer.err
    assert "\x07" not in answer.out + answer.err
    assert "logger.info" in answer.out
    assert "latin.py" in answer.out
    assert not any(line.startswith("::") for line in answer.out.splitlines())


def test_a_read_only_file_is_left_and_the_others_are_written(readycheck: Run, tree: Tree) -> None:
    root = tree({**PROJECT, "api/app.py": SERVICE})
    (root / "app.py").chmod(0o444)

    answer = readycheck("fix", *PRINTS, "--write", cwd=root)

    assert answer.code == 1
    assert "app.py: it is read-only" in answer.out
    assert (root / "app.py").read_text() == SERVICE
    assert "logger.info" in (root / "api" / "app.py").read_text()
    assert [path.name for path in root.rglob(".*")] == []


def test_a_run_that_is_stopped_leaves_every_file_old_or_new(tree: Tree, environment: dict[str, str]) -> None:
    names = [f"part{number}/app.py" for number in range(60)]
    root = tree({**PROJECT, **dict.fromkeys(names, SERVICE)})
    process = subprocess.Popen(
        [COMMAND, "fix", *PRINTS, "--write", "-q"],
        cwd=root, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    while process.poll() is None and all((root / name).read_text() == SERVICE for name in names):
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    process.wait(60)

    texts = {(root / name).read_text() for name in names}
    assert len(texts) <= 2
    assert [path for path in root.rglob(".*") if path.is_file()] == []
    assert subprocess.run([COMMAND, "fix", "--undo"], cwd=root, env=environment, check=False).returncode == 0
    assert {(root / name).read_text() for name in names} == {SERVICE}


def answer_at_terminal(root: Path, environment: dict[str, str], keys: str) -> str:
    """Run `--interactive` at a terminal of its own, type the keys, a line each, and give what was shown."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [COMMAND, "fix", *PRINTS, "--interactive"],
        cwd=root,
        env=environment,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    os.write(ours, "".join(f"{key}\n" for key in keys).encode())
    shown = b""
    try:
        while piece := os.read(ours, 65_536):
            shown += piece
    except OSError:  # the other end is closed
        pass
    os.close(ours)
    assert process.wait(60) == 0
    return shown.decode()


@pytest.mark.parametrize(
    ("keys", "left"), [("yn", ["bye"]), ("ny", ["hello"]), ("a", []), ("yq", ["bye"]), ("q", ["hello", "bye"])]
)
def test_each_change_is_asked_for(tree: Tree, environment: dict[str, str], keys: str, left: list[str]) -> None:
    two = SERVICE.replace('    return {"hello": name}', '    print("bye", name)\n    return {}')
    root = tree({**PROJECT, "app.py": two})

    shown = answer_at_terminal(root, environment, keys)

    assert "[1/2] print-call" in shown
    text = (root / "app.py").read_text()
    assert [word for word in ("hello", "bye") if f'print("{word}", name)' in text] == left


def test_what_the_scan_finds_points_to_the_fix(readycheck: Run, tree: Tree) -> None:
    root = tree(PROJECT)

    answer = readycheck("scan", "--select", "print-call", cwd=root)
    assert "readycheck fix shows what can be rewritten for you" in answer.out
    report = readycheck("scan", "--select", "print-call", "--format", "json", cwd=root).report
    assert {finding["fix"] for finding in report["findings"]} == {"print_to_logger"}
    assert "Fixed:" in readycheck("explain", "print-call").out


def test_completion_knows_what_can_be_fixed(environment: dict[str, str]) -> None:
    def complete(line: str) -> list[str]:
        words = line.split(" ")
        completing = {"_READYCHECK_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
        done = subprocess.run(
            [COMMAND], env={**environment, **completing}, capture_output=True, text=True, timeout=60, check=False
        )
        return done.stdout.split()

    assert complete("readycheck fix --rule print-c") == ["print-call"]
    assert complete("readycheck fix --rule container-runs") == []
    assert complete("readycheck fix --format di") == ["diff"]


def test_one_file_and_a_root_that_is_a_link(readycheck: Run, tree: Tree, tmp_path: Path) -> None:
    root = tree({**PROJECT, "api/app.py": SERVICE})
    commit(root)
    (tmp_path / "link").symlink_to(root)

    assert readycheck("fix", root / "api" / "app.py", *PRINTS, "--unsafe", "--write").code == 0
    assert "logger." in (root / "api" / "app.py").read_text()
    assert (root / "app.py").read_text() == SERVICE
    assert readycheck("fix", "link", *PRINTS, "--write").code == 0
    assert "logger.info" in (root / "app.py").read_text()
    assert readycheck("fix", root, "--undo").code == 0  # the record is of the folder, however it was called
    assert (root / "app.py").read_text() == SERVICE
