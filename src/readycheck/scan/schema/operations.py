"""What one step of a schema's history does, as small JSON rows; and each of them as the statements that it sends.

An operation is `[kind, line, table, ...]`:

- `create` columns, indexes, keys (all rows as `schema-model` facts have them), whether it may be there already
- `drop`, `rename` to another name
- `add` column row · `remove` column · `column` old name, new name · `null` column, whether it may be NULL ·
  `type` column, type
- `index` keys, unique, name, predicate, method, whether it may be there, included columns
- `unindex` name, whether it may be gone · `reindex` old name, new name
- `key` columns, other table, its columns, name · `unique` columns, name · `primary` columns, name
- `check` name (what it checks is left open) · `unconstrain` name
- `sql`: the text stands in the table's place · `unread`: the text, and the reason why it is not replayed

A row for a column is [line, name, type, flags, reference]; a reference is `table.column`, or `table.` for the key of
that table. Names are written in quotes, so that they stand as the tools that make them write them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from readycheck.scan.late import compile_late
from readycheck.sql.snapshot import Dialect, Script

Row = Sequence[Any]
ORDERED = compile_late(r"^\"?(\w+)\"?\s+((?:(?:ASC|DESC)\b.*|NULLS\s+\w+|[a-z]\w*_ops\b.*))$", 2)
TURNED = compile_late(r"^\(.*\)\s+(?:ASC|DESC)$", 2)
PLAIN = compile_late(r"^[\w$]+$")
QUOTED = compile_late(r"'(?:[^']|'')*'|\"")
LONGEST = 63


def write_operation(row: Row, path: str, dialect: Dialect) -> Iterator[Script]:
    """The statements of one operation; none for what is not replayed."""
    kind, line, table, *rest = row
    if kind == "sql":
        yield Script(path, str(table), int(line))
    elif kind == "create":
        for script in write_create(path, int(line), str(table), rest):
            yield translate(script, dialect)
    elif kind in WRITERS:
        for text in WRITERS[kind](str(table), rest, dialect):
            yield translate(Script(path, text, int(line)), dialect)


def translate(script: Script, dialect: Dialect) -> Script:
    """A statement of ours with names in the quotes of its dialect."""
    if dialect != "mysql":
        return script
    text = QUOTED.sub(lambda found: "`" if found[0] == '"' else found[0], script.text)
    return Script(script.path, text, script.first_line)


def write_create(path: str, line: int, table: str, parts: Row) -> Iterator[Script]:
    """A table with what belongs to it."""
    columns, indexes, keys, is_missing = parts
    own = {str(row[1]): row for row in columns}
    primary = [name for name, row in own.items() if "p" in row[3]]
    items = [(int(row[0]), write_column(row)) for row in own.values()]
    if primary:
        items.append((max(at for at, _ in items), f"PRIMARY KEY ({write_names(primary)})"))
    missing = "IF NOT EXISTS " if is_missing else ""
    yield lay_out(path, line, f"CREATE TABLE {missing}{quote_table(table)} (", sorted(items, key=line_of), ")")
    for row in own.values():
        for text in write_parts(table, row):
            yield Script(path, text, int(row[0]))
    for number, (at, named, is_unique, name, predicate, *more) in enumerate(indexes):
        if is_unique == "constraint":
            yield Script(path, write_unique(table, [named, name]), int(at))
        else:
            kept = name or f"{table}_{number}_{'_'.join(map(str, named))}"
            yield Script(path, write_index(table, [named, is_unique, kept, predicate, *more]), int(at))
    for at, named, other, there, *name in keys:
        yield Script(path, write_key(table, [named, other, there, *name]), int(at))


def write_column(row: Row) -> str:
    """A column as a part of a table."""
    _, name, type_, flags, _ = row
    return f"{quote(str(name))} {type_ or 'text'}{' NOT NULL' if 'n' in flags or 'p' in flags else ''}"


def write_parts(table: str, row: Row) -> Iterator[str]:
    """What a column brings with it: a unique key, an index, a foreign key."""
    _, name, _, flags, reference = row
    if "u" in flags and "i" in flags:
        yield write_index(table, [[name], True, f"ix_{table}_{name}", ""])
    elif "u" in flags and "p" not in flags:
        yield write_unique(table, [[name], ""])
    elif "i" in flags:
        yield write_index(table, [[name], False, f"ix_{table.rpartition('.')[2]}_{name}", ""])
    if reference:
        other, _, column = str(reference).rpartition(".")
        yield write_key(table, [[name], other, [column] if column else []])


def write_index(table: str, parts: Row) -> str:
    """An index: keys, unique, name, predicate, method."""
    keys, is_unique, name, predicate, *method = parts
    missing = " IF NOT EXISTS" if method[1:] and method[1] else ""
    listed = ", ".join(write_index_key(str(key)) for key in keys)
    kept = name or f"ix_{table}_{'_'.join(map(str, keys))}"
    include = f" INCLUDE ({write_names(method[2])})" if method[2:] and method[2] else ""
    using = f" USING {method[0]}" if method and method[0] else ""
    where = f" WHERE {predicate}" if predicate else ""
    kind = "UNIQUE INDEX" if is_unique else "INDEX"
    return (
        f"CREATE {kind}{missing} {quote(str(kept)[:LONGEST])} ON {quote_table(table)}{using} ({listed}){include}{where}"
    )


def write_index_key(key: str) -> str:
    """One key: a column, one in reverse (`-created_at`), or an expression."""
    name = key.removeprefix("-")
    if PLAIN.match(name):
        return f"{quote(name)}{' DESC' if key.startswith('-') else ''}"
    if TURNED.match(key):
        return key
    ordered = ORDERED.match(key)
    return f"{quote(ordered[1])} {ordered[2]}" if ordered is not None else f"({key})"


def write_key(table: str, parts: Row) -> str:
    """A foreign key: columns, the other table, its columns (none: its key), name."""
    columns, other, there, *name = parts
    named = f" CONSTRAINT {quote(name[0])}" if name and name[0] else ""
    ends = f" ({write_names(there)})" if there else ""
    return (
        f"ALTER TABLE {quote_table(table)} ADD{named} FOREIGN KEY ({write_names(columns)}) "
        f"REFERENCES {quote_table(str(other))}{ends}"
    )


def write_unique(table: str, parts: Row) -> str:
    """A unique key: columns, name."""
    columns, name = parts
    named = f" CONSTRAINT {quote(name)}" if name else ""
    return f"ALTER TABLE {quote_table(table)} ADD{named} UNIQUE ({write_names(columns)})"


def write_add(table: str, parts: Row, dialect: Dialect) -> Iterator[str]:
    """A column that is added, with what it brings."""
    del dialect
    (row,) = parts
    key = " PRIMARY KEY" if "p" in row[3] else ""
    yield f"ALTER TABLE {quote_table(table)} ADD COLUMN {write_column(row)}{key}"
    yield from write_parts(table, row)


def write_unindex(table: str, parts: Row, dialect: Dialect) -> Iterator[str]:
    """An index that goes."""
    schema = table.rpartition(".")[0]
    name = quote_table(f"{schema}.{parts[0]}" if schema else str(parts[0]))
    exists = "IF EXISTS " if parts[1:] and parts[1] else ""
    yield f"DROP INDEX {exists}{name}{f' ON {quote_table(table)}' if dialect == 'mysql' else ''}"


def write_unconstrain(table: str, parts: Row, dialect: Dialect) -> Iterator[str]:
    """A constraint that goes; in MySQL a unique key is an index."""
    del dialect
    yield f"ALTER TABLE {quote_table(table)} DROP CONSTRAINT {quote(str(parts[0]))}"


def write_reindex(table: str, parts: Row, dialect: Dialect) -> Iterator[str]:
    """An index under another name."""
    old, new = (quote(str(one)) for one in parts)
    if dialect == "postgres":
        yield f"ALTER INDEX {old} RENAME TO {new}"
    elif dialect == "mysql":
        yield f"ALTER TABLE {quote_table(table)} RENAME INDEX {old} TO {new}"


def say(form: str) -> Callable[[str, Row, Dialect], Iterator[str]]:
    """A writer of one statement: `{0}`, `{1}` are names, `{t}` is the table."""

    def write(table: str, parts: Row, dialect: Dialect) -> Iterator[str]:
        del dialect
        yield form.format(*(quote(str(one)) for one in parts), t=quote_table(table))

    return write


def write_null(table: str, parts: Row, dialect: Dialect) -> Iterator[str]:
    """Whether a column may be NULL; only Postgres says so without its type."""
    if dialect == "postgres":
        change = "DROP" if parts[1] else "SET"
        yield f"ALTER TABLE {quote_table(table)} ALTER COLUMN {quote(str(parts[0]))} {change} NOT NULL"


def write_type(table: str, parts: Row, dialect: Dialect) -> Iterator[str]:
    """Another type of a column."""
    if dialect == "postgres" and parts[1]:
        yield f"ALTER TABLE {quote_table(table)} ALTER COLUMN {quote(str(parts[0]))} TYPE {parts[1]}"


def write_primary(table: str, parts: Row, dialect: Dialect) -> Iterator[str]:
    """A primary key: columns, name."""
    del dialect
    named = f" CONSTRAINT {quote(parts[1])}" if parts[1] else ""
    yield f"ALTER TABLE {quote_table(table)} ADD{named} PRIMARY KEY ({write_names(parts[0])})"


WRITERS: Mapping[str, Callable[[str, Row, Dialect], Iterator[str]]] = {
    "drop": say("DROP TABLE IF EXISTS {t} CASCADE"),
    "rename": say("ALTER TABLE {t} RENAME TO {0}"),
    "add": write_add,
    "remove": say("ALTER TABLE {t} DROP COLUMN {0}"),
    "column": say("ALTER TABLE {t} RENAME COLUMN {0} TO {1}"),
    "null": write_null,
    "type": write_type,
    "index": lambda table, parts, _: iter([write_index(table, parts)]),
    "unindex": write_unindex,
    "reindex": write_reindex,
    "key": lambda table, parts, _: iter([write_key(table, parts)]),
    "unique": lambda table, parts, _: iter([write_unique(table, parts)]),
    "primary": write_primary,
    "check": say("ALTER TABLE {t} ADD CONSTRAINT {0} CHECK (true)"),
    "unconstrain": write_unconstrain,
}


def line_of(item: tuple[int, str]) -> int:
    """The line of an item."""
    return item[0]


def lay_out(path: str, first: int, head: str, items: Sequence[tuple[int, str]], tail: str) -> Script:
    """A statement whose parts stand on given lines, as far as they follow each other."""
    text, line = head, first
    for place, (wanted, item) in enumerate(items):
        if wanted > line:
            text += "\n" * (wanted - line)
            line = wanted
        text += f" {item}{',' if place < len(items) - 1 else ''}"
    return Script(path, f"{text}{tail}", first)


def write_names(names: Sequence[Any]) -> str:
    """Names in quotes, with commas."""
    return ", ".join(quote(str(one)) for one in names)


def quote(name: str) -> str:
    """A name in quotes."""
    return f'"{name}"'


def quote_table(name: str) -> str:
    """A table's name in quotes, with its schema if it has one."""
    return ".".join(map(quote, name.split(".")))
