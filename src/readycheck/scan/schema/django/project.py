"""A Django project's database: its migrations in order, and the models of the apps that have none.

Where an app has migrations, they are what runs; its models are handed over beside them (`Source.models`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.scan.schema.django.classes import find_models
from readycheck.scan.schema.django.operations import apply, create_table
from readycheck.scan.schema.django.order import order_migrations
from readycheck.scan.schema.django.state import USER, Key, Model, State
from readycheck.scan.schema.operations import write_operation
from readycheck.scan.schema.source import Source
from readycheck.sql.snapshot import Dialect, Place, Problem, Script

DJANGO = "schema-django"
Rows = list[tuple[str, list[Json]]]
"""Rows of operations with the file of each."""


@dataclass(frozen=True)
class Apps:
    """The apps of a project: their migrations, each with its app's label, and their models with the files of both.

    `rows` are what the migrations send, `state` are the models after them.
    """

    user: Key
    migrations: Sequence[Fact]
    models: Sequence[tuple[str, Model]]
    rows: Rows
    state: State

    @property
    def stepped(self) -> set[str]:
        """The apps that have migrations."""
        return {str(one.data["app"]) for one in self.migrations}


def read_apps(facts: Sequence[Fact]) -> Apps:
    """What the facts of a Django project tell of its apps."""
    chosen = {
        sort: [one for one in facts if one.data["sort"] == sort] for sort in ("migration", "models", "label", "user")
    }
    labels = {str(one.data["folder"]): str(one.data["label"]) for one in chosen["label"]}
    said = str(chosen["user"][0].data["user"]).lower() if chosen["user"] else "auth.user"
    user: Key = (said.rpartition(".")[0].rpartition(".")[2], said.rpartition(".")[2])
    migrations = [name_app(one, labels, user) for one in chosen["migration"]]
    folders = {str(one.data["folder"]): str(one.data["app"]) for one in migrations}
    return Apps(user, migrations, find_models(chosen["models"], folders | labels), *run_migrations(migrations, user))


def find_django(facts: Sequence[Fact], dialect: Dialect) -> Iterator[Source]:
    """The database of a project's apps."""
    dialect = "postgres" if dialect == "sqlite" else dialect  # sqlite3 is what its settings begin with
    apps = read_apps(facts)
    bare = [one for one in apps.models if one[1].app not in apps.stepped]
    rows = apps.rows + make_tables(apps.state, bare)
    beside = make_tables(State(apps.user), [one for one in apps.models if one[1].app in apps.stepped], bare)
    scripts = list(write_rows(rows, dialect))
    if scripts:
        unread = tuple(
            Problem(Place(path, int(str(row[1]))), str(row[3]), str(row[2])) for path, row in rows if row[0] == "unread"
        )
        places = [*(one.where.path for one in apps.migrations), *(path for path, _ in bare)]
        yield Source(find_folder(places), dialect, tuple(scripts), "django", tuple(write_rows(beside, dialect)), unread)


def name_app(fact: Fact, labels: Mapping[str, str], user: Key) -> Fact:
    """A migration with the label of its app, and that of the app of users where it depends on that."""
    folder = str(fact.data["folder"])
    after: Any = fact.data["after"]
    named: list[Json] = [[user[0] if app == USER else app, name] for app, name in after]
    label = labels.get(folder) or folder.rpartition("/")[2]
    return Fact(fact.kind, fact.where, {**fact.data, "app": label, "after": named})


def run_migrations(facts: Sequence[Fact], user: Key) -> tuple[Rows, State]:
    """What all migrations send, and the models after them."""
    state, rows = State(user), Rows()
    for fact in order_migrations(facts):
        operations: Any = fact.data["operations"]
        for operation in operations:
            rows += [(fact.where.path, row) for row in apply(state, str(fact.data["app"]), operation)]
        rows += [(fact.where.path, row) for row in state.later]
        state.later.clear()
    return rows, state


def make_tables(state: State, models: Sequence[tuple[str, Model]], others: Iterable[tuple[str, Model]] = ()) -> Rows:
    """The tables of models as their classes have them; `others` are models that they may refer to."""
    rows: Rows = []
    for _, model in (*others, *models):
        state.models[model.app, model.name.lower()] = model
    for path, model in models:
        if model.owned:
            rows += [(path, row) for row in create_table(state, model, int(model.options.get("line") or 0))]
            rows += [(path, row) for row in state.later if row[0] == "key"]
            state.later.clear()
    return sorted(rows, key=lambda one: one[1][0] == "key")


def write_rows(rows: Rows, dialect: Dialect) -> Iterator[Script]:
    """The statements of rows."""
    for path, row in rows:
        yield from write_operation(row, path, dialect)


def find_folder(paths: Sequence[str]) -> str:
    """The folder that all paths are in."""
    parts = [path.split("/")[:-1] for path in paths]
    common: list[str] = []
    for row in zip(*parts, strict=False):
        if len(set(row)) > 1:
            break
        common.append(row[0])
    return "/".join(common) or "."
