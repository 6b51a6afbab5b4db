"""Indexes that keys and queries lack, as migrations in the project's own style."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from readycheck.fix.contract import Project, per_project
from readycheck.fix.indexes.alembic import find_steps, write_revision
from readycheck.fix.indexes.needs import Wanted, find_wanted, list_distinct, make_key
from readycheck.fix.indexes.prisma import is_prisma, write_steps
from readycheck.fix.indexes.reasons import REASONS
from readycheck.fix.indexes.sql_folder import is_supabase, write_files
from readycheck.fix.refusal import RefusedError, refuse
from readycheck.model.evidence import Match
from readycheck.model.fix import Edit, NewFile, Safety, Site
from readycheck.model.location import Span
from readycheck.scan.checks.contract import PROGRAM
from readycheck.scan.queries.project import STORED

Made = tuple[tuple[NewFile, ...], tuple[Edit, ...], str]
"""New files, changes of a schema, and why they are made on demand only."""


@per_project(*PROGRAM, *STORED)
def missing_indexes(project: Project, matches: Sequence[Match]) -> Iterator[Site]:
    """Write a migration for each missing index, where the project's migrations can build it beside the table in use."""
    wanted = find_wanted(project, matches)
    groups: dict[str, list[Wanted]] = defaultdict(list)
    for one in wanted.values():
        groups[one.source.label].append(one)
    planned: dict[tuple[str, str], Made | RefusedError] = {}
    for label, some in groups.items():
        for statement, made in plan_source(project, list_distinct(some)).items():
            planned[label, statement] = made
    for match in matches:
        if isinstance(match.where, Span):
            yield make_site(match, match.where, wanted.get(make_key(match)), planned)


def plan_source(project: Project, wanted: Sequence[Wanted]) -> Mapping[str, Made | RefusedError]:
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
        made = write_all(project, fit) if fit else []
    except RefusedError as error:
        return planned | {one.statement: error for one in fit}
    return planned | {one.statement: some for one, some in zip(fit, made, strict=True)}


def write_all(project: Project, wanted: Sequence[Wanted]) -> list[Made]:
    """The migrations of one database. Raises RefusedError."""
    source = wanted[0].source
    if is_prisma(project, source):
        return [(files, edits, "runs-at-deploy") for files, edits in write_steps(project, source, wanted)]
    if find_steps(project, source):
        file = write_revision(project, wanted)
        return [((file,), (), "models-lag")] * len(wanted)
    if source.style == "sql":
        reason = "supabase-version" if is_supabase(source) else "runs-at-deploy"
        return [(files, (), reason) for files in write_files(project, source, wanted)]
    raise RefusedError("style-unknown")


def make_site(
    match: Match, where: Span, wanted: Wanted | None, planned: Mapping[tuple[str, str], Made | RefusedError]
) -> Site:
    """The site of one missing index."""
    if wanted is None:
        return refuse(match, RefusedError("need-unclear"), REASONS)
    made = planned[wanted.source.label, wanted.statement]
    if isinstance(made, RefusedError):
        return refuse(match, RefusedError(made.code, wanted.statement), REASONS)
    files, edits, reason = made
    title = f"build {wanted.name} in {files[0].path}"
    return Site(match.rule, where, Safety.UNSAFE, title, reason, edits, files)
