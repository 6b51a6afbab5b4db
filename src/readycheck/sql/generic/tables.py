"""CREATE and DROP of MySQL and SQLite."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from readycheck.sql.changes import add_foreign_key, add_index, name_index, name_of
from readycheck.sql.cover import find_cover
from readycheck.sql.generic.nodes import Parts, read_keys, read_table
from readycheck.sql.snapshot import Column, Index, Key, Place, Table, View
from readycheck.sql.state import Name, Refused, State


def create(state: State, node: exp.Create, place: Place) -> None:
    """Carry out a CREATE TABLE, INDEX or VIEW; of others nothing matters here."""
    if node.kind == "TABLE":
        _create_table(state, node, place)
    elif node.kind == "INDEX":
        _create_index(state, node, place)
    elif node.kind == "VIEW":
        target = node.this.this if isinstance(node.this, exp.Schema) else node.this
        schema, own = read_table(target, state.dialect)
        name = state.place_new(schema), own
        if name not in state.tables:
            state.put(View(*name, place=place))


def _create_table(state: State, node: exp.Create, place: Place) -> None:
    target = node.this.this if isinstance(node.this, exp.Schema) else node.this
    schema, own = read_table(target, state.dialect)
    is_temporary = node.find(exp.TemporaryProperty) is not None
    name = state.place_new("pg_temp" if is_temporary else schema), own
    if state.is_taken(name):
        if node.args.get("exists"):
            return
        raise Refused(f"there is already a table {own}")
    like = node.find(exp.LikeProperty)
    if like is not None:
        model = state.find_table(*read_table(like.this, state.dialect))
        state.put(replace(model, schema=name[0], name=own, foreign_keys=(), place=place))
        return
    parts = Parts(state.dialect, place)
    for element in node.this.expressions if isinstance(node.this, exp.Schema) else []:
        parts.take(element)
    complete = not (node.expression is not None or node.find(exp.VirtualProperty))
    if isinstance(node.expression, exp.Select):
        parts.columns += [Column(one.alias_or_name, "unknown", place=place) for one in node.expression.expressions]
    before = dict(state.tables), dict(state.owners)
    try:
        state.put(Table(*name, columns=tuple(parts.columns), place=place, complete=complete))
        add_parts(state, name, parts)
    except Refused:
        state.tables, state.owners = before
        raise


def add_parts(state: State, name: Name, parts: Parts) -> None:
    """Add keys, indexes and foreign keys to a table. MySQL builds the index that a foreign key lacks by itself."""
    for index in sorted(parts.indexes, key=lambda one: not one.primary):
        table = state.tables[name]
        chosen = _choose_name(state, table, index)
        add_index(state, name, replace(index, name=chosen))
    for key in parts.keys:
        schema = key.schema or name[0]
        add_foreign_key(state, name, replace(key, schema=schema))
        table = state.tables[name]
        added = table.foreign_keys[-1]
        if state.dialect == "mysql" and find_cover(table, key.columns) is None:
            taken = {one.name for one in table.indexes}
            own = added.name if added.name not in taken else f"{added.name}_index"
            keys = tuple(Key(column, nulls_first=True) for column in key.columns)
            add_index(state, name, Index(own, keys, place=key.place))
        if (schema, key.table) not in state.tables:
            reason = f"{key.table}, to which a foreign key refers, is not created by these scripts: the key was kept"
            state.report(key.place, reason, f"FOREIGN KEY ({', '.join(key.columns)})", (key.table,))


def _choose_name(state: State, table: Table, index: Index) -> str:
    if index.primary:
        return "PRIMARY" if state.dialect == "mysql" else f"{table.name}_pkey"
    if index.name and index.name != "PRIMARY":
        return index.name
    if state.dialect == "mysql":
        first, number = index.columns[0].column or "functional_index", 1
        own, taken = first, {one.name.lower() for one in table.indexes}
        while own.lower() in taken:
            number += 1
            own = f"{first}_{number}"
        return own
    return name_index(state, table, index)


def _create_index(state: State, node: exp.Create, place: Place) -> None:
    index = node.this
    table = state.find_table(*read_table(index.args.get("table"), state.dialect))
    parameters = index.args.get("params")
    nodes = parameters.args.get("columns") or [] if parameters is not None else []
    keys, mentions = read_keys(nodes, state.dialect)
    where = parameters.args.get("where") if parameters is not None else None
    condition = where.this if isinstance(where, exp.Where) else where
    parts = Parts(state.dialect, place)
    if condition is not None:
        mentions = tuple(dict.fromkeys((*mentions, *(parts.fold(one) for one in condition.find_all(exp.Column)))))
    using = parameters.args.get("using") if parameters is not None else None
    own = Index(
        parts.fold(index.this) if index.this else "",
        keys,
        unique=bool(node.args.get("unique")),
        method=str(using.name).lower() if using is not None else "btree",
        predicate=condition.sql(dialect=state.dialect) if condition is not None else None,
        place=place,
        mentions=mentions,
    )
    name = name_of(table)
    if node.args.get("exists") and (table.schema, own.name) in state.owners:
        return
    add_index(state, name, own if own.name else replace(own, name=name_index(state, table, own)))


def drop(state: State, node: exp.Drop) -> None:
    """Carry out a DROP TABLE, VIEW or INDEX."""
    targets = node.args.get("tables") or [node.this]
    for target in targets:
        schema, own = read_table(target, state.dialect)
        if node.kind == "INDEX":
            _drop_index(state, node, schema, own)
        elif node.kind in {"TABLE", "VIEW"}:
            found = state.resolve(schema, own, state.tables, state.views)
            if found:
                state.drop(found)
            elif not node.args.get("exists"):
                raise Refused(f"there is no table {own}")


def _drop_index(state: State, node: exp.Drop, schema: str | None, own: str) -> None:
    on = node.args.get("cluster")
    if on is not None:
        drop_own_index(state, name_of(state.find_table(*read_table(on.this, state.dialect))), own)
        return
    found = state.find_index(schema, own)
    if found:
        state.drop_index(found)
    elif not node.args.get("exists"):
        raise Refused(f"there is no index {own}")


def drop_own_index(state: State, name: Name, index: str) -> None:
    """Drop an index by the name that it has on its table."""
    table = state.tables[name]
    kept = tuple(one for one in table.indexes if one.name.lower() != index.lower())
    if len(kept) == len(table.indexes):
        raise Refused(f"{table.name} has no index {index}")
    primary = table.primary_key if any(one.primary for one in kept) else ()
    state.put(replace(table, indexes=kept, primary_key=primary))
