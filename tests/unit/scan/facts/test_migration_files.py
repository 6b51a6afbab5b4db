from __future__ import annotations

from readycheck.model.evidence import Fact
from readycheck.model.vocabulary import Language
from readycheck.scan.config.file import ConfigFile
from readycheck.scan.facts.migration_files import collect_config


def collect(path: str, text: str) -> list[Fact]:
    return list(collect_config(ConfigFile(path, Language.TEXT, text)))


def test_what_a_migration_does() -> None:
    text = (
        "CREATE TABLE IF NOT EXISTS public.users (id uuid);\n-- CREATE INDEX a ON users (id);\n"
        'CREATE UNIQUE INDEX "a" ON "users" ("id");\nCREATE INDEX CONCURRENTLY b ON users (id);\n'
        "/* ALTER TABLE x\n ALTER COLUMN y TYPE int; */\nALTER TABLE users\n  ALTER COLUMN id SET DATA TYPE bigint;\n"
        "-- migrate:down\nCREATE INDEX c ON users (id);\n"
    )
    (fact,) = collect("db/migrations/0002_users.sql", text)
    wanted = {
        "folder": "db/migrations", "number": "0002", "dialect": "postgres", "creates": ["users"],
        "indexes": [["users", 3]], "foreign": [], "retyped": [["users", 7]],
    }  # fmt: skip
    assert {key: fact.data[key] for key in wanted} == wanted


def test_names() -> None:
    (fact,) = collect("prisma/migrations/20240101_a/migration.sql", "SELECT `a`;")
    assert (fact.data["folder"], fact.data["number"], fact.data["dialect"]) == (
        "prisma/migrations",
        "20240101",
        "other",
    )
    assert collect("migrations/1_a.down.sql", "SELECT 1") == []


def test_what_runs_migrations() -> None:
    script = "#!/bin/sh\n# alembic upgrade head\nif ! alembic upgrade head; then exit 1; fi\nexec uvicorn app:app\n"
    assert [(one.where.line, one.data["tool"], one.data["serves"]) for one in collect("start.sh", script)] == [
        (3, "alembic", True)
    ]
    platform = collect("fly.toml", '[deploy]\n  release_command = "npx prisma migrate deploy"\n')
    assert [(one.where.line, one.data["tool"], one.data["script"]) for one in platform] == [(2, "prisma", "")]
