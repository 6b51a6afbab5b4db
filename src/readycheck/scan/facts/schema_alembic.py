"""What Alembic's migrations do on their way up (`schema-step`).

`folder` and `revision` with `after` (the revisions that it follows) put the files in order; `operations` are rows of
`scan.schema.operations`, one for each call on `op`, on a batch, or on a connection that is given SQL.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.model.vocabulary import Language
from readycheck.scan.late import compile_late
from readycheck.scan.schema.python_columns import describe_column, name_column
from readycheck.scan.schema.python_nodes import Declared, read_call, read_list, read_where
from readycheck.scan.schema.python_steps import UNKNOWN, Made, Walker, read_constants

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

KINDS = ("schema-step",)
SERVING = True
LANGUAGES = (Language.PYTHON,)
ANCHORS = ("down_revision",)
MAKES = compile_late(r"^\s*(?:CREATE|ALTER|DROP|RENAME|DO)\b", 2)
CHANGES = compile_late(
    r"^_*(?:create|add|drop|alter|rename|make|build)_?\w*(?:table|column|index|constraint|foreign_key|fk)\w*$"
)
RUNNING = frozenset({"execute", "exec_driver_sql", "run_sql", "execute_sql"})
SILENT = frozenset({
    "bulk_insert", "create_table_comment", "drop_table_comment", "get_columns",
    "get_indexes",
})  # fmt: skip


def collect(unit: Unit) -> Iterator[Fact]:
    """One migration."""
    if "down_revision" not in unit.text or "def upgrade" not in unit.text:
        return
    values = read_constants(unit)
    functions = {
        name.text(): node
        for node in unit.find_kind("function_definition")
        if (name := node.field("name")) is not None and is_outer(node)
    }
    if "upgrade" not in functions or "revision" not in values:
        return
    walker = Walker({name: node for name, node in functions.items() if name != "upgrade"})
    rows: list[Json] = []
    for made in walker.walk(functions["upgrade"].field("body"), dict(values)):
        rows += read_made(made)
    follows = [name for key in ("down_revision", "depends_on") for name in list_revisions(values.get(key))]
    data: dict[str, Json] = {
        "tool": "alembic", "folder": unit.path.rpartition("/")[0], "revision": str(values["revision"]),
        "after": list[Json](follows), "operations": rows,
    }  # fmt: skip
    yield Fact("schema-step", unit.locate(unit.root), data)


def list_revisions(value: Any) -> list[str]:  # noqa: ANN401 - a constant
    """One revision, several, or none."""
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]


def is_outer(node: SgNode) -> bool:
    """Whether a function stands at the file's outermost level."""
    parent = node.parent()
    return parent is not None and parent.kind() in ("module", "decorated_definition")


def read_made(made: Made) -> list[Json]:
    """The operations of one call."""
    call = made.call
    callee = call.node.field("function")
    owner = callee.field("object") if callee is not None else None
    held = made.values.get(owner.text()) if owner is not None else None
    batch = held if isinstance(held, Declared) and held.name == "batch_alter_table" else None
    reader = READERS.get(call.name)
    if call.name in RUNNING:
        return read_sql(made)
    if reader is None or owner is None:
        is_change = CHANGES.match(call.name) is not None and call.name not in SILENT
        return [explain(call, "a helper that is not followed makes it")] if is_change and call.arguments else []
    taken = Taken(
        made, made.say(batch.arguments[0]) if batch is not None and batch.arguments else "", batch is not None
    )
    rows = reader(taken)
    if not rows or any(one == "" for row in rows for one in row[2:3]):
        return [explain(call, "its names are not constant")]
    return [prefix(row, taken) for row in rows]


def prefix(row: list[Json], taken: Taken) -> Json:
    """A row with the schema that the call names before its table."""
    call = taken.made.call
    schema = taken.made.say(call.named.get("schema")) or taken.made.say(call.named.get("source_schema"))
    return [row[0], row[1], f"{schema}.{row[2]}", *row[3:]] if schema and isinstance(row[2], str) else list(row)


def explain(call: Declared, reason: str) -> Json:
    """A call that is not replayed."""
    return ["unread", call.line, " ".join(call.node.text()[:200].split()), reason]


def read_sql(made: Made) -> list[Json]:
    """A statement that is sent as it is."""
    call = made.call
    first = call.arguments[0] if call.arguments else call.named.get("sqltext", call.named.get("sql"))
    text = made.read(first)
    if isinstance(text, str):
        inner = next(iter(call.arguments), call.node)
        strings = [inner] if inner.kind() == "string" else inner.find_all(kind="string")
        line = strings[0].range().start.line + 1 if strings else call.line
        return [["sql", line, text]] if MAKES.match(text) else []
    written = first.text() if first is not None else ""
    if compile_late(r"\b(?:CREATE|ALTER|DROP)\s+(?:UNIQUE\s+)?(?:TABLE|INDEX|SCHEMA)\b", 2).search(written):
        return [explain(call, "the statement is put together when it runs")]
    return []


