"""What Knex's schema builder does, as rows of `scan.schema.operations`.

Names that nobody gives are those of `knex/lib/schema/tablecompiler.js`: `table_column_index`, `_unique`, `_foreign`.
A foreign key brings no index.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.model.rule import Json
from readycheck.scan.schema.script_nodes import (
    UNKNOWN,
    Call,
    evaluate,
    find_function,
    line_of,
    list_parameters,
    read_chain,
    unwrap,
)
from readycheck.scan.schema.script_steps import Made

if TYPE_CHECKING:
    from ast_grep_py import SgNode

Rows = list[list[Json]]
TYPES = {
    "increments": "integer", "bigIncrements": "bigint", "integer": "integer", "tinyint": "smallint", "int": "integer",
    "smallint": "smallint", "mediumint": "integer", "bigint": "bigint", "bigInteger": "bigint", "text": "text",
    "string": "varchar", "float": "real", "double": "double precision", "decimal": "numeric", "boolean": "boolean",
    "date": "date", "datetime": "timestamptz", "dateTime": "timestamptz", "time": "time", "timestamp": "timestamptz",
    "binary": "bytea", "enum": "text", "enu": "text", "json": "json", "jsonb": "jsonb", "uuid": "uuid",
    "specificType": "", "geometry": "text", "point": "text",
}  # fmt: skip
MAKING = frozenset({"createTable", "createTableIfNotExists"})
CHANGING = frozenset({"table", "alterTable"})


def read_knex(made: Made) -> Rows | None:  # noqa: PLR0911 - one for each form
    """The rows of one call; None where it is none of Knex's, none of them where its names are not constant."""
    call = made.call
    owner = call.owner.text() if call.owner is not None else ""
    if call.name == "raw" and "fn" not in owner:
        return read_raw(made)
    if "schema" not in owner and not owner.endswith(")"):
        return None
    if call.name in (MAKING | CHANGING):
        builder = find_function(made.take(1))
        if builder is None and call.name in CHANGING:
            return None
        return read_table(made, builder, is_new=call.name in MAKING) if made.say(0) else []
    if call.name in ("dropTable", "dropTableIfExists"):
        return [["drop", call.line, made.say(0)]] if made.say(0) else []
    if call.name == "renameTable":
        return [["rename", call.line, made.say(0), made.say(1)]] if made.say(0) and made.say(1) else []
    return None


def read_raw(made: Made) -> Rows | None:
    """A statement that is sent as it is."""
    text = made.read(made.take(0))
    if not isinstance(text, str) or "??" in text:
        return [] if made.take(0) is not None else None
    node = made.take(0)
    return [["sql", line_of(node) if node is not None else made.call.line, text]]


def read_table(made: Made, builder: SgNode | None, *, is_new: bool) -> Rows:
    """A table that is made or changed by the calls of a builder."""
    table = made.say(0)
    columns: list[Json] = []
    rest: Rows = []
    own = list_parameters(builder)[0] if builder is not None and list_parameters(builder) else "this"
    for calls in list_chains(builder, own):
        part = Part(Made(calls[0], made.values), calls, table)
        for row in part.read():
            if is_new and row[0] == "add":
                columns.append(row[3])
            else:
                rest.append(row)
    if not is_new:
        return rest or [["none", made.call.line, table]]
    is_missing = made.call.name == "createTableIfNotExists"
    return [["create", made.call.line, table, columns, [], [], is_missing], *rest] if columns else []


def list_chains(builder: SgNode | None, own: str) -> Iterator[list[Call]]:
    """The chains of calls on a builder's parameter."""
    body = builder.field("body") if builder is not None else None
    if body is None:
        return
    whole = unwrap(body)
    nodes = (
        [whole]
        if whole is not None and whole.kind() == "call_expression"
        else body.find_all(kind="expression_statement")
    )
    for node in nodes:
        root, calls = read_chain(node)
        if root is not None and calls and root.text() == own:
            yield calls


