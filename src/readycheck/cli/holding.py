"""What the code of a project says about its database, as the database channel takes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from readycheck.cli.inventory import Wish
from readycheck.cli.stored import Stored, has_gathered, join_stored, read_stored
from readycheck.database.conditional import find_conditional
from readycheck.database.inspection import Demand, Project
from readycheck.model.evidence import Scan
from readycheck.model.rule import Rule
from readycheck.scan.inventories.connections import KINDS, find_demand
from readycheck.scan.queries.analysed import clean, counts
from readycheck.scan.schema.source import Source
from readycheck.sql.audit import Use
from readycheck.sql.snapshot import Place, Snapshot

Hold = Callable[[Snapshot | None], Project]


def hold_code(path: Path, config: Path | None) -> Hold:
    """What gives the project's side of a database, once its tables are known. Raises AuditError."""
    return hold(read_stored(Wish(path, "json", config), KINDS))


def hold_scan(found: Scan, rules: Sequence[Rule], path: Path, config: Path | None) -> Hold:
    """The same out of a scan that was made by these rules; the code is read again if they left out what is needed."""
    return hold(join_stored(found, KINDS)) if has_gathered(rules, KINDS) else hold_code(path, config)


def hold(stored: Stored) -> Hold:
    """The same out of what was read."""

    def choose(live: Snapshot | None) -> Project:
        source = find_source(stored, live)
        demand = measure(stored)
        if source is None:
            return Project(Snapshot("postgres", ()), demand=demand)
        uses = list_uses(stored, live) if live else stored.reading.list_uses(source)
        return Project(source.snapshot, tuple(uses), find_conditional(source.scripts), list_files(source), demand)

    return choose


def list_uses(stored: Stored, live: Snapshot) -> Iterator[Use]:
    """What the code asks of the tables that the database has, also of those that a library of the project's made."""
    from readycheck.sql.queries import analyse  # noqa: PLC0415 - its parser, only where there is a database

    for statement in stored.reading.statements:
        if not counts(statement):
            continue
        readings = (analyse(text, "postgres", live) for text in statement.texts)
        query = next((one for one in readings if one.kind != "unreadable"), None)
        if query is not None and any(live.find_table(name) for name in query.tables):
            where = statement.where
            yield Use(clean(query), Place(where.path, where.line), statement.shown)


def measure(stored: Stored) -> Demand | None:
    """How many connections the code opens at least, as far as it says."""
    found = find_demand(stored.facts)
    if found is None:
        return None
    return Demand(found.most, found.workers, found.replicas, Place(found.where.path, found.where.line))


def find_source(stored: Stored, live: Snapshot | None) -> Source | None:
    """Of several schemas in the code the one that most of the database's tables are of."""
    there = {table.name for table in live.tables} if live else set()
    sources = [one for one in stored.reading.sources if one.dialect == "postgres" and one.snapshot.tables]
    return max(sources, key=lambda one: sum(table.name in there for table in one.snapshot.tables), default=None)


def list_files(source: Source) -> tuple[str, ...]:
    """The paths of the migrations in the order in which they apply."""
    return tuple(dict.fromkeys(script.path for script in source.scripts))
