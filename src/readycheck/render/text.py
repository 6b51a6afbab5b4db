"""Text of others made harmless, and numbers made readable: the one place for both."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from readycheck.model.location import Span, Where, describe_where
from readycheck.model.report import Target

# C0 and C1 controls, soft hyphen, bidirectional marks and overrides, invisible separators and tags, byte order mark,
# lone surrogates (undecodable bytes of a file name), noncharacters; and `##word[`, which some CI runners obey.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\ud800-\udfff\U000e0000-\U000e007f]|##(?=[A-Za-z]*\\[)"
)
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "##": "#\\x23"}
_COMMAND_START = re.compile(r"^((?:[^\S\n]|\x1b\[[0-9;]*m)*)::", re.MULTILINE)
_BYTE, _SURROGATE_BYTES = 0x100, range(0xDC80, 0xDD00)


def escape(text: str, *, ascii_only: bool = False) -> str:
    r"""The text on one line, with everything that a terminal or a CI log would obey made visible (`\x1b`, `\n`)."""
    if text.isascii() and text.isprintable() and "##" not in text:
        return text
    shown = _UNSAFE.sub(_show, text)
    return shown.encode("ascii", "backslashreplace").decode() if ascii_only else shown


def _show(match: re.Match[str]) -> str:
    found = match[0]
    if found in _NAMED:
        return _NAMED[found]
    code = ord(found)
    if code in _SURROGATE_BYTES:
        return f"\\x{code - 0xDC00:02x}"
    if code < _BYTE:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 - the last code of the basic plane


def defuse_commands(text: str) -> str:
    """The text with no line that a CI runner would take for a `::command::`, whatever wrapped onto its start."""
    return _COMMAND_START.sub(r"\1\\x3a:", text)


def count(number: int, one: str, many: str | None = None) -> str:
    """`1 file`, `2,000 files`; `many` is the plural where an added s is not."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def list_counts(counts: Mapping[str, int], limit: int | None = None) -> str:
    """`20 minified, 3 too large`: the largest first, those past the limit as `and 4 for other reasons`."""
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    shown = ranked if limit is None else ranked[:limit]
    parts = [f"{number:,} {escape(reason)}" for reason, number in shown]
    rest = sum(number for _, number in ranked[len(shown) :])
    return ", ".join([*parts, f"{rest:,} for other reasons"] if rest else parts)


def join_words(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def root_prefix(target: Target) -> str:
    """What to put before a path so that it can be opened from where readycheck was started (empty when unknown)."""
    root = PurePosixPath(target.root or ".")
    usable = not root.is_absolute() and ".." not in root.parts and root.parts
    return f"{root}/" if usable else ""


def describe_place(where: Where, prefix: str = "") -> str:
    """One escaped line to find the place by, its path as it is called from where readycheck was started."""
    return escape(prefix + describe_where(where) if isinstance(where, Span) else describe_where(where))
