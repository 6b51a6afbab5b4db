"""CREATE TABLE of Postgres, with all that it can take over from other tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from postgast import pg_query_pb2 as pb

from readycheck.sql import names
from readycheck.sql.changes import attach_part, inherit_foreign_key, name_of
from readycheck.sql.postgres import constraints
from readycheck.sql.postgres.nodes import Node, is_serial, print_expression, print_type, read_relation, read_strings
from readycheck.sql.postgres.targets import list_targets
from readycheck.sql.snapshot import Column, Place, Table
from readycheck.sql.state import Name, Refused, State

LIKE_DEFAULTS, LIKE_GENERATED, LIKE_IDENTITY, LIKE_INDEXES, LIKE_CONSTRAINTS = 8, 16, 32, 64, 4


def create_table(state: State, statement: Node, place: Place) -> None:
    """Carry out a CREATE TABLE."""
    schema, own = read_relation(statement.relation)
    name = state.place_new("pg_temp" if statement.relation.relpersistence == "t" else schema), own
    if state.is_taken(name):
        if statement.if_not_exists:
            return
        raise Refused(f"there is already a relation {'.'.join(name)}")
    parents = [state.find_table(*read_relation(node.range_var)) for node in statement.inh_relations]
    is_part = statement.HasField("partbound")
    table = Table(
        *name,
        columns=_merge_columns(column for parent in parents for column in parent.columns),
        place=place,
        partitioned=statement.HasField("partspec"),
        partition_of=name_of(parents[0]) if is_part and parents else None,
        parents=() if is_part else tuple(name_of(parent) for parent in parents),
        complete=all(parent.complete for parent in parents) and not statement.HasField("of_typename"),
    )
    build = _Build(state, table, place)
    for element in statement.table_elts:
        build.take(element)
    before = dict(state.tables), dict(state.owners), set(state.others)
    try:
        state.put(build.table)
        state.others.update(build.sequences)
        _inherit_keys(state, name, parents[0] if is_part and parents else None)
        constraints.apply(state, name, build.pending)
    except Refused:
        state.tables, state.owners, state.others = before
        raise


class _Build:
    """A table that is being put together, and the constraints that wait for its columns."""

    def __init__(self, state: State, table: Table, place: Place) -> None:
        self.state, self.table, self.place = state, table, place
        self.pending = constraints.Pending()
        self.sequences: set[Name] = set()

    def take(self, element: Node) -> None:
        """One element between the parentheses."""
        if element.HasField("column_def"):
            self._take_column(element.column_def)
        elif element.HasField("constraint"):
            one = element.constraint
            constraints.collect(self.pending, one, (), self.state.locate(self.place, one.location))
            if one.contype == pb.CONSTR_NOTNULL:
                self._change(read_strings(one.keys), nullable=False)
        elif element.HasField("table_like_clause"):
            self._take_like(element.table_like_clause)

    def _take_column(self, definition: Node) -> None:
        known = self.table.find_column(definition.colname)
        place = self.state.locate(self.place, definition.location)
        column = read_column(definition, place, known)
        if known is None:
            self.table = replace(self.table, columns=(*self.table.columns, column))
        elif self.table.parents or self.table.partition_of:
            columns = (column if one.name == column.name else one for one in self.table.columns)
            self.table = replace(self.table, columns=tuple(columns))
        else:
            raise Refused(f"the column {column.name} is there twice")
        if definition.HasField("type_name") and is_serial(definition.type_name):
            self.sequences.add((self.table.schema, names.compose(self.table.name, column.name, "seq")))
        for node in definition.constraints:
            constraints.collect(self.pending, node.constraint, (column.name,), place)

    def _change(self, columns: tuple[str, ...], *, nullable: bool) -> None:
        changed = (replace(one, nullable=nullable) if one.name in columns else one for one in self.table.columns)
        self.table = replace(self.table, columns=tuple(changed))

    def _take_like(self, clause: Node) -> None:
        schema, name = read_relation(clause.relation)
        found = self.state.resolve(schema, name)
        if found is None:
            if self.state.resolve(schema, name, self.state.views) is None:
                raise Refused(f"there is no table {name}")
            self.table = replace(self.table, complete=False)
            return
        model, options = self.state.tables[found], clause.options
        columns = []
        for column in model.columns:
            keeps = options & ((LIKE_GENERATED | LIKE_IDENTITY) if column.generated else LIKE_DEFAULTS)
            default = column.default if keeps else None
            columns.append(
                replace(column, default=default, generated=column.generated and bool(keeps), place=self.place)
            )
        self.table = replace(self.table, columns=(*self.table.columns, *columns), complete=model.complete)
        if options & LIKE_CONSTRAINTS:
            self.table = replace(self.table, checks=(*self.table.checks, *model.checks))
        if options & LIKE_INDEXES:
            for index in model.indexes:
                constraints.merge(self.pending, replace(index, name="", place=self.place, valid=True))


def _merge_columns(columns: Iterable[Column]) -> tuple[Column, ...]:
    """The columns of all parents, those of one name merged."""
    merged: dict[str, Column] = {}
    for column in columns:
        known = merged.get(column.name)
        nullable = column.nullable and (known is None or known.nullable)
        merged[column.name] = replace(known or column, nullable=nullable)
    return tuple(merged.values())


def read_column(definition: Node, place: Place, known: Column | None = None) -> Column:
    """A column with what its own constraints say of it; `known` is what a parent table says."""
    kinds = {node.constraint.contype for node in definition.constraints}
    kind = definition.type_name if definition.HasField("type_name") else None
    serial = kind is not None and is_serial(kind)
    default = known.default if known else None
    for node in definition.constraints:
        one = node.constraint
        if one.contype in {pb.CONSTR_DEFAULT, pb.CONSTR_GENERATED} and one.HasField("raw_expr"):
            default = print_expression(one.raw_expr)
    not_null = kinds & {pb.CONSTR_NOTNULL, pb.CONSTR_PRIMARY, pb.CONSTR_IDENTITY} or definition.is_not_null or serial
    return Column(
        name=definition.colname,
        type=print_type(kind) if kind is not None else known.type if known else "unknown",
        nullable=not not_null and (known.nullable if known else True),
        default="nextval()" if serial else default,
        place=place,
        generated=bool(kinds & {pb.CONSTR_IDENTITY, pb.CONSTR_GENERATED}),
    )


def _inherit_keys(state: State, name: Name, parent: Table | None) -> None:
    """What a new partition takes over from its table: a part of each index, a copy of each foreign key."""
    if parent is None:
        return
    for index in parent.indexes:
        attach_part(state, name, (parent.schema, index.name), index)
    for key in parent.foreign_keys:
        inherit_foreign_key(state, name, key)


def attach_partition(state: State, parent: Name, child: Name) -> None:
    """ALTER TABLE parent ATTACH PARTITION child."""
    table = state.tables[child]
    state.put(replace(table, partition_of=parent))
    above = state.tables[parent]
    required = {column.name for column in above.columns if not column.nullable}
    columns = (replace(one, nullable=one.nullable and one.name not in required) for one in table.columns)
    state.put(replace(state.tables[child], columns=tuple(columns)))
    for index in above.indexes:
        if index.valid:  # an invalid one waits for ALTER INDEX ... ATTACH PARTITION
            attach_part(state, child, (above.schema, index.name), index)
    for key in above.foreign_keys:
        inherit_foreign_key(state, child, key)


def create_table_as(state: State, relation: Node, query: Node | None, place: Place, *, if_missing: bool) -> None:
    """A table out of a query: its columns as far as they have names."""
    schema, own = read_relation(relation)
    name = state.place_new("pg_temp" if relation.relpersistence == "t" else schema), own
    if state.is_taken(name):
        if if_missing:
            return
        raise Refused(f"there is already a relation {'.'.join(name)}")
    columns, complete = list_targets(state, query)
    fields = tuple(replace(column, place=place) for column in columns)
    state.put(Table(*name, columns=fields, place=place, complete=complete))
