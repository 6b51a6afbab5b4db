"""One question to the server, which may fail without costing the others; what it answers is plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from readycheck.database.catalog import Row
from readycheck.database.collect.topics import Topic
from readycheck.model.rule import Json

if TYPE_CHECKING:
    import psycopg


class Readings:
    """What has been read so far, and what could not be."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.rows: dict[str, tuple[Row, ...]] = {}
        self.skipped: dict[str, str] = {}

    def first(self, topic: str) -> Row:
        """The only row of a topic, an empty one where it could not be read."""
        return next(iter(self.rows.get(topic, ())), Row({}))


def read(connection: psycopg.Connection[Any], topic: Topic, statement: Any, readings: Readings) -> None:  # noqa: ANN401 - what the driver takes
    """One topic; what the server refuses is noted with the right that it needs. Raises where the connection is lost."""
    import psycopg  # noqa: PLC0415 - start-up time

    try:
        with connection.transaction():
            rows = connection.execute(statement).fetchall()
    except psycopg.errors.InsufficientPrivilege:
        role = readings.first("role").text("name") or "ROLE"
        grant = topic.grant.format(role=role)
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
