"""What may stand at the end of a piece of SQL. Nothing is parsed: dialects differ, and half a text is no SQL."""

from __future__ import annotations

import re
from enum import StrEnum

from readycheck.scan.late import compile_late

STATEMENT = compile_late(
    r"^[\s(;]*(?:(?:--[^\n]*\n|/\*.*?\*/)[\s(;]*)*"
    r"(?:SELECT\s+(?:.*\bFROM\b|[\w.]+\s*\(|[\d'$?%:@(*]|current_\w+)|INSERT\s+(?:OR\s+\w+\s+)?INTO\s|DELETE\s+FROM\s|"
    r"UPDATE\s+(?:ONLY\s+)?\S+\s+(?:(?:AS\s+)?\w+\s+)?SET\b|WITH\s+(?:RECURSIVE\s+)?[\w\"]+\s*(?:\([^()]*\)\s*)?AS\b|"
    r"CREATE\s+(?:\w+\s+)*(?:TABLE|INDEX|VIEW|DATABASE|SCHEMA|ROLE|USER|EXTENSION|FUNCTION|TRIGGER|TYPE|SEQUENCE)\b|"
    r"ALTER\s+(?:TABLE|ROLE|USER|DATABASE|INDEX|SEQUENCE|TYPE|SCHEMA)\s|"
    r"DROP\s+(?:TABLE|INDEX|VIEW|DATABASE|SCHEMA|ROLE|USER|FUNCTION|TRIGGER|TYPE|SEQUENCE|EXTENSION)\b|"
    r"TRUNCATE\s|REPLACE\s+INTO\s|MERGE\s+INTO\s|EXPLAIN\s|CALL\s+\w+\s*\(|GRANT\s+\w+|REVOKE\s+\w+|"
    r"SET\s+(?:LOCAL|SESSION|\w+\s*(?:=|TO))|SHOW\s+\w+|BEGIN\b|COMMIT\b|ROLLBACK\b|LISTEN\s|NOTIFY\s|VACUUM\b|ANALYZE\b|"
    r"COPY\s+\w+|LOCK\s+TABLE\b|PRAGMA\s|REFRESH\s+MATERIALIZED\b|USE\s+\w+|DESCRIBE\s)",
    re.IGNORECASE | re.DOTALL,
)
VALUE = compile_late(
    r"(?:[^<>=!]=|[<>]=?|<>|!=|\bI?LIKE|\bIN\s*\((?:[^()]*,)?|\bVALUES\s*\((?:[^()]*,)?|\bBETWEEN|\bREGEXP|\bSIMILAR\s+TO|"
    r"(?:\(|,)\s*)\s*%?$",
    re.IGNORECASE,
)
LIST = compile_late(r"\b(?:VALUES|IN)\s*\([^()]*$", re.IGNORECASE)
LIMIT = compile_late(r"\b(?:LIMIT|OFFSET|TOP|FETCH\s+(?:FIRST|NEXT))\s*\(?\s*$", re.IGNORECASE)
COMMENTS = compile_late(r"--[^\n]*\n|/\*.*?\*/", re.DOTALL)


class Position(StrEnum):
    """What may stand at a place in SQL."""

    QUOTED = "quoted"  # inside a string literal
    VALUE = "value"  # where a bound parameter may stand
    LIMIT = "limit"  # a number of rows
    NAME = "name"  # a table, a column, an ordering, a piece of SQL


def begins_statement(text: str) -> bool:
    """Whether a text begins like a SQL statement."""
    return STATEMENT.match(text) is not None


def find_position(before: str) -> Position:
    """What may stand after a beginning of SQL."""
    plain = COMMENTS.sub(" ", before)
    if plain.count("'") % 2:
        return Position.QUOTED
    if LIMIT.search(plain):
        return Position.LIMIT
    tail = plain[-200:]
    if re.search(r"(?:\(|,)\s*$", tail):
        return Position.VALUE if LIST.search(tail) else Position.NAME
    return Position.VALUE if VALUE.search(tail) else Position.NAME
