"""Bodies that are stored whole: `Model.create(req.body)`, `User(**request.json)`, also by way of a service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from readycheck.scan.fact_values import read_texts
from readycheck.scan.late import compile_late
from readycheck.scan.program.model import Call, Definition

if TYPE_CHECKING:
    from readycheck.scan.inputs.intake import Intake, Intakes

DATABASES = compile_late(
    r"^(?:mongoose|sequelize(?:-typescript)?|typeorm|@nestjs/(?:typeorm|mongoose|sequelize)|@prisma/[\w-]+|objection|knex"
    r"|@mikro-orm/[\w-]+|mongodb|drizzle-orm|bookshelf|sqlalchemy|flask_sqlalchemy|sqlmodel|django\.db|peewee|tortoise"
    r"|mongoengine|beanie|odmantic|pymongo|motor|pony|waterline|\.prisma/client)(?=$|[./(])"
)
WRITING = frozenset({
    "create", "insertMany", "insert", "insertOne", "update", "updateOne", "updateMany", "findByIdAndUpdate",
    "findOneAndUpdate",
    "findOneAndReplace", "replaceOne", "save", "upsert", "bulkCreate", "build", "set", "merge", "insert_one",
    "insert_many",
    "update_one", "update_many", "bulk_create", "get_or_create", "update_or_create", "createMany", "assign", "patch",
    "values",
    "insertAndFetch", "patchAndFetchById", "overwrite", "preload", "findByPk",
})  # fmt: skip
HOLDING = frozenset({"data", "$set", "...", "values", "**", "update", "create", "doc", "document"})
DEPTH = 3


def find_store(intakes: Intakes, intake: Intake) -> Call | None:
    """The call that stores the whole body of a route, where nothing has checked it."""
    is_open = any(one.part == "body" and not one.key and not one.is_checked for one in intake.inputs)
    for handler in intake.handlers if is_open else ():
        names = {
            name.replace("?.", ".")
            for read in intakes.list_reads(handler)
            if read.data["part"] == "body" and not read.data["key"]
            for name in read_texts(read, "names")
        }
        found = search(intakes, handler, names, DEPTH)
        if found is not None:
            return found
    return None


def search(intakes: Intakes, reader: Definition, names: set[str], depth: int) -> Call | None:
    """The call in a function, or in one that it hands the value on to, that stores what goes by one of the names."""
    program = intakes.program
    for call in program.modules[reader.path].find_calls(reader.name) if names and depth else ():
        places = [place for place, one in enumerate(call.arguments) if holds(one, names)]
        given = bool(places) or any(key in HOLDING and holds(one, names) for key, one in call.keywords.items())
        if not given:
            continue
        if writes(intakes, call):
            return call
        for ref in program.find_called(call):
            called = program.find_definition(ref)
            parameters = (
                [one["name"] for one in called.parameters if one["name"] not in ("self", "cls")] if called else []
            )
            inner = {parameters[place] for place in places if place < len(parameters)}
            inner = {name for name in inner if not name.startswith(("{", "["))}
            found = (
                search(intakes, called, inner, depth - 1) if called is not None and called.ref != reader.ref else None
            )
            if found is not None:
                return found
    return None


def writes(intakes: Intakes, call: Call) -> bool:
    """Whether a call writes to a database what it is given, by a library whose fields nobody named."""
    names = intakes.validators.find_names(call)
    is_model = any(DATABASES.match(name) for name in names)
    if not is_model:
        is_model = any(
            DATABASES.match(name)
            for holder, rest in intakes.program.find_receivers(call)
            for name in intakes.program.find_types(holder)
        )
    called = [
        found
        for ref in intakes.program.find_called(call)
        if (found := intakes.program.find_definition(ref)) is not None
    ]
    if any(one.is_class for one in called):
        return is_model
    return is_model and call.method in WRITING and not called


def holds(value: Mapping[str, Any], names: set[str]) -> bool:
    """Whether an expression is, spreads or wraps the whole value of one of the names."""
    for text in iterate_names(value):
        plain = text.rpartition("#")[2]
        if plain in names or any(plain.endswith(f".{name}") for name in names):
            return True
    if "e" in value:
        return holds(value["e"], names)
    return any(key in HOLDING and holds(one, names) for key, one in value.get("o", ()))


def iterate_names(value: Mapping[str, Any]) -> Iterator[str]:
    """The names of a value, and its own text."""
    yield from value.get("n") or ()
    if value.get("t"):
        yield str(value["t"]).removeprefix("await ")
