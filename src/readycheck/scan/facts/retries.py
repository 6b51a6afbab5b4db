"""Loops that try again, and failures to reach the database that are only logged at start.

`retry-loop`: `bounded` (it ends after some tries or some time), `jitter` (its pauses are random), `database` (what it
tries concerns a database), `tried` (the callees' texts), `symbol`.
`failure-ignored`: `tried`, the callee's text; the place is the first statement of the handler.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.model.vocabulary import Language
from readycheck.scan.late import compile_late
from readycheck.scan.outbound.lookups import FUNCTIONS, find_enclosing

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

KINDS = ("retry-loop", "failure-ignored")
SERVING = True
LANGUAGES = (Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX)
ANCHORS = (
    "psycopg", "psycopg2", "psycopg_pool", "asyncpg", "create_engine", "create_async_engine", "aiomysql", "pymysql",
    "pg", "Pool", "pool", "mysql", "mysql2", "knex", "sequelize", "prisma", "PrismaClient", "mongoose", "connect",
    "lifespan", "runMigrations", "run_migrations", "connectDB", "connectDatabase", "authenticate", "OperationalError",
)  # fmt: skip
DRIVERS = compile_late(
    r"\b(?:psycopg2?|psycopg_pool|asyncpg|sqlalchemy|aiomysql|pymysql|pg|pg-pool|mysql2?|knex|sequelize|prisma|mongoose|typeorm|"
    r"OperationalError|database|[dD]b|DB|pool|engine)\b"
)
TRIED = compile_late(
    r"(?:^|[._])(?:\$?connect\w*|query|execute\w*|authenticate|fetch\w*|acquire|get_?[cC]onnection|ping|sync|begin|transaction|"
    r"run_?[mM]igrations?|migrate\w*|initialize|init_?(?:db|DB|Db|database|Database))$"
)
STARTED = compile_late(
    r"(?:^|[._])(?:\$connect|connect(?:_?(?:to_?)?(?:db|DB|Db|database|Database|postgres|mongo\w*))?|authenticate|"
    r"run_?[mM]igrations?|migrate\w*|create_all|init_?(?:db|DB|Db|database|Database)|test_?[cC]onnection)$"
)
NO_DATABASE = compile_late(
    r"redis|socket|broker|kafka|rabbit|amqp|mqtt|smtp|mail|\bws\b|bot|client\.connect|device|nats", re.IGNORECASE
)
SLEEP = compile_late(r"\b(?:sleep|delay|setTimeout|wait|pause|backoff)\b|\.(?:sleep|delay)\(|setTimeout", re.IGNORECASE)
RANDOM = compile_late(r"random|jitter", re.IGNORECASE)
ENDLESS = compile_late(r"^\(?\s*(?:True|true|1)\s*\)?$")
BOUND = compile_late(
    r"attempt|retries|retry|tries|deadline|max|remaining|monotonic|Date\.now|elapsed|count|limit|timeout", re.IGNORECASE
)
GOES_ON = compile_late(
    r"\b(?:throw|raise|return|exit|retry|setTimeout|reconnect|connect|process\.exit|sys\.exit|reject|next\(|res\.|response\.)",
    re.IGNORECASE,
)
LISTENS = compile_late(r"\.listen\(|serve\(|uvicorn|\byield\b|start\w*\(")
LOOPS = ("while_statement", "for_statement", "for_in_statement", "do_statement")


def collect(unit: Unit) -> Iterator[Fact]:
    """The retry loops of a file, and the failures at start that it ignores."""
    if not DRIVERS.search(unit.text):
        return
    tries = unit.find_kind("try_statement")
    for statement in tries:
        loop = find_loop(statement)
        if loop is not None and SLEEP.search(loop.text()):
            yield from describe_loop(unit, loop, statement)
        else:
            yield from find_ignored(unit, statement)


def find_loop(statement: SgNode) -> SgNode | None:
    """The loop of the same function around a `try`."""
    for parent in statement.ancestors():
        if parent.kind() in FUNCTIONS:
            return None
        if parent.kind() in LOOPS:
            return parent
    return None


def list_tried(unit: Unit, statement: SgNode, pattern: re.Pattern[str]) -> list[SgNode]:
    """The calls in the body of a `try` whose callees have one of the names."""
    body = statement.field("body")
    kind = "call" if unit.language is Language.PYTHON else "call_expression"
    calls = body.find_all(kind=kind) if body is not None else []
    return [call for call in calls if pattern.search(callee_text(call))]


def describe_loop(unit: Unit, loop: SgNode, statement: SgNode) -> Iterator[Fact]:
    """The fact of a loop around a `try`; one whose `try` does not lead out of it is no retry but a service's loop."""
    tried = list_tried(unit, statement, TRIED)
    names = [callee_text(call) for call in tried]
    if not tried or not leaves(statement, loop):
        return
    around = unit.bindings.enclosing_symbol(loop)
    is_database = any(not NO_DATABASE.search(name) for name in names) and not NO_DATABASE.search(around)
    listed: list[Json] = list(dict.fromkeys(names))
    data: dict[str, Json] = {
        "bounded": is_bounded(unit, loop), "jitter": RANDOM.search(loop.text()) is not None, "database": is_database,
        "tried": listed, "symbol": around,
    }  # fmt: skip
    yield Fact("retry-loop", unit.locate(loop), data)


