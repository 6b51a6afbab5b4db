"""Constraints of Postgres' CREATE TABLE and ALTER TABLE."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from readycheck.sql.changes import add_foreign_key, add_index, name_index
from readycheck.sql.names import choose
from readycheck.sql.postgres.indexes import read_key
from readycheck.sql.postgres.nodes import (
    Node,
    list_columns,
    print_expression,
    read_relation,
    read_strings,
)
from readycheck.sql.snapshot import Action, Check, ForeignKey, Index, Key, Place
from readycheck.sql.state import Name, Refused, State

_ACTIONS: dict[str, Action] = {
    "a": "no action",
    "r": "restrict",
    "c": "cascade",
    "n": "set null",
    "d": "set default",
}
NULL, NOT_NULL, DEFAULT, IDENTITY, GENERATED, CHECK, PRIMARY, UNIQUE, EXCLUSION, FOREIGN = range(1, 11)


@dataclass
class Pending:
    """The constraints of one statement: what they become once the columns are there."""

    indexes: list[Index] = field(default_factory=list)
    keys: list[tuple[ForeignKey, tuple[str | None, str]]] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    promoted: list[tuple[Node, str]] = field(default_factory=list)


def collect(pending: Pending, constraint: Node, columns: tuple[str, ...], place: Place) -> None:
    """Take up a constraint. `columns` is the column behind which it stands; none for a constraint of the table."""
    kind = constraint.contype
    if kind in {PRIMARY, UNIQUE, EXCLUSION}:
        if constraint.indexname:
            pending.promoted.append((constraint, constraint.indexname))
            return
        merge(pending, _read_index(constraint, columns, place))
    elif kind == FOREIGN:
        key = ForeignKey(
            columns=read_strings(constraint.fk_attrs) or columns,
            table="",
            references=read_strings(constraint.pk_attrs),
            place=place,
            name=constraint.conname,
            on_delete=_ACTIONS.get(constraint.fk_del_action, "no action"),
            on_update=_ACTIONS.get(constraint.fk_upd_action, "no action"),
        )
        pending.keys.append((key, read_relation(constraint.pktable)))
    elif kind == CHECK:
        pending.checks.append(Check(constraint.conname, list_columns(constraint.raw_expr)))


def merge(pending: Pending, index: Index) -> None:
    """Keys of one statement that would have equal indexes share one."""
    for at, other in enumerate(pending.indexes):
        same = (other.columns, other.include, other.predicate, other.method, other.nulls_not_distinct)
        if same == (index.columns, index.include, index.predicate, index.method, index.nulls_not_distinct):
            is_primary = other.primary or index.primary
            pending.indexes[at] = replace(other, name=other.name or index.name, primary=is_primary, unique=True)
            return
    pending.indexes.append(index)


def _read_index(constraint: Node, columns: tuple[str, ...], place: Place) -> Index:
    predicate = None
    mentions: tuple[str, ...] = ()
    if constraint.contype == EXCLUSION:
        elements = [node.list.items[0].index_elem for node in constraint.exclusions]
        keys = tuple(read_key(element) for element in elements)
        found = [name for one in elements if one.HasField("expr") for name in list_columns(one.expr)]
        if constraint.HasField("where_clause"):
            predicate = print_expression(constraint.where_clause)
            found += list_columns(constraint.where_clause)
        mentions = tuple(dict.fromkeys(found))
    else:
        keys = tuple(Key(name) for name in read_strings(constraint.keys) or columns)
    method = constraint.access_method or ("gist" if constraint.without_overlaps else "btree")
    return Index(
        name=constraint.conname,
        columns=keys,
        unique=constraint.contype != EXCLUSION,
        method=method,
        predicate=predicate,
        place=place,
        primary=constraint.contype == PRIMARY,
        constraint=True,
        include=read_strings(constraint.including),
        nulls_not_distinct=constraint.nulls_not_distinct,
        mentions=mentions,
    )


def apply(state: State, name: Name, pending: Pending, *, only: bool = False) -> None:
    """Add the constraints to their table: keys with an index first, then checks, then foreign keys."""
    for constraint, existing in pending.promoted:
        _promote(state, name, constraint, existing)
    for index in sorted(pending.indexes, key=lambda one: not one.primary):
        named = index if index.name else replace(index, name=name_index(state, state.tables[name], index))
        add_index(state, name, named, only=only)
    _add_checks(state, name, pending.checks)
    for key, (schema, table) in pending.keys:
        target = state.resolve(schema, table) or (state.place_new(schema) if schema is None else schema, table)
        add_foreign_key(state, name, replace(key, schema=target[0], table=target[1]), only=only)
        if target not in state.tables:
            reason = (
                f"{'.'.join(target)}, to which a foreign key refers, is not created by these scripts: the key was kept"
            )
            state.report(key.place, reason, f"FOREIGN KEY ({', '.join(key.columns)})", (target[1],))


def _promote(state: State, name: Name, constraint: Node, index: str) -> None:
    """ADD CONSTRAINT ... USING INDEX: the index becomes the constraint's, and takes its name."""
    if (name[0], index) not in state.owners:
        raise Refused(f"there is no index {index}")
    if constraint.conname:
        state.rename_index((name[0], index), constraint.conname)
    wanted = constraint.conname or index
    is_primary = constraint.contype == PRIMARY
    table = state.tables[name]
    indexes = tuple(
        replace(one, constraint=True, primary=is_primary) if one.name == wanted else one for one in table.indexes
    )
    promoted = next(one for one in indexes if one.name == wanted)
    columns = tuple(
        replace(one, nullable=False) if is_primary and one.name in promoted.names else one for one in table.columns
    )
    primary = promoted.names if is_primary else table.primary_key
    state.put(replace(table, columns=columns, indexes=indexes, primary_key=primary))


def _add_checks(state: State, name: Name, checks: Iterable[Check]) -> None:
    for check in checks:
        table = state.tables[name]
        column = check.columns[0] if len(check.columns) == 1 else ""
        chosen = check.name or choose(table.name, column, "check", lambda text: state.has_constraint(name[0], text))
        if any(one.name == chosen for one in table.checks):
            raise Refused(f"{table.name} has a constraint {chosen} already")
        state.put(replace(table, checks=(*table.checks, replace(check, name=chosen))))
