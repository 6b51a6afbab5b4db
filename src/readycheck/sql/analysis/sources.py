"""What a block reads: tables, and subqueries through which the planner can see."""

from __future__ import annotations

from sqlglot import exp

from readycheck.sql.analysis.scopes import Scope
from readycheck.sql.queries import Operand

QUERIES = (exp.Select, exp.SetOperation)
_OPAQUE = ("group", "limit", "offset", "distinct", "locks", "having")


def list_sources(node: exp.Expr, scope: Scope) -> list[exp.Expr]:
    """Take up all that FROM, JOIN and USING name; returns the subqueries among them."""
    subqueries: list[exp.Expr] = []
    stack: list[exp.Expr] = []
    from_ = node.args.get("from_")
    if isinstance(from_, exp.From):
        stack.append(from_.this)
    using = node.args.get("using")
    stack += using if isinstance(using, list) else []
    stack += [join.this for join in node.args.get("joins") or []]
    if isinstance(node, (exp.Update, exp.Delete)) and isinstance(node.this, exp.Table):
        stack.append(node.this)
    while stack:
        one = stack.pop(0)
        stack += [join.this for join in one.args.get("joins") or []]
        if isinstance(one, exp.Table):
            scope.add_table(one)
        elif isinstance(one, (exp.Subquery, exp.Lateral)):
            subqueries.append(one)
            inner = (
                one.this
                if isinstance(one.this, QUERIES)
                else one.this.this
                if isinstance(one.this, exp.Subquery)
                else None
            )
            scope.derived[scope.read_alias(one)] = trace(inner, scope)
            if isinstance(one.this, exp.Table):  # a join in parentheses
                stack.append(one.this)
        elif isinstance(one, exp.Expr) and one.alias_or_name:
            scope.derived[one.alias_or_name] = {}
    return subqueries


def trace(node: exp.Expr | None, scope: Scope) -> dict[str, Operand]:
    """Which columns of a subquery are plain columns of a table, when the planner can see through it."""
    if not isinstance(node, exp.Select) or any(node.args.get(key) for key in _OPAQUE):
        return {}
    if node.find(exp.AggFunc, exp.Window):
        return {}
    inner = Scope(scope.dialect, scope.snapshot, scope)
    list_sources(node, inner)
    found: dict[str, Operand] = {}
    for projection in node.expressions:
        column = projection.unalias()
        if isinstance(column, exp.Star) and len(inner.sources) == 1 and scope.snapshot:
            source = next(iter(inner.sources.values()))
            table = scope.snapshot.find_table(source.table, source.schema)
            for one in table.columns if table else ():
                found[one.name] = Operand(source, one.name)
        elif isinstance(column, exp.Column) and not isinstance(column.this, exp.Star):
            operand, outer = inner.resolve(column)
            if operand and not outer:
                found[projection.alias_or_name] = operand
    return found
