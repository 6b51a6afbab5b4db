"""How far a database is by its migration tool's own word, held against the project's files."""

from __future__ import annotations

import pytest

from readycheck.catalog import load_catalogue
from readycheck.database.collect.collector import collect
from readycheck.database.dsn import parse_dsn
from readycheck.database.inspection import Project
from readycheck.database.judge import judge
from readycheck.model.evidence import Observed
from readycheck.model.location import describe_where
from readycheck.sql.snapshot import Snapshot
from tests.unit.database.server import Server

RULES = [rule for rule in load_catalogue().rules if rule.id == "live-db-migration-pending"]
RULE = "live-db-migration-pending"
OLD, NEW = "a1b2c3d4e5f6", "0f9e8d7c6b5a"
TOOLS = {
    "alembic": (
        "CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)",
        "INSERT INTO alembic_version VALUES ('{}')",
        (OLD, NEW),
        (f"migrations/versions/{OLD}_users.py", f"migrations/versions/{NEW}_email.py"),
    ),
    "django": (
        "CREATE TABLE django_migrations (id int, app text, name text, applied timestamptz)",
        "INSERT INTO django_migrations VALUES (1, 'notes', '{}', now()), (2, 'auth', '0012_other', now())",
        ("0001_initial", "0002_email"),
        ("notes/migrations/0001_initial.py", "notes/migrations/0002_email.py"),
    ),
    "prisma": (
        "CREATE TABLE _prisma_migrations (migration_name text, finished_at timestamptz, rolled_back_at timestamptz)",
        "INSERT INTO _prisma_migrations VALUES ('{}', now(), NULL), ('20260909000000_email', NULL, NULL)",
        ("20260101000000_init", "20260909000000_email"),
        ("prisma/migrations/20260101000000_init/migration.sql", "prisma/migrations/20260909000000_email/migration.sql"),
    ),
    "knex": (
        "CREATE TABLE knex_migrations (id int, name text, batch int)",
        "INSERT INTO knex_migrations VALUES (1, '{}', 1)",
        ("20260101_users.js", "20260202_email.js"),
        ("db/20260101_users.js", "db/20260202_email.js"),
    ),
    "typeorm": (
        "CREATE TABLE migrations (id int, timestamp bigint, name text)",
        "INSERT INTO migrations VALUES (1, 1, '{}')",
        ("Users1700000000000", "Email1800000000000"),
        ("src/migrations/1700000000000-Users.ts", "src/migrations/1800000000000-Email.ts"),
    ),
    "golang-migrate": (
        "CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean)",
        "INSERT INTO schema_migrations VALUES ({}, false)",
        ("1", "2"),
        ("db/migrations/000001_users.up.sql", "db/migrations/000002_email.up.sql"),
    ),
    "dbmate": (
        "CREATE TABLE schema_migrations (version varchar PRIMARY KEY)",
        "INSERT INTO schema_migrations VALUES ('{}')",
        ("20260101000000", "20260202000000"),
        ("db/migrations/20260101000000_users.sql", "db/migrations/20260202000000_email.sql"),
    ),
    "flyway": (
        "CREATE TABLE flyway_schema_history (script text, success boolean)",
        "INSERT INTO flyway_schema_history VALUES ('{}', true), ('V2__email.sql', false)",
        ("V1__users.sql", "V2__email.sql"),
        ("db/migration/V1__users.sql", "db/migration/V2__email.sql"),
    ),
}


def look(server: Server, database: str, files: tuple[str, ...], role: str = "postgres") -> Observed:
    def hold(_live: Snapshot | None) -> Project:
        return Project(Snapshot("postgres", ()), migrations=files)

    return judge(collect(parse_dsn(server.dsn(database, role)), {}, hold=hold), RULES)


@pytest.mark.parametrize("tool", TOOLS)
def test_a_file_after_the_newest_applied_one_is_pending(server: Server, tool: str) -> None:
    table, row, names, files = TOOLS[tool]
    database = server.make_database(table, row.format(names[0]))
    seen = look(server, database, files)
    assert [describe_where(one) for match in seen.matches for one in match.also] == [f"{files[1]}:1:1"]
    assert look(server, database, files[:1]).matches == ()
    assert "newest migration" in look(server, database, files[:1]).proofs[RULE]
    assert look(server, database, ("other/001_what.sql",)).matches == ()


def test_all_are_applied(server: Server) -> None:
    table, row, names, files = TOOLS["knex"]
    database = server.make_database(table, *(row.format(name) for name in (*names, "20260303_gone.js")))
    seen = look(server, database, files)
    assert seen.matches == ()
    assert "1 name that no file has: 20260303_gone.js" in seen.proofs[RULE]


def test_a_role_that_may_not_read_the_table_learns_the_grant(server: Server) -> None:
    table, row, names, files = TOOLS["alembic"]
    database, role = server.make_database(table, row.format(names[0])), server.make_role()
    seen = look(server, database, files, role)
    assert seen.matches == ()
    assert f"GRANT SELECT ON public.alembic_version TO {role}" in seen.reasons[RULE]