class Taken:
    """The arguments of a call, whether it is made on a batch (whose table then is not among them) or on `op`."""

    def __init__(self, made: Made, table: str, is_batch: bool) -> None:  # noqa: FBT001 - one call
        """Take what was made; `table` is the batch's."""
        self.made, self.line, self.is_batch = made, made.call.line, is_batch
        self.given = list(made.call.arguments)
        self.table = table

    def take(self, *names: str) -> SgNode | None:
        """The next positional argument, or the one that has one of the names."""
        named = next((self.made.call.named[name] for name in names if name in self.made.call.named), None)
        if named is not None:
            return named
        return self.given.pop(0) if self.given else None

    def say(self, *names: str) -> str:
        """The next one as a text."""
        return self.made.say(self.take(*names))

    def take_table(self, *names: str) -> str:
        """The table: the batch's, or the next argument."""
        return self.table if self.is_batch else self.say(*names)

    def list_names(self, *names: str) -> list[str]:
        """The next one as a list of columns or expressions; one that is not constant is empty."""
        node = self.take(*names)
        value = self.made.read(node)
        if isinstance(value, str):
            return [value]
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return list(map(str, value))
        return [self.made.say(one) or name_column(one) for one in read_list(node)]


def read_create_table(taken: Taken) -> list[list[Json]]:
    """`create_table("name", Column(...), PrimaryKeyConstraint(...))`."""
    table = taken.say("table_name")
    calls = [read_call(one) for one in taken.given]
    parts = [one for one in calls if one is not None]
    columns = [describe_column("", None, one, taken.made.say) for one in parts if one.name == "Column"]
    if len(parts) < len(calls) or not columns or not all(isinstance(row, list) and row[1] for row in columns):
        return []  # `*columns`, or a name that is not constant: what they are is not seen
    rest = Rest([], [], [])
    for one in parts:
        rest.read(Taken(Made(one, taken.made.values), table, is_batch=False))
    if any(row[0] == "primary" for row in rest.more):
        columns = [[*row[:3], str(row[3]).replace("p", "n"), row[4]] for row in columns if isinstance(row, list)]
    is_there = taken.made.call.is_true("if_not_exists")
    return [["create", taken.line, table, columns, rest.indexes, rest.keys, is_there], *rest.more]


@dataclass(frozen=True)
class Rest:
    """What a table has beside its columns: indexes and unique keys, foreign keys, and its primary key's operation."""

    indexes: list[Json]
    keys: list[Json]
    more: list[list[Json]]

    def read(self, part: Taken) -> None:
        """Note one constraint or index."""
        inner, say = part.made.call, part.made.say
        if inner.name == "PrimaryKeyConstraint":
            self.more.append(["primary", inner.line, part.table, list[Json](map(say, inner.arguments)), name_of(part)])
        elif inner.name == "UniqueConstraint":
            self.indexes.append([inner.line, [*map(say, inner.arguments)], "constraint", name_of(part), ""])
        elif inner.name == "ForeignKeyConstraint":
            self.keys.append(read_key(part))
        elif inner.name == "CheckConstraint" and name_of(part):
            self.more.append(["check", inner.line, part.table, name_of(part)])
        elif inner.name == "Index":
            name = part.say("name")
            own: list[Json] = [say(one) or name_column(one) for one in part.given]
            is_unique = inner.is_true("unique")
            self.indexes.append([inner.line, own, is_unique, name, say_where(part, own), say_method(part)])


def name_of(part: Taken) -> str:
    """The name of a constraint, also in `op.f(...)`."""
    return part.made.say(part.made.call.named.get("name"))


def read_key(part: Taken) -> Json:
    """A row for `ForeignKeyConstraint(["a"], ["users.id"])`."""
    own, there = part.list_names("columns"), part.list_names("refcolumns")
    table = there[0].rpartition(".")[0] if there else ""
    return [part.line, list[Json](own), table, [one.rpartition(".")[2] for one in there], name_of(part)]


def say_where(part: Taken, keys: list[Json]) -> str:
    """The predicate of an index."""
    node = part.made.call.named.get("postgresql_where", part.made.call.named.get("sqlite_where"))
    return part.made.say(node) or read_where(node, str(keys[0]) if keys else "")


def say_method(part: Taken) -> str:
    """The method of an index."""
    return part.made.say(part.made.call.named.get("postgresql_using"))


def read_add_column(taken: Taken) -> list[list[Json]]:
    """`add_column("table", Column(...))`."""
    table = taken.take_table("table_name")
    inner = read_call(taken.take("column"))
    row = describe_column("", None, inner, taken.made.say) if inner is not None and inner.name == "Column" else None
    if not isinstance(row, list) or not row[1]:
        return []
    if not taken.made.call.is_true("inline_primary_key"):  # without it, Alembic sends no PRIMARY KEY for a new column
        row[3] = str(row[3]).replace("p", "n")
    return [["add", taken.line, table, row]]


