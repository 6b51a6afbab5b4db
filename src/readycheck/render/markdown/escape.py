"""Text of others inside Markdown: it may not become markup, a link, a mention, HTML, or the end of a code span."""

from __future__ import annotations

import re

from readycheck.render.text import escape

_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
# Markup characters; an underscore inside of a word is none. Then what GitHub links by itself: `http://`, `www.`,
# `#12`, `@name` and mail addresses.
_ACTIVE = re.compile(r"[\\`*\[\]|~$&<>]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|:(?=//)|(?<=[Ww][Ww][Ww])\.|#(?=\w)|@")
_PLAIN_ADDRESS = re.compile(r"https://[A-Za-z0-9.-]+(?:/[A-Za-z0-9./_#?=%+~-]*)?")
_BACKTICKS = re.compile(r"`+")


def escape_markdown(text: str) -> str:
    """The text on one line, shown by every Markdown reader as it is."""
    return _ACTIVE.sub(_neutralise, escape(text))


def write_prose(text: str) -> str:
    """A sentence as escaped text, in which what stands between backticks stays a code span."""
    parts = escape(text).split("`")
    if len(parts) % 2 == 0:
        return escape_markdown(text)  # a backtick without its partner is a character like others
    return "".join(
        code(part) if index % 2 and part.strip() else escape_markdown(f"`{part}`" if index % 2 else part)
        for index, part in enumerate(parts)
    )


def _neutralise(match: re.Match[str]) -> str:
    found = match[0]
    if found in ("@", "#"):
        return f"{found}<!-- -->"  # GitHub notifies and links in the finished page: a backslash is gone by then
    return _ENTITIES.get(found, "\\" + found)


def code(text: str) -> str:
    """The text as a code span that its own backticks cannot end."""
    shown = escape(text)
    longest = max((len(run) for run in _BACKTICKS.findall(shown)), default=0)
    fence = "`" * (longest + 1)
    blank = " " if longest or not shown.strip() else ""
    return f"{fence}{blank}{shown or ' '}{blank}{fence}"


def link(address: str) -> str:
    """A link that shows its address, if that is a plain https address, else the text."""
    return f"<{address}>" if _PLAIN_ADDRESS.fullmatch(address) else escape_markdown(address)
