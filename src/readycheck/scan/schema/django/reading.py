"""Django's declarations as rows of facts: fields, indexes, constraints, a model's options, a migration's operations."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from readycheck.model.rule import Json
from readycheck.scan.late import compile_late
from readycheck.scan.schema.django.fields import MANY, VIRTUAL
from readycheck.scan.schema.python_nodes import Declared, read_call, read_list, read_text
from readycheck.scan.schema.python_steps import UNKNOWN, Walker, evaluate

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

Values = Mapping[str, Any]

RELATING = compile_late(r"(?:ForeignKey|OneToOneField|ManyToManyField|ParentalKey|Foreign)$")
FIELD = compile_late(r"(?:Field|ForeignKey|Key|GenericRelation)$")
METHODS = {
    "GinIndex": "gin", "GistIndex": "gist", "BrinIndex": "brin", "HashIndex": "hash", "SpGistIndex": "spgist",
    "BloomIndex": "bloom",
}  # fmt: skip
FLAGS = {"null": "null", "unique": "unique", "db_index": "index", "primary_key": "pk", "db_constraint": "constraint"}
TEXTS = {"db_column": "column", "db_table": "table", "to_field": "field"}
OPTIONS = {"db_table": "table", "abstract": "abstract", "managed": "managed", "proxy": "proxy", "app_label": "app"}
TOGETHER = {"unique_together": "unique", "index_together": "index"}
SENDING = compile_late(
    r"schema_editor\.(?:create_|add_|alter_|remove_|delete_)|\b(?i:create|alter|drop)\s+(?i:unique\s+)?(?i:table|index)\b"
)
MAKES = compile_late(r"\s*(?:CREATE|ALTER|DROP|RENAME)\b", re.IGNORECASE)


def read_field(call: Declared, values: Values) -> dict[str, Json] | None:
    """A field of a model; None for what is none."""
    if call.name not in MANY and call.name not in VIRTUAL and not FIELD.search(call.name):
        return None
    row: dict[str, Json] = {"kind": call.name, "line": call.line, **read_plain(call, values)}
    if "through" in call.named:
        row["through"] = read_model_name(call.named["through"])
    if "to" in call.named or (RELATING.search(call.name) and call.arguments):
        row["to"] = read_model_name(call.named.get("to") or call.arguments[0])
    if any(name.endswith("amount_field") for name in call.named):
        row["kind"] = "CompositeField"  # a value made of other fields
    if call.name == "CompositePrimaryKey":
        row |= {"names": [read_text(one) for one in call.arguments]}
    return row


def read_plain(call: Declared, values: Values) -> dict[str, Json]:
    """What a field says of its column alone."""
    row: dict[str, Json] = {}
    for said, key in FLAGS.items():
        value = evaluate(call.named[said], values) if said in call.named else UNKNOWN
        if isinstance(value, bool):
            row[key] = value
    row |= {key: text for said, key in TEXTS.items() if (text := read_text(call.named.get(said)))}
    length = evaluate(call.named.get("max_length"), values)
    if isinstance(length, int) and not isinstance(length, bool):
        row["length"] = length
    return row | ({"collation": True} if "db_collation" in call.named else {})


def read_model_name(node: SgNode) -> str:
    """A model as it is named: `app.Model`, `Model`, `self`, a class, or the setting of users."""
    text = read_text(node)
    if text:
        return text
    written = node.text()
    if "AUTH_USER_MODEL" in written or written == "get_user_model()":
        return "settings.AUTH_USER_MODEL"
    return written.rpartition(".")[2]


def read_index(call: Declared, values: Values) -> dict[str, Json]:
    """An index, or a unique constraint."""
    row: dict[str, Json] = {"kind": call.name, "line": call.line, "name": read_text(call.named.get("name"))}
    fields = evaluate(call.named.get("fields"), values)
    if isinstance(fields, list):
        row["fields"] = [one for one in fields if isinstance(one, str)]
    if call.arguments:
        row["keys"] = [read_key(one) for one in call.arguments]
    if "condition" in call.named:
        row["where"] = read_condition(call.named["condition"])
    for said in ("opclasses", "include"):
        listed = evaluate(call.named.get(said), values)
        if isinstance(listed, list):
            row[said] = [one for one in listed if isinstance(one, str)]
    if call.name in METHODS:
        row["method"] = METHODS[call.name]
    return row


def read_key(node: SgNode) -> list[Json]:
    """A key that is an expression: [function, field, whether in reverse]; empty for one that is not read."""
    if text := read_text(node):
        return ["", text.removeprefix("-"), text.startswith("-")]
    call = read_call(node)
    if call is None:
        return []
    callee = call.node.field("function")
    owner = callee.field("object") if callee is not None else None
    if call.name in ("desc", "asc") and owner is not None:
        inner = read_key(owner)
        return [*inner[:2], call.name == "desc"] if inner else []
    if call.name in ("F", "OrderBy") and call.arguments:
        inner = read_key(call.arguments[0])
        return [*inner[:2], call.is_true("descending")] if inner else []
    if call.name in ("Lower", "Upper") and call.arguments and (inner := read_key(call.arguments[0])) and not inner[0]:
        return [call.name.lower(), inner[1], False]
    return []


def read_condition(node: SgNode) -> Json:
    """The condition of a partial index: [field, lookup, value] of each part, or true where it is not read."""
    call = read_call(node)
    if call is None or call.name != "Q" or (not call.named and not call.arguments) or "_negated" in call.named:
        return True
    rows: list[Json] = []
    pairs = [(name, value) for name, value in call.named.items() if not name.startswith("_")]
    for one in call.arguments:
        parts = one.named_children() if one.kind() == "tuple" else []
        if len(parts) != 2:  # noqa: PLR2004 - a lookup and its value
            return True
        pairs.append((read_text(parts[0]), parts[1]))
    for name, value in pairs:
        field, _, lookup = name.partition("__")
        said = evaluate(value, {})
        if lookup not in ("", "exact", "isnull") or not isinstance(said, bool | int | str):
            return True
        rows.append([field, lookup, said])
    return rows


def read_options(pairs: Mapping[str, SgNode], values: Values) -> dict[str, Json]:
    """The options of a model that matter here."""
    options: dict[str, Json] = {}
    for said, key in OPTIONS.items():
        value = evaluate(pairs[said], values) if said in pairs else UNKNOWN
        if isinstance(value, bool | str):
            options[key] = value
    for said, key in TOGETHER.items():
        if said in pairs:
            options[key] = read_together(evaluate(pairs[said], values))
    for said in ("indexes", "constraints"):
        rows: list[Json] = [
            read_index(call, values) for one in read_list(pairs.get(said)) if (call := read_call(one)) is not None
        ]
        if rows:
            options[said] = rows
    return options


def read_together(value: Any) -> list[Json]:  # noqa: ANN401 - a constant
    """Lists of fields; a single one may stand without the outer list."""
    if not isinstance(value, list) or not value:
        return []
    rows = [value] if all(isinstance(one, str) for one in value) else value
    return [[str(name) for name in one] for one in rows if isinstance(one, list)]


def read_pairs(node: SgNode | None) -> dict[str, SgNode]:
    """The entries of a dictionary with constant keys."""
    found: dict[str, SgNode] = {}
    for pair in node.named_children() if node is not None and node.kind() == "dictionary" else ():
        key, value = pair.field("key"), pair.field("value")
        if key is not None and value is not None:
            found[read_text(key)] = value
    return found


class Reader:
    """Reads a migration's operations; `values` are the file's constants, `functions` its functions."""

    def __init__(self, unit: Unit, values: Values, lists: Mapping[str, SgNode | None]) -> None:
        """Take the file, and what its class gives to names."""
        self.values, self.lists = values, lists
        self.functions = {
            name.text(): node
            for node in unit.find_kind("function_definition")
            if (name := node.field("name")) is not None
        }

    def read_operations(self, node: SgNode | None) -> list[Json]:
        """The rows of a list of operations."""
        rows: list[Json] = []
        held = self.lists.get(node.text()) if node is not None and node.kind() == "identifier" else node
        for one in read_list(held):
            call = read_call(one)
            if call is not None and (row := self.read_operation(call)):
                rows.append(row)
        return rows

    def read_operation(self, call: Declared) -> list[Json]:
        """The row of one operation; empty for one that leaves the tables as they are."""
        name = call.name.removesuffix("Concurrently").removesuffix("NotValid")
        if name in SHAPES:
            given = dict(zip(SHAPES[name], call.arguments, strict=False)) | call.named
            values = [SAYERS.get(key, say_text)(given.get(key), self.values) for key in SHAPES[name]]
            if values[0] is None or (None in values[:2] and SHAPES[name][1:2] in (["field"], ["name"])):
                return ["unread", call.line, first_row(call), "its names are not constant"]
            return [name, call.line, *values]
        if name == "RunSQL":
            given = dict(zip(("sql", "reverse_sql", "state_operations"), call.arguments, strict=False)) | call.named
            return self.read_sql(call, given)
        if name == "SeparateDatabaseAndState":
            given = dict(zip(("database_operations", "state_operations"), call.arguments, strict=False)) | call.named
            parts = [self.read_operations(given.get(one)) for one in ("database_operations", "state_operations")]
            return [name, call.line, *parts]
        if name == "RunPython":
            return self.read_function(call, call.arguments[0] if call.arguments else call.named.get("code"))
        return []

    def read_function(self, call: Declared, name: SgNode | None) -> list[Json]:
        """`RunPython`: the constant SQL that its function sends."""
        function = self.functions.get(name.text() if name is not None else "")
        if function is None:
            return []
        walker = Walker({key: one for key, one in self.functions.items() if one is not function})
        sent = [made for made in walker.walk(function.field("body"), dict(self.values)) if made.call.name == "execute"]
        texts = [(made.call.line, made.read(made.call.arguments[0]) if made.call.arguments else None) for made in sent]
        rows: list[Json] = [[line, text] for line, text in texts if isinstance(text, str) and MAKES.match(text)]
        if SENDING.search(function.text()) and len(rows) < len(sent):
            return ["unread", call.line, first_row(call), "a function that changes the schema"]
        return ["RunSQL", call.line, rows, []] if rows else []

    def read_sql(self, call: Declared, given: Mapping[str, SgNode]) -> list[Json]:
        """`RunSQL`: a text, or a list of texts and of texts with parameters."""
        sql = given.get("sql")
        if sql is not None and sql.text().endswith(".noop"):
            return ["RunSQL", call.line, [], self.read_operations(given.get("state_operations"))]
        value = evaluate(sql, self.values)
        texts = value if isinstance(value, list) else [value]
        texts = [one[0] if isinstance(one, list) and one else one for one in texts]
        if not all(isinstance(one, str) for one in texts):
            return ["unread", call.line, first_row(call), "the statement is put together when it runs"]
        nodes = (
            [sql]
            if sql is not None and sql.kind() == "string"
            else sql.find_all(kind="string")
            if sql is not None
            else []
        )
        lines = [one.range().start.line + 1 for one in nodes] if len(nodes) == len(texts) else [call.line] * len(texts)
        rows: list[Json] = [[line, text] for line, text in zip(lines, texts, strict=True)]
        return ["RunSQL", call.line, rows, self.read_operations(given.get("state_operations"))]


def first_row(call: Declared) -> str:
    """A call, shortened."""
    return " ".join(call.node.text()[:200].split())


def say_text(node: SgNode | None, values: Values) -> Json:
    """A constant text; None for none."""
    value = evaluate(node, values)
    return value if isinstance(value, str) else None


def say_field(node: SgNode | None, values: Values) -> Json:
    """A field; one whose class is not known is a column."""
    call = read_call(node)
    if call is None:
        return None
    return read_field(call, values) or {"kind": call.name, "line": call.line}


def say_fields(node: SgNode | None, values: Values) -> Json:
    """The fields of a model that is made: [name, field] of each."""
    rows: list[Json] = []
    for one in read_list(node):
        parts = one.named_children() if one.kind() == "tuple" else []
        if len(parts) >= 2 and (name := read_text(parts[0])):  # noqa: PLR2004 - a name and its field
            rows.append([name, say_field(parts[1], values)])
    return [row for row in rows if isinstance(row, list) and row[1] is not None]


def say_options(node: SgNode | None, values: Values) -> Json:
    """The options of a model that is made."""
    return read_options(read_pairs(node), values)


def say_together(node: SgNode | None, values: Values) -> Json:
    """Lists of fields."""
    return read_together(evaluate(node, values))


def say_index(node: SgNode | None, values: Values) -> Json:
    """An index or constraint."""
    call = read_call(node)
    return read_index(call, values) if call is not None else None


def say_names(node: SgNode | None, values: Values) -> Json:
    """A list of names."""
    value = evaluate(node, values)
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else None


SHAPES: Mapping[str, list[str]] = {
    "CreateModel": ["name", "fields", "options"],
    "DeleteModel": ["name"],
    "RenameModel": ["old_name", "new_name"],
    "AlterModelTable": ["name", "table"],
    "AddField": ["model_name", "name", "field"],
    "AlterField": ["model_name", "name", "field"],
    "RemoveField": ["model_name", "name"],
    "RenameField": ["model_name", "old_name", "new_name"],
    "AlterUniqueTogether": ["name", "unique_together"],
    "AlterIndexTogether": ["name", "index_together"],
    "AddIndex": ["model_name", "index"],
    "RemoveIndex": ["model_name", "name"],
    "RenameIndex": ["model_name", "old_name", "old_fields", "new_name"],
    "AddConstraint": ["model_name", "constraint"],
    "RemoveConstraint": ["model_name", "name"],
}
SAYERS: Mapping[str, Callable[[SgNode | None, Values], Json]] = {
    "fields": say_fields, "options": say_options, "field": say_field, "index": say_index, "constraint": say_index,
    "unique_together": say_together, "index_together": say_together, "old_fields": say_names,
}  # fmt: skip
