"""A connection to an empty Postgres in which a schema is built and queries are planned; all of it is rolled back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from readycheck.database.collect.session import Watch, redact
from readycheck.database.dsn import Dsn
from readycheck.sql.analysis.parameters import number
from readycheck.sql.names import quote
from readycheck.sql.proof.rendering import EXTENSIONS, Step, make_type

if TYPE_CHECKING:
    import psycopg

    from readycheck.sql.proof.plans import Plan

STATEMENT_SECONDS, TOTAL_SECONDS, CONNECT_SECONDS = 5.0, 600.0, 10
ROLE = "readycheck_scratch"
NOT_EMPTY = "is not empty: it has %s. A proof builds tables, and does that in an empty database only"
OWN = """SELECT n.nspname || '.' || c.relname
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
    AND n.nspname !~ '^pg_' AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_class'::regclass
    AND d.objid = c.oid AND d.deptype = 'e') ORDER BY 1 LIMIT 1"""
GENERIC = (
    "plan_cache_mode = force_generic_plan", "jit = off", "max_parallel_workers_per_gather = 0",
    "enable_seqscan = off", "enable_hashjoin = off", "enable_mergejoin = off", "enable_material = off",
    "seq_page_cost = 0", "random_page_cost = 0",
)  # fmt: skip
"""The planner's settings: whatever it reads row by row with these, no index finds."""

SORTLESS = ("enable_sort", "enable_incremental_sort", "enable_bitmapscan")
SIZES = """SELECT pg_catalog.pg_restore_relation_stats('schemaname', n.nspname, 'relname', c.relname,
    'relpages', 1::integer, 'reltuples', 1e4::real)
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_'"""
OLD_SIZES = """UPDATE pg_catalog.pg_class c SET relpages = 1, reltuples = 1e4 FROM pg_catalog.pg_namespace n
    WHERE n.oid = c.relnamespace AND c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
    AND n.nspname !~ '^pg_'"""
"""Ten thousand rows in every table, by word: before Postgres 18 only a superuser can say so, in the catalog itself."""

_UNTYPED = re.compile(r"could not determine data type of parameter \$(\d+)")
_MISSING_TYPE = re.compile(r'type "([^"]+?)(?:\[\])?" does not exist')
MOST_TRIES = 12
DONE = (1, 2)  # libpq: a command was carried out, rows were given
TEXT = 25  # pg_type's oid of text, the same in every server


class ScratchError(Exception):
    """The scratch database cannot be used. One line, without a password."""


class NotEmptyError(ScratchError):
    """The database has tables, views or sequences: nobody builds anything in it."""


@dataclass(frozen=True, slots=True)
class Refused:
    """What the server did not take, and its reason."""

    subject: str
    reason: str


@dataclass
class Saved:
    """What becomes of a savepoint: gone back to when there is a reason."""

    reason: str | None = None


