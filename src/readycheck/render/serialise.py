"""JSON text that is the same on every machine and harmless in every log."""

from __future__ import annotations

import json
import re

from readycheck.model.rule import Json

_NOT_PLAIN = re.compile(r"[^\n\x20-\x7e]|##(?=[A-Za-z]*\[)")
_ASTRAL = 0x10000


def dump_json(value: Json, depth: int) -> str:
    r"""JSON in ASCII, one member or element a line down to `depth` levels and compact below, with a final newline.

    All other characters, and the `##[` that CI runners obey anywhere in a line, are written as `\u` escapes, which
    readers turn back. A lone surrogate (an undecodable byte in a file name) is no character, and many readers refuse
    the whole text for one: it becomes the visible text `\xff`.
    """
    return _NOT_PLAIN.sub(_escape, _dump(value, depth, "")) + "\n"


def _dump(value: Json, depth: int, indent: str) -> str:
    if depth == 0 or not value or not isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, separators=(", ", ": "))
    inner = indent + "  "
    if isinstance(value, dict):
        opening, closing = "{", "}"
        parts = [
            f"{json.dumps(key, ensure_ascii=False)}: {_dump(part, depth - 1, inner)}" for key, part in value.items()
        ]
    else:
        opening, closing = "[", "]"
        parts = [_dump(part, depth - 1, inner) for part in value]
    lines = f",\n{inner}".join(parts)
    return f"{opening}\n{inner}{lines}\n{indent}{closing}"


def _escape(match: re.Match[str]) -> str:
    if match[0] == "##":
        return "\\u0023#"
    code = ord(match[0])
    if 0xD800 <= code < 0xE000:  # noqa: PLR2004 - the range of surrogates
        return f"\\\\x{code - 0xDC00:02x}" if 0xDC80 <= code < 0xDD00 else f"\\\\u{code:04x}"  # noqa: PLR2004 - PEP 383
    if code < _ASTRAL:
        return f"\\u{code:04x}"
    high, low = divmod(code - _ASTRAL, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"
