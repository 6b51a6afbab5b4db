"""Columns and keys as SQLAlchemy's calls declare them, in models and in Alembic's migrations alike."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from readycheck.model.rule import Json
from readycheck.scan.schema.python_nodes import Declared, read_call, read_text

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    Say = Callable[[SgNode | None], str]

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


def describe_column(key: str, annotation: SgNode | None, call: Declared, say: Say = read_text) -> Json:
    """The column that a call declares: [line, name, type, flags, reference]. `say` reads a constant text."""
    name, type_, reference, inner = key, "", "", dict(call.named)
    for place, one in enumerate(call.arguments):
        text = say(one)
        nested = read_call(one)
        if text and not type_ and not place:
            name = text
        elif nested is not None and nested.name == "ForeignKey":
            reference = read_target(nested, say)
        elif not type_:
            type_ = TYPES.get(one.text().partition("(")[0].rpartition(".")[2], "")
    if "sa_column" in inner and (column := read_call(inner["sa_column"])) is not None:
        return describe_column(key, annotation, column, say)
    reference = reference or say(inner.get("foreign_key"))
    written = annotation.text() if annotation is not None else ""
    found = re.search(r"\b(" + "|".join(PYTHON_TYPES) + r")\b", written)
    type_ = type_ or (PYTHON_TYPES[found[1]] if found is not None else "")
    if "type_" in inner:
        type_ = TYPES.get(inner["type_"].text().partition("(")[0].rpartition(".")[2], "")
    is_required = call.is_false("nullable") or (
        bool(written) and "None" not in written and "Optional" not in written and not call.is_true("nullable")
    )
    flags = "".join((
        "p" if call.is_true("primary_key") else "", "u" if call.is_true("unique") else "",
        "i" if call.is_true("index") else "", "n" if is_required else "",
    ))  # fmt: skip
    return [call.line, say(inner.get("name")) or name, type_, flags, reference]


def read_target(call: Declared, say: Say = read_text) -> str:
    """What a foreign key refers to: `table.column`, or a model's column as `Model.column`."""
    first = call.arguments[0] if call.arguments else call.named.get("column")
    return say(first) or (first.text() if first is not None and first.kind() == "attribute" else "")


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