class Scratch:
    """The one transaction of a proof. Every statement goes over the extended protocol, which takes one at a time."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        """Take an open transaction."""
        self.connection = connection
        self.role = ""
        self.prepared = 0

    def run(self, text: str) -> str | None:
        """Execute one statement; gives the server's complaint, after which all is as before."""
        with self._saved() as saved:
            result = self.connection.pgconn.exec_params(text.encode("utf-8", "replace"), None)
            if result.status not in DONE:
                saved.reason = shorten(result.error_message)
        return saved.reason

    @contextmanager
    def _saved(self) -> Iterator[Saved]:
        """A savepoint, to which all goes back when a reason was noted."""
        pgconn, saved = self.connection.pgconn, Saved()
        pgconn.exec_params(b"SAVEPOINT step", None)
        yield saved
        if saved.reason is not None:
            pgconn.exec_params(b"ROLLBACK TO SAVEPOINT step", None)
        pgconn.exec_params(b"RELEASE SAVEPOINT step", None)

    def build(self, steps: Iterable[Step]) -> list[Refused]:
        """Carry out the steps; gives those that failed."""
        refused = []
        for step in steps:
            reason = self.run(step.statement)
            if reason is not None:
                refused.append(Refused(step.subject, reason))
        return refused

    def enlarge(self) -> None:
        """Let the planner believe that every table has ten thousand rows: what an empty one costs tells nothing.

        Where that is not possible plans are made for empty tables.
        """
        if self.run(SIZES) is not None and self.role:
            self.run("SET LOCAL ROLE NONE")
            self.run(OLD_SIZES)
            self.run(f"SET LOCAL ROLE {self.role}")
        self.run("DISCARD PLANS")

    def prepare(self, text: str) -> tuple[str, int] | Refused:
        """The name of a prepared statement for a query, and how many parameters it has.

        A parameter without a type is a text; a type that is only named by the query is one whose values are any text.
        """
        statement, types = number(text).rstrip().rstrip(";"), list[int]()
        self.prepared += 1
        name = f"q{self.prepared}"
        reason = ""
        for _ in range(MOST_TRIES):
            reason = self._prepare(name, statement, types) or ""
            if not reason:
                return name, self._count_parameters(name)
            if untyped := _UNTYPED.search(reason):
                at = int(untyped[1])
                types += [0] * (at - len(types))
                types[at - 1] = TEXT
            elif not (missing := _MISSING_TYPE.search(reason)) or self._make_type(missing[1]):
                break
        return Refused(" ".join(text.split()), reason)

    def _make_type(self, name: str) -> str | None:
        shown = ".".join(map(quote, name.split(".")))
        return self.run(make_type(shown).statement)

    def _prepare(self, name: str, statement: str, types: list[int]) -> str | None:
        with self._saved() as saved:
            text = statement.encode("utf-8", "replace")
            result = self.connection.pgconn.prepare(name.encode(), text, types or None)
            if result.status not in DONE:
                saved.reason = shorten(result.error_message)
        return saved.reason

    def _count_parameters(self, name: str) -> int:
        return self.connection.pgconn.describe_prepared(name.encode()).nparams

    def explain(self, name: str, parameters: int) -> Plan | Refused:
        """The generic plan of a prepared statement. Nothing is executed, and no value is known to the planner."""
        import json  # noqa: PLC0415 - start-up time

        values = f"({', '.join(['NULL'] * parameters)})" if parameters else ""
        statement, value = f"EXPLAIN (FORMAT JSON, VERBOSE) EXECUTE {name}{values}", None
        with self._saved() as saved:
            result = self.connection.pgconn.exec_params(statement.encode(), None)
            value = result.get_value(0, 0) if result.status in DONE and result.ntuples else None
            if value is None:
                saved.reason = shorten(result.error_message) or "it has no plan"
        plan: Plan | None = json.loads(value)[0].get("Plan") if value is not None else None
        return Refused(name, saved.reason or "it has no plan") if plan is None else plan

    @contextmanager
    def without(self, settings: Iterable[str]) -> Iterator[None]:
        """Let the planner do some things only where nothing else is left."""
        names = list(settings)
        self._switch(names, "off")
        try:
            yield
        finally:
            self._switch(names, "on")

    def _switch(self, names: Iterable[str], state: str) -> None:
        for name in names:
            self.run(f"SET LOCAL {name} = {state}")
        self.run("DISCARD PLANS")  # a setting alone makes no plan anew


def shorten(message: bytes) -> str:
    """A server's complaint in one line."""
    return message.decode("utf-8", "replace").partition("\n")[0].removeprefix("ERROR:").strip()


@contextmanager
def open_scratch(dsn: Dsn) -> Iterator[Scratch]:
    """A transaction in an empty database, with the extensions that the server offers; rolled back at the end.

    What is built and planned belongs to a role without rights, so that no text of a project is in a superuser's hands.

    Raises:
        NotEmptyError: the database has tables, views or sequences of its own.
        ScratchError: there is no connection, or it broke.
    """
    import psycopg  # noqa: PLC0415 - start-up time

    try:
        connection = psycopg.connect(
            dsn.conninfo, application_name="readycheck", connect_timeout=CONNECT_SECONDS, prepare_threshold=None
        )
    except psycopg.Error as error:
        raise ScratchError(f"{dsn.name}: cannot connect: {redact(dsn, str(error))}") from None  # may hold the DSN
    watch = Watch(connection.pgconn.socket, TOTAL_SECONDS)
    try:
        with watch, connection.transaction(force_rollback=True):
            found = connection.execute(OWN).fetchone()
            if found is not None:
                raise NotEmptyError(f"{dsn.name} {NOT_EMPTY % found[0]}")
            yield begin(connection)
    except psycopg.Error as error:
        reason = f"gave up after {TOTAL_SECONDS:g} s" if watch.cut else redact(dsn, str(error))
        raise ScratchError(f"{dsn.name}: {reason}") from None  # likewise
    finally:
        connection.close()


def begin(connection: psycopg.Connection[Any]) -> Scratch:
    """Set the patience and the planner, create what only a superuser may, and give up its rights."""
    scratch = Scratch(connection)
    for setting in (f"statement_timeout = '{STATEMENT_SECONDS:g}s'", "lock_timeout = '1s'", *GENERIC):
        scratch.run(f"SET LOCAL {setting}")
    for name in EXTENSIONS:
        scratch.run(f"CREATE EXTENSION IF NOT EXISTS {quote(name)}")
    row = connection.execute("SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user").fetchone()
    if row and row[0]:
        connection.execute(f"CREATE ROLE {ROLE} NOLOGIN")
        connection.execute(f"GRANT CREATE ON SCHEMA public TO {ROLE}")
        own = connection.execute("SELECT pg_catalog.quote_ident(pg_catalog.current_database())").fetchone()
        connection.execute(f"GRANT CREATE ON DATABASE {own[0] if own else ''} TO {ROLE}".encode())
        connection.execute(f"SET LOCAL ROLE {ROLE}")
        scratch.role = ROLE
    return scratch
