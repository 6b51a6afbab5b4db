from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readycheck.sql.snapshot import Dialect
from readycheck.sql.split import split


def texts(script: str, dialect: Dialect = "postgres") -> list[str]:
    return [statement.text for statement in split(script, dialect)]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("SELECT 1; SELECT 2", ["SELECT 1", "SELECT 2"]),
        ("SELECT ';'; SELECT \";\"", ["SELECT ';'", 'SELECT ";"']),
        (r"SELECT E'a\';b'; SELECT 1", [r"SELECT E'a\';b'", "SELECT 1"]),
        ("SELECT 'it''s; here'; SELECT 1", ["SELECT 'it''s; here'", "SELECT 1"]),
        ("-- a;\n/* b; /* c; */ d; */ SELECT 1; -- e;\n", ["SELECT 1"]),
        ("DO $x$ a; $$ b; $$ $x$; SELECT $1;", ["DO $x$ a; $$ b; $$ $x$", "SELECT $1"]),
        ("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END; SELECT 3", None),
        ("CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2); SELECT 3", None),
        ("\\connect x\nSELECT 1;\n\\restrict abc\nSELECT 2;", ["SELECT 1", "SELECT 2"]),
        ("COPY t FROM stdin;\na;b\n\\.\nSELECT 1;", ["COPY t FROM stdin", "SELECT 1"]),
        ("SELECT 1; SELECT 'open; SELECT 2", ["SELECT 1", "SELECT 'open; SELECT 2"]),
        (";;  ; SELECT 1;;", ["SELECT 1"]),
    ],
)
def test_postgres_statements(script: str, expected: list[str] | None) -> None:
    found = texts(script)
    assert found == expected if expected is not None else (len(found) == 2 and found[1] == "SELECT 3")


def test_lines_are_those_of_the_statement_not_of_the_comment_before_it() -> None:
    script = "-- one\n\nSELECT\n 1;\n/* a\n b */\nSELECT 2; SELECT 3"
    assert [(one.line, one.text) for one in split(script, "postgres")] == [
        (3, "SELECT\n 1"),
        (7, "SELECT 2"),
        (7, "SELECT 3"),
    ]


def test_mysql_has_delimiters_triggers_and_backslashes() -> None:
    script = (
        "# a;\nCREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW BEGIN IF (a) THEN SET b = 1; END IF; END;\n"
        "DELIMITER $$\nCREATE PROCEDURE p() BEGIN SELECT 1; END$$\nDELIMITER ;\nSELECT 'a\\'b;', `c;d`; SELECT 2;"
    )
    assert texts(script, "mysql")[1:] == [
        "CREATE PROCEDURE p() BEGIN SELECT 1; END",
        r"SELECT 'a\'b;', `c;d`",
        "SELECT 2",
    ]


def test_sqlite_has_triggers_and_brackets() -> None:
    script = "CREATE TRIGGER x AFTER INSERT ON t BEGIN SELECT CASE WHEN 1 THEN 2 END; END; SELECT [a;b]; SELECT 1"
    assert texts(script, "sqlite")[1:] == ["SELECT [a;b]", "SELECT 1"]


@given(st.text(alphabet="a;'\"$-/*\\\n `(E)", max_size=60), st.sampled_from(["postgres", "mysql", "sqlite"]))
def test_nothing_is_invented_and_it_always_ends(script: str, dialect: Dialect) -> None:
    position = 0
    for statement in split(script, dialect):
        position = script.index(statement.text, position) + len(statement.text)
        assert statement.text.strip() == statement.text
        assert 1 <= statement.line <= script.count("\n") + 1
