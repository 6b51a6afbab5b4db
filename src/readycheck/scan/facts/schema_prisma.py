"""Prisma's schema: models, their keys and indexes (`schema-model`, see `scan.schema.models`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.scan.config.file import ConfigFile
from readycheck.scan.late import compile_late

KINDS = ("schema-model",)
GLOBS = ("*.prisma",)
BLOCK = compile_late(r"^\s*(model|enum|datasource|view|type|generator)\s+(\w+)\s*\{")
FIELD = compile_late(r"^\s*(\w+)\s+(\w+)(\[\])?(\?)?(.*)$")
MAP = compile_late(r"@map\(\s*(?:name:\s*)?\"([^\"]+)\"")
TABLE = compile_late(r"^\s*@@map\(\s*(?:name:\s*)?\"([^\"]+)\"")
LISTED = compile_late(r"^\s*@@(id|index|unique|fulltext)\(\s*(?:fields:\s*)?\[([^\]]*)\]([^\n]*)")
RELATION = compile_late(r"@relation\((.*)")
FIELDS = compile_late(r"\bfields:\s*\[([^\]]*)\]")
REFERENCES = compile_late(r"\breferences:\s*\[([^\]]*)\]")
PROVIDER = compile_late(r"^\s*provider\s*=\s*\"(\w+)\"")
NATIVE = compile_late(r"@db\.(\w+)")
TYPES = {
    "Int": "integer", "BigInt": "bigint", "String": "text", "Boolean": "boolean", "DateTime": "timestamp",
    "Json": "jsonb", "Float": "double precision", "Decimal": "numeric", "Bytes": "bytea",
}  # fmt: skip


def collect_config(file: ConfigFile) -> Iterator[Fact]:
    """The models of one schema file; those of a folder of them belong together."""
    blocks = list(read_blocks(file.lines))
    models = [read_model(name, line, rows) for kind, name, line, rows in blocks if kind in ("model", "view")]
    provider = next(
        (
            found[1]
            for kind, _, _, rows in blocks
            if kind == "datasource"
            for _, row in rows
            if (found := PROVIDER.match(row))
        ),
        "",
    )
    if models:
        listed: list[Json] = list(models)
        folder = file.path.rpartition("/")[0]
        data: dict[str, Json] = {"style": "prisma", "group": folder, "dialect": provider, "models": listed, "extra": []}
        yield Fact("schema-model", file.span(1), data)


def read_blocks(rows: Sequence[str]) -> Iterator[tuple[str, str, int, list[tuple[int, str]]]]:
    """Kind, name, line and rows (line, text) of each block."""
    current: tuple[str, str, int, list[tuple[int, str]]] | None = None
    for number, row in enumerate(rows, 1):
        text = re.sub(r"//.*$", "", row)
        if current is None:
            found = BLOCK.match(text)
            current = (found[1], found[2], number, []) if found is not None else None
        elif text.strip() == "}":
            yield current
            current = None
        else:
            current[3].append((number, text))


def read_model(name: str, line: int, rows: Sequence[tuple[int, str]]) -> dict[str, Json]:
    """One model."""
    fields = [
        (number, found) for number, row in rows if not row.lstrip().startswith("@@") and (found := FIELD.match(row))
    ]
    names = {found[1]: (mapped[1] if (mapped := MAP.search(found[5])) else found[1]) for _, found in fields}
    relations = [(number, found) for number, found in fields if RELATION.search(found[5]) and FIELDS.search(found[5])]
    table = next((found[1] for _, row in rows if (found := TABLE.match(row))), name)
    columns: list[Json] = [
        make_column(number, found, names[found[1]])
        for number, found in fields
        if found[2] in TYPES or (found[2][:1].isupper() and not found[3] and is_scalar(found))
    ]
    keys: list[Json] = []
    for _, found in relations:
        own, there = split(FIELDS.search(found[5])), split(REFERENCES.search(found[5]))
        at = next((number for number, field in fields if field[1] == own[0]), line) if own else line
        keys.append([at, [names.get(one, one) for one in own], found[2], list(there)])
    indexes: list[Json] = []
    for number, row in rows:
        listed = LISTED.match(row)
        if listed is None or listed[1] == "fulltext":
            continue
        own = [names.get(re.split(r"[\s(]", one)[0], one) for one in split(listed, 2)]
        if listed[1] == "id":
            mark_primary(columns, own)
        else:
            indexes.append([number, list[Json](own), listed[1] == "unique", "", ""])
    return {
        "name": name, "table": table, "bases": [], "line": line, "columns": columns, "indexes": indexes, "keys": keys,
    }  # fmt: skip


def is_scalar(found: re.Match[str]) -> bool:
    """Whether a field of a named type is a value: an enum has no relation and no native type of its own."""
    return "@default" in found[5] or "@db." in found[5] or "@map" in found[5]


def make_column(line: int, found: re.Match[str], name: str) -> Json:
    """One column."""
    flags = "".join((
        "p" if re.search(r"@id\b", found[5]) else "",
        "u" if re.search(r"@unique\b", found[5]) else "",
        "" if found[4] else "n",
    ))  # fmt: skip
    native = NATIVE.search(found[5])
    type_ = "uuid" if native is not None and native[1] == "Uuid" else TYPES.get(found[2], "text")
    return [line, name, f"{type_}[]" if found[3] else type_, flags, ""]


def mark_primary(columns: list[Json], names: Sequence[str]) -> None:
    """Note which columns make the primary key."""
    for column in columns:
        if isinstance(column, list) and column[1] in names:
            column[3] = f"p{column[3]}"


def split(found: re.Match[str] | None, group: int = 1) -> list[str]:
    """The names in a list; brackets inside of it hold options of one of them."""
    text = re.sub(r"\([^()]*\)", "", found[group]) if found is not None else ""
    return [one.strip() for one in text.split(",") if one.strip()]
