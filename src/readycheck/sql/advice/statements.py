"""The DDL that builds an index, as its dialect wants it."""

from __future__ import annotations

from readycheck.sql.names import LONGEST_NAME, clip, quote
from readycheck.sql.snapshot import DEFAULT_SCHEMA, Dialect, Index, Key, Snapshot, Table

MOST_PARTITIONS = 20


def name_proposal(table: Table, names: list[str], taken: set[str]) -> str:
    """A free name: `table_column_column_idx`."""
    stem = clip("_".join((table.name, *names)), LONGEST_NAME - len("_idx") - 2)
    name, number = f"{stem}_idx", 0
    while name in taken:
        number += 1
        name = f"{stem}_idx{number}"
    taken.add(name)
    return name


def print_key(key: Key, dialect: Dialect) -> str:
    """A key of CREATE INDEX."""
    text = quote(key.column, dialect) if key.column is not None else f"({key.expression})"
    text += f" COLLATE {quote_path(key.collation)}" if key.collation else ""
    text += f" {quote_path(key.opclass)}" if key.opclass else ""
    text += " DESC" if key.descending else ""
    default = key.descending if dialect == "postgres" else not key.descending
    if dialect == "postgres" and key.nulls_first != default:
        text += " NULLS FIRST" if key.nulls_first else " NULLS LAST"
    return text


def quote_path(name: str) -> str:
    """A name with or without a schema before it."""
    return ".".join(map(quote, name.split(".")))


def print_index(table: Table, index: Index, snapshot: Snapshot) -> str:
    """CREATE INDEX; on Postgres so that writers are not locked out, which a partitioned table needs in steps."""
    dialect = snapshot.dialect
    keys = f"({', '.join(print_key(key, dialect) for key in index.columns)})"
    keys = keys if index.method == "btree" else f"USING {index.method} {keys}"
    name, target = quote(index.name, dialect), print_table(table, dialect)
    if dialect != "postgres":
        return f"CREATE INDEX {name} ON {target} {keys};"
    if not table.partitioned:
        return f"CREATE INDEX CONCURRENTLY {name} ON {target} {keys};"
    parts = [one for one in snapshot.tables if one.partition_of == (table.schema, table.name)]
    lines = [f"CREATE INDEX {name} ON ONLY {target} {keys};"]
    schema = "" if table.schema == DEFAULT_SCHEMA else f"{quote(table.schema)}."
    for part in parts[:MOST_PARTITIONS]:
        own = quote(clip(f"{part.name}_{index.name}"))
        lines.append(f"CREATE INDEX CONCURRENTLY {own} ON {print_table(part, dialect)} {keys};")
        lines.append(f"ALTER INDEX {schema}{name} ATTACH PARTITION {own};")
    return "\n".join(lines)


def print_table(table: Table, dialect: Dialect) -> str:
    """A table's name as a statement has to spell it."""
    own = quote(table.name, dialect)
    return own if table.schema == DEFAULT_SCHEMA else f"{quote(table.schema, dialect)}.{own}"
