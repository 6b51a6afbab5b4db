"""Models of SQLAlchemy and SQLModel: classes, mixins, `Table` (`schema-model`, see `scan.schema.models`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.model.vocabulary import Language
from readycheck.scan.assignments import find_target
from readycheck.scan.late import compile_late
from readycheck.scan.schema.python_columns import PYTHON_TYPES, describe_column, name_column
from readycheck.scan.schema.python_nodes import (
    Declared,
    line_of,
    list_assignments,
    list_bases,
    read_call,
    read_list,
    read_predicate,
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
            arguments = [value] if value is not None and value.kind() == "dictionary" else read_list(value)
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
    if schema:
        model |= {"table": f"{schema}.{table}"} if table else {"schema": schema}
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
        return read_bare(unit, key, annotation, value) if annotation is not None else None
    if call.name == "Field" and "SQLModel" not in unit.text and "sqlmodel" not in unit.text:
        return None
    return describe_column(key, annotation, call)


def read_bare(unit: Unit, key: str, annotation: SgNode, value: SgNode | None) -> Json:
    """A column without a call: `name: Mapped[int]`, and `name: int = 1` of SQLModel; `Mapped["User"]` is none."""
    text = annotation.text()
    found = re.match(r"^:?\s*(?:\w+\.)?Mapped\[(?:Optional\[)?([\w.]+)", text) if value is None else None
    if found is None and "SQLModel" in unit.text:
        found = re.match(r"^:?\s*(?:Optional\[)?([\w.]+)", text)
    type_ = PYTHON_TYPES.get(found[1].rpartition(".")[2]) if found is not None else None
    if type_ is None:
        return None
    return [line_of(annotation), key, type_, "" if "None" in text or "Optional" in text else "n", ""]


def read_argument(model: dict[str, Any], call: Declared | None) -> None:
    """Note a constraint or index of a table."""
    if call is None:
        return
    texts = [read_text(one) or name_column(one) for one in call.arguments]
    if call.name == "Index":
        unique = call.is_true("unique")
        node = call.named.get("postgresql_where")
        where = read_predicate(node) or read_where(node, texts[1] if len(texts) > 1 else "")
        method = read_text(call.named.get("postgresql_using"))
        model["indexes"].append([call.line, texts[1:], unique, texts[0], where, method])
    elif call.name == "UniqueConstraint":
        model["indexes"].append([call.line, texts, "constraint", read_text(call.named.get("name")), ""])
    elif call.name == "PrimaryKeyConstraint":
        model["primary"] = texts
        for column in model["columns"]:
            if column[1] in texts:
                column[3] += "p"
    elif call.name == "ForeignKeyConstraint" and len(call.arguments) > 1:
        own = [read_text(one) for one in read_list(call.arguments[0])]
        there = [read_text(one) for one in read_list(call.arguments[1])]
        if own and len(own) == len(there) and all(there):
            table = there[0].rpartition(".")[0]
            model["keys"].append([call.line, own, table, [one.rpartition(".")[2] for one in there]])


def read_table(call: Declared) -> dict[str, Json]:
    """`Table("name", metadata, Column(...), ...)`."""
    name = read_text(call.arguments[0]) if call.arguments else ""
    if not name or len(call.arguments) < 2:  # noqa: PLR2004 - a name and what it holds
        return {}
    model: dict[str, Json] = {
        "name": find_target(call.node) or f"table {name}", "table": name, "bases": [], "line": call.line,
        "columns": [], "indexes": [], "keys": [], "plain": True,
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
    named = (found for one in rest for found in re.findall(r"(\w+)\.(?:c\.)?\w+", one.text()))
    owner = next((found for found in named if found not in ("func", "sa", "sqlalchemy", "text")), "")
    if not owner:
        return None
    keys: list[Json] = [name_column(one) for one in call.arguments[1:]]
    return [call.line, owner, keys, call.is_true("unique"), read_text(call.arguments[0]), ""]
