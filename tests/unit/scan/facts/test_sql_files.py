from __future__ import annotations

from readycheck.model.vocabulary import Language
from readycheck.scan.config.file import ConfigFile
from readycheck.scan.facts import sql_files


def read(text: str) -> object:
    facts = list(sql_files.collect_config(ConfigFile("app/queries.sql", Language.TEXT, text)))
    return facts[0].data["statements"] if facts else []


def test_named_statements() -> None:
    assert read("-- name: load\n-- by id\nSELECT 1\n\n-- name: drop\n\nDELETE FROM x\n") == [
        ["load", 2, "SELECT 1"],
        ["drop", 7, "DELETE FROM x"],
    ]


def test_statements_without_names_end_at_semicolons() -> None:
    assert read("CREATE TABLE a (id int);\nINSERT INTO a\nVALUES (1);\n") == [
        ["", 1, "CREATE TABLE a (id int);"],
        ["", 2, "INSERT INTO a\nVALUES (1);"],
    ]
    assert read("-- nothing\n") == []
