"""Prisma: a migration with one statement, which is then run without a transaction, and the index in the schema."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from readycheck.fix.contract import Project
from readycheck.fix.indexes.needs import Wanted
from readycheck.fix.indexes.numbers import take_numbers
from readycheck.fix.refusal import RefusedError
from readycheck.model.fix import Edit, NewFile
from readycheck.scan.late import compile_late
from readycheck.scan.schema.source import Source

STEP = compile_late(r"^(\d{14})_")
MODEL = compile_late(r"^model\s+(\w+)\s*\{[^\n]*\n(.*?)^\}", re.MULTILINE | re.DOTALL)
MAPPED = compile_late(r"@@map\(\s*(?:name:\s*)?\"([^\"]+)\"")
FIELD = compile_late(r"^[ \t]+(\w+)[ \t]+\w", re.MULTILINE)
COLUMN = compile_late(r"@map\(\s*(?:name:\s*)?\"([^\"]+)\"")


def is_prisma(project: Project, source: Source) -> bool:
    """Whether the migrations of a folder are Prisma's."""
    return project.read(f"{source.label}/migration_lock.toml") is not None


def write_steps(
    project: Project, source: Source, wanted: Sequence[Wanted]
) -> list[tuple[tuple[NewFile, ...], tuple[Edit, ...]]]:
    """The new file and the change of the schema for each index. Raises RefusedError."""
    names = {PurePosixPath(one.path).parent.name for one in source.scripts if one.path.endswith("/migration.sql")}
    numbers = take_numbers([found[1] for name in sorted(names) if (found := STEP.match(name)) is not None], len(wanted))
    path = find_schema(project, source)
    text = project.read(path) or ""
    result: list[tuple[tuple[NewFile, ...], tuple[Edit, ...]]] = []
    for number, one in zip(numbers, wanted, strict=True):
        file = NewFile(f"{source.label}/{number}_add_{one.name.lower()}/migration.sql", f"{one.statement}\n")
        result.append(((file,), (add_to_model(path, text, one),)))
    return result


def find_schema(project: Project, source: Source) -> str:
    """The file of the schema, beside the folder of the migrations."""
    path = str(PurePosixPath(source.label).parent / "schema.prisma")
    if project.read(path) is None:
        raise RefusedError("style-unknown")
    return path


def add_to_model(path: str, text: str, one: Wanted) -> Edit:
    """`@@index([userId], map: "notes_user_id_idx")` behind the last line of the model of a table."""
    keys = one.proposal.index.columns
    if any(key.column is None or key.descending for key in keys):
        raise RefusedError("style-unknown")
    for model in MODEL.finditer(text):
        body = model[2]
        mapped = MAPPED.search(body)
        if (mapped[1] if mapped is not None else model[1]) != one.need.table.name:
            continue
        fields = read_fields(body)
        if any(key.column not in fields for key in keys):
            break
        names = ", ".join(fields[str(key.column)] for key in keys)
        blanks = re.search(r"^([ \t]+)\S", body, re.MULTILINE)
        end = model.end(2)
        line = f'{blanks[1] if blanks is not None else "  "}@@index([{names}], map: "{one.name}")\n'
        return Edit(path, end, end, line)
    raise RefusedError("style-unknown")


def read_fields(body: str) -> dict[str, str]:
    """The fields of a model by the columns that they stand for."""
    found = {}
    for row in body.split("\n"):
        field = FIELD.match(row)
        if field is not None:
            column = COLUMN.search(row)
            found[column[1] if column is not None else field[1]] = field[1]
    return found
