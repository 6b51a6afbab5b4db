"""SQL files that say what tables and indexes there are: migrations, dumps, a schema kept by hand.

`schema-script`: `text` (what goes back is blanked out, and rows of data are), `dialect` (postgres, mysql, sqlite or
empty, by what the text says), `folder` and `step` (what its files are put in order by), `single` (it is no step among
others: a dump, or a schema kept by hand). Of a file that is written once for each dialect (`full.sql.postgres`,
`full.sql.sqlite`) the one for Postgres is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.scan.config.file import ConfigFile
from readycheck.scan.late import compile_late
from readycheck.scan.schema.steps import is_back, read_step
from readycheck.sql.scripts import take_up

KINDS = ("schema-script",)
POSTGRES_SUFFIXES = ("postgres", "postgresql", "pg", "psql")
GLOBS = ("*.sql", *(f"*.sql.{name}" for name in POSTGRES_SUFFIXES))
DEFINES = compile_late(
    r"\b(?:create|alter|drop)\s+(?:(?:or\s+replace|unlogged|temp|temporary|unique|global|local|materialized)\s+)*"
    r"(?:table|index|view|schema|type|extension)\b|\brename\s+table\b",
    re.IGNORECASE,
)
COPY = compile_late(r"^COPY\s.*\bFROM\s+stdin;", re.IGNORECASE)
INSERT = compile_late(r"^\s*INSERT\s+INTO\s", re.IGNORECASE)
MYSQL = compile_late(
    r"\bAUTO_INCREMENT\b|\bENGINE\s*=|^\s*(?:CREATE|ALTER)\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?`", re.MULTILINE
)
SQLITE = compile_late(r"\bAUTOINCREMENT\b|\bPRAGMA\b|\bWITHOUT\s+ROWID\b|\bSTRICT\s*;", re.IGNORECASE)
POSTGRES = compile_late(
    r"\b(?:bigserial|serial|jsonb|timestamptz|tsvector|citext|plpgsql|bytea|uuid_generate_v4|gen_random_uuid|regclass)\b"
    r"|\btimestamp\(\d\)|\bgenerated\s+\w+\s+as\s+identity\b|\btext\[\]|\bCREATE\s+EXTENSION\b|\bwith\s+time\s+zone\b"
    r"|\bCONCURRENTLY\b|\bCREATE\s+TYPE\b|::",
    re.IGNORECASE,
)
# SQL Server, ClickHouse: nothing that is known of indexes here holds there.
OTHERS = compile_late(
    r"\w*MergeTree\b|\bLowCardinality\(|\bON\s+CLUSTER\b|\[dbo\]|\bNVARCHAR\b|^\s*GO\s*$|\bIDENTITY\s*\(\s*1",
    re.IGNORECASE | re.MULTILINE,
)
LONGEST = 4_000_000


def collect_config(file: ConfigFile) -> Iterator[Fact]:
    """The script of one file that defines something."""
    if is_back(file.path) or DEFINES.search(file.text) is None or OTHERS.search(file.text):
        return
    text = blank_out(file.text)
    if DEFINES.search(text) is None:
        return
    step = read_step(file.path)
    is_named = file.path.rpartition(".")[2] in POSTGRES_SUFFIXES
    data: dict[str, Json] = {
        "text": text[:LONGEST], "dialect": "postgres" if is_named else tell_dialect(text), "folder": step.folder,
        "step": step.key, "single": step.single,
    }  # fmt: skip
    yield Fact("schema-script", file.span(1), data)


def blank_out(text: str) -> str:
    """The text that leads up, with empty lines for rows of data."""
    kept: list[str] = []
    is_copied = False
    for row in take_up(text).split("\n"):
        if is_copied:
            is_copied = row.rstrip("\r") != "\\."
            kept.append("")
            continue
        is_copied = COPY.match(row) is not None
        is_data = INSERT.match(row) is not None and row.rstrip().endswith(";")
        kept.append("" if is_copied or is_data or row.startswith("\\") else row)
    return "\n".join(kept)


def tell_dialect(text: str) -> str:
    """The dialect that a text is certainly written in, or empty."""
    if MYSQL.search(text):
        return "mysql"
    if POSTGRES.search(text):
        return "postgres"
    return "sqlite" if SQLITE.search(text) else ""
