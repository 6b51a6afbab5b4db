"""What DDL does to tables, whatever dialect it was written in: columns, constraints, indexes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from readycheck.sql.names import choose, join_columns, rename_in
from readycheck.sql.snapshot import Column, ForeignKey, Index, Key, Table, View
from readycheck.sql.state import Name, Refused, State


def name_of(relation: Table | View) -> Name:
    """The full name."""
    return relation.schema, relation.name


def add_column(state: State, name: Name, column: Column, *, if_missing: bool = False) -> bool:
    """Add a column to a table and to what inherits from it; False when it was there already."""
    table = state.tables[name]
    if table.find_column(column.name):
        if if_missing:
            return False
        raise Refused(f"{table.name} has a column {column.name} already")
    state.put(replace(table, columns=(*table.columns, column)))
    for child in state.list_children(name):
        add_column(state, name_of(child), column, if_missing=True)
    return True


def change_column(state: State, name: Name, column: str, change: Callable[[Column], Column]) -> None:
    """Put another column in a column's place, in the table's partitions too."""
    table = state.tables[name]
    if not (table.find_column(column) or not table.complete):
        raise Refused(f"{table.name} has no column {column}")
    columns = (change(one) if one.name == column else one for one in table.columns)
    state.put(replace(table, columns=tuple(columns)))
    for child in state.list_children(name):
        change_column(state, name_of(child), column, change)


def drop_column(state: State, name: Name, column: str, *, cascade: bool = False, if_exists: bool = False) -> None:
    """Drop a column with the indexes and constraints that involve it."""
    table = state.tables[name]
    if not table.find_column(column) and table.complete:
        if if_exists:
            return
        raise Refused(f"{table.name} has no column {column}")
    incoming = [(other, key) for other, key in state.refer_to(name) if column in key.references]
    if not cascade and any(other.name != table.name or column not in key.columns for other, key in incoming):
        raise Refused(f"a foreign key of {incoming[0][0].name} refers to {table.name}.{column}")
    for other, key in incoming:
        drop_foreign_key(state, name_of(other), key)
    table = state.tables[name]
    for index in [index for index in table.indexes if column in list_index_columns(index)]:
        if (table.schema, index.name) in state.owners:
            state.drop_index((table.schema, index.name))
    table = state.tables[name]
    state.put(
        replace(
            table,
            columns=tuple(one for one in table.columns if one.name != column),
            primary_key=() if column in table.primary_key else table.primary_key,
            foreign_keys=tuple(key for key in table.foreign_keys if column not in key.columns),
            checks=tuple(check for check in table.checks if column not in check.columns),
        )
    )
    for child in state.list_children(name):
        drop_column(state, name_of(child), column, cascade=cascade, if_exists=True)


def drop_foreign_key(state: State, name: Name, key: ForeignKey) -> None:
    """Drop a foreign key; those that partitions have from it go with it."""
    table = state.tables[name]
    state.put(replace(table, foreign_keys=tuple(one for one in table.foreign_keys if one is not key)))
    for child in state.list_children(name):
        for copy in child.foreign_keys:
            if child.partition_of == name and (copy.columns, copy.schema, copy.table) == (
                key.columns,
                key.schema,
                key.table,
            ):
                drop_foreign_key(state, name_of(child), copy)
                break


def list_index_columns(index: Index) -> tuple[str, ...]:
    """All columns without which an index could not be: keys, included ones, and those in its expressions."""
    keys = tuple(key.column for key in index.columns if key.column is not None)
    return (*keys, *index.include, *index.mentions)


def rename_column(state: State, name: Name, old: str, new: str) -> None:
    """Give a column another name; keys, indexes and foreign keys follow, partitions too."""
    table = state.tables[name]
    if table.find_column(new):
        raise Refused(f"{table.name} has a column {new} already")
    if not table.find_column(old) and table.complete:
        raise Refused(f"{table.name} has no column {old}")
    incoming = [(name_of(other), key) for other, key in state.refer_to(name) if old in key.references]
    state.put(
        replace(
            table,
            columns=tuple(replace(one, name=new) if one.name == old else one for one in table.columns),
            primary_key=_swap(table.primary_key, old, new),
            foreign_keys=tuple(replace(key, columns=_swap(key.columns, old, new)) for key in table.foreign_keys),
            indexes=tuple(_rename_in_index(index, old, new) for index in table.indexes),
            checks=tuple(replace(check, columns=_swap(check.columns, old, new)) for check in table.checks),
        )
    )
    for other, key in incoming:
        owner = state.tables[other]
        changed = tuple(
            replace(one, references=_swap(one.references, old, new)) if _is_same_key(one, key) else one
            for one in owner.foreign_keys
        )
        state.put(replace(owner, foreign_keys=changed))
    for child in state.list_children(name):
        if child.find_column(old):
            rename_column(state, name_of(child), old, new)


def _is_same_key(one: ForeignKey, other: ForeignKey) -> bool:
    return (one.name, one.schema, one.table, one.references) == (
        other.name,
        other.schema,
        other.table,
        other.references,
    )


def _swap(names: tuple[str, ...], old: str, new: str) -> tuple[str, ...]:
    return tuple(new if name == old else name for name in names)


def _rename_in_index(index: Index, old: str, new: str) -> Index:
    if old not in list_index_columns(index):
        return index

    def rename_key(key: Key) -> Key:
        expression = rename_in(key.expression, old, new) if key.expression else None
        return replace(key, column=new if key.column == old else key.column, expression=expression)

    return replace(
        index,
        columns=tuple(map(rename_key, index.columns)),
        include=_swap(index.include, old, new),
        predicate=rename_in(index.predicate, old, new) if index.predicate else None,
        mentions=_swap(index.mentions, old, new),
    )


def check_columns(table: Table, columns: Iterable[str]) -> None:
    """Raises Refused when the table lacks one of the columns; nothing is said of a table that is not known in full."""
    for column in columns:
        if table.complete and not table.find_column(column) and column not in SYSTEM_COLUMNS:
            raise Refused(f"{table.name} has no column {column}")


SYSTEM_COLUMNS = ("ctid", "xmin", "xmax", "tableoid", "rowid")


def name_index(state: State, relation: Table | View, index: Index, labels: tuple[str, ...] = ()) -> str:
    """The name that Postgres chooses for an index. `labels` are its keys' names where they are expressions."""
    if index.primary:
        first, second, label = relation.name, "", "pkey"
    else:
        label = "idx" if not index.constraint else "key" if index.unique else "excl"
        names = labels or tuple(key.column or "expr" for key in index.columns)
        first, second = relation.name, join_columns((*names, *index.include))

    def is_taken(name: str) -> bool:
        if state.is_taken((relation.schema, name)):
            return True
        return index.constraint and state.has_constraint(relation.schema, name)

    return choose(first, second, label, is_taken)


