"""What columns a query returns, and what it reads: for views and for tables made out of queries."""

from __future__ import annotations

from collections.abc import Mapping

from postgast import pg_query_pb2 as pb

from readycheck.sql.postgres.nodes import Node, label_expression, print_type, read_relation, walk
from readycheck.sql.snapshot import Column, Table
from readycheck.sql.state import Name, State


def list_sources(state: State, query: Node) -> tuple[Name, ...]:
    """The tables and views that a query names and that are there."""
    found = []
    for node in walk(query):
        if node.DESCRIPTOR.name == "RangeVar":
            name = state.resolve(*read_relation(node), state.tables, state.views)
            if name:
                found.append(name)
    return tuple(dict.fromkeys(found))


def list_targets(state: State, query: Node | None) -> tuple[tuple[Column, ...], bool]:
    """The columns of a SELECT as far as they are known, and whether these are all of them."""
    while query is not None and query.op != pb.SETOP_NONE:
        query = query.larg
    if query is None or query.values_lists:
        return (), False
    tables, complete = _list_tables(state, query)
    columns: list[Column] = []
    for node in query.target_list:
        target = node.res_target
        if target.val.HasField("column_ref") and target.val.column_ref.fields[-1].HasField("a_star"):
            fields = [field.string.sval for field in target.val.column_ref.fields[:-1]]
            wanted = [tables.get(fields[-1])] if fields else list(tables.values())
            complete = complete and bool(wanted) and all(wanted)
            columns += [Column(column.name, column.type) for table in wanted if table for column in table.columns]
            continue
        label = target.name or label_expression(target.val)
        columns.append(
            Column("?column?" if label == "expr" and not target.name else label, _guess_type(target.val, tables))
        )
    return tuple(columns), complete


def _list_tables(state: State, query: Node) -> tuple[dict[str, Table], bool]:
    """The tables of FROM by alias, and whether all of FROM is tables that are known in full."""
    tables, complete = {}, True
    stack = list(query.from_clause)
    while stack:
        node = stack.pop(0)
        if node.HasField("join_expr"):
            stack[:0] = [node.join_expr.larg, node.join_expr.rarg]
        elif node.HasField("range_var"):
            name = state.resolve(*read_relation(node.range_var))
            alias = node.range_var.alias.aliasname or node.range_var.relname
            if name:
                tables[alias] = state.tables[name]
            complete = complete and name is not None and state.tables[name].complete
        else:
            complete = False
    return tables, complete


def _guess_type(value: Node, tables: Mapping[str, Table]) -> str:
    if value.HasField("type_cast"):
        return print_type(value.type_cast.type_name)
    if value.HasField("column_ref"):
        fields = [field.string.sval for field in value.column_ref.fields]
        places = [tables[fields[-2]]] if len(fields) > 1 and fields[-2] in tables else list(tables.values())
        found = [column for table in places if (column := table.find_column(fields[-1]))]
        if len(found) == 1:
            return found[0].type
    return "unknown"
