"""Django's lookups: `text__icontains=x`, `Q(a=1) | Q(b=2)`, `F("created").desc()`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from readycheck.scan.queries.mapped.chains import read_link, strip
from readycheck.scan.queries.mapped.shapes import UNKNOWN, Condition, Path, Shape, compare, merge, negate, read_value
from readycheck.scan.schema.python_nodes import read_text

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

COMPARED = {"exact": "=", "gt": ">", "gte": ">=", "lt": "<", "lte": "<=", "ne": "<>"}
PATTERNS = {
    "contains": ("like", "'%' || ? || '%'", ""), "icontains": ("like", "'%' || ? || '%'", "upper"),
    "startswith": ("like", "? || '%'", ""), "istartswith": ("like", "? || '%'", "upper"),
    "endswith": ("like", "'%' || ?", ""), "iendswith": ("like", "'%' || ?", "upper"),
    "iexact": ("=", "?", "upper"), "regex": ("other", "?", ""), "iregex": ("other", "?", ""),
    "search": ("other", "?", ""), "trigram_similar": ("other", "?", ""), "overlap": ("other", "?", ""),
    "contained_by": ("other", "?", ""), "has_key": ("other", "?", ""), "has_keys": ("other", "?", ""),
    "has_any_keys": ("other", "?", ""), "len": ("other", "?", ""), "range": ("between", "? AND ?", ""),
    "year": ("between", "? AND ?", ""), "iso_year": ("between", "? AND ?", ""), "date": ("=", "?", "date"),
}  # fmt: skip
DEEPEST = 60
NULLS = {"TRUE": "null", "FALSE": "not null"}
# Of a year Django compares its first and its last moment; what else is taken out of a date hides the column.
TAKEN = frozenset({"date", "month", "day", "week", "week_day", "quarter", "time", "hour", "minute", "second"})
LOOKUPS = frozenset({*COMPARED, *PATTERNS, *TAKEN, "in", "isnull"})


class Lookups:
    """Reads what one query is filtered and ordered by; `extra` are the names that `annotate` adds."""

    def __init__(self, unit: Unit, read_query: Callable[[Unit, SgNode], Shape | None]) -> None:
        """Take the file, and what reads a query inside of the query."""
        self.unit = unit
        self.read_query = read_query
        self.extra: dict[str, SgNode] = {}

    def read(self, node: SgNode | None, depth: int = 0) -> Condition:
        """A `Q` object, or several that are joined."""
        node = strip(node)
        if node is None or depth > DEEPEST:
            return UNKNOWN
        kind = node.kind()
        if kind == "binary_operator":
            operator = node.field("operator")
            word = {"&": "all", "|": "any"}.get(operator.text() if operator is not None else "")
            sides = [self.read(node.field("left"), depth + 1), self.read(node.field("right"), depth + 1)]
            return merge(word, sides) if word is not None else UNKNOWN
        if kind == "unary_operator":
            inner = self.read(node.field("argument"), depth + 1)
            return negate(inner)
        if kind == "call" and read_link(node).name == "Q":
            link = read_link(node)
            found = [self.read(one, depth + 1) for one in link.arguments]
            found += [self.read_lookup(key, value) for key, value in link.named.items()]
            return UNKNOWN if link.has_rest or not found else merge("all", found)
        if kind == "identifier":
            targets = self.unit.bindings.find_targets(node)
            parent = targets[0].parent() if len(targets) == 1 else None
            if parent is not None and parent.kind() == "assignment":
                return self.read(parent.field("right"), depth + 1)
        return UNKNOWN

    def read_lookup(self, key: str, value: SgNode) -> Condition:
        """`name__lookup=value`."""
        parts = key.split("__")
        taken = [parts.pop() for _ in parts[1:] if parts[-1] in LOOKUPS] if len(parts) > 1 else []
        if parts[0] in self.extra:
            return UNKNOWN
        path = ["", *parts]
        lookup = taken[0] if taken else "exact"
        if len(taken) > 1:  # `created__date__gte`
            operator = "other" if taken[-1] in TAKEN else "="
            return compare(path, operator, "?", "date") if taken[-1] != "date" else self.compare_date(path, lookup)
        return self.read_test(path, lookup, value)

    def compare_date(self, path: Path, lookup: str) -> Condition:
        """A comparison of a timestamp's date."""
        return compare(path, COMPARED.get(lookup, "other"), "?", "date")

    def read_test(self, path: Path, lookup: str, value: SgNode) -> Condition:
        """One lookup with its value."""
        written = read_value(value)
        if lookup in COMPARED and written != "NULL":
            other = self.read_member(value)
            return compare(path, COMPARED[lookup], list(other) if other is not None else written)
        if lookup in COMPARED:
            return compare(path, "null", "")
        if lookup == "in":
            shape = self.read_query(self.unit, value)
            return ["in", list(path), shape.to_json()] if shape is not None else compare(path, "in", "?")
        if lookup == "isnull":
            return compare(path, NULLS.get(written, "other"), "?")
        return compare(path, *PATTERNS.get(lookup, ("other", "?", "")))

    def read_member(self, value: SgNode) -> Path | None:
        """The member in `F("name")`."""
        if value.kind() != "call" or read_link(value).name != "F":
            return None
        text = read_text(next(iter(read_link(value).arguments), None))
        return ["", *text.split("__")] if text else None

    def read_key(self, node: SgNode) -> tuple[Path, bool] | None:
        """A sort key: `"-created"`, `F("created").desc()`; None for anything else."""
        text = read_text(node)
        if text:
            name = text.lstrip("-+")
            if name == "?" or name.partition("__")[0] in self.extra:
                return None
            return ["", *name.split("__")], text.startswith("-")
        node_inner = strip(node)
        if node_inner is None or node_inner.kind() != "call":
            return None
        link = read_link(node_inner)
        callee = node_inner.field("function")
        owner = callee.field("object") if callee is not None else None
        if link.name in ("desc", "asc") and owner is not None:
            path = self.read_member(owner)
            return (path, link.name == "desc") if path is not None else None
        path = self.read_member(node_inner)
        return (path, False) if path is not None else None
