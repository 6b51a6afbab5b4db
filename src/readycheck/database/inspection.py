"""What was read of a database: plain data, the same from a server, a file or a rule's example."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from readycheck.database.catalog import Row, make_snapshot
from readycheck.model.rule import Json
from readycheck.sql.audit import Audit, Use
from readycheck.sql.snapshot import Place, Snapshot

CATALOG = "tables"
OF_RELATIONS = frozenset({"checks", "reached", "sequences", "use"})


@dataclass(frozen=True, slots=True)
class Demand:
    """How many connections a project opens at least: of one pool, times the workers and copies of its process."""

    most: int
    workers: int
    replicas: int
    place: Place

    @property
    def total(self) -> int:
        """All of them together."""
        return self.most * self.workers * self.replicas


@dataclass(frozen=True, slots=True)
class Project:
    """What the code of a project says about its database: the schema that its migrations make, and its queries.

    `conditional` are the lines of migrations that may have been passed over, `migrations` the paths of migrations and
    of other files that make tables, in the order in which they apply.
    """

    snapshot: Snapshot
    uses: tuple[Use, ...] = ()
    conditional: frozenset[Place] = frozenset()
    migrations: tuple[str, ...] = ()
    demand: Demand | None = None


@dataclass(frozen=True)
class Inspection:
    """One look at a database, as it can be kept in a file and judged again.

    `database` is where it is, without a password. `readings` are the rows of each topic (`settings`, `role`, ...);
    `skipped` says for a topic that could not be read why, and which right it needs. `facts` is what the user said
    (JSON), `project` what the code says where a project was given; `given` replaces the catalog's rows in examples.
    """

    database: str
    readings: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)
    skipped: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Json] = field(default_factory=dict)
    project: Project | None = None
    given: Snapshot | None = None

    @cached_property
    def snapshot(self) -> Snapshot | None:
        """The schema, or None if the catalog could not be read."""
        if self.given is not None:
            return self.given
        if CATALOG not in self.readings:
            return None
        made, chosen = make_snapshot(self.readings), self.schemas
        if not chosen:
            return made
        tables = tuple(table for table in made.tables if table.schema in chosen)
        return replace(made, tables=tables, views=tuple(view for view in made.views if view.schema in chosen))

    @property
    def schemas(self) -> frozenset[str]:
        """The schemas that the user named; none: all."""
        named = self.facts.get("schemas")
        return frozenset(map(str, named)) if isinstance(named, list) else frozenset()

    @cached_property
    def audit(self) -> Audit:
        """What the audit of indexes says of the schema and of the project's queries."""
        from readycheck.sql.audit import audit  # noqa: PLC0415 - its parsers, only where something is judged

        return audit(self.snapshot or Snapshot("postgres", ()), self.project.uses if self.project else ())

    def rows(self, topic: str) -> tuple[Row, ...]:
        """The rows of a topic; none where it was not read. Of the user's relations those in the named schemas."""
        rows = self.readings.get(topic, ())
        if topic in OF_RELATIONS and (chosen := self.schemas):
            return tuple(row for row in rows if row.text("schema") in chosen)
        return rows

    def row(self, topic: str) -> Row | None:
        """The only row of a topic, or the first one."""
        return next(iter(self.rows(topic)), None)

    def setting(self, name: str) -> Row | None:
        """A server setting, as it holds for new sessions of this role."""
        return next((row for row in self.rows("settings") if row.text("name") == name), None)

    @property
    def role(self) -> str:
        """The name of the role that looked."""
        row = self.row("role")
        return row.text("name") if row else "this role"

    def explain_skipped(self, *topics: str) -> str:
        """Why topics were not read; empty if they were."""
        reasons = [self.skipped[topic] for topic in topics if topic in self.skipped]
        return "; ".join(dict.fromkeys(reasons))
