"""Migrations and models of one database: what migrations make is what runs, models tell of what they leave out.

A migration may be read in part only, and a project may have begun without them. So a table is taken from the models
where the migrations do not make it, or make it without a column that the model has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from readycheck.scan.late import compile_late
from readycheck.sql.snapshot import Problem, Snapshot, Table

REFERRED = compile_late(r"^([\w.]+), to which a foreign key refers, is not created")
SUPPLIED = compile_late(r"^(?:public\.)?(?:auth_(?:user|group|permission)|django_(?:content_type|site|session))$")
AFTERWARDS = compile_late(r"\balready\b|^there is no |has no (?:column|index|constraint)|not created by")
"""Of what migrations add to models: it was there, or is gone since."""

if TYPE_CHECKING:
    from readycheck.scan.schema.source import Source


def complete(made: Snapshot, models: Snapshot) -> Snapshot:
    """The schema of migrations with the tables that only models have in full."""
    taken: list[Table] = []
    replaced: set[tuple[str, str]] = set()
    for table in models.tables:
        own = made.find_table(table.name)
        if own is None or not has_all(own, table):
            taken.append(leave_doubles(table))
            replaced |= {(own.schema, own.name)} if own is not None else set()
    names = {table.name.lower() for table in taken}
    kept = [table for table in made.tables if (table.schema, table.name) not in replaced]
    problems = [one for one in made.problems if not concerns(one, names)]
    problems += [one for one in models.problems if concerns(one, names) and not AFTERWARDS.search(one.reason)]
    return leave_known(replace(made, tables=(*kept, *taken), problems=tuple(problems)))


def leave_doubles(table: Table) -> Table:
    """A table of a model without the indexes that a migration makes again, under another name."""
    seen: set[object] = set()
    kept = []
    for index in table.indexes:
        sort = (index.columns, index.unique, index.predicate)
        kept += [] if sort in seen else [index]
        seen.add(sort)
    return replace(table, indexes=tuple(kept))


def leave_known(made: Snapshot) -> Snapshot:
    """Without the problem that a key refers to a table that Django's own apps make, or that is there after all."""
    names = {f"{table.schema}.{table.name}" for table in made.tables} | {table.name for table in made.tables}
    kept = [
        one for one in made.problems if (found := REFERRED.match(one.reason)) is None or not is_known(found[1], names)
    ]
    return replace(made, problems=tuple(kept))


def is_known(name: str, names: set[str]) -> bool:
    """Whether a table is there."""
    return name in names or SUPPLIED.match(name) is not None


def has_all(made: Table, model: Table) -> bool:
    """Whether a table has all columns that its model has."""
    return {one.name for one in model.columns} <= {one.name for one in made.columns}


def concerns(problem: Problem, names: set[str]) -> bool:
    """Whether a problem is about one of the tables."""
    from readycheck.scan.schema.sources import list_tables  # noqa: PLC0415 - it imports this module

    return bool(names & set(list_tables(problem.text)))


def join_models(sources: Sequence[Source], model: Source) -> list[Source]:
    """The databases with what models tell: added to the migrations that make most of their tables, else alone."""
    wanted = {table.name for table in model.snapshot.tables}
    shared = [len(wanted & {table.name for table in one.snapshot.tables}) for one in sources]
    best = max(range(len(sources)), key=lambda place: shared[place], default=-1)
    if best < 0 or not shared[best] or sources[best].models:
        return [*sources, model]
    joined = replace(sources[best], models=model.scripts, style=model.style)
    return [*sources[:best], joined, *sources[best + 1 :]]
