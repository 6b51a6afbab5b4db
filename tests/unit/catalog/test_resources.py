from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from readycheck.catalog import CatalogueError, load_catalogue
from readycheck.catalog.resources import MAX_BYTES, find_rules_root, read_folder
from tests.unit.catalog.samples import RULE

ROOT = Path(__file__).parents[3]
LIST = "from readycheck.catalog import load_catalogue as load; print(*[rule.id for rule in load().rules])"


def list_rules(path: Path) -> list[str]:
    """The ids of the built-in rules that a fresh interpreter sees with the package at `path`."""
    environment = {**os.environ, "PYTHONPATH": str(path)}
    return subprocess.run(
        [sys.executable, "-c", LIST], env=environment, cwd=path, capture_output=True, text=True, check=True
    ).stdout.split()


def test_a_checkout_sees_a_rule_that_is_added_later(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "src", tmp_path / "src")
    shutil.copytree(ROOT / "rules", tmp_path / "rules")
    before = list_rules(tmp_path / "src")
    (tmp_path / "rules" / "logging" / "shout-call.yaml").write_text(RULE, encoding="utf-8")
    after = list_rules(tmp_path / "src")
    assert set(after) - set(before) == {"shout-call"}


def test_a_stale_copy_of_an_editable_install_is_not_read(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "src", tmp_path / "src")
    shutil.copytree(ROOT / "rules", tmp_path / "rules")
    stale = tmp_path / "site" / "readycheck" / "rules"
    stale.mkdir(parents=True)
    shutil.copy(ROOT / "rules" / "checklist.yaml", stale)
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path / 'site'}{os.pathsep}{tmp_path / 'src'}"}
    found = subprocess.run(
        [sys.executable, "-c", LIST], env=environment, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert "print-call" in found.stdout.split()


def test_a_wheel_carries_its_rules(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    assert list_rules(tmp_path / "site") == [rule.id for rule in load_catalogue().rules]
    packaged = tmp_path / "site" / "readycheck" / "rules" / "logging" / "print-call.yaml"
    packaged.unlink()
    assert "print-call" not in list_rules(tmp_path / "site")


def test_this_checkout_reads_its_own_folder() -> None:
    assert find_rules_root() == ROOT / "rules"


def test_a_users_folder_is_read_in_order_with_what_lies_below(tmp_path: Path) -> None:
    for name in ("b.yml", "a.yaml", "deep/er/c.yaml", "note.md", ".hidden.yaml", ".git/d.yaml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"# {name}", encoding="utf-8")
    assert [(source.stem, source.folder) for source in read_folder(tmp_path)] == [
        ("a", "."),
        ("b", "."),
        ("c", "deep/er"),
    ]


def test_links_and_what_is_no_file_are_passed_over(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    rules = tmp_path / "rules"
    outside.mkdir()
    rules.mkdir()
    (outside / "secret.yaml").write_text("password: x", encoding="utf-8")
    (rules / "own.yaml").write_text(RULE, encoding="utf-8")
    (rules / "link.yaml").symlink_to(outside / "secret.yaml")
    (rules / "folder").symlink_to(outside)
    (rules / "loop").symlink_to(rules)
    os.mkfifo(rules / "pipe.yaml")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(rules / "socket.yaml"))
        assert [source.stem for source in read_folder(rules)] == ["own"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"title: \xff\n", "rules/x.yaml:1: not UTF-8"),
        (b"title: a\nwhy: \xe9\n", "rules/x.yaml:2: not UTF-8"),
        (b"#" * (MAX_BYTES + 1), f"rules/x.yaml:1: larger than {MAX_BYTES} bytes"),
    ],
    ids=["bytes", "latin-1", "large"],
)
def test_files_that_cannot_be_read_are_named(tmp_path: Path, data: bytes, reason: str) -> None:
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "x.yaml").write_bytes(data)
    with pytest.raises(CatalogueError) as raised:
        load_catalogue([folder])
    assert str(raised.value) == f"{tmp_path}/{reason}"


def test_missing_and_empty_folders_are_named(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="no such folder of rules"):
        load_catalogue([tmp_path / "nowhere"])
    (tmp_path / "readme.md").write_text("no rules here", encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"the folder holds no rule \(\*\.yaml\)"):
        load_catalogue([tmp_path])


def test_control_characters_in_names_are_shown_not_sent(tmp_path: Path) -> None:
    (tmp_path / "a\x1b[31m.yaml").write_text("x", encoding="utf-8")
    with pytest.raises(CatalogueError) as raised:
        load_catalogue([tmp_path])
    assert "\x1b" not in str(raised.value)
    assert "a\\x1b[31m.yaml" in str(raised.value)
