"""The names that a `.env` file sets. A value is looked at only to tell whether there is one; nothing is expanded."""

from __future__ import annotations

import re

from readycheck.scan.late import compile_late

# As python-dotenv takes a line apart: https://github.com/theskumar/python-dotenv/blob/main/src/dotenv/parser.py
BINDING = compile_late(
    r"""
    ^[^\S\n]*(?:export[^\S\n]+)?
    (?:'(?P<quoted>[^'\n]+)'|(?P<name>[^=\#\s]+))
    [^\S\n]*=[^\S\n]*
    (?P<value>'(?:\\'|[^'])*'|"(?:\\"|[^"])*"|[^\n]*)
    """,
    re.MULTILINE | re.VERBOSE,
)
REMARK = compile_late(r"\s+#.*$")


def parse_dotenv(text: str) -> dict[str, bool]:
    """Each name that is set, and whether its value is any; the last line of a name counts.

    `${X}` in a value stays as it is: it would be filled in from the environment of whoever runs readycheck.
    """
    found: dict[str, bool] = {}
    for binding in BINDING.finditer(text.replace("\r\n", "\n").removeprefix("\ufeff")):
        value = binding["value"].strip()
        plain = value[1:-1] if value[:1] in ("'", '"') else REMARK.sub("", f" {value}")
        found[binding["quoted"] or binding["name"]] = bool(plain.strip())
    return found
