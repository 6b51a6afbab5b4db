"""The members of models that have another name than their column, or lead to other models (`model-member`).

See `scan.queries.mapped.models` for what the data is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.model.vocabulary import Language
from readycheck.scan.late import compile_late
from readycheck.scan.schema.python_nodes import Declared, line_of, list_assignments, read_call, read_text

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

KINDS = ("model-member",)
SERVING = True
LANGUAGES = (Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX)
ANCHORS = (
    "Column", "relationship", "SQLModel", "models.", "Field(", "@Entity", "pgTable", "sqliteTable", "mysqlTable",
    "sequelize", "Sequelize", "@Table",
)  # fmt: skip
COLUMNS = frozenset({"Column", "mapped_column", "Field", "deferred"})
RELATIONS = frozenset({"relationship", "Relationship", "dynamic_loader"})
DJANGO = compile_late(r"^(?:\w+\.)*(?:\w*Field|ForeignKey|OneToOneField|ManyToManyField|\w+ForeignKey)$")
LINKS = frozenset({"ForeignKey", "OneToOneField", "TreeForeignKey", "ParentalKey", "FlexibleForeignKey"})
NAMED = compile_late(r"[\"']([\w.]+)[\"']")
TYPE = compile_late(r"(?:List|list|Set|set|Sequence)\[")


def collect(unit: Unit) -> Iterator[Fact]:
    """The models of one file."""
    if unit.language is not Language.PYTHON:
        from readycheck.scan.queries.mapped import script_models  # noqa: PLC0415 - for the files that need it

        yield from script_models.collect(unit)
        return
    groups: dict[str, list[Json]] = {"sqlalchemy": [], "django": []}
    for node in unit.find_kind("class_definition"):
        style, model = read_class(unit, node)
        if model:
            groups[style].append(model)
    for style, models in groups.items():
        if models:
            yield Fact("model-member", unit.locate(unit.root), {"style": style, "models": models})


def read_class(unit: Unit, node: SgNode) -> tuple[str, dict[str, Json]]:
    """One class: its style and members; nothing for one that is no model."""
    name, body, holder = node.field("name"), node.field("body"), node.field("superclasses")
    bases: list[Json] = [
        list[Json](unit.bindings.local.qualify(one))
        for one in (holder.named_children() if holder is not None else ())
        if one.kind() in ("identifier", "attribute")
    ]
    members = [(key, note, call) for key, note, value in list_assignments(body) if (call := read_call(value))]
    is_django = any(
        isinstance(names, list) and any("django.db.models" in str(one) for one in names) for names in bases
    ) or any(re.match(r"models\.", call.node.text()) for _, _, call in members)
    style = "django" if is_django else "sqlalchemy"
    columns: dict[str, Json] = {}
    relations: dict[str, Json] = {}
    backs: dict[str, Json] = {}
    title = name.text() if name is not None else ""
    for key, note, call in members:
        if is_django:
            read_django(unit, title, (key, call), (columns, relations, backs))
        else:
            read_member(unit, (key, note, call), columns, relations)
    if not is_django and not (columns or relations) and not bases:
        return style, {}
    model: dict[str, Json] = {
        "name": title, "bases": bases, "columns": columns, "relations": relations, "backs": backs,
        "line": line_of(node), **(name_table(unit, title, body) if is_django else {}),
    }  # fmt: skip
    if is_django and not members and not bases:
        return style, {}
    return style, model


def read_member(
    unit: Unit, member: tuple[str, SgNode | None, Declared], columns: dict[str, Json], relations: dict[str, Json]
) -> None:
    """SQLAlchemy: a column of another name, or a relationship."""
    key, note, call = member
    if call.name in COLUMNS:
        inner = read_call(call.named.get("sa_column")) or (
            read_call(call.arguments[0]) if call.name == "deferred" and call.arguments else call
        )
        named = read_text(inner.arguments[0]) if inner is not None and inner.arguments else ""
        written = read_text(inner.named.get("name")) if inner is not None else ""
        if (named or written) and (named or written) != key and call.name != "Field":
            columns[key] = named or written
    elif call.name in RELATIONS and "secondary" not in call.named and "primaryjoin" not in call.named:
        row = read_relation(unit, note, call)
        if row is not None:
            relations[key] = row


def read_relation(unit: Unit, note: SgNode | None, call: Declared) -> Json:
    """Where a relationship leads: its model, and the column that is named as its key."""
    first = call.arguments[0] if call.arguments else None
    text = note.text() if note is not None else ""
    names: list[Json] = []
    if first is not None and read_text(first):
        names = [read_text(first)]
    elif first is not None and first.kind() in ("identifier", "attribute"):
        names = list[Json](unit.bindings.local.qualify(first))
    elif text:
        words = re.findall(r"[A-Z]\w*", text)
        target = next((one for one in reversed(words) if one not in ("Mapped", "List", "Optional", "None", "Set")), "")
        names = [target] if target else []
    if not names:
        return None
    keys = call.named.get("foreign_keys")
    found = re.fullmatch(r"[\"'\[]*(?:(\w+)\.)?(\w+)[\"'\]]*", keys.text()) if keys is not None else None
    uses_list = call.named.get("uselist")
    many = TYPE.search(text) is not None or (uses_list is not None and uses_list.text() == "True")
    return [
        names,
        found[2] if found is not None and not many else "",
        "id" if found is not None and not many else "",
        many,
    ]


def read_django(
    unit: Unit,
    title: str,
    member: tuple[str, Declared],
    found: tuple[dict[str, Json], dict[str, Json], dict[str, Json]],
) -> None:
    """Django: a column of another name, or a key of another model."""
    key, call = member
    columns, relations, backs = found
    named = read_text(call.named.get("db_column"))
    if call.name not in LINKS:
        if named:
            columns[key] = named
        return
    first = call.arguments[0] if call.arguments else call.named.get("to")
    text = read_text(first)
    names: list[Json] = [text.rpartition(".")[2]] if text else []
    if not text and first is not None and first.kind() in ("identifier", "attribute"):
        names = list[Json](unit.bindings.local.qualify(first))
        if first.text() in ("settings.AUTH_USER_MODEL", "AUTH_USER_MODEL"):
            names = ["get_user_model()"]
    if text == "self":
        names = [f"#{title}"]
    column = named or f"{key}_id"
    relations[key] = [names, column, read_text(call.named.get("to_field")) or "id", False]
    columns[f"{key}_id"] = column
    related = read_text(call.named.get("related_query_name")) or read_text(call.named.get("related_name"))
    plain = related.replace("%(class)s", title.lower())
    if related != "+" and "%" not in plain:
        backs[key] = [plain] if plain else [title.lower(), f"{title.lower()}_set"]


def name_table(unit: Unit, title: str, body: SgNode | None) -> dict[str, Json]:
    """Django's table: the one that `Meta` names, and what it is called by convention."""
    table, label = "", ""
    for one in body.named_children() if body is not None else ():
        inner = one.field("name")
        if one.kind() == "class_definition" and inner is not None and inner.text() == "Meta":
            for key, _, value in list_assignments(one.field("body")):
                table = read_text(value) if key == "db_table" else table
                label = read_text(value) if key == "app_label" else label
                if key == "abstract" and value is not None and value.text() == "True":
                    return {"table": "", "default": "", "abstract": True}
    parts = unit.path.removesuffix(".py").split("/")
    while parts and parts[-1] in ("models", "__init__"):
        parts.pop()
    if "models" in parts:
        parts = parts[: parts.index("models")]
    app = label or (parts[-1] if parts else "")
    return {"table": table.strip('"'), "default": f"{app}_{title.lower()}" if app else ""}
