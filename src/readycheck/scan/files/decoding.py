"""From bytes to text: byte order marks, Python's coding cookie, UTF-16 without a mark, and what is no text at all."""

from __future__ import annotations

import codecs
import re

from readycheck.scan.late import compile_late

COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-_.a-zA-Z0-9]+)")
BLANK_LINE = re.compile(rb"^[ \t\f]*(?:#.*)?$")
# Encodings of text that Python knows; others (rot13, zip, idna, unicode_escape) are no text or cost quadratic time.
TEXTUAL = compile_late(
    r"(?:ascii|utf-8|utf-8-sig|iso8859-\d+|cp\d+|koi8-[rtu]|mac-\w+|gb2312|gbk|gb18030|hz|big5|big5hkscs"
    r"|euc[_-]\w+|shift_jis\w*|iso2022_\w+|johab|tis-620|ptcp154|kz1048|hp-roman8)"
)
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
SAMPLE = 4096
LONE_RETURN = compile_late(r"\r(?!\n)")


class NotText(ValueError):  # noqa: N818 - a state of the file, not a fault of the program
    """The bytes are no text."""


def decode_text(data: bytes, is_python: bool) -> tuple[str, str | None]:  # noqa: FBT001 - one caller, one meaning
    """The text of a file and, if it may not be what the author wrote, a note.

    A byte order mark is dropped. A lone CR becomes LF: Python and JavaScript end a line (and a comment) there, the
    parser does not; offsets stay what they are. Raises `NotText` for bytes with NUL that are no UTF-16 or UTF-32.
    """
    text, note = decode_bytes(data, is_python)
    return LONE_RETURN.sub("\n", text) if "\r" in text else text, note


def decode_bytes(data: bytes, is_python: bool) -> tuple[str, str | None]:  # noqa: FBT001 - likewise
    """The text with the line ends of the file, and the note."""
    mark, encoding, doubt = choose_codec(data, is_python)
    text, note = decode_as(data[len(mark) :], encoding)
    return text, note or doubt


def choose_codec(data: bytes, is_python: bool) -> tuple[bytes, str, str | None]:  # noqa: FBT001 - likewise
    """The byte order mark (empty if there is none), the encoding of what follows, and a note if that is a guess.

    Raises `NotText`, as above.
    """
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return mark, encoding, None
    if b"\0" in data:
        wide = guess_wide(data[:SAMPLE])
        if wide is None:
            raise NotText("binary: it holds NUL bytes")
        return b"", wide, f"no byte order mark: taken for {wide.upper()}"
    cookie = find_cookie(data) if is_python else None
    if cookie is None:
        return b"", "utf-8", None
    name = find_codec(cookie)
    if name is None:
        return b"", "utf-8", f"declares the encoding {cookie!r}, which is not known: taken for UTF-8"
    return b"", name, None


def decode_as(data: bytes, encoding: str) -> tuple[str, str | None]:
    """The text in one encoding; bytes that are none are replaced and noted with their line."""
    try:
        return data.decode(encoding), None
    except UnicodeError as error:
        text = data.decode(encoding, "replace")
        start = error.start if isinstance(error, UnicodeDecodeError) else 0
        line = data.count(b"\n", 0, start) + 1
        return text, f"not valid {encoding.upper()} on line {line}: invalid bytes were replaced"


def find_cookie(data: bytes) -> str | None:
    """The encoding that one of the first two lines declares (PEP 263), if any."""
    first, _, rest = data[:SAMPLE].partition(b"\n")
    found = COOKIE.match(first)
    if found is None and BLANK_LINE.match(first.rstrip(b"\r")):
        found = COOKIE.match(rest.partition(b"\n")[0])
    return found[1].decode("ascii") if found else None


def find_codec(cookie: str) -> str | None:
    """Python's name for a declared encoding; None when it knows none, or one that is no text."""
    try:
        name = codecs.lookup(cookie).name
    except (LookupError, ValueError, UnicodeError):
        return None
    return name if TEXTUAL.fullmatch(name) else None


def guess_wide(sample: bytes) -> str | None:
    """UTF-16 by where the NUL bytes of mostly Latin text stand; None for anything else."""
    even, odd = sample[::2], sample[1::2]
    if not odd:
        return None
    zero_even, zero_odd = even.count(0) / len(even), odd.count(0) / len(odd)
    if zero_odd > 0.7 and zero_even < 0.05:  # noqa: PLR2004 - shares of NUL bytes in source code
        return "utf-16-le"
    if zero_even > 0.7 and zero_odd < 0.05:  # noqa: PLR2004 - likewise
        return "utf-16-be"
    return None
