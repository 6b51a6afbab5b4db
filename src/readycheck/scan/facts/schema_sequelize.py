"""Sequelize's models (`schema-model`, see `scan.schema.models`): `define`, `init`, and what associates them.

`links` are associations: line, kind, both models, options. A table is called after its model in the plural, unless it
has a `tableName` or the names are frozen; `createdAt` and `updatedAt` are there unless they are turned off.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.model.vocabulary import Language
from readycheck.scan.late import compile_late
from readycheck.scan.schema.conventions import make_snake
from readycheck.scan.schema.script_nodes import (
    Call,
    Values,
    evaluate,
    read_call,
    read_constants,
    read_list,
    read_pairs,
    unwrap,
)
from readycheck.scan.schema.sequelize import read_attribute, read_index

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

KINDS = ("schema-model",)
SERVING = True
LANGUAGES = (Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX)
ANCHORS = ("DataTypes", "sequelize.define", "belongsTo", "hasMany", "hasOne", "underscored")
LINKS = frozenset({"belongsTo", "hasMany", "hasOne", "belongsToMany"})
USES = compile_late(r"\.define\(|\.init\(|\.belongsTo\(|\.hasMany\(|\.hasOne\(|\bunderscored\b")
GLOBAL = compile_late(r"\bdefine\s*:\s*\{[^}]*\bunderscored\s*:\s*true")
MOST = 2


def collect(unit: Unit) -> Iterator[Fact]:
    """The models of one file."""
    if USES.search(unit.text) is None or "up" in unit.path.rpartition("/")[0].split("/"):
        return
    values = read_constants(unit)
    models: list[Json] = []
    links: list[Json] = []
    for node in unit.find_kind("call_expression"):
        call = read_call(node)
        if call is None or call.owner is None:
            continue
        if call.name in ("define", "init") and len(call.arguments) >= MOST and (model := read_model(call, values)):
            models.append(model)
        elif call.name in LINKS and call.arguments and (link := read_link(call, values)):
            links.append(link)
    is_snake = GLOBAL.search(unit.text) is not None
    if models or links or is_snake:
        data: dict[str, Json] = {
            "style": "sequelize", "group": "", "dialect": "", "models": models, "extra": [],
            "links": links, "snake": is_snake,
        }  # fmt: skip
        yield Fact("schema-model", unit.locate(unit.root), data)


def read_model(call: Call, values: Values) -> Json:
    """A model; None for a call that makes none."""
    is_defined = call.name == "define"
    attributes = call.arguments[1 if is_defined else 0]
    options = read_pairs(call.arguments[2]) if is_defined and len(call.arguments) > MOST else {}
    options = options if is_defined else read_pairs(call.arguments[1])
    if not is_defined and not {"sequelize", "modelName", "tableName"} & set(options):
        return None
    said = {key: evaluate(one, values) for key, one in options.items()}
    owner = call.owner.text() if call.owner is not None else ""
    name = evaluate(call.arguments[0], values) if is_defined else said.get("modelName") or find_class(call, owner)
    columns: list[Json] = []
    props: dict[str, Json] = {}
    is_snake = said.get("underscored") is True
    for key, node in read_pairs(attributes).items():
        row = read_attribute(f"~{key}" if not is_snake else make_snake(key), node, values)
        props[key] = row[1]
        columns.append(row)
    if not isinstance(name, str) or not columns:
        return None
    add_times(columns, props, said, call.line)
    if not any("p" in str(row[3]) for row in columns if isinstance(row, list)):
        columns.insert(0, [call.line, "id", "integer", "p", ""])
    table = name_table(name, said)
    indexes: list[Json] = []
    for one in read_list(options.get("indexes")):
        index = read_index(one, values, table)
        if index:
            indexes.append([index[0], [name_key(str(key), props) for key in index[1]], *index[2:]])  # type: ignore[union-attr]
    variable = find_variable(call) if is_defined else find_class(call, owner)
    return {
        "name": variable or name, "table": table, "bases": [], "line": call.line, "columns": columns,
        "indexes": indexes, "keys": [], "props": props, "plain": True, "underscored": is_snake,
    }  # fmt: skip


def name_key(key: str, props: dict[str, Json]) -> str:
    """The column of an index's key, which may name an attribute."""
    name = key.removeprefix("-")
    return f"{'-' * key.startswith('-')}{props.get(name, name)}"


def add_times(columns: list[Json], props: dict[str, Json], said: dict[str, Any], line: int) -> None:
    """The columns that Sequelize adds for itself."""
    if said.get("timestamps") is False:
        return
    for key in ("createdAt", "updatedAt", *(["deletedAt"] if said.get("paranoid") is True else [])):
        name = said.get(key)
        if name is False or key in props:
            continue
        own = name if isinstance(name, str) else key
        props[own] = make_snake(own) if said.get("underscored") is True else f"~{own}"
        columns.append([line, props[own], "timestamptz", "" if key == "deletedAt" else "n", ""])


def name_table(name: str, said: dict[str, Any]) -> str:
    """The table of a model."""
    if isinstance(said.get("tableName"), str):
        table = str(said["tableName"])
    elif said.get("freezeTableName") is True:
        table = name
    else:
        table = make_plural(make_snake(name) if said.get("underscored") is True else name)
    return f"{said['schema']}.{table}" if isinstance(said.get("schema"), str) else table


def make_plural(name: str) -> str:
    """A name in the plural, by the common rules of `inflection`."""
    if name.lower().endswith(("people", "data", "information", "news", "equipment", "series")):
        return name
    for pattern, ending in PLURALS:
        if pattern.search(name):
            return pattern.sub(ending, name)
    return f"{name}s"


PLURALS = (
    (compile_late(r"person$", re.IGNORECASE), "people"), (compile_late(r"child$", re.IGNORECASE), "children"),
    (compile_late(r"(?<=[^aeiou])y$"), "ies"), (compile_late(r"(x|ch|ss|sh|us)$"), r"\1es"), (compile_late(r"s$"), "s"),
)  # fmt: skip


def find_class(call: Call, owner: str) -> str:
    """The class that a call of a class's own method is about."""
    if owner not in ("this", "super"):
        return owner.rpartition(".")[2]
    for parent in call.node.ancestors():
        if parent.kind() in ("class_declaration", "class") and (name := parent.field("name")) is not None:
            return name.text()
    return ""


def find_variable(call: Call) -> str:
    """The variable that a model is kept in."""
    node: SgNode = call.node
    for parent in node.ancestors():
        name = parent.field("name") if parent.kind() == "variable_declarator" else None
        if name is not None:
            return name.text()
        if parent.kind() not in ("parenthesized_expression", "as_expression", "await_expression"):
            break
    return ""


def read_link(call: Call, values: Values) -> Json:
    """An association: [line, kind, [model, other model], options]."""
    if call.owner is None:
        return None
    pairs = read_pairs(call.arguments[1]) if len(call.arguments) > 1 else {}
    key = unwrap(pairs.get("foreignKey"))
    inner = read_pairs(key) if key is not None else {}
    said = evaluate(key, values)
    given = {
        "key": said if isinstance(said, str) else evaluate(inner.get("name"), values),
        "column": evaluate(inner.get("field"), values),
        "as": evaluate(pairs.get("as"), values),
        "constraints": evaluate(pairs.get("constraints"), values),
    }
    options: dict[str, Json] = {name: value for name, value in given.items() if isinstance(value, str | bool)}
    if "through" in pairs:
        options["through"] = True
    owner, target = call.owner.text(), call.arguments[0].text()
    own = find_class(call, owner)
    return [call.line, call.name, [own, target.rpartition(".")[2]], options] if own else None
