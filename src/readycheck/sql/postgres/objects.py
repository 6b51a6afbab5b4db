"""DROP, RENAME and SET SCHEMA of Postgres, views, schemas, types, and the search path."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from postgast import pg_query_pb2 as pb

from readycheck.sql.changes import drop_column, name_of, rename_column, rename_constraint
from readycheck.sql.names import quote
from readycheck.sql.postgres.nodes import Node, read_name, read_relation, read_strings
from readycheck.sql.postgres.targets import list_sources, list_targets
from readycheck.sql.snapshot import DEFAULT_SCHEMA, Place, View
from readycheck.sql.state import Name, Refused, State

_TABLES = (pb.OBJECT_TABLE, pb.OBJECT_FOREIGN_TABLE)
_VIEWS = (pb.OBJECT_VIEW, pb.OBJECT_MATVIEW)


def drop(state: State, statement: Node, place: Place) -> None:
    """Carry out a DROP of tables, views, indexes, schemas or types."""
    del place
    cascade = statement.behavior == pb.DROP_CASCADE
    kind = statement.remove_type
    if kind in {*_TABLES, *_VIEWS, pb.OBJECT_INDEX, pb.OBJECT_SEQUENCE}:
        found = [_find(state, kind, read_name(node.list.items), statement) for node in statement.objects]
        names = [name for name in found if name]
        if kind in {*_TABLES, *_VIEWS} and not cascade:
            _check_unreferenced(state, names)
        for name in names:
            _drop_relation(state, kind, name, cascade=cascade)
    elif kind == pb.OBJECT_SCHEMA:
        for node in statement.objects:
            _drop_schema(state, node.string.sval, statement, cascade=cascade)
    elif kind in {pb.OBJECT_TYPE, pb.OBJECT_DOMAIN} and cascade:
        for node in statement.objects:
            _drop_type(state, read_name(node.type_name.names))


def _find(state: State, kind: int, name: tuple[str | None, str], statement: Node) -> Name | None:
    if kind == pb.OBJECT_INDEX:
        found = state.find_index(*name)
    elif kind == pb.OBJECT_SEQUENCE:
        schema = name[0] or state.place_new(None)
        return (schema, name[1]) if (schema, name[1]) in state.others else None
    else:
        found = state.resolve(*name, state.views if kind in _VIEWS else state.tables)
    if found is None and not statement.missing_ok:
        raise Refused(f"there is no such relation: {name[1]}")
    return found


def _check_unreferenced(state: State, names: list[Name]) -> None:
    for name in names:
        for other, _ in state.refer_to(name):
            if name_of(other) not in names and other.partition_of not in names:
                raise Refused(f"a foreign key of {other.name} refers to {name[1]}")
        for view in state.views.values():
            if name in view.sources and (view.schema, view.name) not in names:
                raise Refused(f"the view {view.name} reads {name[1]}")


def _drop_relation(state: State, kind: int, name: Name, *, cascade: bool) -> None:
    if kind == pb.OBJECT_INDEX:
        if name in state.owners:
            _drop_index(state, name)
    elif kind == pb.OBJECT_SEQUENCE:
        state.others.discard(name)
    elif name in state.tables or name in state.views:
        for child in state.list_children(name):
            if name in child.parents:
                if not cascade:
                    raise Refused(f"{child.name} inherits from {name[1]}")
                state.drop(name_of(child))
        state.drop(name)


def _drop_index(state: State, name: Name) -> None:
    index = next(one for one in state.get_owner(name).indexes if one.name == name[1])
    if index.constraint:
        raise Refused(f"a constraint needs the index {name[1]}")
    state.drop_index(name)


def _drop_schema(state: State, schema: str, statement: Node, *, cascade: bool) -> None:
    inside = [name for name in (*state.tables, *state.views) if name[0] == schema]
    if inside and not cascade:
        raise Refused(f"the schema {schema} is not empty")
    if schema not in state.schemas and not statement.missing_ok:
        raise Refused(f"there is no schema {schema}")
    for name in inside:
        if name in state.tables or name in state.views:
            state.drop(name)
    state.others = {name for name in state.others if name[0] != schema}
    state.schemas.discard(schema)


def _drop_type(state: State, name: tuple[str | None, str]) -> None:
    """With a type go the columns that have it."""
    schema, own = name
    spelled = {quote(own), f"{quote(schema)}.{quote(own)}"} if schema else {quote(own)}
    for table in list(state.tables.values()):
        for column in table.columns:
            if column.type.removesuffix("[]") in spelled and name_of(table) in state.tables:
                drop_column(state, name_of(table), column.name, cascade=True, if_exists=True)


def rename(state: State, statement: Node, place: Place) -> None:
    """Carry out an ALTER ... RENAME."""
    del place
    change = _RENAMES.get(statement.rename_type)
    if change:
        change(state, statement)


def _find_relation(state: State, statement: Node) -> Name | None:
    schema, own = read_relation(statement.relation)
    found = state.resolve(schema, own, state.tables, state.views) or state.find_index(schema, own)
    if found is None and not statement.missing_ok:
        other = schema or state.place_new(None), own
        if other not in state.others:
            raise Refused(f"there is no such relation: {own}")
    return found


def _rename_relation(state: State, statement: Node) -> None:
    found = _find_relation(state, statement)
    if found is None:
        return
    if found in state.owners:
        state.rename_index(found, statement.newname)
    else:
        state.rename(found, (found[0], statement.newname))


def _rename_column(state: State, statement: Node) -> None:
    found = _find_relation(state, statement)
    if found in state.tables:
        rename_column(state, found, statement.subname, statement.newname)
    elif found in state.views:
        view = state.views[found]
        columns = (statement.newname if one == statement.subname else one for one in view.columns)
        state.put(replace(view, columns=tuple(columns)))


def _rename_constraint(state: State, statement: Node) -> None:
    found = _find_relation(state, statement)
    if found in state.tables:
        rename_constraint(state, found, statement.subname, statement.newname)


def _rename_sequence(state: State, statement: Node) -> None:
    schema, own = read_relation(statement.relation)
    place = schema or state.place_new(None)
    state.others.discard((place, own))
    state.others.add((place, statement.newname))


def _rename_schema(state: State, statement: Node) -> None:
    old, new = statement.subname, statement.newname
    state.schemas.add(new)
    for name in [name for name in (*state.tables, *state.views) if name[0] == old]:
        state.rename(name, (new, name[1]))
    state.others = {(new if name[0] == old else name[0], name[1]) for name in state.others}
    state.schemas.discard(old)


def _rename_type(state: State, statement: Node) -> None:
    schema, own = read_name(statement.object.list.items)
    prefix = f"{quote(schema)}." if schema and schema != DEFAULT_SCHEMA else ""
    old, new = prefix + quote(own), prefix + quote(statement.newname)
    for table in list(state.tables.values()):
        columns = tuple(
            replace(one, type=one.type.replace(old, new)) if one.type.removesuffix("[]") == old else one
            for one in table.columns
        )
        if columns != table.columns:
            state.put(replace(table, columns=columns))


_RENAMES: dict[int, Callable[[State, Node], None]] = {
    pb.OBJECT_TABLE: _rename_relation,
    pb.OBJECT_FOREIGN_TABLE: _rename_relation,
    pb.OBJECT_VIEW: _rename_relation,
    pb.OBJECT_MATVIEW: _rename_relation,
    pb.OBJECT_INDEX: _rename_relation,
    pb.OBJECT_COLUMN: _rename_column,
    pb.OBJECT_TABCONSTRAINT: _rename_constraint,
    pb.OBJECT_SEQUENCE: _rename_sequence,
    pb.OBJECT_SCHEMA: _rename_schema,
    pb.OBJECT_TYPE: _rename_type,
}


def set_schema(state: State, statement: Node, place: Place) -> None:
    """ALTER ... SET SCHEMA."""
    del place
    if statement.object_type not in {*_TABLES, *_VIEWS}:
        return
    found = _find_relation(state, statement)
    if found:
        state.rename(found, (state.place_new(statement.newschema), found[1]))


def create_schema(state: State, statement: Node, place: Place) -> list[Node]:
    """CREATE SCHEMA; returns the statements inside, which are to be carried out in it."""
    del place
    name = statement.schemaname or statement.authrole.rolename
    state.schemas.add(name)
    return list(statement.schema_elts)


def create_view(state: State, statement: Node, place: Place) -> None:
    """CREATE [OR REPLACE] VIEW."""
    schema, own = read_relation(statement.view)
    name = state.place_new("pg_temp" if statement.view.relpersistence == "t" else schema), own
    if state.is_taken(name) and not (statement.replace and name in state.views):
        raise Refused(f"there is already a relation {'.'.join(name)}")
    columns, complete = list_targets(state, statement.query.select_stmt)
    names = read_strings(statement.aliases) or (tuple(column.name for column in columns) if complete else ())
    state.put(View(*name, columns=names, place=place, sources=list_sources(state, statement.query)))


def create_materialized_view(state: State, statement: Node, place: Place) -> None:
    """CREATE MATERIALIZED VIEW."""
    schema, own = read_relation(statement.into.rel)
    name = state.place_new(schema), own
    if state.is_taken(name):
        if statement.if_not_exists:
            return
        raise Refused(f"there is already a relation {'.'.join(name)}")
    columns, complete = list_targets(state, statement.query.select_stmt)
    names = read_strings(statement.into.col_names) or (tuple(column.name for column in columns) if complete else ())
    sources = list_sources(state, statement.query)
    state.put(View(*name, columns=names, materialized=True, place=place, sources=sources))


def set_variable(state: State, statement: Node, place: Place) -> None:
    """SET search_path, RESET search_path, RESET ALL."""
    del place
    if statement.kind == pb.VAR_RESET_ALL or (
        statement.name == "search_path" and statement.kind in {pb.VAR_RESET, pb.VAR_SET_DEFAULT}
    ):
        state.path = (DEFAULT_SCHEMA,)
    elif statement.name == "search_path" and statement.kind == pb.VAR_SET_VALUE:
        set_path(state, [node.a_const.sval.sval for node in statement.args])


def set_path(state: State, schemas: list[str]) -> None:
    """Look for names in these schemas from now on; `"$user"` is none of them."""
    state.path = tuple(name for name in schemas if name and name != "$user")
