"""What Knex asks: `knex("users").where({ email }).orderBy("id", "desc").limit(10)`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from readycheck.scan.late import compile_late
from readycheck.scan.queries.mapped.chains import MEMBERS, Link, climb, read_elements, read_link, strip, unroll
from readycheck.scan.queries.mapped.flow import Run, follow
from readycheck.scan.queries.mapped.objects import read_object
from readycheck.scan.queries.mapped.shapes import (
    UNKNOWN,
    Condition,
    Path,
    Shape,
    compare,
    merge,
    read_count,
    read_pattern,
    read_value,
)

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

BASES = compile_late(r"(?i)(?:^|\.)(?:\w*knex|db|trx|tx|database|this\.db|k|conn|connection|qb)(?:\(\))?$")
MADE = compile_late(r"knex(?:\.default|\.knex)?\(\)")
BEGINS = frozenset({
    "where", "select", "first", "del", "delete", "update", "orderBy", "andWhere", "whereIn", "join", "count",
    "leftJoin",
    "innerJoin", "whereNull", "limit", "pluck", "distinct", "max", "min", "whereNot",
})  # fmt: skip
FINISHED = frozenset({"first", "pluck", "count", "del", "delete", "update", "max", "min", "sum", "then", "stream"})
HARMLESS = frozenset({
    "select", "columns", "column", "returning", "as", "then", "catch", "finally", "pluck", "forUpdate", "transacting",
    "timeout", "stream", "skipLocked", "options", "debug", "noWait", "increment", "decrement", "clone",
})  # fmt: skip
TESTS = {
    "Null": ("null", ""), "NotNull": ("not null", ""), "In": ("in", "?"), "NotIn": ("not in", "?"),
    "Between": ("between", "? AND ?"),
}  # fmt: skip
MAKING = frozenset({"insert", "upsert", "merge", "batchInsert", "truncate", "raw", "into"})
COMPARED = frozenset({"=", "<", "<=", ">", ">=", "<>", "!=", "like", "ilike", "in"})
NAME = compile_late(r"^(?:\w+\.)?\w+$")
TABLE = compile_late(r"^(?:(\w+)\.)?(\w+)(?:\s+(?:as\s+)?(\w+))?$", re.IGNORECASE)


def find_shapes(unit: Unit) -> Iterator[tuple[Run, Shape]]:
    """The queries of one file, each with the place at which it is run."""
    for call in unit.find_kind("call_expression"):
        callee, link = call.field("function"), read_link(call)
        if callee is None or not link.arguments or link.arguments[0].kind() != "string":
            continue
        table = TABLE.match(link.arguments[0].text().strip("\"'"))
        if table is None or not is_knex(unit, call, callee):
            continue
        for run in follow(unit, call):
            shape = read_chain(unit, table, run.links)
            if shape is not None:
                shape.open = shape.open or (run.open and not any(one.name in FINISHED for one in run.links))
                yield run.stay(), shape


def is_knex(unit: Unit, call: SgNode, callee: SgNode) -> bool:
    """Whether a call names the table of a query of Knex."""
    text = re.sub(r"<[^<>]*>$", "", callee.text())
    _, links = climb(call)
    if not any(link.name in BEGINS for link in links) and "knex" not in text.lower():
        return False
    if callee.kind() in MEMBERS and text.rpartition(".")[2] in ("from", "table", "queryBuilder"):
        base, _ = unroll(callee.field("object"))
        return base is not None and BASES.search(base.text()) is not None
    is_known = any(MADE.fullmatch(name) for name in unit.bindings.qualify(callee))
    return is_known or (
        "(" not in text and BASES.search(text) is not None and callee.kind() in ("identifier", *MEMBERS)
    )


def read_chain(unit: Unit, table: re.Match[str], links: tuple[Link, ...]) -> Shape | None:
    """The shape of one chain; None where nothing is asked."""
    if any(link.name in MAKING for link in links):
        return None
    reader = Reader(unit, table[3] or table[2], f"{table[1]}.{table[2]}" if table[1] else table[2])
    for link in links:
        reader.take(link)
    return reader.shape


class Reader:
    """Reads the links of one chain, one after the other."""

    def __init__(self, unit: Unit, alias: str, table: str) -> None:
        """Take the file, and the table with its alias."""
        self.unit = unit
        self.shape = Shape("knex")
        self.shape.roots.append((alias, (), table))
        self.alias = alias

    def take(self, link: Link) -> None:
        """One link."""
        name = link.name
        first = link.arguments[0] if link.arguments else None
        if re.match(r"(?:and|or)?[wW]here|having", name):
            self.take_where(link)
        elif name == "orderBy":
            self.take_order(link, first)
        elif name in ("limit", "offset", "first"):
            self.take_page(link, first)
        elif re.fullmatch(r"(?:left|inner|right)?(?:Outer)?[jJ]oin", name):
            self.take_join(link)
        elif name in ("del", "delete", "update"):
            self.shape.kind = "update" if name == "update" else "delete"
        elif name in ("count", "countDistinct", "max", "min", "sum", "avg"):
            self.shape.kind = "aggregate" if self.shape.kind == "select" else self.shape.kind
        elif name in ("groupBy", "distinct", "groupByRaw", "distinctOn"):
            self.shape.grouped = True
        elif name not in HARMLESS:
            self.shape.lose(optional=link.optional)

    def path(self, node: SgNode | None) -> Path | None:
        """A column by its name, with its table or without."""
        text = node.text().strip("\"'`") if node is not None and node.kind() == "string" else ""
        if NAME.match(text) is None:
            return None
        owner, _, column = text.rpartition(".")
        return [owner or self.alias, column]

    def take_where(self, link: Link) -> None:
        """`.where("a", 1)`, `.where({ a: 1 })`, `.whereIn("a", ids)`, `.orWhere(...)`."""
        condition = self.read_where(link)
        if link.name.startswith("or") and self.shape.where:
            condition = merge("any", [merge("all", list(self.shape.where)), condition])
            self.shape.where = []
        self.shape.add(condition, optional=link.optional)

    def read_where(self, link: Link) -> Condition:
        """The condition of one link."""
        kind = re.sub(r"^(?:and|or)?[wW]here|^having", "", link.name)
        first = link.arguments[0] if link.arguments else None
        inner = strip(first)
        if (
            kind in ("", "Not")
            and inner is not None
            and inner.kind() in ("object", "shorthand_property_identifier", "identifier")
        ):
            found = read_object(self.unit, inner)
            sides = [
                UNKNOWN if one.optional or not re.fullmatch(r"[\w.]+", one.key) else self.test(one.key, one.value)
                for one in (found.entries if found is not None else ())
            ]
            sides += [UNKNOWN] if found is None or found.rest else []
            return ["not", merge("all", sides)] if kind and UNKNOWN not in sides else merge("all", sides)
        path = self.path(inner)
        if path is None or link.has_rest:
            return UNKNOWN
        return self.read_method(kind, path, link)

    def test(self, key: str, value: SgNode) -> Condition:
        """A column of an object and its value."""
        owner, _, column = key.rpartition(".")
        path, written = [owner or self.alias, column], read_value(strip(value))
        return compare(path, "null", "") if written == "NULL" else compare(path, "=", written)

    def read_method(self, kind: str, path: Path, link: Link) -> Condition:
        """`where`, `whereIn`, `whereNull`, ... with a column."""
        rest = link.arguments[1:]
        if kind in ("Like", "ILike", "Ilike") and rest:
            return compare(path, kind.lower(), read_pattern(rest[0]))
        if kind not in ("", "Not") or not rest:
            return compare(path, *TESTS.get(kind, ("other", "?"))) if kind else UNKNOWN
        return self.read_pair(kind, path, rest[0]) if len(rest) == 1 else self.read_triple(kind, path, rest)

    def read_pair(self, kind: str, path: Path, value: SgNode) -> Condition:
        """`where("a", 1)`, `whereNot("a", 1)`."""
        written = read_value(strip(value))
        if written == "NULL":
            return compare(path, "not null" if kind else "null", "")
        return compare(path, "<>" if kind else "=", written)

    def read_triple(self, kind: str, path: Path, rest: Sequence[SgNode]) -> Condition:
        """`where("a", ">", 1)`."""
        operator = rest[0].text().strip("\"'`").lower()
        if operator not in COMPARED or kind:
            return compare(path, "other", "?")
        if operator in ("like", "ilike"):
            return compare(path, operator, read_pattern(rest[1]))
        return compare(path, "<>" if operator == "!=" else operator, "?" if operator == "in" else read_value(rest[1]))

    def take_order(self, link: Link, first: SgNode | None) -> None:
        """`.orderBy("created_at", "desc")`, `.orderBy([{ column, order }])`."""
        keys: list[tuple[Path, bool]] | None = []
        if first is not None and strip(first) is not None and first.kind() == "array":
            for one in read_elements(first):
                found = read_object(self.unit, one) if one.kind() == "object" else None
                path = self.path(found.get("column") if found is not None else one)
                order = found.get("order") if found is not None else None
                down = order is not None and "desc" in order.text().lower()
                keys = [*keys, (path, down)] if keys is not None and path is not None else None
        else:
            path = self.path(first)
            second = link.arguments[1].text().strip("\"'`").lower() if len(link.arguments) > 1 else "asc"
            keys = [(path, second == "desc")] if path is not None and second in ("asc", "desc") else None
        self.shape.set_order(keys, optional=link.optional)

    def take_page(self, link: Link, first: SgNode | None) -> None:
        """`.limit(10)`, `.offset(n)`, `.first()`."""
        if link.name == "first":
            self.shape.limit = "1"
            self.shape.fetches.append("first")
        elif link.optional:
            self.shape.open = self.shape.dynamic = True
        elif link.name == "limit":
            self.shape.limit = read_count(first)
        else:
            self.shape.offset = read_count(first)

    def take_join(self, link: Link) -> None:
        """`.join("teams", "teams.id", "users.team_id")`, also with an operator in between."""
        given = link.arguments
        table = TABLE.match(given[0].text().strip("\"'`")) if given and given[0].kind() == "string" else None
        sides = [path for one in given[1:] if (path := self.path(one)) is not None]
        if table is None or len(sides) != 2 or link.optional:  # noqa: PLR2004 - two columns
            self.shape.unknown = self.shape.dynamic = True
            return
        alias = table[3] or table[2]
        self.shape.roots.append((alias, (), table[2]))
        condition = compare(sides[0], "=", list(sides[1]))
        self.shape.joins.append([alias, None, condition, link.name.startswith(("left", "right"))])
