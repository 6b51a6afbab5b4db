"""Sequelize's attributes, and what its migrations do with a `queryInterface`, as rows of `scan.schema.operations`.

A `references` makes a foreign key without an index; an index that has no name is called after table and columns
(`underscore` in `sequelize/lib/dialects/abstract/query-generator.js`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from readycheck.model.rule import Json
from readycheck.scan.late import compile_late
from readycheck.scan.schema.script_nodes import Values, evaluate, line_of, read_list, read_pairs
from readycheck.scan.schema.script_steps import Made

if TYPE_CHECKING:
    from ast_grep_py import SgNode

Rows = list[list[Json]]
TYPES = {
    "INTEGER": "integer", "BIGINT": "bigint", "SMALLINT": "smallint", "STRING": "varchar", "TEXT": "text",
    "CHAR": "char",
    "BOOLEAN": "boolean", "DATE": "timestamptz", "DATEONLY": "date", "TIME": "time", "UUID": "uuid", "JSON": "json",
    "JSONB": "jsonb", "FLOAT": "real", "REAL": "real", "DOUBLE": "double precision", "DECIMAL": "numeric",
    "BLOB": "bytea", "CITEXT": "citext", "TSVECTOR": "tsvector", "ENUM": "text", "ARRAY": "text[]", "INET": "inet",
}  # fmt: skip
TYPE = compile_late(r"\b(?:DataTypes?|Sequelize|Types?|DataType)\.([A-Z]+)\b")
CAPITAL = compile_late(r"([A-Z])")


def read_attribute(name: str, node: SgNode, values: Values) -> list[Json]:
    """The row of a column: [line, name, type, flags, reference]."""
    pairs = read_pairs(node)
    written = (pairs.get("type") or node).text()
    found = TYPE.search(written)
    type_ = TYPES.get(found[1], "") if found is not None else ""
    said = {key: evaluate(value, values) for key, value in pairs.items()}
    column = said.get("field") if isinstance(said.get("field"), str) else name
    flags = "".join((
        "p" if said.get("primaryKey") is True else "", "u" if said.get("unique") is True else "",
        "n" if said.get("allowNull") is False else "",
    ))  # fmt: skip
    return [line_of(node), str(column), type_, flags, read_reference(pairs.get("references"), values)]


def read_reference(node: SgNode | None, values: Values) -> str:
    """What `references: {model, key}` refers to, as `table.column`; a class as its name."""
    pairs = read_pairs(node)
    if "model" not in pairs:
        return ""
    model, key = evaluate(pairs["model"], values), evaluate(pairs.get("key"), values)
    table = say_table(model) or (pairs["model"].text() if pairs["model"].kind() == "identifier" else "")
    return f"{table}.{key if isinstance(key, str) else ''}" if table else ""


def say_table(value: Any) -> str:  # noqa: ANN401 - a constant
    """A table's name, also as `{tableName, schema}`."""
    if isinstance(value, dict):
        schema, name = value.get("schema"), value.get("tableName")
        return f"{schema}.{name}" if isinstance(schema, str) and isinstance(name, str) else str(name or "")
    return value if isinstance(value, str) else ""


def read_index(node: SgNode | None, values: Values, table: str, given: list[str] | None = None) -> list[Json]:
    """An index as [line, keys, unique, name, predicate, method]; `given` are columns that stand outside."""
    pairs = read_pairs(node)
    said = {key: evaluate(value, values) for key, value in pairs.items()}
    keys: list[Json] = [*(given or ())]
    for one in read_list(pairs.get("fields")) if not keys else ():
        value = evaluate(one, values)
        key = (value.get("name") or value.get("attribute")) if isinstance(value, dict) else value
        if not isinstance(key, str):
            return []
        is_reverse = isinstance(value, dict) and str(value.get("order", "")).upper().startswith("DESC")
        keys.append(f"{'-' * is_reverse}{key}")
    is_unique = said.get("unique") is True or said.get("indicesType") == "UNIQUE" or said.get("type") == "UNIQUE"
    named = said.get("name") or said.get("indexName")
    name = named if isinstance(named, str) else name_index(table, [str(one).lstrip("-") for one in keys])
    where = write_where(said["where"]) if "where" in said else ""
    method = said.get("using") or said.get("method")
    line = line_of(node) if node is not None else 0
    return [line, keys, is_unique, name, where, method.lower() if isinstance(method, str) else ""]


def name_index(table: str, columns: list[str]) -> str:
    """The name of an index that has none: each capital letter after an underline, all small."""
    return CAPITAL.sub(r"_\1", f"{table.rpartition('.')[2]}_{'_'.join(columns)}").removeprefix("_").lower()


def write_where(where: Any) -> str:  # noqa: ANN401 - a constant
    """The predicate of a partial index, or `true` for one that is not read."""
    if not isinstance(where, dict) or not where:
        return "true"
    parts = []
    for name, value in where.items():
        if value is None:
            parts.append(f'"{name}" IS NULL')
        elif isinstance(value, bool):
            parts.append(f'"{name}"' if value else f'NOT "{name}"')
        elif isinstance(value, str | int):
            parts.append(f'"{name}" = {value}' if isinstance(value, int) else f"\"{name}\" = '{value}'")
        else:
            return "true"
    return " AND ".join(parts)


