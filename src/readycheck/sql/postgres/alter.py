"""ALTER TABLE and ALTER INDEX of Postgres."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from postgast import pg_query_pb2 as pb

from readycheck.sql import names
from readycheck.sql.changes import (
    add_column,
    attach_index,
    change_column,
    drop_column,
    drop_constraint,
    name_of,
)
from readycheck.sql.postgres import constraints
from readycheck.sql.postgres.nodes import Node, is_serial, print_expression, print_type, read_relation, read_strings
from readycheck.sql.postgres.tables import attach_partition, read_column
from readycheck.sql.snapshot import Place
from readycheck.sql.state import Name, Refused, State

Change = Callable[[State, Name, Node, Place], None]


def alter_table(state: State, statement: Node, place: Place) -> None:
    """Carry out an ALTER TABLE: all of its commands, or none."""
    schema, own = read_relation(statement.relation)
    if statement.objtype == pb.OBJECT_INDEX:
        _alter_index(state, statement, schema, own)
        return
    if statement.objtype != pb.OBJECT_TABLE or state.resolve(schema, own, state.views):
        return  # of sequences, views and types nothing of interest changes here
    name = state.resolve(schema, own)
    if name is None:
        if statement.missing_ok or (schema or "public", own) in state.others:
            return
        raise Refused(f"there is no table {schema + '.' if schema else ''}{own}")
    before = dict(state.tables), dict(state.owners), dict(state.index_parents), set(state.others)
    try:
        for node in sorted((node.alter_table_cmd for node in statement.cmds), key=_rank):
            change = _CHANGES.get(node.subtype)
            if change:
                change(state, name, node, place)
        _add_constraints(state, name, statement, place)
    except Refused:
        state.tables, state.owners, state.index_parents, state.others = before
        raise


def _rank(command: Node) -> int:
    """Postgres drops first, then changes types, then adds: the order of the passes of ATController."""
    drops = (pb.AT_DropColumn, pb.AT_DropConstraint)
    return 0 if command.subtype in drops else 1 if command.subtype == pb.AT_AlterColumnType else 2


def _alter_index(state: State, statement: Node, schema: str | None, own: str) -> None:
    for node in statement.cmds:
        if node.alter_table_cmd.subtype != pb.AT_AttachPartition:
            continue
        parent = state.find_index(schema, own)
        part = getattr(node.alter_table_cmd, "def").partition_cmd.name
        child = state.find_index(*read_relation(part))
        if parent is None or child is None:
            raise Refused(f"there is no index {own if parent is None else part.relname}")
        attach_index(state, parent, child)


def _definition(command: Node) -> Node:
    return getattr(command, "def")


def _add_column(state: State, name: Name, command: Node, place: Place) -> None:
    definition = _definition(command).column_def
    column = read_column(definition, state.locate(place, definition.location))
    if add_column(state, name, column, if_missing=command.missing_ok) and is_serial(definition.type_name):
        state.others.add((name[0], names.compose(name[1], column.name, "seq")))


def _add_constraints(state: State, name: Name, statement: Node, place: Place) -> None:
    """The constraints of all commands, once all columns are there."""
    pending = constraints.Pending()
    for node in statement.cmds:
        command = node.alter_table_cmd
        if command.subtype == pb.AT_AddColumn:
            definition = _definition(command).column_def
            column = state.tables[name].find_column(definition.colname)
            own = state.locate(place, definition.location)
            if column is None or column.place != own:
                continue  # IF NOT EXISTS: it was there
            for one in definition.constraints:
                constraints.collect(pending, one.constraint, (definition.colname,), own)
        elif command.subtype == pb.AT_AddConstraint:
            one = _definition(command).constraint
            constraints.collect(pending, one, (), state.locate(place, one.location))
            if one.contype == pb.CONSTR_NOTNULL:
                for column_name in read_strings(one.keys):
                    change_column(state, name, column_name, lambda one: replace(one, nullable=False))
    constraints.apply(state, name, pending, only=not statement.relation.inh)


def _drop_column(state: State, name: Name, command: Node, place: Place) -> None:
    del place
    cascade = command.behavior == pb.DROP_CASCADE
    drop_column(state, name, command.name, cascade=cascade, if_exists=command.missing_ok)


def _drop_constraint(state: State, name: Name, command: Node, place: Place) -> None:
    del place
    if drop_constraint(state, name, command.name, cascade=command.behavior == pb.DROP_CASCADE) or command.missing_ok:
        return
    table = state.tables[name]
    for column in table.columns:  # since Postgres 18 a NOT NULL has a name
        if names.compose(table.name, column.name, "not_null") == command.name:
            change_column(state, name, column.name, lambda one: replace(one, nullable=True))
            return
    raise Refused(f"{table.name} has no constraint {command.name}")


def _set_type(state: State, name: Name, command: Node, place: Place) -> None:
    del place
    kind = print_type(_definition(command).column_def.type_name)
    change_column(state, name, command.name, lambda one: replace(one, type=kind))


def _set_default(state: State, name: Name, command: Node, place: Place) -> None:
    del place
    default = print_expression(_definition(command)) if command.HasField("def") else None
    change_column(state, name, command.name, lambda one: replace(one, default=default))


def _set_nullable(state: State, name: Name, command: Node, place: Place) -> None:
    del place
    nullable = command.subtype == pb.AT_DropNotNull
    change_column(state, name, command.name, lambda one: replace(one, nullable=nullable))


def _set_identity(state: State, name: Name, command: Node, place: Place) -> None:
    del place
    generated = command.subtype == pb.AT_AddIdentity
    change_column(state, name, command.name, lambda one: replace(one, generated=generated))


def _attach(state: State, name: Name, command: Node, place: Place) -> None:
    del place
    part = _definition(command).partition_cmd.name
    attach_partition(state, name, name_of(state.find_table(*read_relation(part))))


def _detach(state: State, name: Name, command: Node, place: Place) -> None:
    del place
    table = state.find_table(*read_relation(_definition(command).partition_cmd.name))
    if table.partition_of != name:
        raise Refused(f"{table.name} is no partition of {name[1]}")
    for index in table.indexes:
        state.index_parents.pop((table.schema, index.name), None)
    state.put(replace(table, partition_of=None))


def _inherit(state: State, name: Name, command: Node, place: Place) -> None:
    del place
    parent = name_of(state.find_table(*read_relation(_definition(command).range_var)))
    table = state.tables[name]
    others = tuple(one for one in table.parents if one != parent)
    parents = (*others, parent) if command.subtype == pb.AT_AddInherit else others
    state.put(replace(table, parents=parents))


_CHANGES: dict[int, Change] = {
    pb.AT_AddColumn: _add_column,
    pb.AT_DropColumn: _drop_column,
    pb.AT_DropConstraint: _drop_constraint,
    pb.AT_AlterColumnType: _set_type,
    pb.AT_ColumnDefault: _set_default,
    pb.AT_SetNotNull: _set_nullable,
    pb.AT_DropNotNull: _set_nullable,
    pb.AT_AddIdentity: _set_identity,
    pb.AT_DropIdentity: _set_identity,
    pb.AT_AttachPartition: _attach,
    pb.AT_DetachPartition: _detach,
    pb.AT_AddInherit: _inherit,
    pb.AT_DropInherit: _inherit,
}
