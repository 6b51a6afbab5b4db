from __future__ import annotations

from readycheck.model.evidence import Fact
from readycheck.model.vocabulary import Language
from readycheck.scan.config.file import ConfigFile
from readycheck.scan.facts import query_texts, schema_files
from readycheck.scan.schema.source import Source
from readycheck.scan.schema.sources import find_sources
from readycheck.scan.unit import Unit


def read(files: dict[str, str]) -> list[Source]:
    scripts: list[Fact] = []
    texts: list[Fact] = []
    for path, text in files.items():
        if ".sql" in path:
            scripts += schema_files.collect_config(ConfigFile(path, Language.TEXT, text))
        else:
            language = Language.PYTHON if path.endswith(".py") else Language.TYPESCRIPT
            texts += query_texts.collect(Unit(path, language, text))
    return find_sources({"schema-script": scripts, "query-text": texts})


def tell(files: dict[str, str]) -> list[tuple[str, str, list[str]]]:
    return [(one.label, one.dialect, [table.name for table in one.snapshot.tables]) for one in read(files)]


def test_files_of_a_folder_are_replayed_in_order() -> None:
    files = {
        "db/migrations/10_drop.sql": "DROP TABLE b;",
        "db/migrations/9_b.sql": "CREATE TABLE b (id int);",
        "db/migrations/1_a.sql": "CREATE TABLE a (id serial);",
    }

    assert tell(files) == [("db/migrations", "postgres", ["a"])]


def test_a_folder_for_each_product_is_a_database_of_its_own() -> None:
    files = {
        "db/sqlite/migrations/1_a.sql": "CREATE TABLE a (id INTEGER PRIMARY KEY);",
        "db/postgres/migrations/1_a.sql": "CREATE TABLE a (id serial PRIMARY KEY);",
    }

    assert [(one.label, one.dialect) for one in read(files)] == [
        ("db/sqlite/migrations", "sqlite"),
        ("db/postgres/migrations", "postgres"),
    ]


def test_statements_in_code_are_added_to_the_tables_that_they_are_about() -> None:
    files = {
        "db/schema.sql": "CREATE TABLE a (id serial PRIMARY KEY, b int);",
        "app/start.py": "def start(db):\n    db.execute('CREATE INDEX IF NOT EXISTS a_b ON a (b)')\n",
    }
    (source,) = read(files)

    assert [(one.name, one.place.path, one.place.line) for one in source.snapshot.tables[0].indexes][1:] == [
        ("a_b", "app/start.py", 2)
    ]


def test_in_code_tables_come_before_what_is_about_them() -> None:
    files = {
        "app/a.py": "def index(db):\n    db.execute('CREATE INDEX t_b ON t (b)')\n",
        "app/b.py": "def make(db):\n    db.execute('CREATE TABLE t (b int)')\n",
    }
    (source,) = read(files)

    assert [len(table.indexes) for table in source.snapshot.tables] == [1]


def test_the_way_back_of_a_migration_in_code_is_not_gone() -> None:
    files = {
        "src/migrations/1-init.ts": "export class Init {\n"
        "  async up(q) { await q.query(`CREATE TABLE a (id serial)`); }\n"
        "  async down(q) { await q.query(`DROP TABLE a`); }\n}\n",
        "src/migrations/2-more.ts": "export class More {\n"
        "  async up(q) { await q.query(`ALTER TABLE a ADD COLUMN b int`); }\n}\n",
    }

    assert tell(files) == [("src/migrations", "postgres", ["a"])]
    assert [one.name for one in read(files)[0].snapshot.tables[0].columns] == ["id", "b"]


def test_nothing_is_no_database() -> None:
    assert find_sources({}) == []
    assert read({"app/a.py": "def load(db):\n    db.execute('SELECT 1 FROM a')\n"}) == []


def test_a_dump_stands_for_the_first_steps_of_the_folder_beside_it() -> None:
    files = {
        "db/delta/9/1_old.sql": "CREATE TABLE old (id int);\nCREATE INDEX a_old ON a (b);",
        "db/delta/11/1_b.sql": "CREATE INDEX a_b ON a (b);",
        "db/delta/12/2_c.py": "def run(db):\n    db.execute('CREATE INDEX a_c ON a (c)')\n",
        "db/full_schemas/10/full.sql": "CREATE TABLE a (id serial, b int, c int);\nCREATE TABLE d (id int);",
        "db/full_schemas/8/full.sql": "CREATE TABLE older (id int);",
        "db/delta/12/1_d.sql": "DROP TABLE d;",
    }
    (source,) = read(files)

    assert [table.name for table in source.snapshot.tables] == ["a"]
    assert [(one.name, one.place.path, one.place.line) for one in source.snapshot.tables[0].indexes] == [
        ("a_b", "db/delta/11/1_b.sql", 1),
        ("a_c", "db/delta/12/2_c.py", 2),
    ]
    assert not source.snapshot.problems


def test_the_file_for_postgres_of_several_dialects_is_read() -> None:
    files = {"schema/full.sql.postgres": "CREATE TABLE a (id integer);"}

    assert tell(files) == [("schema/full.sql.postgres", "postgres", ["a"])]
