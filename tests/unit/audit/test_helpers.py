"""The configuration's tables about functions that make queries."""

from __future__ import annotations

from pathlib import Path

import pytest

from readycheck.audit.errors import SettingsError
from readycheck.audit.settings import load_settings
from readycheck.model.helper import QueryHelper

WHOLE = """
[[tool.readycheck.queries]]
function = ["simple_select_one", "app.db.select_one"]
parameters = ["txn", "table", "keyvalues"]
kind = "delete"
table = "table"
keyvalues = 2
keys = "column"
order = "order_by"
direction = "direction"
limit = "limit"
one-row = true

[[tool.readycheck.queries]]
function = "db.q"
sql = 0
"""


def load(folder: Path, text: str) -> tuple[QueryHelper, ...]:
    (folder / "readycheck.toml").write_text(f"[[queries]]\n{text}\n", encoding="utf-8")
    return load_settings(folder).queries


def test_everything_that_can_be_declared(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(WHOLE, encoding="utf-8")

    assert load_settings(tmp_path).queries == (
        QueryHelper(
            functions=("simple_select_one", "app.db.select_one"),
            parameters=("txn", "table", "keyvalues"),
            table="table",
            kind="delete",
            keyvalues=2,
            keys="column",
            order="order_by",
            direction="direction",
            limit="limit",
            one_row=True,
        ),
        QueryHelper(functions=("db.q",), sql=0),
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('function = "q"\nsql = 0\ntabel = 1', 'unknown key "tabel" (did you mean "table"?)'),
        ("sql = 0", "function is missing"),
        ('function = "q"', "must have one of sql and table"),
        ('function = "q"\nsql = 0\ntable = 1', "must have one of sql and table"),
        ('function = "q"\nsql = 0\nlimit = 1', "limit goes with table only"),
        ('function = "q()"\nsql = 0', 'function: "q()" is no name of a function'),
        ("function = []\nsql = 0", "function: must name a function"),
        ("function = 1\nsql = 0", "function: must be a list of texts"),
        ('function = "q"\nsql = -1', "sql: must be the name of a parameter, or its position from 0 to 30"),
        ('function = "q"\nsql = true', "sql: must be the name of a parameter"),
        ('function = "q"\nsql = "a b"', "sql: must be the name of a parameter"),
        ('function = "q"\ntable = 0\nkind = "selct"', "kind: must be one of select, update, delete, insert (did"),
        ('function = "q"\ntable = 0\nparameters = ["a", "a"]', "parameters: names a parameter twice"),
        ('function = "q"\ntable = 0\nparameters = ["a.b"]', 'parameters: "a.b" is no name of a parameter'),
        ('function = "q"\ntable = 0\none-row = 1', "one-row: must be true or false"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_number(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(SettingsError) as raised:
        load(tmp_path, f'function = "fine"\nsql = 0\n\n[[queries]]\n{text}')

    (problem,) = raised.value.problems
    assert problem.startswith("readycheck.toml: queries: number 2: ")
    assert says in problem


def test_all_problems_of_all_tables_are_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as raised:
        load(tmp_path, 'function = "q"\nsql = -1\nx = 1\n\n[[queries]]\nsql = 0')

    assert len(raised.value.problems) == 3


@pytest.mark.parametrize("text", ['queries = "q"', "queries = {function = 'q', sql = 0}", "queries = ['q']"])
def test_tables_they_must_be(tmp_path: Path, text: str) -> None:
    (tmp_path / "readycheck.toml").write_text(text, encoding="utf-8")

    with pytest.raises(SettingsError, match="must be"):
        load_settings(tmp_path)