def leaves(statement: SgNode, loop: SgNode) -> bool:
    """Whether success leads out of the loop: a `return` or `break` in the `try`, its `else`, or after it."""
    end = loop.range().end.index
    handlers = [
        one for one in statement.children() if one.kind() in ("except_clause", "catch_clause", "finally_clause")
    ]
    spans = [(one.range().start.index, one.range().end.index) for one in handlers]
    for kind in ("return_statement", "break_statement"):
        for node in loop.find_all(kind=kind):
            place = node.range().start.index
            if place < end and not any(first <= place < last for first, last in spans):
                return True
    return False


def is_bounded(unit: Unit, loop: SgNode) -> bool:
    """Whether a loop ends by itself: by counting, or because its handler gives up after some tries or some time."""
    text = loop.text()
    condition = loop.field("condition")
    if loop.kind() == "for_in_statement" or (loop.kind() == "for_statement" and not is_endless_for(loop)):
        return True
    if condition is not None and not ENDLESS.match(condition.text()) and BOUND.search(condition.text()):
        return True
    tries = "\n".join(
        one.text() for statement in loop.find_all(kind="try_statement") if (one := statement.field("body"))
    )
    outside = [*handler_texts(unit, loop), text.replace(tries, "")]
    gives_up = any(re.search(r"\b(?:raise|throw|break|return|exit)\b", one) for one in outside)
    return gives_up and BOUND.search(text) is not None


def is_endless_for(loop: SgNode) -> bool:
    """`for (;;)` and `for _ in itertools.count()`."""
    head = loop.text().partition("{")[0].partition("\n")[0]
    return re.search(r"for\s*\(\s*;\s*;|count\(", head) is not None


def handler_texts(unit: Unit, node: SgNode) -> list[str]:
    """The texts of the handlers below a node."""
    kind = "except_clause" if unit.language is Language.PYTHON else "catch_clause"
    return [one.text() for one in node.find_all(kind=kind)]


def callee_text(call: SgNode) -> str:
    """What a call calls, on one line."""
    callee = call.field("function")
    return " ".join(callee.text().split())[:80] if callee is not None else ""


def find_ignored(unit: Unit, statement: SgNode) -> Iterator[Fact]:
    """A `try` at start whose handlers only log that the database could not be reached."""
    tried = [call for call in list_tried(unit, statement, STARTED) if not NO_DATABASE.search(callee_text(call))]
    handlers = [one for one in statement.children() if one.kind() in ("except_clause", "catch_clause")]
    if not tried or len(handlers) != 1 or not is_at_start(unit, statement):
        return
    body = handlers[0].field("body") or next((one for one in handlers[0].children() if one.kind() == "block"), None)
    parts: list[Any] = [one for one in body.named_children() if one.kind() != "comment"] if body is not None else []
    if parts and not GOES_ON.search(body.text() if body is not None else ""):
        data: dict[str, Json] = {"tried": callee_text(tried[0]), "symbol": unit.bindings.enclosing_symbol(statement)}
        yield Fact("failure-ignored", unit.locate(parts[0]), data)


def is_at_start(unit: Unit, statement: SgNode) -> bool:
    """Whether a statement stands where the service starts: what follows in its function listens or serves."""
    function = find_enclosing(statement)
    text = function.text() if function is not None else unit.text
    after = text[max(0, statement.range().end.index - (function.range().start.index if function is not None else 0)) :]
    return LISTENS.search(after) is not None
