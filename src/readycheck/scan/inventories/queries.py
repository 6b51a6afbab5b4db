"""The queries of a project as rows.

`file`, `line`, `style` (`raw` in code, `file` in a file of queries, or the library that writes it), `dynamic` (its form
is known only when it runs), `sql` (with what is not constant in braces; for what a library writes, SQL of the same
meaning, null where its model is not known), `kind`,
`tables`, `predicates`, `order` (pairs of table and column).
"""

from __future__ import annotations

from collections.abc import Sequence

from readycheck.model.rule import Json
from readycheck.scan.queries.analysed import Asked, clean
from readycheck.scan.queries.statements import Statement


def make_rows(asked: Sequence[Asked], mapped: Sequence[Statement] = ()) -> list[dict[str, Json]]:
    """One row for each statement and for each query of a library, in the order of files and lines."""
    first: dict[int, Asked] = {}
    for one in asked:
        first.setdefault(id(one.statement), one)
    rows = [(one.where, make_row(one)) for one in first.values()]
    rows += [(one.where, make_mapped_row(one)) for one in mapped]
    return [row for _, row in sorted(rows, key=lambda one: (one[0].path, one[0].line, one[0].column))]


def make_mapped_row(one: Statement) -> dict[str, Json]:
    """A query that a library writes: what it is about is known, not how it is written."""
    return {
        "file": one.where.path, "line": one.where.line, "style": one.style, "dynamic": one.dynamic, "sql": None,
        "kind": "other", "tables": [one.table] if one.table else [], "predicates": [], "order": [],
    }  # fmt: skip


def make_row(one: Asked) -> dict[str, Json]:
    """One row."""
    query = clean(one.query)
    pairs = [(item.operand.source.table, item.operand.column) for item in query.predicates]
    for join in query.joins:
        pairs += [(side.source.table, side.column) for side in (join.left, join.right)]
    order = [(item.operand.source.table, item.operand.column) for block in query.blocks for item in block.order]
    return {
        "file": one.where.path,
        "line": one.where.line,
        "style": one.statement.style,
        "dynamic": one.statement.dynamic,
        "sql": one.statement.shown or None,
        "kind": query.kind,
        "tables": list(query.tables),
        "predicates": [list(pair) for pair in dict.fromkeys(pairs)],
        "order": [list(pair) for pair in dict.fromkeys(order)],
    }
