"""The statements of new migrations, executed by a real Postgres, twice, and back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.unit.database.server import Server, run_server
from tests.unit.fix.others import fix

FILES = {
    "db/000001_a.up.sql": (
        'CREATE TABLE "user" (id bigserial PRIMARY KEY, "Name" text);\n'
        'CREATE TABLE "order" (\n  id bigserial PRIMARY KEY,\n'
        '  "User" bigint REFERENCES "user" (id),\n  made timestamptz\n);\n'
        "CREATE SCHEMA shop;\n"
        'CREATE TABLE shop.cart (id bigserial PRIMARY KEY, owner bigint REFERENCES "user" (id));\n'
    ),
    "db/000001_a.down.sql": 'DROP TABLE "order";\n',
    "app.js": (
        'const { Pool } = require("pg");\nconst pool = new Pool();\nconst app = require("express")();\n'
        'app.get("/orders/:user", async (req, res) => {\n'
        '  const text = `SELECT id FROM "order" WHERE "User" = $1 ORDER BY made DESC LIMIT 9`;\n'
        "  res.json(await pool.query(text, [req.params.user]));\n});\napp.listen(80);\n"
    ),
}  # fmt: skip
INDEXES = "SELECT schemaname || '.' || indexname FROM pg_indexes WHERE indexname LIKE '%idx' ORDER BY 1"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with run_server() as running:
        yield running


def test_the_indexes_are_built_beside_each_other_and_taken_back(server: Server) -> None:
    made = fix(FILES, "foreign-key-without-index", "query-without-index").changed
    up = [text for path, text in sorted(made.items()) if path.endswith(".up.sql")]
    down = [text for path, text in sorted(made.items(), reverse=True) if path.endswith(".down.sql")]

    database = server.make_database(FILES["db/000001_a.up.sql"], *up, *up)
    built = [str(row[0]) for row in server.ask(INDEXES, database)]
    server.run(*down, *down, database=database)

    assert len(built) == len(up) == 2
    assert [name.partition(".")[0] for name in built] == ["public", "shop"]
    assert server.ask("SELECT count(*) FROM pg_index WHERE NOT indisvalid", database) == [(0,)]
    assert server.ask(INDEXES, database) == []
