"""Reading sqlglot's trees: names, columns and keys of MySQL's and SQLite's DDL."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from sqlglot import exp

from readycheck.sql.snapshot import Action, Column, Dialect, ForeignKey, Index, Key, Place
from readycheck.sql.state import Refused

PRIMARY = Index("", (), unique=True, primary=True, constraint=True)
UNIQUE = Index("", (), unique=True, constraint=True)
_ACTIONS: tuple[Action, ...] = ("cascade", "set null", "set default", "restrict", "no action")


@dataclass
class Parts:
    """What stands between the parentheses of CREATE TABLE, or is added by ALTER TABLE."""

    dialect: Dialect
    place: Place
    columns: list[Column] = field(default_factory=list)
    indexes: list[Index] = field(default_factory=list)
    keys: list[ForeignKey] = field(default_factory=list)

    def take(self, node: exp.Expr, name: str = "") -> None:
        """Take up one element; `name` is what CONSTRAINT gave it."""
        if isinstance(node, exp.Constraint):
            for one in node.expressions:
                self.take(one, self.fold(node.this))
        elif isinstance(node, exp.ColumnDef):
            self._take_column(node)
        elif isinstance(node, exp.PrimaryKey):
            self._add_index(name or "PRIMARY", node.expressions, PRIMARY)
        elif isinstance(node, exp.UniqueColumnConstraint) and isinstance(node.this, exp.Schema):
            own = self.fold(node.this.this) if node.this.this else name
            self._add_index(own, node.this.expressions, UNIQUE)
        elif isinstance(node, exp.IndexColumnConstraint):
            method = str(node.args.get("kind") or "btree").lower()
            plain = Index("", (), method=method)
            self._add_index(self.fold(node.this) if node.this else name, node.expressions, plain)
        elif isinstance(node, exp.ForeignKey):
            columns = tuple(self.fold(one) for one in node.expressions)
            self._add_key(name, columns, node.args["reference"], node)

    def fold(self, node: exp.Expr) -> str:
        """A name as the database keeps it."""
        identifier = node.this if isinstance(node, (exp.Column, exp.Table, exp.Ordered, exp.ColumnPrefix)) else node
        while not isinstance(identifier, exp.Identifier) and isinstance(identifier.this, exp.Expr):
            identifier = identifier.this
        name = str(identifier.name)
        return name.lower() if self.dialect == "postgres" and not identifier.args.get("quoted") else name

    def _take_column(self, node: exp.ColumnDef) -> None:
        name = self.fold(node.this)
        kind = node.args.get("kind")
        default, nullable, generated = None, True, False
        for constraint in node.args.get("constraints") or []:
            one = constraint.args.get("kind")
            if isinstance(one, exp.NotNullColumnConstraint):
                nullable = bool(one.args.get("allow_null"))
            elif isinstance(one, exp.DefaultColumnConstraint):
                default = one.this.sql(dialect=self.dialect)
            elif isinstance(one, exp.PrimaryKeyColumnConstraint):
                nullable = False
                self._add_index("PRIMARY", [node.this], PRIMARY)
            elif isinstance(one, exp.UniqueColumnConstraint):
                self._add_index("", [node.this], UNIQUE)
            elif isinstance(one, (exp.AutoIncrementColumnConstraint, exp.ComputedColumnConstraint)):
                generated = True
            elif isinstance(one, exp.Reference):
                own = self.fold(constraint.this) if constraint.this else ""
                self._add_key(own, (name,), one, one)
        text = kind.sql(dialect=self.dialect).lower() if kind is not None else ""
        self.columns.append(Column(name, text, nullable, default, self.place, generated))

    def _add_index(self, name: str, nodes: list[exp.Expr], kind: Index) -> None:
        keys, mentions = read_keys(nodes, self.dialect)
        self.indexes.append(replace(kind, name=name, columns=keys, place=self.place, mentions=mentions))

    def _add_key(self, name: str, columns: tuple[str, ...], reference: exp.Expr, node: exp.Expr) -> None:
        target = reference.this
        references = tuple(self.fold(one) for one in target.expressions) if isinstance(target, exp.Schema) else ()
        table = target.this if isinstance(target, exp.Schema) else target
        text = " ".join(map(str, reference.args.get("options") or [])).lower()
        delete = node.args.get("delete") or text.partition("on delete ")[2]
        update = node.args.get("update") or text.partition("on update ")[2]
        schema = self.fold(table.args["db"]) if table.args.get("db") else ""
        key = ForeignKey(columns, self.fold(table), references, self.place, name, schema)
        self.keys.append(_set_actions(key, str(delete), str(update)))


def _set_actions(key: ForeignKey, delete: str, update: str) -> ForeignKey:
    def find(text: str) -> Action:
        return next((action for action in _ACTIONS if text.lower().startswith(action)), "no action")

    return replace(key, on_delete=find(delete), on_update=find(update))


def read_keys(nodes: list[exp.Expr], dialect: Dialect) -> tuple[tuple[Key, ...], tuple[str, ...]]:
    """The keys of an index, and the columns that its expressions name."""
    parts = Parts(dialect, Place(""))
    keys, mentions = [], []
    for node in nodes:
        descending = isinstance(node, exp.Ordered) and bool(node.args.get("desc"))
        inner = node.this if isinstance(node, exp.Ordered) else node
        while isinstance(inner, (exp.Paren, exp.Collate)):
            inner = inner.this
        nulls_first = descending if dialect == "postgres" else not descending
        if isinstance(inner, (exp.Column, exp.Identifier, exp.ColumnPrefix)):
            keys.append(Key(parts.fold(inner), None, descending, nulls_first))
        else:
            keys.append(Key(None, inner.sql(dialect=dialect), descending, nulls_first))
            mentions += [parts.fold(column) for column in inner.find_all(exp.Column)]
    return tuple(keys), tuple(dict.fromkeys(mentions))


def read_table(node: exp.Expr | None, dialect: Dialect) -> tuple[str | None, str]:
    """Schema and name of a table.

    Raises:
        Refused: it is no plain name.
    """
    if not isinstance(node, exp.Table) or not isinstance(node.this, exp.Identifier):
        raise Refused("the table has no plain name")
    parts = Parts(dialect, Place(""))
    schema = parts.fold(node.args["db"]) if node.args.get("db") else None
    return (None if schema == "main" and dialect == "sqlite" else schema), parts.fold(node.this)
