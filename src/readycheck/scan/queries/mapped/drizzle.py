"""What Drizzle asks: `db.select().from(users).where(eq(users.email, x)).orderBy(desc(users.id)).limit(10)`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.scan.late import compile_late
from readycheck.scan.queries.mapped.chains import Link, climb, read_elements, read_link, strip
from readycheck.scan.queries.mapped.flow import Run, follow
from readycheck.scan.queries.mapped.objects import read_object
from readycheck.scan.queries.mapped.roots import add_root
from readycheck.scan.queries.mapped.shapes import (
    UNKNOWN,
    Condition,
    Path,
    Shape,
    compare,
    merge,
    negate,
    read_count,
    read_pattern,
    read_value,
)

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

COMPARED = {"eq": "=", "ne": "<>", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
TESTS = {
    "isNull": ("null", ""), "isNotNull": ("not null", ""), "inArray": ("in", "?"), "notInArray": ("not in", "?"),
    "between": ("between", "? AND ?"), "notLike": ("other", "?"), "notIlike": ("other", "?"),
    "arrayContains": ("other", "?"), "arrayContained": ("other", "?"), "arrayOverlaps": ("other", "?"),
    "notBetween": ("other", "?"),
}  # fmt: skip
JOINS = compile_late(r"^(left|inner|right|full)Join$")
QUERY = compile_late(r"\.query\.(\w+)\.(findMany|findFirst)$")
HARMLESS = frozenset({
    "select", "selectDistinct", "from", "set", "returning", "$dynamic", "prepare", "execute", "for", "as", "then",
    "all",
    "get", "run", "values", "comment", "catch",
})  # fmt: skip
FUNCTIONS = frozenset({"arrow_function", "function_expression"})


def find_shapes(unit: Unit) -> Iterator[tuple[Run, Shape]]:
    """The queries of one file, each with the place at which it is run."""
    for call in unit.find_kind("call_expression"):
        callee, link = call.field("function"), read_link(call)
        if callee is None or callee.kind() != "member_expression":
            continue
        related = QUERY.search(re.sub(r"\s+", "", callee.text()))
        if related is not None:
            yield Run((), call), read_related(unit, callee, link, related[2])
        elif link.name in ("select", "selectDistinct", "update", "delete") and is_query(link, climb(call)[1]):
            for run in follow(unit, call):
                shape = read_chain(unit, link, run)
                if shape is not None:
                    yield run.stay(), shape


def is_query(link: Link, links: list[Link]) -> bool:
    """Whether a chain is one of Drizzle's: what is selected comes from a table that has a name in the code."""
    if link.name in ("update", "delete"):
        return (
            bool(link.arguments)
            and link.arguments[0].kind() in ("identifier", "member_expression")
            and any(one.name in ("where", "set", "returning") for one in links)
        )
    source = next((one for one in links if one.name == "from"), None)
    return (
        source is not None
        and bool(source.arguments)
        and source.arguments[0].kind() in ("identifier", "member_expression")
    )


def read_chain(unit: Unit, head: Link, run: Run) -> Shape | None:
    """The shape of one chain."""
    shape = Shape("drizzle", head.name if head.name in ("update", "delete") else "select")
    reader = Reader(unit, shape)
    source = next((link for link in run.links if link.name == "from"), head)
    if not source.arguments:
        return None
    add_root(unit, shape, source.arguments[0])
    asked = head.arguments[0] if head.arguments and head.name.startswith("select") else None
    if asked is not None and re.search(r"\b(?:count|sum|avg|max|min)\s*\(|sql(?:<[^<>]*>)?`\s*count", asked.text()):
        found = read_object(unit, asked)
        shape.kind = "aggregate" if found is not None and len(found.entries) == 1 else shape.kind
    shape.grouped = head.name == "selectDistinct"
    for link in run.links:
        reader.take(link)
    shape.open = shape.open or run.open or bool(run.taker)
    return shape


def read_related(unit: Unit, callee: SgNode, link: Link, method: str) -> Shape:
    """`db.query.users.findMany({ where: eq(users.id, 1), orderBy: [desc(users.id)], limit: 10 })`."""
    owner = callee.field("object")
    key = owner.field("property") if owner is not None else None
    shape = Shape("drizzle")
    shape.roots.append(("", (), f"*{key.text() if key is not None else ''}"))
    reader = Reader(unit, shape)
    options = read_object(unit, link.arguments[0]) if link.arguments else None
    if options is not None:
        where, order = options.get("where"), options.get("orderBy")
        if where is not None:
            shape.add(reader.read_outer(where))
        elif options.may_have("where"):
            shape.add(UNKNOWN)
        if order is not None:
            shape.set_order(reader.read_keys(reader.open_function(order)))
        shape.limit = read_count(limit) if (limit := options.get("limit")) is not None else ""
        shape.offset = read_count(offset) if (offset := options.get("offset")) is not None else ""
        shape.open = options.may_have("limit")
    elif link.arguments:
        shape.lose()
    if method == "findFirst":
        shape.limit, shape.fetches = "1", ["first"]
    return shape


