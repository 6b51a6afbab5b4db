"""Reading bytes safely, and making text and code of them."""

from __future__ import annotations

import codecs
import os
import threading
from pathlib import Path

import pytest

from readycheck.model.vocabulary import Language
from readycheck.scan.files.disk import Unreadable, read_bytes
from readycheck.scan.files.source import make_unit

CAP = 100


def refuse(root: Path, path: str) -> str:
    with pytest.raises(Unreadable) as caught:
        read_bytes(root, path, CAP)
    return str(caught.value)


def test_a_file_at_and_over_the_cap(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/at.py").write_bytes(b"x" * CAP)
    (tmp_path / "a/over.py").write_bytes(b"x" * (CAP + 1))
    assert read_bytes(tmp_path, "a/at.py", CAP) == b"x" * CAP
    assert refuse(tmp_path, "a/over.py").startswith("larger than")


def test_a_file_that_claims_to_be_empty_and_is_not() -> None:
    assert read_bytes(Path("/proc/self"), "status", 100_000).startswith(b"Name:")
    assert "it grew while it was read" in refuse(Path("/proc/self"), "status")


def test_links_and_special_files_are_refused_without_waiting(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/secret.py").write_text("1")
    root = tmp_path / "root"
    root.mkdir()
    (root / "out").symlink_to(tmp_path / "outside")
    (root / "out.py").symlink_to(tmp_path / "outside/secret.py")
    (root / "loop.py").symlink_to("loop.py")
    os.mkfifo(root / "pipe.py")
    (root / "folder.py").mkdir()
    assert refuse(root, "out.py") == "a symbolic link"
    assert refuse(root, "loop.py") == "a symbolic link"
    assert refuse(root, "out/secret.py") == "a folder on its path is a link or no folder any more"
    assert refuse(root, "pipe.py") == "not a regular file"
    assert refuse(root, "folder.py") == "not a regular file"
    assert refuse(root, "gone.py") == "it vanished during the scan"
    assert refuse(root, "x" * 300) == "cannot be read: file name too long"


@pytest.mark.parametrize("path", ["../secret.py", "a/../../secret.py", "/etc/passwd", "a//b.py", "", "a/", "a\0b"])
def test_paths_that_lead_elsewhere_are_refused(tmp_path: Path, path: str) -> None:
    (tmp_path / "root/a").mkdir(parents=True)
    (tmp_path / "secret.py").write_text("1")
    refuse(tmp_path / "root", path)


def test_a_folder_that_turns_into_a_link_never_shows_the_outside(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/a.py").write_text("SECRET")
    root = tmp_path / "root"
    (root / "real").mkdir(parents=True)
    (root / "real/a.py").write_text("fine")
    (root / "link").symlink_to(tmp_path / "outside")
    done = threading.Event()

    def swap() -> None:
        while not done.is_set():
            (root / "real").rename(root / "aside")
            (root / "link").rename(root / "real")
            (root / "real").rename(root / "link")
            (root / "aside").rename(root / "real")

    thread = threading.Thread(target=swap)
    thread.start()
    seen = set()
    try:
        for _ in range(3000):
            try:
                seen.add(read_bytes(root, "real/a.py", CAP))
            except Unreadable as error:
                seen.add(str(error).encode())
    finally:
        done.set()
        thread.join()
    assert b"SECRET" not in seen


@pytest.mark.parametrize(
    ("data", "text", "noted"),
    [
        ("x = 'ä'\n".encode(), "x = 'ä'\n", False),
        (codecs.BOM_UTF8 + b"x = 1\n", "x = 1\n", False),
        (codecs.BOM_UTF16_LE + "x = 'ä'\n".encode("utf-16-le"), "x = 'ä'\n", False),
        (codecs.BOM_UTF16_BE + "x = 1\n".encode("utf-16-be"), "x = 1\n", False),
        (codecs.BOM_UTF32_LE + "x = 1\n".encode("utf-32-le"), "x = 1\n", False),
        ("print(1)\n".encode("utf-16-le"), "print(1)\n", True),
        ("print(1)\n".encode("utf-16-be"), "print(1)\n", True),
        (b"# -*- coding: latin-1 -*-\nx = '\xe4'\n", "# -*- coding: latin-1 -*-\nx = 'ä'\n", False),
        (b"#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\nx = '\x80'\n", None, False),
        (b"# coding: rot13\nk = 1\n", "# coding: rot13\nk = 1\n", True),
        (b"# coding: unicode_escape\nk = 1\n", "# coding: unicode_escape\nk = 1\n", True),
        (b"# coding: no-such-thing\nk = 1\n", "# coding: no-such-thing\nk = 1\n", True),
        (b"x = 1\n# coding: latin-1\ny = '\xe4'\n", "x = 1\n# coding: latin-1\ny = '�'\n", True),
        (b"x = '\xff'\n", "x = '�'\n", True),
        (b"a\r\nb\rc\n", "a\r\nb\nc\n", False),
        (b"a\rb\r", "a\nb\n", False),
        (b"", "", False),
    ],
)
def test_decoding(data: bytes, text: str | None, noted: bool) -> None:  # noqa: FBT001 - a column of the table
    unit, note = make_unit("a.py", data)
    assert unit is not None
    assert text is None or unit.text == text
    assert (note is not None) is noted


def test_a_note_names_the_line() -> None:
    assert make_unit("a.py", b"a\nb\n\xff\n")[1] == "not valid UTF-8 on line 3: invalid bytes were replaced"


def test_code_behind_a_lone_carriage_return_is_seen() -> None:
    unit, _ = make_unit("a.py", b"# comment\rprint(1)\n")
    assert unit is not None
    assert unit.root.find(kind="call") is not None


@pytest.mark.parametrize(
    ("path", "data", "reason"),
    [
        ("a.py", b"x = 1\n\0\0\0\0\0\n", "binary"),
        ("a.yml", b"\x7fELF\0\0\1", "binary"),
        ("a.py", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n", "Git LFS pointer"),
        ("a.js", b"var a=1;" * 2000, "minified"),
        ("a.ts", b"/* banner */\n" + b"var a=1;" * 2000, "minified"),
    ],
)
def test_what_is_no_code(path: str, data: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        make_unit(path, data)


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("a.py", b"x = 1;" * 2000),
        ("a.json", b"[1,2]," * 2000),
        ("short.js", b"f(1);" * 200),
        ("long.js", b"f(1, 2, 3, 4, 5);\n" * 5000 + b"x" * 50_000),
    ],
)
def test_what_is_not_minified(path: str, data: bytes) -> None:
    assert make_unit(path, data)[0] is not None


@pytest.mark.parametrize(
    ("path", "language"),
    [("a.tsx", Language.TSX), ("Dockerfile", Language.DOCKERFILE), (".env", Language.TEXT), ("LICENSE", Language.TEXT)],
)
def test_configuration_makes_units_too(path: str, language: Language) -> None:
    unit, _ = make_unit(path, b"A=1\n")
    assert unit is not None
    assert unit.language is language


def test_old_type_casts_and_flow_parse_with_their_own_grammars() -> None:
    casts, _ = make_unit("a.ts", b"const a = <string>b;\n")
    flow, _ = make_unit("a.js", b"const a = () => <div>{b}</div>;\n")
    assert casts is not None
    assert flow is not None
    assert casts.root.find(kind="ERROR") is None
    assert flow.root.find(kind="jsx_element") is not None
