from __future__ import annotations

from tests.unit.scan.schema.reading import find, read_sources, tell_indexes, tell_keys, tell_problems

KNEX = """
exports.up = (knex) => knex.schema
  .createTable("users", (t) => t.increments("id"))
  .createTable("notes", (t) => {
    t.increments("id");
    t.integer("user_id").references("id").inTable("users");
  });
exports.down = (knex) => knex.schema.dropTable("notes");
"""


def test_calls_of_a_chain_are_made_one_after_the_other() -> None:
    (source,) = read_sources({"db/migrations/1_start.js": KNEX})
    notes = find(source, "notes")

    assert (tell_keys(notes), tell_indexes(notes), tell_problems(source)) == ([(("user_id",), "users")], [], [])
    assert [(key.place.path, key.place.line) for key in notes.foreign_keys] == [("db/migrations/1_start.js", 6)]


def test_indexes_have_the_names_that_knex_gives() -> None:
    more = """
exports.up = async (knex) => {
  for (const column of ["user_id", "id"]) {
    await knex.schema.table("notes", (t) => t.index([column]));
  }
  await knex.schema.table("notes", (t) => { t.dropIndex("id"); });
};
exports.down = async () => {};
"""
    (source,) = read_sources({"db/migrations/1_start.js": KNEX, "db/migrations/2_more.js": more})

    assert [one.name for one in find(source, "notes").indexes[1:]] == ["notes_user_id_index"]


def test_what_is_not_constant_is_told() -> None:
    more = """
exports.up = async (knex) => {
  await knex.schema.table(findName(), (t) => t.index("id"));
  await knex.raw(`CREATE INDEX x ON ${findName()} (id)`);
  await knex("notes").insert({ id: 1 });
};
"""
    (source,) = read_sources({"db/migrations/1_start.js": KNEX, "db/migrations/2_more.js": more})

    assert tell_problems(source) == [
        ("db/migrations/2_more.js", 3, "its names are not constant"),
        ("db/migrations/2_more.js", 4, "its names are not constant"),
    ]


def test_typeorm_sorts_the_migrations_of_a_package_by_their_time() -> None:
    step = (
        "import {{ MigrationInterface, QueryRunner }} from 'typeorm';\n"
        "export class X implements MigrationInterface {{\n"
        "  async up(queryRunner: QueryRunner) {{ await this.go(queryRunner); }}\n"
        "  async go(queryRunner: QueryRunner) {{ await queryRunner.query(`{0}`); }}\n"
        "  async down(queryRunner: QueryRunner) {{ await queryRunner.query(`DROP TABLE a`); }}\n}}\n"
    )
    files = {
        "src/more/migrations/2-index.ts": step.format("CREATE INDEX i ON a (b)"),
        "src/db/migrations/1-start.ts": step.format(
            "CREATE TABLE a (id serial PRIMARY KEY, b int DEFAULT '${Kind.A}')"
        ),
    }
    (source,) = read_sources(files)

    assert (tell_indexes(find(source, "a")), tell_problems(source)) == ([("b",)], [])


def test_a_function_up_outside_of_migrations_makes_nothing() -> None:
    assert read_sources({"src/up.js": KNEX}) == []
