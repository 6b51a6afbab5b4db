"""What Supabase's client asks: `supabase.from("notes").select("id").eq("user_id", id).order("id").limit(10)`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.scan.late import compile_late
from readycheck.scan.queries.mapped.chains import Link, read_link, strip
from readycheck.scan.queries.mapped.flow import Run, follow
from readycheck.scan.queries.mapped.objects import read_object
from readycheck.scan.queries.mapped.shapes import (
    UNKNOWN,
    Condition,
    Path,
    Shape,
    compare,
    merge,
    read_pattern,
    read_value,
)

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

CLIENTS = compile_late(r"(?i)supa\w*(?:\(\))?$|(?:^|[\s.(])(?:client|admin|sb|db)$|\.schema\([^()]*\)$")
KINDS = {"select": "select", "update": "update", "delete": "delete"}
COMPARED = {"eq": "=", "neq": "<>", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
OTHERS = frozenset({
    "contains", "containedBy", "overlaps", "textSearch", "rangeGt", "rangeGte", "rangeLt", "rangeLte", "likeAllOf",
    "likeAnyOf", "ilikeAllOf", "ilikeAnyOf", "rangeAdjacent",
})  # fmt: skip
HARMLESS = frozenset({
    "select", "update", "delete", "returns", "throwOnError", "csv", "abortSignal", "then", "explain", "overrideTypes",
})  # fmt: skip


def find_shapes(unit: Unit) -> Iterator[tuple[Run, Shape]]:
    """The queries of one file, each with the place at which it is run."""
    for call in unit.find_kind("call_expression"):
        callee, link = call.field("function"), read_link(call)
        owner = callee.field("object") if callee is not None else None
        if link.name != "from" or owner is None or not link.arguments or link.arguments[0].kind() != "string":
            continue
        if CLIENTS.search(re.sub(r"\s+|\(await|\)$", "", owner.text())) is None:
            continue
        table = link.arguments[0].text().strip("\"'`")
        for run in follow(unit, call):
            shape = read_chain(unit, table, run.links)
            if shape is not None:
                yield run.stay(), shape


def read_chain(unit: Unit, table: str, links: tuple[Link, ...]) -> Shape | None:
    """The shape of one chain; None where nothing is asked."""
    kind = next((KINDS[link.name] for link in links if link.name in KINDS), "")
    if not kind or any(link.name in ("insert", "upsert") for link in links):
        return None
    first = next(link for link in links if link.name in KINDS)
    reader = Reader(unit, Shape("supabase", kind, [("", (), table)]))
    if kind == "select":
        asked = first.arguments[0].text().strip("\"'`") if first.arguments else "*"
        reader.shape.star = asked.strip() == "*"
        reader.shape.unknown = "!inner" in asked
        if len(first.arguments) > 1 and re.search(r"head:\s*true", first.arguments[1].text()):
            reader.shape.kind = "count"
    for link in links:
        reader.take(link)
    return reader.shape


class Reader:
    """Reads the links of one chain, one after the other."""

    def __init__(self, unit: Unit, shape: Shape) -> None:
        """Take the file and the query."""
        self.unit = unit
        self.shape = shape

    def take(self, link: Link) -> None:
        """One link."""
        name = link.name
        if name in ("single", "maybeSingle"):
            self.shape.fetches.append("single")
        elif name == "limit":
            self.shape.limit, self.shape.open = ("", True) if link.optional else ("?", self.shape.open)
        elif name == "range":
            self.shape.limit = self.shape.offset = "?"
        elif name == "order":
            self.take_order(link)
        elif name not in HARMLESS:
            self.shape.add(self.read(link), optional=link.optional)

    def read(self, link: Link) -> Condition:
        """The condition of one link."""
        name = link.name
        path = self.path(link.arguments[0]) if link.arguments else None
        value = link.arguments[1] if len(link.arguments) > 1 else None
        if name == "match" and link.arguments:
            found = read_object(self.unit, link.arguments[0])
            sides = [
                compare(["", one.key], "=", read_value(strip(one.value))) for one in (found.entries if found else ())
            ]
            return UNKNOWN if found is None or found.rest else merge("all", sides)
        if path is None or name == "not":
            is_null = value is not None and value.text().strip("\"'") == "is"
            return compare(path, "not null" if is_null else "other", "?") if path is not None else UNKNOWN
        if name in COMPARED:
            return compare(path, COMPARED[name], read_value(strip(value)))
        if name == "is":
            written = read_value(strip(value))
            return compare(path, "null", "") if written == "NULL" else compare(path, "=", written)
        if name in ("like", "ilike"):
            return compare(path, name, read_pattern(value))
        return compare(path, "in" if name == "in" else "other", "?") if name == "in" or name in OTHERS else UNKNOWN

    def path(self, node: SgNode) -> Path | None:
        """A column by its name; None for one of another table, or inside of JSON."""
        text = node.text().strip("\"'`") if node.kind() == "string" else ""
        return ["", text] if re.fullmatch(r"\w+", text) else None

    def take_order(self, link: Link) -> None:
        """`.order("created_at", { ascending: false })`."""
        path = self.path(link.arguments[0]) if link.arguments else None
        options = read_object(self.unit, link.arguments[1]) if len(link.arguments) > 1 else None
        ascending = options.get("ascending") if options is not None else None
        down = ascending is not None and ascending.text() == "false"
        is_known = path is not None and (ascending is None or ascending.text() in ("true", "false"))
        self.shape.set_order([(path, down)] if is_known and path is not None else None, optional=link.optional)
