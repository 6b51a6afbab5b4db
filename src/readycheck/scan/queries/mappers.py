"""Calls of object mappers that send a query of which nothing but the model is known, also without a schema."""

from __future__ import annotations

import re
from collections.abc import Iterator

from readycheck.scan.checks.contract import Facts
from readycheck.scan.late import compile_late
from readycheck.scan.ownership.queries import Queries
from readycheck.scan.program.model import Call
from readycheck.scan.queries.analysed import Reading
from readycheck.scan.queries.statements import Place, Statement

PRISMA = compile_late(r"(?:^|\.)(?:_?prisma\w*|prismaClient|tx|trx|db)\.(\w+)$")
PRISMA_METHODS = frozenset({
    "findMany", "findUnique", "findUniqueOrThrow", "findFirst", "findFirstOrThrow", "create", "update", "upsert",
    "delete", "count", "aggregate", "groupBy",
})  # fmt: skip
SCRIPT_METHODS = frozenset({
    "findByPk", "findOne", "findAll", "findAndCountAll", "findOneBy", "findOneByOrFail", "findOneOrFail", "findBy",
    "save", "create", "findById",
})  # fmt: skip
SESSION = compile_late(r"(?:^|\.)(?:\w*session|db_session|db\.session|db)$")
SESSION_METHODS = frozenset({"execute", "scalar", "scalars", "get", "get_one", "exec"})
ASKS = compile_late(r"\b(?:select|insert|update|delete|text)\(|\b[A-Z]\w*\b")
OBJECTS = compile_late(r"\b([A-Z]\w*)\.(?:objects|query)\b")
SESSION_QUERY = compile_late(r"\b(?:\w*session|db)\.query\(\s*([A-Z]\w*)")
FETCHES = frozenset({
    "get", "first", "last", "exists", "count", "create", "get_or_create", "update_or_create", "aggregate", "aget",
    "afirst", "acreate", "acount", "aexists", "one", "one_or_none", "scalar", "all", "delete", "update",
})  # fmt: skip
MAPPERS = compile_late(r"sqlalchemy|sqlmodel|django|flask_sqlalchemy|peewee|tortoise")


def find_mapped(facts: Facts, reading: Reading) -> Iterator[Statement]:
    """The calls that send a query which a library writes, each once for a chain, without those that were read."""
    queries = Queries(facts.program, ())
    yield from reading.others
    seen: set[Place] = {place for one in (*reading.statements, *reading.others) for place in (*one.calls, *one.covers)}
    for path, module in facts.program.modules.items():
        maps = not module.is_python or any(MAPPERS.search(name) for name in module.imports.values())
        for call in module.calls if maps else ():
            place = (path, *call.place)
            found = read_python(call) if module.is_python else read_script(queries, call)
            if found is not None and place not in seen:
                seen.add(place)
                style, model = found
                shown = f"{model}.{call.method}" if model else call.method
                where = facts.program.locate(call)
                yield Statement(where, style, (), shown, dynamic=False, calls=(place,), symbol=call.owner, table=model)


def read_script(queries: Queries, call: Call) -> tuple[str, str] | None:
    """Library and model of a call in JavaScript."""
    receiver = call.text.rpartition(".")[0]
    prisma = PRISMA.search(receiver)
    if prisma is not None and call.method in PRISMA_METHODS:
        return "prisma", prisma[1]
    if call.method in SCRIPT_METHODS and queries.is_store(call) and "prisma" not in receiver:
        return "mapper", receiver.rpartition(".")[2]
    return None


def read_python(call: Call) -> tuple[str, str] | None:
    """Library and model of a call in Python."""
    receiver = call.text.rpartition(".")[0]
    objects = OBJECTS.search(receiver) or SESSION_QUERY.search(receiver)
    if objects is not None and call.method in FETCHES:
        return ("django" if ".objects" in receiver else "sqlalchemy"), objects[1]
    if call.method in SESSION_METHODS and SESSION.search(receiver) and call.arguments:
        text = str(call.arguments[0].get("t", ""))
        if call.method != "get" or re.match(r"[A-Z]\w*$", text):
            model = ASKS.search(text)
            named = re.search(r"\b([A-Z]\w*)\b", text)
            return ("sqlalchemy", named[1] if named is not None else "") if model is not None else None
    return None
