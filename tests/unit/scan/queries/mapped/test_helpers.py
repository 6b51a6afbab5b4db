"""What functions ask that the configuration declares."""

from __future__ import annotations

from pathlib import Path

import pytest

from readycheck.cli.inventory import Wish
from readycheck.cli.stored import read_stored
from readycheck.model.helper import QueryHelper
from readycheck.scan.engine import Project, ScanOptions, gather_facts, make_key
from readycheck.scan.inventories.queries import make_rows
from readycheck.scan.plan import Plan
from readycheck.scan.queries.analysed import Reading
from readycheck.scan.queries.statements import Statement
from readycheck.scan.roles.classify import RoleContext
from readycheck.sql.audit import audit
from tests.unit.scan.queries.mapped.asking import SCHEMA, read_files

SELECT = QueryHelper(("simple_select",), ("table", "keyvalues"), table="table", keyvalues="keyvalues")
DELETE = QueryHelper(
    ("simple_delete_many",), table=1, kind="delete", keys="column", keyvalues="keyvalues", parameters=("txn",)
)
PAGE = QueryHelper(
    ("db.page",), table=0, keyvalues="where", order="orderBy", direction="direction", limit="limit", one_row=False
)
EXECUTE = QueryHelper(("execute_sql",), ("query",), sql="query")
POSTS = "SELECT ... FROM posts AS t0"
SEND = QueryHelper(("db.q",), sql=0)


def read(folder: Path, code: str, *helpers: QueryHelper, path: str = "app/service.py") -> list[Statement]:
    """The statements of style `helper`, in the order of the text."""
    files = {path: code, "db/migrations/001_all.sql": SCHEMA}
    if path.endswith("s"):
        files["package.json"] = '{"dependencies": {"express": "4"}}'
    return list_helped(read_files(folder, files, helpers))


def list_helped(reading: Reading) -> list[Statement]:
    """The statements of style `helper`, each once."""
    found = {one.where: one for one in (*reading.statements, *reading.others) if one.style == "helper"}
    return sorted(found.values(), key=lambda one: (one.where.path, one.where.line, one.where.column))


def show(statements: list[Statement]) -> list[str]:
    """What they are shown as."""
    return [one.shown for one in statements]


def test_a_table_and_a_dictionary_by_name_and_by_position(tmp_path: Path) -> None:
    code = """
class Store:
    async def ask(self, name):
        await self.db_pool.simple_select(table="users", keyvalues={"name": name, "active": True}, desc="ask")
        await self.db_pool.simple_select("posts", {"author_id": None}, retcols=["id"])
        await self.db_pool.simple_select("teams", None)
"""
    found = read(tmp_path, code, SELECT)

    assert show(found) == [
        "SELECT ... FROM users AS t0 WHERE t0.name = ? AND t0.active = TRUE",
        "SELECT ... FROM posts AS t0 WHERE t0.author_id IS NULL",
        "SELECT ... FROM teams AS t0",
    ]
    assert not any(one.dynamic or one.partial for one in found)
    assert found[0].calls == (("app/service.py", 4, 15),)


def test_nothing_is_known_of_a_function_that_is_not_declared(tmp_path: Path) -> None:
    code = 'def ask(db, name):\n    return db.simple_select(table="users", keyvalues={"name": name})\n'

    assert read(tmp_path, code) == []
    assert read(tmp_path, code, EXECUTE) == []


def test_columns_of_which_one_of_many_values_is_asked(tmp_path: Path) -> None:
    code = """
def ask(txn, ids):
    store.simple_delete_many(txn, "posts", column="author_id", values=ids, keyvalues={"draft": False})
    store.simple_delete_many(txn, "users", column=("team_id", "name"), values=ids, keyvalues={})
"""
    assert show(read(tmp_path, code, DELETE)) == [
        "DELETE FROM posts AS t0 WHERE t0.draft = FALSE AND t0.author_id IN (?)",
        "DELETE FROM users AS t0 WHERE (t0.team_id IN (?) AND t0.name IN (?))",
    ]


def test_a_dictionary_that_a_variable_holds(tmp_path: Path) -> None:
    code = """
def ask(db, team, name, more):
    where = {"team_id": team}
    where["active"] = True
    if name:
        where["name"] = name
    db.simple_select("users", where)
    where["age"] = 3
"""
    (found,) = read(tmp_path, code, SELECT)

    assert found.shown == "SELECT ... FROM users AS t0 WHERE t0.team_id = ? AND t0.active = TRUE"
    assert found.dynamic
    assert not found.partial


