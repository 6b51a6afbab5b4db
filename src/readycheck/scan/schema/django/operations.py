"""What the operations of Django's migrations send to the database, as rows of `scan.schema.operations`.

Operations are rows of facts, `[name, line, ...]`; see `django.reading`. Each changes the state, and gives rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

from readycheck.model.rule import Json
from readycheck.scan.schema.django.fields import has_column, is_primary, name_column
from readycheck.scan.schema.django.indexes import add_constraint, add_index, add_together, drop_made
from readycheck.scan.schema.django.names import shorten_table
from readycheck.scan.schema.django.state import Made, Model, State, has_table, read_options

Rows = Iterator[list[Json]]
Operation = Sequence[Any]


def apply(state: State, app: str, operation: Operation) -> Rows:
    """One operation: the state is changed, and what is sent is given."""
    name, line, *rest = operation
    if name in CHANGES:
        model = state.models.get((app, str(rest[0]).lower()))
        if model is not None:
            rows = list(CHANGES[name](state, model, line, rest[1:]))
            yield from rows if model.owned else []
        else:
            yield ["unread", line, f"{name} {rest[0]}", f"there is no model {app}.{rest[0]}"]
    elif name == "CreateModel":
        yield from create_model(state, app, line, rest)
    elif name == "RunSQL":
        yield from (["sql", at, text] for at, text in rest[0])
        for one in rest[1]:
            list(apply(state, app, one))
    elif name == "SeparateDatabaseAndState":
        yield from separate(state, app, rest)
    elif name == "unread":
        yield ["unread", line, *rest]


def separate(state: State, app: str, parts: Operation) -> Rows:
    """What is done to the database without the state knowing, and to the state without the database."""
    beside = deepcopy(state)
    for one in parts[0]:
        yield from apply(beside, app, one)
    state.later = beside.later
    for one in parts[1]:
        later = list(state.later)
        list(apply(state, app, one))
        state.later = later


def create_model(state: State, app: str, line: int, parts: Operation) -> Rows:
    """`CreateModel(name, fields, options)`."""
    name, fields, options = parts
    kept = read_options(options)
    table = str(kept.get("table") or shorten_table(f"{app}_{str(name).lower()}"))
    model = Model(app, str(name), table, {str(key): one for key, one in fields}, kept)
    if not any(map(is_primary, model.fields.values())) and not kept.get("proxy"):
        model.fields = {"id": {"kind": "AutoField", "pk": True, "line": line}, **model.fields}
    state.models[app, str(name).lower()] = model
    if model.owned:
        yield from create_table(state, model, line)


def create_table(state: State, model: Model, line: int) -> Rows:
    """A model's table with all that belongs to it, and the tables of its many-to-many fields."""
    named = [name for name, one in model.fields.items() if has_column(one)]
    columns: list[Json] = [state.make_column(model, name) for name in named]
    composite = [one for one in model.fields.values() if one["kind"] == "CompositePrimaryKey"]
    yield ["create", line, model.table, columns, [], [], False]
    for one in composite:
        own: list[Json] = [model.name_column(str(name)) for name in one.get("names") or ()]
        yield ["primary", int(one.get("line") or line), model.table, own, ""]
    for name in named:
        yield from state.bring(model, name, list(state.list_wants(model, name)), fresh=True)
    for kind in ("unique", "index"):
        for names in model.options.get(kind) or ():
            yield from add_together(model, line, kind, names)
    for index in model.options.get("indexes") or ():
        yield from add_index(model, int(index["line"]), index)
    for constraint in model.options.get("constraints") or ():
        yield from add_constraint(model, int(constraint["line"]), constraint)
    for name, one in model.fields.items():
        if has_table(one):
            yield from create_through(state, model, name)


def create_through(state: State, model: Model, name: str) -> Rows:
    """The table of a many-to-many field; it is kept as a model of its own."""
    through = state.make_through(model, name)
    state.models[model.app, through.name.lower()] = through
    yield from create_table(state, through, int(model.fields[name].get("line") or 0))


def delete_model(state: State, model: Model, line: int, _: Operation) -> Rows:
    """`DeleteModel`."""
    for name, one in model.fields.items():
        if has_table(one):
            through = state.models.pop((model.app, f"{model.name}_{name}".lower()), None)
            if through is not None:
                yield ["drop", line, through.table]
    state.models.pop((model.app, model.name.lower()), None)
    yield ["drop", line, model.table]


