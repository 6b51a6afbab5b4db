"""Names that JavaScript's models leave to a convention, told once all files of a project are read.

In facts such a name begins with `~`: `~property`, or `~relation~property` for the column of a relation. The rules are
those of TypeORM's DefaultNamingStrategy, of typeorm-naming-strategies' SnakeNamingStrategy and of Sequelize.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.scan.late import compile_late

Model = dict[str, Any]
CHAINED = compile_late(r"[_\s-]+(.)")


def settle(facts: Sequence[Fact]) -> list[Fact]:
    """The facts with all names told, many-to-many tables whole, and children within their parents' tables."""
    facts = [*facts, *join_lists([one for one in facts if one.data["style"] == "prisma"])]
    chosen = [one for one in facts if one.data["style"] in ("typeorm", "sequelize")]
    rest = [one for one in facts if one.data["style"] not in ("typeorm", "sequelize")]
    for style in ("typeorm", "sequelize"):
        members = [one for one in chosen if one.data["style"] == style]
        if members:
            rest += Settler(members).settle()
    return rest


def join_lists(facts: Sequence[Fact]) -> Iterator[Fact]:
    """The tables of Prisma's many-to-many relations: two models that hold lists of each other.

    `_AToB`, or `_Name`, with the columns `A` and `B` in the order of the models' names, both the primary key, and an
    index on `B`.
    """
    groups: dict[str, list[tuple[Fact, Model]]] = defaultdict(list)
    for fact in facts:
        groups[str(fact.data["group"])] += [(fact, model) for model in list_models(fact)]
    for members in groups.values():
        made: set[str] = set()
        sides = Counter(
            (str(model["name"]), str(one[1]), str(one[2])) for _, model in members for one in model.get("many", ())
        )
        for fact, model in members:
            rows: list[Json] = []
            for line, other, label in model.get("many", ()):
                ends = sorted((str(model["name"]), str(other)))
                table = f"_{label or 'To'.join(ends)}"
                wanted = 1 + (other == model["name"])  # a list of oneself needs another one that leads back
                if sides[str(other), str(model["name"]), str(label)] >= wanted and table not in made:
                    made.add(table)
                    rows.append(make_pair(int(line), table, ends))
            if rows:
                yield Fact(fact.kind, fact.where, {**fact.data, "models": rows})


def make_pair(line: int, table: str, ends: Sequence[str]) -> dict[str, Json]:
    """The model of a table between two models."""
    columns: list[Json] = [[line, name, "", "p", end] for name, end in zip("AB", ends, strict=True)]
    return {
        "name": table, "table": table, "bases": [], "line": line, "columns": columns, "keys": [], "plain": True,
        "indexes": [[line, ["B"], False, f"{table}_B_index", ""]],
    }  # fmt: skip


