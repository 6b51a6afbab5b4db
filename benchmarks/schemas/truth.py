"""A database as its own catalog has it, and what a snapshot says, in the same plain rows."""
# ruff: noqa: S608 - the queries are put together from constants of this module

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import psycopg

from readycheck.sql.cover import find_cover
from readycheck.sql.snapshot import Snapshot, Table, View

Row = tuple[Any, ...]
LEFT_OUT = "n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')"
# what an extension brought with it is no part of the schema
OWN = "NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')"

TABLES = f"""
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'f') AND {LEFT_OUT} AND {OWN}"""

COLUMNS = f"""
SELECT n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'f') AND a.attnum > 0 AND NOT a.attisdropped AND {LEFT_OUT} AND {OWN}"""

# an index is its table, name, uniqueness, validity, method, whether it is partial, and its keys: column (NULL for an
# expression), descending, nulls first; then the included columns
INDEXES = f"""
SELECT n.nspname, c.relname, i.relname, x.indisunique, x.indisvalid, m.amname, x.indpred IS NOT NULL, x.indisprimary,
    (SELECT array_agg(a.attname::text ORDER BY k.place)
        FROM unnest(x.indkey) WITH ORDINALITY AS k (number, place)
        LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number AND k.number > 0
        WHERE k.place <= x.indnkeyatts),
    (SELECT array_agg(o.flags ORDER BY o.place) FROM unnest(x.indoption) WITH ORDINALITY AS o (flags, place)),
    (SELECT array_agg(a.attname::text ORDER BY k.place)
        FROM unnest(x.indkey) WITH ORDINALITY AS k (number, place)
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number
        WHERE k.place > x.indnkeyatts)
FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
JOIN pg_am m ON m.oid = i.relam JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE {LEFT_OUT} AND {OWN}"""

NAMES_OF = """(SELECT array_agg(a.attname::text ORDER BY k.place)
    FROM unnest(f.{keys}) WITH ORDINALITY AS k (number, place)
    JOIN pg_attribute a ON a.attrelid = f.{table} AND a.attnum = k.number)"""

# the copies that a partitioned target needs for each of its partitions are inner matters of the server
INNER = "EXISTS (SELECT 1 FROM pg_constraint p WHERE p.oid = f.conparentid AND p.conrelid = f.conrelid)"

KEYS = f"""
SELECT n.nspname, c.relname, f.conname, {NAMES_OF.format(keys="conkey", table="conrelid")}, tn.nspname, t.relname,
    {NAMES_OF.format(keys="confkey", table="confrelid")}, f.confdeltype, f.confupdtype
FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_class t ON t.oid = f.confrelid JOIN pg_namespace tn ON tn.oid = t.relnamespace
WHERE f.contype = 'f' AND NOT {INNER} AND {LEFT_OUT} AND {OWN}"""

# the strict rule: a valid index of an ordered or hash method whose first keys are the key's columns in any order, and
# which is whole, or partial only by saying that those columns are not NULL
UNCOVERED = f"""
SELECT n.nspname, c.relname, f.conname
FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE f.contype = 'f' AND NOT {INNER} AND {LEFT_OUT} AND {OWN} AND NOT EXISTS (
    SELECT 1 FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_am m ON m.oid = i.relam
    WHERE x.indrelid = f.conrelid AND x.indisvalid
        AND (m.amname IN ('btree', 'gist', 'spgist') OR (m.amname = 'hash' AND cardinality(f.conkey) = 1))
        AND x.indnkeyatts >= cardinality(f.conkey)
        AND (SELECT array_agg(k.number ORDER BY k.number) FROM unnest(x.indkey) WITH ORDINALITY AS k (number, place)
            WHERE k.place <= cardinality(f.conkey))
            = (SELECT array_agg(number ORDER BY number) FROM unnest(f.conkey) AS number)
        AND (x.indpred IS NULL OR NOT EXISTS (
            SELECT 1 FROM unnest(regexp_split_to_array(
                translate(pg_get_expr(x.indpred, x.indrelid), '()"', ''), ' AND ')) AS part
            WHERE part NOT IN (SELECT a.attname || ' IS NOT NULL' FROM pg_attribute a
                WHERE a.attrelid = f.conrelid AND a.attnum = ANY (f.conkey)))))"""