def rename_model(state: State, model: Model, line: int, parts: Operation) -> Rows:
    """`RenameModel`: the table, what refers to it, the tables of many-to-many fields and their columns."""
    new, old = str(parts[0]), model.name
    state.models.pop((model.app, old.lower()))
    model.name = new
    state.models[model.app, new.lower()] = model
    for other in state.models.values():
        for name, one in other.fields.items():
            if one.get("to") and state.resolve(str(one["to"]), other.app, other.name) == (model.app, old.lower()):
                other.fields[name] = {**one, "to": f"{model.app}.{new}"}
    if state.user == (model.app, old.lower()):
        state.user = (model.app, new.lower())
    if not model.options.get("table"):
        yield from rename_table(state, model, line, shorten_table(f"{model.app}_{new.lower()}"))
    for other in list(state.models.values()):
        for name, one in other.fields.items():
            if has_table(one) and (
                other is model or state.resolve(str(one["to"]), other.app) == (model.app, new.lower())
            ):
                yield from move_through(state, other, (old if other is model else other.name, name), name, line)


def move_through(state: State, model: Model, old: tuple[str, str], name: str, line: int) -> Rows:
    """The table of a many-to-many field whose model or name is another one now; `old` are those that it had."""
    through = state.models.pop((model.app, "_".join(old).lower()), None)
    if through is None or name not in model.fields:
        return
    wanted = state.make_through(model, name)
    yield from rename_table(state, through, line, wanted.table)
    for before, after in zip(list(through.fields), list(wanted.fields), strict=True):
        if before != after:
            column, renamed = name_column(before, through.fields[before]), name_column(after, wanted.fields[after])
            yield ["column", line, through.table, column, renamed]
            rename_made(state, through, column, renamed)
    wanted.made = through.made
    state.models[model.app, wanted.name.lower()] = wanted


def rename_table(state: State, model: Model, line: int, table: str) -> Rows:
    """Another name of a table."""
    if table != model.table:
        for row in state.later:
            row[2], row[4] = (table if one == model.table else one for one in (row[2], row[4]))
        yield ["rename", line, model.table, table]
        model.table = table


def alter_table(state: State, model: Model, line: int, parts: Operation) -> Rows:
    """`AlterModelTable`."""
    table = str(parts[0] or "")
    model.options["table"] = table
    yield from rename_table(state, model, line, table or shorten_table(f"{model.app}_{model.name.lower()}"))
    for name, one in list(model.fields.items()):
        if has_table(one):
            yield from move_through(state, model, (model.name, name), name, line)


def add_field(state: State, model: Model, line: int, parts: Operation) -> Rows:
    """`AddField`."""
    name, one = str(parts[0]), {**parts[1], "line": parts[1].get("line") or line}
    model.fields[name] = one
    if has_table(one):
        yield from create_through(state, model, name)
    elif has_column(one):
        row = state.make_column(model, name)
        yield ["add", line, model.table, list[Json](row)]
        yield from state.bring(model, name, list(state.list_wants(model, name)), fresh=True)


def remove_field(state: State, model: Model, line: int, parts: Operation) -> Rows:
    """`RemoveField`."""
    name = str(parts[0])
    one = model.fields.pop(name, None)
    if one is not None and has_table(one):
        through = state.models.pop((model.app, f"{model.name}_{name}".lower()), None)
        if through is not None:
            yield ["drop", line, through.table]
    elif one is not None and has_column(one):
        column = name_column(name, one)
        model.made = [made for made in model.made if column not in made.columns]
        state.later = [row for row in state.later if row[2] != model.table or row[3] != [column]]
        yield ["remove", line, model.table, column]


def rename_field(state: State, model: Model, line: int, parts: Operation) -> Rows:
    """`RenameField`: the column, and the field where options name it."""
    old, new = map(str, parts)
    one = model.fields.get(old)
    if one is None:
        return
    model.fields = {new if name == old else name: field for name, field in model.fields.items()}
    for kind in ("unique", "index"):
        model.options[kind] = [
            [new if name == old else name for name in names] for names in model.options.get(kind) or ()
        ]
    for other in state.models.values():
        for name, field in other.fields.items():
            if field.get("field") == old and state.resolve(str(field["to"]), other.app) == (
                model.app,
                model.name.lower(),
            ):
                other.fields[name] = {**field, "field": new}
    if has_table(one):
        yield from move_through(state, model, (model.name, old), new, line)
    elif has_column(one) and (column := name_column(old, one)) != (renamed := name_column(new, one)):
        yield ["column", line, model.table, column, renamed]
        rename_made(state, model, column, renamed)


