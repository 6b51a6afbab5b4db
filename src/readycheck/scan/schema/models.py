"""Models in code as statements that make their tables, laid out so that each column stands on its own line.

`schema-model` facts: `style`, `group` (models of one group may refer to each other), `dialect` (or empty) and
`models`, each with `name`, `table` (empty: a base class or mixin), `bases`, `line`, `columns` ([line, name, type,
flags, reference]; flags: `p` primary, `u` unique, `i` indexed, `n` not null), `indexes` ([line, keys, unique, name,
predicate]), `keys` ([line, columns, table, columns]: foreign keys over several columns) and `named` (a base class
that names the tables of those that are derived from it). A reference is `table.column`, a model or `model.property`
(`props` says which column a property is). A `plain` model is a table as it stands: nothing is added to it; `primary`
are the columns of its key in their order. `extra`: indexes on models or tables by their names: [line, model or table,
keys, unique, name, predicate]; `dropped`: names of indexes.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from readycheck.model.evidence import Fact
from readycheck.scan.schema.operations import (
    LONGEST,
    lay_out,
    line_of,
    quote,
    quote_table,
    translate,
    write_index_key,
    write_unique,
)
from readycheck.scan.schema.source import Source
from readycheck.sql.snapshot import Dialect, Script

DIALECTS: Mapping[str, Dialect] = {
    "postgres": "postgres", "postgresql": "postgres", "cockroachdb": "postgres", "mysql": "mysql", "mariadb": "mysql",
    "sqlite": "sqlite",
}  # fmt: skip
DEEPEST = 6
SNAKE = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
Model = Mapping[str, Any]


@dataclass(frozen=True)
class Group:
    """The models of one group, by their names."""

    models: Mapping[str, tuple[str, Model]]
    tables: Mapping[str, tuple[str, Model]]
    referred: Mapping[str, set[str]] = field(default_factory=dict)
    """The columns of each table or model that others refer to."""

    def is_named(self, model: Model, depth: int = DEEPEST) -> bool:
        """Whether a class that a model is derived from names its table."""
        parents = [self.models.get(str(base)) for base in model["bases"]] if depth else []
        return any(one is not None and (one[1].get("named") or self.is_named(one[1], depth - 1)) for one in parents)

    def find(self, name: str) -> Model | None:
        """The model of a name, also as `app.Model` or a path."""
        found = self.models.get(name) or self.models.get(name.rpartition(".")[2])
        return found[1] if found is not None else None

    def find_table(self, model: Model, depth: int = DEEPEST) -> str | None:
        """The name of the nearest class with a table that a model is derived from."""
        for base in model["bases"] if depth else ():
            found = self.models.get(str(base))
            if found is not None and found[1] is not model:
                return str(base) if found[1]["table"] else self.find_table(found[1], depth - 1)
        return None

    def list_parts(self, model: Model, key: str, depth: int = DEEPEST) -> list[list[Any]]:
        """Columns, indexes or keys of a model and of what it is derived from, its own first."""
        own = [list(row) for row in model[key]]
        for base in model["bases"] if depth else ():
            parent = self.find(str(base))
            if parent is not None and parent is not model and not parent["table"]:
                own += [[model["line"], *row[1:]] for row in self.list_parts(parent, key, depth - 1)]
        return own


def find_models(facts: Sequence[Fact], default: Dialect) -> Iterator[Source]:
    """The schemas that models describe, one for each style and group."""
    groups: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for fact in facts:
        groups[str(fact.data["style"]), str(fact.data["group"])].append(fact)
    for (style, label), members in groups.items():
        said = {str(one.data["dialect"]) for one in members} & set(DIALECTS)
        dialect = DIALECTS[min(said)] if said else default
        scripts = tuple(translate(one, dialect) for one in write_group(members))
        if scripts:
            yield Source(label or members[0].where.path, dialect, scripts, style)


def write_group(facts: Sequence[Fact]) -> Iterator[Script]:
    """The statements for the models of one group: tables first, then what refers to others."""
    group = gather(facts)
    later: list[Script] = []
    for path, model in group.tables.values():
        yield write_table(group, path, model)
        later += write_keys(group, path, model)
        later += write_indexes(path, str(model["table"]), group.list_parts(model, "indexes"))
    known = {key for _, model in group.tables.values() for key in list_known(group, model)}
    for path, (line, owner, *row) in list_extra(facts):
        found = group.find(str(owner))
        table = str(found["table"] if found is not None else owner)
        if (table, tuple(row[0])) not in known and (found is not None or table in group.tables):
            later += write_indexes(path, table, [[line, *row]])
    yield from later


def list_known(group: Group, model: Model) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The table and the keys of each index that a model has by itself."""
    table = str(model["table"])
    for row in group.list_parts(model, "indexes"):
        yield table, tuple(map(str, row[1]))
    for row in group.list_parts(model, "columns"):
        if set(row[3]) & set("ui"):
            yield table, (str(row[1]),)


