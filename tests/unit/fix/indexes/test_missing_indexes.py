"""Migrations for missing indexes, in the style of those that are there."""

from __future__ import annotations

import re

import pytest

from readycheck.scan.memory import scan_texts
from tests.unit.fix.others import Result, choose, fix

RULES = ("foreign-key-without-index", "query-without-index")
MIGRATIONS = ("index-built-in-transaction", "migration-locks-table", "migration-number-twice")
TABLES = (
    "CREATE TABLE users (id bigserial PRIMARY KEY);\n"
    "CREATE TABLE notes (id bigserial PRIMARY KEY, user_id bigint NOT NULL REFERENCES users (id));\n"
)
STATEMENT = "CREATE INDEX CONCURRENTLY IF NOT EXISTS notes_user_id_idx ON notes (user_id);\n"
DROP = "DROP INDEX CONCURRENTLY IF EXISTS notes_user_id_idx;\n"
RUNNER = """const fs = require("fs");
const { pool } = require("./pool");
async function migrate() {
  for (const file of fs.readdirSync("migrations").filter((one) => one.endsWith(".sql"))) {
    await pool.query(fs.readFileSync(`migrations/${file}`, "utf8"));
  }
}
module.exports = { migrate };
"""


def check(result: Result) -> None:
    """Nothing is missing any more, and the migrations break none of the rules for migrations."""
    scan = scan_texts(result.files, choose((*RULES, *MIGRATIONS)))
    found = [*scan.matches, *(match for file in scan.files for match in file.matches)]
    assert [one.message or one.rule for one in found if one.exempt is None] == []


def without_comments(text: str) -> str:
    """A script without the comment that explains it."""
    return re.sub(r"-- notes \(.*\n(?:-- to reads.*\n)?", "", text)


@pytest.mark.parametrize(
    ("files", "made"),
    [
        (
            {"db/000001_a.up.sql": TABLES, "db/000001_a.down.sql": "DROP TABLE notes;\n"},
            {"db/000002_add_notes_user_id_idx.up.sql": STATEMENT, "db/000002_add_notes_user_id_idx.down.sql": DROP},
        ),
        ({"sql/migrations/V9__a.sql": TABLES}, {"sql/migrations/V10__add_notes_user_id_idx.sql": STATEMENT}),
        (
            {"db/migrations/20240131235959_a.sql": f"-- migrate:up\n{TABLES}\n-- migrate:down\nDROP TABLE notes;\n"},
            {
                "db/migrations/20240201000000_add_notes_user_id_idx.sql": (
                    f"-- migrate:up transaction:false\n{STATEMENT}\n-- migrate:down transaction:false\n{DROP}"
                )
            },
        ),
        (
            {"migrations/00009_a.sql": f"-- +goose Up\n{TABLES}\n-- +goose Down\nDROP TABLE notes;\n"},
            {
                "migrations/00010_add_notes_user_id_idx.sql": (
                    f"-- +goose NO TRANSACTION\n-- +goose Up\n{STATEMENT}\n-- +goose Down\n{DROP}"
                )
            },
        ),
        (
            {"migrations/001-a.sql": TABLES, "migrate.js": RUNNER},
            {"migrations/002-add-notes-user-id-idx.sql": STATEMENT},
        ),
        (
            {
                "migrations/0001_a.sql": TABLES,
                "migrations/0002_b.sql": (
                    "-- run: no-transaction\nCREATE INDEX CONCURRENTLY IF NOT EXISTS a ON users (id);\n"
                ),
            },
            {"migrations/0003_add_notes_user_id_idx.sql": f"-- run: no-transaction\n{STATEMENT}"},
        ),
    ],
    ids=["golang-migrate", "flyway", "dbmate", "goose", "own runner", "precedent"],
)
def test_a_file_of_sql_is_written(files: dict[str, str], made: dict[str, str]) -> None:
    result = fix(files, *RULES)

    assert {path: without_comments(text) for path, text in result.changed.items()} == made
    assert result.said == ["unsafe runs-at-deploy"]
    check(result)


def test_supabase_is_given_a_file_that_new_versions_can_run() -> None:
    result = fix({"supabase/migrations/20240101000000_a.sql": TABLES}, *RULES)

    path = "supabase/migrations/20240101000001_add_notes_user_id_idx.sql"
    assert {name: without_comments(text) for name, text in result.changed.items()} == {path: STATEMENT}
    assert result.said == ["unsafe supabase-version"]
    check(result)


