"""What the code of a project says about its database, held against the catalog."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from readycheck.database.checks.contract import count, decide, locate, make_match, name_some, reads
from readycheck.database.checks.indexes import describe_keys, describe_need, get_schema
from readycheck.database.histories import list_histories
from readycheck.database.inspection import Inspection, Project
from readycheck.model.judgement import Judgement
from readycheck.model.rule import Rule
from readycheck.sql.audit import Need
from readycheck.sql.snapshot import DEFAULT_SCHEMA, ForeignKey, Index, Place, Snapshot, Table

NO_PROJECT = "no project was given to hold the database against: --code DIR"
BY_QUERY = ("predicate", "join", "order")


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that the migrations make and that is not there."""

    table: Table
    what: str
    columns: tuple[str, ...]
    place: Place


@reads("schema")
def schema_behind(inspection: Inspection, rule: Rule) -> Judgement:
    """Tables, columns, keys or indexes that the project's migrations make are not in the database."""
    project, live = inspection.project, get_schema(inspection)
    if project is None:
        return Judgement(unproven=f"{NO_PROJECT}{name_history(live)}")
    tables = [table for table in project.snapshot.tables if not is_doubtful(project, table)]
    matches = [
        make_match(
            rule,
            locate(lack.table, lack.columns),
            f"the database lacks {lack.what}, which the project's migrations make: not applied, or taken away by hand",
            lack.what,
            [lack.place],
        )
        for table in tables
        for lack in find_lacks(table, live)
        if lack.place not in project.conditional
    ]
    indexes = sum(len(table.indexes) for table in tables)
    own = {table.name for table in project.snapshot.tables}
    others = [table.name for table in live.tables if table.name not in own]
    beyond = f"; it also has {name_some(others)}" if others else ""
    proof = f"all {count(len(tables), 'table')} and {count(indexes, 'index', 'indexes')} of the project's migrations "
    return decide(matches, len(tables), f"{proof}are in the database{beyond}", "the project's code makes no table")


def name_history(live: Snapshot) -> str:
    """Where the database keeps which migrations were applied."""
    found = [table.name for table, _ in list_histories(live)]
    return f"; which ones were applied stands in {name_some(found)}" if found else ""


def is_doubtful(project: Project, table: Table) -> bool:
    """Whether a statement that could not be replayed may have changed the table."""
    return any(table.name in problem.tables for problem in project.snapshot.problems)


def find_lacks(table: Table, live: Snapshot) -> Iterator[Lack]:
    """What of one table is not in the database."""
    found = live.find_table(table.name, None if table.schema == DEFAULT_SCHEMA else table.schema)
    if found is None:
        if not any(view.name == table.name for view in live.views):
            yield Lack(table, f"the table {table.name}", (), table.place)
        return
    for column in table.columns:
        if found.find_column(column.name) is None:
            yield Lack(table, f"the column {table.name}.{column.name}", (column.name,), column.place)
    for key in table.foreign_keys:
        if not any(is_same_key(key, one) for one in found.foreign_keys):
            what = f"the foreign key of {table.name} ({', '.join(key.columns)}) to {key.table}"
            yield Lack(table, what, key.columns, key.place)
    for index in table.indexes:
        if not any(is_same_index(index, one) for one in found.indexes):
            what = f"the index {index.name} of {table.name} on {describe_keys(index)}"
            yield Lack(table, what, index.names, index.place)


def is_same_key(one: ForeignKey, other: ForeignKey) -> bool:
    """Whether two foreign keys say the same, whatever they are called."""
    pairs = [set(zip(key.columns, key.references, strict=False)) for key in (one, other)]
    return pairs[0] == pairs[1] and one.table == other.table


def is_same_index(wanted: Index, found: Index) -> bool:
    """Whether an index has the wanted keys. How expressions and conditions are spelled is not compared."""
    keys = [tuple((key.column, key.descending) for key in index.columns) for index in (wanted, found)]
    partial = (wanted.predicate is None) == (found.predicate is None)
    return keys[0] == keys[1] and partial and wanted.unique <= found.unique and wanted.method == found.method


@reads("schema")
def query_unindexed(inspection: Inspection, rule: Rule) -> Judgement:
    """A query of the project filters, joins or orders by columns that no index of the database begins with."""
    if inspection.project is None:
        return Judgement(unproven=NO_PROJECT)
    uses = inspection.project.uses
    matches = [describe_need(inspection, rule, need) for need in select_needs(inspection.audit.needs)]
    proof = f"an index of the database serves each of {count(len(uses), 'query', 'queries')} of the project"
    return decide(matches, len(uses), proof, "no query was found in the project's code")


def select_needs(needs: Sequence[Need]) -> Iterator[Need]:
    """One need for each first column of a table, of those that an index can be advised for and no key tells already."""
    told = {(need.table.schema, need.table.name, name) for need in needs for name in need.columns if is_key(need)}
    for need in needs:
        name = (need.table.schema, need.table.name, need.columns[0]) if need.columns else None
        if need.kind in BY_QUERY and name not in told and is_advisable(need):
            told |= {name} if name else set()
            yield need


def is_key(need: Need) -> bool:
    """Whether a foreign key has the need."""
    return need.kind == "foreign-key"


def is_advisable(need: Need) -> bool:
    """Whether there is an index to advise: on columns that are there, and not on flags alone."""
    columns = [need.table.find_column(name) for name in need.columns]
    found = [column for column in columns if column is not None]
    return need.proposal is not None and found == columns and any(column.type != "boolean" for column in found)
