"""Cut a script into its statements, with the line of each, without understanding them.

It is forgiving where a parser is not: a quote that is never closed costs the rest of the script, nothing before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from readycheck.sql.snapshot import Dialect

_STRING = r"'(?:[^']|'')*+(?:'|\Z)"
_ESCAPED = r"'(?:[^'\\]|''|\\.)*+(?:'|\Z)"
_DOUBLE = r'"(?:[^"]|"")*+(?:"|\Z)'
_LINE = r"--[^\n]*+"
_FLAT = r"/\*(?s:.)*?(?:\*/|\Z)"

_TOKENS: dict[Dialect, re.Pattern[str]] = {
    "postgres": re.compile(
        rf"(?P<comment>{_LINE}|/\*)|(?P<string>\b[eE]{_ESCAPED}|{_STRING})|(?P<name>{_DOUBLE})"
        r"|(?P<dollar>(?<![\w$])\$(?:[A-Za-z_\x80-\U0010ffff][\w]*)?\$)|(?P<end>;)|(?P<atomic>\bBEGIN\s+ATOMIC\b)",
        re.IGNORECASE | re.DOTALL,
    ),
    "mysql": re.compile(
        rf"(?P<comment>--(?=\s|\Z)[^\n]*+|\#[^\n]*+|/\*(?!!)(?s:.)*?(?:\*/|\Z))|(?P<string>{_ESCAPED}|\"(?:[^\"\\]|\"\"|\\.)*+(?:\"|\Z))"
        r"|(?P<name>`(?:[^`]|``)*+(?:`|\Z))|(?P<end>;)|(?P<block>\b(?:BEGIN|CASE|IF|LOOP|REPEAT|WHILE|END)\b)",
        re.IGNORECASE | re.DOTALL,
    ),
    "sqlite": re.compile(
        rf"(?P<comment>{_LINE}|{_FLAT})|(?P<string>{_STRING})|(?P<name>{_DOUBLE}|`(?:[^`]|``)*+(?:`|\Z)|\[[^\]\n]*+(?:\]|\Z))"
        r"|(?P<end>;)|(?P<block>\b(?:BEGIN|CASE|END)\b)",
        re.IGNORECASE | re.DOTALL,
    ),
}
_NESTED = re.compile(r"/\*|\*/")
_PLAIN_BLANK = re.compile(r"(?:\s+|--[^\n]*+)*+")
_BLANK: dict[Dialect, re.Pattern[str]] = {
    "postgres": _PLAIN_BLANK,
    "mysql": re.compile(r"(?:[\s;]+|--(?=\s|\Z)[^\n]*+|#[^\n]*+|/\*(?!!).*?(?:\*/|\Z))*+", re.DOTALL),
    "sqlite": re.compile(r"(?:[\s;]+|--[^\n]*+|/\*.*?(?:\*/|\Z))*+", re.DOTALL),
}
_ATOMIC_END = re.compile(r"\bEND\b(?=\s*(?:;|\Z))", re.IGNORECASE)
_CLOSING = re.compile(r"\s+(?:IF|CASE|LOOP|REPEAT|WHILE)\b", re.IGNORECASE)
_COPY_HEAD = 100_000  # characters in which COPY ... FROM stdin must be said
_COPY = re.compile(r"COPY\s.*\bFROM\s+STDIN\b", re.IGNORECASE | re.DOTALL)
_COPY_END = re.compile(r"^\\\.[ \t]*$", re.MULTILINE)
_TRIGGER = re.compile(
    r"CREATE\s+(?:OR\s+REPLACE\s+)?(?:TEMP\w*\s+)?(?:DEFINER\s*=\s*\S+\s+)?(?:TRIGGER|PROCEDURE|FUNCTION|EVENT)\b",
    re.IGNORECASE,
)
_DELIMITER = re.compile(r"^[ \t]*DELIMITER[ \t]+(\S+)[ \t]*$", re.IGNORECASE | re.MULTILINE)
_RULE = re.compile(r"CREATE\s+(?:OR\s+REPLACE\s+)?RULE\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement without its end mark and the comments before it, and the line on which it begins (1-based)."""

    text: str
    line: int