@pytest.mark.parametrize(
    "given",
    ["{column: 1}", '{"name": name, **more}', "more", "build(name)", '{"name": name} if name else {}', "*rest"],
)
def test_keys_that_are_not_known_make_a_query_dynamic(tmp_path: Path, given: str) -> None:
    code = f'def ask(db, column, name, more, rest):\n    db.simple_select("users", {given})\n'
    (found,) = read(tmp_path, code, SELECT)

    assert found.dynamic
    assert found.partial
    assert "name" not in found.shown.replace("WHERE t0.name = ?", "") or not found.texts


def test_a_table_that_is_not_known(tmp_path: Path) -> None:
    code = """
TABLE = "users"
def ask(db, table, name):
    db.simple_select(TABLE, {"name": name})
    db.simple_select(table, {"name": name})
    db.simple_select("nowhere", {"name": name})
"""
    first, second, third = read(tmp_path, code, SELECT)

    assert first.shown == "SELECT ... FROM users AS t0 WHERE t0.name = ?"
    assert (second.texts, second.dynamic, second.table) == ((), True, "")
    assert third.shown == "SELECT ... FROM nowhere AS t0 WHERE t0.name = ?"


def test_what_a_declared_function_hands_on_is_no_query_of_its_own(tmp_path: Path) -> None:
    code = """
def simple_select(table, keyvalues):
    return pool.simple_select(table, keyvalues)
"""
    assert read(tmp_path, code, SELECT) == []


def test_a_dotted_name_is_found_by_its_import(tmp_path: Path) -> None:
    fetch = QueryHelper(("app.db.fetch",), table=0, keyvalues=1)
    code = """
from app.db import fetch as take
from .db import fetch
from other.db import fetch as foreign
from ..db import fetch as above
def ask(name):
    take("users", {"name": name})
    fetch("teams", {"name": name})
    foreign("posts", {"title": name})
    above("posts", {"title": name})
"""
    assert [one.table for one in read(tmp_path, code, fetch)] == ["users", "teams"]


def test_a_dotted_name_is_found_where_it_is_defined(tmp_path: Path) -> None:
    fetch = QueryHelper(("app.db.fetch",), table=0, keyvalues=1)
    code = "def fetch(table, where): ...\ndef ask():\n    fetch('users', {})\n"

    assert [one.table for one in read(tmp_path / "here", code, fetch, path="app/db.py")] == ["users"]
    assert read(tmp_path / "there", code, fetch, path="app/other.py") == []


def test_sql_that_a_function_is_given(tmp_path: Path) -> None:
    code = '''
async def ask(self, name, column):
    await self.execute_sql(query="SELECT id FROM users WHERE name = $1", parameters={"name": name})
    sql = """select id from teams where slug = :slug"""
    await self.execute_sql(sql, {"slug": name})
    await self.execute_sql(f"SELECT id FROM users ORDER BY {column}")
    await self.execute_sql(build(name))
    await self.other("SELECT id FROM posts WHERE title = $1", name)
'''
    found = read(tmp_path, code, EXECUTE)

    assert [(one.shown, one.dynamic) for one in found] == [
        ("SELECT id FROM users WHERE name = $1", False),
        ("select id from teams where slug = :slug", False),
        ("SELECT id FROM users ORDER BY {column}", True),
        ("self.execute_sql(build(name))", True),
    ]
    assert found[3].texts == ()
    assert not any(one.is_mapped for one in found[:3])


def test_sql_and_objects_in_javascript(tmp_path: Path) -> None:
    code = """
import * as db from "./db.js";
import { q as send } from "./db.js";
export async function ask(name, size, more) {
  await db.q("SELECT id FROM users WHERE name = $1", [name]);
  await send(`SELECT id FROM teams WHERE slug = ${name}`);
  const where = { draft: false, author_id: name };
  await db.page("posts", { where, orderBy: "created_at", direction: "desc", limit: 5 });
  await db.page("users", { where: { team_id: 1, ...more }, orderBy: ["name", "id desc"], limit: size });
  await other.page("users", { where: { age: 1 } });
}
"""
    found = read(tmp_path, code, SEND, PAGE, path="src/service.js")

    assert [(one.shown, one.dynamic) for one in found] == [
        ("SELECT id FROM users WHERE name = $1", False),
        ("SELECT id FROM teams WHERE slug = {name}", False),
        (f"{POSTS} WHERE t0.draft = FALSE AND t0.author_id = ? ORDER BY t0.created_at DESC LIMIT 5", False),
        ("SELECT ... FROM users AS t0 WHERE t0.team_id = 1 ORDER BY t0.name, t0.id DESC LIMIT ?", True),
    ]
    assert [one.partial for one in found] == [False, False, False, True]


