"""How long a replay and the analysis of queries take, in processor time, against the parsers below them."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import postgast
import sqlglot

from benchmarks.schemas.sources import Schema
from readycheck.sql.analysis.parameters import unify
from readycheck.sql.audit import Use, audit
from readycheck.sql.queries import analyse
from readycheck.sql.replay import replay
from readycheck.sql.snapshot import Place, Snapshot

RUNS = 5
SCHEMA_CHARACTERS = 500_000
QUERIES = 1_000
QUERY_FILES = "pkg/repository/sqlcv1/"  # hatchet's, for sqlc: each query begins with a comment that names it


@dataclass(frozen=True, slots=True)
class Speed:
    """Seconds of processor time for the stated amount, the limit, and how many times the bare parser's that is."""

    what: str
    seconds: float
    limit: float
    ratio: float | None

    @property
    def is_fast(self) -> bool:
        """Whether it stays below the limit."""
        return self.seconds <= self.limit


def time_run(run: Callable[[], object]) -> float:
    """The median of some runs, in seconds of processor time."""
    samples = []
    for _ in range(RUNS):
        begin = time.process_time()
        run()
        samples.append(time.process_time() - begin)
    return statistics.median(samples)


def time_schema(schema: Schema) -> Speed:
    """Replay one schema; scaled to 500,000 characters."""
    scripts = schema.list_scripts()
    size = sum(len(script.text) for script in scripts)
    ours = time_run(lambda: replay(scripts))
    texts = [re.sub(r"(?m)^\\.*$", "", script.text) for script in scripts]  # psql's own commands are no SQL
    bare = time_run(lambda: [postgast.parse(text) for text in texts])
    scaled = ours * SCHEMA_CHARACTERS / size
    return Speed(f"replay of {schema.name}, {size:,} characters, for each 500,000", scaled, 0.5, ours / bare)


def read_queries(schema: Schema) -> list[str]:
    """The queries of hatchet's sqlc files."""
    paths = sorted(schema.tree.root.glob(f"{QUERY_FILES}*.sql"))
    queries = []
    for path in paths:
        parts = re.split(r"(?m)^-- name: .*$", path.read_text(encoding="utf-8"))
        queries += [part.strip() for part in parts[1:]]
    return queries


def time_queries(schema: Schema, snapshot: Snapshot) -> list[Speed]:
    """Analyse hatchet's own queries, then audit them; scaled to 1,000."""
    texts = read_queries(schema)
    ours = time_run(lambda: [analyse(text, "postgres", snapshot) for text in texts])
    unified = [unify(text, "postgres")[0] for text in texts]
    bare = time_run(lambda: [parse_alone(text) for text in unified])
    uses = [Use(analyse(text, "postgres", snapshot), Place("q.sql", 1)) for text in texts]
    whole = time_run(lambda: audit(snapshot, uses))
    scale = QUERIES / len(texts)
    return [
        Speed(f"analysis of {len(texts)} queries of {schema.name}, for each 1,000", ours * scale, 3.0, ours / bare),
        Speed(f"audit of {schema.name} with these queries, for each 1,000", whole * scale, 3.0, None),
    ]


def parse_alone(text: str) -> object:
    """What sqlglot itself needs; None for a text that it does not understand."""
    try:
        return sqlglot.parse(text, dialect="postgres")
    except sqlglot.errors.SqlglotError:
        return None
