"""Whether schemas replayed from their files are what Postgres makes of the same files, to the last index.

    python -m benchmarks.schemas [--git-dir NAME=DIR ...] [--only NAME ...] [--show N]

Fetches the pinned trees (SQL files only, below `benchmarks/.work/`), runs each one's files with psql into a fresh
database of the embedded Postgres, and compares tables, columns, keys, indexes, and the foreign keys that no index
serves, the latter found in the catalog by SQL of its own. Writes `benchmarks/schemas/RESULTS.md` when all schemas were
compared. Exit code 1 when anything is missed, extra, or slower than its limit, or when a tree is not the pinned one.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.corpora import WORK, prepare
from benchmarks.schemas.server import Server, load, run_server
from benchmarks.schemas.sources import SCHEMAS, Schema
from benchmarks.schemas.speed import Speed, time_queries, time_schema
from benchmarks.schemas.truth import LISTS, Row, read_catalog, read_snapshot
from readycheck.sql.replay import replay
from readycheck.sql.snapshot import Problem, Script

RESULTS = Path(__file__).with_name("RESULTS.md")
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Compared:
    """One schema: what the catalog has, what we miss, what we have beside it; by the names of LISTS."""

    schema: Schema
    files: int
    characters: int
    have: dict[str, int]
    missed: dict[str, Counter[Row]]
    extra: dict[str, Counter[Row]]
    untyped: int
    errors: tuple[str, ...]
    problems: tuple[Problem, ...]

    @property
    def wrong(self) -> int:
        """Rows that one side alone has."""
        return sum(rows.total() for side in (self.missed, self.extra) for rows in side.values())


def compare(schema: Schema, server: Server) -> Compared:
    """Replay a schema, load it, and compare."""
    scripts = schema.list_scripts()
    snapshot = replay(scripts)
    errors = load_scripts(server, schema.name, scripts)
    truth = read_catalog(server.url(schema.name), schema.left_out).rows
    ours = read_snapshot(snapshot, schema.left_out).rows
    untyped = {row[:3] for row in ours["types"] if row[3] == UNKNOWN}
    for side in (truth, ours):  # what a query's columns are we do not always know, and say so
        side["types"] = Counter({row: count for row, count in side["types"].items() if row[:3] not in untyped})
    return Compared(
        schema,
        len(scripts),
        sum(len(script.text) for script in scripts),
        {name: truth[name].total() for name in LISTS},
        {name: truth[name] - ours[name] for name in LISTS},
        {name: ours[name] - truth[name] for name in LISTS},
        len(untyped),
        tuple(errors),
        snapshot.problems,
    )


def load_scripts(server: Server, database: str, scripts: Sequence[Script]) -> list[str]:
    """Run the scripts into a new database; returns psql's error lines."""
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for number, script in enumerate(scripts):
            path = Path(folder) / f"{number:04}.sql"
            path.write_text(script.text, encoding="utf-8")
            files.append(path)
        return load(server, database, files)


def print_compared(one: Compared, shown: int) -> None:
    """What is wrong with one schema, in the open."""
    print(
        f"{one.schema.name}: {one.files} files, {one.wrong} rows differ, {len(one.errors)} errors of psql", flush=True
    )
    for line in one.errors[:shown]:
        print(f"   psql: {line.partition('ERROR:')[2].strip()[:150]}")
    for problem in one.problems[:shown]:
        print(f"   problem: {problem.place.path}:{problem.place.line}: {problem.reason[:120]} | {problem.text[:60]}")
    for name in LISTS:
        for label, rows in (("missed", one.missed[name]), ("extra", one.extra[name])):
            for row in list(rows)[:shown]:
                print(f"   {label} of {name}: {row}")


def render(compared: Sequence[Compared], speeds: Sequence[Speed]) -> str:
    """RESULTS.md."""
    lines = [
        "# Replayed schemas against Postgres' own catalog",
        "",
        "Written by `python -m benchmarks.schemas`. Both sides are given the same files in the same order; what",
        "leads down is left out. Every cell is *what the catalog has* · missed · extra. An index counts as the",
        "same only with its name, keys, directions, uniqueness, method, validity, included columns and whether it",
        "is partial; a foreign key with its name, both tables and column lists and its actions; a column with its",
        "nullability. *Bare* are the foreign keys that no index serves, by our rule here and by SQL on the catalog",
        "there. *Untyped* are columns of tables made out of a query of which we do not know the type, and say so;",
        "all other types are compared. *Failed* are statements that psql refused: most are extensions that the",
        "embedded Postgres lacks, and what a data migration finds missing in an empty database.",
        "",
        f"| schema | kind | files | {' | '.join(LISTS[:-1])} | bare | untyped | failed | problems |",
        f"|{'---|' * (len(LISTS) + 6)}",
    ]
    for one in compared:
        cells = [f"{one.have[name]} · {one.missed[name].total()} · {one.extra[name].total()}" for name in LISTS]
        ends = f"{one.untyped} | {len(one.errors)} | {len(one.problems)}"
        title = f"{one.schema.tree.title}"
        lines.append(f"| {title} | {one.schema.kind} | {one.files} | {' | '.join(cells)} | {ends} |")
    totals = [
        f"{sum(one.have[name] for one in compared)} · {sum(one.missed[name].total() for one in compared)} · "
        f"{sum(one.extra[name].total() for one in compared)}"
        for name in LISTS
    ]
    lines.append(f"| **all** | | {sum(one.files for one in compared)} | {' | '.join(totals)} | | | |")
    lines += [
        "",
        "Hatchet's functions create partitions for the day on which they are called; those are left out on both sides.",
        "",
        "## Speed",
        "",
        "Processor time, median of five runs; the ratio is to the bare parser (postgast, sqlglot) on the same text.",
        "",
        "| what | seconds | limit | ratio |",
        "|---|---|---|---|",
    ]
    for speed in speeds:
        ratio = f"{speed.ratio:.1f}" if speed.ratio else ""
        lines.append(f"| {speed.what} | {speed.seconds:.2f} | {speed.limit} | {ratio} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Compare all schemas, or those of --only."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.schemas", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--git-dir", action="append", default=[], metavar="NAME=DIR", help="a local clone to read from")
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="this schema (repeatable)")
    parser.add_argument("--show", type=int, default=5, metavar="N", help="differences of a kind that are printed")
    options = parser.parse_args()
    git_dirs = {f"sql-{name}": Path(folder) for name, _, folder in (pair.partition("=") for pair in options.git_dir)}
    (WORK / "corpora").mkdir(parents=True, exist_ok=True)
    chosen = [schema for schema in SCHEMAS if not options.only or schema.name in options.only]
    compared, strange = [], 0
    with run_server() as server:
        for schema in chosen:
            if prepare(schema.tree, None, git_dirs) != schema.tree.digest:
                print(f"{schema.name}: NOT the pinned tree")
                strange += 1
            compared.append(compare(schema, server))
            print_compared(compared[-1], options.show)
    speeds = [time_schema(schema) for schema in chosen if schema.name == "lago"]
    for schema in chosen:
        if schema.name == "hatchet":
            speeds += time_queries(schema, replay(schema.list_scripts()))
    for speed in speeds:
        print(f"{speed.what}: {speed.seconds:.2f} s of {speed.limit} s, {speed.ratio or 0:.1f} times the bare parser")
    if not options.only:
        RESULTS.write_text(render(compared, speeds), encoding="utf-8")
    failed = strange or any(one.wrong for one in compared) or not all(speed.is_fast for speed in speeds)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
