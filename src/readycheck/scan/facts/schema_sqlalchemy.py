"""Models of SQLAlchemy and SQLModel: classes, mixins, `Table` (`schema-model`, see `scan.schema.models`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.model.vocabulary import Language
from readycheck.scan.late import compile_late
from readycheck.scan.schema.python_nodes import (
    Declared,
    line_of,
    list_assignments,
    list_bases,
    read_call,
    read_list,
    read_text,
    read_where,
)

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

KINDS = ("schema-model",)
SERVING = True
LANGUAGES = (Language.PYTHON,)
ANCHORS = ("Column", "mapped_column", "Mapped", "SQLModel", "ForeignKey", "__tablename__")
USES = compile_late(r"\b(?:sqlalchemy|sqlmodel|db\.Column|Base\b|flask_sqlalchemy)")
COLUMNS = frozenset({"Column", "mapped_column", "Field"})
TYPES = {
    "Integer": "integer", "BigInteger": "bigint", "SmallInteger": "smallint", "String": "text", "Text": "text",
    "Unicode": "text", "UnicodeText": "text", "Boolean": "boolean", "DateTime": "timestamp", "Date": "date",
    "Time": "time", "Float": "double precision", "Numeric": "numeric", "JSON": "json", "JSONB": "jsonb", "UUID": "uuid",
    "LargeBinary": "bytea", "TIMESTAMP": "timestamp", "GUID": "uuid", "Uuid": "uuid", "TSVectorType": "tsvector",
    "TSVECTOR": "tsvector",
}  # fmt: skip
PYTHON_TYPES = {
    "int": "integer", "str": "text", "bool": "boolean", "datetime": "timestamp", "date": "date", "UUID": "uuid",
    "float": "double precision", "Decimal": "numeric", "bytes": "bytea",
}  # fmt: skip
NAMED = compile_late(r"\bdef\s+__tablename__\s*\(")
SNAKE = compile_late(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def collect(unit: Unit) -> Iterator[Fact]:
    """The models of one file."""
    if USES.search(unit.text) is None:
        return
    models: list[Json] = [model for node in unit.find_kind("class_definition") if (model := read_class(unit, node))]
    extra: list[Json] = []
    for node in unit.find_kind("call"):
        call = read_call(node)
        if call is None:
            continue
        if call.name == "Table" and (table := read_table(call)):
            models.append(table)
        elif call.name == "Index" and (index := read_loose_index(call)):
            extra.append(index)
    if models:
        data: dict[str, Json] = {"style": "sqlalchemy", "group": "", "dialect": "", "models": models, "extra": extra}
        yield Fact("schema-model", unit.locate(unit.root), data)


def read_class(unit: Unit, node: SgNode) -> dict[str, Json]:
    """A class that has columns, or makes a table of those that it inherits; empty for any other."""
    name, body = node.field("name"), node.field("body")
    bases, keywords = list_bases(node)
    table, columns = "", list[Json]()
    arguments: list[SgNode] = []
    for key, annotation, value in list_assignments(body):
        if key == "__tablename__":
            table = read_text(value)
        elif key == "__table_args__":
            arguments = read_list(value)
        else:
            column = read_column(unit, key, annotation, value)
            if column is not None:
                columns.append(column)
    columns += list_declared(unit, body)
    title = name.text() if name is not None else ""
    if not table and keywords.get("table") == "True":
        table = title.lower()
    if not table and columns and any(base.rpartition(".")[2] == "Model" for base in bases) and "db.Model" in bases:
        table = SNAKE.sub("_", title).lower()
    if not columns and not table and not bases:
        return {}
    model: dict[str, Json] = {
        "name": title, "table": table, "bases": [base.rpartition(".")[2] for base in bases], "line": line_of(node),
        "columns": columns, "indexes": [], "keys": [],
        "named": body is not None and NAMED.search(body.text()) is not None,
    }  # fmt: skip
    schema = next(
        (read_text(value) for one in arguments if one.kind() == "dictionary" for value in [find_item(one, "schema")]),
        "",
    )
    if schema and table:
        model["table"] = f"{schema}.{table}"
    for one in arguments:
        read_argument(model, read_call(one))
    return model


def list_declared(unit: Unit, body: SgNode | None) -> Iterator[Json]:
    """Columns that functions of a mixin make: `@declared_attr def owner_id(cls): return Column(...)`."""
    for statement in body.named_children() if body is not None else ():
        function = statement.field("definition") if statement.kind() == "decorated_definition" else None
        name = function.field("name") if function is not None else None
        if function is None or name is None or "declared_attr" not in statement.text().partition("def ")[0]:
            continue
        for result in function.find_all(kind="return_statement"):
            column = read_column(unit, name.text(), None, next(iter(result.named_children()), None))
            if column is not None:
                yield column


def find_item(node: SgNode, key: str) -> SgNode | None:
    """The value of a key in a dictionary."""
    for pair in node.named_children():
        name = pair.field("key")
        if name is not None and name.text().strip("\"'") == key:
            return pair.field("value")
    return None


def read_column(unit: Unit, key: str, annotation: SgNode | None, value: SgNode | None) -> Json:
    """A column: [line, name, type, flags, reference]; None for anything else."""
    call = read_call(value)
    if call is not None and call.name == "deferred" and call.arguments:
        call = read_call(call.arguments[0])
    if call is not None and call.name not in COLUMNS:
        return None
    if call is None:
        # `name: Mapped[int]` is a column without a call; `Mapped["User"]` alone is no column.
        text = annotation.text() if annotation is not None else ""
        found = re.match(r"^:?\s*(?:\w+\.)?Mapped\[(?:Optional\[)?([\w.]+)", text)
        if value is not None or found is None or found[1].rpartition(".")[2] not in PYTHON_TYPES or annotation is None:
            return None
        flags = "" if "None" in text or "Optional" in text else "n"
        return [line_of(annotation), key, PYTHON_TYPES[found[1].rpartition(".")[2]], flags, ""]
    if call.name == "Field" and "SQLModel" not in unit.text and "sqlmodel" not in unit.text:
        return None
    return describe_column(key, annotation, call)


def describe_column(key: str, annotation: SgNode | None, call: Declared) -> Json:
    """The column that a call declares."""
    name, type_, reference, inner = key, "", "", dict(call.named)
    for one in call.arguments:
        text = read_text(one)
        nested = read_call(one)
        if text and not type_:
            name = text
        elif nested is not None and nested.name == "ForeignKey":
            reference = read_target(nested)
        elif not type_:
            type_ = TYPES.get(one.text().partition("(")[0].rpartition(".")[2], "")
    if "sa_column" in inner and (column := read_call(inner["sa_column"])) is not None:
        return describe_column(key, annotation, column)
    reference = reference or read_text(inner.get("foreign_key"))
    written = annotation.text() if annotation is not None else ""
    found = re.search(r"\b(" + "|".join(PYTHON_TYPES) + r")\b", written)
    type_ = type_ or (PYTHON_TYPES[found[1]] if found is not None else "")
    if not type_ and "name" in inner:
        name = read_text(inner["name"]) or name
    is_required = call.is_false("nullable") or (
        bool(written) and "None" not in written and "Optional" not in written and not call.is_true("nullable")
    )
    flags = "".join((
        "p" if call.is_true("primary_key") else "", "u" if call.is_true("unique") else "",
        "i" if call.is_true("index") else "", "n" if is_required else "",
    ))  # fmt: skip
    return [call.line, read_text(inner.get("name")) or name, type_, flags, reference]


def read_target(call: Declared) -> str:
    """What a foreign key refers to: `table.column`, or a model's column as `Model.column`."""
    first = call.arguments[0] if call.arguments else call.named.get("column")
    return read_text(first) or (first.text() if first is not None and first.kind() == "attribute" else "")


