"""The members of Prisma's models (`model-member`, see `scan.queries.mapped.models`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.scan.config.file import ConfigFile
from readycheck.scan.facts.schema_prisma import (
    FIELD,
    FIELDS,
    MAP,
    REFERENCES,
    RELATION,
    TABLE,
    TYPES,
    read_blocks,
    split,
)
from readycheck.scan.late import compile_late

KINDS = ("model-member",)
GLOBS = ("*.prisma",)
NAME = compile_late(r"@relation\(\s*(?:name:\s*)?\"([^\"]+)\"")


def collect_config(file: ConfigFile) -> Iterator[Fact]:
    """The models of one schema file."""
    blocks = [(name, line, rows) for kind, name, line, rows in read_blocks(file.lines) if kind in ("model", "view")]
    models: list[Json] = [read_model(name, line, rows) for name, line, rows in blocks]
    if models:
        yield Fact("model-member", file.span(1), {"style": "prisma", "models": models})


def read_model(name: str, line: int, rows: Sequence[tuple[int, str]]) -> dict[str, Json]:
    """One model: its table, the columns of other names, and its relations."""
    fields = [found for _, row in rows if not row.lstrip().startswith("@@") and (found := FIELD.match(row))]
    columns: dict[str, Json] = {found[1]: mapped[1] for found in fields if (mapped := MAP.search(found[5]))}
    relations: dict[str, Json] = {}
    for found in fields:
        own, there = split(FIELDS.search(found[5])), split(REFERENCES.search(found[5]))
        named = NAME.search(found[5])
        label = named[1] if named is not None else ""
        if len(own) == 1 and len(there) == 1 and RELATION.search(found[5]):
            relations[found[1]] = [[found[2]], str(columns.get(own[0], own[0])), there[0], False, label]
        elif re.match(r"[A-Z]", found[2]) and found[2] not in TYPES and not own:
            relations[found[1]] = [[found[2]], "", "", bool(found[3]), label]
    table = next((found[1] for _, row in rows if (found := TABLE.match(row))), name)
    return {
        "name": name, "table": table, "bases": [], "line": line, "columns": columns, "relations": relations,
        "backs": {},
    }  # fmt: skip