class Reader:
    """Reads conditions, sort keys, and the links of a chain."""

    def __init__(self, unit: Unit, shape: Shape) -> None:
        """Take the file and the query."""
        self.unit = unit
        self.shape = shape
        self.given: dict[str, str] = {}

    def take(self, link: Link) -> None:
        """One link."""
        name = link.name
        first = link.arguments[0] if link.arguments else None
        join = JOINS.match(name)
        if name in ("where", "having"):
            self.shape.add(self.read(first), optional=link.optional)
        elif name == "orderBy":
            keys: list[tuple[Path, bool]] | None = []
            for one in link.arguments:
                more = self.read_keys(one)
                keys = [*keys, *more] if keys is not None and more is not None else None
            self.shape.set_order(None if link.has_rest else keys, optional=link.optional)
        elif name in ("limit", "offset"):
            if link.optional:
                self.shape.open = self.shape.dynamic = True
            elif name == "limit":
                self.shape.limit = read_count(first)
            else:
                self.shape.offset = read_count(first)
        elif join is not None and first is not None and len(link.arguments) > 1 and not link.optional:
            alias = add_root(self.unit, self.shape, first)
            self.shape.joins.append([alias, None, self.read(link.arguments[1]), join[1] != "inner"])
        elif name in ("groupBy", "selectDistinctOn"):
            self.shape.grouped = True
        elif name not in HARMLESS:
            self.shape.lose(optional=link.optional)

    def open_function(self, node: SgNode) -> SgNode | None:
        """The body of `(users, { eq }) => eq(users.id, 1)`; its first parameter is the table."""
        inner = strip(node)
        if inner is None or inner.kind() not in FUNCTIONS:
            return inner
        names = re.findall(r"\w+", (inner.field("parameters") or inner.field("parameter") or inner).text())
        if names:
            self.given[names[0]] = ""
        body = inner.field("body")
        return strip(body) if body is not None and body.kind() != "statement_block" else None

    def read_outer(self, node: SgNode) -> Condition:
        """The condition of a relational query, also in a function."""
        return self.read(self.open_function(node))

    def read(self, node: SgNode | None) -> Condition:
        """One condition."""
        inner = strip(node)
        if inner is None or inner.kind() != "call_expression":
            return self.read_variable(inner)
        link = read_link(inner)
        name, first = link.name, link.arguments[0] if link.arguments else None
        if name in ("and", "or"):
            return self.read_several(link)
        if name == "not" and first is not None:
            condition = self.read(first)
            return negate(condition)
        path = self.read_path(first)
        if path is None:
            return UNKNOWN
        return self.read_test(path, link)

    def read_several(self, link: Link) -> Condition:
        """`and(...)`, `or(...)`; what is `undefined` sometimes is left out then."""
        if link.has_rest:
            return UNKNOWN
        sides: list[Condition] = []
        for one in link.arguments:
            inner = strip(one)
            if inner is not None and inner.kind() in ("ternary_expression", "binary_expression"):
                self.shape.dynamic = True
                if link.name == "or":
                    return UNKNOWN
            else:
                sides.append(self.read(one))
        return merge("all" if link.name == "and" else "any", sides) if sides else UNKNOWN

    def read_variable(self, node: SgNode | None) -> Condition:
        """What a variable stands for that is given a value once."""
        is_name = node is not None and node.kind() == "identifier"
        targets = self.unit.bindings.find_targets(node) if node is not None and is_name else ()
        parent = targets[0].parent() if len(targets) == 1 else None
        if parent is None or parent.kind() != "variable_declarator":
            return UNKNOWN
        return self.read(parent.field("value"))

    def read_test(self, path: Path, link: Link) -> Condition:
        """One operator with its column and value."""
        name = link.name
        value = link.arguments[1] if len(link.arguments) > 1 else None
        if name in COMPARED:
            other = self.read_path(value)
            return compare(path, COMPARED[name], list(other) if other is not None else read_value(strip(value)))
        if name in ("like", "ilike"):
            return compare(path, name, read_pattern(value))
        return compare(path, *TESTS[name]) if name in TESTS else UNKNOWN

    def read_path(self, node: SgNode | None) -> Path | None:
        """`users.email`, `schema.users.email`."""
        if node is None or node.kind() != "member_expression":
            return None
        owner, key = node.field("object"), node.field("property")
        if owner is None or key is None:
            return None
        text = owner.text()
        if text in self.given:
            return [self.given[text], key.text()]
        known = any(text == alias for alias, _, _ in self.shape.roots)
        if not known and self.shape.roots and self.shape.roots[0][2].startswith("*"):
            is_same = text.rpartition(".")[2] == self.shape.roots[0][2][1:]
            return ["", key.text()] if is_same else None
        return [text, key.text()] if known else None

    def read_keys(self, node: SgNode | None) -> list[tuple[Path, bool]] | None:
        """Sort keys: `desc(users.id)`, `users.name`, or an array of them."""
        keys: list[tuple[Path, bool]] = []
        for one in read_elements(strip(node)):
            inner, down = strip(one), False
            if inner is not None and inner.kind() == "call_expression":
                link = read_link(inner)
                if link.name not in ("asc", "desc") or not link.arguments:
                    return None
                down, inner = link.name == "desc", link.arguments[0]
            path = self.read_path(inner)
            if path is None:
                return None
            keys.append((path, down))
        return keys
