"""Which driver a SQLAlchemy engine connects with, as far as its call and the manifests tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readycheck.fix.refusal import RefusedError
from readycheck.fix.timeouts.context import Context
from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from readycheck.scan.unit import Unit

IN_ADDRESS = compile_late(r"\b(?:postgres(?:ql)?|mysql|mariadb)\+(\w+)://|[\"'](?:postgresql|mysql)\+(\w+)[\"']")
LIBPQ = frozenset({"psycopg", "psycopg2", "psycopg2-binary", "psycopg-binary"})
SYNCHRONOUS = LIBPQ | {"pymysql", "pg8000", "mysqlclient", "mysql-connector-python", "pyodbc", "oracledb"}
ASYNCHRONOUS = frozenset({"psycopg", "psycopg-binary", "asyncpg", "aiomysql", "asyncmy"})
KNOWN = {"psycopg": "libpq", "psycopg2": "libpq", "asyncpg": "asyncpg", "pymysql": "pymysql"}


def name_driver_options(unit: Unit, name: str, context: Context) -> str:
    """`libpq`, `asyncpg` or `pymysql`: whose options the engine's driver takes. Raises RefusedError."""
    if context.has_sqlite:
        raise RefusedError("may-be-sqlite")
    found = {one for pair in IN_ADDRESS.findall(unit.text) for one in pair if one}
    if found:
        drivers = {KNOWN.get(one, "") for one in found}
    else:
        possible = ASYNCHRONOUS if name.endswith("create_async_engine") else SYNCHRONOUS
        declared = {one.removesuffix("-binary") for one in context.packages.pypi & possible}
        drivers = {KNOWN.get(one, "") for one in declared}
    if len(drivers) != 1 or "" in drivers:
        raise RefusedError("driver-unknown")
    return drivers.pop()
