"""Real repositories, made with the git that is installed; a hostile one's commands touch canary files."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from readycheck.audit.changes import Changes, keep_changed, load_changes
from readycheck.audit.errors import SettingsError
from readycheck.audit.git import read_commit
from readycheck.model.location import Endpoint

if TYPE_CHECKING:
    from tests.unit.audit.conftest import Make

IDENTITY = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "protocol.file.allow=always"]


def git(folder: Path, *arguments: str) -> str:
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(
        ["git", *IDENTITY, *arguments], cwd=folder, env=environment, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with one commit of three files on `main`."""
    root = tmp_path / "project"
    root.mkdir()
    git(root, "init", "--quiet", "--initial-branch=main")
    write(root, src__app="one\ntwo\nthree\n", src__same="same\n", other="other\n")
    git(root, "add", ".")
    git(root, "commit", "--quiet", "--message=first")
    return root


def commit(root: Path, message: str = "next") -> str:
    git(root, "add", ".")
    git(root, "commit", "--quiet", f"--message={message}")
    return git(root, "rev-parse", "HEAD")


def lines(changes: Changes, path: str) -> list[int]:
    return [line for one in changes.lines[path] for line in one]


def test_changed_files_new_files_and_files_that_stayed(project: Path, make: Make) -> None:
    write(project, src__app="one\nTWO\nthree\nfour\n", new="new\n")
    changes = load_changes(project, "HEAD")
    assert changes.unchanged == {"src/same.py", "other.py"}
    assert {path: lines(changes, path) for path in changes.lines} == {"src/app.py": [2, 4]}
    touched = ["src/app.py:2:1", "src/app.py:4:1", "new.py:1:1"]
    kept = [make.finding(place) for place in touched]
    dropped = [make.finding(place) for place in ("src/app.py:1:1", "src/app.py:3:1", "src/same.py:1:1")]
    assert keep_changed([*kept, *dropped], changes, ()) == kept
    assert keep_changed([*kept, *dropped], None, ()) == [*kept, *dropped]


def test_what_no_line_is_to_blame_for_always_stays(project: Path, make: Make) -> None:
    changes = load_changes(project, "HEAD")
    absence, elsewhere = make.finding("other.py:1:1", rule="logger-used"), make.finding(where=Endpoint("GET", "/x"))
    assert keep_changed([absence, elsewhere, make.finding("other.py:1:1")], changes, {"logger-used"}) == [
        absence,
        elsewhere,
    ]


def test_a_finding_of_which_another_place_changed_stays(project: Path, make: Make) -> None:
    write(project, src__app="one\nTWO\nthree\n")
    changes = load_changes(project, "HEAD")
    joined = make.finding("src/same.py:1:1", also=(make.span("src/app.py:2:1"),))
    assert keep_changed([joined], changes, ()) == [joined]


def test_the_comparison_is_with_the_merge_base(project: Path) -> None:
    git(project, "checkout", "--quiet", "-b", "feature")
    write(project, src__app="one\nTWO\nthree\n")
    commit(project)
    git(project, "checkout", "--quiet", "main")
    write(project, other="changed on main\n")
    commit(project)
    git(project, "checkout", "--quiet", "feature")
    changes = load_changes(project, "main")
    assert set(changes.lines) == {"src/app.py"}
    assert lines(changes, "src/app.py") == [2]


def test_a_folder_below_the_top_has_its_own_paths(project: Path) -> None:
    write(project, src__app="one\ntwo\nthree\nfour\n", other="changed\n")
    changes = load_changes(project / "src", "HEAD")
    assert set(changes.lines) == {"app.py"}
    assert changes.unchanged == {"same.py"}


def test_line_ends_alone_are_no_change(project: Path, make: Make) -> None:
    (project / "src/app.py").write_bytes(b"one\r\ntwo\r\nthree\r\n")
    assert not load_changes(project, "HEAD").touch(make.span("src/app.py:2:1"))


def test_files_that_are_too_large_or_gone_count_as_changed(project: Path, make: Make) -> None:
    (project / "other.py").unlink()
    changes = load_changes(project, "HEAD", max_bytes=5)
    assert changes.touch(make.span("src/app.py:9:1"))
    assert changes.touch(make.span("other.py:1:1"))
    assert changes.unchanged == {"src/same.py"}


def test_only_the_paths_asked_for_are_compared(project: Path) -> None:
    write(project, src__app="x\n", other="x\n")
    assert set(load_changes(project, "HEAD", paths=["src/app.py"]).lines) == {"src/app.py"}


def test_names_with_spaces_quotes_and_newlines(project: Path) -> None:
    name = 'a "b"\n\tü.py'
    (project / name).write_text("one\n")
    commit(project)
    (project / name).write_text("one\ntwo\n")
    assert lines(load_changes(project, "HEAD"), name) == [2]


def test_links_and_submodules_in_the_commit_are_passed_over(project: Path) -> None:
    (project / "link.py").symlink_to("other.py")
    commit(project)
    assert load_changes(project, "HEAD").unchanged == {"src/app.py", "src/same.py", "other.py"}