def test_prisma_is_given_a_step_and_an_index_in_its_schema() -> None:
    schema = (
        'datasource db {\n  provider = "postgresql"\n  url = env("URL")\n}\n\n'
        'model User {\n  id Int @id\n  notes Note[]\n\n  @@map("users")\n}\n\n'
        'model Note {\n  id Int @id\n  userId Int @map("user_id")\n'
        '  user User @relation(fields: [userId], references: [id])\n\n  @@map("notes")\n}\n'
    )  # fmt: skip
    files = {
        "prisma/schema.prisma": schema,
        "prisma/migrations/migration_lock.toml": 'provider = "postgresql"\n',
        "prisma/migrations/20240101000000_init/migration.sql": TABLES,
    }

    result = fix(files, *RULES)

    assert result.changed["prisma/migrations/20240101000001_add_notes_user_id_idx/migration.sql"] == STATEMENT
    assert (
        '  @@map("notes")\n  @@index([userId], map: "notes_user_id_idx")\n}\n' in result.changed["prisma/schema.prisma"]
    )
    check(result)


REVISION = '''"""Notes."""

import sqlalchemy as sa
from alembic import op

revision: str = "{name}"
down_revision: str | None = {after}


def upgrade() -> None:
    {body}


def downgrade() -> None:
    pass
'''
CREATES = (
    'op.create_table("users", sa.Column("id", sa.Integer, primary_key=True))\n'
    '    op.create_table(\n        "notes",\n        sa.Column("id", sa.Integer, primary_key=True),\n'
    '        sa.Column("user_id", sa.Integer, sa.ForeignKey("users.id")),\n    )'
)


def write_revision(name: str, after: str, body: str = "pass") -> str:
    """A revision of Alembic."""
    return REVISION.replace("{name}", name).replace("{after}", after).replace("{body}", body)


def test_alembic_is_given_a_revision_behind_its_head() -> None:
    files = {
        "alembic/versions/aaa_a.py": write_revision("aaa", "None", CREATES),
        "alembic/versions/bbb_b.py": write_revision("bbb", '"aaa"'),
    }

    result = fix(files, *RULES)

    (path, text) = next(iter(result.changed.items()))
    assert re.fullmatch(r"alembic/versions/[0-9a-f]{12}_add_missing_indexes\.py", path)
    assert 'down_revision: str | None = "bbb"\n' in text
    assert "    with op.get_context().autocommit_block():\n        op.create_index(\n" in text
    assert '            "notes_user_id_idx",\n            "notes",\n            ["user_id"],\n' in text
    assert "            postgresql_concurrently=True,\n" in text
    assert 'op.execute("DROP INDEX CONCURRENTLY IF EXISTS notes_user_id_idx")' in text
    assert result.said == ["unsafe models-lag"]
    check(result)


@pytest.mark.parametrize(
    ("name", "following"),
    [("0009", "0010_add_missing_indexes"), ("0099_notes", "0100_add_missing_indexes"), ("9", "10_add_missing_indexes")],
)
def test_revisions_that_are_numbered_go_on(name: str, following: str) -> None:
    files = {f"alembic/versions/{name}_a.py": write_revision(name, "None", CREATES)}

    assert list(fix(files, *RULES).changed) == [f"alembic/versions/{following}.py"]


def test_an_old_alembic_is_given_the_statement() -> None:
    files = {
        "alembic/versions/aaa_a.py": write_revision("aaa", "None", CREATES),
        "requirements.txt": "alembic==1.7.7\n",
    }

    text = next(iter(fix(files, *RULES).changed.values()))

    assert f'        op.execute("{STATEMENT.strip().removesuffix(";")}")\n' in text


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"migrations/001_a.sql": TABLES}, "runner-unknown"),
        (
            {
                "migrations/001_a.sql": TABLES,
                "migrate.js": RUNNER.replace("for (", 'await pool.query("BEGIN");\n  for ('),
            },
            "runner-in-transaction",
        ),
        ({"schema.sql": TABLES}, "style-unknown"),
        (
            {
                "alembic/versions/aaa_a.py": write_revision("aaa", "None", CREATES),
                "alembic/versions/bbb_b.py": write_revision("bbb", '"aaa"'),
                "alembic/versions/ccc_c.py": write_revision("ccc", '"aaa"'),
            },
            "two-heads",
        ),
        (
            {
                "migrations/00001_a.sql": f"-- +goose Up\n{TABLES}",
                "migrations/1_b.sql": "-- +goose Up\nCREATE TABLE b (id int PRIMARY KEY);\n",
            },
            "two-heads",
        ),
        (
            {
                "migrations/V1__a.sql": (
                    "CREATE TABLE users (id INT AUTO_INCREMENT PRIMARY KEY) ENGINE=InnoDB;\n"
                    "CREATE TABLE notes (id INT PRIMARY KEY, title VARCHAR(9), user_id INT);\n"
                    "ALTER TABLE notes ADD CONSTRAINT f FOREIGN KEY (user_id) REFERENCES users (id);\n"
                )
            },
            "not-postgres",
        ),
    ],
    ids=["no runner", "transaction", "one schema", "two revisions", "two numbers", "mysql"],
)
def test_what_cannot_be_told_is_left(files: dict[str, str], reason: str) -> None:
    result = fix(files, *RULES)

    assert result.changed == {}
    assert set(result.said) <= {f"refused {reason}"}
