"""The examples of database rules: DDL that is replayed, and comments that stand for what a server says beside it.

    CREATE TABLE messages (id bigint PRIMARY KEY);
    -- setting statement_timeout = 5000
    -- role {"name": "app", "superuser": false}
    -- skipped statements the role app may not read it
    -- fact pools = 40

A comment of the form `-- TOPIC {JSON}` is one row of that topic. Where an example has several files, the one named
`database.sql` is the database, and all others are the project's migrations, with its queries as `-- query SELECT ...`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from readycheck.database.catalog import Row
from readycheck.database.conditional import find_conditional
from readycheck.database.inspection import Inspection, Project
from readycheck.model.rule import Json
from readycheck.sql.audit import Use
from readycheck.sql.replay import replay
from readycheck.sql.snapshot import Place, Script, Snapshot

DATABASE = "database.sql"
SCHEMA = "schema"
LINE = re.compile(r"-- ([a-z_]+) (.+)")
NAMED = re.compile(r"([\w.]+) = (.+)")


class ExampleError(ValueError):
    """A text that is no example of a database; says which line and why."""


def parse_example(files: Mapping[str, str]) -> Inspection:
    """An inspection from an example's files: a single one, or `database.sql` and a project. Raises ExampleError."""
    name = DATABASE if DATABASE in files else next(iter(files))
    text = files[name]
    parts = Parts()
    for number, line in enumerate(text.splitlines(), 1):
        if found := LINE.fullmatch(line.strip()):
            parts.add(found[1], found[2], Place(name, number))
    readings = {topic: tuple(rows) for topic, rows in parts.rows.items()}
    given = None if SCHEMA in parts.skipped else replay([Script(name, text)])
    project = make_project({path: one for path, one in files.items() if path != name}, given)
    return Inspection("example", readings, parts.skipped, parts.facts, project, given)


class Parts:
    """What the comments of an example say."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.rows: dict[str, list[Row]] = {}
        self.skipped: dict[str, str] = {}
        self.facts: dict[str, Json] = {}

    def add(self, topic: str, rest: str, place: Place) -> None:
        """Take one comment. Raises ExampleError."""
        if topic == "skipped":
            name, _, reason = rest.partition(" ")
            self.skipped[name] = reason
        elif topic == "fact" and (found := NAMED.fullmatch(rest)):
            self.facts[found[1]] = read_json(found[2], place)
        elif topic == "setting" and (found := NAMED.fullmatch(rest)):
            self.rows.setdefault("settings", []).append(Row({"name": found[1], "value": found[2]}, place))
        elif rest.startswith("{"):
            value = read_json(rest, place)
            self.rows.setdefault(topic, []).append(Row(value if isinstance(value, dict) else {}, place))


def read_json(text: str, place: Place) -> Json:
    """A value. Raises ExampleError."""
    try:
        value: Json = json.loads(text)
    except ValueError as error:
        raise ExampleError(f"line {place.line}: {text!r} is no JSON") from error
    return value


def make_project(files: Mapping[str, str], live: Snapshot | None) -> Project | None:
    """The project's side of an example, None if it has none."""
    if not files:
        return None
    scripts = [Script(path, text) for path, text in files.items()]
    uses = find_uses(files, live) if any("-- query" in one for one in files.values()) else ()
    return Project(replay(scripts), tuple(uses), find_conditional(scripts), tuple(sorted(files)))


def find_uses(files: Mapping[str, str], live: Snapshot | None) -> list[Use]:
    """The queries that an example's comments hold."""
    from readycheck.sql.queries import analyse  # noqa: PLC0415 - its parser is needed for few examples

    return [
        Use(analyse(found[2], "postgres", live), Place(path, number))
        for path, text in files.items()
        for number, line in enumerate(text.splitlines(), 1)
        if (found := LINE.fullmatch(line.strip())) and found[1] == "query"
    ]