def read_interface(made: Made) -> Rows | None:
    """The rows of one call on a queryInterface; None for any other."""
    call = made.call
    owner = call.owner.text() if call.owner is not None else ""
    if call.name == "query" and "sequelize" in owner.lower():
        text = made.read(made.take(0))
        node = made.take(0)
        return [["sql", line_of(node), text]] if isinstance(text, str) and node is not None else []
    reader = READERS.get(call.name)
    if reader is None or "schema" in owner:
        return None
    return reader(made, say_table(made.read(made.take(0))))


def create_table(made: Made, table: str) -> Rows:
    """`createTable("table", {column: {...}})`."""
    columns: list[Json] = [read_attribute(name, node, made.values) for name, node in read_pairs(made.take(1)).items()]
    if not table or not columns:
        return []
    rows: Rows = [["create", made.call.line, table, columns, [], [], False]]
    options = made.read(made.take(2))
    keys = options.get("uniqueKeys") if isinstance(options, dict) else None
    for one in keys.values() if isinstance(keys, dict) else ():
        if isinstance(one, dict) and isinstance(one.get("fields"), list):
            rows.append(["unique", made.call.line, table, one["fields"], ""])
    return rows


def add_column(made: Made, table: str) -> Rows:
    """`addColumn("table", "column", {...})`."""
    name, node = made.say(1), made.take(2)
    if not table or not name or node is None:
        return []
    return [["add", made.call.line, table, read_attribute(name, node, made.values)]]


def change_column(made: Made, table: str) -> Rows:
    """`changeColumn("table", "column", {...})`."""
    name, node = made.say(1), made.take(2)
    if not table or not name or node is None:
        return []
    said = {key: evaluate(value, made.values) for key, value in read_pairs(node).items()}
    row = read_attribute(name, node, made.values)
    rows: Rows = (
        [["null", made.call.line, table, name, said["allowNull"]]] if isinstance(said.get("allowNull"), bool) else []
    )
    if said.get("unique") is True:
        rows.append(["unique", made.call.line, table, [name], ""])
    if row[4]:
        other, _, column = str(row[4]).rpartition(".")
        rows.append(["key", made.call.line, table, [name], other, [column] if column else [], ""])
    return rows or [["none", made.call.line, table]]


def add_index(made: Made, table: str) -> Rows:
    """`addIndex("table", ["column"], {...})`, `addIndex("table", {fields, ...})`."""
    value = made.read(made.take(1))
    given = [str(one) for one in value if isinstance(one, str)] if isinstance(value, list) else None
    if isinstance(value, list) and len(given or ()) < len(value):
        return []
    row = read_index(made.take(2 if given else 1), made.values, table, given)
    if not table or not row or not row[1]:
        return []
    if given and made.say(2):
        row[3] = made.say(2)
    return [["index", made.call.line, table, *row[1:]]]


def add_constraint(made: Made, table: str) -> Rows:
    """`addConstraint("table", {fields, type, name, references})`, or with the fields before the options."""
    value = made.read(made.take(1))
    options = made.read(made.take(2)) if isinstance(value, list) else value
    if not isinstance(options, dict):
        return []
    fields = value if isinstance(value, list) else options.get("fields")
    if not table or not isinstance(fields, list) or not all(isinstance(one, str) for one in fields):
        return []
    kind, name = str(options.get("type", "")).lower(), options.get("name")
    named = name if isinstance(name, str) else f"{table}_{'_'.join(fields)}_{'uk' if kind == 'unique' else 'fk'}"
    if kind == "unique":
        return [["unique", made.call.line, table, fields, named]]
    if kind == "primary key":
        return [["primary", made.call.line, table, fields, name if isinstance(name, str) else ""]]
    target = options.get("references")
    if kind != "foreign key" or not isinstance(target, dict):
        return [["none", made.call.line, table]]
    there = target.get("fields") or [target.get("field")]
    other = say_table(target.get("table"))
    is_whole = bool(other) and all(isinstance(one, str) for one in there)
    return [["key", made.call.line, table, fields, other, there, named]] if is_whole else []


def remove_index(made: Made, table: str) -> Rows:
    """`removeIndex("table", "name" or ["column"])`."""
    value = made.read(made.take(1))
    name = name_index(table, list(map(str, value))) if isinstance(value, list) else value
    return [["unindex", made.call.line, table, name]] if isinstance(name, str) and table else []


def say(kind: str, count: int) -> Callable[[Made, str], Rows]:
    """A reader of a call that is given the table and `count` names."""

    def read(made: Made, table: str) -> Rows:
        names: list[Json] = [made.say(place) for place in range(1, count + 1)]
        return [[kind, made.call.line, table, *names]] if table and all(names) else []

    return read


READERS: Mapping[str, Callable[[Made, str], Rows]] = {
    "createTable": create_table,
    "addColumn": add_column,
    "changeColumn": change_column,
    "addIndex": add_index,
    "addConstraint": add_constraint,
    "removeIndex": remove_index,
    "removeColumn": say("remove", 1),
    "renameColumn": say("column", 2),
    "removeConstraint": say("unconstrain", 1),
    "renameTable": say("rename", 1),
    "dropTable": say("drop", 0),
}
