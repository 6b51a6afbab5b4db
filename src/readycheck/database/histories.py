"""The tables in which tools for migrations keep what they have applied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from readycheck.sql.snapshot import Snapshot, Table


@dataclass(frozen=True, slots=True)
class History:
    """One such table: the first of `names` that it has is the column with the names, `done` says which rows count.

    `within` is a column that stands before the name, as Django's `app`. `is_head`: it holds only the newest one.
    """

    names: tuple[str, ...] = ()
    done: str = ""
    within: str = ""
    is_head: bool = False


ANY = ("version", "name", "filename", "id", "migration_name", "migration")
HISTORIES: Mapping[str, History] = {
    "__drizzle_migrations": History(),
    "__efmigrationshistory": History(("MigrationId", "migration_id")),
    "_prisma_migrations": History(("migration_name",), "finished_at IS NOT NULL AND rolled_back_at IS NULL"),
    "_sqlx_migrations": History(("version",), "success"),
    "aerich": History(("version",)),
    "alembic_version": History(("version_num",), is_head=True),
    "ar_internal_metadata": History(),
    "atlas_schema_revisions": History(("version",)),
    "databasechangelog": History(("filename",)),
    "django_migrations": History(("name",), within="app"),
    "flyway_schema_history": History(("script",), "success"),
    "goose_db_version": History(("version_id",), "is_applied"),
    "gorp_migrations": History(("id",)),
    "knex_migrations": History(("name",)),
    "migrations": History(("name", "version", "migration")),
    "pgmigrations": History(("name",)),
    "schema_migrations": History(ANY),
    "sequelizemeta": History(("name",)),
    "typeorm_migrations": History(("name",)),
}
"""By the table's name in lower case; one without names holds none that could be compared with files."""
DIRTY = "dirty"
"""The second column of golang-migrate's table, which holds one row."""


def list_histories(schema: Snapshot) -> list[tuple[Table, History]]:
    """The tables of a database that are such histories."""
    return [(table, HISTORIES[table.name.lower()]) for table in schema.tables if table.name.lower() in HISTORIES]


def find_column(table: Table, history: History) -> str | None:
    """The column with the names, None if the table has none: another one of that name."""
    needed = [history.within] if history.within else []
    needed += [word for word in history.done.split() if word.islower()]
    if any(table.find_column(name) is None for name in needed):
        return None
    return next((name for name in history.names if table.find_column(name) is not None), None)
