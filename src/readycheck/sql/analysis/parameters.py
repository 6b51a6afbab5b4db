"""Bring the drivers' ways of writing parameters to one that the parser takes everywhere: `:name`."""

from __future__ import annotations

import re

from readycheck.sql.snapshot import Dialect

_TOKEN = re.compile(
    r"(?P<skip>'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`|--[^\n]*|/\*.*?\*/|\$(?P<tag>[A-Za-z_]\w*)?\$.*?\$(?P=tag)?\$|::)"
    r"|(?P<dollar>\$\d+)|(?P<pyformat>%\((?P<named>\w+)\)s)|(?P<format>%[sbt](?![\w(]))|(?P<percent>%%)"
    r"|(?P<colon>(?<![:\w\])]):(?P<word>[A-Za-z_]\w*))|(?P<psql>(?<!:):(?:'\w+'|\"\w+\"))|(?P<at>(?<![\w@<&|~?#])@[A-Za-z_]\w*(?!\s*:=))"
    r"|(?P<mark>\?\d*)",
    re.DOTALL,
)
_EXPECTING = re.compile(
    r"(?:[=<>(,+\-*/%|~\[]|\b(?:in|like|ilike|limit|offset|and|or|not|between|when|then|else|any|all|values|set|select|by|as|interval|from|is|returning|where|having|on|union|if|offset|row|over|escape|distinct))\s*$",
    re.IGNORECASE,
)
_WHOLE_ROW = re.compile(r"\bVALUES\s+(:\w+)(?!\s*[,)])", re.IGNORECASE)


ANONYMOUS = frozenset({"?", ":hole"})
"""Parameters without a name of their own; `:hole` is what a reader of code puts where a value is not constant."""


def number(text: str) -> str:
    """A statement of Postgres with its parameters as the server counts them: `$1`, `$2`, ..."""
    return _renumber(text, "postgres", "$")[0]


def unify(text: str, dialect: Dialect) -> tuple[str, tuple[str, ...]]:
    """The text with every parameter as `:name`, and the parameters as they were written, in order, named ones once."""
    unified, parameters = _renumber(text, dialect, ":p")
    if dialect != "mysql":
        unified = unified.replace("<=>", "<->")  # pgvector's distance; the parser takes it for MySQL's comparison
    return _WHOLE_ROW.sub(r"VALUES (\1)", unified), parameters


def _renumber(text: str, dialect: Dialect, mark: str) -> tuple[str, tuple[str, ...]]:
    names: dict[str, str] = {}
    is_formatted = "%s" in text or "%(" in text
    numbered = "$1" in text or is_formatted

    def swap(match: re.Match[str]) -> str:
        written = match[0]
        if match["skip"] is not None:
            return written.replace("%%", "%") if is_formatted else written
        if match["percent"] is not None:
            return "%" if is_formatted else written
        if match["mark"] is not None and not _is_parameter(text, match, dialect, numbered=numbered):
            return written
        if match["at"] is not None and dialect == "mysql":
            return written  # a variable of the session
        key = f"{written} {len(names)}" if written in ANONYMOUS or match["format"] is not None else written
        return names.setdefault(key, f"{mark}{len(names) + 1}")

    return _TOKEN.sub(swap, text), tuple(name.partition(" ")[0] for name in names)


def _is_parameter(text: str, match: re.Match[str], dialect: Dialect, *, numbered: bool) -> bool:
    """Whether a question mark is a parameter: in Postgres it may be one of jsonb's operators."""
    if dialect != "postgres" or match[0] != "?":
        return True
    after = text[match.end() : match.end() + 1]
    return not numbered and after not in {"|", "&"} and _EXPECTING.search(text[: match.start()][-40:]) is not None
