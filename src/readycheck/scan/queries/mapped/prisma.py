"""What Prisma's client asks: `prisma.note.findMany({ where: { userId }, orderBy: { id: "desc" }, take: 10 })`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.scan.late import compile_late
from readycheck.scan.queries.mapped.chains import read_elements, read_link, strip
from readycheck.scan.queries.mapped.flow import Run, find_method_calls
from readycheck.scan.queries.mapped.objects import Entry, read_object, read_several, read_where
from readycheck.scan.queries.mapped.shapes import (
    UNKNOWN,
    Condition,
    Path,
    Shape,
    compare,
    merge,
    negate,
    read_count,
    read_value,
)

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

METHODS = {
    "findMany": "select", "findUnique": "select", "findUniqueOrThrow": "select", "findFirst": "select",
    "findFirstOrThrow": "select", "update": "update", "updateMany": "update", "upsert": "select", "delete": "delete",
    "deleteMany": "delete", "count": "count", "aggregate": "aggregate", "groupBy": "aggregate",
}  # fmt: skip
CALLEE = compile_late(r"^(?:[\w$!?]+(?:\(\))?\??\.)*[\w$!?]+(?:\(\))?\??\.(\w+)$", re.DOTALL)
CLIENTS = compile_late(r"(?i)prisma|^(?:this\.|ctx\.|context\.)?(?:tx|trx|db|client|database)$|\.(?:tx|db|prisma\w*)$")
CERTAIN = frozenset({"findMany", "findUnique", "findUniqueOrThrow", "findFirst", "findFirstOrThrow"})
COMPARED = {
    "equals": "=", "not": "<>", "lt": "<", "lte": "<=", "gt": ">", "gte": ">=", "in": "in", "notIn": "not in",
}  # fmt: skip
PATTERNS = {"contains": "'%' || ? || '%'", "startsWith": "? || '%'", "endsWith": "'%' || ?"}
OTHERS = frozenset({
    "search", "has", "hasSome", "hasEvery", "isEmpty", "path", "string_contains", "string_starts_with",
    "array_contains",
    "isSet", "string_ends_with", "array_starts_with",
})  # fmt: skip
RELATED = frozenset({"some", "none", "every", "is", "isNot"})
OPERATORS = frozenset({*COMPARED, *PATTERNS, *OTHERS, "in", "notIn", "not", "mode"})


def find_shapes(unit: Unit) -> Iterator[tuple[Run, Shape]]:
    """The queries of one file, each at its call."""
    return find_method_calls(unit, METHODS, read_call)


def read_call(unit: Unit, call: SgNode, owner: SgNode, method: str) -> Shape | None:
    """One call of the client."""
    model, client = owner.field("property"), owner.field("object")
    if owner.kind() != "member_expression" or model is None or client is None or client.kind() == "call_expression":
        return None
    link = read_link(call)
    options = read_object(unit, link.arguments[0]) if link.arguments else None
    if method not in CERTAIN and CLIENTS.search(client.text()) is None:
        return None
    if method in ("update", "delete", "upsert") and (options is None or options.get("where") is None):
        return None
    shape = Shape("prisma", METHODS[method])
    shape.roots.append(("", (), model.text()))
    reader = Reader(unit, shape)
    if options is not None:
        reader.read(options.get("where"), options.may_have("where"))
        reader.order(options.get("orderBy"), options.may_have("orderBy"))
        shape.limit = read_count(take) if (take := options.get("take")) is not None else ""
        shape.offset = read_count(skip) if (skip := options.get("skip")) is not None else ""
        shape.open = options.may_have("take")
        shape.grouped = options.get("distinct") is not None
        if options.get("cursor") is not None:
            shape.offset, shape.open = "", True
    elif link.arguments or link.has_rest:
        shape.lose()
    if method in ("findFirst", "findFirstOrThrow"):
        shape.limit, shape.fetches = "1", ["first"]
    elif method in ("findUnique", "findUniqueOrThrow", "upsert", "update", "delete"):
        shape.fetches = ["get"]
        shape.limit = "1" if method.startswith("findUnique") else ""
    return shape


class Reader:
    """Reads `where` and `orderBy`."""

    def __init__(self, unit: Unit, shape: Shape) -> None:
        """Take the file and the query."""
        self.unit = unit
        self.shape = shape

    def read(self, node: SgNode | None, is_open: bool) -> None:  # noqa: FBT001 - two facts about one property
        """The conditions."""
        if node is not None:
            self.shape.add(self.read_where(node, [""]))
        elif is_open:
            self.shape.add(UNKNOWN)

    def read_where(self, node: SgNode, path: Path) -> Condition:
        """A `where` object, also of a relation."""
        return read_where(self.unit, self.shape, node, self.read_entry, path)

    def read_entry(self, path: Path, entry: Entry) -> Condition:
        """One property: `AND`, `OR`, `NOT`, or a member with what it must be."""
        key = entry.key
        if key in ("AND", "OR"):
            return read_several(entry.value, lambda one: self.read_where(one, path), "all" if key == "AND" else "any")
        if key == "NOT":
            return negate(read_several(entry.value, lambda one: self.read_where(one, path), "all"))
        member = [*path, key]
        value = strip(entry.value)
        if value is None or value.kind() != "object":
            written = read_value(value)
            return compare(member, "null", "") if written == "NULL" else compare(member, "=", written)
        found = read_object(self.unit, value)
        keys = {one.key for one in found.entries} if found is not None else set()
        if keys & RELATED:
            return self.read_related(member, value)
        if keys and keys <= OPERATORS:
            return self.read_operators(member, value)
        return self.read_where(value, member)

    def read_related(self, member: Path, value: SgNode) -> Condition:
        """`{ some: {...} }`, `{ none: {...} }`, `{ is: {...} }`."""
        found = read_object(self.unit, value)
        sides: list[Condition] = []
        for one in found.entries if found is not None else ():
            if one.key == "is" and strip(one.value) is not None and one.value.text() != "null":
                sides.append(self.read_where(one.value, member))
            elif one.key in ("some", "none"):
                inner: Condition = ["some", list(member), self.read_where(one.value, ["*"]), []]
                sides.append(inner if one.key == "some" else ["not", inner])
            else:
                sides.append(UNKNOWN)
        return merge_all(sides)

    def read_operators(self, member: Path, value: SgNode) -> Condition:
        """`{ gte: from, lt: to }`, `{ contains: q, mode: "insensitive" }`."""
        found = read_object(self.unit, value)
        entries = found.entries if found is not None else []
        if any(one.key == "path" for one in entries):  # a part of a JSON value is compared
            return compare(member, "other", "?")
        folded = any(one.key == "mode" and "insensitive" in one.value.text() for one in entries)
        sides = [self.read_operator(member, one, folded=folded) for one in entries if one.key != "mode"]
        if any(one.optional for one in entries):
            self.shape.dynamic = True
            return ["all", []] if len(entries) == 1 else UNKNOWN
        return merge_all(sides)

    def read_operator(self, member: Path, entry: Entry, *, folded: bool) -> Condition:
        """One operator with its value."""
        key, written = entry.key, read_value(strip(entry.value))
        if key in PATTERNS:
            return compare(member, "ilike" if folded else "like", PATTERNS[key])
        if key == "not" and entry.value.kind() == "object":
            return negate(self.read_operators(member, entry.value))
        operator = "ilike" if folded and key == "equals" else COMPARED.get(key, "other")
        if written == "NULL" and operator in ("=", "<>"):
            return compare(member, "null" if operator == "=" else "not null", "")
        return compare(member, operator, "?" if operator in ("in", "not in", "other") else written)

    def order(self, node: SgNode | None, is_open: bool) -> None:  # noqa: FBT001 - likewise
        """`orderBy: { createdAt: "desc" }`, also a list of them."""
        if node is None:
            self.shape.dynamic = self.shape.dynamic or is_open
            return
        keys: list[tuple[Path, bool]] | None = []
        for one in read_elements(strip(node)):
            key = self.read_key(one, [""])
            keys = [*keys, *key] if keys is not None and key is not None else None
        self.shape.set_order(keys)

    def read_key(self, node: SgNode, path: Path) -> list[tuple[Path, bool]] | None:
        """The sort keys of one object; None where they are not known."""
        found = read_object(self.unit, node)
        if found is None or found.rest:
            return None
        keys: list[tuple[Path, bool]] = []
        for one in found.entries:
            text = one.value.text().strip("\"'`")
            if text.rpartition(".")[2] in ("asc", "desc"):
                keys.append(([*path, one.key], text.endswith("desc")))
                continue
            inner = read_object(self.unit, one.value)
            sort = inner.get("sort") if inner is not None else None
            if sort is not None and sort.text().strip("\"'") in ("asc", "desc"):
                keys.append(([*path, one.key], "desc" in sort.text()))
            elif inner is not None and one.key != "_count" and (nested := self.read_key(one.value, [*path, one.key])):
                keys += nested
            else:
                return None
        return keys


def merge_all(sides: list[Condition]) -> Condition:
    """Conditions that hold together."""
    return merge("all", sides) if sides else ["all", []]
