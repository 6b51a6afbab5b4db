"""Which files git could not bring back."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from readycheck.audit.dirty import find_dirty
from readycheck.audit.git import GitError

LIMIT = 1_000_000


def git(root: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=Ann", "-c", "user.email=ann@example.com")
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("a.py", "b.py", "deep/c.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x = 1\ny = 2\n")
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "first")
    return tmp_path


def test_a_changed_a_staged_and_an_untracked_file_are_dirty(root: Path) -> None:
    (root / "a.py").write_text("x = 2\n")
    (root / "b.py").write_text("x = 3\n")
    git(root, "add", "b.py")
    (root / "new.py").write_text("x = 1\n")

    assert find_dirty(root, {"a.py", "b.py", "deep/c.py", "new.py"}, LIMIT) == ["a.py", "b.py", "new.py"]


def test_only_the_files_that_are_asked_for_matter(root: Path) -> None:
    (root / "a.py").write_text("x = 2\n")

    assert find_dirty(root, {"b.py"}, LIMIT) == []


def test_a_folder_of_a_repository_has_its_own_paths(root: Path) -> None:
    assert find_dirty(root / "deep", {"c.py"}, LIMIT) == []
    (root / "deep" / "c.py").write_text("x = 2\n")
    assert find_dirty(root / "deep", {"c.py"}, LIMIT) == ["c.py"]


def test_line_ends_do_not_count(root: Path) -> None:
    (root / "a.py").write_bytes(b"x = 1\r\ny = 2\r\n")

    assert find_dirty(root, {"a.py"}, LIMIT) == []


def test_a_repository_without_a_commit_has_nothing_to_bring_back(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    git(tmp_path, "init", "-q")

    assert find_dirty(tmp_path, {"a.py"}, LIMIT) == ["a.py"]


def test_a_file_that_became_a_link_is_dirty(root: Path) -> None:
    (root / "a.py").unlink()
    (root / "a.py").symlink_to("b.py")

    assert find_dirty(root, {"a.py"}, LIMIT) == ["a.py"]


def test_without_a_repository_there_is_no_answer(tmp_path: Path) -> None:
    assert find_dirty(tmp_path, {"a.py"}, LIMIT) is None


def test_a_repository_that_leads_elsewhere_is_not_followed(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("other")
    (other / ".git").write_text(f"gitdir: {root / '.git'}\n")

    with pytest.raises(GitError):
        find_dirty(other, {"a.py"}, LIMIT)


def test_nothing_of_the_repositorys_configuration_is_obeyed(root: Path, tmp_path: Path) -> None:
    trace = tmp_path / "ran"
    for key in ("core.fsmonitor", "core.sshCommand", "filter.x.clean", "diff.external", "core.pager"):
        git(root, "config", key, f"touch {trace}")
    (root / ".gitattributes").write_text("* filter=x\n")

    assert find_dirty(root, {"a.py"}, LIMIT) == []
    assert not trace.exists()


def test_a_file_of_a_repository_inside_is_compared_with_its_own_commit(root: Path) -> None:
    inner = root / "deep" / "inner"
    inner.mkdir()
    for name in ("c.py", "d.py"):
        (inner / name).write_text("x = 1\n")
    git(inner, "init", "-q", "-b", "main")
    git(inner, "add", ".")
    git(inner, "commit", "-qm", "inner")
    (inner / "d.py").write_text("x = 2\n")

    paths = {"a.py", "deep/inner/c.py", "deep/inner/d.py"}
    assert find_dirty(root, paths, LIMIT) == ["deep/inner/d.py"]
    assert find_dirty(root / "deep", {"inner/c.py", "inner/d.py"}, LIMIT) == ["inner/d.py"]


def test_a_repository_inside_that_leads_elsewhere_is_named(root: Path) -> None:
    (root / "sub").mkdir()
    (root / "sub" / "c.py").write_text("x = 1\n")
    (root / "sub" / ".git").write_text("gitdir: ../.git/modules/sub\n")

    with pytest.raises(GitError, match=r"^sub: "):
        find_dirty(root, {"sub/c.py"}, LIMIT)