def list_extra(facts: Sequence[Fact]) -> Iterator[tuple[str, list[Any]]]:
    """Indexes that stand on their own, without those that are dropped as often as they are made."""
    rows: list[tuple[str, list[Any]]] = []
    dropped: Counter[str] = Counter()
    for fact in facts:
        extra: Any = fact.data.get("extra") or ()
        rows += [(fact.where.path, list(row)) for row in extra]
        gone: Any = fact.data.get("dropped") or ()
        dropped.update(map(str, gone))
    made = Counter(str(row[4]) for _, row in rows if row[4])
    yield from ((path, row) for path, row in rows if not row[4] or made[str(row[4])] > dropped[str(row[4])])


def gather(facts: Sequence[Fact]) -> Group:
    """The models of one group, those that a base class names with their names."""
    rows: list[tuple[str, Model]] = [(fact.where.path, model) for fact in facts for model in read_models(fact)]
    by_name: dict[str, tuple[str, Model]] = {}
    for path, model in rows:
        by_name.setdefault(str(model["name"]), (path, model))
    bare = Group(by_name, {})
    wanted = {str(row[4]).rpartition(".")[0] for _, model in rows for row in model["columns"] if row[4]}
    for path, model in rows:
        if not model["table"] and model["columns"] and not model.get("named") and bare.is_named(model):
            by_name[str(model["name"])] = (path, {**model, "table": choose_table(model, wanted)})
    join_children(Group(by_name, {}), by_name)
    tables = {str(model["table"]): (path, model) for path, model in by_name.values() if model["table"]}
    tables |= {
        str(model["table"]): (path, model)
        for path, model in rows
        if str(model["table"]) and model["table"] not in tables
    }
    referred: dict[str, set[str]] = defaultdict(set)
    for _, model in rows:
        for row in model["columns"]:
            table, _, column = str(row[4]).rpartition(".")
            referred[table].add(column)
    return Group(by_name, tables, referred)


def join_children(group: Group, by_name: dict[str, tuple[str, Model]]) -> None:
    """Put the columns of classes without a table into that of the class that they are derived from."""
    for path, model in list(by_name.values()):
        parent = None if model["table"] else group.find_table(model)
        if parent is None:
            continue
        home, above = by_name[parent]
        own = [row if home == path else [above["line"], *row[1:]] for row in model["columns"]]
        rest = {
            part: [*above[part], *(row if home == path else [above["line"], *row[1:]] for row in model[part])]
            for part in ("indexes", "keys")
        }
        by_name[parent] = (home, {**above, **rest, "columns": [*above["columns"], *own]})


def choose_table(model: Model, wanted: set[str]) -> str:
    """The table of a class that a base class names, in the schema that the class gives."""
    schema = str(model.get("schema") or "")
    if not schema:
        return choose_name(str(model["name"]), wanted)
    inside = {name.removeprefix(f"{schema}.") for name in wanted if name.startswith(f"{schema}.")}
    return f"{schema}.{choose_name(str(model['name']), inside or wanted)}"


def choose_name(name: str, wanted: set[str]) -> str:
    """How a base class may name the table of a class: as others refer to it, else in small letters with underlines."""
    snake = SNAKE.sub("_", name).lower()
    return next((one for one in (snake, name.lower(), f"{snake}s", f"{name.lower()}s") if one in wanted), snake)


def read_models(fact: Fact) -> Sequence[Model]:
    """The models of a fact."""
    models: Any = fact.data["models"]
    return list(models)


