"""What calls ask a database for: SQL text, also from files and variables, and the filters of the usual ORMs."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from readycheck.model.evidence import Fact
from readycheck.model.location import Span
from readycheck.scan.late import compile_late
from readycheck.scan.ownership.statements import OWNER_COLUMN, Statement, read_statement
from readycheck.scan.program.model import Call, Expression
from readycheck.scan.program.program import Program
from readycheck.scan.sql_text import begins_statement

ITEM = compile_late(r"^([A-Za-z_]\w*)\[[\"'](\w+)[\"']\]$|^([A-Za-z_]\w*)\.(\w+)$")
BY_KEY = frozenset({
    "findById", "findByPk", "findByIdAndUpdate", "findByIdAndDelete", "findByIdAndRemove", "get_or_404", "findOneById",
    "findByIdOrFail", "findOrFail", "one_or_404",
})  # fmt: skip
BY_FILTER = frozenset({
    "findOne", "findUnique", "findFirst", "findUniqueOrThrow", "findFirstOrThrow", "findOneBy", "findOneByOrFail",
    "findOneOrFail", "update", "delete", "deleteOne", "updateOne", "deleteMany", "updateMany", "destroy",
    "findOneAndUpdate",
    "findOneAndDelete", "remove", "findOneAndRemove", "softDelete", "upsert", "findMany", "findAll", "find",
})  # fmt: skip
CHAINED = frozenset(
    {"filter", "filter_by", "where", "get", "get_object_or_404", "get_or_404", "aget_object_or_404", "exclude"}
)
STORES = compile_late(
    r"^(?:mongoose|sequelize|typeorm|@nestjs/(?:typeorm|mongoose|sequelize)|@prisma/[\w-]+|\.prisma/client|mongodb|sqlalchemy"
    r"|flask_sqlalchemy|sqlmodel|django\.(?:db|shortcuts)|peewee|tortoise|mongoengine|beanie)(?=$|[./(])"
)
CHANGING = compile_late(r"^(?:update|upsert|findOneAndUpdate|findByIdAndUpdate|updateOne|updateMany)$")
DELETING = compile_late(r"(?:delete|remove|destroy)", re.IGNORECASE)
CALLER = compile_late(
    r"\b(?:current_?user|req(?:uest)?\.user|ctx\.(?:state\.)?user|session\.user|g\.user|self\.request\.user)\b"
)
MODEL_IN_CHAIN = compile_late(
    r"\b(?:query|select|get|delete|update|get_object_or_404)\(\s*([A-Z]\w*)|\b([A-Z]\w*)\.(?:query|objects)\b"
)
MODEL_IN_TEXT = compile_late(r"\b([A-Z]\w*)\.(?:id|uuid|pk|slug|\w+_id)\b")
MODEL_IN_TEXT_COLUMN = compile_late(r"\b[A-Z]\w*\.(id|uuid|pk|\w+_id)\s*==")
ID_KEY = compile_late(r"^(?:_id|id|pk|uuid|code|\w+(?:_id|Id))$")


@dataclass(frozen=True, slots=True)
class Query:
    """One question to the database by an id: what it is about, what it does, and whether it asks for the owner, too."""

    table: str
    column: str
    verb: str
    asks_owner: bool
    asks_visible: bool
    where: Span
    statement: Statement | None = None


class Queries:
    """Reads what calls ask for."""

    def __init__(self, program: Program, files: Sequence[Fact]) -> None:
        """Take the program, and the facts about SQL files."""
        self.program = program
        self.files: dict[str, dict[str, tuple[int, str]]] = {}
        for fact in files:
            rows: Any = fact.data.get("statements")
            self.files[fact.where.path] = {str(name): (int(line), str(text)) for name, line, text in rows if name}

    # ------------------------------------------------------------------ SQL

    def find_sql(self, path: str, value: Expression, depth: int = 3) -> tuple[str, Span | None] | None:
        """The SQL that an expression is, with `?` for what is not constant, and the place of its text."""
        text = render(value)
        if text is not None:
            return (text, None) if begins_statement(text) else None
        named = self.find_named(path, value)
        if named is not None:
            return named
        if "c" in value and depth:  # text("..."), sql.SQL("...")
            call = self.program.modules[path].calls[value["c"]]
            for argument in call.arguments[:1]:
                return self.find_sql(call.path, argument, depth - 1)
        for ref, assignment in self.program.find_assignments(path, value) if depth else ():
            found = self.find_sql(ref.path, assignment.value, depth - 1)
            if found is not None:
                return found[0], found[1] or self.program.locate(assignment)
        return None

    def find_named(self, path: str, value: Expression) -> tuple[str, Span | None] | None:
        """A statement of a SQL file that is asked for by its name: `QUERIES["load"]`, `queries.load`."""
        found = ITEM.match(str(value.get("t", "")))
        if found is None or not self.files:
            return None
        holder, key = found[1] or found[3], found[2] or found[4]
        module = self.program.modules[path]
        target = module.imports.get(holder)
        for ref, assignment in self.program.find_assignments(path, {"n": [target or f"#{holder}"]}):
            call = self.program.find_call(ref.path, assignment.value)
            for argument in call.arguments if call is not None else ():
                text = argument.get("s")
                for file in self.find_files(ref.path, str(text)) if text else ():
                    if key in self.files[file]:
                        line, statement = self.files[file][key]
                        return statement, Span(file, line, 1, line, 2, statement.partition("\n")[0][:240])
        return None

    def find_files(self, path: str, text: str) -> Iterator[str]:
        """The SQL files that a text may mean: a path, a package, a folder."""
        folder = posixpath.dirname(path)
        wanted = {text, text.replace(".", "/"), posixpath.normpath(posixpath.join(folder, text))}
        for file in self.files:
            inside = posixpath.dirname(file)
            if any(one in (file, inside) or inside.endswith(f"/{one}") or file.endswith(f"/{one}") for one in wanted):
                yield file

    # ------------------------------------------------------------------ calls

    def read_call(self, call: Call, chain: Sequence[Call]) -> Query | None:
        """The query that a call makes which is given an id; `chain` are the calls that it is chained with."""
        for argument in (*call.arguments, *call.keywords.values()):
            found = self.find_sql(call.path, argument)
            if found is not None:
                statement = read_statement(found[0])
                where = found[1] or self.program.locate(call)
                if not statement.tables or not statement.ids:
                    return None
                return Query(
                    statement.tables[0], statement.ids[0], statement.verb, statement.asks_owner, statement.asks_visible,
                    where, statement,
                )  # fmt: skip
        if self.program.modules[call.path].is_python:
            return self.read_python(call, chain)
        return self.read_script(call)

    def read_script(self, call: Call) -> Query | None:
        """Prisma, Mongoose, Sequelize, TypeORM."""
        method = call.method
        if method not in BY_KEY and method not in BY_FILTER:
            return None
        if not self.is_store(call):
            return None
        first = call.arguments[0] if call.arguments else {}
        filters = find_filters(first)
        where = self.program.locate(call)
        verb = "deletes" if DELETING.search(method) else "changes" if CHANGING.match(method) else "reads"
        model = re.sub(r"(?:Model|Repository|Repo)$", "", call.text.rpartition(".")[0].rpartition(".")[2]) or "row"
        if method in BY_KEY:
            return Query(model, "id", verb, asks_owner=False, asks_visible=False, where=where)
        keys = list(iterate_keys(filters)) if filters is not None else []
        if filters is None or "..." in keys or not any(ID_KEY.match(key) for key in keys):
            return None
        column = next(key for key in keys if ID_KEY.match(key))
        asks = any(OWNER_COLUMN.match(key) and key != column for key in keys)
        return Query(model, column, verb, asks, any("public" in key.lower() for key in keys), where)

    def is_store(self, call: Call) -> bool:
        """Whether a call's object belongs to a database, by its library or how it is called."""
        receiver = call.text.rpartition(".")[0]
        if re.search(
            r"(?:^|\.)prisma(?:Client)?\.\w+$|[Rr]epo(?:sitory)?$|(?:^|\.)models?\.\w+$|(?:^|\.)[A-Z]\w*Model$",
            receiver,
        ):
            return not self.program.find_called(call)
        return any(STORES.match(name) for name in self.program.find_externals(call.path, call.names))

    def read_python(self, call: Call, chain: Sequence[Call]) -> Query | None:
        """SQLAlchemy, SQLModel, Django: `session.get(Item, id)`, `.where(Item.id == id)`, `objects.get(pk=pk)`."""
        method = call.method
        if method not in CHAINED:
            return None
        texts = [str(argument.get("t", "")) for one in chain for argument in one.arguments]
        keys = [key for one in chain for key in one.keywords]
        heads = " ".join(
            f"{one.text}({', '.join(str(argument.get('t', '')) for argument in one.arguments)})" for one in chain
        )
        found = MODEL_IN_CHAIN.search(heads)
        model = next((one for one in found.groups() if one), "") if found else ""
        by_key = method in ("get", "get_or_404", "get_object_or_404", "aget_object_or_404") and not keys
        looks = model and (
            by_key or any(ID_KEY.match(key.partition("__")[0]) for key in keys) or MODEL_IN_TEXT.search(" ".join(texts))
        )
        if not looks or (method == "get" and "objects" not in heads and not re.search(r"session|db\b|query", heads)):
            return None
        asks = (
            any(
                OWNER_COLUMN.match(key.partition("__")[0]) or key.rpartition("__")[2] in ("user", "owner", "author")
                for key in keys
            )
            or any(OWNER_COLUMN.match(word) for text in texts for word in re.findall(r"\.(\w+)\s*==", text))
            or any(CALLER.search(text) for text in (*texts, heads))
        )
        named = [key for key in keys if ID_KEY.match(key.partition("__")[0])]
        named += MODEL_IN_TEXT_COLUMN.findall(" ".join(texts))
        verb = "deletes" if "delete(" in heads else "changes" if "update(" in heads else "reads"
        where = self.program.locate(call)
        return Query(model, next(iter(named), "id"), verb, asks_owner=asks, asks_visible=False, where=where)


def render(value: Expression) -> str | None:
    """A text, with `?` for what is not constant in it; None if nothing of it is known."""
    if "s" in value:
        return str(value["s"])
    if "j" not in value:
        return None
    parts = [render(part) if ("s" in part or "j" in part) else None for part in value["j"]]
    if not any(parts):
        return None
    return "".join(part if part is not None else "?" for part in parts)


def find_filters(first: Expression) -> Expression | None:
    """The filter among the properties of a call's first argument: `where`, or the argument itself."""
    pairs = first.get("o")
    if pairs is None:
        return None
    found = next((value for key, value in pairs if key == "where"), None)
    if found is not None:
        return found if "o" in found else None
    return first


def iterate_keys(value: Mapping[str, Any]) -> Iterator[str]:
    """The keys of an object and of the objects in it."""
    for key, inner in value.get("o", ()):
        yield str(key)
        yield from iterate_keys(inner)
    for inner in value.get("l", ()):
        yield from iterate_keys(inner)