def read_alter_column(taken: Taken) -> list[list[Json]]:
    """`alter_column("table", "column", nullable=False, type_=..., new_column_name=...)`."""
    table, column = taken.take_table("table_name"), taken.say("column_name")
    named = taken.made.call.named
    if not column:
        return []
    rows: list[list[Json]] = []
    if "nullable" in named and taken.made.read(named["nullable"]) is not UNKNOWN:
        rows.append(["null", taken.line, table, column, taken.made.call.is_true("nullable")])
    if "type_" in named and isinstance(row := describe_column(column, None, taken.made.call), list) and row[2]:
        rows.append(["type", taken.line, table, column, row[2]])
    key = next((one for one in ("new_column_name", "name") if one in named), "")
    if key:
        new = taken.made.say(named[key])
        return [*rows, ["column", taken.line, table, column, new]] if new else []
    return rows or [["none", taken.line, table]]


def read_create_index(taken: Taken) -> list[list[Json]]:
    """`create_index("name", "table", ["column"], unique=True, postgresql_where=text(...))`."""
    name, table, keys = taken.say("index_name"), taken.take_table("table_name"), taken.list_names("columns")
    if not keys or not all(keys):
        return []
    listed = list[Json](keys)
    is_unique = taken.made.call.is_true("unique")
    row: list[Json] = ["index", taken.line, table, listed, is_unique, name, say_where(taken, listed), say_method(taken)]
    return [[*row, taken.made.call.is_true("if_not_exists")]]


def read_unique(taken: Taken) -> list[list[Json]]:
    """`create_unique_constraint("name", "table", ["column"])`."""
    name, table = taken.say("constraint_name"), taken.take_table("table_name")
    keys = taken.list_names("columns")
    return [["unique", taken.line, table, list[Json](keys), name]] if keys and all(keys) else []


def read_primary(taken: Taken) -> list[list[Json]]:
    """`create_primary_key("name", "table", ["column"])`."""
    return [["primary", *row[1:]] for row in read_unique(taken)]


def read_check(taken: Taken) -> list[list[Json]]:
    """`create_check_constraint("name", "table", condition)`: a later step may take it away by its name."""
    name, table = taken.say("constraint_name"), taken.take_table("table_name", "source")
    return [["check", taken.line, table, name]] if name else [["none", taken.line, table or "?"]]


def read_foreign_key(taken: Taken) -> list[list[Json]]:
    """`create_foreign_key("name", "table", "other", ["column"], ["its column"])`."""
    name, table = taken.say("constraint_name"), taken.take_table("source_table")
    other = taken.say("referent_table")
    own, there = taken.list_names("local_cols"), taken.list_names("remote_cols")
    schema = taken.made.say(taken.made.call.named.get("referent_schema"))
    is_whole = bool(other) and bool(own) and all((*own, *there))
    target = f"{schema}.{other}" if schema else other
    return [["key", taken.line, table, list[Json](own), target, list[Json](there), name]] if is_whole else []


def read_drop_index(taken: Taken) -> list[list[Json]]:
    """`drop_index("name", "table")`."""
    name = taken.say("index_name")
    table = taken.take_table("table_name") or "?"
    return [["unindex", taken.line, table, name, taken.made.call.is_true("if_exists")]] if name else []


def read_drop_constraint(taken: Taken) -> list[list[Json]]:
    """`drop_constraint("name", "table")`."""
    name = taken.say("constraint_name")
    return [["unconstrain", taken.line, taken.take_table("table_name"), name]] if name else []


def read_drop_column(taken: Taken) -> list[list[Json]]:
    """`drop_column("table", "column")`."""
    table, column = taken.take_table("table_name"), taken.say("column_name")
    return [["remove", taken.line, table, column]] if column else []


def read_rename_table(taken: Taken) -> list[list[Json]]:
    """`rename_table("old", "new")`."""
    old, new = taken.say("old_table_name"), taken.say("new_table_name")
    return [["rename", taken.line, old, new]] if new else []


READERS: Mapping[str, Callable[[Taken], list[list[Json]]]] = {
    "create_table": read_create_table,
    "drop_table": lambda taken: [["drop", taken.line, taken.say("table_name")]],
    "rename_table": read_rename_table,
    "add_column": read_add_column,
    "drop_column": read_drop_column,
    "alter_column": read_alter_column,
    "create_index": read_create_index,
    "drop_index": read_drop_index,
    "create_unique_constraint": read_unique,
    "create_primary_key": read_primary,
    "create_check_constraint": read_check,
    "create_foreign_key": read_foreign_key,
    "drop_constraint": read_drop_constraint,
}
