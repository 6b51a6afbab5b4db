from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readycheck.sql.queries import analyse
from readycheck.sql.snapshot import Dialect
from tests.unit.sql.helpers import build

AFTER = ";\nCREATE TABLE after (a int);"
HOSTILE = {
    "parentheses": "CREATE TABLE t (a int CHECK (" + "(" * 5000 + "a>1" + ")" * 5000 + "))",
    "ands": "CREATE TABLE t (a int CHECK (" + " AND ".join(f"a<>{number}" for number in range(20_000)) + "))",
    "a chain": "CREATE TABLE t (a int CHECK (a = " + "1+" * 149_000 + "1))",
    "casts": "CREATE TABLE t (a int CHECK (a = 1" + "::int" * 50_000 + "))",
    "unions": "CREATE VIEW v AS SELECT 1" + " UNION SELECT 1" * 15_000,
    "10 MB": "CREATE TABLE t (a text DEFAULT '" + "x" * 10_000_000 + "')",
    "a block": "DO $$ BEGIN PERFORM " + "1+" * 149_000 + "1; CREATE TABLE x (); END $$",
    "ifs": "DO $$ BEGIN " + "IF true THEN " * 5000 + "CREATE TABLE x ();" + "END IF;" * 5000 + " END $$",
    "surrogates": "CREATE TABLE \udce9 (a int)",
    "nul": "CREATE TABLE n (a int \0)",
}


@pytest.mark.parametrize("dialect", ["postgres", "mysql", "sqlite"])
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_statements_are_told_and_the_next_one_is_replayed(name: str, dialect: Dialect) -> None:
    snapshot = build(HOSTILE[name] + AFTER, dialect=dialect)
    assert "after" in [table.name for table in snapshot.tables]
    assert analyse(HOSTILE[name], dialect, snapshot).kind in {"other", "unreadable"}


@pytest.mark.parametrize("dialect", ["postgres", "mysql", "sqlite"])
def test_half_a_file_gives_what_was_whole(dialect: Dialect) -> None:
    text = "CREATE TABLE a (id int);\nCREATE TABLE b (id int, name varchar(10)"
    snapshot = build(text, dialect=dialect)
    assert [table.name for table in snapshot.tables] == ["a"]
    assert [problem.place.line for problem in snapshot.problems] == [2]


def test_another_dialect_is_told() -> None:
    snapshot = build("CREATE TABLE `t` (`id` int unsigned AUTO_INCREMENT, KEY (`id`)) ENGINE=InnoDB;" + AFTER)
    assert [table.name for table in snapshot.tables] == ["after"]
    assert "does not understand" in snapshot.problems[0].reason


def test_a_template_in_one_statement_costs_that_one() -> None:
    snapshot = build("CREATE TABLE t (id $%AUTO_INCREMENT_PRIMARY_KEY%$, a int);" + AFTER)
    assert [(problem.place.line, problem.text[:20]) for problem in snapshot.problems] == [(1, "CREATE TABLE t (id $")]


WORDS = st.sampled_from(
    re.findall(
        r"\S+",
        "CREATE TABLE INDEX ON t u a b ( ) , ; ALTER ADD DROP COLUMN CONSTRAINT PRIMARY KEY FOREIGN"
        " REFERENCES UNIQUE int"
        " text RENAME TO DO $$ BEGIN END IF NOT EXISTS CASCADE SELECT FROM WHERE = 'x' ONLY PARTITION OF BY"
        " RANGE VIEW AS",
    )
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(WORDS, max_size=25).map(" ".join), st.sampled_from(["postgres", "mysql", "sqlite"]))
def test_no_sequence_of_words_is_fatal(text: str, dialect: Dialect) -> None:
    snapshot = build("CREATE TABLE t (a int PRIMARY KEY, b text);" + text, dialect=dialect)
    analyse(text, dialect, snapshot)