def split(text: str, dialect: Dialect) -> Iterator[Statement]:
    """The statements of a script, in order; empty ones and psql's own commands are left out."""
    line, seen = 1, 0
    for start, end in _split(text, dialect):
        line += text.count("\n", seen, start)
        seen = start
        yield Statement(text[start:end].rstrip(), line)


def _split(text: str, dialect: Dialect) -> Iterator[tuple[int, int]]:
    position, mark = 0, ";"
    while (position := skip_blank(text, position, dialect)) < len(text):
        if dialect == "postgres" and text[position] == "\\":
            position = _find_line_end(text, position)
        elif dialect == "mysql" and (command := _DELIMITER.match(text, position)):
            mark, position = command[1], command.end()
        elif mark != ";":
            end = text.find(mark, position)
            end = len(text) if end < 0 else end
            yield position, end
            position = end + len(mark)
        else:
            start = position
            end = _find_end(text, start, dialect)
            if end > start:
                yield start, end
            position = end + 1
            if dialect == "postgres" and _COPY.match(text, start, min(end, start + _COPY_HEAD)):
                data_end = _COPY_END.search(text, end)
                position = data_end.end() if data_end else len(text)


def skip_blank(text: str, position: int, dialect: Dialect) -> int:
    """Where the next thing that is neither white space nor a comment begins."""
    while True:
        start = position
        blank = _BLANK[dialect].match(text, position)
        position = blank.end() if blank else position
        if dialect == "postgres" and text.startswith("/*", position):
            position = _find_comment_end(text, position)
        if position == start:
            return position


def _find_line_end(text: str, position: int) -> int:
    end = text.find("\n", position)
    return len(text) if end < 0 else end


def _find_after(text: str, mark: str, position: int) -> int:
    found = text.find(mark, position)
    return len(text) if found < 0 else found + len(mark)


def _find_comment_end(text: str, position: int) -> int:
    """The end of a comment that may have others inside, as Postgres' can."""
    depth = 0
    for token in _NESTED.finditer(text, position):
        depth += 1 if token[0] == "/*" else -1
        if depth == 0:
            return token.end()
    return len(text)


def _find_end(text: str, start: int, dialect: Dialect) -> int:
    """Where the statement's end mark stands, or the text's end."""
    pattern, position, depth = _TOKENS[dialect], start, 0
    has_block = dialect != "postgres" and _TRIGGER.match(text, start) is not None
    in_rule = dialect == "postgres" and _RULE.match(text, start) is not None
    while token := pattern.search(text, position):
        position = token.end()
        kind = token.lastgroup
        if kind == "end":
            inside = depth > 0 if not in_rule else text.count("(", start, position) > text.count(")", start, position)
            if not inside:
                return token.start()
        elif kind == "comment" and token[0] == "/*":
            position = _find_comment_end(text, token.start())
        elif kind == "dollar":
            position = _find_after(text, token[0], position)
        elif kind == "atomic":
            close = _ATOMIC_END.search(text, position)
            position = close.end() if close else len(text)
        elif kind == "block" and has_block:
            depth, position = _change_depth(text, token, depth)
    return len(text)


def _change_depth(text: str, token: re.Match[str], depth: int) -> tuple[int, int]:
    """The depth of blocks after a word that opens or closes one, and where to read on (`END IF` is one word)."""
    if token[0].upper() != "END":
        is_function = token[0].upper() in {"IF", "REPEAT"} and text[token.end() : token.end() + 1] == "("
        return (depth if is_function or (depth == 0 and token[0].upper() != "BEGIN") else depth + 1), token.end()
    closing = _CLOSING.match(text, token.end())
    return max(depth - 1, 0), closing.end() if closing else token.end()
