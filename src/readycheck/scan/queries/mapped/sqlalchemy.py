"""What SQLAlchemy's and SQLModel's calls ask: `select(User).where(...)`, `session.query(User).filter(...)`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from readycheck.scan.late import compile_late
from readycheck.scan.queries.mapped.chains import ITEM, Link, read_link, strip
from readycheck.scan.queries.mapped.flow import Run, follow
from readycheck.scan.queries.mapped.roots import add_root, is_model
from readycheck.scan.queries.mapped.shapes import UNKNOWN, Path, Shape, compare, read_count, read_value
from readycheck.scan.queries.mapped.sqlalchemy_conditions import Conditions

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

USES = compile_late(r"\b(?:sqlalchemy|sqlmodel|flask_sqlalchemy|db\.session|session\.query|\.query\.)")
BEGINS = frozenset({"select", "query", "update", "delete", "get"})
OWNED = compile_late(r"\b[A-Z]\w*\.query\.\w")
SESSIONS = compile_late(r"(?:^|[._])(?:\w*session|db|s|_db)(?:\(\))?$")
# They run a statement that they are given.
RUNNERS = frozenset({"execute", "scalars", "scalar", "exec", "stream", "stream_scalars", "fetch_all", "fetch_one"})
# They are given a query to put it into another one.
PARTS = frozenset({
    "where", "filter", "in_", "notin_", "not_in", "exists", "select_from", "union", "union_all", "and_", "or_", "not_",
    "from_select", "except_", "intersect", "with_expression", "column_property", "join", "outerjoin", "select", "query",
})  # fmt: skip
FETCHES = frozenset({
    "first", "one", "one_or_none", "scalar_one", "scalar_one_or_none", "scalar", "fetchone", "get", "first_or_404",
    "get_or_404", "one_or_404",
})  # fmt: skip
# Nothing of it changes which rows are found, or how.
HARMLESS = frozenset({
    "options", "execution_options", "with_for_update", "correlate", "add_columns", "with_only_columns", "returning",
    "values", "all", "one", "one_or_none", "scalar", "scalars", "unique", "yield_per", "populate_existing", "params",
    "enable_eagerloads", "prefix_with", "load_only", "with_entities", "enable_assertions", "partitions", "fetchall",
    "mappings", "tuples", "add_entity", "add_column", "subquery", "scalar_subquery", "cte", "as_scalar", "alias",
    "label", "exists", "get_or_404", "one_or_404", "correlate_except", "on_conflict_do_nothing", "execute",
})  # fmt: skip
FINISHED = frozenset({*FETCHES, "all", "count", "delete", "update", "fetchall", "scalars", "paginate"})
NESTED = frozenset({"subquery", "scalar_subquery", "cte", "as_scalar", "alias", "label", "exists"})
LONGEST_OWNER = 200
AGGREGATES = frozenset({"count", "sum", "max", "min", "avg"})
ENDS = frozenset({"expression_statement", "return_statement", "block", "module", "assignment"})


def find_shapes(unit: Unit) -> Iterator[tuple[Run, Shape]]:
    """The queries of one file, each with the place at which it is run."""
    if USES.search(unit.text) is None:
        return
    for node in find_beginnings(unit):
        for run in follow(unit, node):
            shape = read_shape(unit, node, run.links)
            if shape is not None:
                finish(shape, run)
                yield run if run.taker in RUNNERS else run.stay(), shape


def find_beginnings(unit: Unit) -> Iterator[SgNode]:
    """The expressions that begin queries which are no part of another one."""
    yield from (node for node in unit.find_kind("call") if begins(unit, node) and not is_part(node))
    if OWNED.search(unit.text) is None:
        return
    rule = {"kind": "attribute", "regex": r"^(?:\w+\.)*[A-Z]\w*\.query$"}
    yield from (node for node in unit.root.find_all({"rule": rule}) if not is_part(node))  # type: ignore[call-overload]


def begins(unit: Unit, node: SgNode) -> bool:
    """Whether a call begins a query."""
    callee, arguments = node.field("function"), node.field("arguments")
    if callee is None or arguments is None or not arguments.named_children():
        return False
    key, owner = callee.field("attribute"), callee.field("object")
    if owner is not None and owner.range().end.index - owner.range().start.index > LONGEST_OWNER:
        return False  # the end of a long chain
    name = key.text() if key is not None else callee.text()
    if name not in BEGINS:
        return False
    if name in ("query", "get"):
        is_asked = owner is not None and SESSIONS.search(owner.text()) is not None
        return is_asked and (name != "get" or arguments.text()[1:2].isupper())
    if owner is not None and owner.text() in ("sa", "db", "sqlalchemy"):
        return True
    return owner is None and any(re.match(r"(?:sqlalchemy|sqlmodel)\b", one) for one in unit.bindings.qualify(callee))


def is_part(node: SgNode) -> bool:
    """Whether a query stands inside of another one, which tells of it."""
    current = node
    for parent in node.ancestors():
        kind = parent.kind()
        if kind in ENDS:
            return False
        if kind == "argument_list":
            call = parent.parent()
            if call is not None and call.kind() == "call" and read_link(call).name in PARTS:
                return True
        current = parent
    return current is node


def read_shape(unit: Unit, start: SgNode, links: Sequence[Link]) -> Shape | None:
    """The shape of one chain; None where it is about no model."""
    reader = Reader(unit)
    reader.begin(start)
    for link in links:
        reader.take(link)
    shape = reader.shape
    return shape if shape.roots else None


def finish(shape: Shape, run: Run) -> None:
    """What the place at which it ends says of a query."""
    names = [link.name for link in (*run.links, *run.rest)]
    shape.fetches = [name for name in names if name in FETCHES] + [one for one in [run.taker] if one == "scalar"]
    is_run = run.taker in RUNNERS or any(name in FINISHED for name in names)
    is_nested = any(link.name in NESTED for link in run.links)
    shape.lazy = not is_run
    shape.open = shape.open or is_nested or (not is_run and (run.open or bool(run.taker)))


class Reader:
    """Reads the links of one chain, one after the other."""

    def __init__(self, unit: Unit) -> None:
        """Take the file."""
        self.unit = unit
        self.shape = Shape("sqlalchemy")
        self.conditions = Conditions(unit, self.shape, read_shape)

    def begin(self, start: SgNode) -> None:
        """Take the expression that begins the query."""
        if start.kind() == "attribute":  # `User.query`
            model = start.field("object")
            if model is not None:
                add_root(self.unit, self.shape, model)
            return
        head = read_link(start)
        if head.name in ("update", "delete"):
            self.shape.kind = head.name
        asked = head.arguments[:1] if head.name == "get" else head.arguments
        for one in asked:
            self.ask(one)
        if head.name == "get":
            self.shape.add(["key"])

    def ask(self, node: SgNode) -> None:
        """What is selected: models, columns, or functions of them."""
        inner = strip(node)
        if inner is None:
            return
        if inner.kind() == "list":  # as SQLAlchemy 1.3 had it
            for one in inner.named_children():
                self.ask(one)
            return
        if is_model(self.unit, self.shape, inner):
            add_root(self.unit, self.shape, inner)
            return
        path = self.conditions.read_path(inner)
        if path is not None:
            self.shape.columns.append(path)
            return
        if inner.kind() == "call":
            name = read_link(inner).name
            if name in AGGREGATES and self.shape.kind == "select":
                self.shape.kind = "aggregate"
        for one in inner.find_all(kind="attribute"):
            if self.conditions.read_path(one) is not None:
                break

    def take(self, link: Link) -> None:
        """One link."""
        name = link.name
        takers = {
            "where": self.filter, "filter": self.filter, "having": self.filter, "filter_by": self.filter_by,
            "order_by": self.order, "join": self.join, "outerjoin": self.join, "join_from": self.join,
            "outerjoin_from": self.join, "select_from": self.select_from,
        }  # fmt: skip
        if name in takers:
            takers[name](link)
        elif name in ("limit", "offset", "first", "slice", "paginate", ITEM, "fetch", "first_or_404"):
            self.page(link)
        elif name in ("group_by", "distinct"):
            self.shape.grouped = True
        elif name in ("get", "get_or_404"):
            self.shape.add(["key"])
        elif name in ("update", "delete", "count"):
            self.shape.kind = name
        elif name not in HARMLESS:
            self.shape.lose(optional=link.optional)

    def select_from(self, link: Link) -> None:
        """`.select_from(User)`."""
        first = link.arguments[0] if link.arguments else None
        if first is not None and is_model(self.unit, self.shape, first):
            add_root(self.unit, self.shape, first, first=True)
        else:
            self.shape.unknown = True

    def filter(self, link: Link) -> None:
        """`.where(...)`, `.filter(...)`."""
        for one in link.arguments:
            self.shape.add(self.conditions.read(one), optional=link.optional)
        if link.has_rest:
            self.shape.add(UNKNOWN, optional=link.optional)

    def filter_by(self, link: Link) -> None:
        """`.filter_by(name=value)`: members of the model that was joined last, else of the first one."""
        joined = [str(join[0]) for join in self.shape.joins if join[0]]
        alias = joined[-1] if joined else self.shape.roots[0][0] if self.shape.roots else ""
        for key, value in link.named.items():
            written = read_value(value)
            test = compare([alias, key], "null", "") if written == "NULL" else compare([alias, key], "=", written)
            self.shape.add(test, optional=link.optional)
        if link.has_rest:
            self.shape.add(UNKNOWN, optional=link.optional)

    def order(self, link: Link) -> None:
        """`.order_by(User.created.desc(), ...)`; `None` takes away what it was ordered by."""
        if len(link.arguments) == 1 and link.arguments[0].text() in ("None", "False"):
            self.shape.order = []
            return
        keys: list[tuple[Path, bool]] | None = []
        for one in link.arguments:
            key = self.conditions.read_key(one)
            keys = [*keys, key] if keys is not None and key is not None else None
        self.shape.set_order(None if link.has_rest else keys, optional=link.optional)

    def join(self, link: Link) -> None:
        """`.join(Team)`, `.join(Team, Team.id == User.team_id)`, `.join(User.team)`."""
        given = list(link.arguments)[1 if link.name.endswith("_from") else 0 :]
        is_outer = link.name.startswith("outer") or any(key in link.named for key in ("isouter", "full"))
        if link.optional or not given:
            self.shape.dynamic = True
            return
        second = given[1] if len(given) > 1 else link.named.get("onclause")
        if is_model(self.unit, self.shape, given[0]):
            alias = add_root(self.unit, self.shape, given[0])
            path = self.conditions.read_path(second) if second is not None else None
            condition = self.conditions.read(second) if second is not None and path is None else None
            self.shape.joins.append([alias, list(path) if path else None, condition, is_outer])
            return
        path = self.conditions.read_path(given[0])
        if path is None:
            self.shape.unknown = True
        else:
            self.shape.joins.append(["", list(path), None, is_outer])

    def page(self, link: Link) -> None:
        """How many rows, from which one on."""
        first = link.arguments[0] if link.arguments else None
        if link.optional:
            self.shape.open = self.shape.dynamic = True
        elif link.name in ("first", "first_or_404"):
            self.shape.limit = "1"
        elif link.name in ("slice", "paginate"):
            self.shape.limit = self.shape.offset = "?"
        elif link.name == ITEM:
            self.shape.limit = self.shape.limit or "?"
        elif link.name == "offset":
            self.shape.offset = read_count(first)
        else:
            self.shape.limit = read_count(first)
