"""From a parsed statement to its blocks: one for each SELECT, UPDATE and DELETE in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sqlglot import exp

from readycheck.sql.analysis.conditions import Conditions
from readycheck.sql.analysis.scopes import Scope
from readycheck.sql.analysis.sources import QUERIES, list_sources, trace
from readycheck.sql.queries import Block, Kind, Operand, Order, Source
from readycheck.sql.snapshot import Dialect, Snapshot


def read_statement(node: exp.Expr, dialect: Dialect, snapshot: Snapshot | None) -> tuple[Kind, tuple[Block, ...]]:
    """The kind of a statement, and its blocks, the outermost first."""
    reader = _Reader()
    kind = reader.read(node, Scope(dialect, snapshot), depth=0)
    return kind, tuple(sorted(reader.blocks, key=lambda block: block.depth))


class _Reader:
    """Walks down a statement and collects its blocks."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []

    def read(self, node: exp.Expr | None, scope: Scope, depth: int) -> Kind:
        """Read a statement or a subquery; `scope` is the one around it."""
        while isinstance(node, (exp.Subquery, exp.Paren)):
            node = node.this
        if isinstance(node, exp.Expr):
            scope = self._read_ctes(node, scope, depth)
        if isinstance(node, exp.SetOperation):
            return self._read_sides(node, scope, depth)
        if isinstance(node, exp.Select):
            self._read_block("select", node, scope, depth)
            return "select"
        if isinstance(node, exp.Update):
            self._read_block("update", node, scope, depth)
            return "update"
        if isinstance(node, exp.Delete):
            self._read_block("delete", node, scope, depth)
            return "delete"
        if isinstance(node, exp.Insert):
            return self._read_insert(node, scope, depth)
        if isinstance(node, exp.Create) and isinstance(node.expression, QUERIES):
            self.read(node.expression, scope, depth + 1)
        return "other"

    def _read_sides(self, node: exp.SetOperation, scope: Scope, depth: int) -> Kind:
        """All sides of a UNION, without going down one level of the interpreter's stack for each."""
        sides, stack = [], [node.expression, node.this]
        while stack:
            side = stack.pop()
            if isinstance(side, exp.SetOperation) and not side.args.get("with_"):
                stack += [side.expression, side.this]
            else:
                sides.append(side)
        for side in sides:
            self.read(side, scope, depth)
        return "select"

    def _read_ctes(self, node: exp.Expr, scope: Scope, depth: int) -> Scope:
        """A scope in which the statement's CTEs are known; each of them is read as a block of its own."""
        with_ = node.args.get("with_")
        if with_ is None:
            return scope
        inner, is_recursive = Scope(scope.dialect, scope.snapshot, scope), bool(with_.args.get("recursive"))
        for cte in with_.expressions:
            name = inner.fold(cte.args["alias"].this)
            if is_recursive:
                inner.ctes[name] = {}
            self.read(cte.this, inner, depth + 1)
            inner.ctes[name] = trace(cte.this, inner) if not is_recursive and _is_inlined(cte, node, name) else {}
        return inner

    def _read_insert(self, node: exp.Insert, scope: Scope, depth: int) -> Kind:
        target = node.this.this if isinstance(node.this, exp.Schema) else node.this
        own = Scope(scope.dialect, scope.snapshot, scope)
        written = own.add_table(target) if isinstance(target, exp.Table) else None
        sources = (written,) if written else ()
        conflict, is_filtered = _read_conflict(node, own)
        block = Block("insert", sources, written=written, depth=depth)
        self.blocks.append(replace(block, conflict=conflict, conflict_filter=is_filtered))
        if isinstance(node.expression, (*QUERIES, exp.Subquery)):
            self.read(node.expression, scope, depth + 1)
        return "insert"

    def _read_block(self, kind: Kind, node: exp.Expr, outer: Scope, depth: int) -> None:
        scope = Scope(outer.dialect, outer.snapshot, outer)
        subqueries = list_sources(node, scope)
        conditions = Conditions(scope)
        for join in _list_joins(node):
            self._take_join(conditions, join, scope)
        where = node.args.get("where")
        conditions.take(where.this if where else None)
        order = _read_order(node, conditions)
        groups = [
            conditions.find_operand(one) for one in (node.args["group"].expressions if node.args.get("group") else [])
        ]
        limit, offset = _read_paging(node, conditions)
        self.blocks.append(
            Block(
                kind,
                tuple(scope.sources.values()),
                tuple(conditions.predicates),
                tuple(conditions.joins),
                order,
                limit,
                offset,
                _find_written(node, scope) if kind != "select" else None,
                select_star=kind == "select" and _has_star(node, scope),
                groups=tuple(one for one in groups if one),
                distinct=bool(node.args.get("distinct")),
                unresolved=tuple(dict.fromkeys(scope.unresolved)),
                depth=depth,
                derived=bool(scope.derived),
                projection=_read_projection(node, scope),
            )
        )
        for one in subqueries:
            self.read(one.this, scope, depth + 1)
        for one in _list_inner(node, subqueries):
            self.read(one, scope, depth + 1)

    def _take_join(self, conditions: Conditions, join: exp.Join, scope: Scope) -> None:
        """The condition of a JOIN. That of an outer one says nothing of the rows of the side that is kept."""
        joined = scope.read_alias(join.this)
        side = join.side.upper()
        if side in {"LEFT", "RIGHT", "FULL"}:
            kept = (
                set(scope.sources) - {joined} if side == "LEFT" else {joined} if side == "RIGHT" else set(scope.sources)
            )
            conditions.left_out = frozenset(kept)
        conditions.take(join.args.get("on"))
        for name in join.args.get("using") or []:
            self._take_using(conditions, scope, joined, scope.fold(name))
        conditions.left_out = frozenset()

    def _take_using(self, conditions: Conditions, scope: Scope, joined: str, column: str) -> None:
        conditions.choice, right = 0, scope.sources.get(joined)
        left = scope.merged.get(column) or next((one for alias, one in scope.sources.items() if alias != joined), None)
        for source in scope.sources.values():
            if source.alias != joined and scope.has(source, column):
                left = scope.merged.setdefault(column, source)
                break
        if right and left and left is not right:
            conditions.join(Operand(left, column), Operand(right, column))


