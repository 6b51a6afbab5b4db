"""What the health routes of a program do: ask the database or nobody, and answer what when it is away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.scan.inputs.storage import DATABASES
from readycheck.scan.late import compile_late
from readycheck.scan.program.attached import Route
from readycheck.scan.program.model import Call, Definition
from readycheck.scan.program.paths import is_health

if TYPE_CHECKING:
    from readycheck.scan.program.web import Web

DRIVERS = compile_late(
    r"^(?:psycopg2?|psycopg_pool|asyncpg|aiopg|pymysql|aiomysql|MySQLdb|mysql|oracledb|pyodbc|pg|pg-promise|postgres|mysql2?"
    r"|mariadb|mssql|tedious|better-sqlite3|@neondatabase/serverless|slonik|kysely|cassandra-driver|@databases/\w+"
    r"|databases|encode\.databases|piccolo|edgedb|gino|ormar|asyncmy|@google-cloud/firestore)(?=$|[./(])"
)
HOLDERS = compile_late(
    r"(?:^|[._])(?:db|database|pool|prisma|sequelize|mongoose|knex|pg|sql|conn|connection|session|engine|data_?source|mongo\w*"
    r"|cursor|client|drizzle|em|orm|typeorm)\d*(?:\(\))?(?:$|[._])",
    re.IGNORECASE,
)
ASKS = compile_late(
    r"(?:^|\.)(?:query|execute|ping|\$queryRaw\w*|\$executeRaw\w*|authenticate|raw|command|is_?up|is_?alive|is_?connected"
    r"|connect|acquire|fetch\w*|scalar\w*|select|ensure_connection|is_usable|cursor|exec|run|check\w*|ping_?check|is_?healthy"
    r"|find_?one|count|one|first|server_info|test_connection|healthcheck|get|all)$",
    re.IGNORECASE,
)
STATEMENT = compile_late(r"^\s*select\s+(?:1|now\(\)|version\(\))", re.IGNORECASE)
STATE = compile_late(r"readyState|isConnected|is_connected|isInitialized")
TERMINUS = compile_late(
    r"^@nestjs/terminus\.|^@godaddy/terminus|^django_health_check|^health_check\.|^fastapi_health|^lightship"
)
SERVER_ERRORS = range(500, 600)
RAISES = compile_late(r"ServiceUnavailable|HTTP_50\d|SERVICE_UNAVAILABLE|INTERNAL_SERVER_ERROR|\b50[0-4]\b")
DEPTH = 3


def find_health_routes(web: Web) -> list[Route]:
    """The routes that tell whoever asks whether the service lives or is ready."""
    found = [route for route in web.routes if is_health(route.shown) and (not route.methods or "GET" in route.methods)]
    return [route for route in found if web.judge.judge(route).access not in ("authenticated", "admin")]


def has_database(web: Web) -> bool:
    """Whether a program that runs talks to a database."""
    return any(
        DRIVERS.match(name) or DATABASES.match(name)
        for path, module in web.program.modules.items()
        if web.live.is_live(path)
        for name in module.data.get("loads", ())
    )


def list_functions(web: Web, route: Route) -> list[Definition]:
    """The functions that answer a route."""
    return web.judge.list_functions(route.handler) if route.handler is not None else []


def is_terminus(web: Web, route: Route) -> bool:
    """Whether a library answers that asks what it is told to, and says 503 when that is away."""
    externals = route.handler.externals if route.handler is not None else frozenset()
    names = [name for one in list_functions(web, route) for call in list_calls(web, one) for name in call.names]
    return any(TERMINUS.match(name.partition("()")[0]) for name in (*externals, *names))


def list_calls(web: Web, definition: Definition) -> Iterator[Call]:
    """The calls in a function and in those of the project that it calls."""
    yield from web.program.read_calls(definition, DEPTH)


def asks_database(web: Web, route: Route) -> bool:
    """Whether a route asks the database before it answers."""
    return any(asks(web, one) for one in list_functions(web, route)) or is_terminus(web, route)


def asks(web: Web, definition: Definition) -> bool:
    """Whether a function, or one that it calls, asks the database."""
    for one in web.program.read_definitions(definition, DEPTH):
        module = web.program.modules[one.path]
        if any(STATEMENT.match(word) for word in module.find_words(one.name)):
            return True
        if any(STATE.search(str(each.value.get("t", ""))) for each in module.assignments if each.owner == one.name):
            return True
        if any(asks_by(call) for call in module.find_calls(one.name)):
            return True
    return False


def asks_by(call: Call) -> bool:
    """Whether a call asks a database: by the library, or by what the holder is called."""
    if any(STATE.search(text) for text in call.conditions):
        return True
    if ASKS.search(call.text) is None:
        return False
    if any(DRIVERS.match(name) or DATABASES.match(name) for name in call.names):
        return True
    return HOLDERS.search(call.text.rpartition(".")[0]) is not None and not call.text.startswith("http")


def can_refuse(web: Web, route: Route) -> bool:
    """Whether a route can answer that it is not well: with a status of 500 or above, or by failing."""
    if is_terminus(web, route):
        return True
    for handler in list_functions(web, route):
        for one in web.program.read_definitions(handler, 1):
            module = web.program.modules[one.path]
            if any(status in SERVER_ERRORS for status in module.find_statuses(one.name)):
                return True
            if any(
                RAISES.search(text) for call in module.find_calls(one.name) for text in (call.text, *list_values(call))
            ):
                return True
        if any(fails(web, call, handler) for call in web.program.modules[handler.path].find_calls(handler.name)):
            return True
    return False


def fails(web: Web, call: Call, handler: Definition) -> bool:
    """Whether a handler itself asks the database, by a library, and lets what that raises through."""
    is_own = any(web.program.find_definition(ref) is not None for ref in web.program.find_called(call))
    is_caught = call.catches is not None or is_caught_later(web, call)
    return call.owner == handler.name and asks_by(call) and not is_own and not is_caught


def is_caught_later(web: Web, call: Call) -> bool:
    """Whether `.catch(...)` follows on a call; the calls of one chain begin at the same place."""
    others = web.program.modules[call.path].calls_by_method.get("catch", ())
    return any(one.place == call.place for one in others)


def list_values(call: Call) -> Iterator[str]:
    """The texts of a call's arguments."""
    for value in (*call.arguments, *call.keywords.values()):
        yield str(value.get("t") or value.get("v") or "")