def read_argument(model: dict[str, Any], call: Declared | None) -> None:
    """Note a constraint or index of a table."""
    if call is None:
        return
    texts = [read_text(one) or name_column(one) for one in call.arguments]
    if call.name == "Index":
        unique = call.is_true("unique")
        where = read_where(call.named.get("postgresql_where"), texts[1] if len(texts) > 1 else "")
        model["indexes"].append([call.line, texts[1:], unique, texts[0], where])
    elif call.name == "UniqueConstraint":
        model["indexes"].append([call.line, texts, True, read_text(call.named.get("name")), ""])
    elif call.name == "PrimaryKeyConstraint":
        for column in model["columns"]:
            if column[1] in texts:
                column[3] += "p"
    elif call.name == "ForeignKeyConstraint" and len(call.arguments) > 1:
        own = [read_text(one) for one in read_list(call.arguments[0])]
        there = [read_text(one) for one in read_list(call.arguments[1])]
        if own and len(own) == len(there) and all(there):
            table = there[0].rpartition(".")[0]
            model["keys"].append([call.line, own, table, [one.rpartition(".")[2] for one in there]])


def name_column(node: SgNode) -> str:
    """A column that is named by an attribute or variable, `-` before one in reverse; an expression as `lower(x)`."""
    text = node.text()
    call = read_call(node)
    if call is not None and call.name == "desc" and call.arguments:
        return f"-{name_column(call.arguments[0])}"
    if call is not None and call.name == "desc":
        return f"-{text.partition('.desc')[0].rpartition('.')[2]}"
    if call is not None and call.name in ("text", "literal_column") and call.arguments:
        written = read_text(call.arguments[0])
        found = re.fullmatch(r"\"?(\w+)\"?(\s+desc)?(?:\s+nulls\s+\w+)?", written, re.IGNORECASE)
        return (f"-{found[1]}" if found[2] else found[1]) if found is not None else written
    if call is not None and call.name in ("Column", "column", "nulls_last", "nulls_first") and call.arguments:
        return read_text(call.arguments[0]) or name_column(call.arguments[0])
    if call is not None and call.arguments:
        return f"{call.name}({', '.join(name_column(one) for one in call.arguments)})"
    return read_text(node) or text.rpartition(".")[2]


