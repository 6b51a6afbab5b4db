"""Which files of a tree may be read, and why the others are left out. The trees are real, hostile ones included."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from readycheck.scan.files.disk import Unreadable, read_bytes
from readycheck.scan.files.walk import walk

CAP = 1000


def grow(root: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def names(root: Path, exclude: Sequence[str] = ()) -> list[str]:
    return [file.path for file in walk(root, exclude, CAP).files]


def reasons(root: Path, exclude: Sequence[str] = ()) -> dict[str, str]:
    return {skipped.path: skipped.reason for skipped in walk(root, exclude, CAP).skipped}


def test_files_come_sorted_with_what_tells_a_change(tmp_path: Path) -> None:
    grow(tmp_path, {"b.py": "1", "a/c.py": "22", ".env": "", ".github/w.yml": ""})
    files = walk(tmp_path, (), CAP).files
    assert [file.path for file in files] == [".env", ".github/w.yml", "a/c.py", "b.py"]
    status = (tmp_path / "a/c.py").stat()
    assert (files[2].size, files[2].mtime_ns, files[2].inode) == (2, status.st_mtime_ns, status.st_ino)


def test_one_file_as_the_root(tmp_path: Path) -> None:
    grow(tmp_path, {"a.py": "x = 1\n", "b.py": ""})
    assert names(tmp_path / "a.py") == ["a.py"]
    (tmp_path / "link.py").symlink_to("a.py")
    assert reasons(tmp_path / "link.py") == {"link.py": "a symbolic link"}
    with pytest.raises(FileNotFoundError):
        walk(tmp_path / "missing.py", (), CAP)


def test_foreign_folders_are_one_entry_each(tmp_path: Path) -> None:
    grow(
        tmp_path,
        {
            "app.js": "",
            "package.json": "{}",
            "node_modules/x/index.js": "",
            "src/vendor/lib.js": "",
            "lib/python3/site-packages/m.py": "",
            "env1/pyvenv.cfg": "",
            "env1/m.py": "",
            ".next/server.js": "",
            "dist/main.js": "",
            "build/index.html": "",
            "pkg.egg-info/PKG-INFO": "",
            ".git/config": "[core]\n",
            "a/__pycache__/m.pyc": "",
        },
    )
    assert names(tmp_path) == ["app.js", "package.json"]
    assert reasons(tmp_path) == {
        "node_modules": "a vendored folder",
        "src/vendor": "a vendored folder",
        "lib/python3/site-packages": "a vendored folder",
        "env1": "a virtual environment",
        ".next": "build output",
        "dist": "build output",
        "build": "build output",
        "pkg.egg-info": "build output",
    }


def test_folders_that_are_only_named_like_output_are_walked(tmp_path: Path) -> None:
    grow(
        tmp_path,
        {
            "setup.py": "",
            "build/__init__.py": "",
            "build/rules.py": "",
            "env/app.py": "",
            "web/dist/app.js": "",
            "tools/build/webpack.js": "",
            "tools/package.json": "",
        },
    )
    assert names(tmp_path) == [
        "build/__init__.py",
        "build/rules.py",
        "env/app.py",
        "setup.py",
        "tools/build/webpack.js",
        "tools/package.json",
        "web/dist/app.js",
    ]


def test_minified_lock_and_large_files_are_skipped_with_their_reason(tmp_path: Path) -> None:
    grow(
        tmp_path,
        {
            "a.min.js": "",
            "jquery-3.7.min.js": "",
            "app.bundle.js": "",
            "package-lock.json": "{}",
            "big.py": "x" * 1001,
            "big.go": "x" * 1001,
            "big.png": "x" * 1001,
        },
    )
    assert names(tmp_path) == ["big.png"]
    assert reasons(tmp_path) == {
        "a.min.js": "minified or bundled",
        "jquery-3.7.min.js": "minified or bundled",
        "app.bundle.js": "minified or bundled",
        "package-lock.json": "a lock file",
        "big.py": "larger than 0.001 MB (0.0 MB)",
        "big.go": "larger than 0.001 MB (0.0 MB)",
    }


def test_a_sparse_100_mb_line_is_skipped_unread(tmp_path: Path) -> None:
    with (tmp_path / "line.py").open("wb") as file:
        file.truncate(100_000_000)
    assert {one.reason for one in walk(tmp_path, (), 1_000_000).skipped} == {"larger than 1 MB (100.0 MB)"}


def test_gitignore_is_honoured_without_a_repository(tmp_path: Path) -> None:
    grow(
        tmp_path,
        {
            ".gitignore": "*.log.py\n/local\n!keep.log.py\n",
            "a.log.py": "",
            "keep.log.py": "",
            "local/x.py": "",
            "sub/local/y.py": "",
            "sub/.gitignore": "z.py\n",
            "sub/z.py": "",
            "z.py": "",
            "picture.png": "",
        },
    )
    assert names(tmp_path) == [".gitignore", "keep.log.py", "picture.png", "sub/.gitignore", "sub/local/y.py", "z.py"]
    assert reasons(tmp_path) == {
        "a.log.py": "ignored by .gitignore",
        "local": "ignored by .gitignore",
        "sub/z.py": "ignored by .gitignore",
    }


def test_ignore_files_outside_the_root_do_not_count(tmp_path: Path) -> None:
    grow(tmp_path, {".gitignore": "*.py\n", ".ignore": "*.py\n", "root/a.py": "", "root/.ignore": "a.py\n"})
    assert names(tmp_path / "root") == [".ignore", "a.py"]


def test_excludes_are_globs_of_files_and_folders(tmp_path: Path) -> None:
    grow(tmp_path, {"a.py": "", "docs/a.py": "", "x/docs/b.py": "", "x/c_gen.py": "", "y/z/d.py": ""})
    exclude = ["docs/", "*_gen.py", "./y/z/**"]
    assert names(tmp_path, exclude) == ["a.py"]
    excluded = "excluded by the configuration"
    assert reasons(tmp_path, exclude) == dict.fromkeys(["docs", "x/docs", "x/c_gen.py", "y/z"], excluded)


def test_links_pipes_sockets_and_devices_are_listed_and_not_followed(tmp_path: Path) -> None:
    outside = grow(tmp_path / "outside", {"secret.py": "print(1)\n"})
    root = grow(tmp_path / "root", {"a.py": ""})
    (root / "out.py").symlink_to(outside / "secret.py")
    (root / "out").symlink_to(outside)
    (root / "loop").symlink_to(root)
    (root / "gone.py").symlink_to("nowhere")
    os.mkfifo(root / "pipe.py")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(root / "socket.py"))
    assert names(root) == ["a.py"]
    link = "a symbolic link"
    assert reasons(root) == {
        "out.py": link,
        "out": link,
        "loop": link,
        "gone.py": link,
        "pipe.py": "a named pipe",
        "socket.py": "a socket",
    }


def test_a_git_file_that_points_elsewhere_is_not_followed(tmp_path: Path) -> None:
    grow(tmp_path, {"repo/config": "", "root/.git": f"gitdir: {tmp_path}/repo\n", "root/a.py": ""})
    assert names(tmp_path / "root") == ["a.py"]


@pytest.mark.parametrize("folder", ["", "sub", "venv", "left[out]", "node_modules"])
def test_a_gitignore_that_is_a_pipe_hangs_nobody(tmp_path: Path, folder: str) -> None:
    grow(tmp_path, {"a.py": "", ".gitignore": "b.py\n", "b.py": "", "venv/pyvenv.cfg": "", "other/x.py": ""})
    (tmp_path / folder).mkdir(exist_ok=True)
    (tmp_path / folder / ".gitignore").unlink(missing_ok=True)
    os.mkfifo(tmp_path / folder / ".gitignore")
    found = names(tmp_path, ["left[[]out]"])
    assert "a.py" in found
    honoured = folder in ("venv", "left[out]", "node_modules")
    assert ("b.py" in found) is not honoured
    assert (".gitignore" in reasons(tmp_path, ["left[[]out]"])) is not honoured


def test_a_gitignore_that_is_a_link_is_not_read(tmp_path: Path) -> None:
    grow(tmp_path, {"outside": "*.py\n", "root/a.py": ""})
    (tmp_path / "root/.gitignore").symlink_to("../outside")
    assert names(tmp_path / "root") == ["a.py"]


@pytest.mark.parametrize(
    "pattern",
    [
        "*a" * 50 + "b",
        "**/" * 60 + "b",
        "{a,b}" * 20,
        "[" * 1000,
        "[a-z]" * 5000,
        ("*a" * 12 + "b\n") * 5000,
        "\0",
        "\xff",
    ],
)
def test_pathological_gitignores_end(tmp_path: Path, pattern: str) -> None:
    grow(tmp_path, {".gitignore": pattern, "a" * 100 + ".py": "", "/".join("a" * 50) + "/x.py": ""})
    assert len([name for name in names(tmp_path) if name.endswith(".py")]) == 2


def test_a_gitignore_too_large_to_match_is_not_honoured(tmp_path: Path) -> None:
    grow(tmp_path, {".gitignore": "a.py\n" * 100_000, "a.py": ""})
    tree = walk(tmp_path, (), 1_000_000)
    assert [file.path for file in tree.files] == [".gitignore", "a.py"]
    assert {one.path: one.reason for one in tree.skipped} == {".gitignore": "not honoured: together larger than 300 kB"}


HOSTILE_NAMES = [
    b"new\nline.py",
    b"esc\x1b[31m.py",
    b"[bold]x.py",
    b"::error::.py",
    b"-rf.py",
    b"bad\xff.py",
    b"\\xff.py",
]


def test_any_name_can_be_reported_as_json_and_opened_again(tmp_path: Path) -> None:
    for name in HOSTILE_NAMES:
        with open(os.fsencode(tmp_path) + b"/" + name, "wb") as file:  # noqa: PTH123 - the name is bytes
            file.write(name)
    paths = names(tmp_path)
    assert len(set(paths)) == len(HOSTILE_NAMES)
    assert json.loads(json.dumps(paths, ensure_ascii=False).encode()) == paths
    assert sorted(read_bytes(tmp_path, path, CAP) for path in paths) == sorted(HOSTILE_NAMES)


def test_folders_with_names_that_are_no_text_survive_a_gitignore(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path) + b"/bad\xff"
    os.mkdir(folder)  # noqa: PTH102 - the name is bytes
    for name in (b"/a.py", b"/pyvenv.cfg"):
        os.close(os.open(folder + name, os.O_CREAT))
    grow(tmp_path, {".gitignore": "b.py\n", "b.py": "", "c.py": ""})
    assert names(tmp_path) == [".gitignore", "b.py", "c.py"]
    assert reasons(tmp_path)[".gitignore"] == "not honoured: the name of a folder is no text"


def test_deep_trees_are_walked_to_the_end_of_what_can_be_named(tmp_path: Path) -> None:
    try:
        here = os.open(tmp_path, os.O_RDONLY)
        for _ in range(1500):
            os.mkdir("deep", dir_fd=here)
            inner = os.open("deep", os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = inner
        os.close(here)
        grow(tmp_path, {"a.py": "", "deep/b.py": ""})
        assert names(tmp_path) == ["a.py", "deep/b.py"]
        assert list(reasons(tmp_path).values()) == ["folder: cannot be read: file name too long"]
    finally:
        subprocess.run(["rm", "-rf", tmp_path / "deep"], check=True)  # pytest's own clean-up is recursive


def run_without_rights(root: Path, work: Callable[[Path], object]) -> Any:  # noqa: ANN401 - whatever the work gives
    """What the work gives, done below `root` in a process that owns nothing (root would be allowed everything)."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.chdir(root)
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(65534)
                os.setuid(65534)
            os.write(write, json.dumps(work(Path())).encode())
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        answer = json.loads(pipe.read())
    os.waitpid(child, 0)
    return answer


def try_to_read(root: Path) -> str:
    try:
        return read_bytes(root, "c.py", CAP).decode()
    except Unreadable as error:
        return str(error)


def test_what_may_not_be_read_is_listed_and_the_rest_goes_on(tmp_path: Path) -> None:
    grow(tmp_path, {"a.py": "", "locked/b.py": "", "c.py": "", ".gitignore": "d.py\n", "d.py": ""})
    tmp_path.chmod(0o755)
    (tmp_path / "locked").chmod(0)
    (tmp_path / "c.py").chmod(0)
    try:
        found, left_out, error = run_without_rights(
            tmp_path, lambda root: [names(root), reasons(root), try_to_read(root)]
        )
    finally:
        (tmp_path / "locked").chmod(0o755)
    assert found == [".gitignore", "a.py", "c.py"]
    assert left_out == {"locked": "folder: cannot be read: permission denied", "d.py": "ignored by .gitignore"}
    assert error == "cannot be read: permission denied"
