"""Parse a query with sqlglot and read its blocks; whatever goes wrong is said, never raised."""

from __future__ import annotations

import logging

from sqlglot import ErrorLevel, parse
from sqlglot.errors import SqlglotError

from readycheck.sql.analysis.blocks import read_statement
from readycheck.sql.analysis.parameters import unify
from readycheck.sql.queries import Block, Kind, Query
from readycheck.sql.snapshot import Dialect, Snapshot

BREAKDOWNS = (AttributeError, KeyError, IndexError, TypeError, ValueError)  # seen of sqlglot on texts that are no SQL
logging.getLogger("sqlglot").setLevel(logging.ERROR)  # what it does not understand is told by us


def read(text: str, dialect: Dialect, snapshot: Snapshot | None) -> Query:
    """What a statement asks."""
    unified, parameters = unify(text, dialect)
    kinds: list[Kind] = []
    blocks: list[Block] = []
    try:
        for node in parse(unified, dialect=dialect, error_level=ErrorLevel.IMMEDIATE):
            if node is not None:
                kind, found = read_statement(node, dialect, snapshot)
                kinds.append(kind)
                blocks += found
    except SqlglotError as error:
        return Query(text, dialect, "unreadable", parameters=parameters, problem=str(error).partition("\n")[0][:200])
    except RecursionError:
        return Query(text, dialect, "unreadable", parameters=parameters, problem="nested too deeply")
    except BREAKDOWNS as error:
        problem = f"the parser broke on it: {type(error).__name__}"
        return Query(text, dialect, "unreadable", parameters=parameters, problem=problem)
    if not kinds:
        return Query(text, dialect, "unreadable", problem="there is no statement in it")
    return Query(text, dialect, kinds[0], tuple(blocks), parameters)