class Settler:
    """The models of one style."""

    def __init__(self, facts: Sequence[Fact]) -> None:
        """Take all facts of the style."""
        self.facts = facts
        self.is_snake = any(one.data.get("snake") for one in facts)
        rows: list[tuple[Fact, Model]] = [(one, dict(model)) for one in facts for model in list_models(one)]
        self.rows = rows
        self.by_name: dict[str, Model] = {}
        for _, model in rows:
            self.by_name.setdefault(str(model["name"]), model)

    def settle(self) -> Iterator[Fact]:
        """The facts anew."""
        for _, model in self.rows:
            if model.get("join"):
                self.join(model)
        for _, model in self.rows:
            self.name_all(model)
        self.link()
        for fact in self.facts:
            models: list[Json] = [
                model for one, model in self.rows if one is fact and model["name"] and not model.get("single")
            ]
            yield Fact(fact.kind, fact.where, {**fact.data, "models": models})

    def name(self, text: str) -> str:
        """A name by the convention."""
        if not text.startswith("~"):
            return text
        parts = text[1:].split("~")
        joined = "_".join(parts)
        if self.is_snake:
            return make_snake(joined)
        return make_camel(joined) if len(parts) > 1 else parts[0]

    def name_all(self, model: Model) -> None:
        """Tell the names of a model's columns, keys and indexes."""
        told: dict[str, str] = {}
        for row in model["columns"]:
            given = str(row[1])
            own = f"{given[:-2]}{self.find_key(str(row[4]).partition('.')[0])}" if given.endswith("~id") else given
            told[given] = row[1] = self.name(own)
        merge_columns(model)
        model["props"] = {key: told.get(str(one)) or self.name(str(one)) for key, one in model.get("props", {}).items()}
        for row in model["indexes"]:
            keys = [(str(key).removeprefix("-"), "-" * str(key).startswith("-")) for key in row[1]]
            row[1] = [f"{sign}{told.get(key) or self.name(key)}" for key, sign in keys]

    def find_key(self, name: str) -> str:
        """The property that is a model's primary key."""
        target = self.by_name.get(name)
        columns = {str(row[1]) for row in target["columns"] if "p" in row[3]} if target else set()
        return next((key for key, column in (target or {}).get("props", {}).items() if str(column) in columns), "id")

    def join(self, model: Model) -> None:
        """The table of a many-to-many relation: both keys, indexed, its primary key together."""
        owner, key, target, *names = map(str, model["join"])
        ends = [self.by_name.get(owner), self.by_name.get(target)]
        tables = [
            str(one["table"]) if one else make_snake(name) for one, name in zip(ends, (owner, target), strict=True)
        ]
        model["table"] = model["table"] or make_snake(f"{tables[0]}_{key}_{tables[1]}")
        made = [
            name or self.name(f"~{table}~{self.find_key(end)}")
            for name, table, end in zip(names, tables, (owner, target), strict=True)
        ]
        if made[0] == made[1]:
            made = [f"{name}_{place}" for place, name in enumerate(made, 1)]
        model["columns"] = [
            [model["line"], name, "", "p", end] for name, end in zip(made, (owner, target), strict=True)
        ]
        model["indexes"] = [[model["line"], [name], False, "", ""] for name in made]

    def link(self) -> None:
        """Put the columns of a table's children into it, and keys that associations make into their models."""
        for _, model in self.rows:
            parent = self.find_parent(model) if model.get("single") else None
            if parent is not None:
                for part in ("columns", "indexes", "keys"):
                    parent[part] = [*parent[part], *model[part]]
        for fact in self.facts:
            links: Any = fact.data.get("links") or ()
            for link in links:
                self.associate(*link)

    def find_parent(self, model: Model, depth: int = 5) -> Model | None:
        """The nearest class with a table of its own that a model is derived from."""
        for base in model["bases"] if depth else ():
            one = self.by_name.get(str(base))
            if one is not None:
                return one if one["table"] else self.find_parent(one, depth - 1)
        return None

    def associate(self, line: int, kind: str, ends: Sequence[str], options: Mapping[str, Any]) -> None:
        """`A.belongsTo(B)`, `A.hasMany(B)`, `A.belongsToMany(B, {through})`."""
        owner, target = (self.by_name.get(one) for one in ends)
        if owner is None or target is None or options.get("constraints") is False or options.get("through"):
            return
        child, parent = (owner, target) if kind == "belongsTo" else (target, owner)
        alias = str(options.get("as") or parent["name"]) if kind == "belongsTo" else str(parent["name"])
        said = options.get("key")
        name = str(said) if said else make_camel(f"{alias}_{self.find_key(str(parent['name']))}")
        column = options.get("column") or child["props"].get(name)
        if not column:
            column = make_snake(name) if child.get("underscored") or self.is_snake else name
        row = next((one for one in child["columns"] if one[1] == column), None)
        if row is None:
            row = [line, column, "", "", ""]
            child["columns"].append(row)
        row[4] = row[4] or str(parent["name"])


def merge_columns(model: Model) -> None:
    """One row for a column that is declared for itself and for a relation."""
    rows: dict[str, list[Any]] = {}
    for row in model["columns"]:
        first = rows.setdefault(str(row[1]), row)
        if first is not row:
            first[2:] = [first[2] or row[2], f"{first[3]}{row[3]}", first[4] or row[4]]
    model["columns"] = list(rows.values())


def list_models(fact: Fact) -> list[Model]:
    """The models of a fact, with rows that may be changed."""
    rows: Any = fact.data["models"]
    parts = ("columns", "indexes", "keys")
    return [{**model, **{part: [list(row) for row in model[part]] for part in parts}} for model in rows]


def make_snake(name: str) -> str:
    """`userId` as `user_id`, as TypeORM's StringUtils has it."""
    text = re.sub(r"([A-Z])([A-Z])([a-z])", r"\1_\2\3", name)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", text).lower()


def make_camel(name: str) -> str:
    """`author_id` as `authorId`."""
    return CHAINED.sub(lambda found: found[1].upper(), name)
