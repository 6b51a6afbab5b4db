"""Any name on disk as text that can be encoded, and back."""

from __future__ import annotations

import os

from hypothesis import given
from hypothesis import strategies as st

from readycheck.scan.files.paths import decode_path, encode_path


def test_ordinary_names_stay_what_they_are() -> None:
    for name in ("a/b.py", "grün/日本.py", "back\\slash.py", "new\nline"):
        assert encode_path(name) == name


def test_bytes_that_are_no_text_are_written_out() -> None:
    assert encode_path(os.fsdecode(b"bad\xff.py")) == "bad\\xff.py"
    assert encode_path("bad\\xff.py") == "bad\\x5cxff.py"


@given(st.lists(st.sampled_from([b"a", b"/", b"\\", b"x", b"ff", b"5c", b"\xff", b"\x80", "é".encode()]), max_size=12))
def test_every_path_leads_back_to_its_own_file(parts: list[bytes]) -> None:
    raw = os.fsdecode(b"".join(parts))
    path = encode_path(raw)
    path.encode("utf-8")
    assert os.fsencode(decode_path(path)) == os.fsencode(raw)