class Part:
    """One chain of a builder: a column, or something about the table."""

    def __init__(self, made: Made, calls: list[Call], table: str) -> None:
        """Take the chain's first call."""
        self.made, self.calls, self.table = made, calls, table
        self.line, self.name = made.call.line, made.call.name
        self.more = {call.name: Made(call, made.values) for call in calls[1:]}

    def read(self) -> Rows:  # noqa: PLR0911 - one for each form
        """The rows of the chain."""
        if self.name in ("index", "unique", "primary", "foreign", "dropIndex", "dropUnique", "dropForeign"):
            return self.read_keys()
        if self.name in ("timestamps", "dropTimestamps"):
            return self.read_timestamps()
        if self.name == "renameColumn":
            return [["column", self.line, self.table, self.made.say(0), self.made.say(1)]]
        if self.name in ("dropColumn", "dropColumns"):
            return [["remove", self.line, self.table, name] for name in self.list_given()]
        if self.name in ("setNullable", "dropNullable"):
            return [["null", self.line, self.table, self.made.say(0), self.name == "setNullable"]]
        if self.name == "dropPrimary":
            return [["unconstrain", self.line, self.table, self.made.say(0) or f"{self.table}_pkey"]]
        return self.read_column() if self.name in TYPES else []

    def list_given(self) -> list[str]:
        """The names that the first call is given, as a list or one by one."""
        values = [evaluate(one, self.made.values) for one in self.made.call.arguments]
        flat = [each for one in values for each in (one if isinstance(one, list) else [one])]
        return [one for one in flat if isinstance(one, str)]

    def list_first(self) -> list[str]:
        """The columns that the first argument names."""
        value = self.made.read(self.made.take(0))
        return (
            [value]
            if isinstance(value, str)
            else [one for one in value if isinstance(one, str)]
            if isinstance(value, list)
            else []
        )

    def find_name(self, made: Made, place: int) -> str:
        """A name that is given beside the columns, as a text or in options."""
        value = made.read(made.take(place))
        if isinstance(value, dict):
            value = value.get("indexName") or value.get("constraintName")
        return value if isinstance(value, str) else ""

    def make_name(self, columns: list[str], kind: str) -> str:
        """The name that Knex chooses."""
        table = self.table.replace(".", "_").replace("-", "_")
        return f"{table}_{'_'.join(columns)}_{kind}".lower()

    def read_keys(self) -> Rows:  # noqa: PLR0911 - one for each form
        """Something over a list of columns."""
        columns = self.list_first()
        kind = self.name.removeprefix("drop").lower()
        name = self.find_name(self.made, 1) or self.make_name(columns, kind)
        listed: list[Json] = list[Json](columns)
        if self.name.startswith("drop"):
            return [["unindex" if kind == "index" else "unconstrain", self.line, self.table, name]]
        if not columns:
            return [["unread", self.line, self.made.call.node.text()[:200], "its columns are not constant"]]
        if kind == "primary":
            return [["primary", self.line, self.table, listed, self.find_name(self.made, 1)]]
        if kind == "index":
            return [["index", self.line, self.table, listed, False, name, ""]]
        if kind == "foreign":
            return self.read_reference(columns, name)
        options = self.made.read(self.made.take(1))
        if isinstance(options, dict) and ("predicate" in options or options.get("useConstraint") is False):
            return [["index", self.line, self.table, listed, True, name, "true" if "predicate" in options else ""]]
        return [["unique", self.line, self.table, listed, name]]

    def read_reference(self, columns: list[str], name: str) -> Rows:
        """The foreign key that `references` and `inTable` make of columns."""
        said = self.more.get("references")
        value = said.read(said.take(0)) if said is not None else UNKNOWN
        there = [value] if isinstance(value, str) else value if isinstance(value, list) else []
        place = self.more.get("inTable") or self.more.get("on")
        table = place.say(0) if place is not None else ""
        if not table and there:
            table = str(there[0]).rpartition(".")[0]
        key = self.more.get("withKeyName")
        ends: list[Json] = [str(one).rpartition(".")[2] for one in there]
        if not table or not ends:
            return [["unread", self.line, f"foreign key ({', '.join(columns)})", "its table is not constant"]]
        named = key.say(0) if key is not None else name
        return [["key", self.line, self.table, list[Json](columns), table, ends, named]]

    def read_timestamps(self) -> Rows:
        """`created_at` and `updated_at`."""
        options = self.made.read(self.made.take(0))
        is_camel = self.made.read(self.made.take(2)) is True or (
            isinstance(options, dict) and options.get("useCamelCase") is True
        )
        names = ("createdAt", "updatedAt") if is_camel else ("created_at", "updated_at")
        if self.name.startswith("drop"):
            return [["remove", self.line, self.table, name] for name in names]
        return [["add", self.line, self.table, [self.line, name, "timestamptz", "", ""]] for name in names]

    def read_column(self) -> Rows:
        """A column with what its chain says of it."""
        name = self.made.say(0)
        if not name and self.name in ("increments", "bigIncrements"):
            name = "id"
        if not name:
            return [["unread", self.line, self.made.call.node.text()[:200], "its name is not constant"]]
        options = self.made.read(self.made.take(1))
        is_plain = isinstance(options, dict) and options.get("primaryKey") is False
        is_primary = "primary" in self.more or (self.name in ("increments", "bigIncrements") and not is_plain)
        flags = f"{'p' if is_primary else ''}{'n' if 'notNullable' in self.more else ''}"
        rows: Rows = [["add", self.line, self.table, [self.line, name, TYPES[self.name], flags, ""]]]
        if "alter" in self.more:
            rows = [["null", self.line, self.table, name, "notNullable" not in self.more]]
        for kind in ("unique", "index"):
            if kind in self.more:
                made = self.find_name(self.more[kind], 0) or self.make_name([name], kind)
                tail: list[Json] = [made] if kind == "unique" else [False, made, ""]
                rows.append([kind, self.line, self.table, [name], *tail])
        if "references" in self.more:
            rows += self.read_reference([name], self.make_name([name], "foreign"))
        return rows
