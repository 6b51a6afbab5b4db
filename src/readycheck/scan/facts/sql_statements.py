"""SQL that code runs: which of its texts are constant, and what stands in the others.

`sql-statement`: `executor` (what runs it), `state` (`constant`: no request can change its text; `passed`: all of it is
a parameter of the function around; `dynamic`: put together from other things), `symbol` (the function around), `bound`
(values are given beside the text), and `holes`: what stands in it that is not constant. Each has `text` (where it comes
from) and `put` (what stands in the text), its place, `kind` and `position` (see `origins.parts` and `sql_text`), and
for a parameter `function`, `index`, `name`, `key` and `type`.
`sql-built`, one a file: `count`, how many queries a library writes, which binds their values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.model.vocabulary import Language
from readycheck.scan.bindings.javascript_values import find_properties
from readycheck.scan.late import compile_late
from readycheck.scan.literals import find_argument
from readycheck.scan.origins.parts import HARMLESS, Kind, Part, Parts, list_holes
from readycheck.scan.origins.tracer import Purpose
from readycheck.scan.origins.tracing import make_tracer
from readycheck.scan.sql_text import begins_statement, find_position

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.origins.tracer import Tracer
    from readycheck.scan.unit import Unit

KINDS = ("sql-statement", "sql-built")
SERVING = True
LANGUAGES = (Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX)
ANCHORS = (
    "execute", "executemany", "executescript", "exec_driver_sql", "raw", "RawSQL", "extra", "text", "literal_column",
    "fetch", "fetchrow", "fetchval", "fetch_all", "fetch_one", "fetch_val", "query", "Query", "queryRaw", "unsafe",
    "$queryRawUnsafe", "$executeRawUnsafe", "$queryRaw", "literal", "whereRaw", "orderByRaw", "havingRaw",
    "joinRaw", "selectRaw", "fromRaw", "groupByRaw", "andWhere", "where", "prepare", "SELECT", "INSERT",
    "UPDATE", "DELETE", "cursor", "SQL", "select", "insert", "objects", "findMany", "findUnique", "findFirst",
    "findByPk", "findOneBy", "selectFrom",
)  # fmt: skip
# Methods that run or hold a text: it is SQL where the text says so, or what it is called on.
RUNNING = (
    r"a?execute\w*|exec|_?(?:query|fetch|run|select|read_sql)(?:[A-Z_]\w*|many|row|val)?|raw|stream|scalars?"
    r"|mogrify|text"
)
PYTHON_RUNNING = "iterate|cursor|_execute\\w*"
SCRIPT_RUNNING = "get|all|any|one|many|none|each|prepare|first|map|task|oneOrNone|manyOrNone"
# Those that take SQL whatever the text says.
RAW = frozenset({
    "$queryRawUnsafe", "$executeRawUnsafe", "whereRaw", "orWhereRaw", "andWhereRaw", "orderByRaw", "havingRaw",
    "joinRaw", "selectRaw", "fromRaw", "groupByRaw", "literal", "unsafe", "exec_driver_sql", "executescript", "RawSQL",
    "literal_column",
})  # fmt: skip
PERHAPS_RAW = frozenset({"text", "SQL", "raw", "Raw", "unsafe"})
CLAUSES = frozenset({"where", "andWhere", "orWhere", "having", "andHaving", "extra"})
DATABASE = compile_late(
    r"(?:^|[._])(?:pool|db|database|conn|connection|knex|sequelize|prisma|cursor|cur|session|engine|pg|mysql|sqlite|trx|tx"
    r"|transaction|datasource|querybuilder|queryrunner|entitymanager|manager|sql|client|stmt|statement|repository|qb)\d*$"
)
LIBRARIES = compile_late(
    r"^(?:psycopg\w*|asyncpg|aiosqlite|sqlite3|pymysql|MySQLdb|aiomysql|mysql\w*|sqlalchemy|sqlmodel|databases|django\.db"
    r"|tortoise|peewee|pg|pg-promise|postgres|better-sqlite3|knex|sequelize|typeorm|@prisma/client|slonik|drizzle-orm\S*"
    r"|@neondatabase/serverless|@vercel/postgres)\b"
)
QUALIFIED_RAW = compile_late(
    r"^(?:sqlalchemy(?:\.sql(?:\.expression)?)?\.(?:text|literal_column)|psycopg2?\.sql\.SQL"
    r"|django\.db\.models\.expressions\.RawSQL|(?:drizzle-orm|sql-template-tag|slonik)\.(?:sql\.(?:raw|unsafe)|raw)"
    r"|@prisma/client\.Prisma\.raw|sequelize\.(?:Sequelize\.)?literal|knex(?:\(\))?\.raw|typeorm\.Raw)$"
)
SAFE = compile_late(
    r"(?:^|\.)(?:escape|escapeId|escapeLiteral|escapeIdentifier|quote_ident|quote_name|quote_literal|quoteIdentifier|quoteIdent"
    r"|quoteName|escape_identifier|mysql_escape\w*|adapt|Identifier|Literal|Placeholder|literal_string|as\.name|as\.value"
    r"|as\.format|pgp\.as\.\w+|ident)$"
)
SAFE_NAMES = compile_late(
    r"^(?:psycopg2?\.sql\.|sqlalchemy\.(?:sql\.)?(?:\w+\.)*(?:text|select|insert|update|delete|column|table|func|and_|or_)$"
    r"|pg-format|sqlstring|pypika)"
)
OTHER = compile_late(r"redis|cache|queryclient|(?:storage|map|headers|router|app|request|req|axios|http|fetch)$")
# Quotes doubled, or with a backslash before them.
DOUBLING = compile_late(r"""^(?:/['"`]/g|["'`]['"`]["'`]),["'`](?:['"`]{2}|\\{1,2}['"`])["'`]$""")
KEYS = ("text", "sql", "query", "statement", "values")
# A look at the text: whether a file can hold SQL that would tell a method that runs it from its namesakes.
WORDS = compile_late(
    r"\b(?:SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|WITH|TRUNCATE|SET|BEGIN)\s"
    r"|[\"'`(]\s*(?i:select|insert\s+into|update|delete\s+from|with)\s"
)
# Methods that run SQL if what they belong to is a database's, whatever the text says.
RUNNER = compile_late(r"^(?:a?execute\w*|query|fetch_?(?:all|one|val|row)|run_\w+|raw|text|SQL|literal_column|Raw)$")
BUILDERS = tuple(
    f"{module}.{name}"
    for module in ("sqlalchemy", "sqlalchemy.sql", "sqlalchemy.future", "sqlmodel", "sqlalchemy.sql.expression")
    for name in ("select", "insert", "update", "delete")
)
MANAGER: dict[str, Any] = {
    "kind": "call",
    "has": {"field": "function", "regex": r"\.objects\.(?:filter|get|create|exclude|all|get_or_create|bulk_create)$"},
}
MAPPER: dict[str, Any] = {
    "kind": "call_expression",
    "has": {"field": "function", "kind": "member_expression", "has": {"field": "property", "regex": (
        "^(?:findMany|findUnique|findUniqueOrThrow|findFirst|findFirstOrThrow|findByPk|findAndCountAll|findOneBy|findOneByOrFail"
        "|selectFrom|insertInto|updateTable|deleteFrom)$")}},
}  # fmt: skip
MOST_STATEMENTS = 400
MOST_HOLES = 12


def is_safe(unit: Unit, callee: SgNode) -> bool:
    """Whether a callee escapes for SQL, or builds SQL by a library that binds values."""
    if SAFE.search(callee.text()):
        return True
    name = callee.text().rpartition(".")[2]
    if "placeholder" in name.lower():
        return True
    is_builder = name in ("SQL", "text", "select", "insert", "update", "delete", "format", "table", "column", "default")
    return is_builder and any(SAFE_NAMES.match(one) for one in unit.bindings.qualify(callee))


def collect(unit: Unit) -> Iterator[Fact]:
    """Each call of one file that runs SQL, or makes a piece of it that is taken as it is."""
    tracer = make_tracer(unit, Purpose(is_safe, DOUBLING))
    has_sql = WORDS.search(unit.text) is not None
    for call, name in list(find_calls(unit))[:MOST_STATEMENTS]:
        text, receiver = find_text(call), receiver_of(call).lower()
        if text is None or OTHER.search(receiver):
            continue
        if not (has_sql or name in RAW or name in PERHAPS_RAW or (RUNNER.match(name) and is_database(receiver))):
            continue  # what else would make it SQL
        fact = judge_call(tracer, call, name, text)
        if fact is not None:
            yield fact
    yield from find_built(unit)


def find_built(unit: Unit) -> Iterator[Fact]:
    """The queries of one file that a library writes, an object mapper or a query builder, and whose values it binds."""
    if unit.language is Language.PYTHON:
        built = [one.call for one in unit.find_references(BUILDERS) if one.call is not None]
        if "django" in unit.text:
            built += unit.root.find_all({"rule": MANAGER})  # type: ignore[call-overload]
    else:
        built = unit.root.find_all({"rule": MAPPER})  # type: ignore[call-overload]
    if built:
        yield Fact("sql-built", unit.locate(built[0]), {"count": len(built)})


def is_database(receiver: str) -> bool:
    """Whether what a method is called on goes by a database's name, or nothing does."""
    return not receiver or DATABASE.search(receiver) is not None


def find_calls(unit: Unit) -> Iterator[tuple[SgNode, str]]:
    """The calls whose names may run SQL, each with its last name."""
    is_python = unit.language is Language.PYTHON
    member, field = ("attribute", "attribute") if is_python else ("member_expression", "property")
    running = PYTHON_RUNNING if is_python else SCRIPT_RUNNING
    names = "|".join((RUNNING, running, *map(re.escape, sorted(RAW | CLAUSES)), "SQL", "sql"))
    regex = f"^(?:{names})$"
    rule: dict[str, Any] = {
        "kind": "call" if is_python else "call_expression",
        "has": {
            "field": "function",
            "any": [
                {"kind": member, "has": {"field": field, "regex": regex}},
                {"kind": "identifier", "regex": regex},
            ],
        },
    }
    for call in unit.root.find_all({"rule": rule}):  # type: ignore[call-overload]
        callee = call.field("function")
        key = callee.field(field) if callee is not None and callee.kind() == member else callee
        if key is not None:
            yield call, key.text()


def find_text(call: SgNode) -> SgNode | None:
    """The argument that holds the SQL: the first one, or one that is named for it."""
    arguments = call.field("arguments")
    if arguments is None or arguments.kind() == "template_string":
        return None
    listed = [one for one in arguments.named_children() if one.kind() not in ("comment", "keyword_argument")]
    if not listed:
        return next((value for key in KEYS if (value := find_argument(call, key)) is not None), None)
    first = listed[0]
    if first.kind() == "object":
        properties = find_properties(first)
        return next((value.node for key in KEYS[:2] for value in properties.get(key, ())), None)
    return None if first.kind() in ("arrow_function", "function_expression", "lambda", "number", "integer") else first


def receiver_of(call: SgNode) -> str:
    """What a method is called on, as it is written."""
    callee = call.field("function")
    owner = callee.field("object") if callee is not None else None
    return owner.text().removesuffix("()") if owner is not None else ""


def judge_call(tracer: Tracer, call: SgNode, name: str, text: SgNode) -> Fact | None:
    """The fact about a call, if what it runs is SQL."""
    if name in CLAUSES and text.kind() not in ("template_string", "binary_expression", "string", "binary_operator"):
        return None
    is_raw = name in RAW or (name in PERHAPS_RAW and is_resolved(tracer.unit, call, QUALIFIED_RAW))
    parts = tracer.trace(text)
    written = "".join(part.text if part.kind is Kind.CONSTANT else "?" for part in parts)
    if not parts or not (is_raw or is_sql(tracer.unit, call, name, written, parts)):
        return None
    return make_fact(tracer, call, name, parts)


def is_sql(unit: Unit, call: SgNode, name: str, written: str, parts: Parts) -> bool:
    """Whether a text that a method is given is SQL: by how it begins, or by what the method belongs to."""
    receiver = receiver_of(call).lower()
    if name in CLAUSES:
        return bool(re.search(r"querybuilder|(?:^|\.)qb$|(?:^|\.)query$", receiver)) and len(parts) > 1
    if begins_statement(written):
        return True
    if all(part.kind is Kind.CONSTANT for part in parts):
        return False
    return RUNNER.match(name) is not None and (
        DATABASE.search(receiver) is not None or is_resolved(unit, call, LIBRARIES)
    ) and not is_builder(parts)  # fmt: skip


def is_builder(parts: Parts) -> bool:
    """Whether an argument is an object that a library turns into SQL, for all that can be seen."""
    return all(part.kind is Kind.SAFE or (part.kind is Kind.UNKNOWN and "(" in part.text) for part in parts)


def is_resolved(unit: Unit, call: SgNode, pattern: re.Pattern[str]) -> bool:
    """Whether a call's callee resolves to a name of that form."""
    callee = call.field("function")
    return callee is not None and any(pattern.match(name) for name in unit.bindings.qualify(callee))


def make_fact(tracer: Tracer, call: SgNode, name: str, parts: Parts) -> Fact:
    """The fact about one statement."""
    holes = list_holes(parts)
    is_whole = all(part.hole is None for part in holes)
    is_passed = bool(holes) and is_whole and all(part.kind is Kind.PARAMETER for part in holes)
    state = "passed" if is_passed else "dynamic" if holes else "constant"
    arguments = call.field("arguments")
    data: dict[str, Json] = {
        "executor": name,
        "state": state,
        "whole": is_whole,
        "bound": arguments is not None and len(arguments.named_children()) > 1,
        "symbol": tracer.unit.bindings.enclosing_symbol(call),
        "holes": [describe_hole(part, parts, tracer.unit) for part in holes[:MOST_HOLES]],
    }
    return Fact("sql-statement", tracer.unit.locate(call), data)


def describe_hole(part: Part, parts: Parts, unit: Unit) -> Json:
    """What stands at one place of a text, and what kind of place it is."""
    where = unit.locate(part.hole or part.node)
    before = "".join(
        one.text if one.kind is Kind.CONSTANT else "1" if one.kind in HARMLESS else "?"
        for one in parts[: parts.index(part)]
    )
    described: Mapping[str, Json] = {
        "text": part.text,
        "put": (part.hole or part.node).text()[:80],
        "line": where.line,
        "column": where.column,
        "end_line": where.end_line,
        "end_column": where.end_column,
        "snippet": where.snippet,
        "kind": part.kind.value,
        "position": find_position(before).value if part.hole is not None else "whole",
        "function": part.function,
        "index": part.index,
        "name": part.name,
        "key": part.key,
        "type": part.type,
    }
    return dict(described)
