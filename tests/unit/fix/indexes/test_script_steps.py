"""Knex, Sequelize and TypeORM: an index a migration, outside of a transaction."""

from __future__ import annotations

import json

import pytest

from readycheck.scan.memory import scan_texts
from tests.unit.fix.others import Result, choose, fix

RULE = "foreign-key-without-index"
MIGRATIONS = ("index-built-in-transaction", "migration-locks-table", "migration-number-twice")
CREATE = 'CREATE INDEX CONCURRENTLY IF NOT EXISTS "notes_userId_idx" ON notes ("userId")'
DROP = 'DROP INDEX CONCURRENTLY IF EXISTS "notes_userId_idx"'
KNEX = """exports.up = async function (knex) {
  await knex.schema.createTable("users", (table) => {
    table.increments("id");
  });
  await knex.schema.createTable("notes", (table) => {
    table.increments("id");
    table.integer("userId").references("id").inTable("users");
  });
};
"""
KNEX_TYPED = 'import type { Knex } from "knex";\n\n' + KNEX.replace(
    "exports.up = async function (knex)", "export async function up(knex: Knex): Promise<void>"
).replace("};\n", "}\n")
SEQUELIZE = """'use strict';

module.exports = {
  up: async (queryInterface, Sequelize) => {
    await queryInterface.createTable('users', { id: { type: Sequelize.INTEGER, primaryKey: true } });
    await queryInterface.createTable('notes', {
      id: { type: Sequelize.INTEGER, primaryKey: true },
      userId: { type: Sequelize.INTEGER, references: { model: 'users', key: 'id' } },
    });
  },
};
"""
TYPEORM = """import { MigrationInterface, QueryRunner } from 'typeorm';

export class Notes1700000000000 implements MigrationInterface {
  public async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE TABLE "users" ("id" SERIAL PRIMARY KEY)`);
    await queryRunner.query(
      `CREATE TABLE "notes" ("id" SERIAL PRIMARY KEY, "userId" integer REFERENCES "users" ("id"))`,
    );
  }
}
"""
SOURCE = "export const source = new DataSource({ type: 'postgres', migrationsTransactionMode: 'each' });\n"


def pack(*names: str) -> str:
    """A package.json."""
    return json.dumps({"dependencies": dict.fromkeys(names, "1")})


KNEX_FILES = {"migrations/20240131235959_a.js": KNEX, "package.json": pack("knex", "pg")}
SEQUELIZE_FILES = {
    "db/migrations/20240101120000-create-notes.js": SEQUELIZE,
    "package.json": pack("sequelize", "sequelize-cli", "pg"),
}
TYPEORM_FILES = {
    "src/migrations/1700000000000-Notes.ts": TYPEORM,
    "src/source.ts": SOURCE,
    "package.json": pack("typeorm", "pg"),
}


def check(result: Result) -> None:
    """Nothing is missing any more, and the migrations break none of the rules for migrations."""
    scan = scan_texts(result.files, choose((RULE, *MIGRATIONS)))
    found = [*scan.matches, *(match for file in scan.files for match in file.matches)]
    assert [one.message or one.rule for one in found if one.exempt is None] == []


def take_code(text: str) -> str:
    """A text without its comments."""
    return "".join(f"{row}\n" for row in text.splitlines() if not row.lstrip().startswith("//"))


def test_knex_is_given_functions_with_a_config() -> None:
    result = fix(KNEX_FILES, RULE)

    (path, text) = next(iter(result.changed.items()))
    assert path == "migrations/20240201000000_add_notes_userid_idx.js"
    assert take_code(text) == (
        "exports.config = { transaction: false };\n\n"
        f"exports.up = async function (knex) {{\n  await knex.raw('{CREATE}');\n}};\n\n"
        f"exports.down = async function (knex) {{\n  await knex.raw('{DROP}');\n}};\n"
    )
    assert result.said == ["unsafe runs-at-deploy"]
    check(result)


def test_knex_is_given_a_module_where_it_has_modules() -> None:
    result = fix({"migrations/001-1.0-a.ts": KNEX_TYPED, "package.json": pack("knex", "pg")}, RULE)

    text = result.changed["migrations/002-add-notes-userid-idx.ts"]
    assert take_code(text).startswith(
        'import type { Knex } from "knex";\n\nexport const config = { transaction: false };\n\n'
        "export async function up(knex: Knex): Promise<void> {\n"
    )
    check(result)


def test_sequelize_is_given_the_statement() -> None:
    result = fix(SEQUELIZE_FILES, RULE)

    text = result.changed["db/migrations/20240101120001-add-notes-userid-idx.js"]
    assert take_code(text) == (
        "'use strict';\n\nmodule.exports = {\n  async up(queryInterface) {\n"
        f"    await queryInterface.sequelize.query('{CREATE}');\n  }},\n\n"
        "  async down(queryInterface) {\n"
        f"    await queryInterface.sequelize.query('{DROP}');\n  }},\n}};\n"
    )
    check(result)


@pytest.mark.parametrize(("mode", "back"), [("each", DROP.replace("CONCURRENTLY ", "")), ("none", DROP)])
def test_typeorm_is_given_a_class_without_a_transaction(mode: str, back: str) -> None:
    result = fix(TYPEORM_FILES | {"src/source.ts": SOURCE.replace("each", mode)}, RULE)

    text = take_code(result.changed["src/migrations/1700000001000-AddNotesUseridIdx.ts"])
    assert "export class AddNotesUseridIdx1700000001000 implements MigrationInterface {\n" in text
    assert "  transaction = false;\n" in text
    assert f"    await queryRunner.query('{CREATE}');\n" in text
    assert f"    await queryRunner.query('{back}');\n" in text
    assert result.said == ["unsafe models-lag"]
    check(result)


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        (KNEX_FILES | {"package.json": pack("knex", "pg", "sqlite3")}, "several-databases"),
        (KNEX_FILES | {"package.json": pack("knex")}, "database-unclear"),
        (KNEX_FILES | {"list.js": 'module.exports = ["20240131235959_a"];\n'}, "steps-listed"),
        (KNEX_FILES | {"migrations/b.js": KNEX.replace("users", "people").replace("notes", "words")}, "style-unknown"),
        (SEQUELIZE_FILES | {"package.json": pack("sequelize", "pg")}, "runner-unknown"),
        (TYPEORM_FILES | {"src/source.ts": SOURCE.replace("migrationsTransactionMode: 'each'", "")}, "one-transaction"),
        (TYPEORM_FILES | {"src/source.ts": SOURCE.replace("each", "all")}, "one-transaction"),
        (TYPEORM_FILES | {"src/list.ts": "import { Notes1700000000000 } from './x';\n"}, "steps-listed"),
    ],
    ids=["two drivers", "no driver", "a list", "a name", "no command line", "no mode", "all", "imported"],
)
def test_what_cannot_be_told_is_left(files: dict[str, str], reason: str) -> None:
    result = fix(files, RULE)

    assert result.changed == {}
    assert set(result.said) == {f"refused {reason}"}