def rename_made(state: State, model: Model, old: str, new: str) -> None:
    """Note a column's new name where something is made over it, or will be."""
    for row in state.later:
        if row[2] == model.table and row[3] == [old]:
            row[3] = [new]
        if row[4] == model.table and row[5] == [old]:
            row[5] = [new]
    for made in model.made:
        made.columns = [new if one == old else one for one in made.columns]


def alter_field(state: State, model: Model, line: int, parts: Operation) -> Rows:
    """`AlterField`: what the field brings no longer goes, what it brings now comes."""
    name, one = str(parts[0]), {**parts[1], "line": parts[1].get("line") or line}
    before = model.fields.get(name)
    if before is None or not (has_column(before) and has_column(one)):
        model.fields[name] = one
        if before is not None and has_table(before) and has_table(one):
            yield from move_through(state, model, (model.name, name), name, line)
        return
    had, row = list(state.list_wants(model, name)), state.make_column(model, name)
    column = name_column(name, before)
    model.fields[name] = one
    wants, now = list(state.list_wants(model, name)), state.make_column(model, name)
    for kind, _ in (each for each in had if each not in wants):
        yield from drop_made(state, model, line, (kind, [column], ""))
    if now[1] != column:
        yield ["column", line, model.table, column, now[1]]
        rename_made(state, model, column, str(now[1]))
    if now[2] != row[2]:
        yield ["type", line, model.table, now[1], now[2]]
    if bool(one.get("null")) != bool(before.get("null")) and not is_primary(one):
        yield ["null", line, model.table, now[1], bool(one.get("null"))]
    if is_primary(one) and not is_primary(before):
        yield ["unconstrain", line, model.table, f"{model.table}_pkey"]
        yield ["primary", line, model.table, [now[1]], ""]
    yield from state.bring(model, name, [each for each in wants if each not in had], fresh=False)


def alter_together(kind: str) -> Callable[[State, Model, int, Operation], Rows]:
    """`AlterUniqueTogether`, `AlterIndexTogether`."""

    def alter(state: State, model: Model, line: int, parts: Operation) -> Rows:
        before, now = model.options.get(kind) or [], parts[0] or []
        model.options[kind] = list(now)
        for names in before:
            if names not in now:
                yield from drop_made(state, model, line, (f"{kind}_together", model.list_columns(names), ""))
        for names in now:
            if names not in before:
                yield from add_together(model, line, kind, names)

    return alter


def remove_named(state: State, model: Model, line: int, parts: Operation) -> Rows:
    """`RemoveIndex`, `RemoveConstraint`."""
    found = next((one for one in model.made if one.name == parts[0]), None)
    if found is not None:
        yield from drop_made(state, model, line, (found.kind, found.columns, found.name))


def rename_index(state: State, model: Model, line: int, parts: Operation) -> Rows:
    """`RenameIndex`, by its old name or by the fields of `index_together`."""
    del state
    old, fields, new = parts
    columns = model.list_columns(fields or ())
    found = next(
        (
            one
            for one in model.made
            if (one.name == old if old else one.kind == "index_together" and one.columns == columns)
        ),
        None,
    )
    if found is not None:
        yield ["reindex", line, model.table, found.name, new]
        model.made.remove(found)
        model.made.append(Made("named", found.columns, str(new)))
    if fields:
        model.options["index"] = [one for one in model.options.get("index") or () if one != fields]


CHANGES: Mapping[str, Callable[[State, Model, int, Operation], Rows]] = {
    "DeleteModel": delete_model,
    "RenameModel": rename_model,
    "AlterModelTable": alter_table,
    "AddField": add_field,
    "RemoveField": remove_field,
    "RenameField": rename_field,
    "AlterField": alter_field,
    "AlterUniqueTogether": alter_together("unique"),
    "AlterIndexTogether": alter_together("index"),
    "AddIndex": lambda _, model, line, parts: add_index(model, line, parts[0]),
    "RemoveIndex": remove_named,
    "RenameIndex": rename_index,
    "AddConstraint": lambda _, model, line, parts: add_constraint(model, line, parts[0]),
    "RemoveConstraint": remove_named,
}
