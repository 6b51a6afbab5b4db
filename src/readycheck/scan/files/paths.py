r"""Paths as text that every output can encode, and the way back to the file.

A name on disk is bytes. Bytes that are no UTF-8 are written as `\xNN`; a name that already holds such a sequence has
its backslash written as `\x5c`, so that no two files share a path and each path leads back to its file.
"""

from __future__ import annotations

import os
import re

from readycheck.scan.late import compile_late

BROKEN = compile_late(r"[\udc80-\udcff]|\\(?=x(?:[89a-f][0-9a-f]|5c))")
ESCAPE = compile_late(r"\\x([89a-f][0-9a-f]|5c)")


def encode_path(raw: str) -> str:
    """The path of a file as reports name it, from the one that the operating system gave (surrogateescape)."""
    if raw.isascii() and "\\" not in raw:
        return raw
    text = os.fsencode(raw).decode("utf-8", "surrogateescape")
    return BROKEN.sub(lambda found: f"\\x{ord(found[0]) & 0xFF:02x}", text)


def decode_path(path: str) -> str:
    """The path that opens the file again, from the one in a report."""
    if "\\" not in path:
        return path
    text = ESCAPE.sub(escape_byte, path)
    return os.fsdecode(text.encode("utf-8", "surrogateescape"))


def escape_byte(found: re.Match[str]) -> str:
    """The character that stands for one written byte: a backslash, or a lone surrogate."""
    value = int(found[1], 16)
    return chr(value) if value < 0x80 else chr(0xDC00 + value)  # noqa: PLR2004 - the end of ASCII
