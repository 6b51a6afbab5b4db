"""Which table a model is, which column a member, and where a relation leads: out of models in code.

`model-member` facts, one a file: `style`, and `models`: `name`, `table` (empty where a convention gives it), `default`
(the convention's), `bases` (names of each), `columns` (member -> column, empty where a convention gives it), `backs`
(member -> what its relation is called on the other side), `relations` (member -> [names of the model, own column, its
column, whether there may be many, its name], columns empty where they follow from keys).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from readycheck.model.evidence import Fact
from readycheck.scan.checks.contract import Facts
from readycheck.scan.program.model import Ref
from readycheck.scan.schema.models import gather
from readycheck.scan.schema.source import Source

if TYPE_CHECKING:
    from readycheck.sql.snapshot import Table

KIND = "model-member"
SNAKE = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
DEEPEST = 6


@dataclass(frozen=True)
class Relation:
    """Where a member leads: a model, and the columns that are equal, where they are written."""

    target: Mapped
    own: str = ""
    there: str = ""
    many: bool = False


@dataclass(frozen=True, eq=False)
class Mapped:
    """A model and its table; `given` is the table as the schema has it, if it could be read."""

    path: str
    name: str
    style: str
    table: str
    given: Table | None
    columns: Mapping[str, str]
    relations: Mapping[str, Sequence[Any]] = field(default_factory=dict)

    def find_column(self, member: str) -> str | None:
        """The column of a member; None where the table is known and has none that may be it."""
        if self.columns.get(member):
            return self.columns[member]
        if self.given is None:
            return f"{member}_id" if self.style == "django" and member in self.relations else member
        ways = [member, SNAKE.sub("_", member).lower()]
        if member in self.relations or self.style == "django":
            ways += [f"{member}_id", f"{member}Id", f"{ways[1]}_id"]
        declared = member if member in self.columns else None
        return next((one for one in ways if self.given.find_column(one) is not None), declared)

    @property
    def key(self) -> tuple[str, ...]:
        """The columns of its primary key."""
        return self.given.primary_key if self.given is not None and self.given.primary_key else ("id",)


BUILTIN = {
    "django.contrib.auth.models.User": "auth_user", "django.contrib.auth.models.Group": "auth_group",
    "django.contrib.auth.models.Permission": "auth_permission", "django.contrib.sites.models.Site": "django_site",
    "django.contrib.contenttypes.models.ContentType": "django_content_type",
    "django.contrib.sessions.models.Session": "django_session",
}  # fmt: skip


@cache
def make_builtin(name: str) -> Mapped:
    """A model that Django itself has."""
    return Mapped("", name.rpartition(".")[2], "django", BUILTIN[name], None, {})


def find_builtin(names: Sequence[str]) -> Mapped | None:
    """The first of some names that is a model of Django itself."""
    return next((make_builtin(name) for name in names if name in BUILTIN), None)


class Models:
    """Finds models by what a name in a file leads to."""

    def __init__(self, facts: Facts, sources: Sequence[Source]) -> None:
        """Take the facts, and the databases whose tables they may be."""
        self.program = facts.program
        self.sources = sources
        self.facts = facts
        self._known: dict[tuple[str, str], Mapped | None] = {}

    @cached_property
    def members(self) -> Mapping[tuple[str, str], tuple[str, Mapping[str, Any]]]:
        """The models by file and name, each with its style."""
        found: dict[tuple[str, str], tuple[str, Mapping[str, Any]]] = {}
        for fact in self.facts.get(KIND, ()):
            models: Any = fact.data["models"]
            for model in models:
                found[fact.where.path, str(model["name"])] = (str(fact.data["style"]), model)
        return found

    @cached_property
    def named(self) -> Mapping[tuple[str, str], str]:
        """The tables of the models that the schema is made of, by file and name."""
        groups: dict[tuple[str, str], list[Fact]] = {}
        for fact in self.facts.get("schema-model", ()):
            groups.setdefault((str(fact.data["style"]), str(fact.data["group"])), []).append(fact)
        found: dict[tuple[str, str], str] = {}
        for members in groups.values():
            for name, (path, model) in gather(members).models.items():
                if model["table"]:
                    found[path, name] = str(model["table"])
        return found

    @cached_property
    def accessors(self) -> Mapping[str, Mapped]:
        """Prisma's models by the members of its client."""
        found: dict[str, Mapped] = {}
        for (path, name), (style, _) in self.members.items():
            if style == "prisma" and (model := self.get(path, name)) is not None:
                found[name[:1].lower() + name[1:]] = model
        return found

    def find_table(self, name: str) -> Table | None:
        """The table of a name in any of the databases."""
        schema, _, plain = name.rpartition(".")
        for source in self.sources:
            table = source.snapshot.find_table(plain, schema or None) or source.snapshot.find_table(plain)
            if table is not None:
                return table
        return None

    def find(self, path: str, names: Sequence[str]) -> Mapped | None:
        """The model that some names of a file may stand for, if it is one."""
        if any(name.endswith("get_user_model()") for name in names):
            return self.user or find_builtin(["django.contrib.auth.models.User"])
        for name in names:
            ref = self.program.resolve(path, name)
            for one in (ref, *self.program.follow(ref)):
                found = self.get(one.path, one.name) or self.find_default(one, name)
                if found is not None:
                    return found
        return find_builtin(names)

    def find_default(self, ref: Ref, name: str) -> Mapped | None:
        """The model that a file exports by default, where nothing else is known of the file."""
        models = self.paths.get(ref.path, ()) if ref.name == "default" else ()
        last = name.rpartition(".")[2]
        chosen = last if last in models else models[0] if len(models) == 1 else ""
        return self.get(ref.path, chosen) if chosen else None

    @cached_property
    def paths(self) -> Mapping[str, Sequence[str]]:
        """The names of the models of each file."""
        found: dict[str, list[str]] = {}
        for path, name in self.members:
            found.setdefault(path, []).append(name)
        return found

    @cached_property
    def user(self) -> Mapped | None:
        """The one model that stands for Django's users."""
        keys = [
            key
            for key, (_, model) in self.members.items()
            if any(
                "AbstractUser" in name or "AbstractBaseUser" in name
                for names in model.get("bases", ())
                for name in names
            )
        ]
        found = [model for key in keys if (model := self.get(*key)) is not None]
        return found[0] if len(found) == 1 else None

    def get(self, path: str, name: str) -> Mapped | None:
        """The model of a name in a file."""
        key = (path, name.removesuffix("()"))
        if key not in self._known:
            self._known[key] = self.make(*key)
        return self._known[key]

    def make(self, path: str, name: str) -> Mapped | None:
        """The same, put together."""
        style, model = self.members.get((path, name), ("", {}))
        table = self.named.get((path, name), "") or str(model.get("table", ""))
        default = str(model.get("default", ""))
        if not table and default and (self.find_table(default) is not None or style in ("django", "typeorm")):
            table = default
        if not table or (not model and (path, name) not in self.named):
            return None
        columns: dict[str, str] = {}
        relations: dict[str, Sequence[Any]] = {}
        for one in self.list_parts(path, name):
            columns = {**one.get("columns", {}), **columns}
            relations = {**{key: [path, *row] for key, row in one.get("relations", {}).items()}, **relations}
        return Mapped(path, name, style or "sqlalchemy", table, self.find_table(table), columns, relations)

    def list_parts(self, path: str, name: str, depth: int = DEEPEST) -> Iterator[Mapping[str, Any]]:
        """The members of a model and of what it is derived from, its own first."""
        _, model = self.members.get((path, name), ("", None))
        if model is None or not depth:
            return
        yield model
        for names in model.get("bases", ()):
            for one in names:
                ref: Ref = self.program.resolve(path, one)
                if (ref.path, ref.name) != (path, name):
                    yield from self.list_parts(ref.path, ref.name, depth - 1)

    def relate(self, model: Mapped, member: str) -> Relation | None:
        """Where a member of a model leads, by what it says or by the one key that joins the two tables."""
        row = model.relations.get(member)
        if row is None:
            return self.relate_back(model, member)
        path, names, own, there, many = row[:5]
        target = self.find(path, names) or self.find_named(model, names) or find_builtin(names)
        if target is None:
            return None
        if own:
            return Relation(target, own, there, bool(many))
        if model.style == "prisma":
            return self.relate_other(model, target, row)
        return self.join(model, target, many=bool(many))

    def relate_other(self, model: Mapped, target: Mapped, row: Sequence[Any]) -> Relation | None:
        """A relation of Prisma whose key is on the other side: of the same name, where it has one."""
        ways = [
            Relation(target, other[3], other[2], many=bool(row[4]))
            for other in target.relations.values()
            if other[2] and other[1] == [model.name] and other[5:] == row[5:]
        ]
        return ways[0] if len(ways) == 1 else None

    def find_only(self, name: str, style: str) -> Mapped | None:
        """The model of a name, where a library has only one of it (`db.query.users`)."""
        keys = [key for key, (known, _) in self.members.items() if key[1] == name and known == style]
        return self.get(*keys[0]) if len(keys) == 1 else None

    def find_named(self, model: Mapped, names: Sequence[str]) -> Mapped | None:
        """The only model that has a name, where a text names it (`relationship("Team")`)."""
        plain = {name.lstrip("#").rpartition(".")[2] for name in names}
        keys = [key for key, (style, _) in self.members.items() if key[1] in plain and style == model.style]
        keys = keys or [key for key in self.named if key[1] in plain]
        same = [key for key in keys if key[0] == model.path]
        keys = same or keys
        return self.get(*keys[0]) if len(keys) == 1 else None

    def relate_back(self, model: Mapped, member: str) -> Relation | None:
        """Where a member leads that another model's relation gives (`related_name`)."""
        for key in self.backs.get(member, ()):
            other = self.get(*key[:2])
            relation = self.relate(other, key[2]) if other is not None else None
            if other is not None and relation is not None and relation.target is model and relation.own:
                return Relation(other, relation.there or model.key[0], relation.own, many=True)
        return None

    @cached_property
    def backs(self) -> Mapping[str, Sequence[tuple[str, str, str]]]:
        """Model and member of each relation by the name that it has on the other side."""
        found: dict[str, list[tuple[str, str, str]]] = {}
        for (path, name), (_, model) in self.members.items():
            for member, named in model.get("backs", {}).items():
                for back in named:
                    found.setdefault(str(back), []).append((path, name, member))
        return found

    def join(self, model: Mapped, target: Mapped, *, many: bool | None = None) -> Relation | None:
        """The one foreign key between two tables."""
        ways = []
        if model.given is not None and many is not True:
            ways += [
                Relation(target, key.columns[0], key.references[0])
                for key in model.given.foreign_keys
                if key.table == target.table.rpartition(".")[2] and len(key.columns) == 1 and key.references
            ]
        if target.given is not None and (many is not False or not ways):
            ways += [
                Relation(target, key.references[0], key.columns[0], many=True)
                for key in target.given.foreign_keys
                if key.table == model.table.rpartition(".")[2] and len(key.columns) == 1 and key.references
            ]
        return ways[0] if len(ways) == 1 else None
