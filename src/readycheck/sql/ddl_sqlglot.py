"""Replay DDL of MySQL and SQLite, and what Postgres' grammar refuses, with sqlglot."""

from __future__ import annotations

import logging
import re

from sqlglot import ErrorLevel, exp, parse
from sqlglot.errors import SqlglotError

from readycheck.sql.generic.alter import alter, rename_tables
from readycheck.sql.generic.tables import create, drop
from readycheck.sql.snapshot import Dialect, Place
from readycheck.sql.split import Statement
from readycheck.sql.state import Refused, State

LONGEST = 100_000  # characters; the parser needs a second for each megabyte
_RELEVANT = re.compile(r"(?:CREATE|ALTER|DROP|RENAME)\b", re.IGNORECASE)
_SILENT = re.compile(
    r"(?:CREATE|ALTER|DROP)\s+(?:OR\s+REPLACE\s+)?(?:DEFINER\s*=\s*\S+\s+)?(?:TEMP\w*\s+)?"
    r"(?:TRIGGER|FUNCTION|PROCEDURE|EVENT|USER|ROLE|DATABASE|SERVER|SCHEMA|TABLESPACE)\b",
    re.IGNORECASE,
)
_TABLE_OPTIONS = re.compile(r"\)\s*(?:(?:WITHOUT\s+ROWID|STRICT)\s*,?\s*)+$", re.IGNORECASE)
_OWN_SCHEMA = re.compile(r"(\bINDEX\s+(?:IF\s+(?:NOT\s+)?EXISTS\s+)?)[\"`\[]?main[\"`\]]?\s*\.\s*", re.IGNORECASE)
_FULLTEXT = re.compile(r"CREATE\s+(?:FULLTEXT|SPATIAL)\s+INDEX\b", re.IGNORECASE)
_ADDED = re.compile(r"(ALTER\s+TABLE\s+\S+\s+)ADD\s+(?:COLUMN\s+)?\((.*)\)\s*", re.IGNORECASE | re.DOTALL)
_KEYS_OFF = re.compile(r"ALTER\s+TABLE\s+\S+\s+(?:DISABLE|ENABLE)\s+KEYS\b", re.IGNORECASE)
_CONDITIONAL = re.compile(r"/\*!\d*\s?(.*?)\*/", re.DOTALL)

logging.getLogger("sqlglot").setLevel(logging.ERROR)  # what it does not understand becomes a problem, told by us


def apply(state: State, statement: Statement, path: str, first_line: int) -> None:
    """Replay one statement; what goes wrong becomes a problem of the state."""
    text = _CONDITIONAL.sub(r"\1", statement.text) if state.dialect == "mysql" else statement.text
    if not _RELEVANT.match(text) or _SILENT.match(text) or _FULLTEXT.match(text) or _KEYS_OFF.match(text):
        return
    place = Place(path, first_line + statement.line - 1)
    try:
        apply_text(state, place, text, state.dialect)
    except Refused as refusal:
        state.report(place, str(refusal), text)


def apply_text(state: State, place: Place, text: str, dialect: Dialect) -> None:
    """Replay one statement.

    Raises:
        Refused: it cannot be read, or would fail.
    """
    if len(text) > LONGEST:
        raise Refused(f"the statement is longer than {LONGEST:,} characters")
    if dialect == "mysql":
        text = _spread_added(text)
    if dialect == "sqlite":
        text = _OWN_SCHEMA.sub(r"\1", _TABLE_OPTIONS.sub(")", text))
    try:
        nodes = parse(text, dialect=dialect, error_level=ErrorLevel.IMMEDIATE)
    except SqlglotError as error:
        raise Refused(f"it cannot be read: {str(error).partition(chr(10))[0][:150]}") from error
    except RecursionError as error:
        raise Refused("nested too deeply") from error
    for node in nodes:
        _apply_node(state, node, place, text)


def _spread_added(text: str) -> str:
    """`ADD (a int, b int)` as `ADD a int, ADD b int`, which the parser knows."""
    match = _ADDED.fullmatch(text)
    if match is None:
        return text
    parts, depth, begin = [], 0, 0
    for at, character in enumerate(match[2]):
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 0:
            parts.append(match[2][begin:at])
            begin = at + 1
    return match[1] + ", ".join(f"ADD {part.strip()}" for part in (*parts, match[2][begin:]))


def _apply_node(state: State, node: exp.Expr | None, place: Place, text: str) -> None:
    if isinstance(node, exp.Create):
        create(state, node, place)
    elif isinstance(node, exp.Drop):
        drop(state, node)
    elif isinstance(node, exp.Alter):
        alter(state, node, place)
    elif isinstance(node, exp.Command):
        if state.dialect == "mysql" and str(node.this).upper() == "RENAME":
            rename_tables(state, text)
        else:
            raise Refused("it cannot be read")
