"""Which migrations of the project the database has: the files held against the names in their tool's own table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from readycheck.database.catalog import Row
from readycheck.database.checks.contract import count, make_match, name_some, reads
from readycheck.database.checks.project import NO_PROJECT
from readycheck.database.inspection import Inspection
from readycheck.model.judgement import Judgement
from readycheck.model.location import Relation
from readycheck.model.rule import Rule
from readycheck.sql.snapshot import Place

NUMBER = re.compile(r"[VvR]?0*(\d+)(?:\D|$)")
PLAIN_NUMBER = re.compile(r"0*(\d+)")
STEPS = ("up", "migration", "down")
"""What a file is called whose folder has the migration's name."""
REVISION = re.compile(r"[0-9a-z]{8,}")


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a database is: the files that are applied and those that come after the last of them, in order.

    `strange` are names that no file has, which is known only where the tool keeps all of them.
    """

    table: Row
    applied: tuple[str, ...]
    pending: tuple[str, ...]
    strange: tuple[str, ...]


@reads("schema", "applied")
def migration_pending(inspection: Inspection, rule: Rule) -> Judgement:
    """The project has migrations that are newer than the newest that the tool says it has applied."""
    if inspection.project is None:
        return Judgement(unproven=NO_PROJECT)
    if not inspection.rows("applied"):
        return Judgement(unproven="there is no table in which a known tool keeps what it has applied")
    files = inspection.project.migrations
    found = [one for row in inspection.rows("applied") if (one := compare(row, files)) is not None]
    if not found:
        names = name_some([row.text("table") for row in inspection.rows("applied")])
        return Judgement(unproven=f"the names in {names} are not those of the project's migrations")
    standing = max(found, key=lambda one: len(one.applied))
    table = standing.table
    if not standing.pending:
        beyond = f", and {count(len(standing.strange), 'name')} that no file has: " if standing.strange else ""
        told = f"{table.text('table')} has the project's newest migration, {PurePosixPath(standing.applied[-1]).name}"
        return Judgement(len(files), proof=f"{told}{beyond}{name_some(standing.strange)}")
    where = Relation(table.text("schema"), table.text("table"))
    last = PurePosixPath(standing.applied[-1]).name
    matches = tuple(
        make_match(
            rule,
            where,
            f"{path} is not applied: the newest migration in {table.text('table')} is {last}",
            PurePosixPath(path).name,
            [Place(path, 1)],
        )
        for path in standing.pending
    )
    return Judgement(len(files), matches)


def compare(row: Row, files: Sequence[str]) -> Standing | None:
    """How far a tool's table is with some files; None if it has none of their names.

    Only what comes after the last applied file counts as pending: what lies before it may be part of a baseline.
    """
    names = row.words("names")
    known = {path: spell(path) for path in files}
    applied = [path for path in files if any(is_named(name, known[path]) for name in names)]
    if not applied:
        return None
    folder = find_folder(applied[-1])
    own = [path for path in files if find_folder(path) == folder]
    last = own.index(applied[-1])
    strange = () if row.flag("head") else tuple(n for n in names if not any(is_named(n, k) for k in known.values()))
    pending = tuple(path for path in own[last + 1 :] if path not in applied)
    return Standing(row, tuple(path for path in own if path in applied), pending, strange)


def find_folder(path: str) -> str:
    """The folder of the migrations to which a file belongs."""
    pure = PurePosixPath(path)
    return str(pure.parent.parent if pure.stem in STEPS else pure.parent)


def spell(path: str) -> frozenset[str]:
    """The names under which tools keep a file: with and without its ending, its number, a revision in its name."""
    pure = PurePosixPath(path)
    name = pure.parent.name if pure.stem in STEPS else pure.name
    stem = name if pure.stem in STEPS else pure.name.partition(".")[0]
    names = {name, stem, *re.findall(REVISION, stem)}
    if number := NUMBER.match(name):
        names.add(number[1])
    folders = pure.parts
    if "migrations" in folders[:-1]:
        at = len(folders) - 1 - folders[::-1].index("migrations")
        names |= {f"{folders[at - 1]}.{stem}"} if at else set()  # as Django names it
    if found := re.fullmatch(r"(\d{10,})-(\w+)", stem):
        names.add(f"{found[2]}{found[1]}")  # as TypeORM names the class in it
    return frozenset(names)


def is_named(name: str, names: frozenset[str]) -> bool:
    """Whether a name in a tool's table is one of a file's; numbers are compared without the zeros before them."""
    bare = PLAIN_NUMBER.fullmatch(name)
    return name in names or (bare is not None and bare[1] in names)
