"""Models as their classes declare them: with the fields of abstract classes, and the table that Django names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from readycheck.model.evidence import Fact
from readycheck.scan.schema.django.fields import Field, is_primary
from readycheck.scan.schema.django.names import shorten_table
from readycheck.scan.schema.django.state import Model, read_options

DEEPEST = 8
GROUPS: dict[str, Field] = {
    "groups": {"kind": "ManyToManyField", "to": "auth.Group"},
    "user_permissions": {"kind": "ManyToManyField", "to": "auth.Permission"},
}
BASE_USER: dict[str, Field] = {
    "password": {"kind": "CharField", "length": 128}, "last_login": {"kind": "DateTimeField", "null": True},
}  # fmt: skip
OUTSIDE: Mapping[str, dict[str, Field]] = {
    "AbstractBaseUser": BASE_USER,
    "PermissionsMixin": {"is_superuser": {"kind": "BooleanField"}, **GROUPS},
    "AbstractUser": {
        **BASE_USER, "is_superuser": {"kind": "BooleanField"},
        "username": {"kind": "CharField", "length": 150, "unique": True},
        "first_name": {"kind": "CharField", "length": 150}, "last_name": {"kind": "CharField", "length": 150},
        "email": {"kind": "EmailField"}, "is_staff": {"kind": "BooleanField"}, "is_active": {"kind": "BooleanField"},
        "date_joined": {"kind": "DateTimeField"}, **GROUPS,
    },
    "AbstractBaseSession": {
        "session_key": {"kind": "CharField", "length": 40, "pk": True}, "session_data": {"kind": "TextField"},
        "expire_date": {"kind": "DateTimeField", "index": True},
    },
}  # fmt: skip
"""Fields of Django's own abstract classes (`django/contrib/auth`, `django/contrib/sessions`)."""


@dataclass(frozen=True)
class Declared:
    """A class of a file: its row of facts, its path, its app's folder."""

    path: str
    folder: str
    row: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.row["name"])

    @property
    def is_abstract(self) -> bool:
        """Whether it is a base class alone."""
        return bool(self.row["options"].get("abstract"))


@dataclass(frozen=True)
class Classes:
    """All classes of a project, by name."""

    by_name: Mapping[str, Sequence[Declared]]

    def find(self, name: str, beside: Declared) -> Declared | None:
        """The class of a name: that of the same file, of the same app, or the only one."""
        found = [one for one in self.by_name.get(name, ()) if one is not beside]
        close = [one for one in found if one.path == beside.path] or [
            one for one in found if one.folder == beside.folder
        ]
        if close:
            return close[0]
        return found[0] if len(found) == 1 or (found and all(one.is_abstract for one in found)) else None

    def is_model(self, one: Declared, depth: int = DEEPEST) -> bool:
        """Whether a class is derived from a model."""
        for base in one.row["bases"]:
            parent = self.find(base, one)
            if parent is not None and depth and self.is_model(parent, depth - 1):
                return True
            outside = parent is None and (base.endswith("Model") or base in OUTSIDE) and base != "BaseModel"
            if base == "models.Model" or outside:
                return True
        return False

    def list_fields(self, one: Declared, depth: int = DEEPEST) -> dict[str, Field]:
        """The fields of a class and of the abstract ones that it is derived from, theirs first."""
        fields: dict[str, Field] = {}
        for base in reversed(one.row["bases"]) if depth else ():
            parent = self.find(base, one)
            if parent is None:
                fields |= {name: {**each, "line": one.row["line"]} for name, each in OUTSIDE.get(base, {}).items()}
            elif parent.is_abstract or not self.is_model(parent):
                line = None if parent.path == one.path else one.row["line"]
                inherited = self.list_fields(parent, depth - 1)
                fields |= {name: {**each, "line": line or each["line"]} for name, each in inherited.items()}
        return fields | {name: each for name, each in one.row["fields"] if each}

    def read_options(self, one: Declared, depth: int = DEEPEST) -> dict[str, Any]:
        """The options of a class; without a Meta of its own, those of the first abstract class that has one."""
        own = read_options(one.row["options"])
        named = one.row["meta"]
        if named is None:
            parents = [self.find(base, one) for base in one.row["bases"]]
            above = next((each for each in parents if each is not None and each.is_abstract), None)
        else:
            above = self.find(str(named[0]).rpartition(".")[2], one) if named else None
        if above is None or not depth:
            return own
        inherited = self.read_options(above, depth - 1)
        inherited.pop("abstract", None)
        for key in ("indexes", "constraints"):
            if key in inherited and above.path != one.path:
                inherited[key] = [{**each, "line": one.row["line"]} for each in inherited[key]]
        return inherited | own


def find_models(facts: Sequence[Fact], labels: Mapping[str, str]) -> list[tuple[str, Model]]:
    """The models that have a table of their own, with their files; `labels` are the apps by their folders."""
    by_name: dict[str, list[Declared]] = defaultdict(list)
    for fact in facts:
        rows: Any = fact.data["classes"]
        for row in rows:
            by_name[str(row["name"])].append(Declared(fact.where.path, str(fact.data["folder"]), row))
    classes = Classes(by_name)
    return [
        (one.path, make_model(classes, one, labels))
        for members in by_name.values()
        for one in members
        if not one.is_abstract and classes.is_model(one)
    ]


def make_model(classes: Classes, one: Declared, labels: Mapping[str, str]) -> Model:
    """The model of a class."""
    options = classes.read_options(one)
    app = str(options.get("app") or find_app(one, labels))
    fields = classes.list_fields(one)
    parents = [parent for base in one.row["bases"] if (parent := classes.find(base, one)) is not None]
    concrete = [parent for parent in parents if classes.is_model(parent) and not parent.is_abstract]
    links = {**{f"{parent.name.lower()}_ptr": make_link(parent, one, labels) for parent in concrete}}
    has_key = any(map(is_primary, fields.values())) or any(
        each["kind"] == "CompositePrimaryKey" for each in fields.values()
    )
    if concrete and not options.get("proxy") and not has_key:
        fields = {**links, **fields}
    elif not has_key:
        fields = {"id": {"kind": "AutoField", "pk": True, "line": one.row["line"]}, **fields}
    table = str(options.get("table") or shorten_table(f"{app}_{one.name.lower()}"))
    return Model(app, one.name, table, fields, {**options, "line": one.row["line"]})


def make_link(parent: Declared, one: Declared, labels: Mapping[str, str]) -> Field:
    """The key that ties a model to the one that it is derived from."""
    app = str(parent.row["options"].get("app") or find_app(parent, labels))
    return {"kind": "OneToOneField", "to": f"{app}.{parent.name}", "pk": True, "line": one.row["line"]}


def find_app(one: Declared, labels: Mapping[str, str]) -> str:
    """The label of the app whose folder holds a class: the nearest that is known, else its folder's name."""
    for folder in list_above(one.folder):
        if folder in labels:
            return labels[folder]
    return one.folder.rpartition("/")[2]


def list_above(folder: str) -> Iterator[str]:
    """A folder and those that it is in."""
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]
