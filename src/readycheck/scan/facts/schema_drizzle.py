"""Drizzle's tables (`schema-model`, see `scan.schema.models`).

A model is called after its variable, `props` says which column each property is. `relations(...)` make no keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.model.vocabulary import Language
from readycheck.scan.schema.script_nodes import (
    Call,
    Values,
    evaluate,
    find_function,
    find_result,
    list_declared,
    list_parameters,
    read_call,
    read_chain,
    read_constants,
    read_list,
    read_pairs,
    unwrap,
)

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

KINDS = ("schema-model",)
SERVING = True
LANGUAGES = (Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX)
ANCHORS = ("pgTable", "mysqlTable", "sqliteTable", "pgSchema")
DIALECTS = {"pgTable": "postgresql", "mysqlTable": "mysql", "sqliteTable": "sqlite"}
CREATORS = {"pgTableCreator": "pgTable", "mysqlTableCreator": "mysqlTable", "sqliteTableCreator": "sqliteTable"}
TYPES = {
    "serial": "integer", "bigserial": "bigint", "smallserial": "smallint", "integer": "integer", "int": "integer",
    "smallint": "smallint", "bigint": "bigint", "text": "text", "varchar": "varchar", "char": "char", "uuid": "uuid",
    "boolean": "boolean", "timestamp": "timestamp", "date": "date", "time": "time", "json": "json", "jsonb": "jsonb",
    "numeric": "numeric", "decimal": "numeric", "real": "real", "doublePrecision": "double precision", "inet": "inet",
}  # fmt: skip
QUOTES = "'`\""
KEYS = frozenset({"index", "uniqueIndex", "unique", "primaryKey", "foreignKey"})


def collect(unit: Unit) -> Iterator[Fact]:
    """The tables of one file."""
    if "drizzle" not in unit.text:
        return
    values = read_constants(unit)
    makers = find_makers(unit, values)
    models: list[Json] = []
    dialect = ""
    shared = {
        name: read_pairs(node) for name, node in list_declared(unit) if (one := unwrap(node)) and one.kind() == "object"
    }
    for name, node in list_declared(unit):
        call = read_call(node)
        if call is not None and call.name == "enableRLS":
            call = read_call(call.owner)
        owner = call.owner.text() if call is not None and call.owner is not None else ""
        maker = makers.get(f"{owner}.{call.name}" if owner else call.name) if call is not None else None
        if call is None or maker is None or len(call.arguments) < 2:  # noqa: PLR2004 - a name and the columns
            continue
        title = evaluate(call.arguments[0], values)
        if isinstance(title, str):
            dialect = maker[0]
            models.append(Reader(values, shared).read(name, maker[1].format(title), call))
    if models:
        data: dict[str, Json] = {"style": "drizzle", "group": "", "dialect": dialect, "models": models, "extra": []}
        yield Fact("schema-model", unit.locate(unit.root), data)


def find_makers(unit: Unit, values: Values) -> dict[str, tuple[str, str]]:
    """What makes tables in a file: its name, its dialect and the form of the table's name."""
    makers = {name: (dialect, "{}") for name, dialect in DIALECTS.items()}
    for name, node in list_declared(unit):
        call = read_call(node)
        if call is not None and call.name in CREATORS:
            function = find_function(call.arguments[0]) if call.arguments else None
            names = list_parameters(function) if function is not None else []
            form = evaluate(find_result(function), {**values, **dict.fromkeys(names, "{}")})
            makers[name] = (DIALECTS[CREATORS[call.name]], form if isinstance(form, str) else "{}")
        elif call is not None and call.name == "pgSchema" and call.arguments:
            schema = evaluate(call.arguments[0], values)
            makers[f"{name}.table"] = ("postgresql", f"{schema}.{{}}" if isinstance(schema, str) else "{}")
    return makers


