"""DDL that code sends when it starts, whatever runs it."""

from __future__ import annotations

import pytest

from tests.unit.scan.schema.reading import find, read_sources, tell_indexes, tell_keys

FORMS = {
    "better-sqlite3": (
        "db.js",
        (
            "const db = new (require('better-sqlite3'))('x.db');\ndb.exec(`\n"
            "  CREATE TABLE IF NOT EXISTS users (id INTEGER PRIMARY KEY AUTOINCREMENT);\n"
            "  CREATE TABLE IF NOT EXISTS notes (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users(id));\n"
            "  CREATE INDEX IF NOT EXISTS notes_user ON notes(user_id);\n`);\n"
        ),
    ),
    "sqlite3": (
        "db.js",
        (
            "db.serialize(() => {\n  db.run('CREATE TABLE notes (id INTEGER PRIMARY KEY, "
            "user_id INTEGER REFERENCES users(id))');\n"
            "  db.run('CREATE INDEX notes_user ON notes (user_id)', []);\n});\n"
        ),
    ),
    "mysql2": (
        "db.ts",
        (
            "export async function init() {\n  await pool.query(`CREATE TABLE IF NOT EXISTS notes (\n"
            "    id INT AUTO_INCREMENT PRIMARY KEY, user_id INT NOT NULL, FOREIGN KEY (user_id) REFERENCES users(id)\n"
            "  ) ENGINE=InnoDB`);\n}\n"
        ),
    ),
    "a tag": (
        "db.ts",
        (
            "await sql`CREATE TABLE notes (id serial PRIMARY KEY, user_id int REFERENCES users (id))`;\n"
            "await sql`CREATE INDEX notes_user ON notes (user_id)`;\n"
        ),
    ),
    "a list": (
        "db.ts",
        (
            "const ddl = [\n  'CREATE TABLE notes (id int PRIMARY KEY, user_id int REFERENCES users (id))',\n"
            "  'CREATE INDEX notes_user ON notes (user_id)',\n];\nfor (const one of ddl) await pool.query(one);\n"
        ),
    ),
    "a script": (
        "db.py",
        (
            'SCHEMA = """\nCREATE TABLE notes (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users(id));\n"""\n\n'
            "def start(connection):\n    connection.executescript(SCHEMA)\n"
            '    connection.execute("CREATE INDEX notes_user ON notes (user_id)")\n'
        ),
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_tables_and_indexes_of_statements(form: str) -> None:
    path, text = FORMS[form]
    (source,) = read_sources({path: text})
    notes = find(source, "notes")

    assert (source.style, tell_keys(notes), tell_indexes(notes)) == ("code", [(("user_id",), "users")], [("user_id",)])


def test_a_table_of_sqlite_that_is_made_anew_twice() -> None:
    again = "CREATE TABLE tmp (id INTEGER PRIMARY KEY, b TEXT UNIQUE); DROP TABLE a; ALTER TABLE tmp RENAME TO a;\n"
    text = f"PRAGMA foreign_keys = on;\nCREATE TABLE a (id INTEGER PRIMARY KEY, b TEXT UNIQUE);\n{again}{again}"
    (source,) = read_sources({"db/migrations/1.sql": text})

    assert (source.dialect, source.snapshot.problems) == ("sqlite", ())
    assert tell_indexes(find(source, "a")) == [("b",)]