def _read_conflict(node: exp.Insert, scope: Scope) -> tuple[tuple[str, ...], bool]:
    """The columns of ON CONFLICT, none where one of them is no column, and whether it has a WHERE."""
    clause = node.args.get("conflict")
    keys = (clause.args.get("conflict_keys") or []) if clause else []
    columns = [key.this if isinstance(key, exp.Ordered) else key for key in keys]
    if not columns or not all(isinstance(one, (exp.Column, exp.Identifier)) for one in columns):
        return (), False
    names = tuple(scope.fold(one.this if isinstance(one, exp.Column) else one) for one in columns)
    return names, bool(clause and clause.args.get("index_predicate"))


def _is_inlined(cte: exp.Expr, statement: exp.Expr, name: str) -> bool:
    """Postgres puts a CTE in the place of its name when that stands there once; more often, its rows are kept."""
    if cte.args.get("materialized") is not None:
        return not cte.args["materialized"]
    return sum(1 for table in statement.find_all(exp.Table) if table.name == name and not table.args.get("db")) == 1


def _list_joins(node: exp.Expr) -> Iterator[exp.Join]:
    yield from node.args.get("joins") or []
    from_ = node.args.get("from_")
    tables = [
        from_.this if isinstance(from_, exp.From) else None,
        node.this if isinstance(node.this, exp.Table) else None,
    ]
    for table in tables:
        if isinstance(table, exp.Expr):
            yield from table.args.get("joins") or []


def _list_inner(node: exp.Expr, known: list[exp.Expr]) -> Iterator[exp.Expr]:
    """The queries inside a block that are not in FROM: of EXISTS, IN, ANY, and scalar ones; not those inside them."""
    parts = [value for key, value in node.args.items() if key not in {"with_", "from_", "this"}]
    stack: list[object] = [node.this] if not isinstance(node.this, exp.Table) else []
    for part in parts:
        stack += part if isinstance(part, list) else [part]
    while stack:
        one = stack.pop()
        if not isinstance(one, exp.Expr) or any(one is other for other in known):
            continue
        if isinstance(one, QUERIES):
            yield one
        else:
            stack += list(one.iter_expressions())


def _find_written(node: exp.Expr, scope: Scope) -> Source | None:
    tables = node.args.get("tables")
    target = tables[0] if isinstance(tables, list) and tables else node.this
    if not isinstance(target, exp.Table):
        return None
    return scope.sources.get(scope.read_alias(target))


def _read_order(node: exp.Expr, conditions: Conditions) -> tuple[Order, ...]:
    clause = node.args.get("order")
    keys = []
    for one in clause.expressions if clause else []:
        target = one.this if isinstance(one, exp.Ordered) else one
        operand = conditions.find_operand(_find_projection(node, target))
        if operand is None:
            return ()
        descending = bool(one.args.get("desc"))
        keys.append(Order(operand, descending, nulls_first=bool(one.args.get("nulls_first"))))
    return tuple(keys)


def _find_projection(node: exp.Expr, target: exp.Expr) -> exp.Expr:
    """What ORDER BY means: `2` is the second column, a bare name that of the projection that has it as alias."""
    projections = node.expressions
    if isinstance(target, exp.Literal) and not target.is_string and str(target.this).isdigit():
        number = int(str(target.this))
        return projections[number - 1].unalias() if 0 < number <= len(projections) else target
    if isinstance(target, exp.Column) and not target.args.get("table"):
        for projection in projections:
            if isinstance(projection, exp.Alias) and projection.alias == target.name:
                return projection.unalias()
    return target


def _read_paging(node: exp.Expr, conditions: Conditions) -> tuple[str | None, str | None]:
    limit, offset = node.args.get("limit"), node.args.get("offset")
    count = (limit.args.get("count") if isinstance(limit, exp.Fetch) else limit.expression) if limit else None
    start = offset.expression if offset else limit.args.get("offset") if limit else None
    is_all = isinstance(count, (exp.Null, exp.Var, exp.Column))
    shown = (
        conditions.print(count) if count is not None and not is_all else ("1" if isinstance(limit, exp.Fetch) else None)
    )
    return shown, conditions.print(start) if start is not None else None


def _has_star(node: exp.Expr, scope: Scope) -> bool:
    for projection in node.expressions:
        if isinstance(projection, exp.Star):
            return True
        if isinstance(projection, exp.Column) and isinstance(projection.this, exp.Star):
            return scope.fold(projection.args["table"]) in scope.sources if projection.args.get("table") else True
    return False


def _read_projection(node: exp.Expr, scope: Scope) -> tuple[Operand, ...]:
    """The plain columns that are returned."""
    if not isinstance(node, exp.Select):
        return ()
    probe = replace(scope, unresolved=[])
    columns = [one.unalias() for one in node.expressions]
    plain = [one for one in columns if isinstance(one, exp.Column) and not isinstance(one.this, exp.Star)]
    return tuple(operand for one in plain if (operand := probe.resolve(one)[0]))