class Reader:
    """Reads the tables of one file."""

    def __init__(self, values: Values, shared: Mapping[str, Mapping[str, SgNode]]) -> None:
        """Take the file's constants, and its objects of columns that tables spread."""
        self.values, self.shared = values, shared
        self.name, self.own = "", list[str]()
        self.primary: list[Json] = []

    def read(self, name: str, table: str, call: Call) -> dict[str, Json]:
        """One table."""
        self.name, self.primary = name, []
        props: dict[str, str] = {}
        model: dict[str, Json] = {"name": name, "table": table, "bases": [], "line": call.line, "plain": True}
        columns: list[Json] = []
        indexes: list[Json] = []
        keys: list[Json] = []
        for key, node in self.list_columns(call.arguments[1]):
            _, chain = read_chain(node)
            if chain:
                row = self.read_column(key, chain)
                props[key] = str(row[1])
                columns.append(row)
        for one in self.list_extra(call.arguments[2] if len(call.arguments) > 2 else None):  # noqa: PLR2004 - the third
            self.read_extra(one, props, (columns, indexes, keys))
        return model | {
            "columns": columns,
            "indexes": indexes,
            "keys": keys,
            "props": dict(props),
            "primary": self.primary,
        }

    def list_columns(self, node: SgNode) -> Iterator[tuple[str, SgNode]]:
        """Properties and values, also of `(t) => ({...})`, with those that are spread from an object of the file."""
        function = find_function(node)
        node = (find_result(function) or node) if function is not None else node
        inner = unwrap(node)
        for one in inner.named_children() if inner is not None and inner.kind() == "object" else ():
            if one.kind() == "spread_element":
                name = one.text().removeprefix("...").strip()
                yield from self.shared.get(name, {}).items()
        yield from read_pairs(node).items()

    def read_column(self, key: str, chain: list[Call]) -> list[Json]:
        """[line, name, type, flags, reference] of a column."""
        first = chain[0]
        said = evaluate(first.arguments[0], self.values) if first.arguments else None
        more = {one.name: one for one in chain[1:]}
        flags = "".join((
            "p" if "primaryKey" in more else "", "u" if "unique" in more else "", "n" if "notNull" in more else "",
        ))  # fmt: skip
        reference = ""
        if "references" in more and more["references"].arguments:
            target = find_result(find_function(more["references"].arguments[0]))
            reference = target.text() if target is not None and target.kind() == "member_expression" else ""
        type_ = TYPES.get(first.name, "")
        return [
            first.line,
            said if isinstance(said, str) else key,
            f"{type_}[]" if "array" in more else type_,
            flags,
            reference,
        ]

    def list_extra(self, node: SgNode | None) -> Iterator[list[Call]]:
        """The chains of what a table has beside its columns: a list, or an object of them."""
        function = find_function(node)
        held = find_result(function) if function is not None else None
        self.own = list_parameters(function) if function is not None else []
        for one in read_list(held) or list(read_pairs(held).values()):
            _, chain = read_chain(one)
            if chain and chain[0].name in KEYS:
                yield chain

    def read_extra(
        self, chain: list[Call], props: Mapping[str, str], parts: tuple[list[Json], list[Json], list[Json]]
    ) -> None:
        """An index, a unique, primary or foreign key."""
        columns, indexes, keys = parts
        first, more = chain[0], {one.name: one for one in chain[1:]}
        pairs = read_pairs(first.arguments[0]) if first.arguments else {}
        if first.name in ("index", "uniqueIndex", "unique"):
            said = evaluate(first.arguments[0], self.values) if first.arguments else None
            name = said if isinstance(said, str) else ""
            listed = more.get("using") or more.get("on") or more.get("onOnly")
            given = listed.arguments if listed is not None else []
            method = evaluate(given[0], self.values) if "using" in more and given else ""
            own: list[Json] = [read_key(one, props) for one in (given[1:] if "using" in more else given)]
            where = "true" if "where" in more else ""
            is_unique: Json = "constraint" if first.name == "unique" else first.name == "uniqueIndex"
            if own and all(own):
                indexes.append([first.line, own, is_unique, name, where, method if isinstance(method, str) else ""])
        elif first.name == "primaryKey":
            held = read_list(pairs.get("columns")) or first.arguments
            names = [read_key(one, props) for one in held]
            self.primary = list[Json](names)
            for row in columns:
                if isinstance(row, list) and row[1] in names:
                    row[3] = f"p{row[3]}"
        else:
            own = [read_key(one, props) for one in read_list(pairs.get("columns"))]
            there = [one.text() for one in read_list(pairs.get("foreignColumns"))]
            if own and there:
                other = there[0].rpartition(".")[0]
                other = self.name if other in self.own else other
                keys.append([first.line, own, other, [one.rpartition(".")[2] for one in there]])


def read_key(node: SgNode, props: Mapping[str, str]) -> str:
    """A key of an index: `t.a`, `t.a.desc()`, "sql`lower(${t.a})`"."""
    text = node.text()
    root, chain = read_chain(node)
    if chain and chain[0].name == "sql":
        whole = chain[0].arguments[0].text().strip("`") if chain[0].arguments else ""
        filled = re.sub(r"\$\{\s*\w+\.(\w+)\s*\}", lambda found: f'"{props.get(found[1], found[1])}"', whole)
        return "" if "${" in filled else filled
    if chain and chain[0].owner is not None:
        root = chain[0].owner
    last = (root.text() if root is not None else text).rpartition(".")[2]
    said = {one.name for one in chain}
    classes = [one for one in chain if one.name == "op" and one.arguments]
    column = props.get(last, last)
    if classes:
        return f"{column} {classes[0].arguments[0].text().strip(QUOTES)}"
    if "desc" in said:
        return f"{column} DESC NULLS {'FIRST' if 'nullsFirst' in said else 'LAST'}"  # drizzle-kit writes both
    return f"{column} ASC NULLS FIRST" if "nullsFirst" in said else column
