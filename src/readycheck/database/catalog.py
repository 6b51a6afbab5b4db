"""Rows of the system catalog in, a Snapshot out."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from readycheck.model.rule import Json
from readycheck.sql.names import quote
from readycheck.sql.snapshot import Action, Column, ForeignKey, Index, Key, Place, Snapshot, Table, View

ACTIONS: Mapping[str, Action] = {
    "a": "no action",
    "r": "restrict",
    "c": "cascade",
    "n": "set null",
    "d": "set default",
}
DESCENDING, NULLS_FIRST = 1, 2
VIEWS = ("v", "m")
NOWHERE = Place("")
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Row:
    """One row that a catalog query gave. `place` is where it stands in a rule's example; a server's has none."""

    values: Mapping[str, Json]
    place: Place = NOWHERE

    def text(self, name: str) -> str:
        """A value as text; empty where there is none."""
        value = self.values.get(name)
        return "" if value is None else str(value)

    def number(self, name: str) -> float | None:
        """A value as a number; None where there is none."""
        value = self.values.get(name)
        if isinstance(value, bool) or value is None:
            return None
        try:
            return float(value) if isinstance(value, (int, float, str)) else None
        except ValueError:
            return None

    def flag(self, name: str) -> bool | None:
        """A value as true or false; None where it is not known."""
        value = self.values.get(name)
        return value if isinstance(value, bool) else None

    def words(self, name: str) -> tuple[str, ...]:
        """A value as a list of texts."""
        value = self.values.get(name)
        return tuple("" if one is None else str(one) for one in value) if isinstance(value, list) else ()

    def numbers(self, name: str) -> tuple[int, ...]:
        """A value as a list of whole numbers."""
        value = self.values.get(name)
        return tuple(int(one) for one in value if isinstance(one, int)) if isinstance(value, list) else ()


Groups = Mapping[str, Sequence[Row]]


def make_snapshot(readings: Mapping[str, Sequence[Row]]) -> Snapshot:
    """The schema from the rows of `tables`, `columns`, `constraints`, `indexes`."""
    columns = group(readings.get("columns", ()), "relation")
    keys = group(readings.get("foreign_keys", ()), "relation")
    indexes = group(readings.get("indexes", ()), "relation")
    relations = readings.get("tables", ())
    return Snapshot(
        "postgres",
        tuple(make_table(row, columns, keys, indexes) for row in relations if row.text("kind") not in VIEWS),
        views=tuple(make_view(row, columns, indexes) for row in relations if row.text("kind") in VIEWS),
        search_path=next((row.words("path") for row in readings.get("server", ()) if row.words("path")), ("public",)),
    )


def group(rows: Iterable[Row], name: str) -> Groups:
    """Rows by one of their values."""
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row.text(name)].append(row)
    return grouped


def make_table(row: Row, columns: Groups, keys: Groups, indexes: Groups) -> Table:
    """One table with all that hangs on it."""
    relation = row.text("id")
    made = make_all(make_index, indexes.get(relation, ()))
    parent = row.words("partition_of")
    return Table(
        row.text("schema"),
        row.text("name"),
        make_all(make_column, columns.get(relation, ())),
        next((index.names for index in made if index.primary), ()),
        make_all(make_foreign_key, keys.get(relation, ())),
        made,
        row.place,
        partitioned=row.text("kind") == "p",
        partition_of=(parent[0], parent[1]) if parent else None,
    )


def make_all(make: Callable[[Row], Made], rows: Iterable[Row]) -> tuple[Made, ...]:
    """Each row made into a part."""
    return tuple(make(row) for row in rows)


def make_view(row: Row, columns: Groups, indexes: Groups) -> View:
    """One view; a materialized one may have indexes."""
    relation = row.text("id")
    return View(
        row.text("schema"),
        row.text("name"),
        tuple(column.text("name") for column in columns.get(relation, ())),
        row.text("kind") == "m",
        make_all(make_index, indexes.get(relation, ())),
        row.place,
    )


def make_column(row: Row) -> Column:
    """One column."""
    return Column(
        row.text("name"),
        row.text("type"),
        row.flag("required") is not True,
        row.text("default") or None,
        row.place,
        row.flag("generated") is True,
    )


def make_foreign_key(row: Row) -> ForeignKey:
    """One foreign key."""
    return ForeignKey(
        row.words("columns"),
        row.text("target"),
        row.words("references"),
        row.place,
        row.text("name"),
        row.text("target_schema"),
        ACTIONS.get(row.text("on_delete"), "no action"),
        ACTIONS.get(row.text("on_update"), "no action"),
    )


def make_index(row: Row) -> Index:
    """One index, also of a constraint."""
    size = int(row.number("keys") or 0)
    texts, names, options = row.words("texts"), row.words("columns"), row.numbers("options")
    opclasses, collations = row.words("opclasses"), row.words("collations")
    keys = tuple(
        Key(
            names[at] or None,
            None if names[at] else texts[at],
            bool(options[at] & DESCENDING),
            bool(options[at] & NULLS_FIRST),
            opclasses[at] if at < len(opclasses) else "",
            collations[at] if at < len(collations) else "",
        )
        for at in range(min(size, len(names), len(texts), len(options)))
    )
    return Index(
        row.text("name"),
        keys,
        row.flag("unique") is True,
        row.text("method"),
        row.text("predicate") or None,
        row.flag("valid") is True,
        row.place,
        row.flag("primary") is True,
        row.flag("constraint") is True,
        tuple(name for name in names[size:] if name),
        row.flag("nulls_not_distinct") is True,
        find_mentions(row, [*(key.expression or "" for key in keys), row.text("predicate")]),
    )


def find_mentions(row: Row, texts: Sequence[str]) -> tuple[str, ...]:
    """The columns that expressions and the predicate name; the catalog tells only which columns an index needs."""
    return tuple(
        name
        for name in row.words("mentions")
        if any(re.search(rf"(?<![\w$]){re.escape(quote(name))}(?![\w$])", text) for text in texts)
    )
