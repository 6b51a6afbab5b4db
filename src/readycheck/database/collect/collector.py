"""All reading of a live database: topic by topic, each of which may fail without costing the others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from readycheck.database.catalog import Row
from readycheck.database.collect.session import Patience, open_session
from readycheck.database.collect.topics import MOST_TABLES, SCHEMA, STATEMENTS, TOPICS, Topic
from readycheck.database.dsn import Dsn, is_local
from readycheck.database.inspection import Inspection
from readycheck.model.rule import Json

if TYPE_CHECKING:
    import psycopg

LEAST_VERSION = 130000
NAMED = 5
TRACKER = "pg_stat_statements"


class Readings:
    """What has been read so far, and what could not be."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.rows: dict[str, tuple[Row, ...]] = {}
        self.skipped: dict[str, str] = {}

    def first(self, topic: str) -> Row:
        """The only row of a topic, an empty one where it could not be read."""
        return next(iter(self.rows.get(topic, ())), Row({}))


def collect(dsn: Dsn, facts: Mapping[str, Json], patience: Patience | None = None) -> Inspection:
    """Read a database's catalog and statistics. Raises ConnectError if there is no way in."""
    readings = Readings()
    with open_session(dsn, patience or Patience()) as connection:
        readings.rows["session"] = (Row(describe_session(connection)),)
        read_all(connection, readings)
    review(readings)
    return Inspection(dsn.name, readings.rows, readings.skipped, facts)


def read_all(connection: psycopg.Connection[Any], readings: Readings) -> None:
    """Every topic that the server's version knows."""
    for topic in TOPICS:
        if topic.since <= (readings.first("server").number("version") or 0):
            read(connection, topic, topic.statement, readings)
    read_tracker(connection, readings)


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


def read(connection: psycopg.Connection[Any], topic: Topic, statement: Any, readings: Readings) -> None:  # noqa: ANN401 - what the driver takes
    """One topic; what the server refuses is noted with the right that it needs. Raises where the connection is lost."""
    import psycopg  # noqa: PLC0415 - start-up time

    try:
        with connection.transaction():
            rows = connection.execute(statement).fetchall()
    except psycopg.errors.InsufficientPrivilege:
        role = readings.first("role").text("name") or "ROLE"
        schema = next((row.text("schema") for row in readings.rows.get("extensions", ()) if is_tracker(row)), "public")
        grant = topic.grant.format(role=role, schema=schema)
        readings.skipped[topic.name] = f"the role {role} may not read it{f'; {grant}' if grant else ''}"
    except (psycopg.errors.QueryCanceled, psycopg.errors.LockNotAvailable) as error:
        readings.skipped[topic.name] = f"the server did not answer in time ({first_line(error)})"
    except psycopg.Error as error:
        if connection.closed or connection.broken:
            raise
        readings.skipped[topic.name] = f"the server refused: {first_line(error)}"
    else:
        readings.rows[topic.name] = tuple(Row({key: plain(value) for key, value in row.items()}) for row in rows)


def first_line(error: Exception) -> str:
    """The first line of a server's message."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def plain(value: object) -> Json:
    """A value of the driver as JSON."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return str(value)


def is_tracker(row: Row) -> bool:
    """Whether an extension is the one that keeps statistics of statements."""
    return row.text("name") == TRACKER


def read_tracker(connection: psycopg.Connection[Any], readings: Readings) -> None:
    """Whether pg_stat_statements answers, where it is installed: it does not unless it was loaded at the start."""
    from psycopg import sql  # noqa: PLC0415 - start-up time

    for row in filter(is_tracker, readings.rows.get("extensions", ())):
        statement = sql.SQL("SELECT count(*) AS number FROM {}.pg_stat_statements(false)")
        read(connection, STATEMENTS, statement.format(sql.Identifier(row.text("schema"))), readings)


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
