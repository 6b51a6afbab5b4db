"""Indexes and constraints over several fields: `Meta.indexes`, `Meta.constraints`, `unique_together`.

An index or constraint is a row of facts: `line`, `name`, `fields` (`-` before those in reverse) or `keys` (expressions:
[function, field, whether in reverse]), `where` ([field, lookup, value], or true for a condition that is not read),
`method`, `opclasses`, `kind` (the class).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from readycheck.model.rule import Json
from readycheck.scan.schema.django.names import name_index, name_own_index
from readycheck.scan.schema.django.state import Made, Model, State

Rows = Iterator[list[Json]]


def add_together(model: Model, line: int, kind: str, names: Sequence[str]) -> Rows:
    """`unique_together`, `index_together`."""
    columns = model.list_columns(names)
    keys: list[Json] = list(columns)
    if kind == "unique":
        made = name_index(model.table, columns, "_uniq")
        yield ["unique", line, model.table, keys, made]
    else:
        made = name_index(model.table, columns, "_idx")
        yield ["index", line, model.table, keys, False, made, ""]
    model.made.append(Made(f"{kind}_together", columns, made))


def add_index(model: Model, line: int, index: Mapping[str, Any]) -> Rows:
    """`AddIndex(Index(fields=..., name=...))`."""
    keys = write_keys(model, index)
    if not keys:
        yield ["unread", line, f"index {index.get('name')} on {model.table}", "its expressions are not read"]
        return
    columns = model.list_columns(index.get("fields") or ())
    name = str(index.get("name") or name_own_index(model.table, columns)).replace("%(app_label)s", model.app)
    name = name.replace("%(class)s", model.name.lower())
    include: list[Json] = list(model.list_columns(index.get("include") or ()))
    tail: list[Json] = [write_where(model, index), index.get("method") or "", False, include]
    yield ["index", line, model.table, list[Json](keys), False, name, *tail]
    model.made.append(Made("named", columns, name))


def add_constraint(model: Model, line: int, constraint: Mapping[str, Any]) -> Rows:
    """`AddConstraint(UniqueConstraint(...))`; a unique index where it has a condition, expressions or classes."""
    name = (
        str(constraint.get("name") or "").replace("%(app_label)s", model.app).replace("%(class)s", model.name.lower())
    )
    if constraint["kind"] != "UniqueConstraint":
        return
    keys = write_keys(model, constraint)
    columns = model.list_columns(constraint.get("fields") or ())
    if not keys:
        yield ["unread", line, f"unique {name} on {model.table}", "its expressions are not read"]
        return
    include: list[Json] = list(model.list_columns(constraint.get("include") or ()))
    if constraint.get("where") or constraint.get("keys") or constraint.get("opclasses") or include:
        where = write_where(model, constraint)
        yield ["index", line, model.table, list[Json](keys), True, name, where, "", False, include]
        model.made.append(Made("named", columns, name))
    else:
        yield ["unique", line, model.table, list[Json](columns), name]
        model.made.append(Made("constraint", columns, name))


def drop_made(state: State, model: Model, line: int, wanted: tuple[str, Sequence[str], str]) -> Rows:
    """The rows that take away what was made: its kind, its columns, its name where that is given.

    A key that is not sent yet is not sent.
    """
    kind, columns, name = wanted
    made = next((one for one in model.made if one.name == name), None) if name else None
    if made is not None:
        model.made.remove(made)
    else:
        made = model.take(kind, columns)
    if made is None:
        return
    if any(row[6] == made.name for row in state.later):
        state.later = [row for row in state.later if row[6] != made.name]
        return
    is_constraint = made.kind in ("unique", "key", "unique_together", "constraint")
    if made.kind == "like":  # Django asks for it by the name that it would have by now
        yield ["unindex", line, model.table, name_index(model.table, made.columns, "_like"), True]
        return
    yield ["unconstrain" if is_constraint else "unindex", line, model.table, made.name]


def write_keys(model: Model, index: Mapping[str, Any]) -> list[str]:
    """The keys of an index; none where an expression is not read."""
    found: list[str] = []
    classes = index.get("opclasses") or []
    for place, name in enumerate(model.list_columns(index.get("fields") or ())):
        own = f" {classes[place]}" if place < len(classes) else ""
        found.append(f"{name.removeprefix('-')}{own}{' DESC' * name.startswith('-')}" if own else name)
    for key in index.get("keys") or ():
        if not key:
            return []
        function, name, is_reverse = key
        column = model.name_column(str(name))
        text = f'{function}("{column}")' if function else column
        found.append(f"({text}) DESC" if is_reverse and function else f"{'-' * bool(is_reverse)}{text}")
    return found


def write_where(model: Model, index: Mapping[str, Any]) -> str:
    """The predicate of a partial index, or `true` for one that is not read."""
    where = index.get("where")
    if not isinstance(where, list):
        return "true" if where else ""
    return " AND ".join(write_condition(model, *one) for one in where)


def write_condition(model: Model, name: str, lookup: str, value: Any) -> str:  # noqa: ANN401 - a constant
    """One condition."""
    column = f'"{model.name_column(name)}"'
    if lookup == "isnull":
        return f"{column} IS {'' if value else 'NOT '}NULL"
    if isinstance(value, bool):
        return column if value else f"NOT {column}"
    text = str(value).replace("'", "''")
    return f"{column} = {value}" if isinstance(value, int) else f"{column} = '{text}'"
