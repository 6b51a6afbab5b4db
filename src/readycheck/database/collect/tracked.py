"""What pg_stat_statements counted: the queries that take a server's time, as shapes in which no value stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from readycheck.database.catalog import Row
from readycheck.database.collect.reading import Readings, read
from readycheck.database.collect.topics import Topic

if TYPE_CHECKING:
    import psycopg

TRACKER = "pg_stat_statements"
HIDDEN = "<insufficient privilege>"
MOST_STATEMENTS = 100
KEPT = ("role", "calls", "total", "mean", "rows", "all")
COUNT = "SELECT count(*) AS number FROM {}.pg_stat_statements(false)"
# Only of this database; `all` is the time of all of its statements, in milliseconds as all times are.
BUSIEST = f"""
    SELECT s.query AS text, pg_catalog.pg_get_userbyid(s.userid)::text AS role, s.calls,
        s.total_exec_time::float8 AS total, s.mean_exec_time::float8 AS mean, s.rows,
        (sum(s.total_exec_time) OVER ())::float8 AS "all"
    FROM {{}}.pg_stat_statements(true) s
    WHERE s.dbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
    ORDER BY s.total_exec_time DESC LIMIT {MOST_STATEMENTS}
"""  # noqa: S608 - no value of anybody's
GRANT = "GRANT USAGE ON SCHEMA {schema} TO {role}"


def read_tracker(connection: psycopg.Connection[Any], readings: Readings) -> None:
    """Whether pg_stat_statements answers where it is installed (it does not unless it was loaded), and what it says."""
    from psycopg import sql  # noqa: PLC0415 - start-up time

    installed = [row for row in readings.rows.get("extensions", ()) if row.text("name") == TRACKER]
    if not installed:
        readings.skipped["busiest"] = f"{TRACKER} is not installed: CREATE EXTENSION {TRACKER}"
    for row in installed:
        schema = sql.Identifier(row.text("schema"))
        grant = GRANT.format(schema=row.text("schema"), role="{role}")
        read(connection, Topic("statements", "", grant), sql.SQL(COUNT).format(schema), readings)
        if "statements" in readings.rows:
            read(connection, Topic("busiest", "", grant), sql.SQL(BUSIEST).format(schema), readings)
        else:
            readings.skipped["busiest"] = readings.skipped["statements"]
    if "busiest" in readings.rows:
        take_shapes(readings)


def take_shapes(readings: Readings) -> None:
    """Leave of the statements what may be kept: of queries of the user's tables their shape, of all others nothing."""
    from readycheck.sql.shapes import find_shape  # noqa: PLC0415 - a parser

    rows, kept = readings.rows["busiest"], []
    own = {row.text("name") for row in readings.rows.get("tables", ())}
    for row in rows:
        shape = find_shape(row.text("text"))
        if shape is not None and not own.isdisjoint(shape.tables):
            values = {name: row.values.get(name) for name in KEPT}
            kept.append(Row({"query": shape.text, "fingerprint": shape.fingerprint, **values}))
    readings.rows["busiest"] = tuple(kept)
    if hidden := sum(row.text("text") == HIDDEN for row in rows):
        role = readings.first("role").text("name")
        readings.skipped["busiest"] = (
            f"{hidden} of the {len(rows)} busiest statements are hidden; GRANT pg_read_all_stats TO {role}"
        )
