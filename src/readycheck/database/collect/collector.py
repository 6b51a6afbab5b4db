"""All reading of a live database: topic by topic, each of which may fail without costing the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from readycheck.database.catalog import Row
from readycheck.database.collect.applied import read_applied
from readycheck.database.collect.costs import weigh
from readycheck.database.collect.reading import Readings, read
from readycheck.database.collect.session import Patience, open_session
from readycheck.database.collect.topics import MOST_TABLES, SCHEMA, TOPICS
from readycheck.database.collect.tracked import read_tracker
from readycheck.database.dsn import Dsn, is_local
from readycheck.database.inspection import Inspection, Project
from readycheck.model.rule import Json
from readycheck.sql.snapshot import Snapshot

if TYPE_CHECKING:
    import psycopg

LEAST_VERSION = 130000
NAMED = 5
Hold = Callable[[Snapshot | None], Project]


def collect(
    dsn: Dsn, facts: Mapping[str, Json], patience: Patience | None = None, hold: Hold | None = None
) -> Inspection:
    """Read a database's catalog and statistics; `hold` gives the project's side, once the tables are known.

    Raises:
        ConnectError: there is no way in.
    """
    readings = Readings()
    with open_session(dsn, patience or Patience()) as connection:
        readings.rows["session"] = (Row(describe_session(connection)),)
        read_all(connection, readings)
        review(readings)
        inspection = Inspection(dsn.name, readings.rows, readings.skipped, facts)
        if hold is not None:
            inspection = replace(inspection, project=hold(inspection.snapshot))
        weigh(connection, inspection, readings)
    return inspection


def read_all(connection: psycopg.Connection[Any], readings: Readings) -> None:
    """Every topic that the server's version knows."""
    for topic in TOPICS:
        if topic.since <= (readings.first("server").number("version") or 0):
            read(connection, topic, topic.statement, readings)
    read_tracker(connection, readings)
    read_applied(connection, readings)


def describe_session(connection: psycopg.Connection[Any]) -> dict[str, Json]:
    """What the driver knows of the connection: whether it is encrypted, and whether a password was asked for."""
    used = connection.pgconn
    host = used.host.decode("utf-8", "replace")
    return {
        "host": host,
        "local": is_local(host),
        "socket": host.startswith("/"),
        "encrypted": used.ssl_in_use or used.used_gssapi,
        "password": used.used_password,
        "gssapi": used.used_gssapi,
    }


def review(readings: Readings) -> None:
    """Note what was read only in part: old servers, a schema with holes, activity of others that is hidden."""
    version = readings.first("server").number("version") or LEAST_VERSION
    if version < LEAST_VERSION:
        readings.skipped["server"] = f"Postgres {int(version) // 10_000} is older than 13: much may be missing"
    review_schema(readings)
    if readings.first("reader").flag("statistics") is False:
        role = readings.first("role").text("name")
        readings.skipped["activity"] = f"the sessions of other roles are hidden; GRANT pg_read_all_stats TO {role}"


def review_schema(readings: Readings) -> None:
    """Take out what would make for false findings: half a catalog, tables that a migration is at work on."""
    if any(topic not in readings.rows for topic in SCHEMA):
        readings.rows.pop("tables", None)
        lost = "; ".join(dict.fromkeys(readings.skipped[topic] for topic in SCHEMA if topic in readings.skipped))
        readings.skipped["schema"] = f"the catalog could not be read: {lost}"
        return
    locked = {row.text("relation") for row in readings.rows["indexes"] if row.flag("locked")}
    away = [row for row in readings.rows["tables"] if row.flag("locked") or row.text("id") in locked]
    if away:
        readings.rows["tables"] = tuple(row for row in readings.rows["tables"] if row not in away)
        names = ", ".join(row.text("name") for row in away[:NAMED])
        readings.skipped["schema"] = f"left out, for something else had locked it: {names}"
    if len(readings.rows["tables"]) > MOST_TABLES:
        readings.rows["tables"] = readings.rows["tables"][:MOST_TABLES]
        readings.skipped["schema"] = f"there are more than {MOST_TABLES:,} tables: the first ones by name were read"
