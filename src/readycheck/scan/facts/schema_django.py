"""Django's models and migrations (`schema-django`).

`migration`: `app`, `name`, `after`, `before`, `replaces` (each [app, name]), `operations` (rows of `django.reading`).
`models`: `folder` and `classes`, each with `name`, `line`, `bases`, `fields` ([name, field]), `options` and `meta`
(what its Meta is derived from). `label`: `folder`, `label` of an app's configuration. `user`: that of AUTH_USER_MODEL.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.model.vocabulary import Language
from readycheck.scan.late import compile_late
from readycheck.scan.schema.django.reading import Reader, Values, read_field, read_model_name, read_options
from readycheck.scan.schema.python_nodes import line_of, list_assignments, list_bases, read_call, read_list, read_text
from readycheck.scan.schema.python_steps import read_constants

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

KINDS = ("schema-django",)
SERVING = True
LANGUAGES = (Language.PYTHON,)
ANCHORS = ("django.db", "django.contrib.gis.db", "AppConfig", "AUTH_USER_MODEL")
MODELS = compile_late(
    r"\bmodels\.\w*(?:Field|Key|Model)\b|\bclass\s+\w+\(.*(?:Model|Abstract\w+|Mixin|Base\w*)\b.*\)|\bdjango\.db\.models\b"
)
USER = compile_late(r"^AUTH_USER_MODEL\s*(?::[^=]+)?=\s*[\"']([\w.]+)[\"']", re.MULTILINE)


def collect(unit: Unit) -> Iterator[Fact]:
    """The migration, the models, the app or the setting of one file."""
    text = unit.text
    if (user := USER.search(text)) is not None:
        yield Fact("schema-django", unit.locate(unit.root), {"sort": "user", "user": user[1]})
    if "AppConfig" in text:
        yield from read_labels(unit)
    if ("/migrations/" in f"/{unit.path}" and "migrations.Migration" in text) or "(Migration)" in text:
        yield from read_migration(unit)
    elif "django" in text and MODELS.search(text) is not None:
        yield from read_models(unit)


def read_labels(unit: Unit) -> Iterator[Fact]:
    """The label of an app, if its configuration gives it one."""
    for node in unit.find_kind("class_definition"):
        bases, _ = list_bases(node)
        given = {name: read_text(value) for name, _, value in list_assignments(node.field("body"))}
        if any(base.endswith("AppConfig") for base in bases) and given.get("name"):
            label = given.get("label") or given["name"].rpartition(".")[2]
            folder = unit.path.rpartition("/")[0]
            yield Fact("schema-django", unit.locate(node), {"sort": "label", "folder": folder, "label": label})


def read_migration(unit: Unit) -> Iterator[Fact]:
    """One migration."""
    values = read_constants(unit)
    for node in unit.find_kind("class_definition"):
        given = {name: value for name, _, value in list_assignments(node.field("body"))}
        if "operations" not in given and "dependencies" not in given:
            continue
        folder, _, name = unit.path.rpartition("/")
        data: dict[str, Json] = {
            "sort": "migration",
            "folder": folder.rpartition("/")[0],
            "app": "",
            "name": name.removesuffix(".py"),
            "after": read_nodes(given.get("dependencies")),
            "before": read_nodes(given.get("run_before")),
            "replaces": read_nodes(given.get("replaces")),
            "operations": Reader(unit, values, read_lists(unit) | given).read_operations(given.get("operations")),
        }
        yield Fact("schema-django", unit.locate(node), data)


def read_lists(unit: Unit) -> dict[str, SgNode | None]:
    """What a file gives to names at its outermost level."""
    return {name: value for name, _, value in list_assignments(unit.root)}


def read_nodes(node: SgNode | None) -> list[Json]:
    """The migrations in a list: [app, name] of each."""
    rows: list[Json] = []
    for one in read_list(node):
        call = read_call(one)
        if call is not None and call.arguments:  # migrations.swappable_dependency(settings.AUTH_USER_MODEL)
            rows.append([read_model_name(call.arguments[0]), "__first__"])
        elif len(parts := read_list(one)) == 2:  # noqa: PLR2004 - an app and a name
            rows.append([read_text(parts[0]), read_text(parts[1])])
    return rows


def read_models(unit: Unit) -> Iterator[Fact]:
    """The models of one file, and what may be a base class of some."""
    values = read_constants(unit)
    classes: list[Json] = [row for node in unit.find_kind("class_definition") if (row := read_class(node, values))]
    if classes:
        folder = unit.path.rpartition("/")[0]
        folder = folder if unit.path.endswith("/models.py") else folder.partition("/models/")[0].removesuffix("/models")
        data: dict[str, Json] = {"sort": "models", "folder": folder, "classes": classes}
        yield Fact("schema-django", unit.locate(unit.root), data)


def read_class(node: SgNode, values: Values) -> Json:
    """A class that is a model or may be the base of one; None for any other."""
    name, body = node.field("name"), node.field("body")
    bases, _ = list_bases(node)
    fields: list[Json] = []
    for key, _, value in list_assignments(body):
        call = read_call(value)
        callee = call.node.field("function") if call is not None else None
        is_form = callee is not None and callee.text().startswith(("forms.", "serializers.", "filters.", "graphene."))
        row = read_field(call, values) if call is not None and not is_form else None
        if row is not None:
            fields.append([key, row])
    options, parents = read_meta(body, values)
    if name is None or not (bases and (fields or options or any("Model" in one or "Mixin" in one for one in bases))):
        return None
    own: list[Json] = [base.rpartition(".")[2] if base != "models.Model" else base for base in bases]
    return {
        "name": name.text(), "line": line_of(node), "bases": own, "fields": fields, "options": options, "meta": parents,
    }  # fmt: skip


def read_meta(body: SgNode | None, values: Values) -> tuple[dict[str, Json], Json]:
    """The options of a model, and the classes whose Meta its own is derived from; None where it has no Meta."""
    for statement in body.named_children() if body is not None else ():
        name = statement.field("name") if statement.kind() == "class_definition" else None
        if name is not None and name.text() == "Meta":
            pairs = {key: value for key, _, value in list_assignments(statement.field("body")) if value is not None}
            return read_options(pairs, values), [one.removesuffix(".Meta") for one in list_bases(statement)[0]]
    return {}, None
