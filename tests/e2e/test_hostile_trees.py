"""Trees made to break a scanner: each costs itself only, and the file beside it keeps its finding."""

from __future__ import annotations

import ctypes
import os
import socket
import subprocess
from pathlib import Path

import pytest

from tests.e2e.session import Answer, Run, Tree

pytestmark = pytest.mark.e2e

NEIGHBOUR = {"neighbour.py": 'print("found")\n', "neighbour.ts": 'console.log("found");\n'}
PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 24, 1, 2


def assert_neighbours_are_found(answer: Answer) -> None:
    assert answer.code == 1
    assert "neighbour.py:1" in answer.places("print-call")
    assert "neighbour.ts:1" in answer.places("console-call")


def skipped(answer: Answer) -> dict[str, str]:
    return {one["path"]: one["reason"] for one in answer.report["skipped"]}


def drop_the_right_to_read_everything() -> None:
    libc = ctypes.CDLL(None)
    for capability in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
        libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)


def test_a_file_that_cannot_be_read(readycheck: Run, tree: Tree) -> None:
    root = tree({**NEIGHBOUR, "locked.py": "print(1)\n"})
    (root / "locked.py").chmod(0)
    prepare = drop_the_right_to_read_everything if os.geteuid() == 0 else None

    answer = readycheck("scan", root, "--format", "json", prepare=prepare)

    assert_neighbours_are_found(answer)
    assert "locked.py" in skipped(answer)


def test_a_folder_that_cannot_be_read(readycheck: Run, tree: Tree) -> None:
    root = tree({**NEIGHBOUR, "locked/api.py": "print(1)\n"})
    (root / "locked").chmod(0)
    prepare = drop_the_right_to_read_everything if os.geteuid() == 0 else None

    answer = readycheck("scan", root, "--format", "json", prepare=prepare)
    (root / "locked").chmod(0o700)

    assert_neighbours_are_found(answer)
    assert "locked" in skipped(answer)


