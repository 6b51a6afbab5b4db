"""What the planner would make of an advised index, where HypoPG is installed: costs before and after, nothing is built.

A hypothetical index lives in this session's memory alone, so a read-only transaction may have one. The query is planned
for no particular values, never run. Statements go over the extended protocol, which takes one at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from readycheck.database.catalog import Row
from readycheck.database.collect.reading import Readings, first_line
from readycheck.database.inspection import Inspection
from readycheck.sql.audit import Need
from readycheck.sql.shapes import find_shape

if TYPE_CHECKING:
    import psycopg

EXTENSION = "hypopg"
MOST_NEEDS = 30
NAME = "readycheck_cost"


def weigh(connection: psycopg.Connection[Any], inspection: Inspection, readings: Readings) -> None:
    """The topic `costs`: a row for each need with a query, what it costs now and what with the advised index."""
    installed = [row for row in inspection.rows("extensions") if row.text("name") == EXTENSION]
    if not installed or inspection.snapshot is None:
        return
    rows: list[Row] = []
    for need, query in list_asked(inspection):
        row = weigh_one(connection, need, query, installed[0].text("schema"), readings)
        if row is not None:
            rows.append(row)
    readings.rows["costs"] = tuple(rows)


def list_asked(inspection: Inspection) -> Iterator[tuple[Need, str]]:
    """The needs that an index is advised for, each with one query that has it: of the server's, then of the code's."""
    from readycheck.database.checks.statements import list_needs  # noqa: PLC0415 - parsers, where there is HypoPG

    told: set[tuple[str, str, str]] = set()
    for need in (*list_needs(inspection), *inspection.audit.needs):
        text = next((use.query.text for use in need.uses), "")
        key = (need.table.schema, need.table.name, need.proposal.statement if need.proposal else "")
        shape = find_shape(text) if text and need.proposal and key not in told else None
        if shape is not None and len(told) < MOST_NEEDS:
            told.add(key)
            yield need, shape.text


def weigh_one(
    connection: psycopg.Connection[Any], need: Need, query: str, schema: str, readings: Readings
) -> Row | None:
    """The costs of one query; None where the server does not plan it: the reason is noted."""
    import psycopg  # noqa: PLC0415 - start-up time

    try:
        with connection.transaction():
            before, after = plan_twice(connection, need, query, schema)
    except psycopg.Error as error:
        if connection.closed or connection.broken:
            raise
        readings.skipped.setdefault("costs", describe_refusal(error, need, readings))
        return None
    statement = need.proposal.statement if need.proposal else ""
    return Row(
        {"schema": need.table.schema, "table": need.table.name, "index": statement, "before": before, "after": after}
    )


def describe_refusal(error: psycopg.Error, need: Need, readings: Readings) -> str:
    """Why a query was not planned, and the right that is missing."""
    import psycopg  # noqa: PLC0415 - likewise

    if isinstance(error, psycopg.errors.InsufficientPrivilege):
        role = readings.first("role").text("name")
        return f"to plan queries the role needs the right to read; GRANT SELECT ON {need.table.name} TO {role}"
    return f"the server did not plan a query: {first_line(error)}"


def plan_twice(connection: psycopg.Connection[Any], need: Need, query: str, schema: str) -> tuple[float, float]:
    """The planner's cost without and with the advised index. Raises psycopg.Error."""
    from psycopg import sql  # noqa: PLC0415 - start-up time

    def send(statement: sql.Composed | sql.SQL) -> list[dict[str, Any]]:
        cursor = connection.execute(statement, binary=True)
        return cursor.fetchall() if cursor.description else []

    home = sql.Identifier(schema)
    definition = f"{need.proposal.statement if need.proposal else ''}".replace(" CONCURRENTLY", "").rstrip("; ")
    send(sql.SQL("SELECT set_config('plan_cache_mode', 'force_generic_plan', true)"))
    send(sql.SQL("PREPARE {} AS ").format(sql.Identifier(NAME)) + sql.SQL(query))
    try:
        before = find_cost(send(explain(connection)))
        send(sql.SQL("SELECT {}.hypopg_create_index({})").format(home, sql.Literal(definition)))
        send(sql.SQL("DISCARD PLANS"))  # a plan that is kept would not look at the new index
        return before, find_cost(send(explain(connection)))
    finally:
        forget(connection, schema)


def explain(connection: psycopg.Connection[Any]) -> Any:  # noqa: ANN401 - what the driver takes
    """The statement that plans the prepared query with NULL for each of its values."""
    from psycopg import sql  # noqa: PLC0415 - likewise

    found = connection.execute(
        "SELECT cardinality(parameter_types) AS number FROM pg_catalog.pg_prepared_statements WHERE name = %s", [NAME]
    ).fetchone()
    number = int(found["number"]) if found else 0
    values = sql.SQL("({})").format(sql.SQL(", ").join([sql.SQL("NULL")] * number)) if number else sql.SQL("")
    return sql.SQL("EXPLAIN (FORMAT JSON) EXECUTE {}").format(sql.Identifier(NAME)) + values


def find_cost(rows: list[dict[str, Any]]) -> float:
    """The total cost of a plan."""
    plan: Any = rows[0]["QUERY PLAN"]
    return float(plan[0]["Plan"]["Total Cost"])


def forget(connection: psycopg.Connection[Any], schema: str) -> None:
    """Leave nothing in a session that a pooler hands on, be the transaction as failed as it may."""
    from psycopg import pq, sql  # noqa: PLC0415 - likewise

    if connection.info.transaction_status is pq.TransactionStatus.INERROR:
        return  # the block around it ends, and with it what it made
    connection.execute(sql.SQL("SELECT {}.hypopg_reset()").format(sql.Identifier(schema)))
    connection.execute(sql.SQL("DEALLOCATE {}").format(sql.Identifier(NAME)))
