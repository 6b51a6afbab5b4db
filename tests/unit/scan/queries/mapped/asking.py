"""What libraries are made to ask in tests, beside the SQL that the real ones sent for the same calls."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from readycheck.model.helper import QueryHelper
from readycheck.model.vocabulary import Role
from readycheck.scan.checks.contract import PROGRAM, Facts
from readycheck.scan.engine import ScanOptions, gather_facts, join, sort_facts
from readycheck.scan.queries.analysed import Asked, Reading
from readycheck.scan.queries.project import STORED, read_database
from readycheck.sql.queries import Query, analyse

CORPORA = Path(__file__).parent / "corpora"
SCHEMA = """
CREATE TABLE teams (id serial PRIMARY KEY, slug text NOT NULL UNIQUE, name text NOT NULL);
CREATE TABLE users (
  id serial PRIMARY KEY, email text NOT NULL UNIQUE, name text NOT NULL, age integer, active boolean,
  team_id integer REFERENCES teams (id), created_at timestamp
);
CREATE TABLE posts (
  id serial PRIMARY KEY, author_id integer REFERENCES users (id), title text, draft boolean, created_at timestamp
);
"""


def read_files(folder: Path, files: Mapping[str, str], helpers: tuple[QueryHelper, ...] = ()) -> Reading:
    """The database and the queries of a project."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    found = gather_facts(folder, (*PROGRAM, *STORED), ScanOptions(jobs=1, helpers=helpers)).files
    facts = sort_facts(found)
    roles = (Role.SERVER, Role.MIGRATION, Role.SCRIPT, Role.BUILD)
    chosen = {kind: [one for role in roles for one in facts.get((kind, role), ())] for kind in (*PROGRAM, *STORED)}
    return read_database(Facts(chosen, join(found, facts)))


def find_mapped(reading: Reading, symbol: str) -> list[Asked]:
    """The queries that a library writes in one function."""
    return [one for one in reading.asked if one.statement.is_mapped and one.statement.symbol == symbol]


def read_corpus(name: str) -> dict[str, Any]:
    """A corpus: `version`, `models` (files), `head` and `cases`, each [call, the SQL that the library sent]."""
    return dict(json.loads((CORPORA / f"{name}.json").read_text()))


def list_meanings(query: Query) -> Iterator[tuple[str, ...]]:
    """What an index would be for: conditions, joins and orderings, whatever names the tables have in the text."""
    for block in query.blocks:
        for one in block.predicates:
            operand = one.operand
            kind = one.operator if "like" in one.operator else one.test
            function = (operand.function or "").split("(")[0].lower().replace("cast", "")
            if kind not in ("inequality", "not-null", "other"):
                yield "where", operand.source.table, operand.column, kind, function
        for join_ in block.joins:
            sides = sorted((side.source.table, side.column) for side in (join_.left, join_.right))
            yield ("join", *(f"{table}.{column}" for table, column in sides))
        for order in block.order:
            yield "order", order.operand.source.table, order.operand.column, "desc" if order.descending else "asc"
        if block.depth == 0 or block.limit or block.offset:
            yield "page", "limit" if block.limit else "", "offset" if block.offset else ""


def describe(query: Query) -> list[tuple[str, ...]]:
    """The meanings in an order of their own, each once; of a count its rows, whatever is put around them."""
    return sorted({one for one in list_meanings(query) if one != ("page", "", "")})


def analyse_sent(sql: str, reading: Reading) -> Query:
    """The SQL that a library sent, read with the schema of the corpus."""
    source = next(one for one in reading.sources if len(one.snapshot.tables) > 2)
    return analyse(sql.replace("__[POSTCOMPILE_", "%(").replace("])", ")s)"), "postgres", source.snapshot)
