"""Whether schemas that ORMs describe are read as the ORMs themselves make them, to the last foreign key and index.

    python -m benchmarks.schemas.described [--git-dir NAME=DIR ...] [--show N]

Three comparisons. *Forms*: models and migrations of our own against what the tool made of them in Postgres. *Prisma*:
the schema of public projects against the catalog of a Postgres that ran the SQL which Prisma wrote. *Twice told*:
public projects whose models and whose migrations say the same, each read by itself. Writes
`benchmarks/schemas/DESCRIBED.md`. Exit code 1 when a form differs, or when a tree is not the pinned one.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.corpora import WORK, Corpus, prepare
from benchmarks.schemas.__main__ import load_scripts
from benchmarks.schemas.orms import COMPARED, SUPPLIED, Difference, differ, list_forms, read_folder
from benchmarks.schemas.projects import PRISMA, TWICE, Described, Twice
from benchmarks.schemas.server import Server, load, run_server
from benchmarks.schemas.sources import SCHEMAS
from benchmarks.schemas.truth import Facts, read_catalog, read_snapshot
from readycheck.sql.replay import replay
from readycheck.sql.snapshot import Snapshot

RESULTS = Path(__file__).with_name("DESCRIBED.md")
Named = tuple[str, Difference]


def compare_forms(server: Server) -> Iterator[Named]:
    """Each folder of `forms` against its truth."""
    for folder in list_forms():
        load(server, "forms", [folder / "truth.sql"])
        truth = read_catalog(server.url("forms"), SUPPLIED)
        (source,) = read_folder(folder)
        yield folder.name, differ(truth, read_snapshot(source.snapshot, SUPPLIED))


def compare_prisma(server: Server, one: Described) -> Named:
    """A Prisma schema against the catalog of the migrations that Prisma wrote."""
    schema = next(each for each in SCHEMAS if each.name == one.sql)
    load_scripts(server, "prisma", schema.list_scripts())
    truth = read_catalog(server.url("prisma"), "_prisma_migrations")
    (source,) = read_folder(one.tree.root / one.folder, (".prisma",))
    return one.tree.title, differ(truth, read_snapshot(source.snapshot))


def compare_twice(one: Twice) -> Named:
    """What a project's models say against what its migrations say, of the tables that both have."""
    sources = [source for source in read_folder(one.tree.root / one.folder) if source.models]
    source = max(sources, key=lambda each: len(each.scripts))
    paths = {script.path for script in source.scripts}
    steps = replay(source.scripts, source.dialect)
    models = replay([script for script in source.models if script.path not in paths], source.dialect)
    shared = {table.name for table in steps.tables} & {table.name for table in models.tables}
    return f"{one.tree.title} ({one.tool})", differ(choose(steps, shared), choose(models, shared))


def choose(snapshot: Snapshot, names: set[str]) -> Facts:
    """What a snapshot says of some tables."""
    tables = tuple(table for table in snapshot.tables if table.name in names)
    return read_snapshot(Snapshot(snapshot.dialect, tables))


def print_difference(title: str, difference: Difference, shown: int) -> None:
    """What differs, in the open."""
    print(f"{title}: {difference.wrong} rows differ", flush=True)
    for name in COMPARED:
        for label, rows in (("missed", difference.missed[name]), ("extra", difference.extra[name])):
            for row in sorted(rows, key=str)[:shown]:
                print(f"   {label} of {name}: {row}")


def render(parts: Sequence[tuple[str, Sequence[Named]]]) -> str:
    """DESCRIBED.md."""
    lines = ["# Schemas that ORMs describe", "", *(INTRODUCTION.strip().split("\n"))]
    for text, rows in parts:
        lines += ["", *text.strip().split("\n"), "", f"| | {' | '.join((*COMPARED[:-1], 'bare'))} |"]
        lines.append(f"|{'---|' * (len(COMPARED) + 1)}")
        lines += [f"| {title} | {' | '.join(one.show(name) for name in COMPARED)} |" for title, one in rows]
    return "\n".join(lines) + "\n"


INTRODUCTION = """
Written by `python -m benchmarks.schemas.described`. Every cell is *what the one side has* · missed · extra. An index
counts as the same with its keys, directions, uniqueness, method, included columns and whether it is partial; a foreign
key with both tables and column lists. Names of keys and indexes are not compared. *Bare* are the foreign keys that no
index serves.
"""
FORMS = """
## Forms: against what the tool itself made

Our own models and migrations (`forms/`), run by Django 5.2, SQLAlchemy 2.1, SQLModel, Alembic 1.20, drizzle-kit,
TypeORM 0.3, Sequelize 6 and Knex 3 into Postgres; `forms/README.md` says how.
"""
TEXT_PRISMA = """
## Prisma: the schema against the SQL that Prisma wrote of it

What differs was looked at. Langfuse: indexes that Prisma's schema cannot say, six partial ones and one on an
expression. Umami: an index of the schema that no migration makes.
"""
TEXT_TWICE = """
## Twice told: models against migrations

*Missed* is what the migrations have and the models do not, *extra* the other way round: drift in the project, or a
class that is not in it. Kitsune and Paperless: abstract models of treebeard, actstream, taggit and treenode. Polar: a
mixin of Authlib. Dispatch: the indexes that sqlalchemy-searchable adds to each search vector.
"""


def main() -> int:
    """Compare all."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.schemas.described", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--git-dir", action="append", default=[], metavar="NAME=DIR", help="a local clone to read from")
    parser.add_argument("--show", type=int, default=5, metavar="N", help="differences of a kind that are printed")
    options = parser.parse_args()
    git_dirs = dict(pair.split("=", 1) for pair in options.git_dir)
    (WORK / "corpora").mkdir(parents=True, exist_ok=True)
    trees: list[Corpus] = [one.tree for one in (*PRISMA, *TWICE)]
    strange = 0
    for tree in trees:
        local = git_dirs.get(tree.name.removeprefix("orm-"))
        found = prepare(tree, None, {tree.name: Path(local)} if local else {})
        if found != tree.digest:
            print(f"{tree.name}: NOT the pinned tree ({found})")
            strange += 1
    with run_server() as server:
        forms = list(compare_forms(server))
        prisma = [compare_prisma(server, one) for one in PRISMA]
    twice = [compare_twice(one) for one in TWICE]
    for title, difference in (*forms, *prisma, *twice):
        print_difference(title, difference, options.show)
    RESULTS.write_text(render([(FORMS, forms), (TEXT_PRISMA, prisma), (TEXT_TWICE, twice)]), encoding="utf-8")
    return 1 if strange or any(one.wrong for _, one in forms) else 0


if __name__ == "__main__":
    sys.exit(main())
