"""What the catalog says of indexes: keys that none begins with, and those that serve nothing."""

from __future__ import annotations

from collections.abc import Iterator

from readycheck.database.catalog import Row
from readycheck.database.checks.contract import count, decide, locate, make_match, name_some, reads, tell_duration
from readycheck.database.inspection import Inspection
from readycheck.model.evidence import Match
from readycheck.model.judgement import Judgement
from readycheck.model.rule import Rule
from readycheck.sql.audit import Need
from readycheck.sql.cover import find_cover
from readycheck.sql.names import quote
from readycheck.sql.snapshot import Index, Key, Snapshot, Table

DAY = 86_400
OLD_ENOUGH = 14 * DAY  # a fortnight: what runs weekly has run twice
BUSY = 100
MOST_PLACES = 6
NO_SCHEMA = "there are no tables: is this the database, and is it migrated?"


def get_schema(inspection: Inspection) -> Snapshot:
    """The schema of an inspection that is known to have one."""
    return inspection.snapshot or Snapshot("postgres", ())


@reads("schema")
def foreign_key_unindexed(inspection: Inspection, rule: Rule) -> Judgement:
    """A foreign key that no valid index begins with."""
    schema = get_schema(inspection)
    keys = [(table, key) for table in schema.tables for key in table.foreign_keys]
    matches = [describe_need(inspection, rule, need) for need in inspection.audit.needs if need.kind == "foreign-key"]
    tables = {(table.schema, table.name) for table, _ in keys}
    proof = f"a valid index begins with each of {count(len(keys), 'foreign key')} of {count(len(tables), 'table')}"
    nothing = f"no foreign key in {count(len(schema.tables), 'table')}" if schema.tables else NO_SCHEMA
    return decide(matches, len(keys), proof, nothing)


def describe_need(inspection: Inspection, rule: Rule, need: Need) -> Match:
    """The match of one need: the key or query, the indexes that there are, the one that would help and how much."""
    help_ = f"; this would help: {need.proposal.statement.rstrip(';')}" if need.proposal else ""
    help_ += tell_costs(inspection, need)
    there = describe_indexes(need.table, need.columns)
    places = list(dict.fromkeys([need.place, *(use.place for use in need.uses)]))[:MOST_PLACES]
    return make_match(
        rule,
        locate(need.table, need.columns),
        f"{need.reason} ({there}){help_}",
        f"{need.table.name} ({', '.join(need.columns)})",
        places,
    )


def tell_costs(inspection: Inspection, need: Need) -> str:
    """What the server's planner expects of the advised index, where it was asked; nothing where it was not."""
    statement = need.proposal.statement if need.proposal else ""
    row = next((row for row in inspection.rows("costs") if row.text("index") == statement), None)
    if row is None or row.text("schema") != need.table.schema or row.text("table") != need.table.name:
        return ""
    before, after = row.number("before") or 0.0, row.number("after") or 0.0
    if after >= before:
        return f" (as the table is now, the planner would not use it: the query costs {before:,.0f})"
    return f" (the planner's cost of the query falls from {before:,.0f} to {after:,.0f})"


@reads("schema")
def index_invalid(inspection: Inspection, rule: Rule) -> Judgement:
    """An index that the planner does not use, because its building failed or was not finished."""
    indexes = list(list_indexes(get_schema(inspection)))
    matches = [
        make_match(
            rule,
            locate(table, index.names),
            f"the index {index.name} of {table.name} is not valid: every write pays for it and no query uses it; "
            f"DROP INDEX CONCURRENTLY {quote(index.name)}, then build it again",
            index.name,
            [index.place],
        )
        for table, index in indexes
        if not index.valid
    ]
    return decide(matches, len(indexes), f"all of {count(len(indexes), 'index', 'indexes')} are valid", NO_SCHEMA)


@reads("schema")
def index_redundant(inspection: Inspection, rule: Rule) -> Judgement:
    """An index whose work another one does as well."""
    indexes = list(list_indexes(get_schema(inspection)))
    matches = [
        make_match(
            rule,
            locate(one.table, one.index.names),
            f"{one.reason}, so that {one.table.name} does not need {one.index.name} ({describe_keys(one.index)}): "
            "every write pays for both",
            one.index.name,
            [one.index.place],
        )
        for one in inspection.audit.surplus
        if one.kind != "invalid"
    ]
    proof = f"none of {count(len(indexes), 'index', 'indexes')} repeats another"
    return decide(matches, len(indexes), proof, NO_SCHEMA)


@reads("schema", "use", "statistics")
def index_unused(inspection: Inspection, rule: Rule) -> Judgement:
    """An index that no query used for as long as the statistics reach back, in a table that is read."""
    (statistics, *_) = inspection.rows("statistics")
    age = measure_age(statistics)
    if age < OLD_ENOUGH:
        return Judgement(
            unproven=f"the statistics reach back {tell_duration(age)}, too short to call an index unused: "
            f"they say so after {tell_duration(OLD_ENOUGH)}"
        )
    replicas = inspection.row("replicas")
    if replicas is not None and replicas.number("number"):
        return Judgement(unproven="there are replicas: what they use the indexes for is not counted on this server")
    used = {(row.text("schema"), row.text("table"), row.text("index")): row for row in inspection.rows("use")}
    matches, examined = [], 0
    for table, index in list_indexes(get_schema(inspection)):
        row = used.get((table.schema, table.name, index.name))
        if row is None or index.unique or index.constraint or not index.valid or serves_key(table, index):
            continue
        examined += 1
        reads_of_table = int(row.number("table_scans") or 0)
        if row.number("scans") == 0 and reads_of_table >= BUSY:
            text = (
                f"no query used the index {index.name} of {table.name} ({describe_keys(index)}) in "
                f"{tell_duration(age)}, while the table was read {reads_of_table:,} times"
            )
            matches.append(make_match(rule, locate(table, index.names), text, index.name, [index.place]))
    nothing = "every index is a key's, or stands before a foreign key"
    return decide(matches, examined, f"each of {count(examined, 'index', 'indexes')} is used", nothing)


def measure_age(row: Row) -> float:
    """How far the statistics reach back, in seconds: to their reset, or as long as the server surely counted."""
    age = row.number("age")
    return age if age is not None else row.number("uptime") or 0.0


def serves_key(table: Table, index: Index) -> bool:
    """Whether a foreign key needs the index when rows of the other table are deleted, which may be rare."""
    return any(find_cover(table, key.columns) is index for key in table.foreign_keys)


def list_indexes(schema: Snapshot) -> Iterator[tuple[Table, Index]]:
    """All indexes with their tables."""
    for table in schema.tables:
        for index in table.indexes:
            yield table, index


def describe_indexes(table: Table, columns: tuple[str, ...]) -> str:
    """Which indexes there are that hold one of the columns."""
    near = [index for index in table.indexes if any(key.column in columns for key in index.columns)]
    if near:
        return f"there is {name_some([f'{index.name} on {describe_keys(index)}' for index in near], ', and ')}"
    if len(table.indexes) > 1:
        return f"none of the {len(table.indexes)} indexes of {table.name} holds it"
    return f"the only index of {table.name} does not hold it" if table.indexes else f"{table.name} has no index"


def describe_keys(index: Index) -> str:
    """The keys of an index, with its predicate and whether it is not valid."""
    keys = ", ".join(describe_one(key) for key in index.columns)
    where = f" where {index.predicate}" if index.predicate else ""
    return f"{keys}{where}{'' if index.valid else ', not valid'}"


def describe_one(key: Key) -> str:
    """One key of an index."""
    return f"{key.column or key.expression}{' desc' if key.descending else ''}"