def test_a_packed_repository(project: Path) -> None:
    git(project, "gc", "--quiet")
    write(project, src__app="one\ntwo\nthree\nfour\n")
    assert lines(load_changes(project, "main"), "src/app.py") == [4]
    assert read_commit(project) == git(project, "rev-parse", "HEAD")


def test_a_repository_with_sha256_ids(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--object-format=sha256", "--initial-branch=main")
    write(tmp_path, app="one\n", same="same\n")
    head = commit(tmp_path)
    assert len(head) == 64
    assert read_commit(tmp_path) == head
    write(tmp_path, app="one\ntwo\n")
    changes = load_changes(tmp_path, "main")
    assert changes.unchanged == {"same.py"}
    assert lines(changes, "app.py") == [2]


def test_a_linked_work_tree(project: Path, tmp_path: Path) -> None:
    git(project, "worktree", "add", "--quiet", str(tmp_path / "tree"), "-b", "tree")
    write(tmp_path / "tree", src__app="one\nTWO\nthree\n")
    assert lines(load_changes(tmp_path / "tree", "main"), "src/app.py") == [2]
    assert read_commit(tmp_path / "tree") is None
    git(project, "worktree", "add", "--quiet", "inside", "-b", "inside")
    assert read_commit(project / "inside") is None
    assert read_commit(project) == git(project, "rev-parse", "HEAD")


def test_a_git_file_that_leads_elsewhere_is_not_followed(project: Path, tmp_path: Path) -> None:
    evil = tmp_path / "evil"
    evil.mkdir()
    (evil / ".git").write_text(f"gitdir: {project / '.git'}\n")
    assert read_commit(evil) is None
    with pytest.raises(SettingsError, match="leads out of the audited folder"):
        load_changes(evil, "HEAD")
    (evil / ".git").unlink()
    (evil / ".git").symlink_to(project / ".git")
    assert read_commit(evil) is None


def test_a_git_directory_elsewhere_within_the_root_is_followed(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    git(tmp_path, "init", "--quiet", "--separate-git-dir=data/repository", "--initial-branch=main")
    write(tmp_path, app="one\n")
    head = commit(tmp_path)
    assert (tmp_path / ".git").is_file()
    assert read_commit(tmp_path) == head
    write(tmp_path, app="one\ntwo\n")
    assert lines(load_changes(tmp_path, "HEAD"), "app.py") == [2]


@pytest.mark.parametrize("text", ["gitdir: a\0b\n", "gitdir: " + "x" * 3_000, "gitdir:", "nothing", "gitdir: .git\n"])
def test_a_git_file_that_makes_no_sense(tmp_path: Path, text: str) -> None:
    (tmp_path / ".git").write_text(text)
    assert read_commit(tmp_path) is None
    with pytest.raises(SettingsError, match="--diff"):
        load_changes(tmp_path, "HEAD")


def test_a_git_link_that_is_a_loop(tmp_path: Path) -> None:
    (tmp_path / ".git").symlink_to(".git")
    assert read_commit(tmp_path) is None
    with pytest.raises(SettingsError, match="--diff"):
        load_changes(tmp_path, "HEAD")


def test_objects_from_elsewhere_are_not_read(project: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--shared", str(project), "borrowed")
    with pytest.raises(SettingsError, match="borrows objects"):
        load_changes(tmp_path / "borrowed", "HEAD")
    git(tmp_path, "init", "--quiet", "linked")
    (tmp_path / "linked/.git/objects/info").rmdir()
    (tmp_path / "linked/.git/objects/pack").rmdir()
    (tmp_path / "linked/.git/objects").rmdir()
    (tmp_path / "linked/.git/objects").symlink_to(project / ".git/objects")
    with pytest.raises(SettingsError, match="link that leads out"):
        load_changes(tmp_path / "linked", "HEAD")


def test_a_shallow_clone_compares_with_the_commit_itself(project: Path, tmp_path: Path) -> None:
    write(project, src__app="one\nTWO\nthree\n")
    commit(project)
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{project}", "shallow")
    assert load_changes(tmp_path / "shallow", "HEAD").unchanged == {"src/app.py", "src/same.py", "other.py"}
    with pytest.raises(SettingsError, match="knows no commit 'HEAD~1'"):
        load_changes(tmp_path / "shallow", "HEAD~1")


def test_content_that_a_partial_clone_lacks_counts_as_changed(project: Path, tmp_path: Path, make: Make) -> None:
    git(project, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "--quiet", "--no-checkout", "--filter=blob:none", f"file://{project}", "partial")
    write(tmp_path / "partial", src__app="one\nTWO\nthree\n", src__same="same\n")
    canary = tmp_path / "fetched"
    git(tmp_path / "partial", "config", "remote.origin.url", f"ext::touch {canary}")
    git(tmp_path / "partial", "config", "protocol.ext.allow", "always")
    changes = load_changes(tmp_path / "partial", "HEAD")
    assert "src/same.py" in changes.unchanged
    assert changes.touch(make.span("src/app.py:1:1"))
    assert not canary.exists()


@pytest.mark.parametrize("ref", ["nowhere", "-h", "--output=x", "", "a\nb", "HEAD:other.py"])
def test_a_name_of_no_commit_is_an_error_that_names_it(project: Path, ref: str) -> None:
    with pytest.raises(SettingsError, match="--diff"):
        load_changes(project, ref)


def test_no_repository_and_no_git_are_errors(tmp_path: Path, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match="in no git repository"):
        load_changes(tmp_path, "HEAD")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SettingsError, match="git is not installed"):
        load_changes(project, "HEAD")
    (project / "git").write_text("#!/bin/sh\n")
    (project / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(project))
    with pytest.raises(SettingsError, match="lies in the audited project"):
        load_changes(project, "HEAD")


def test_nothing_that_a_repository_configures_is_run(project: Path, tmp_path: Path) -> None:
    fired = tmp_path / "fired"
    fired.mkdir()
    write(project, src__app="one\nTWO\nthree\n")
    (project / ".gitattributes").write_text("*.py filter=evil diff=evil merge=evil text eol=crlf\n")
    commit(project)
    program = tmp_path / "evil.sh"
    hooks = project / "hooks"
    hooks.mkdir()
    config = [
        "core.fsmonitor", "core.pager", "core.editor", "core.sshCommand", "core.askPass", "core.gitProxy",
        "core.alternateRefsCommand", "diff.external", "diff.evil.command", "diff.evil.textconv", "filter.evil.clean",
        "filter.evil.smudge", "filter.evil.process", "merge.evil.driver", "pager.ls-tree", "pager.cat-file",
        "pager.rev-parse", "pager.merge-base", "credential.helper", "gpg.program", "interactive.diffFilter",
        "uploadpack.packObjectsHook", "sequence.editor", "trace2.eventTarget",
    ]  # fmt: skip
    for key in config:
        git(project, "config", key, f"{program} {key}")
    for command in ("ls-tree", "cat-file", "rev-parse", "merge-base", "rev-list"):
        git(project, "config", f"alias.{command}", f"!{program} alias.{command}")
    for name in ("post-checkout", "post-index-change", "reference-transaction", "fsmonitor-watchman", "pre-auto-gc"):
        for folder in (hooks, project / ".git/hooks"):
            (folder / name).write_text(f"#!/bin/sh\ntouch {fired}/hook-{name}\n")
            (folder / name).chmod(0o755)
    git(project, "config", "core.hooksPath", str(hooks))
    (tmp_path / "included").write_text(f"[core]\n\tfsmonitor = {program} included\n")
    git(project, "config", "include.path", str(tmp_path / "included"))
    program.write_text(f'#!/bin/sh\ntouch "{fired}/$1"\ncat\n')
    program.chmod(0o755)
    write(project, src__app="one\nTWO\nthree\nfour\n", src__same="same\nagain\n")
    before = sorted(path.relative_to(project) for path in project.rglob("*"))
    changes = load_changes(project, "HEAD~1")
    assert lines(changes, "src/app.py") == [2, 4]
    assert lines(changes, "src/same.py") == [2]
    assert read_commit(project) is not None
    assert list(fired.iterdir()) == []
    assert sorted(path.relative_to(project) for path in project.rglob("*")) == before
    subprocess.run(["git", "status"], cwd=project, capture_output=True, check=False)
    assert list(fired.iterdir()) != [], "the trap itself must work"


def test_the_environment_of_a_hook_that_starts_us_does_not_lead_astray(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    assert "other.py" in load_changes(project, "HEAD").unchanged


def test_the_commit_is_read_without_git(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    head = git(project, "rev-parse", "HEAD")
    monkeypatch.setenv("PATH", "")
    assert read_commit(project) == head
    (project / ".git/HEAD").write_text(f"{head}\n")
    assert read_commit(project) == head


@pytest.mark.parametrize(
    "head", ["", "ref: refs/heads/none\n", "ref: ../../../etc/passwd\n", "ref: /etc/passwd\n", "ref: HEAD\n", "zzz\n"]
)
def test_a_head_that_leads_nowhere(tmp_path: Path, head: str) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git/HEAD").write_text(head)
    assert read_commit(tmp_path) is None


def test_a_repository_whose_head_is_a_loop_a_fifo_or_missing(tmp_path: Path) -> None:
    assert read_commit(tmp_path) is None
    (tmp_path / ".git/refs/heads").mkdir(parents=True)
    assert read_commit(tmp_path) is None
    (tmp_path / ".git/HEAD").write_text("ref: refs/heads/a\n")
    (tmp_path / ".git/refs/heads/a").write_text("ref: refs/heads/a\n")
    assert read_commit(tmp_path) is None
    (tmp_path / ".git/refs/heads/a").unlink()
    os.mkfifo(tmp_path / ".git/refs/heads/a")
    assert read_commit(tmp_path) is None