def test_changes_and_new_rows(tmp_path: Path) -> None:
    update = QueryHelper(("change",), table=0, kind="update", keyvalues=1)
    insert = QueryHelper(("make",), table=0, kind="insert", keyvalues=1)
    code = """
def ask(name):
    change("users", {"email": name}, {"active": True})
    make("users", {"email": name, "name": name})
    make("users", name)
"""
    found = read(tmp_path, code, update, insert)

    assert show(found) == [
        "UPDATE users AS t0 SET id = id WHERE t0.email = ?",
        "INSERT INTO users (email, name) VALUES (?, ?)",
        "INSERT INTO users DEFAULT VALUES",
    ]


def test_one_row_is_no_list(tmp_path: Path) -> None:
    one = QueryHelper(("simple_select",), ("table", "keyvalues"), table="table", keyvalues="keyvalues", one_row=True)
    code = 'def ask(db, name):\n    return db.simple_select("users", {"name": name})\n'

    assert read(tmp_path, code, one)[0].names == ("one",)
    assert read(tmp_path, code, SELECT)[0].names == ()


def test_workers_are_told_too(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text('def ask(db):\n    return db.simple_select("users", {"name": 1})\n')
    (tmp_path / "b.py").write_text('def ask(db):\n    return db.simple_select("teams", {"name": 1})\n')
    found = gather_facts(tmp_path, ("mapped-query",), ScanOptions(jobs=2, helpers=(SELECT,)))

    assert sorted(file.path for file in found.files if file.facts) == ["a.py", "b.py"]


def test_indexes_are_advised_for_what_helpers_ask(tmp_path: Path) -> None:
    files = {
        "app/service.py": 'def ask(db, name):\n    return db.simple_select("users", {"age": name})\n',
        "db/migrations/001_all.sql": SCHEMA,
    }
    reading = read_files(tmp_path, files, (SELECT,))
    (source,) = reading.sources
    proposals = audit(source.snapshot, reading.list_uses(source)).proposals

    assert ("users", ["age"]) in [(one.table.name, [key.column for key in one.index.columns]) for one in proposals]


def test_the_configuration_reaches_the_inventory(tmp_path: Path) -> None:
    (tmp_path / "readycheck.toml").write_text('[[queries]]\nfunction = "simple_select"\ntable = 0\nkeyvalues = 1\n')
    (tmp_path / "a.py").write_text('def ask(db, name):\n    return db.simple_select("users", {"name": name})\n')
    reading = read_stored(Wish(tmp_path, "json", jobs=1)).reading

    (row,) = make_rows(reading.asked, reading.others)
    assert (row["style"], row["line"], row["kind"], row["tables"]) == ("helper", 2, "select", ["users"])
    assert row["predicates"] == [["users", "name"]]


def test_what_is_remembered_depends_on_what_is_declared(tmp_path: Path) -> None:
    plans = [Plan(()), Plan((), helpers=(SELECT,)), Plan((), helpers=(PAGE,))]
    keys = {make_key(Project(tmp_path, plan, RoleContext()), ScanOptions()) for plan in plans}

    assert len(keys) == len(plans)


def test_what_is_declared_holds_whatever_library_a_call_looks_like(tmp_path: Path) -> None:
    where = QueryHelper(("users.findMany",), table=0, keyvalues="where")
    code = 'export async function ask(name) { return prisma.users.findMany("teams", { where: { name } }); }\n'
    files = {"src/a.js": code, "db/migrations/001_all.sql": SCHEMA}
    reading = read_files(tmp_path, files, (where,))

    assert show([*reading.statements, *reading.others]) == ["SELECT ... FROM teams AS t0 WHERE t0.name = ?"]