def test_a_fifo_and_a_socket(readycheck: Run, tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tree(NEIGHBOUR)
    os.mkfifo(root / "pipe.py")
    os.mkfifo(root / "pyproject.toml")
    monkeypatch.chdir(root)  # a socket's whole address has to fit into 108 bytes
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.py")
        (root / "pyproject.toml").unlink()
        os.mkfifo(root / "package.json")
        answer = readycheck("scan", ".", "--format", "json", cwd=root)

    assert_neighbours_are_found(answer)
    assert {"pipe.py", "socket.py"} <= set(skipped(answer))


def test_a_fifo_for_a_configuration(readycheck: Run, tree: Tree) -> None:
    root = tree(NEIGHBOUR)
    os.mkfifo(root / "readycheck.toml")

    answer = readycheck("scan", root)

    assert answer.code == 2
    assert "readycheck.toml: is not a regular file" in answer.err


def test_links_that_loop(readycheck: Run, tree: Tree) -> None:
    root = tree(NEIGHBOUR)
    (root / "again").symlink_to(root)
    (root / "self.py").symlink_to("self.py")

    answer = readycheck("scan", root, "--format", "json")

    assert_neighbours_are_found(answer)
    assert answer.places("print-call") == ["neighbour.py:1"]


def test_links_out_of_the_tree(readycheck: Run, tree: Tree, tmp_path: Path) -> None:
    root = tree(NEIGHBOUR)
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.py").write_text("print('the-secret-of-another-project')\n")
    (root / "secret.py").symlink_to(outside / "secret.py")
    (root / "folder").symlink_to(outside)

    answer = readycheck("scan", root, "--format", "json")

    assert_neighbours_are_found(answer)
    assert "the-secret-of-another-project" not in answer.out
    assert answer.places("print-call") == ["neighbour.py:1"]


def test_a_configuration_that_is_a_link_out_of_the_tree(readycheck: Run, tree: Tree, tmp_path: Path) -> None:
    root = tree(NEIGHBOUR)
    (tmp_path / "secret.toml").write_text("the-secret = 'of another project'\n")
    (root / "readycheck.toml").symlink_to(tmp_path / "secret.toml")

    answer = readycheck("scan", root)

    assert answer.code == 2
    assert "leads out of the audited folder" in answer.err
    assert "secret" not in answer.err


@pytest.mark.parametrize("name", ["deep.py", "deep.js", "deep.ts", "deep.tsx", "deep.json", "deep.vue"])
def test_fifty_thousand_nested_brackets(readycheck: Run, tree: Tree, name: str) -> None:
    code = "print(" + "[" * 50_000 + "]" * 50_000 + ")\nconsole.log(1)\n"
    text = f"<script>\n{code}</script>\n" if name.endswith(".vue") else code

    answer = readycheck("scan", tree({**NEIGHBOUR, name: text}), "--format", "json")

    assert_neighbours_are_found(answer)


def test_a_line_of_a_hundred_megabytes(readycheck: Run, tree: Tree) -> None:
    root = tree({**NEIGHBOUR, "huge.py": "print(1)\n"})
    os.truncate(root / "huge.py", 100_000_000)

    answer = readycheck("scan", root, "--format", "json")

    assert_neighbours_are_found(answer)
    assert "huge.py" in skipped(answer)


def test_a_line_just_below_the_size_cap(readycheck: Run, tree: Tree) -> None:
    code = 'x = "' + "print " * 140_000 + '"; print([' + "x, " * 20_000 + "])\n"

    answer = readycheck("scan", tree({**NEIGHBOUR, "long.py": code}), "--format", "json")

    assert_neighbours_are_found(answer)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("nul.py", b"print(1)\n\0\0\0print(2)\n"),
        ("nul.js", b"console.log(1)\n\0\0\0\n"),
        ("latin.py", b"print('caf\xe9')\nprint('\xff\xfe')\n"),
        ("wide.py", "print('café')\n".encode("utf-16")),
        ("wide.js", "console.log('café')\n".encode("utf-16-be")),
        ("bom.py", b"\xef\xbb\xbfprint(1)\n"),
        ("declared.py", "# coding: latin-1\nprint('é')\n".encode("latin-1")),
        ("strange.py", b"# coding: no-such-codec\nprint(1)\n"),
        ("shifting.py", b"# coding: utf-7\nprint(1)\n"),
        ("open.py", b'print("""' + b"x" * 300_000),
        ("chain.py", b"print(" + b"1+" * 20_000 + b"1)\n"),
        ("elif.py", b"if print(1): pass\n" + b"elif x: pass\n" * 20_000),
        ("cell.ipynb", b'{"cells": [{"cell_type": "code", "source": 7}]}'),
        ("half.ipynb", b'{"cells": ['),
        ("package.json", b'{"dependencies": [1, 2, {"a": '),
        ("pyproject.toml", b"[project\ndependencies = 7"),
        ("Dockerfile", b"FROM \\\n\\\n\x00\nRUN <<E\n"),
    ],
)
def test_contents_that_are_not_what_they_seem(readycheck: Run, tree: Tree, name: str, content: bytes) -> None:
    answer = readycheck("scan", tree({**NEIGHBOUR, name: content}), "--format", "json")

    assert_neighbours_are_found(answer)


def test_utf_16_is_read(readycheck: Run, tree: Tree) -> None:
    root = tree({"wide.py": "x = 1\nprint('café')\n".encode("utf-16")})

    assert readycheck("scan", root, "--format", "json").places("print-call") == ["wide.py:2"]


NAMES = [
    "new\nline.py",
    "\x1b[31mred\x1b]0;title\x07.py",
    "[bold]markup[/bold].py",
    "::error::injected.py",
    "<script>alert(1)</script>.py".replace("/", "\u2215"),
    "right\u202eleft.py",
    "-rf.py",
    "$(touch canary).py",
]


@pytest.mark.parametrize("output", ["terminal", "markdown", "sarif", "github", "gitlab", "junit", "json"])
def test_names_that_would_write_to_the_terminal(readycheck: Run, tree: Tree, output: str) -> None:
    root = tree({**NEIGHBOUR, **dict.fromkeys(NAMES, "print(1)\n")})

    answer = readycheck("scan", root, "--format", output, "--verbose")

    assert answer.code == 1
    for text in (answer.out, answer.err):
        assert not {character for character in text if ord(character) < 32 and character != "\n"}
        assert "\u202e" not in text
    assert not [line for line in answer.out.splitlines() if line.startswith("::error::injected")]
    assert "neighbour.py" in answer.out
    assert not (root / "canary").exists()