def read_table(call: Declared) -> dict[str, Json]:
    """`Table("name", metadata, Column(...), ...)`."""
    name = read_text(call.arguments[0]) if call.arguments else ""
    if not name or len(call.arguments) < 2:  # noqa: PLR2004 - a name and what it holds
        return {}
    model: dict[str, Json] = {
        "name": f"table {name}", "table": name, "bases": [], "line": call.line, "columns": [], "indexes": [],
        "keys": [],
    }  # fmt: skip
    columns: list[Json] = []
    for one in call.arguments[1:]:
        inner = read_call(one)
        if inner is not None and inner.name == "Column":
            columns.append(describe_column("", None, inner))
    model["columns"] = columns
    for one in call.arguments[1:]:
        read_argument(model, read_call(one))
    return model if columns else {}


def read_loose_index(call: Declared) -> Json:
    """`Index("name", Model.column)` outside of a table's arguments; None where it is inside of them."""
    for parent in call.node.ancestors():
        if parent.kind() in ("class_definition", "function_definition"):
            return None
        if parent.kind() == "call" and (around := read_call(parent)) is not None and around.name == "Table":
            return None
    rest = [one for one in call.arguments[1:] if not read_text(one)]
    owner = next((found[1] for one in rest if (found := re.search(r"(\w+)\.(?:c\.)?\w+", one.text()))), "")
    if not owner:
        return None
    keys: list[Json] = [name_column(one) for one in call.arguments[1:]]
    return [call.line, owner, keys, call.is_true("unique"), read_text(call.arguments[0]), ""]
