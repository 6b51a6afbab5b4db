from __future__ import annotations

import pytest

from readycheck.model.vocabulary import Language
from readycheck.scan.facts import pools
from readycheck.scan.unit import Unit


def read(text: str, language: Language) -> list[tuple[str, list[str], object]]:
    path = "app.py" if language is Language.PYTHON else "app.js"
    found: list[tuple[str, list[str], object]] = []
    for one in pools.collect(Unit(path, language, text)):
        limits = one.data.get("limits", [])
        assert isinstance(limits, list)
        found.append((one.kind, [str(row[1]) for row in limits if isinstance(row, list)], one.data["handler"]))
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("const { Pool } = require('pg')\nnew Pool()\n", [("pool", ["missing", "missing", "default"], False)]),
        (
            "const { Pool } = require('pg')\nnew Pool({ max: 5, connectionTimeoutMillis: 3 })\n",
            [("pool", ["set", "set", "default"], False)],
        ),
        ("const { Pool } = require('pg')\nnew Pool(config)\n", [("pool", ["unknown"] * 3, False)]),
        (
            "const { Client } = require('pg')\napp.get('/', (req, res) => { new Client() })\n",
            [("connection", [], True)],
        ),
        ("class Pool {}\nnew Pool()\n", []),
    ],
)
def test_script(text: str, expected: list[tuple[str, list[str], bool]]) -> None:
    assert read(text, Language.JAVASCRIPT) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "from sqlalchemy import create_engine\ncreate_engine(u, pool_size=5)\n",
            [("pool", ["set", "default", "missing"], False)],
        ),
        ("from sqlalchemy import create_engine\ncreate_engine('sqlite://')\n", []),
        ("from sqlalchemy import create_engine\ncreate_engine(u, poolclass=NullPool)\n", []),
        (
            "import psycopg\n@app.get('/')\ndef read():\n    psycopg.connect(u)\n",
            [("connection", [], True)],
        ),
        ("import psycopg\ndef migrate():\n    psycopg.connect(u)\n", [("connection", [], False)]),
    ],
)
def test_python(text: str, expected: list[tuple[str, list[str], bool]]) -> None:
    assert read(text, Language.PYTHON) == expected


@pytest.mark.parametrize(
    ("text", "brief"),
    [
        ("def ready():\n    engine = create_engine(u)\n    with engine.begin() as c:\n        pass\n", True),
        ("engine = create_engine(u)\nengine.raw_connection()\n", True),
        ("engine = create_engine(u)\n", False),
        ("def make():\n    engine = create_engine(u)\n    return engine\n", False),
        ("engine = create_engine(u)\ndef read():\n    engine.connect()\n", False),
        ("def make():\n    engine = create_engine(u)\n    session = sessionmaker(bind=engine)\n", False),
    ],
)
def test_an_engine_that_is_used_in_one_place_only(text: str, brief: bool) -> None:  # noqa: FBT001 - a table
    [fact] = pools.collect(Unit("app.py", Language.PYTHON, f"from sqlalchemy import create_engine\n{text}"))
    assert fact.data["brief"] is brief


@pytest.mark.parametrize(
    ("text", "most"),
    [
        ("from sqlalchemy import create_engine\ncreate_engine(url)\n", 15),
        ("from sqlalchemy import create_engine\ncreate_engine(url, pool_size=20, max_overflow=0)\n", 20),
        ("from sqlalchemy import create_engine\ncreate_engine(url, pool_size=settings.size)\n", None),
        ("from sqlalchemy import create_engine\ncreate_engine(url, **options)\n", None),
        ("from psycopg_pool import ConnectionPool\nConnectionPool(url, min_size=2, max_size=8)\n", 8),
        ("import asyncpg\npool = asyncpg.create_pool(url)\n", 10),
    ],
)
def test_how_many_connections_a_pool_opens_at_most(text: str, most: int | None) -> None:
    (pool,) = pools.collect(Unit("app.py", Language.PYTHON, text))
    assert pool.data["most"] == most