ACTIONS = {"a": "no action", "r": "restrict", "c": "cascade", "n": "set null", "d": "set default"}
LISTS = ("tables", "columns", "types", "primary keys", "foreign keys", "indexes", "uncovered")
STUBBED = re.compile(r"(geometry|geography)\(.*\)")  # the stub in extensions.sql keeps no modifiers


@dataclass
class Facts:
    """Rows by what they describe: the names of LISTS. Names that match `left_out` are not counted."""

    left_out: str = ""
    rows: dict[str, Counter[Row]] = field(default_factory=lambda: {name: Counter() for name in LISTS})

    def add(self, name: str, *row: object) -> None:
        """Count one row."""
        if not (self.left_out and any(re.fullmatch(self.left_out, str(part)) for part in row[1:3])):
            self.rows[name][row] += 1


def read_catalog(url: str, left_out: str = "") -> Facts:
    """What the catalog says."""
    facts = Facts(left_out)
    with psycopg.connect(url) as connection:
        connection.execute("SET search_path = public")
        for row in connection.execute(TABLES.encode()):
            facts.add("tables", *row)
        for schema, table, name, kind, nullable in connection.execute(COLUMNS.encode()):
            facts.add("columns", schema, table, name, nullable)
            facts.add("types", schema, table, name, STUBBED.sub(r"\1", kind))
        for schema, table, name, unique, valid, method, partial, primary, keys, flags, include in connection.execute(
            INDEXES.encode()
        ):
            is_ordered = method == "btree"
            sides = tuple((bool(flag & 1), bool(flag & 2)) if is_ordered else None for flag in flags)
            facts.add(
                "indexes", schema, table, name, unique, valid, method, partial, tuple(keys), sides, tuple(include or ())
            )
            if primary:
                facts.add("primary keys", schema, table, tuple(keys))
        for schema, table, name, columns, other_schema, other, references, delete, update in connection.execute(
            KEYS.encode()
        ):
            ends = tuple(columns), other_schema, other, tuple(references)
            facts.add("foreign keys", schema, table, name, *ends, ACTIONS[delete], ACTIONS[update])
        for row in connection.execute(UNCOVERED.encode()):
            facts.add("uncovered", *row)
    return facts


def read_snapshot(snapshot: Snapshot, left_out: str = "") -> Facts:
    """What our replay says."""
    facts = Facts(left_out)
    for table in snapshot.tables:
        name = table.schema, table.name
        facts.add("tables", *name)
        for column in table.columns:
            facts.add("columns", *name, column.name, column.nullable)
            facts.add("types", *name, column.name, STUBBED.sub(r"\1", column.type))
        if table.primary_key:
            facts.add("primary keys", *name, table.primary_key)
        for key in table.foreign_keys:
            ends = key.columns, key.schema, key.table, key.references
            facts.add("foreign keys", *name, key.name, *ends, key.on_delete, key.on_update)
            if find_cover(table, key.columns) is None:
                facts.add("uncovered", *name, key.name)
    relations: list[Table | View] = [*snapshot.tables, *snapshot.views]
    for relation in relations:
        for index in relation.indexes:
            is_ordered = index.method == "btree"
            sides = tuple((key.descending, key.nulls_first) if is_ordered else None for key in index.columns)
            keys = tuple(key.column for key in index.columns)
            state = index.unique, index.valid, index.method, index.predicate is not None
            facts.add("indexes", relation.schema, relation.name, index.name, *state, keys, sides, index.include)
    return facts
