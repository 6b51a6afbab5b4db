"""SQL that stands in files of its own: queries that code loads by name, and the schema.

`sql-file`: `statements`, each `[name, line, text]`. A name is what a line `-- name: load` above the statement says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.scan.config.file import ConfigFile
from readycheck.scan.late import compile_late

KINDS = ("sql-file",)
GLOBS = ("*.sql",)
HEADING = compile_late(r"^--\s*:?name:?\s*:?(\w+)\s*[\^$!<*#\w:]*\s*$", re.IGNORECASE)
MOST_STATEMENTS = 300
LONGEST = 2000


def collect_config(file: ConfigFile) -> Iterator[Fact]:
    """The statements of one file."""
    statements: list[Json] = []
    name, start, rows = "", 1, list[str]()
    for number, row in enumerate(file.lines, 1):
        heading = HEADING.match(row)
        if heading:
            statements += make_entry(name, start, rows)
            name, start, rows = heading[1], number + 1, []
        elif not row.lstrip().startswith("--"):
            rows.append(row)
            if row.rstrip().endswith(";") and not name:
                statements += make_entry(name, start, rows)
                start, rows = number + 1, []
    statements += make_entry(name, start, rows)
    if statements:
        yield Fact("sql-file", file.span(1), {"statements": statements[:MOST_STATEMENTS]})


def make_entry(name: str, start: int, rows: list[str]) -> list[Json]:
    """One statement, if there is any text."""
    blank = next((place for place, row in enumerate(rows) if row.strip()), len(rows))
    text = "\n".join(rows[blank:]).strip()
    return [[name, start + blank, text[:LONGEST]]] if text else []
