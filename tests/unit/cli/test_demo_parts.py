"""The parts of the demo that need no server."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import tempfile
import tomllib
from pathlib import Path

import pytest

from readycheck.cli.demo import place as places
from readycheck.cli.demo.errors import DemoError
from readycheck.cli.demo.place import Place, open_place
from readycheck.cli.demo.processes import Command, Fleet, wait_until
from readycheck.cli.demo.signals import Signals, StopRequestedError, catch_signals
from readycheck.cli.demo.trees import copy_tree
from readycheck.cli.demo.unready import find_node, hash_lock_file, is_installed

ROOT = Path(__file__).resolve().parents[3]


def read_project(path: Path) -> dict[str, list[str]]:
    project = tomllib.loads((path / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {"": project["dependencies"], **project["optional-dependencies"]}


def test_the_extra_is_what_the_chat_backend_needs() -> None:
    chat = read_project(ROOT / "fixtures" / "chat_backend")

    assert sorted(read_project(ROOT)["demo"]) == sorted([*chat[""], *chat["embedded"]])


def test_everything_that_the_extra_names_is_pinned() -> None:
    pinned = {line.partition("==")[0].lower() for line in (ROOT / "constraints.txt").read_text().splitlines()}
    names = [re.split(r"[\[>=<]", line)[0].lower() for line in read_project(ROOT)["demo"]]

    assert [name for name in names if name not in pinned and name.replace("-", "_") not in pinned] == []


def test_a_copy_follows_its_source_and_keeps_what_a_run_made(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    for name in ("a.py", "gone.py", "tests/test_a.py", "node_modules/x.js", ".env", "deep/b.sql"):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(name)
    first = copy_tree(source, target)
    (target / "node_modules").mkdir()
    (target / "node_modules" / "made.js").touch()
    before = (target / "a.py").stat().st_mtime_ns
    (source / "gone.py").unlink()
    (source / "deep" / "b.sql").write_text("changed")

    second = copy_tree(source, target)

    files = {path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file()}
    assert files == {"a.py", "deep/b.sql", "node_modules/made.js"}
    assert (target / "deep" / "b.sql").read_text() == "changed"
    assert (target / "a.py").stat().st_mtime_ns == before
    assert first != second == copy_tree(source, target)


def test_data_is_kept_only_for_the_code_that_it_was_completed_with(tmp_path: Path) -> None:
    place = Place(tmp_path)

    def start(digest: str) -> bool:
        is_new = place.prepare_data(digest)
        place.data.mkdir(exist_ok=True)
        return is_new

    assert start("one")
    assert start("one")  # the first start was never completed
    place.accept_data("one")
    assert not start("one")
    assert start("two")
    assert start("one")


def test_two_demos_do_not_share_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("READYCHECK_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(places, "is_enterable", lambda _folder: True)
    with open_place(), pytest.raises(DemoError, match="another demo is running"), open_place():
        pass
    with open_place() as place:
        assert place.logs.is_dir()


def test_root_keeps_its_data_where_postgres_can_reach_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed, temporary = tmp_path / "closed", tmp_path / "temporary"
    closed.mkdir(mode=0o700)
    temporary.mkdir()
    monkeypatch.setenv("READYCHECK_CACHE_DIR", str(closed))
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.setattr(places, "is_enterable", lambda folder: not folder.is_relative_to(closed))

    root = places.choose_root()

    assert root.parent == (temporary if os.getuid() == 0 else closed)


def test_a_folder_for_temporary_files_that_somebody_else_made_is_refused(tmp_path: Path) -> None:
    made = places.make_private_folder(tmp_path)
    made.rmdir()
    made.symlink_to(tmp_path)
    try:
        with pytest.raises(DemoError, match="belongs to somebody else"):
            places.make_private_folder(tmp_path)
    finally:
        made.unlink()


def test_packages_are_installed_anew_when_the_lock_file_changes(tmp_path: Path) -> None:
    (tmp_path / "package-lock.json").write_text("{}")
    (tmp_path / "node_modules").mkdir()
    assert not is_installed(tmp_path)

    (tmp_path / "node_modules" / ".readycheck-lock").write_text(hash_lock_file(tmp_path))
    assert is_installed(tmp_path)

    (tmp_path / "package-lock.json").write_text('{"lockfileVersion": 3}')
    assert not is_installed(tmp_path)


@pytest.mark.parametrize(
    ("says", "npm", "missing"),
    [
        ("v20.1.0", "10", ""),
        ("v24.0.0", "11", ""),
        ("v20.1.0", None, "npm is not installed"),
        ("v18.20.8", "10", "Node.js 20 is not installed: {node} is v18.20.8"),
        ("nonsense", "10", "Node.js 20 is not installed: {node} is nonsense"),
        (None, "10", "Node.js 20 is not installed"),
    ],
)
def test_node_is_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: str | None, npm: str | None, missing: str
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    programs = {"node": says, "npm": npm}
    for name, answer in programs.items():
        if answer is not None:
            (tmp_path / name).write_text(f"#!/bin/sh\necho {answer}\n")
            (tmp_path / name).chmod(0o755)

    assert find_node().missing == missing.format(node=tmp_path / "node")


def test_a_process_sees_nothing_of_our_environment_but_what_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "a key of the user's")
    command = Command("x", ("x",), Path(), {"PORT": "1"})

    assert "OPENAI_API_KEY" not in command.build_environment()
    assert command.build_environment()["PORT"] == "1"
    assert "PATH" in command.build_environment()


def test_processes_are_stopped_with_their_children_even_if_they_do_not_listen(tmp_path: Path) -> None:
    script = 'trap "" TERM; (trap "" TERM; echo $$ started; sleep 600) & wait; sleep 600'
    signals = Signals()
    fleet = Fleet(tmp_path, signals)
    fleet.patience = 0.2
    with fleet:
        running = fleet.start(Command("deaf", ("/bin/sh", "-c", script), tmp_path, {}))
        wait_until(lambda: b"started" in running.log.read_bytes(), running, "said nothing")

    table = subprocess.run(["ps", "-axo", "pgid=,stat="], capture_output=True, text=True, check=True).stdout
    left = [state for group, state in map(str.split, table.splitlines()) if int(group) == running.process.pid]
    assert [state for state in left if not state.startswith("Z")] == []


def test_a_process_that_ends_by_itself_is_reported_with_its_last_words(tmp_path: Path) -> None:
    with Fleet(tmp_path, Signals()) as fleet:
        running = fleet.start(Command("short lived", ("/bin/sh", "-c", "echo no luck; exit 4"), tmp_path, {}))

        with pytest.raises(DemoError, match="short lived ended by itself, with exit code 4") as caught:
            wait_until(lambda: False, running, "said nothing")

    assert caught.value.tail == ("no luck",)


def test_a_signal_waits_for_what_must_be_finished_and_is_heard_once() -> None:
    before = signal.getsignal(signal.SIGTERM)
    done: list[str] = []

    def work(signals: Signals) -> None:
        with signals.hold():
            os.kill(os.getpid(), signal.SIGTERM)
            done.append("first")
            os.kill(os.getpid(), signal.SIGINT)
            done.append("second")

    with catch_signals() as signals:
        with pytest.raises(StopRequestedError) as caught:
            work(signals)
        with signals.hold():
            done.append("third")

    assert done == ["first", "second", "third"]
    assert caught.value.exit_code == 143
    assert signal.getsignal(signal.SIGTERM) is before
