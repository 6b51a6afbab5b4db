"""Migrations that are written in code, in the order in which they are applied."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from readycheck.model.evidence import Fact
from readycheck.scan.schema.operations import write_operation
from readycheck.scan.schema.steps import read_step
from readycheck.sql.snapshot import Dialect, Place, Problem, Script

STEP = "schema-step"
HOLDERS = frozenset({"apps", "packages", "services", "libs", "projects", "modules"})


@dataclass(frozen=True)
class History:
    """The steps of one folder, in order, and what cannot be told of their order."""

    folder: str
    steps: tuple[Fact, ...]
    problems: tuple[Problem, ...] = ()

    def write(self, dialect: Dialect) -> Iterator[Script]:
        """The statements of all steps."""
        for step in self.steps:
            for row in list_operations(step):
                yield from write_operation(row, step.where.path, dialect)

    def list_unread(self) -> Iterator[Problem]:
        """What is not replayed."""
        yield from self.problems
        for step in self.steps:
            for row in list_operations(step):
                if row[0] == "unread":
                    yield Problem(Place(step.where.path, int(row[1])), str(row[3]), str(row[2]))


def list_operations(step: Fact) -> Sequence[Sequence[Any]]:
    """The rows of one step."""
    rows: Any = step.data["operations"]
    return list(rows)


def find_histories(facts: Sequence[Fact]) -> Iterator[History]:
    """One history a folder; revisions that follow each other across folders are one."""
    groups: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        groups[name_home(fact, groups)].append(fact)
    for folder, members in join_groups(groups).items():
        if all(one.data["tool"] == "alembic" for one in members):
            yield order_revisions(folder, members)
        else:
            yield History(folder, tuple(sorted(members, key=make_place)))


def make_place(fact: Fact) -> tuple[list[tuple[int, int, str]], str]:
    """Where a step stands among the others, by the name of its file."""
    key = [(0, part, "") if isinstance(part, int) else (1, 0, str(part)) for part in read_step(fact.where.path).key]
    return key, fact.where.path


def join_groups(groups: Mapping[str, list[Fact]]) -> dict[str, list[Fact]]:
    """Folders whose revisions follow those of another folder, together with it."""
    homes = {
        str(one.data["revision"]): folder
        for folder, members in groups.items()
        for one in members
        if one.data["revision"]
    }
    joined: dict[str, list[Fact]] = {}
    for folder, members in groups.items():
        above = {homes[name] for one in members for name in list_after(one) if name in homes} - {folder}
        joined.setdefault(min(above) if above and min(above) in groups else folder, []).extend(members)
    return joined


def name_home(fact: Fact, groups: Mapping[str, list[Fact]]) -> str:
    """The folder of a step. TypeORM sorts all migrations of a connection by their time: those of a package are one."""
    folder = str(fact.data["folder"])
    if fact.data["tool"] != "typeorm":
        return folder
    last = folder.rpartition("/")[2]
    alike = (one for one in groups if one.rpartition("/")[2] == last and find_package(one) == find_package(folder))
    return next(alike, folder)


def find_package(folder: str) -> list[str]:
    """The package of a folder: its first part, with the next one where the first only holds packages."""
    parts = folder.split("/")
    return parts[: 2 if parts[0] in HOLDERS else 1]


def list_after(fact: Fact) -> list[str]:
    """The revisions that a step follows."""
    after: Any = fact.data["after"]
    return list(map(str, after))


def order_revisions(folder: str, facts: Iterable[Fact]) -> History:
    """Alembic's revisions, each behind those that it follows; several without a successor are told."""
    waiting = {str(one.data["revision"]): one for one in sorted(facts, key=lambda one: one.where.path)}
    followed = {name for one in waiting.values() for name in list_after(one)}
    heads = [one for name, one in waiting.items() if name not in followed]
    problems: list[Problem] = []
    if len(heads) > 1:
        names = ", ".join(str(one.data["revision"]) for one in heads)
        problems.append(Problem(Place(heads[-1].where.path, 1), "nothing joins the revisions that come last", names))
    ordered: list[Fact] = []
    done: set[str] = set()
    while waiting:
        ready = [name for name, one in waiting.items() if not any(after in waiting for after in list_after(one))]
        for name in ready or list(waiting):  # a circle: as they stand
            ordered.append(waiting.pop(name))
            done.add(name)
    return History(folder, tuple(ordered), tuple(problems))
