"""Which migrations a tool has applied: the names in its own table, the only rows of any table that are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from readycheck.database.catalog import Row, make_snapshot
from readycheck.database.collect.reading import Readings, read
from readycheck.database.collect.topics import Topic
from readycheck.database.histories import DIRTY, History, find_column, list_histories
from readycheck.sql.snapshot import Table

if TYPE_CHECKING:
    import psycopg

TOPIC = "applied"
MOST_NAMES = 5_000


def read_applied(connection: psycopg.Connection[Any], readings: Readings) -> None:
    """The names of the applied migrations, one row of the topic for each tool's table that may be read."""
    found: list[Row] = []
    histories = list_histories(make_snapshot(readings.rows)) if "tables" in readings.rows else []
    for table, history in histories:
        column = find_column(table, history)
        if column is None:
            continue
        readings.rows.pop(TOPIC, None)
        grant = f"GRANT SELECT ON {table.schema}.{table.name} TO {{role}}"
        read(connection, Topic(TOPIC, "", grant), make_statement(table, history, column), readings)
        names = [row.text("name") for row in readings.rows.pop(TOPIC, ())]
        if TOPIC not in readings.skipped:
            head = history.is_head or (table.find_column(DIRTY) is not None and len(names) == 1)
            found.append(Row({"schema": table.schema, "table": table.name, "head": head, "names": [*names]}))
    if found or not readings.skipped.get(TOPIC):
        readings.rows[TOPIC] = tuple(found)


def make_statement(table: Table, history: History, column: str) -> Any:  # noqa: ANN401 - what the driver takes
    """The query for the names, in no order."""
    from psycopg import sql  # noqa: PLC0415 - start-up time

    name = sql.SQL("{}::text").format(sql.Identifier(column))
    if history.within:
        name = sql.SQL("{}::text || '.' || ").format(sql.Identifier(history.within)) + name
    done = sql.SQL(f" WHERE {history.done}") if history.done else sql.SQL("")
    where = sql.Identifier(table.schema, table.name)
    return sql.SQL("SELECT {} AS name FROM {}{} LIMIT {}").format(name, where, done, MOST_NAMES)