def name_foreign_key(state: State, table: Table, columns: tuple[str, ...]) -> str:
    """The name that Postgres chooses for a foreign key."""

    def is_taken(name: str) -> bool:
        return state.has_constraint(table.schema, name) or any(key.name == name for key in table.foreign_keys)

    return choose(table.name, join_columns(columns), "fkey", is_taken)


def add_index(state: State, name: Name, index: Index, *, only: bool = False) -> None:
    """Add an index that has its name to a table or view, and to the partitions unless `only` the table is meant."""
    relation: Table | View = state.tables.get(name) or state.views[name]
    if state.dialect == "mysql":
        if any(one.name.lower() == index.name.lower() for one in relation.indexes):
            raise Refused(f"{relation.name} has an index {index.name} already")
    elif state.is_taken((relation.schema, index.name)):
        raise Refused(f"there is already a relation {relation.schema}.{index.name}")
    if isinstance(relation, View):
        state.put(replace(relation, indexes=(*relation.indexes, index)))
        return
    check_columns(relation, list_index_columns(index))
    parts = [child for child in state.list_children(name) if child.partition_of == name]
    index = replace(index, valid=index.valid and not (only and parts))
    columns = relation.columns
    if index.primary:
        if relation.primary_key:
            raise Refused(f"{relation.name} has a primary key already")
        keys = {key.column for key in index.columns}
        columns = tuple(replace(one, nullable=False) if one.name in keys else one for one in columns)
    primary = index.names if index.primary else relation.primary_key
    state.put(replace(relation, columns=columns, primary_key=primary, indexes=(*relation.indexes, index)))
    for child in parts if not only else ():
        attach_part(state, name_of(child), (relation.schema, index.name), index)


