"""The models of a project at one moment of its migrations, and what is sent to the database when they change.

Django keeps what it made by its name in the database, where it looks it up by its columns. So each model remembers
the names of its indexes and keys (`made`), whatever its table and columns are called by now.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from readycheck.model.rule import Json
from readycheck.scan.schema.django.fields import (
    Field,
    has_column,
    is_indexed,
    is_many,
    is_primary,
    is_relation,
    is_unique,
    name_column,
    tell_like,
    tell_type,
)
from readycheck.scan.schema.django.names import name_index, shorten_table

Key = tuple[str, str]
ID: Field = {"kind": "BigAutoField", "pk": True}
USER = "settings.AUTH_USER_MODEL"
CONTRIB = {"user": "auth", "group": "auth", "permission": "auth", "contenttype": "contenttypes", "site": "sites"}
TABLES = {"contenttype": "django_content_type", "site": "django_site", "session": "django_session"}


@dataclass
class Made:
    """An index or key in the database: what it is for, over which columns, its name."""

    kind: str
    columns: list[str]
    name: str


@dataclass
class Model:
    """A model: its fields, options, table and what was made for it. `owned` says that the database has its table."""

    app: str
    name: str
    table: str
    fields: dict[str, Field]
    options: dict[str, Any]
    made: list[Made] = field(default_factory=list)

    @property
    def owned(self) -> bool:
        """Whether Django makes a table for it."""
        return self.options.get("managed") is not False and not self.options.get("proxy")

    def find_primary(self) -> tuple[str, Field]:
        """The primary key."""
        return next(((name, one) for name, one in self.fields.items() if is_primary(one)), ("id", ID))

    def list_columns(self, names: Sequence[str]) -> list[str]:
        """The columns of fields, `-` before those in reverse."""
        return [f"{'-' * one.startswith('-')}{self.name_column(one.removeprefix('-'))}" for one in names]

    def name_column(self, name: str) -> str:
        """The column of a field."""
        return name_column(name, self.fields[name]) if name in self.fields else name

    def take(self, kind: str, columns: Sequence[str]) -> Made | None:
        """What was made of a kind over some columns; it is forgotten."""
        found = next((one for one in self.made if one.kind == kind and one.columns == list(columns)), None)
        if found is not None:
            self.made.remove(found)
        return found


@dataclass
class State:
    """All models, by app and name in small letters.

    `user` is the model of AUTH_USER_MODEL; `later` are foreign keys, which Django adds once a migration's tables are
    there.
    """

    user: Key = ("auth", "user")
    models: dict[Key, Model] = field(default_factory=dict)
    later: list[list[Json]] = field(default_factory=list)

    def resolve(self, to: str, app: str, own: str = "") -> Key:
        """The model that a relation names: `app.Model`, `Model`, `self`, the setting."""
        if to == USER:
            return self.user
        if to == "self":
            return app, own.lower()
        head, _, name = to.lower().rpartition(".")
        if head:
            return head.rpartition(".")[2], name
        alike = [key for key in self.models if key[1] == name]
        if (app, name) in self.models or (len(alike) != 1 and name not in CONTRIB):
            return app, name
        return alike[0] if len(alike) == 1 else self.user if name == "user" else (CONTRIB[name], name)

    def find_target(self, model: Model, one: Field) -> tuple[str, str, str]:
        """Table, column and type that a relation refers to."""
        key = self.resolve(str(one["to"]), model.app, model.name)
        other = self.models.get(key)
        if other is None:
            return TABLES.get(key[1], "_".join(key)), str(one.get("field") or "id"), ""
        name, target = other.find_primary()
        if one.get("field") and one["field"] in other.fields:
            name, target = str(one["field"]), other.fields[str(one["field"])]
        return other.table, name_column(name, target), self.tell_type(other, target)

    def tell_type(self, model: Model, one: Field, depth: int = 4) -> str:
        """The type of a field's column; that of a relation is its target's."""
        if is_relation(one) and depth:
            key = self.resolve(str(one["to"]), model.app, model.name)
            other = self.models.get(key)
            if other is None:
                return "integer"
            target = other.fields.get(str(one.get("field"))) or other.find_primary()[1]
            type_ = self.tell_type(other, target, depth - 1)
            return type_ if other is not model or target is not one else ""
        return tell_type(one)

    def make_column(self, model: Model, name: str) -> list[Json]:
        """The row of a column, without what it brings."""
        one = model.fields[name]
        flags = f"{'p' if is_primary(one) else ''}{'' if one.get('null') else 'n'}"
        return [int(one.get("line") or 0), name_column(name, one), self.tell_type(model, one), flags, ""]

    def list_wants(self, model: Model, name: str) -> Iterator[tuple[str, str]]:
        """What a field brings: its kind, and what tells two of a kind apart."""
        one = model.fields[name]
        if not has_column(one):
            return
        if is_unique(one):
            yield "unique", ""
        if is_indexed(one):
            yield "index", ""
        if like := tell_like(self.tell_type(model, one), one):
            yield "like", like
        if is_relation(one) and one.get("constraint") is not False:
            yield "key", ".".join(self.find_target(model, one)[:2])

    def bring(self, model: Model, name: str, wants: Sequence[tuple[str, str]], *, fresh: bool) -> Iterator[list[Json]]:
        """The rows that make what a field brings; in a `fresh` column Postgres chooses the name of a unique key."""
        one = model.fields[name]
        column, line = name_column(name, one), int(one.get("line") or 0)
        keys: list[Json] = [column]
        for kind, detail in wants:
            if kind == "unique":
                made = f"{model.table}_{column}_key" if fresh else name_index(model.table, [column], "_uniq")
                yield ["unique", line, model.table, keys, made]
            elif kind == "index":
                made = name_index(model.table, [column])
                yield ["index", line, model.table, keys, False, made, ""]
            elif kind == "like":
                made = name_index(model.table, [column], "_like")
                yield ["index", line, model.table, [f"{column} {detail}"], False, made, ""]
            else:
                table, other, _ = self.find_target(model, one)
                made = name_index(model.table, [column], f"_fk_{table.rpartition('.')[2]}_{other}")
                self.later.append(["key", line, model.table, keys, table, [other], made])
            model.made.append(Made(kind, [column], made))

    def make_through(self, model: Model, name: str) -> Model:
        """The model behind a many-to-many field that makes a table of its own."""
        one = model.fields[name]
        other = self.resolve(str(one["to"]), model.app, model.name)
        own = model.name.lower()
        ends = (f"from_{own}", f"to_{own}") if other == (model.app, own) else (own, other[1])
        table = str(one.get("table") or shorten_table(f"{model.table}_{name}"))
        line = one.get("line")
        fields: dict[str, Field] = {
            "id": {**ID, "line": line},
            ends[0]: {"kind": "ForeignKey", "to": f"{model.app}.{model.name}", "line": line},
            ends[1]: {"kind": "ForeignKey", "to": ".".join(other), "line": line},
        }
        return Model(model.app, f"{model.name}_{name}", table, fields, {"unique": [list(ends)]})


def has_table(one: Field) -> bool:
    """Whether a many-to-many field makes a table of its own."""
    return is_many(one) and not one.get("through")


def read_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """A model's options, of which lists may be changed later."""
    return {name: list(value) if isinstance(value, list) else value for name, value in options.items()}
