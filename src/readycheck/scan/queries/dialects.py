"""Which database a project talks to, by the drivers that its code imports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from readycheck.scan.program.program import Program
from readycheck.sql.snapshot import Dialect

DRIVERS: Mapping[str, Dialect] = {
    "pg": "postgres", "pg-promise": "postgres", "postgres": "postgres", "slonik": "postgres", "psycopg": "postgres",
    "psycopg2": "postgres", "psycopg_pool": "postgres", "asyncpg": "postgres", "@neondatabase/serverless": "postgres",
    "@vercel/postgres": "postgres", "aiopg": "postgres", "mysql": "mysql", "mysql2": "mysql", "mysql2/promise": "mysql",
    "pymysql": "mysql", "MySQLdb": "mysql", "aiomysql": "mysql", "asyncmy": "mysql", "mariadb": "mysql",
    "sqlite3": "sqlite", "aiosqlite": "sqlite", "better-sqlite3": "sqlite", "sqlite": "sqlite", "bun:sqlite": "sqlite",
    "node:sqlite": "sqlite",
}  # fmt: skip


def find_dialect(program: Program) -> Dialect:
    """The dialect of the drivers that files import: Postgres where one is its, or none says."""
    counts: Counter[Dialect] = Counter()
    for module in program.modules.values():
        heads = {name.partition(".")[0] for name in module.imports.values()} | set(module.imports.values())
        counts.update({DRIVERS[head] for head in heads if head in DRIVERS})
    if not counts or "postgres" in counts:  # of several, the others are what a tool can also be pointed at
        return "postgres"
    return counts.most_common(1)[0][0]
