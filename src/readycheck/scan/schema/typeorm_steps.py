"""What TypeORM's migrations do with a `queryRunner`, as rows of `scan.schema.operations`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from readycheck.model.rule import Json
from readycheck.scan.schema.script_nodes import evaluate, line_of, read_call, read_list, read_pairs
from readycheck.scan.schema.script_steps import Made

if TYPE_CHECKING:
    from ast_grep_py import SgNode

Rows = list[list[Json]]
TYPES = {
    "int": "integer", "int4": "integer", "int8": "bigint", "number": "integer", "string": "varchar",
    "datetime": "timestamp",
    "enum": "text", "simple-array": "text", "simple-json": "text", "blob": "bytea", "tinyint": "smallint",
}  # fmt: skip


def read_runner(made: Made) -> Rows | None:
    """The rows of one call on a queryRunner; None for any other."""
    call = made.call
    if call.name == "query" and call.owner is not None:
        text, node = made.read(made.take(0)), made.take(0)
        return [["sql", line_of(node), text]] if isinstance(text, str) and node is not None else []
    reader = READERS.get(call.name)
    return reader(made, say_table(made, made.take(0))) if reader is not None else None


def say_table(made: Made, node: SgNode | None) -> str:
    """A table by its name, or out of `new Table({name})`."""
    value = made.read(node)
    if isinstance(value, str):
        return value
    call = read_call(node)
    inner = read_pairs(call.arguments[0] if call is not None and call.arguments else node)
    name, schema = made.read(inner.get("name")), made.read(inner.get("schema"))
    if not isinstance(name, str):
        return ""
    return f"{schema}.{name}" if isinstance(schema, str) else name


def read_options(made: Made, node: SgNode | None) -> tuple[int, dict[str, Any], dict[str, SgNode]]:
    """Line, values and nodes of an object's properties, also in `new TableColumn({...})`."""
    call = read_call(node)
    inner = call.arguments[0] if call is not None and call.arguments else node
    pairs = read_pairs(inner)
    line = line_of(node) if node is not None else made.call.line
    return line, {key: evaluate(one, made.values) for key, one in pairs.items()}, pairs


def read_column(made: Made, node: SgNode | None) -> list[Json]:
    """The row of a column."""
    line, said, _ = read_options(made, node)
    flags = "".join((
        "p" if said.get("isPrimary") is True else "", "u" if said.get("isUnique") is True else "",
        "" if said.get("isNullable") is True else "n",
    ))  # fmt: skip
    type_ = said.get("type")
    written = TYPES.get(type_, type_) if isinstance(type_, str) else ""
    return [line, str(said.get("name") if isinstance(said.get("name"), str) else ""), written, flags, ""]


def read_key(made: Made, node: SgNode | None, table: str) -> list[Json]:
    """A foreign key."""
    line, said, _ = read_options(made, node)
    other = said.get("referencedTableName")
    if not isinstance(other, str) or not isinstance(said.get("columnNames"), list):
        return ["unread", line, f"foreign key of {table}", "its table is not constant"]
    name = said.get("name")
    return [
        "key", line, table, said["columnNames"], other, said.get("referencedColumnNames") or [],
        name if isinstance(name, str) else "",
    ]  # fmt: skip


def read_index(made: Made, node: SgNode | None, table: str) -> list[Json]:
    """An index."""
    line, said, _ = read_options(made, node)
    keys, name = said.get("columnNames"), said.get("name")
    if not isinstance(keys, list) or not all(isinstance(one, str) for one in keys):
        return ["unread", line, f"index on {table}", "its columns are not constant"]
    where = said.get("where")
    return [
        "index", line, table, keys, said.get("isUnique") is True, name if isinstance(name, str) else "",
        where if isinstance(where, str) else "",
    ]  # fmt: skip


def read_unique(made: Made, node: SgNode | None, table: str) -> list[Json]:
    """A unique key."""
    line, said, _ = read_options(made, node)
    name = said.get("name")
    return ["unique", line, table, said.get("columnNames") or [], name if isinstance(name, str) else ""]


def create_table(made: Made, table: str) -> Rows:
    """`createTable(new Table({name, columns, foreignKeys, indices, uniques}))`."""
    _, _, pairs = read_options(made, made.take(0))
    columns: list[Json] = [read_column(made, one) for one in read_list(pairs.get("columns"))]
    if not table or not columns:
        return []
    rows: Rows = [["create", made.call.line, table, columns, [], [], made.read(made.take(1)) is True]]
    for key, read in (("uniques", read_unique), ("indices", read_index), ("foreignKeys", read_key)):
        rows += [read(made, one, table) for one in read_list(pairs.get(key))]
    return rows


def make_all(read: Callable[[Made, SgNode | None, str], list[Json]]) -> Callable[[Made, str], Rows]:
    """A reader of a call that is given the table and one thing, or a list of them."""

    def read_all(made: Made, table: str) -> Rows:
        node = made.take(1)
        return [read(made, one, table) for one in read_list(node) or [node]] if table and node is not None else []

    return read_all


def add_column(made: Made, node: SgNode | None, table: str) -> list[Json]:
    """A column that is added."""
    row = read_column(made, node)
    return (
        ["add", made.call.line, table, row]
        if row[1]
        else ["unread", made.call.line, table, "its column is not constant"]
    )


def drop_column(made: Made, table: str) -> Rows:
    """`dropColumn("table", "column")`, `dropColumns`."""
    value = made.read(made.take(1))
    names = value if isinstance(value, list) else [value]
    return [["remove", made.call.line, table, one] for one in names if isinstance(one, str)] if table else []


def say(kind: str, count: int) -> Callable[[Made, str], Rows]:
    """A reader of a call that is given the table and `count` names."""

    def read(made: Made, table: str) -> Rows:
        names: list[Json] = [say_table(made, made.take(place)) for place in range(1, count + 1)]
        return [[kind, made.call.line, table, *names]] if table and all(names) else []

    return read


READERS: Mapping[str, Callable[[Made, str], Rows]] = {
    "createTable": create_table,
    "addColumn": make_all(add_column),
    "addColumns": make_all(add_column),
    "createIndex": make_all(read_index),
    "createIndices": make_all(read_index),
    "createForeignKey": make_all(read_key),
    "createForeignKeys": make_all(read_key),
    "createUniqueConstraint": make_all(read_unique),
    "dropColumn": drop_column,
    "dropColumns": drop_column,
    "dropTable": say("drop", 0),
    "renameTable": say("rename", 1),
    "renameColumn": say("column", 2),
    "dropIndex": say("unindex", 1),
    "dropForeignKey": say("unconstrain", 1),
    "dropUniqueConstraint": say("unconstrain", 1),
}