def write_table(group: Group, path: str, model: Model) -> Script:
    """The statement that makes a table, each column on the line where the model has it."""
    columns: dict[str, list[Any]] = {}
    for row in group.list_parts(model, "columns"):
        columns.setdefault(str(row[1]), row)
    told = group.referred.get(str(model["table"]), set()) | group.referred.get(str(model["name"]), set())
    is_plain = bool(model.get("plain"))
    for name in sorted(told - {""}) if not is_plain else ():  # a helper makes it, or a class that is not read
        columns.setdefault(name, [model["line"], name, "", "p" if name == "id" else "", ""])
    said: Any = model.get("primary")
    primary = list(said or ()) or [name for name, row in columns.items() if "p" in row[3]]
    if (
        not primary and not is_plain and model["name"] != f"table {model['table']}"
    ):  # a mapped class cannot be without one
        columns.setdefault("id", [model["line"], "id", "", "p", ""])
        primary = ["id"]
    items = [
        (int(line), f"{quote(name)} {type_ or 'text'}{' NOT NULL' if 'n' in flags or 'p' in flags else ''}")
        for name, (line, _, type_, flags, _) in columns.items()
    ]
    if primary:
        items.append((max(line for line, _ in items), f"PRIMARY KEY ({', '.join(map(quote, primary))})"))
    return lay_out(
        path, int(model["line"]), f"CREATE TABLE {quote_table(str(model['table']))} (", sorted(items, key=line_of), ")"
    )


def write_keys(group: Group, path: str, model: Model) -> Iterator[Script]:
    """The foreign keys of a model, and the indexes and unique keys of single columns."""
    table = str(model["table"])
    for line, name, _, flags, reference in group.list_parts(model, "columns"):
        if reference:
            yield from write_key(group, path, int(line), table, ([str(name)], str(reference)))
        if "u" in flags and "p" not in flags:
            yield Script(path, f"ALTER TABLE {quote_table(table)} ADD UNIQUE ({quote(str(name))})", int(line))
        elif "i" in flags:
            yield Script(
                path,
                f"CREATE INDEX {quote(f'{table}_{name}_idx'[:63])} ON {quote_table(table)} ({quote(str(name))})",
                int(line),
            )
    for line, columns, other, there in group.list_parts(model, "keys"):
        target = group.find(str(other))
        name = str(target["table"]) if target is not None else str(other)
        ends = [map_column(target, str(one)) for one in there] if target is not None else there
        yield Script(
            path,
            f"ALTER TABLE {quote_table(table)} ADD FOREIGN KEY ({', '.join(map(quote, columns))}) REFERENCES "
            f"{quote_table(name)} ({', '.join(map(quote, ends))})",
            int(line),
        )


def write_key(group: Group, path: str, line: int, table: str, key: tuple[list[str], str]) -> Iterator[Script]:
    """One foreign key of a single column."""
    columns, reference = key
    owner, _, column = reference.rpartition(".")
    target, model = group.find(reference), group.models.get(owner)
    if model is not None and "props" in model[1]:
        other, there = str(model[1]["table"]), [map_column(model[1], column)]
    elif target is not None and target["table"]:
        own = [str(row[1]) for row in group.list_parts(target, "columns") if "p" in row[3]]
        other, there = str(target["table"]), own[:1] or ["id"]
    elif model is not None and model[1]["table"] and owner not in group.tables:
        other, there = str(model[1]["table"]), [column]
    else:
        other, there = owner, [column]
    if other:
        yield Script(
            path,
            f"ALTER TABLE {quote_table(table)} ADD FOREIGN KEY ({', '.join(map(quote, columns))}) REFERENCES "
            f"{quote_table(other)} ({', '.join(map(quote, there))})",
            line,
        )


def map_column(model: Model, name: str) -> str:
    """The column of a property."""
    props: Any = model.get("props") or {}
    return str(props.get(name, name))


def write_indexes(path: str, table: str, rows: Sequence[Sequence[Any]]) -> Iterator[Script]:
    """Indexes over several columns."""
    for number, (line, keys, unique, name, predicate, *method) in enumerate(rows):
        if unique == "constraint":
            yield Script(path, write_unique(table, [keys, str(name)[:LONGEST]]), int(line))
            continue
        listed = ", ".join(write_index_key(str(key)) for key in keys)
        using = f" USING {method[0]}" if method and method[0] else ""
        where = f" WHERE {predicate}" if predicate else ""
        kind = "UNIQUE INDEX" if unique else "INDEX"
        named = quote(str(name) or f"{table}_{number}_{'_'.join(map(str, keys))}"[:63])
        if keys:
            yield Script(path, f"CREATE {kind} {named} ON {quote_table(table)}{using} ({listed}){where}", int(line))
