"""What names mean inside one SELECT, UPDATE or DELETE: its sources, and those of the blocks around it."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlglot import exp

from readycheck.sql.queries import Operand, Source
from readycheck.sql.snapshot import Dialect, Snapshot


@dataclass
class Scope:
    """The sources of a block by alias. `derived` are subqueries, CTEs, functions, views: their columns are no table's.

    `merged` are the columns of a USING, each with the first table that has it.
    """

    dialect: Dialect
    snapshot: Snapshot | None
    outer: Scope | None = None
    sources: dict[str, Source] = field(default_factory=dict)
    derived: dict[str, dict[str, Operand]] = field(default_factory=dict)
    ctes: dict[str, dict[str, Operand]] = field(default_factory=dict)
    unresolved: list[str] = field(default_factory=list)
    merged: dict[str, Source] = field(default_factory=dict)

    def find_cte(self, name: str) -> dict[str, Operand] | None:
        """What is known of a CTE that is in force here."""
        if name in self.ctes:
            return self.ctes[name]
        return self.outer.find_cte(name) if self.outer else None

    def add_table(self, node: exp.Table) -> Source | None:
        """Take up a table of FROM; None for a CTE, a function or a view."""
        if not isinstance(node.this, exp.Identifier):
            alias = node.alias_or_name
            self.derived[alias] = {}
            return None
        name = self.fold(node.this)
        schema = self.fold(node.args["db"]) if node.args.get("db") else None
        alias = self.read_alias(node)
        cte = self.find_cte(name) if schema is None else None
        if cte is not None:
            self.derived[alias] = cte
            return None
        table = self.snapshot.find_table(name, schema) if self.snapshot else None
        if table:
            source = Source(table.name, table.schema, alias, known=True)
        elif self.snapshot and any(view.name == name for view in self.snapshot.views):
            self.derived[alias] = {}
            return None
        else:
            source = Source(name, schema, alias)
        self.sources[alias] = source
        return source

    def read_alias(self, node: exp.Expr) -> str:
        """The alias of a table or subquery in FROM, else its own name; empty when it has neither."""
        alias = node.args.get("alias")
        if isinstance(alias, exp.TableAlias) and isinstance(alias.this, exp.Identifier):
            return self.fold(alias.this)
        return self.fold(node.this) if isinstance(node.this, exp.Identifier) else str(node.alias_or_name)

    def fold(self, identifier: exp.Expr | str) -> str:
        """A name as the database keeps it."""
        if isinstance(identifier, str):
            return identifier
        name = str(identifier.name)
        quoted = bool(identifier.args.get("quoted"))
        return name if quoted or self.dialect != "postgres" else name.lower()

    def resolve(self, column: exp.Column) -> tuple[Operand | None, bool]:
        """The table's column that a reference means, and whether it belongs to a block around this one.

        None for a column of a derived source, and for what cannot be told; the latter is noted as unresolved.
        """
        name = self.fold(column.this)
        qualifier = self.fold(column.args["table"]) if column.args.get("table") else None
        scope: Scope | None = self
        while scope is not None:
            found = scope.find_qualified(qualifier, name) if qualifier else scope.find_bare(name)
            if found is not None:
                return (found if isinstance(found, Operand) else None), scope is not self
            scope = scope.outer
        self.unresolved.append(f"{qualifier}.{name}" if qualifier else name)
        return None, False

    def find_qualified(self, qualifier: str, name: str) -> Operand | bool | None:
        """The operand; True when it is a derived source's; None when the block has no such source."""
        if qualifier in self.sources:
            return self._make_operand(self.sources[qualifier], name)
        if qualifier in self.derived:
            return self.derived[qualifier].get(name, True)
        for source in self.sources.values():
            if source.table == qualifier:
                return self._make_operand(source, name)
        return None

    def find_bare(self, name: str) -> Operand | bool | None:
        """As find_qualified, for a column without its table's name."""
        owners = [source for source in self.sources.values() if self.has(source, name)]
        if len(owners) == 1:
            return self._make_operand(owners[0], name)
        if owners:
            return Operand(self.merged[name], name) if name in self.merged else None
        through = [columns[name] for columns in self.derived.values() if name in columns]
        if len(through) == 1:
            return through[0]
        unknown = [source for source in self.sources.values() if not source.known]
        if len(unknown) == 1 and not self.derived:
            return Operand(unknown[0], name)
        return True if self.derived and not unknown else None

    def _make_operand(self, source: Source, name: str) -> Operand:
        """An operand with the column's name as its table spells it: MySQL and SQLite do not mind the case."""
        if self.dialect != "postgres" and self.snapshot and source.known:
            table = self.snapshot.find_table(source.table, source.schema)
            alike = [one.name for one in table.columns if one.name.lower() == name.lower()] if table else []
            name = alike[0] if alike and name not in alike else name
        return Operand(source, name)

    def has(self, source: Source, name: str) -> bool:
        """Whether a table that the snapshot knows has a column."""
        if self.snapshot is None or not source.known:
            return False
        table = self.snapshot.find_table(source.table, source.schema)
        if table is None:
            return False
        if self.dialect == "postgres":
            return table.find_column(name) is not None
        return any(column.name.lower() == name.lower() for column in table.columns)
