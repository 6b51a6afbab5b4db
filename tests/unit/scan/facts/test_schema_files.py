from __future__ import annotations

from readycheck.model.rule import Json
from readycheck.model.vocabulary import Language
from readycheck.scan.config.file import ConfigFile
from readycheck.scan.facts import schema_files


def read(text: str, path: str = "db/migrations/001_users.sql") -> dict[str, Json] | None:
    facts = list(schema_files.collect_config(ConfigFile(path, Language.TEXT, text)))
    return dict(facts[0].data) if facts else None


def test_what_goes_back_is_left_out_and_lines_stay_where_they_are() -> None:
    found = read("-- migrate:up\nCREATE TABLE a (id int);\n-- migrate:down\nDROP TABLE a;\n")

    assert found is not None
    assert found["text"] == "-- migrate:up\nCREATE TABLE a (id int);\n\n\n"


def test_goose_files_may_go_forward_again() -> None:
    found = read(
        "-- +goose Up\nCREATE TABLE a (id int);\n-- +goose Down\nDROP TABLE a;\n"
        "-- +goose Up\nCREATE INDEX i ON a (id);\n"
    )

    assert found is not None
    assert "DROP" not in str(found["text"])
    assert str(found["text"]).split("\n")[5] == "CREATE INDEX i ON a (id);"


def test_rows_of_a_dump_are_no_schema() -> None:
    found = read(
        "CREATE TABLE a (id int);\nCOPY public.a (id) FROM stdin;\n1\n2\n\\.\n"
        "INSERT INTO a VALUES (3);\nALTER TABLE a ADD b int;\n"
    )

    assert found is not None
    assert [row for row in str(found["text"]).split("\n") if row] == [
        "CREATE TABLE a (id int);",
        "ALTER TABLE a ADD b int;",
    ]


def test_files_of_queries_and_steps_back_are_passed_over() -> None:
    assert read("-- name: load\nSELECT 1 FROM a;\n", "app/queries.sql") is None
    assert read("DROP TABLE a;\n", "db/migrations/001_users.down.sql") is None
    assert read("CREATE TABLE [dbo].[a] (id int);\n") is None
    assert read("CREATE TABLE a (id Int64) ENGINE = MergeTree ORDER BY id;\n") is None


def test_the_dialect_is_told_by_words_of_its_own() -> None:
    texts = {
        "CREATE TABLE a (id serial);": "postgres",
        "CREATE TABLE `a` (id int AUTO_INCREMENT);": "mysql",
        "CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT);": "sqlite",
        "CREATE TABLE a (id int);": "",
    }

    assert {text: (read(text) or {}).get("dialect") for text in texts} == texts
