"""CREATE INDEX of Postgres."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from readycheck.sql.changes import add_index, name_index
from readycheck.sql.postgres.nodes import (
    Node,
    label_expression,
    list_columns,
    print_expression,
    read_relation,
    read_strings,
)
from readycheck.sql.snapshot import Index, Key, Place
from readycheck.sql.state import Refused, State

DESCENDING: Final = 3  # SORTBY_DESC
NULLS_FIRST: Final = 2  # SORTBY_NULLS_FIRST
NULLS_DEFAULT: Final = (0, 1)


def read_key(element: Node) -> Key:
    """One key of an index, with the defaults of its direction filled in."""
    descending = element.ordering == DESCENDING
    first = descending if element.nulls_ordering in NULLS_DEFAULT else element.nulls_ordering == NULLS_FIRST
    return Key(
        column=element.name or None,
        expression=print_expression(element.expr) if element.HasField("expr") else None,
        descending=descending,
        nulls_first=first,
        opclass=".".join(read_strings(element.opclass)),
        collation=".".join(read_strings(element.collation)),
    )


def read_keys(elements: Node) -> tuple[tuple[Key, ...], tuple[str, ...], tuple[str, ...]]:
    """The keys, their labels in a chosen name, and the columns that their expressions mention."""
    keys = tuple(read_key(element) for element in elements)
    labels = tuple(element.name or label_expression(element.expr) for element in elements)
    mentions = [name for element in elements if element.HasField("expr") for name in list_columns(element.expr)]
    return keys, labels, tuple(dict.fromkeys(mentions))


def create_index(state: State, statement: Node, place: Place) -> None:
    """Carry out a CREATE INDEX."""
    schema, table = read_relation(statement.relation)
    name = state.resolve(schema, table, state.tables, state.views)
    if name is None:
        raise Refused(f"there is no table {schema + '.' if schema else ''}{table}")
    keys, labels, mentions = read_keys([node.index_elem for node in statement.index_params])
    where = statement.where_clause if statement.HasField("where_clause") else None
    index = Index(
        name=statement.idxname,
        columns=keys,
        unique=statement.unique,
        method=statement.access_method or "btree",
        predicate=print_expression(where) if where is not None else None,
        place=place,
        include=tuple(node.index_elem.name for node in statement.index_including_params),
        nulls_not_distinct=statement.nulls_not_distinct,
        mentions=tuple(dict.fromkeys((*mentions, *(list_columns(where) if where is not None else ())))),
    )
    if index.name and statement.if_not_exists and state.is_taken((name[0], index.name)):
        return
    relation = state.tables.get(name) or state.views[name]
    if not index.name:
        index = replace(index, name=name_index(state, relation, index, labels))
    add_index(state, name, index, only=not statement.relation.inh)
