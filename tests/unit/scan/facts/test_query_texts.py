from __future__ import annotations

from typing import Any

from readycheck.model.vocabulary import Language
from readycheck.scan.facts import query_texts
from readycheck.scan.unit import Unit


def read(text: str, language: Language = Language.PYTHON) -> list[dict[str, Any]]:
    path = "app.py" if language is Language.PYTHON else "app.js"
    return [{"line": one.where.line, **one.data} for one in query_texts.collect(Unit(path, language, text))]


def read_script(text: str) -> list[dict[str, Any]]:
    return read(text, Language.JAVASCRIPT)


def test_a_text_with_the_call_that_runs_it() -> None:
    (found,) = read("def load(cursor):\n    cursor.execute(\n        'SELECT id FROM a WHERE b = %s', [1])\n")

    assert found["pieces"] == ["SELECT id FROM a WHERE b = %s"]
    assert (found["line"], found["calls"], found["symbol"]) == (3, [[2, 5, "execute", "cursor"]], "load")


def test_a_text_in_a_variable_has_the_calls_that_are_given_it() -> None:
    (found,) = read("QUERY = '''\n  SELECT 1 FROM a\n'''\ndef f(db):\n    db.fetch(QUERY)\n")

    assert (found["holder"], found["calls"]) == ("QUERY", [[5, 5, "fetch", "db"]])


def test_constants_are_filled_in_and_the_rest_is_told_by_its_place() -> None:
    (found,) = read_script(
        "const COLUMNS = 'id, name';\n"
        "const list = (text, sort, size) => pool.query(\n"
        "  `SELECT ${COLUMNS} FROM a WHERE b = ${text} AND c LIKE '%${text}%' ORDER BY ${sort} LIMIT ${size}`);\n"
    )

    assert found["pieces"] == [
        "SELECT id, name FROM a WHERE b = ", ["value", "text"], " AND c LIKE '%", ["quoted", "text"], "%' ORDER BY ",
        ["name", "sort"], " LIMIT ", ["limit", "size"],
    ]  # fmt: skip


def test_numbers_of_parameters_are_no_holes_in_the_form() -> None:
    (found,) = read_script("pool.query('UPDATE a SET b = $1 WHERE id = $' + values.length, values);\n")

    assert found["pieces"] == ["UPDATE a SET b = $1 WHERE id = $", ["number", "values.length"]]


def test_tagged_templates_are_run_by_their_tag() -> None:
    (found,) = read_script("const rows = await sql`SELECT id FROM a WHERE b = ${b}`;\n")

    assert (found["pieces"], found["calls"][0][2]) == (["SELECT id FROM a WHERE b = ", ["value", "b"]], "sql")


def test_a_text_to_which_more_is_added_says_so() -> None:
    (found,) = read(
        "def f(db, all):\n    sql = 'SELECT id FROM a'\n    if all:\n        sql += ' WHERE b'\n    db.execute(sql)\n"
    )

    assert found["more"] is True


def test_wrappers_hand_the_text_on() -> None:
    (found,) = read(
        "from sqlalchemy import text\ndef f(db):\n    db.execute(text('SELECT id FROM a').bindparams(b=1))\n"
    )

    assert found["calls"] == [[3, 5, "execute", "db"]]


def test_names_in_braces_are_names() -> None:
    (found,) = read(
        "from psycopg import sql\ndef f(c, t):\n    c.execute(sql.SQL('SELECT id FROM {}').format(sql.Identifier(t)))\n"
    )

    assert found["pieces"] == ["SELECT id FROM ", ["name", "{}"], ""]


def test_what_people_read_is_no_query() -> None:
    assert read("print('SELECT id FROM a')\nraise ValueError('DELETE FROM a is not allowed')\n") == []
    assert read("def f():\n    'SELECT id FROM a'\n") == []
    assert read_script("t('Select one from the list'); label('Select one from the list');\n") == []
    assert read_script("parts.push(`SELECT id FROM a`);\n") == []
