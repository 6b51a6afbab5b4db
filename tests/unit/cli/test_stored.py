"""What the database channel takes of a project's code: out of the scan that was made anyway, or read for itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from readycheck.catalog import load_catalogue
from readycheck.cli.holding import hold, hold_code
from readycheck.cli.stored import has_gathered, join_stored
from readycheck.scan.engine import ScanOptions, scan
from readycheck.scan.inventories.connections import KINDS
from readycheck.sql.replay import replay
from readycheck.sql.snapshot import Script

RULES = load_catalogue().rules
TABLES = "CREATE TABLE notes (id int PRIMARY KEY, owner int);\n"
FILES = {
    "app.py": """
import psycopg
from fastapi import FastAPI
from psycopg_pool import ConnectionPool

app = FastAPI()
pool = ConnectionPool("", max_size=7)


@app.get("/notes")
def list_notes(owner: int) -> list[int]:
    with pool.connection() as connection:
        jobs = connection.execute("SELECT id FROM jobs WHERE state = %s", ["new"])
        return connection.execute("SELECT id FROM notes WHERE owner = %s", [owner]).fetchall()
""",
    "migrations/0001_notes.sql": TABLES,
    "migrations/0002_index.sql": "CREATE INDEX notes_owner ON notes (owner);\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_a_scan_by_all_rules_gathers_all_that_is_needed() -> None:
    assert has_gathered(RULES, KINDS)
    assert not has_gathered([rule for rule in RULES if rule.id == "print-call"], KINDS)


def test_a_scan_gives_what_reading_again_would_give(project: Path) -> None:
    live = replay([Script("live.sql", TABLES + "CREATE TABLE jobs (id int PRIMARY KEY, state text);")])
    found = scan(project, RULES, ScanOptions(jobs=1, cache=False))
    ours = hold(join_stored(found, KINDS))(live)
    assert ours == hold_code(project, None)(live)
    assert ours.migrations == ("migrations/0001_notes.sql", "migrations/0002_index.sql")
    assert ours.demand is not None
    assert ours.demand.total == 7


def test_what_is_asked_of_a_librarys_table_counts_once_the_database_is_known(project: Path) -> None:
    held = hold_code(project, None)
    live = replay([Script("live.sql", TABLES + "CREATE TABLE jobs (id int PRIMARY KEY, state text);")])
    assert [use.query.tables for use in held(live).uses] == [("jobs",), ("notes",)]
    assert [use.query.tables for use in held(None).uses] == [("notes",)]
