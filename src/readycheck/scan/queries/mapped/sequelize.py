"""What Sequelize's models ask: `User.findAll({ where: { age: { [Op.gte]: 18 } }, order: [["name", "DESC"]] })`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.scan.queries.mapped.chains import read_elements, read_link, strip
from readycheck.scan.queries.mapped.flow import Run, find_method_calls
from readycheck.scan.queries.mapped.objects import Entry, Read, read_object, read_several, read_where
from readycheck.scan.queries.mapped.roots import name_model
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

METHODS = {
    "findAll": "select", "findOne": "select", "findAndCountAll": "select", "count": "count", "findByPk": "select",
    "destroy": "delete", "update": "update", "findOrCreate": "select", "sum": "aggregate", "max": "aggregate",
    "min": "aggregate",
}  # fmt: skip
CERTAIN = frozenset({"findAll", "findAndCountAll", "findByPk", "findOrCreate"})
SCOPED = re.compile(r"\.(?:scope|unscoped|schema|withScope)\([^()]*\)$")
COMPARED = {"eq": "=", "lt": "<", "lte": "<=", "gt": ">", "gte": ">=", "ne": "<>", "is": "=", "not": "<>"}
PATTERNS = {
    "like": "like", "iLike": "ilike", "startsWith": "like", "endsWith": "like", "substring": "like",
}  # fmt: skip
TESTS = {"in": ("in", "?"), "any": ("in", "?"), "notIn": ("not in", "?"), "between": ("between", "? AND ?")}
LISTS = re.compile(r"^\w*[iI]ds$")
OPENED = {"startsWith": "? || '%'", "endsWith": "'%' || ?", "substring": "'%' || ? || '%'"}


def find_shapes(unit: Unit) -> Iterator[tuple[Run, Shape]]:
    """The queries of one file, each at its call."""
    return find_method_calls(unit, METHODS, read_call)


def read_call(unit: Unit, call: SgNode, owner: SgNode, method: str) -> Shape | None:
    """One call of a model; None where it is none."""
    link = read_link(call)
    scoped = owner.kind() == "call_expression"
    model = owner
    if scoped:
        inner = owner.field("function")
        found = inner.field("object") if inner is not None else None
        if found is None or SCOPED.search(re.sub(r"\s+", "", owner.text())) is None:
            return None
        model = found
    name = model.text().rpartition(".")[2]
    if not name[:1].isupper() and name != "this":
        return None
    place = 1 if method in ("update", "findByPk", "sum", "max", "min") else 0
    options = read_object(unit, link.arguments[place]) if len(link.arguments) > place else Read()
    if (
        method not in CERTAIN
        and not (options and options.get("where"))
        and not (method == "findOne" and link.arguments)
    ):
        return None
    shape = Shape("sequelize", METHODS[method])
    names = name_model(unit, model)
    if name == "this":
        symbol = unit.bindings.enclosing_symbol(call).partition(".")[0]
        names = (f"#{symbol}",)
    shape.roots.append(("", names, ""))
    shape.unknown = scoped
    Reader(unit, shape).read_options(options)
    if method == "findByPk":
        shape.where.insert(0, ["key"])
    if method in ("findByPk", "findOne", "findOrCreate"):
        shape.fetches = ["first"]
        shape.limit = "1" if method == "findOne" else ""
    return shape


class Reader:
    """Reads the options of one call."""

    def __init__(self, unit: Unit, shape: Shape) -> None:
        """Take the file and the query."""
        self.unit = unit
        self.shape = shape

    def read_options(self, options: Read | None) -> None:
        """`{ where, order, limit, offset, include }`."""
        if options is None:
            self.shape.lose()
            return
        where = options.get("where")
        if where is not None:
            self.shape.add(self.read_where(where, [""]))
        elif options.may_have("where"):
            self.shape.add(UNKNOWN)
        self.shape.limit = read_count(limit) if (limit := options.get("limit")) is not None else ""
        self.shape.offset = read_count(offset) if (offset := options.get("offset")) is not None else ""
        self.shape.open = options.may_have("limit")
        self.shape.grouped = options.get("group") is not None
        include = options.get("include")
        if include is not None and re.search(r"\bwhere\b|\brequired:\s*true", include.text()):
            self.shape.unknown = True  # rows of other tables decide which ones are found
        order = options.get("order")
        if order is not None:
            self.shape.set_order(self.read_order(order))

    def read_where(self, node: SgNode, path: Path, word: str = "all") -> Condition:
        """A `where` object, or several of them."""
        return read_several(node, lambda one: read_where(self.unit, self.shape, one, self.read_entry, path), word)

    def read_entry(self, path: Path, entry: Entry) -> Condition:
        """One column with what it must be, or `[Op.or]`, `[Op.and]`."""
        word = name_operator(entry.key)
        if word in ("and", "or"):
            return self.read_where(entry.value, path, "all" if word == "and" else "any")
        if word == "not":
            return negate(self.read_where(entry.value, path))
        if word or not re.fullmatch(r"\w+", entry.key):
            return UNKNOWN
        return self.read_member([*path, entry.key], entry)

    def read_member(self, member: Path, entry: Entry) -> Condition:
        """One column with a value, a list of them, or operators."""
        value = strip(entry.value)
        if value is not None and (value.kind() == "array" or LISTS.search(value.text())):
            return compare(member, "in", "?")
        if value is not None and value.kind() == "object":
            return self.read_operators(member, value)
        written = read_value(value)
        return compare(member, "null", "") if written == "NULL" else compare(member, "=", written)

    def read_operators(self, member: Path, value: SgNode) -> Condition:
        """`{ [Op.gte]: from, [Op.lt]: to }`."""
        found = read_object(self.unit, value)
        if found is None or found.rest or not found.entries:
            return UNKNOWN
        return merge("all", [self.read_operator(member, name_operator(one.key), one) for one in found.entries])

    def read_operator(self, member: Path, word: str, entry: Entry) -> Condition:
        """One operator with its value."""
        written = read_value(strip(entry.value))
        if word in ("or", "and"):
            sides = [self.read_entry(member[:-1], Entry(member[-1], one)) for one in read_elements(entry.value)]
            return merge("any" if word == "or" else "all", sides) if sides else UNKNOWN
        if word in COMPARED:
            operator = COMPARED[word]
            if written == "NULL":
                return compare(member, "null" if operator == "=" else "not null", "")
            is_list = strip(entry.value) is not None and entry.value.kind() == "array"
            return compare(member, "not in" if is_list and operator == "<>" else operator, written)
        if word in PATTERNS:
            return compare(member, PATTERNS[word], OPENED.get(word) or read_pattern(entry.value))
        return compare(member, *TESTS.get(word, ("other", "?"))) if word else UNKNOWN

    def read_order(self, node: SgNode) -> list[tuple[Path, bool]] | None:
        """`[["createdAt", "DESC"], "name"]`."""
        keys: list[tuple[Path, bool]] = []
        for one in read_elements(strip(node)):
            parts = [part.text().strip("\"'`") for part in read_elements(one)]
            is_plain = (
                len(parts) in (1, 2)
                and re.fullmatch(r"\w+", parts[0]) is not None
                and one.kind() in ("array", "string")
            )
            direction = parts[1].upper() if len(parts) > 1 else "ASC"
            if not is_plain or not direction.startswith(("ASC", "DESC")):
                return None
            keys.append((["", parts[0]], direction.startswith("DESC")))
        return keys


def name_operator(key: str) -> str:
    """The operator that a computed key names: `[Op.gte]`; empty for any other key."""
    found = re.fullmatch(r"\[\s*(?:\w+\.)*Op\.(\w+)\s*\]", key) or re.fullmatch(r"\$(\w+)", key)
    return found[1] if found is not None else ""
