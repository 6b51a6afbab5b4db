"""Which tables and models belong to users: they have a column for the owner, or refer to one that does."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

from readycheck.model.evidence import Fact
from readycheck.scan.late import compile_late
from readycheck.scan.ownership.queries import iterate_keys, render
from readycheck.scan.ownership.statements import OWNER_COLUMN, PRIVACY, STRONG, VISIBLE, read_columns
from readycheck.scan.program.model import Call
from readycheck.scan.program.program import Program
from readycheck.scan.sql_text import begins_statement

REFERENCE = compile_late(r"^(\w+?)(?:_id|_?uuid|Id|_pk)$")
DEPTH = 4


class Tables:
    """What is known of the project's tables and models."""

    def __init__(self, program: Program, files: Sequence[Fact]) -> None:
        """Take the program, and the facts about SQL files."""
        self.program = program
        self.sql_files = files

    @cached_property
    def columns(self) -> dict[str, set[str]]:
        """Columns by table or model, both in the singular and in lower case."""
        found: dict[str, set[str]] = defaultdict(set)
        for table, column in (*self.read_sql(), *self.read_models()):
            found[singular(table)].add(column.lower())
        return found

    def read_sql(self) -> Iterator[tuple[str, str]]:
        """Columns out of SQL, in files and in code."""
        for fact in self.sql_files:
            rows: Any = fact.data.get("statements")
            for _, _, text in rows:
                yield from read_columns(str(text))
        for module in self.program.modules.values():
            values = [argument for call in module.calls for argument in call.arguments]
            values += [assignment.value for assignment in module.assignments]
            for value in values:
                text = render(value)
                if text is not None and begins_statement(text):
                    yield from read_columns(text)

    def read_models(self) -> Iterator[tuple[str, str]]:
        """The members of classes, the keys of schemas, and what calls of a model's methods name."""
        for module in self.program.modules.values():
            for assignment in module.assignments:
                owner = module.definitions.get(assignment.owner)
                if owner is not None and owner.is_class:
                    yield owner.name.rpartition(".")[2], assignment.text.removeprefix("self.")
            for call in module.calls:
                yield from self.read_call(call)

    def read_call(self, call: Call) -> Iterator[tuple[str, str]]:
        """Columns that one call shows a model to have."""
        if call.method in ("model", "define") and call.arguments and "s" in call.arguments[0]:
            for value in call.arguments[1:]:
                made = self.program.find_call(call.path, value)
                for argument in (value, *(made.arguments if made is not None else ())):
                    yield from ((str(call.arguments[0]["s"]), key) for key in iterate_keys(argument))
        found = re.search(r"(?:^|\.)prisma(?:Client)?\.(\w+)\.\w+$", call.text)
        if found:
            yield from ((found[1], key) for argument in call.arguments for key in iterate_keys(argument))

    def is_owned(self, table: str, depth: int = DEPTH) -> bool:
        """Whether rows of a table belong to somebody; a table of users holds the owners themselves."""
        name = singular(table)
        if OWNER_COLUMN.match(name) or not depth:
            return False
        columns = self.columns.get(name, set())
        return self.has_owner(columns) or any(
            self.is_owned(found[1], depth - 1)
            for column in columns
            if (found := REFERENCE.match(column)) and singular(found[1]) != name and singular(found[1]) in self.columns
        )

    def is_private(self, table: str, depth: int = DEPTH) -> bool:
        """Whether rows are for their owner's eyes: they are a user's, not merely made by one, or hang on such a row."""
        name = singular(table)
        if OWNER_COLUMN.match(name) or not depth:
            return False
        columns = self.columns.get(name, set())
        if any(VISIBLE.fullmatch(column) for column in columns):
            return False
        return any(STRONG.match(column) for column in columns) or any(
            self.is_private(found[1], depth - 1)
            for column in columns
            if (found := REFERENCE.match(column)) and singular(found[1]) != name and singular(found[1]) in self.columns
        )

    def has_owner(self, columns: Iterable[str]) -> bool:
        """Whether one of some columns names an owner."""
        return any(OWNER_COLUMN.match(column) for column in columns)

    def is_sometimes_public(self, table: str) -> bool:
        """Whether rows of a table are marked as public or not."""
        return any(PRIVACY.match(column) for column in self.columns.get(singular(table), ()))


def singular(name: str) -> str:
    """A table's name as a model or a column would be called: `conversations` -> `conversation`."""
    plain = name.lower().replace("_", "").removesuffix("model")
    if plain.endswith("ies"):
        return f"{plain[:-3]}y"
    return plain[:-1] if plain.endswith("s") and not plain.endswith("ss") else plain
