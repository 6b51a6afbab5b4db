"""Schemas that ORMs describe: read out of their files on one side, made by the ORM itself on the other.

Each folder of `forms` holds models or migrations of our own, and in `truth.sql` what the tool made of them in Postgres
(`pg_dump --schema-only`; `forms/README.md` says how). The public projects keep both a Prisma schema and the SQL of
their migrations, which Prisma wrote from it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from benchmarks.schemas.truth import Facts, Row
from readycheck.model.evidence import Fact
from readycheck.model.vocabulary import Language
from readycheck.scan.config.file import ConfigFile
from readycheck.scan.facts import find_collectors
from readycheck.scan.schema.source import Source
from readycheck.scan.schema.sources import SCHEMA, find_sources
from readycheck.scan.unit import Unit

FORMS = Path(__file__).with_name("forms")
LANGUAGES = {
    ".py": Language.PYTHON, ".js": Language.JAVASCRIPT, ".ts": Language.TYPESCRIPT, ".prisma": Language.TEXT,
    ".sql": Language.TEXT,
}  # fmt: skip
SUPPLIED = r"auth_.*|django_.*|alembic_version|knex_migrations.*|SequelizeMeta|migrations|typeorm_metadata|__drizzle.*"
COMPARED = ("tables", "primary keys", "foreign keys", "indexes", "uncovered")


@dataclass(frozen=True, slots=True)
class Difference:
    """What one side alone has, by the names of COMPARED."""

    have: dict[str, int]
    missed: dict[str, Counter[Row]]
    extra: dict[str, Counter[Row]]

    @property
    def wrong(self) -> int:
        """Rows that one side alone has."""
        return sum(rows.total() for side in (self.missed, self.extra) for rows in side.values())

    def show(self, name: str) -> str:
        """A cell: what the one side has, what is missed, what is extra."""
        return f"{self.have[name]} · {self.missed[name].total()} · {self.extra[name].total()}"


def list_forms() -> list[Path]:
    """The folders of `forms`, by name."""
    return sorted(path.parent for path in FORMS.glob("*/truth.sql"))


def read_folder(folder: Path, suffixes: tuple[str, ...] = tuple(LANGUAGES)) -> list[Source]:
    """The databases that a folder's files describe; the code of `forms` has a further `.txt` behind its names."""
    found: dict[str, list[Fact]] = defaultdict(list)
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix().removesuffix(".txt")
        suffix = f".{name.rpartition('.')[2]}"
        if path.is_file() and path.name != "truth.sql" and suffix in suffixes:
            for fact in collect(name, suffix, path.read_text(encoding="utf-8", errors="replace")):
                found[fact.kind].append(fact)
    return find_sources(found)


def collect(path: str, suffix: str, text: str) -> Iterator[Fact]:
    """What the collectors of schemas find in one file."""
    language = LANGUAGES[suffix]
    for one in find_collectors():
        if not set(one.kinds) & set(SCHEMA):
            continue
        if one.collect is not None and language in one.languages and any(anchor in text for anchor in one.anchors):
            yield from one.collect(Unit(path, language, text))
        if one.collect_config is not None and any(fnmatch(path.rpartition("/")[2], glob) for glob in one.globs):
            yield from one.collect_config(ConfigFile(path, language, text))


def loosen(facts: Facts) -> dict[str, Counter[Row]]:
    """The rows that both sides must agree on: without the names of keys and indexes, which each tool chooses."""
    rows = {name: Counter[Row]() for name in COMPARED}
    for row, count in facts.rows["tables"].items():
        rows["tables"][row] += count
    for row, count in facts.rows["primary keys"].items():
        rows["primary keys"][row] += count
    keys: dict[tuple[object, object, object], Row] = {}
    for row, count in facts.rows["foreign keys"].items():
        schema, table, name, columns, other_schema, other, references, *_ = row
        rows["foreign keys"][schema, table, columns, other_schema, other, references] += count
        keys[schema, table, name] = (schema, table, columns, other)
    for row, count in facts.rows["indexes"].items():
        schema, table, _, *state, keys_of, sides, include = row
        rows["indexes"][schema, table, *state, keys_of, sides, include] += count
    for row, count in facts.rows["uncovered"].items():
        rows["uncovered"][keys[row[0], row[1], row[2]]] += count
    return rows


def differ(truth: Facts, ours: Facts) -> Difference:
    """Where the two sides differ."""
    left, right = loosen(truth), loosen(ours)
    return Difference(
        {name: left[name].total() for name in COMPARED},
        {name: left[name] - right[name] for name in COMPARED},
        {name: right[name] - left[name] for name in COMPARED},
    )
