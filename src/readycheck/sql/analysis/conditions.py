"""Take conditions apart: what one row must meet, and which columns of two tables must be equal."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count

from sqlglot import exp

from readycheck.sql.analysis.scopes import Scope
from readycheck.sql.analysis.sources import list_sources
from readycheck.sql.queries import Join, Operand, Predicate, Source, Test

Found = tuple[Operand, Test, str, str]  # what is tested, how, by which operator, against what
_RANGES: dict[type[exp.Expr], str] = {exp.GT: ">", exp.GTE: ">=", exp.LT: "<", exp.LTE: "<="}
_MIRRORED = {">": "<", ">=": "<=", "<": ">", "<=": ">="}
_OTHERS = (
    exp.NEQ,
    exp.NullSafeEQ,
    exp.NullSafeNEQ,
    exp.RegexpLike,
    exp.RegexpILike,
    exp.SimilarTo,
    exp.Glob,
)
_CONTAINS = (
    exp.ArrayContainsAll,
    exp.ArrayContainedBy,
    exp.ArrayOverlaps,
    exp.JSONBContains,
    exp.JSONBContainsTopKey,
    exp.JSONBContainsAnyTopKeys,
    exp.JSONBContainsAllTopKeys,
    exp.MatchAgainst,
)
_MOST_ALTERNATIVES = 50
DERIVED = Operand(Source("", None, ""), "")  # a column of something that is no table
_PARAMETER = re.compile(r"%\(p\d+\)s|:p\d+\b")


@dataclass
class Conditions:
    """What was found so far. `subqueries` are blocks inside, each with whether it is an EXISTS."""

    scope: Scope
    predicates: list[Predicate] = field(default_factory=list)
    joins: list[Join] = field(default_factory=list)
    left_out: frozenset[str] = frozenset()
    choice: int = 0
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def take(self, node: exp.Expr | None, choice: int = 0, branch: int = 0) -> None:
        """Take up a condition that must hold, or hold on one side of an OR."""
        stack = [node]
        while stack:
            one = stack.pop()
            while isinstance(one, exp.Paren):
                one = one.this
            if isinstance(one, exp.And):
                stack += [one.expression, one.this]
            elif isinstance(one, exp.Or):
                if not choice:
                    self._take_or(one)
            elif one is not None:
                self._take_one(one, choice, branch)

    def _take_or(self, node: exp.Or) -> None:
        choice = next(self.numbers)
        sides: list[exp.Expr] = []
        stack: list[exp.Expr] = [node]
        while stack:
            one = _unwrap(stack.pop())
            if isinstance(one, exp.Or):
                stack += [one.expression, one.this]
            else:
                sides.append(one)
        if len(sides) <= _MOST_ALTERNATIVES:
            for branch, side in enumerate(sides, 1):
                self.take(side, choice, branch)

    def _take_one(self, node: exp.Expr, choice: int, branch: int) -> None:
        self.choice = choice
        for predicate in self._read(node):
            operand, test, operator, value = predicate
            if operand.source.alias not in self.left_out or operand.source.alias not in self.scope.sources:
                self.predicates.append(Predicate(operand, test, operator, value, choice, branch, bool(self.left_out)))

    def _read(self, node: exp.Expr) -> Iterator[Found]:
        readers: tuple[tuple[tuple[type[exp.Expr], ...], Callable[[exp.Expr], Iterator[Found]]], ...] = (
            ((exp.EQ,), self._read_equality),
            (tuple(_RANGES), self._read_range),
            ((exp.Between,), self._read_between),
            ((exp.In,), self._read_in),
            ((exp.Is,), self._read_is),
            ((exp.Like, exp.ILike), self._read_like),
            ((exp.Not,), self._read_not),
            ((exp.Column,), self._read_flag),
            (_CONTAINS, self._read_contains),
            (_OTHERS, self._read_other),
        )
        reader = next((read for kinds, read in readers if isinstance(node, kinds)), None)
        return reader(node) if reader else iter(())

    def _read_between(self, node: exp.Expr) -> Iterator[Found]:
        if operand := self.find_operand(node.this):
            yield operand, "range", "between", f"{self.print(node.args['low'])} AND {self.print(node.args['high'])}"

    def _read_flag(self, node: exp.Expr) -> Iterator[Found]:
        if operand := self.find_operand(node):
            yield operand, "equality", "=", "TRUE"

    def _read_equality(self, node: exp.Expr) -> Iterator[Found]:
        yield from self._read_pair(_unwrap(node.this), _unwrap(node.expression))

    def _read_pair(self, left: exp.Expr, right: exp.Expr) -> Iterator[Found]:
        if isinstance(left, exp.Tuple) and isinstance(right, exp.Tuple):
            for one, other in zip(left.expressions, right.expressions, strict=False):
                yield from self._read_pair(_unwrap(one), _unwrap(other))
        elif isinstance(right, (exp.Any, exp.All)):
            yield from self._read_any(left, right)
        else:
            one, other = self.find_operand(left), self.find_operand(right)
            if one and other and one.source is not other.source:
                self._join(one, other, left, right)
            elif one and not self.list_own(right):
                yield one, "equality", "=", self.print(right)
            elif other and not self.list_own(left):
                yield other, "equality", "=", self.print(left)
            elif one and self._is_derived(right):
                self.join(one, DERIVED)
            elif other and self._is_derived(left):
                self.join(other, DERIVED)

    def _read_any(self, left: exp.Expr, right: exp.Expr) -> Iterator[Found]:
        operand = self.find_operand(left)
        query = _unwrap(right.this)
        if operand is None or not isinstance(right, exp.Any):
            return
        if isinstance(query, (exp.Subquery, exp.Select)):
            self._join_subquery(operand, query.this if isinstance(query, exp.Subquery) else query, 0)
        elif not self.list_own(right):
            yield operand, "membership", "= any", self.print(right.this)

    def _is_derived(self, node: exp.Expr) -> bool:
        """Whether it is a column of a subquery, a CTE or a function of this block."""
        return isinstance(node, exp.Column) and bool(self.scope.derived) and self.scope.resolve(node) == (None, False)

    def _join(self, one: Operand, other: Operand, left: exp.Expr, right: exp.Expr) -> None:
        is_outer = [not self.list_own(left), not self.list_own(right)]
        if all(is_outer):
            return
        if is_outer[0]:
            self.join(other, one, outer=True)
        else:
            self.join(one, other, outer=is_outer[1])

    def join(self, one: Operand, other: Operand, *, outer: bool = False) -> None:
        """Note that two columns are equal: on one side of an OR that finds no rows, and no row that is kept anyway."""
        if self.choice:
            return
        kept = [side.source.alias in self.left_out and side.source is not DERIVED.source for side in (one, other)]
        if kept[0] and (kept[1] or other.source is DERIVED.source):
            return
        self.joins.append(Join(other, one, outer, kept=True) if kept[0] else Join(one, other, outer, kept=kept[1]))

    def _read_range(self, node: exp.Expr) -> Iterator[Found]:
        operator = _RANGES[type(node)]
        left, right = _unwrap(node.this), _unwrap(node.expression)
        if isinstance(left, exp.Tuple) and left.expressions:  # rows are compared by their first column first
            left = left.expressions[0]
        if isinstance(right, exp.Tuple) and right.expressions:
            right = right.expressions[0]
        if (operand := self.find_operand(left)) and not self.list_own(right):
            yield operand, "range", operator, self.print(right)
        elif (operand := self.find_operand(right)) and not self.list_own(left):
            yield operand, "range", _MIRRORED[operator], self.print(left)

    def _read_in(self, node: exp.Expr) -> Iterator[Found]:
        targets = node.this.expressions if isinstance(node.this, exp.Tuple) else [node.this]
        query = node.args.get("query")
        select = query.this if isinstance(query, exp.Subquery) else query
        for number, target in enumerate(targets):
            operand = self.find_operand(target)
            if operand is None:
                continue
            if select is not None:
                self._join_subquery(operand, select, number)
            elif not any(self.list_own(value) for value in node.expressions):
                values = node.expressions or [node.args.get("field")]
                yield operand, "membership", "in", ", ".join(self.print(one) for one in values[:20] if one is not None)

    def _join_subquery(self, operand: Operand, select: exp.Expr, number: int) -> None:
        """`a IN (SELECT b FROM ...)` is a join of a and b."""
        found, outer = None, False
        if isinstance(select, exp.Select) and number < len(select.expressions):
            inner = Scope(self.scope.dialect, self.scope.snapshot, self.scope)
            list_sources(select, inner)
            projected = select.expressions[number].unalias()
            if isinstance(projected, exp.Column) and not isinstance(projected.this, exp.Star):
                found, outer = inner.resolve(projected)
        self.join(operand, found if found and not outer else DERIVED)

    def _read_is(self, node: exp.Expr, *, negated: bool = False) -> Iterator[Found]:
        operand = self.find_operand(node.this)
        negated = negated != bool(node.args.get("negate"))
        if operand is None:
            return
        if isinstance(node.expression, exp.Null):
            yield (operand, "not-null", "is not null", "") if negated else (operand, "null", "is null", "")
        elif isinstance(node.expression, exp.Boolean):
            yield operand, "other" if negated else "equality", "is not" if negated else "=", self.print(node.expression)

    def _read_like(self, node: exp.Expr) -> Iterator[Found]:
        operand = self.find_operand(node.this)
        if operand is None:
            return
        pattern = _unwrap(node.expression)
        if node.args.get("negate"):
            yield operand, "inequality", "not", self.print(node)
            return
        first = _find_first(pattern)
        test: Test = "other"
        if isinstance(first, exp.Literal) and first.is_string and first.this:
            wild = str(first.this).startswith(("%", "_"))
            test = "pattern" if wild else "prefix" if isinstance(node, exp.Like) else "other"
        yield operand, test, "like" if isinstance(node, exp.Like) else "ilike", self.print(pattern)

    def _read_not(self, negation: exp.Expr) -> Iterator[Found]:
        node = _unwrap(negation.this)
        if isinstance(node, exp.Is):
            yield from self._read_is(node, negated=True)
        elif isinstance(node, exp.Column):
            if operand := self.find_operand(node):
                yield operand, "equality", "=", "FALSE"
        elif isinstance(node, (exp.In, exp.Like, exp.ILike, exp.EQ, exp.Between)) and not node.args.get("query"):
            operand = self.find_operand(node.this)
            if operand:
                yield operand, "inequality", "not", self.print(node)

    def _read_other(self, node: exp.Expr) -> Iterator[Found]:
        operand = self.find_operand(node.this)
        if operand:
            value = node.args.get("expression")
            test: Test = "inequality" if isinstance(node, (exp.NEQ, exp.NullSafeNEQ)) else "other"
            yield operand, test, node.key, self.print(value) if value is not None else ""

    def _read_contains(self, node: exp.Expr) -> Iterator[Found]:
        sides = [node.this, *(node.expressions or [node.args.get("expression")])]
        for side, other in (sides, sides[::-1]) if len(sides) == 2 else ():  # noqa: PLR2004 - a left and a right one
            if isinstance(side, exp.Expr) and (operand := self.find_operand(side)) and not self.list_own(other):
                yield operand, "contains", node.key, self.print(other)
                return

    def find_operand(self, node: exp.Expr) -> Operand | None:
        """The column that an expression is, or the only one in it, with the expression's text; None without one."""
        node = _unwrap(node)
        if isinstance(node, exp.Column):
            return None if isinstance(node.this, exp.Star) else self.scope.resolve(node)[0]
        if isinstance(node, (exp.Subquery, exp.Select, exp.AggFunc, exp.Window, exp.Tuple)):
            return None
        columns = list(node.find_all(exp.Column)) if not node.find(exp.Select) else []
        operands = {operand for column in columns if (operand := self.scope.resolve(column)[0])}
        if len(operands) != 1 or len({one.this.name for one in columns}) != 1:
            return None
        operand = operands.pop()
        return Operand(operand.source, operand.column, self.print(node))

    def list_own(self, node: exp.Expr) -> list[exp.Column]:
        """The columns in an expression that belong to this block, not to one around it."""
        if isinstance(node, (exp.Literal, exp.Placeholder)):
            return []
        own = []
        for column in node.find_all(exp.Column):
            if column.find_ancestor(exp.Select) is not node.find_ancestor(exp.Select):
                continue
            operand, outer = self.scope.resolve(column)
            if not outer and (operand or self.scope.derived):
                own.append(column)
        return own

    def print(self, node: exp.Expr) -> str:
        """The SQL text, in which every parameter is a question mark."""
        return _PARAMETER.sub("?", node.sql(dialect=self.scope.dialect))


def _find_first(pattern: exp.Expr) -> exp.Expr:
    """The leftmost part of a concatenation."""
    while isinstance(pattern, (exp.DPipe, exp.Concat, exp.Paren, exp.Cast)):
        pattern = pattern.expressions[0] if isinstance(pattern, exp.Concat) else pattern.this
    return pattern


def _unwrap(node: exp.Expr) -> exp.Expr:
    while isinstance(node, exp.Paren):
        node = node.this
    return node
