"""A snapshot as the statements that build it in an empty Postgres: what a planner looks at, and nothing that runs.

No function, trigger, view, default or extension of the project is built: a plan does not need them. A table's
partitions are not built either (an empty one would be left out of every plan): the table itself stands for them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from readycheck.sql.advice.statements import print_key, print_table
from readycheck.sql.names import quote
from readycheck.sql.snapshot import DEFAULT_SCHEMA, Column, Index, Snapshot, Table

EXTENSIONS = (
    "btree_gin", "btree_gist", "citext", "cube", "fuzzystrmatch", "hstore", "ltree", "pg_trgm", "pgcrypto", "unaccent",
    "uuid-ossp", "vector",
)  # fmt: skip
"""Those whose types, operators and functions a server may bring; each is created where the server offers it."""

_BUILT_IN = frozenset(
    re.findall(
        r"[\w ]+",
        """
        bigint,bit,bit varying,boolean,box,bytea,character,character varying,cidr,circle,date,daterange,datemultirange,
        double precision,inet,int4multirange,int4range,int8multirange,int8range,integer,interval,json,jsonb,line,lseg,
        macaddr,macaddr8,money,name,numeric,nummultirange,numrange,oid,path,pg_lsn,point,polygon,real,regclass,smallint,
        text,time without time zone,time with time zone,timestamp without time zone,timestamp with time zone,
        tsmultirange,tsquery,tsrange,tstzmultirange,tstzrange,tsvector,uuid,xid,xid8,xml,citext,cube,halfvec,hstore,lquery,ltree,
        sparsevec,vector
        """.replace("\n", ""),
    )
)
_BUILT_IN_NAMES = frozenset(name.strip() for name in _BUILT_IN)
_SHAPE = re.compile(
    r"(?P<name>(?:(?:\"(?:[^\"]|\"\")+\"|[^\"(\[]+)\.?)+?)\s*"
    r"(?P<size>\([^)]*\))?(?P<rest> [^\[\]]*)?(?P<lists>(?:\[\d*\])*)"
)
_UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Step:
    """One statement. `subject` is what it builds, as a reader knows it; `index` the index that it builds, if any."""

    statement: str
    subject: str
    index: Index | None = None


def render(snapshot: Snapshot) -> Iterator[Step]:
    """The statements that build a snapshot's schemas, types, tables and valid indexes, in order."""
    tables = [table for table in snapshot.tables if table.partition_of is None]
    types = dict.fromkeys(name for table in tables for one in table.columns if (name := find_custom(one.type)))
    schemas = dict.fromkeys((*(table.schema for table in tables), *(read_schema(name) for name in types)))
    for name in schemas:
        if name and name != DEFAULT_SCHEMA:
            yield Step(f"CREATE SCHEMA IF NOT EXISTS {quote(name)}", f"schema {name}")
    for name in types:
        yield make_type(name)
    for table in tables:
        yield from (Step(text, f"table {table.name}") for text in list_creation(table))
        yield from (render_index(table, one) for one in table.indexes if one.valid)


def make_type(name: str) -> Step:
    """A type of which only the name is known: any text is one of its values."""
    return Step(f"CREATE DOMAIN {name} AS text", f"type {name}")


def list_creation(table: Table) -> Iterator[str]:
    """The statements that make a table with its columns alone. A row that came and went leaves it a page of its own.

    The planner takes a table without a page for one without rows, whatever is said of its size.
    """
    target = print_table(table, "postgres")
    columns = ", ".join(f"{quote(one.name)} {print_type(one)}" for one in table.columns)
    yield f"CREATE TABLE {target} ({columns})"
    yield f"INSERT INTO {target} DEFAULT VALUES"
    yield f"DELETE FROM {target}"  # noqa: S608 - names are quoted
    required = ", ".join(f"ALTER {quote(one.name)} SET NOT NULL" for one in table.columns if not one.nullable)
    if required:
        yield f"ALTER TABLE {target} {required}"


def print_type(column: Column) -> str:
    """A column's type; text where it is not known."""
    if column.type == _UNKNOWN or not column.type:
        return "text"
    name = find_custom(column.type)
    match = _SHAPE.fullmatch(column.type)
    return f"{name}{match['lists'] if match else ''}" if name else column.type


def find_custom(kind: str) -> str | None:
    """The name of a type that no server brings, as it is written; None for all others."""
    match = _SHAPE.fullmatch(kind)
    if match is None or kind == _UNKNOWN:
        return None
    plain = f"{match['name']}{match['rest'] or ''}".strip()
    return None if plain.rpartition(".")[2] in _BUILT_IN_NAMES or plain == '"char"' else match["name"].strip()


def read_schema(name: str) -> str:
    """The schema that stands before a type's name, or nothing."""
    head, dot, _ = name.rpartition(".")
    return head.strip('"') if dot else ""


def render_index(table: Table, index: Index) -> Step:
    """The statement that builds an index: plainly, for nobody writes to an empty table."""
    target, subject = print_table(table, "postgres"), f"index {index.name} on {table.name}"
    if index.constraint and index.unique and all(key.column for key in index.columns):
        columns = ", ".join(quote(key.column) for key in index.columns if key.column)
        kind = (
            "PRIMARY KEY" if index.primary else "UNIQUE" + (" NULLS NOT DISTINCT" if index.nulls_not_distinct else "")
        )
        statement = (
            f"ALTER TABLE {target} ADD CONSTRAINT {quote(index.name)} {kind} ({columns}){print_stored(index.include)}"
        )
        return Step(statement, subject, index)
    keys = ", ".join(print_key(key, "postgres") for key in index.columns)
    parts = [
        f"CREATE {'UNIQUE ' if index.unique else ''}INDEX {quote(index.name)}",
        f"ON {target} USING {quote(index.method)} ({keys}){print_stored(index.include)}",
        "NULLS NOT DISTINCT" if index.nulls_not_distinct else "",
        f"WHERE {index.predicate}" if index.predicate else "",
    ]
    statement = " ".join(filter(None, parts))
    return Step(statement, subject, index)


def print_stored(columns: Iterable[str]) -> str:
    """INCLUDE, if anything is."""
    names = ", ".join(quote(name) for name in columns)
    return f" INCLUDE ({names})" if names else ""
