"""Indexes that keys and queries lack, as migrations in the project's own style."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from readycheck.fix.contract import Project, per_project
from readycheck.fix.indexes.alembic import write_revision
from readycheck.fix.indexes.django import write_migrations
from readycheck.fix.indexes.needs import Wanted, find_steps, find_wanted, list_distinct, make_key
from readycheck.fix.indexes.plan import Made, Planned, make_title
from readycheck.fix.indexes.prisma import is_prisma, write_steps
from readycheck.fix.indexes.reasons import REASONS
from readycheck.fix.indexes.script_steps import write_scripts
from readycheck.fix.indexes.sql_folder import is_supabase, write_files
from readycheck.fix.refusal import RefusedError, refuse
from readycheck.model.evidence import Match
from readycheck.model.fix import Edit, NewFile, Safety, Site
from readycheck.model.location import Span
from readycheck.scan.checks.contract import PROGRAM
from readycheck.scan.queries.project import STORED
from readycheck.scan.schema.source import Source


@per_project(*PROGRAM, *STORED)
def missing_indexes(project: Project, matches: Sequence[Match]) -> Iterator[Site]:
    """Write a migration for each missing index, where the project's migrations can build it beside the table in use."""
    wanted = find_wanted(project, matches)
    groups: dict[str, list[Wanted]] = defaultdict(list)
    for one in (each for some in wanted.values() for each in some):
        groups[one.source.label].append(one)
    planned: dict[tuple[str, str], Made | RefusedError] = {}
    for label, some in groups.items():
        for statement, made in plan_source(project, list_distinct(some)).items():
            planned[label, statement] = made
    for match in matches:
        if isinstance(match.where, Span):
            yield make_site(match, match.where, wanted.get(make_key(match), ()), planned)


def plan_source(project: Project, wanted: Sequence[Wanted]) -> Planned:
    """What is made for each statement of one database, or why nothing is."""
    fit: list[Wanted] = []
    planned: dict[str, Made | RefusedError] = {}
    for one in wanted:
        if one.source.dialect != "postgres":
            planned[one.statement] = RefusedError("not-postgres")
        elif one.need.table.partitioned:
            planned[one.statement] = RefusedError("index-in-steps")
        else:
            fit.append(one)
    try:
        return planned | write_all(project, fit) if fit else planned
    except RefusedError as error:
        return planned | {one.statement: error for one in fit}


def write_all(project: Project, wanted: Sequence[Wanted]) -> dict[str, Made | RefusedError]:
    """The migrations of one database. Raises RefusedError where none can be made."""
    source = wanted[0].source
    if source.style == "django":
        return dict(write_migrations(project, wanted))
    return {one.statement: made for one, made in zip(wanted, write_rows(project, source, wanted), strict=True)}


def write_rows(project: Project, source: Source, wanted: Sequence[Wanted]) -> Iterator[Made]:
    """The migrations of a folder that all databases of the project are made by. Raises RefusedError."""
    steps = find_steps(project, source)
    made: list[tuple[tuple[NewFile, ...], tuple[Edit, ...]]]
    if is_prisma(project, source):
        made, reason = write_steps(project, source, wanted), "runs-at-deploy"
    elif steps and steps[0].data["tool"] == "alembic":
        made, reason = [((write_revision(project, steps, wanted),), ())] * len(wanted), "models-lag"
    elif steps:
        made = [((file,), ()) for file in write_scripts(project, source, steps, wanted)]
        reason = "models-lag" if steps[0].data["tool"] == "typeorm" else "runs-at-deploy"
    elif source.style == "sql":
        made = [(files, ()) for files in write_files(project, source, wanted)]
        reason = "supabase-version" if is_supabase(source) else "runs-at-deploy"
    else:
        raise RefusedError("style-unknown")
    for one, (files, edits) in zip(wanted, made, strict=True):
        yield Made(files, edits, reason, make_title(one.name, files[0]))


def make_site(
    match: Match, where: Span, wanted: Sequence[Wanted], planned: Mapping[tuple[str, str], Made | RefusedError]
) -> Site:
    """The site of one match: with all indexes that it stands for, or refused with the first one that is."""
    if not wanted:
        return refuse(match, RefusedError("need-unclear"), REASONS)
    made: list[Made] = []
    for one in wanted:
        part = planned[one.source.label, one.statement]
        if isinstance(part, RefusedError):
            return refuse(match, RefusedError(part.code, part.detail or one.statement), REASONS)
        made.append(part)
    edits = tuple(dict.fromkeys(edit for part in made for edit in part.edits))
    files = tuple(dict.fromkeys(file for part in made for file in part.files))
    title = "; ".join(dict.fromkeys(part.title for part in made))
    return Site(match.rule, where, Safety.UNSAFE, title, made[0].reason, edits, files)
