"""Writing into a project, and taking it back."""

from __future__ import annotations

import os
import resource
import signal
import stat
from pathlib import Path

import pytest

from readycheck.fix.undo import UndoError, Written, locate_record, record, undo
from readycheck.fix.write import create_file, remove_file, replace_file
from readycheck.scan.cache import hash_content

OLD, NEW = b"print(1)\n", b"log(1)\n"
AS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "state"
    monkeypatch.setenv("READYCHECK_STATE_DIR", str(folder))
    return folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "a.py").write_bytes(OLD)
    return folder


def names(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if not path.is_dir())


def test_a_file_gets_new_content_and_keeps_its_mode(root: Path) -> None:
    (root / "deep" / "a.py").chmod(0o750)

    assert replace_file(root, "deep/a.py", OLD, NEW) == ""

    assert (root / "deep" / "a.py").read_bytes() == NEW
    assert stat.S_IMODE((root / "deep" / "a.py").stat().st_mode) == 0o750
    assert names(root) == ["deep/a.py"]


@pytest.mark.skipif(not AS_ROOT, reason="only root may give files away")
def test_a_file_keeps_its_owner(root: Path) -> None:
    os.chown(root / "deep" / "a.py", 12_345, 23_456)

    assert replace_file(root, "deep/a.py", OLD, NEW) == ""

    status = (root / "deep" / "a.py").stat()
    assert (status.st_uid, status.st_gid) == (12_345, 23_456)


@pytest.mark.parametrize("now", [b"print(2)\n", b"print(1)\n# more\n", b""])
def test_a_file_that_somebody_changed_is_left_alone(root: Path, now: bytes) -> None:
    (root / "deep" / "a.py").write_bytes(now)

    assert replace_file(root, "deep/a.py", OLD, NEW) == "it was changed by somebody else"
    assert (root / "deep" / "a.py").read_bytes() == now


def test_a_read_only_file_is_left_alone(root: Path) -> None:
    (root / "deep" / "a.py").chmod(0o444)

    assert replace_file(root, "deep/a.py", OLD, NEW) == "it is read-only"
    assert (root / "deep" / "a.py").read_bytes() == OLD


@pytest.mark.parametrize("path", ["../outside.py", "/etc/hosts", "deep/../../outside.py", "", "deep/"])
def test_nothing_outside_is_written(root: Path, tmp_path: Path, path: str) -> None:
    (tmp_path / "outside.py").write_bytes(OLD)

    assert replace_file(root, path, OLD, NEW) != ""
    assert (tmp_path / "outside.py").read_bytes() == OLD


def test_nothing_is_written_through_a_link(root: Path, tmp_path: Path) -> None:
    (tmp_path / "outside.py").write_bytes(OLD)
    (root / "link.py").symlink_to(tmp_path / "outside.py")
    (root / "elsewhere").symlink_to(tmp_path)

    assert replace_file(root, "link.py", OLD, NEW) == "a symbolic link"
    assert (
        replace_file(root, "elsewhere/outside.py", OLD, NEW) == "a folder on its path is a link or no folder any more"
    )
    assert create_file(root, "elsewhere/new.py", NEW) == "a folder on its path is a link or no folder any more"
    assert (tmp_path / "outside.py").read_bytes() == OLD
    assert not (tmp_path / "new.py").exists()


def test_the_root_itself_may_be_a_link(root: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(root)

    assert replace_file(tmp_path / "link", "deep/a.py", OLD, NEW) == ""
    assert (root / "deep" / "a.py").read_bytes() == NEW


def test_a_new_file_never_replaces_another(root: Path) -> None:
    assert create_file(root, "deep/new.sql", NEW) == ""
    assert create_file(root, "deep/a.py", NEW) == "there is a file of that name already"
    (root / "dangling").symlink_to("nowhere")
    assert create_file(root, "dangling", NEW) == "there is a file of that name already"

    assert (root / "deep" / "a.py").read_bytes() == OLD
    assert (root / "deep" / "new.sql").read_bytes() == NEW
    assert names(root) == ["dangling", "deep/a.py", "deep/new.sql"]


def test_a_folder_that_does_not_exist_is_not_made(root: Path) -> None:
    assert create_file(root, "nowhere/new.sql", NEW) != ""
    assert names(root) == ["deep/a.py"]


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, OSError])
@pytest.mark.parametrize("step", ["fsync", "replace", "fchmod"])
def test_an_interrupted_write_leaves_the_old_file_and_nothing_beside_it(
    root: Path, monkeypatch: pytest.MonkeyPatch, step: str, interruption: type[BaseException]
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise interruption

    monkeypatch.setattr(os, step, interrupt)
    if interruption is OSError:
        assert replace_file(root, "deep/a.py", OLD, NEW) != ""
    else:
        with pytest.raises(KeyboardInterrupt):
            replace_file(root, "deep/a.py", OLD, NEW)
    monkeypatch.undo()

    assert (root / "deep" / "a.py").read_bytes() == OLD
    assert names(root) == ["deep/a.py"]


def test_a_full_disk_leaves_the_old_file_and_nothing_beside_it(root: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))  # the kernel refuses to write more
    try:
        reason = replace_file(root, "deep/a.py", OLD, b"#" * 200_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)

    assert reason.startswith("cannot be written: ")
    assert (root / "deep" / "a.py").read_bytes() == OLD
    assert names(root) == ["deep/a.py"]