def attach_part(state: State, child: Name, parent: Name, index: Index) -> None:
    """Give a partition its part of a partitioned index: one that it has already, or a new one."""
    table = state.tables[child]
    same = state.find_same_index(table, index)
    if same is None:
        copy = replace(index, primary=index.primary and not table.primary_key, valid=True)
        same = replace(copy, name=name_index(state, table, copy))
        add_index(state, child, same)
    state.index_parents[table.schema, same.name] = parent


def attach_index(state: State, parent: Name, child: Name) -> None:
    """ALTER INDEX parent ATTACH PARTITION child; the parent becomes valid with its last part."""
    state.index_parents[child] = parent
    owner = state.get_owner(parent)
    parts = [part for part in state.list_children(name_of(owner)) if part.partition_of == name_of(owner)]
    attached = {state.owners[index] for index, above in state.index_parents.items() if above == parent}
    if all(name_of(part) in attached for part in parts) and state.get_owner(child).indexes:
        whole = tuple(replace(one, valid=True) if one.name == parent[1] else one for one in owner.indexes)
        state.put(replace(owner, indexes=whole))
        above = state.index_parents.get(parent)
        if above:
            attach_index(state, above, parent)


def add_foreign_key(state: State, name: Name, key: ForeignKey, *, only: bool = False) -> None:
    """Add a foreign key; one without a name gets the one that Postgres chooses, partitions get a copy."""
    table = state.tables[name]
    check_columns(table, key.columns)
    key = replace(key, name=key.name or name_foreign_key(state, table, key.columns))
    if any(one.name == key.name for one in table.foreign_keys):
        raise Refused(f"{table.name} has a constraint {key.name} already")
    target = state.tables.get((key.schema, key.table))
    if target and not key.references:
        key = replace(key, references=target.primary_key)
    if target:
        check_columns(target, key.references)
    state.put(replace(table, foreign_keys=(*table.foreign_keys, key)))
    for child in state.list_children(name) if not only else ():
        if child.partition_of == name:
            inherit_foreign_key(state, name_of(child), key)


def inherit_foreign_key(state: State, child: Name, key: ForeignKey) -> None:
    """Give a partition its copy of a partitioned table's foreign key, unless it has an equal one."""
    table = state.tables[child]
    wanted = key.columns, key.schema, key.table, key.references
    if any((one.columns, one.schema, one.table, one.references) == wanted for one in table.foreign_keys):
        return
    taken = any(one.name == key.name for one in table.foreign_keys)
    add_foreign_key(state, child, replace(key, name="" if taken else key.name))


def drop_constraint(state: State, name: Name, constraint: str, *, cascade: bool = False) -> bool:
    """Drop a constraint by its name; False when the table has none that is known."""
    table = state.tables[name]
    for key in table.foreign_keys:
        if key.name == constraint:
            drop_foreign_key(state, name, key)
            return True
    for index in table.indexes:
        if index.name == constraint and index.constraint:
            _drop_key_index(state, name, index, cascade=cascade)
            return True
    checks = tuple(check for check in table.checks if check.name != constraint)
    if len(checks) < len(table.checks):
        state.put(replace(table, checks=checks))
        return True
    return False


def _drop_key_index(state: State, name: Name, index: Index, *, cascade: bool) -> None:
    """Drop the index behind a key. Foreign keys rest on the key that they refer to: they go, or keep it."""
    table = state.tables[name]
    resting = [(other, key) for other, key in state.refer_to(name) if set(key.references) == set(index.names)]
    others = [one for one in table.indexes if one is not index and one.unique and set(one.names) == set(index.names)]
    if resting and not others:
        if not cascade:
            raise Refused(f"a foreign key of {resting[0][0].name} rests on {index.name}")
        for other, key in resting:
            drop_foreign_key(state, name_of(other), key)
    state.drop_index((table.schema, index.name))
    if index.primary:
        state.put(replace(state.tables[name], primary_key=()))


def rename_constraint(state: State, name: Name, old: str, new: str) -> None:
    """Give a constraint another name; the index behind it has the same."""
    table = state.tables[name]
    if (table.schema, old) in state.owners:
        state.rename_index((table.schema, old), new)
        return
    keys = tuple(replace(key, name=new) if key.name == old else key for key in table.foreign_keys)
    checks = tuple(replace(check, name=new) if check.name == old else check for check in table.checks)
    state.put(replace(table, foreign_keys=keys, checks=checks))
