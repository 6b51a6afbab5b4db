"""ALTER TABLE of MySQL and SQLite, and RENAME TABLE."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from sqlglot import exp

from readycheck.sql.changes import add_column, change_column, drop_column, drop_constraint, name_of, rename_column
from readycheck.sql.generic.nodes import Parts, read_table
from readycheck.sql.generic.tables import add_parts, drop_own_index
from readycheck.sql.snapshot import Place
from readycheck.sql.state import Name, Refused, State

Change = Callable[[State, Name, exp.Expr, Parts], None]
_PAIR = re.compile(r"(?:`([^`]+)`|(\w+))\s+TO\s+(?:`([^`]+)`|(\w+))", re.IGNORECASE)


def alter(state: State, node: exp.Alter, place: Place) -> None:
    """Carry out an ALTER TABLE: all of its actions, or none."""
    if node.args.get("kind") != "TABLE":
        return
    schema, own = read_table(node.this, state.dialect)
    if node.args.get("exists") and state.resolve(schema, own) is None:
        return
    name = name_of(state.find_table(schema, own))
    before = dict(state.tables), dict(state.owners)
    try:
        for action in node.args.get("actions") or []:
            name = _act(state, name, action, place)
    except Refused:
        state.tables, state.owners = before
        raise


def _act(state: State, name: Name, action: exp.Expr, place: Place) -> Name:
    """Carry out one action; returns the name that the table has then."""
    parts = Parts(state.dialect, place)
    if isinstance(action, exp.AlterRename):
        _, new = read_table(action.this, state.dialect)
        state.rename(name, (name[0], new))
        return name[0], new
    change = next((change for kind, change in _CHANGES.items() if isinstance(action, kind)), None)
    if change is None:
        raise Refused(f"{type(action).__name__} is not replayed")
    change(state, name, action, parts)
    return name


def _add_column(state: State, name: Name, action: exp.Expr, parts: Parts) -> None:
    parts.take(action)
    if add_column(state, name, parts.columns[0], if_missing=bool(action.args.get("exists"))):
        add_parts(state, name, parts)


def _add_constraint(state: State, name: Name, action: exp.Expr, parts: Parts) -> None:
    for one in action.expressions:
        parts.take(one)
    add_parts(state, name, parts)


def _drop_primary_key(state: State, name: Name, action: exp.Expr, parts: Parts) -> None:
    del action, parts
    drop_own_index(state, name, "PRIMARY")


def _rename_column(state: State, name: Name, action: exp.Expr, parts: Parts) -> None:
    rename_column(state, name, parts.fold(action.this), parts.fold(action.args["to"]))


def _drop(state: State, name: Name, action: exp.Expr, parts: Parts) -> None:
    kind = action.args.get("kind")
    for target in action.args.get("tables") or [action.this]:
        own = parts.fold(target)
        if kind == "COLUMN":
            drop_column(state, name, own, cascade=True, if_exists=bool(action.args.get("exists")))
        elif kind in {"INDEX", "KEY"}:
            drop_own_index(state, name, own)
        elif kind in {"FOREIGN KEY", "CONSTRAINT", "CHECK"} and (
            not drop_constraint(state, name, own, cascade=True) and not action.args.get("exists")
        ):
            raise Refused(f"{name[1]} has no constraint {own}")


def _rename_index(state: State, name: Name, action: exp.Expr, parts: Parts) -> None:
    old, new = parts.fold(action.this), parts.fold(action.args["to"])
    table = state.tables[name]
    if not any(one.name.lower() == old.lower() for one in table.indexes):
        raise Refused(f"{table.name} has no index {old}")
    indexes = tuple(replace(one, name=new) if one.name.lower() == old.lower() else one for one in table.indexes)
    state.put(replace(table, indexes=indexes))


def _modify(state: State, name: Name, action: exp.Expr, parts: Parts) -> None:
    definition = action.this
    parts.take(definition)
    column = parts.columns[0]
    old = action.args.get("rename_from")
    if old is not None and parts.fold(old) != column.name:
        rename_column(state, name, parts.fold(old), column.name)
    change_column(state, name, column.name, lambda _: column)
    parts.columns = []
    add_parts(state, name, parts)


def _alter_column(state: State, name: Name, action: exp.Expr, parts: Parts) -> None:
    column = parts.fold(action.this)
    if action.args.get("dtype") is not None:
        kind = action.args["dtype"].sql(dialect=state.dialect).lower()
        change_column(state, name, column, lambda one: replace(one, type=kind))
    elif action.args.get("default") is not None:
        default = action.args["default"].sql(dialect=state.dialect)
        change_column(state, name, column, lambda one: replace(one, default=default))
    elif action.args.get("allow_null") is not None:
        nullable = bool(action.args["allow_null"])
        change_column(state, name, column, lambda one: replace(one, nullable=nullable))
    elif action.args.get("drop"):
        change_column(state, name, column, lambda one: replace(one, default=None))


_CHANGES: dict[type[exp.Expr], Change] = {
    exp.ColumnDef: _add_column,
    exp.AddConstraint: _add_constraint,
    exp.Drop: _drop,
    exp.DropPrimaryKey: _drop_primary_key,
    exp.RenameColumn: _rename_column,
    exp.RenameIndex: _rename_index,
    exp.ModifyColumn: _modify,
    exp.AlterColumn: _alter_column,
}


def rename_tables(state: State, text: str) -> None:
    """MySQL's RENAME TABLE a TO b, c TO d."""
    for match in _PAIR.finditer(text):
        old, new = match[1] or match[2], match[3] or match[4]
        name = name_of(state.find_table(None, old))
        state.rename(name, (name[0], new))
