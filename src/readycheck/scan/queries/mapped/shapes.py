"""What is known of a query that a library writes, before its names are looked up: JSON, for a fact.

A path is a list of texts: the alias of a root, then members. A condition is a list:

- `["all", [...]]`, `["any", [...]]`, `["not", condition]`, `["?"]` (not known);
- `["is", path, operator, value, function]`: the operator is SQL's; the value SQL text (`?` where it is handed in) or a
  path; the function is empty, or SQL's name of one around the column;
- `["in", path, shape]`, `["exists", shape]`: a query inside; `["some", path, condition]`: a relation that has a row;
- `["sql", text]`: written in SQL, with names of members in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from readycheck.model.rule import Json
from readycheck.scan.literals import read_literal

if TYPE_CHECKING:
    from ast_grep_py import SgNode

Condition = list[Json]
Path = list[str]
UNKNOWN: Condition = ["?"]
MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
LONGEST_VALUE = 60
MOST_MAYBE = 8


@dataclass
class Shape:
    """A query. `roots` are [alias, names of the model, name of the table]; the first one is what is asked for.

    `limit` and `offset` are empty, a number, or `?`. `open` says that its end, where a limit would stand, is not known;
    `dynamic` that parts are there under a condition only, `unknown` that one which is always there could not be read.
    `lazy` says that nothing runs it there, `maybe` are conditions that hold sometimes.
    `joins` are [alias, path or nothing, condition or nothing, whether rows without a partner stay].
    """

    style: str
    kind: str = "select"
    roots: list[tuple[str, tuple[str, ...], str]] = field(default_factory=list)
    where: list[Condition] = field(default_factory=list)
    joins: list[Condition] = field(default_factory=list)
    order: list[tuple[Path, bool]] = field(default_factory=list)
    limit: str = ""
    offset: str = ""
    open: bool = False
    dynamic: bool = False
    unknown: bool = False
    grouped: bool = False
    columns: list[Path] = field(default_factory=list)
    fetches: list[str] = field(default_factory=list)
    star: bool = False
    lazy: bool = False
    maybe: list[Condition] = field(default_factory=list)

    def add(self, condition: Condition, *, optional: bool = False) -> None:
        """Note a condition that always holds; one that holds sometimes makes the query dynamic."""
        if optional:
            self.dynamic = True
            self.maybe += [condition] if condition != UNKNOWN else []
        elif condition != ["all", []]:
            self.where.append(condition)

    def lose(self, *, optional: bool = False) -> None:
        """Note that something was added of which nothing is known: conditions, an order, or a limit."""
        self.dynamic = self.open = True
        self.unknown = self.unknown or not optional

    def set_order(self, keys: list[tuple[Path, bool]] | None, *, optional: bool = False) -> None:
        """Note what it is ordered by; None where that is not known."""
        if keys is None or optional:
            self.dynamic, self.order = True, []
        else:
            self.order = [*self.order, *keys]

    def to_json(self) -> dict[str, Json]:
        """The fact's data, without what is empty."""
        written: dict[str, Json] = {
            "style": self.style,
            "kind": self.kind,
            "roots": [[alias, list[Json](names), table] for alias, names, table in self.roots],
            "where": list[Json](self.where),
            "joins": list[Json](self.joins),
            "order": [[list[Json](path), descending] for path, descending in self.order],
            "limit": self.limit,
            "offset": self.offset,
            "open": self.open,
            "dynamic": self.dynamic,
            "unknown": self.unknown or has_unknown(self.where),
            "grouped": self.grouped,
            "columns": [list[Json](path) for path in self.columns],
            "fetches": list[Json](self.fetches),
            "star": self.star,
            "lazy": self.lazy,
            "maybe": list[Json](self.maybe[:MOST_MAYBE]),
        }
        return {key: value for key, value in written.items() if value not in ([], "", False)}


def has_unknown(conditions: list[Condition]) -> bool:
    """Whether one of some conditions that hold together could not be read."""
    return any(one == UNKNOWN or (one[0] == "all" and has_unknown(one[1])) for one in conditions)  # type: ignore[arg-type]


def combine(word: str, conditions: list[Condition]) -> Condition:
    """Several conditions as one: `all` or `any` of them."""
    return conditions[0] if len(conditions) == 1 else [word, list[Json](conditions)]


def compare(path: Path, operator: str, value: Json = "?", function: str = "") -> Condition:
    """A condition on one member."""
    return ["is", list[Json](path), operator, value, function]


def quote(text: str) -> str:
    """A text in SQL."""
    return "'" + text.replace("'", "''") + "'"


def read_value(node: SgNode | None) -> str:
    """A value as SQL text: a constant, or `?`."""
    if node is None:
        return "?"
    known, value = read_literal(node)
    if not known:
        return "?"
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return str(value)
    return quote(str(value)[:LONGEST_VALUE])


def read_pattern(node: SgNode | None) -> str:
    """What a LIKE compares with, as SQL text: a constant, or one that begins or ends with a constant part."""
    if node is None:
        return "?"
    value = read_value(node)
    if value != "?":
        return value
    text = node.text()
    begins = re.match(r"^f?r?[\"'`]+([^\"'`{$]+)", text)
    if begins is not None:
        return f"{quote(begins[1])} || ?"
    return "?"


def read_count(node: SgNode | None) -> str:
    """A number of rows: the constant, or `?`."""
    value = read_value(node)
    return value if value.isdigit() else "?"


def merge(word: str, sides: list[Condition]) -> Condition:
    """Conditions that hold together or one of which holds: an OR of which a side is not known says nothing."""
    if UNKNOWN in sides:
        known = [side for side in sides if side != UNKNOWN]
        return UNKNOWN if word == "any" or not known else ["all", [*known, UNKNOWN]]
    return combine(word, sides)


def negate(condition: Condition) -> Condition:
    """That a condition does not hold."""
    return UNKNOWN if condition == UNKNOWN else ["not", condition]
