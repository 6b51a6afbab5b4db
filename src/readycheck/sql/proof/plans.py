"""What Postgres' planner would do: a plan (EXPLAIN's JSON, verbose) as the ways in which it reads each table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from readycheck.sql.advice.wants import normalise
from readycheck.sql.snapshot import Index, Key

Way = Literal["looked-up", "filtered", "whole"]
Plan = Mapping[str, Any]
INDEXED = frozenset({"Index Scan", "Index Only Scan"})
_NULL_TESTS = re.compile(r'"?[\w$]+"? IS (?:NOT )?NULL|\bAND\b', re.IGNORECASE)
LEADERLESS = frozenset({"gin", "gist", "spgist", "brin", "bloom", "hnsw", "ivfflat"})
"""Methods with which any key will do, not the first one alone."""


@dataclass(frozen=True, slots=True)
class Read:
    """How a plan reads a table: `looked-up` by an index' first key, `filtered` (all rows, and some are kept), `whole`.

    `alias` tells the reads of a table apart, in all plans of a query. `conditions` are those that the indexes meet,
    `filter` is what is tested row by row; both are SQL text.
    """

    schema: str
    table: str
    alias: str
    node: str
    way: Way
    indexes: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    filter: str = ""

    @property
    def text(self) -> str:
        """The read in a line, much as EXPLAIN prints it."""
        using = f" using {', '.join(self.indexes)}" if self.indexes else ""
        tested = f", Filter: {self.filter}" if self.filter else ""
        met = f", Index Cond: {' and '.join(self.conditions)}" if self.conditions else ""
        return f"{self.node}{using} on {self.table}{met}{tested}"


def list_reads(plan: Plan, indexes: Mapping[tuple[str, str], Index]) -> Iterator[Read]:
    """The reads of a plan, from its top; `indexes` by schema and name."""
    stack = [plan]
    while stack:
        node = stack.pop()
        stack += reversed(node.get("Plans", ()) if node["Node Type"] != "Bitmap Heap Scan" else ())
        if "Relation Name" in node and node["Node Type"].endswith("Scan"):
            yield read_node(node, indexes)


def read_node(node: Plan, indexes: Mapping[tuple[str, str], Index]) -> Read:
    """One node that reads a table."""
    kind, schema = str(node["Node Type"]), str(node.get("Schema", ""))
    parts = [node] if kind in INDEXED else list(list_bitmaps(node)) if kind == "Bitmap Heap Scan" else []
    conditions = tuple(str(part.get("Index Cond", "")) for part in parts)
    names = tuple(str(part["Index Name"]) for part in parts)
    led = [
        leads(text, str(node["Alias"]), indexes.get((schema, name)))
        for text, name in zip(conditions, names, strict=True)
    ]
    tested = str(node.get("Filter", ""))
    way: Way = "filtered" if tested or any(conditions) else "whole"
    if (parts and all(led)) or kind == "Tid Scan":
        way = "looked-up"
    return Read(
        schema,
        str(node["Relation Name"]),
        str(node["Alias"]),
        kind,
        way,
        names,
        tuple(filter(None, conditions)),
        tested,
    )


def list_bitmaps(node: Plan) -> Iterator[Plan]:
    """The index scans below a bitmap. Of several that must all hold one with a leading key is enough."""
    for part in node.get("Plans", ()):
        if "Index Name" in part:
            yield part
        else:
            yield from list_bitmaps(part)


def leads(condition: str, alias: str, index: Index | None) -> bool:
    """Whether an index condition is about the index' first key: by any other the whole index is read.

    A partial index has only the rows that its predicate picks, which is more than a test for NULL.
    """
    if index is not None and index.predicate and _NULL_TESTS.sub("", index.predicate).strip(" ()"):
        return True
    if not condition:
        return False
    if index is None or index.method in LEADERLESS or not index.columns:
        return True
    return mentions(condition, alias, index.columns[0])


def mentions(condition: str, alias: str, key: Key) -> bool:
    """Whether a condition names a key."""
    if key.column is None:
        return normalise(key.expression or "") in normalise(condition)
    names = (re.escape(name.replace('"', '""')) for name in (alias, key.column))
    return re.search(r'(?<![\w$"])"?{}"?\."?{}"?(?![\w$"])'.format(*names), condition) is not None


def is_sorted_late(plan: Plan) -> bool:
    """Whether rows are put in order after all of them were read, though only the first ones are wanted."""
    stack: list[tuple[Plan, bool]] = [(plan, False)]
    while stack:
        node, limited = stack.pop()
        if limited and node["Node Type"] in {"Sort", "Incremental Sort"}:
            return True
        stack += [(one, limited or node["Node Type"] == "Limit") for one in node.get("Plans", ())]
    return False


def pair(before: Sequence[Read], after: Sequence[Read], schema: str, table: str) -> Iterator[tuple[Read, Read]]:
    """Each read of a table in two plans of one query."""
    later = {read.alias: read for read in after if (read.schema, read.table) == (schema, table)}
    for read in before:
        if (read.schema, read.table) == (schema, table) and read.alias in later:
            yield read, later[read.alias]
