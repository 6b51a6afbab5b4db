import pytest

from readycheck.database.conditional import find_conditional
from readycheck.database.example import ExampleError, parse_example
from readycheck.sql.snapshot import Place, Script


def test_comments_are_rows_settings_facts_and_gaps() -> None:
    text = (
        "CREATE TABLE a (id int);\n"
        "-- setting statement_timeout = 5000\n"
        '-- role {"name": "app"}\n'
        "-- fact pools = 40\n"
        "-- skipped logins the role app may not read it\n"
        "-- a remark that is none of these\n"
    )
    inspection = parse_example({"database.sql": text})
    assert inspection.snapshot is not None
    assert [table.name for table in inspection.snapshot.tables] == ["a"]
    row = inspection.setting("statement_timeout")
    assert row is not None
    assert (row.number("value"), row.place) == (5000, Place("database.sql", 2))
    assert inspection.role == "app"
    assert inspection.facts == {"pools": 40}
    assert inspection.skipped == {"logins": "the role app may not read it"}


def test_other_files_are_the_project() -> None:
    files = {"database.sql": "CREATE TABLE a (id int);", "m/1.sql": "CREATE TABLE b (id int);"}
    project = parse_example(files).project
    assert project is not None
    assert [table.name for table in project.snapshot.tables] == ["b"]


def test_a_catalog_that_could_not_be_read_is_none() -> None:
    assert parse_example({"database.sql": "-- skipped schema no right"}).snapshot is None


def test_what_is_no_json_is_told_with_its_line() -> None:
    with pytest.raises(ExampleError, match="line 2"):
        parse_example({"database.sql": "\n-- role {name}"})


def test_lines_of_anonymous_blocks_are_conditional() -> None:
    text = "CREATE TABLE a (id int);\n-- perhaps\nDO $$\nBEGIN\nEND $$;\nCREATE TABLE do_it (id int);"
    assert {place.line for place in find_conditional([Script("x.sql", text, 10)])} == {12, 13, 14}
