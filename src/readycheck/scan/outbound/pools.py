"""The pools of connections that code makes: what sets their size, ends the waiting for them, and renews them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from readycheck.scan.outbound.limits import Limit, expand

CLOSING = frozenset(
    {
        "close",
        "aclose",
        "end",
        "dispose",
        "disconnect",
        "destroy",
        "drain",
        "terminate",
        "$disconnect",
        "closeall",
        "stop",
    }
)
SIZE, WAIT, RECYCLE = "a size", "a limit for waiting", "a limit for the age of a connection"


@dataclass(frozen=True, slots=True)
class Pool:
    """What makes a pool: its library, the options for size, waiting and recycling with the library's defaults.

    `skip` names options with which somebody else manages the connections.
    """

    library: str
    size: tuple[str, ...]
    wait: Limit
    recycle: Limit
    skip: tuple[str, ...] = ()


PSYCOPG = Pool(
    "psycopg",
    ("max_size",),
    Limit(WAIT, ("timeout",), 30.0),
    Limit(RECYCLE, ("max_lifetime", "max_idle"), 3600.0),
)
PSYCOPG2 = Pool("psycopg2", ("maxconn",), Limit(WAIT, (), 0.001), Limit(RECYCLE, (), None))
ASYNCPG = Pool(
    "asyncpg",
    ("max_size",),
    Limit(WAIT, ("timeout", "command_timeout"), 60.0),
    Limit(RECYCLE, ("max_inactive_connection_lifetime", "max_queries"), 300.0),
)
ENGINE = Pool(
    "SQLAlchemy",
    ("pool_size", "max_overflow"),
    Limit(WAIT, ("pool_timeout",), 30.0),
    Limit(RECYCLE, ("pool_recycle", "pool_pre_ping")),
    skip=("poolclass", "creator", "async_creator"),
)
AIOMYSQL = Pool("aiomysql", ("maxsize",), Limit(WAIT, ("connect_timeout",)), Limit(RECYCLE, ("pool_recycle",)))
PG = Pool(
    "pg",
    ("max", "poolSize"),
    Limit(WAIT, ("connectionTimeoutMillis",)),
    Limit(RECYCLE, ("idleTimeoutMillis", "maxLifetimeSeconds", "maxUses"), 10.0),
)
MYSQL = Pool(
    "mysql2",
    ("connectionLimit",),
    Limit(WAIT, ("acquireTimeout", "queueLimit", "connectTimeout"), 10.0),
    Limit(RECYCLE, ("idleTimeout", "maxIdle"), 60.0),
)
KNEX = Pool(
    "knex",
    ("max",),
    Limit(WAIT, ("acquireTimeoutMillis", "acquireConnectionTimeout"), 60.0),
    Limit(RECYCLE, ("idleTimeoutMillis",), 30.0),
)
SEQUELIZE = Pool("sequelize", ("max",), Limit(WAIT, ("acquire",), 60.0), Limit(RECYCLE, ("idle", "evict"), 10.0))
POSTGRES_JS = Pool(
    "postgres",
    ("max",),
    Limit(WAIT, ("connect_timeout",), 30.0),
    Limit(RECYCLE, ("idle_timeout", "max_lifetime"), 3600.0),
)
TYPEORM = Pool(
    "TypeORM",
    ("poolSize", "max", "connectionLimit"),
    Limit(WAIT, ("connectionTimeoutMillis", "connectTimeoutMS", "acquireTimeout", "connectTimeout")),
    Limit(RECYCLE, ("idleTimeoutMillis", "maxLifetimeSeconds", "idleTimeout"), 10.0),
)
PRISMA = "Prisma"
"""Its pool's size and wait stand in the address of the database, and its engine ends with the process."""

POOLS: Mapping[str, Pool] = {
    **dict.fromkeys(expand(("psycopg_pool",), ("ConnectionPool", "AsyncConnectionPool")), PSYCOPG),
    **dict.fromkeys(expand(("psycopg2.pool",), ("SimpleConnectionPool", "ThreadedConnectionPool")), PSYCOPG2),
    "asyncpg.create_pool": ASYNCPG,
    **dict.fromkeys(
        ("sqlalchemy.create_engine", "sqlalchemy.engine.create_engine", "sqlalchemy.ext.asyncio.create_async_engine"),
        ENGINE,
    ),
    "aiomysql.create_pool": AIOMYSQL,
    **dict.fromkeys(("pg.Pool", "pg.default.Pool", "pg-pool", "pg-pool.default"), PG),
    **dict.fromkeys(("mysql2.createPool", "mysql2/promise.createPool", "mysql.createPool"), MYSQL),
    **dict.fromkeys(("mysql2.default.createPool", "mysql2/promise.default.createPool"), MYSQL),
    **dict.fromkeys(("knex", "knex.default", "knex.knex"), KNEX),
    **dict.fromkeys(("sequelize.Sequelize", "sequelize", "sequelize-typescript.Sequelize"), SEQUELIZE),
    **dict.fromkeys(("postgres", "postgres.default"), POSTGRES_JS),
    "typeorm.DataSource": TYPEORM,
}
PRISMA_CLIENTS = ("@prisma/client.PrismaClient", "@prisma/client.default.PrismaClient")
BLOCKING = frozenset({"sqlalchemy.create_engine", "sqlalchemy.engine.create_engine"})
"""Pools whose connections the process's end gives back: nothing of theirs runs by itself."""
POSITIONS: Mapping[str, int] = {"psycopg2": 1}
"""Where the size stands among positional arguments."""

SIZES: Mapping[str, tuple[tuple[tuple[str, ...], int], ...]] = {
    "psycopg": ((("max_size", "min_size"), 4),),
    "asyncpg": ((("max_size",), 10),),
    "SQLAlchemy": ((("pool_size",), 5), (("max_overflow",), 10)),
    "aiomysql": ((("maxsize",), 10),),
    "pg": ((("max", "poolSize"), 10),),
    "mysql2": ((("connectionLimit",), 10),),
    "knex": ((("max",), 10),),
    "sequelize": ((("max",), 5),),
    "postgres": ((("max",), 10),),
    "TypeORM": ((("poolSize", "max", "connectionLimit"), 10),),
}
"""By library: the options that together say how many connections a pool opens at most, each with its default."""

CONNECTIONS: Mapping[str, str] = {
    **dict.fromkeys(("psycopg.connect", "psycopg.Connection.connect", "psycopg.AsyncConnection.connect"), "psycopg"),
    "psycopg2.connect": "psycopg2",
    "asyncpg.connect": "asyncpg",
    **dict.fromkeys(("pymysql.connect", "aiomysql.connect", "mysql.connector.connect", "MySQLdb.connect"), "MySQL"),
    **dict.fromkeys(("pg.Client", "pg.default.Client"), "pg"),
    **dict.fromkeys(("mysql2.createConnection", "mysql2/promise.createConnection", "mysql.createConnection"), "mysql2"),
    "mysql2/promise.default.createConnection": "mysql2",
}
"""What opens one connection, in no pool, -> its library."""
ANCHORS = (
    "psycopg_pool", "psycopg", "psycopg2", "asyncpg", "create_engine", "create_async_engine", "aiomysql", "pymysql",
    "MySQLdb",
    "mysql", "Pool", "createPool", "createConnection", "knex", "Knex", "Sequelize", "postgres", "pg", "Client",
    "DataSource", "PrismaClient",
)  # fmt: skip
