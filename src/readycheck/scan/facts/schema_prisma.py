"""Prisma's schema: models, their keys and indexes (`schema-model`, see `scan.schema.models`)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

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
SCHEMA = compile_late(r"^\s*@@schema\(\s*(?:name:\s*)?\"([^\"]+)\"")
LISTED = compile_late(r"^\s*@@(id|index|unique|fulltext)\(\s*(?:fields:\s*)?(?:\[([^\]]*)\]|(\w+))([^\n]*)")
PARTS = compile_late(r",(?![^()]*\))")
METHOD = compile_late(r"\btype:\s*(\w+)")
NAMED = compile_late(r"\bmap:\s*\"([^\"]+)\"")
LABEL = compile_late(r"\s*(?:name:\s*)?\"(\w+)\"")
LONGEST = 63
REVERSED = compile_late(r"^(\w+)\s*\(.*\bsort:\s*Desc\b")
EMULATED = compile_late(r"^\s*relationMode\s*=\s*\"prisma\"")
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
    enums = frozenset(name for kind, name, _, _ in blocks if kind == "enum")
    models = [read_model(name, line, rows, enums) for kind, name, line, rows in blocks if kind in ("model", "view")]
    source = [row for kind, _, _, rows in blocks if kind == "datasource" for _, row in rows]
    provider = next((found[1] for row in source if (found := PROVIDER.match(row))), "")
    if any(EMULATED.match(row) for row in source):
        for model in models:
            model["keys"] = model["many"] = []  # Prisma sees to them itself: the database has none
    if models or provider:
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


def read_model(name: str, line: int, rows: Sequence[tuple[int, str]], enums: Collection[str]) -> dict[str, Json]:
    """One model."""
    fields = [
        (number, found) for number, row in rows if not row.lstrip().startswith("@@") and (found := FIELD.match(row))
    ]
    names = {found[1]: (mapped[1] if (mapped := MAP.search(found[5])) else found[1]) for _, found in fields}
    table = next((found[1] for _, row in rows if (found := TABLE.match(row))), name)
    schema = next((found[1] for _, row in rows if (found := SCHEMA.match(row))), "")
    columns: list[Json] = [
        make_column(number, found, names[found[1]])
        for number, found in fields
        if found[2] in TYPES or found[2] in enums or (found[2][:1].isupper() and not found[3] and is_scalar(found))
    ]
    primary, indexes = read_indexes(table, rows, names)
    for column in columns:
        if isinstance(column, list) and {"p", "u"} <= set(str(column[3])):  # `@id @unique` makes both
            indexes.append([column[0], [column[1]], True, f"{table}_{column[1]}_key", ""])
    return {
        "name": name, "table": f"{schema}.{table}" if schema else table, "bases": [], "line": line, "columns": columns,
        "indexes": indexes, "keys": list(read_keys(fields, names, line)), "props": dict[str, Json](names),
        "plain": True, "primary": primary, "many": list(read_many(fields)),
    }  # fmt: skip


def read_keys(fields: Sequence[tuple[int, re.Match[str]]], names: Mapping[str, str], line: int) -> Iterator[Json]:
    """The foreign keys of a model: [line, columns, model, its fields]."""
    for _, found in fields:
        if RELATION.search(found[5]) and FIELDS.search(found[5]):
            own, there = split(FIELDS.search(found[5])), split(REFERENCES.search(found[5]))
            at = next((number for number, field in fields if field[1] == own[0]), line) if own else line
            yield [at, [names.get(one, one) for one in own], found[2], list[Json](there)]


Rows = Sequence[tuple[int, str]]


def read_many(fields: Sequence[tuple[int, re.Match[str]]]) -> Iterator[Json]:
    """The lists of other models: [line, model, the relation's name or nothing]."""
    for number, found in fields:
        if found[3] and found[2] not in TYPES and not FIELDS.search(found[5]):
            named = RELATION.search(found[5])
            label = LABEL.match(named[1]) if named is not None else None
            yield [number, found[2], label[1] if label is not None else ""]


def read_indexes(table: str, rows: Rows, names: Mapping[str, str]) -> tuple[list[Json], list[Json]]:
    """The primary key over several columns, and the indexes: [line, keys, unique, name, predicate, method]."""
    primary: list[Json] = []
    indexes: list[Json] = []
    for number, row in rows:
        listed = LISTED.match(row)
        if listed is None or listed[1] == "fulltext":
            continue
        inside = listed[2] or listed[3]
        own = [names.get(one, one) for one in split_text(inside)]
        if listed[1] == "id":
            primary = list[Json](own)
            continue
        turned = {
            names.get(found[1], found[1]) for one in PARTS.split(inside) if (found := REVERSED.match(one.strip()))
        }
        keys: list[Json] = [f"{'-' * (one in turned)}{one}" for one in own]
        is_unique = listed[1] == "unique"
        named, method = NAMED.search(listed[4]), METHOD.search(listed[4])
        suffix = "_key" if is_unique else "_idx"
        chosen = f"{'_'.join((table, *own))[: LONGEST - len(suffix)]}{suffix}"
        name = named[1] if named is not None else chosen
        indexes.append([number, keys, is_unique, name, "", method[1].lower() if method is not None else ""])
    return primary, indexes


def is_scalar(found: re.Match[str]) -> bool:
    """Whether a field of a type that another file has is a value: what has a default, or a type or name of its own."""
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


def split(found: re.Match[str] | None, group: int = 1) -> list[str]:
    """The names in a list; brackets inside of it hold options of one of them."""
    return split_text(found[group]) if found is not None else []


def split_text(text: str) -> list[str]:
    """The names in the inside of a list."""
    for _ in range(3):
        text = re.sub(r"\([^()]*\)", "", text)
    return [one.strip() for one in text.split(",") if one.strip()]
