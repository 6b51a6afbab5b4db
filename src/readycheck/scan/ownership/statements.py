"""What a SQL statement asks for, as far as its text tells: its tables, the ids it is given, the owner's column."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from readycheck.scan.late import compile_late

OWNER = (
    r"(?:user|owner|author|creator|customer|account|member|profile|tenant|org|organi[sz]ation|workspace|team|company|client"
    r"|created_by|uploaded_by|creator_by|added_by|owned_by|userId|ownerId|authorId|createdBy|creatorId|accountId|customerId"
    r"|tenantId|organi[sz]ationId|orgId|workspaceId|teamId|companyId)(?:_?(?:id|uuid|pk))?"
)
OWNER_COLUMN = compile_late(rf"^{OWNER}$", re.IGNORECASE)
STRONG = compile_late(
    r"^(?:user|owner|account|customer|member|profile)(?:_?(?:id|uuid|pk))?$|^(?:user|owner|account|customer)Id$",
    re.IGNORECASE,
)
PRIVACY = compile_late(r"^(?:is_?public|public|is_?private|private|visibility|is_?visible)$", re.IGNORECASE)
PLACE = r"(?:\$|\?|%s|%\(|:\w|@\w|\{)"
NAME = r"[\w\"`.\[\]]+"
TABLES = compile_late(rf"\b(?:FROM|JOIN|UPDATE|INTO)\s+(?:ONLY\s+|LATERAL\s+)?({NAME})", re.IGNORECASE)
ASKS_OWNER = compile_late(rf"(?:^|[\s.(\"`]){OWNER}\"?`?\s*(?:=|IN\s*\()\s*\(?\s*{PLACE}", re.IGNORECASE)
JOINS_OWNER = compile_late(rf"\b{OWNER}\s*=\s*\w+\.\w+", re.IGNORECASE)
BY_ID = compile_late(
    rf"(?:^|[\s.(\"`])((?:\w+_)?(?:id|uuid|pk|Id))\"?`?\s*(?:::\w+\s*)?=\s*(?:ANY\s*\()?\s*{PLACE}", re.IGNORECASE
)
VISIBLE = compile_late(
    r"\b(?:is_?public|is_?published|published(?:_at)?|visibility|is_?visible|public|is_?private)\b", re.IGNORECASE
)
INSERT = compile_late(rf"\bINSERT\s+INTO\s+({NAME})(?:\s+AS\s+\w+)?\s*\(([^)]*)\)", re.IGNORECASE)
CREATE = compile_late(rf"\bCREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?({NAME})\s*\((.*)", re.IGNORECASE | re.DOTALL)
ALTER = compile_late(
    rf"\bALTER\s+TABLE\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?({NAME})\s+ADD\s+(?:COLUMN\s+)?(?:IF\s+NOT\s+EXISTS\s+)?(\w+)",
    re.IGNORECASE,
)
COLUMN = compile_late(r"^\s*\"?`?(\w+)\"?`?\s+[A-Za-z]", re.MULTILINE)
CONDITION = compile_late(r"\b(?:WHERE|ON|AND|OR|HAVING)\b", re.IGNORECASE)
WORDS = frozenset({"primary", "foreign", "unique", "constraint", "check", "key", "index", "exclude"})


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement: `tables` in their order, `ids` the columns that are held against a given id."""

    text: str
    tables: tuple[str, ...]
    ids: tuple[str, ...]
    asks_owner: bool
    asks_visible: bool

    @property
    def verb(self) -> str:
        """What it does to the rows that it finds."""
        word = re.search(r"\b(DELETE|UPDATE|INSERT|SELECT)\b", self.text, re.IGNORECASE)
        found = word[1].upper() if word else "SELECT"
        if found == "SELECT" and re.match(r"\s*WITH\b", self.text, re.IGNORECASE):
            changed = re.search(r"\b(DELETE|UPDATE|INSERT)\b", self.text, re.IGNORECASE)
            found = changed[1].upper() if changed else found
        return {"DELETE": "deletes", "UPDATE": "changes", "INSERT": "adds"}.get(found, "reads")


@cache
def read_statement(text: str) -> Statement:
    """A statement out of its text; what is not constant in it stands as `?`."""
    body = text
    start = CONDITION.search(body)
    conditions = body[start.start() :] if start is not None else ""
    tables = tuple(dict.fromkeys(clean(found) for found in TABLES.findall(text)))
    ids = tuple(dict.fromkeys(one.lower() for one in BY_ID.findall(conditions) if not OWNER_COLUMN.match(one)))
    return Statement(
        text, tables, ids, ASKS_OWNER.search(conditions) is not None, VISIBLE.search(conditions) is not None
    )


def read_columns(text: str) -> Iterator[tuple[str, str]]:
    """The columns that a statement shows a table to have: (table, column)."""
    for table, columns in INSERT.findall(text):
        yield from ((clean(table), clean(column)) for column in columns.split(","))
    for table, column in ALTER.findall(text):
        yield clean(table), column.lower()
    created = CREATE.search(text)
    if created is not None:
        for column in COLUMN.findall(created[2]):
            if column.lower() not in WORDS:
                yield clean(created[1]), column.lower()
    tables = [clean(found) for found in TABLES.findall(text)]
    if len(set(tables)) == 1:
        for column in re.findall(rf"\b({OWNER})\s*=", text, re.IGNORECASE):
            yield tables[0], column.lower()
        for column in VISIBLE.findall(text):
            yield tables[0], column.lower()


def clean(name: str) -> str:
    """A table's or column's name without quotes and schema, in lower case."""
    return name.strip().strip('"`[]').rpartition(".")[2].strip('"`[]').lower()