def test_a_name_that_is_no_text(readycheck: Run, tree: Tree) -> None:
    root = tree(NEIGHBOUR)
    with open(os.fsencode(root) + b"/bad\xff\xfe.py", "wb") as file:  # noqa: PTH123 - a Path holds no such bytes
        file.write(b"print(1)\n")

    answer = readycheck("scan", root, "--format", "json")

    assert_neighbours_are_found(answer)
    assert len(answer.places("print-call")) == 2


def test_a_gitignore_made_to_backtrack(readycheck: Run, tree: Tree) -> None:
    ignore = "*a" * 25 + "b\n" + "**/" * 60 + "x\n" + "[" * 5_000 + "\n" + "{" * 500 + "a,b" + "}" * 500 + "\n!(\n"
    root = tree({**NEIGHBOUR, ".gitignore": ignore, "a" * 100 + ".py": "print(1)\n"})

    assert_neighbours_are_found(readycheck("scan", root, "--format", "json"))


def test_globs_made_to_backtrack(readycheck: Run, tree: Tree) -> None:
    glob = "*a" * 25 + "b"
    root = tree({**NEIGHBOUR, "readycheck.toml": f'exclude = ["{glob}", "{"**/" * 60}x"]\n', "a" * 100 + ".py": ""})

    assert_neighbours_are_found(readycheck("scan", root, "--format", "json"))


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(12)
)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("compose.yaml", BOMB),
        ("docker-compose.yml", "services: " + "[" * 50_000),
        ("compose.yaml", "services: &a\n  web: *a\n"),
        ("compose.yaml", "services: !!python/object/apply:os.system ['touch canary']\n"),
        ("k8s/deployment.yaml", "---\nkind: Deployment\n" * 20_000),
    ],
)
def test_yaml_made_to_explode(readycheck: Run, tree: Tree, name: str, text: str) -> None:
    root = tree({**NEIGHBOUR, name: text})

    assert_neighbours_are_found(readycheck("scan", root, "--format", "json", cwd=root))
    assert not (root / "canary").exists()


def git(root: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)


def test_a_git_configuration_that_names_programs(readycheck: Run, tree: Tree) -> None:
    root = tree(NEIGHBOUR)
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-qm", "first")
    canary = root / "canary"
    program = root / "program.sh"
    program.write_text(f"#!/bin/sh\ntouch '{canary}'\n")
    program.chmod(0o755)
    (root / ".gitattributes").write_text("*.py filter=evil diff=evil\n")
    with (root / ".git" / "config").open("a") as config:
        config.write(
            f'[core]\n\tfsmonitor = "{program}"\n\thooksPath = "{root}"\n\tpager = "{program}"\n'
            f'\tsshCommand = "{program}"\n[filter "evil"]\n\tclean = "{program}"\n\tsmudge = "{program}"\n'
            f'[diff "evil"]\n\ttextconv = "{program}"\n\tcommand = "{program}"\n'
        )
    (root / "neighbour.py").write_text('print("found")\nprint("new")\n')

    whole = readycheck("scan", root, "--format", "json")
    changed = readycheck("scan", root, "--format", "json", "--diff", "HEAD")

    assert_neighbours_are_found(whole)
    assert changed.code == 1
    assert changed.places("print-call") == ["neighbour.py:2"]
    assert not canary.exists()


def test_a_git_file_that_leads_elsewhere(readycheck: Run, tree: Tree, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "-q")
    root = tree({**NEIGHBOUR, ".git": f"gitdir: {other}/.git\n"})

    answer = readycheck("scan", root, "--diff", "HEAD")

    assert answer.code == 2
    assert "not followed" in answer.err
    assert_neighbours_are_found(readycheck("scan", root, "--format", "json"))


def test_a_project_that_brings_modules_of_our_names(readycheck: Run, tree: Tree) -> None:
    evil = "open('canary', 'w').close()\n"
    names = ("readycheck", "yaml", "rich", "typer", "ast_grep_py", "sitecustomize", "tomllib")
    root = tree({**NEIGHBOUR, **{f"{name}.py": evil for name in names}, "conftest.py": evil})

    assert_neighbours_are_found(readycheck("scan", ".", "--format", "json", cwd=root))
    assert not (root / "canary").exists()