def write_run(root: Path) -> None:
    """A run that changes one file and makes another."""
    files = [Written("deep/a.py", OLD, hash_content(NEW)), Written("new.sql", None, hash_content(NEW))]
    record(root, files)
    assert create_file(root, "new.sql", NEW) == ""
    assert replace_file(root, "deep/a.py", OLD, NEW) == ""


def test_a_run_is_taken_back_once(root: Path) -> None:
    write_run(root)

    done = undo(root)

    assert (done.restored, done.removed, done.left) == (("deep/a.py",), ("new.sql",), {})
    assert (root / "deep" / "a.py").read_bytes() == OLD
    assert names(root) == ["deep/a.py"]
    with pytest.raises(UndoError, match="no run of"):
        undo(root)


def test_what_was_changed_since_is_left_alone_and_can_be_taken_back_later(root: Path) -> None:
    write_run(root)
    (root / "new.sql").write_bytes(b"mine\n")

    done = undo(root)

    assert (done.restored, done.removed, dict(done.left)) == (
        ("deep/a.py",),
        (),
        {"new.sql": "it was changed since: undo that first, then --undo"},
    )
    (root / "new.sql").write_bytes(NEW)
    again = undo(root)
    assert (again.unchanged, again.removed) == (("deep/a.py",), ("new.sql",))


def test_a_run_that_was_interrupted_is_taken_back_as_far_as_it_came(root: Path) -> None:
    record(root, [Written("deep/a.py", OLD, hash_content(NEW)), Written("b.py", OLD, hash_content(NEW))])
    (root / "b.py").write_bytes(OLD)
    replace_file(root, "deep/a.py", OLD, NEW)

    done = undo(root)

    assert (done.restored, done.unchanged) == (("deep/a.py",), ("b.py",))


def test_the_record_lies_in_the_users_folder_and_nobody_else_reads_it(root: Path, state: Path) -> None:
    write_run(root)

    assert locate_record(root).parent == state
    assert stat.S_IMODE(state.stat().st_mode) == 0o700
    assert not any("undo" in name for name in names(root))


def test_each_root_has_a_record_of_its_own(root: Path, tmp_path: Path) -> None:
    write_run(root)

    with pytest.raises(UndoError, match="no run of"):
        undo(tmp_path)


@pytest.mark.parametrize("text", ["", "[]", '{"format": 2, "files": []}', '{"format": 1, "files": [[1]]}', "{" * 9999])
def test_a_broken_record_is_said_to_be_one(root: Path, text: str) -> None:
    write_run(root)
    locate_record(root).write_text(text)

    with pytest.raises(UndoError, match=r"broken|another version"):
        undo(root)
    assert (root / "deep" / "a.py").read_bytes() == NEW


def test_a_record_that_names_a_path_outside_writes_nothing_there(root: Path, tmp_path: Path) -> None:
    (tmp_path / "outside.py").write_bytes(NEW)
    record(root, [Written("../outside.py", OLD, hash_content(NEW))])

    assert undo(root).left != {}
    assert (tmp_path / "outside.py").read_bytes() == NEW


def test_without_a_place_for_the_record_there_is_an_error(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("READYCHECK_STATE_DIR", str(tmp_path / "file" / "state"))

    with pytest.raises(UndoError, match="READYCHECK_STATE_DIR"):
        record(root, [Written("deep/a.py", OLD, "")])


def test_removing_needs_the_content_that_was_written(root: Path) -> None:
    assert remove_file(root, "deep/a.py", NEW) == "it was changed by somebody else"
    assert remove_file(root, "deep/a.py", OLD) == ""
    assert names(root) == []
