"""Writing single files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from readycheck.edits.files import RefusedError, create_in, find_inside, write_beside


def test_a_new_file_has_the_mode_that_the_user_wants(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_beside(tmp_path / "new.txt", "text\n")
    finally:
        os.umask(before)

    assert (tmp_path / "new.txt").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("kind", ["link", "folder", "pipe"])
def test_what_is_no_regular_file_is_refused(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "there"
    if kind == "link":
        path.symlink_to(tmp_path / "elsewhere")
    elif kind == "folder":
        path.mkdir()
    else:
        os.mkfifo(path)

    with pytest.raises(RefusedError):
        write_beside(path, "text\n")
    assert [one.name for one in tmp_path.iterdir()] == ["there"]


def test_a_file_is_made_where_there_are_no_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "link", refuse)
    folder = os.open(tmp_path, os.O_RDONLY)
    try:
        create_in(folder, "new.txt", b"text\n")
        with pytest.raises(FileExistsError):
            create_in(folder, "new.txt", b"other\n")
    finally:
        os.close(folder)

    assert [one.name for one in tmp_path.iterdir()] == ["new.txt"]
    assert (tmp_path / "new.txt").read_text() == "text\n"


def test_a_very_long_name_can_be_written(tmp_path: Path) -> None:
    write_beside(tmp_path / ("n" * 250), "text\n")

    assert [len(one.name) for one in tmp_path.iterdir()] == [250]


@pytest.mark.parametrize("relative", ["/etc/hosts", "../x", "~/x", "", "a/../../x", "a\0b"])
def test_a_path_that_leads_out_is_refused(tmp_path: Path, relative: str) -> None:
    with pytest.raises(RefusedError):
        find_inside(tmp_path, relative)
