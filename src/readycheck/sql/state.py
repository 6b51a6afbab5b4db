"""A database while its history is replayed: what exists, under which names, and what refers to what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from readycheck.sql.snapshot import DEFAULT_SCHEMA, Dialect, ForeignKey, Index, Place, Problem, Snapshot, Table, View

Name = tuple[str, str]
TEMPORARY = "pg_temp"


class Refused(Exception):  # noqa: N818 - what the database does with such a statement
    """A statement that the database would not carry out, or that cannot be replayed; the text says why."""


@dataclass
class State:
    """Everything is kept by (schema, name). Tables are immutable: a change puts another one in its place.

    `owners` says to which table or view an index belongs, `index_parents` of which partitioned index it is a part.
    `others` are relations that are neither tables, views nor indexes, but take names. `functions` are those whose body
    changes the schema, `text` the statement that is being replayed.
    """

    dialect: Dialect = "postgres"
    tables: dict[Name, Table] = field(default_factory=dict)
    views: dict[Name, View] = field(default_factory=dict)
    owners: dict[Name, Name] = field(default_factory=dict)
    index_parents: dict[Name, Name] = field(default_factory=dict)
    others: set[Name] = field(default_factory=set)
    functions: set[str] = field(default_factory=set)
    schemas: set[str] = field(default_factory=lambda: {DEFAULT_SCHEMA})
    path: tuple[str, ...] = (DEFAULT_SCHEMA,)
    problems: list[Problem] = field(default_factory=list)
    text: str = ""

    def to_snapshot(self) -> Snapshot:
        """What there is now."""
        tables = tuple(table for table in self.tables.values() if table.schema != TEMPORARY)
        views = tuple(view for view in self.views.values() if view.schema != TEMPORARY)
        return Snapshot(self.dialect, tables, tuple(self.problems), views)

    def begin_session(self) -> None:
        """Forget what lasts no longer than a connection: temporary tables and the search path."""
        for name in [name for name in (*self.tables, *self.views) if name[0] == TEMPORARY]:
            self.drop(name)
        self.path = (DEFAULT_SCHEMA,)

    def report(self, place: Place, reason: str, text: str, tables: tuple[str, ...] = ()) -> None:
        """Note what could not be replayed."""
        self.problems.append(Problem(place, reason, " ".join(text[:400].split())[:200], tables))

    def locate(self, place: Place, offset: int) -> Place:
        """The place of what stands `offset` bytes behind the statement's beginning."""
        if offset <= 0:
            return place
        lines = self.text.encode("utf-8", "replace").count(b"\n", 0, offset)
        return Place(place.path, place.line + lines)

    # Looking up

    def place_new(self, schema: str | None) -> str:
        """The schema in which a new relation lands. One that the scripts do not create is taken to be there."""
        if schema:
            self.schemas.add(schema)
            return schema
        return next((name for name in self.path if name in self.schemas), DEFAULT_SCHEMA)

    def resolve(self, schema: str | None, name: str, *kinds: dict[Name, Table] | dict[Name, View]) -> Name | None:
        """The full name of a table (or of what is in the given dictionaries)."""
        places = (schema,) if schema else (TEMPORARY, *self.path)
        for place in places:
            for kind in kinds or (self.tables,):
                if (place, name) in kind:
                    return place, name
        return None

    def find_table(self, schema: str | None, name: str) -> Table:
        """A table by the name that a statement gives.

        Raises:
            Refused: there is none.
        """
        found = self.resolve(schema, name)
        if found is None:
            raise Refused(f"there is no table {schema + '.' if schema else ''}{name}")
        return self.tables[found]

    def find_index(self, schema: str | None, name: str) -> Name | None:
        """The full name of an index."""
        return next(
            (
                (place, name)
                for place in ((schema,) if schema else (TEMPORARY, *self.path))
                if (place, name) in self.owners
            ),
            None,
        )

    def is_taken(self, name: Name) -> bool:
        """Whether a relation of that name is there."""
        return name in self.tables or name in self.views or name in self.owners or name in self.others

    def has_constraint(self, schema: str, name: str) -> bool:
        """Whether some table of the schema has a constraint of that name."""
        return any(
            any(key.name == name for key in table.foreign_keys)
            or any(index.constraint and index.name == name for index in table.indexes)
            or any(check.name == name for check in table.checks)
            for place, table in self.tables.items()
            if place[0] == schema
        )

    def refer_to(self, target: Name) -> Iterator[tuple[Table, ForeignKey]]:
        """The foreign keys that refer to a table, with the tables that have them."""
        for table in list(self.tables.values()):
            for key in table.foreign_keys:
                if (key.schema, key.table) == target:
                    yield table, key

    def list_children(self, parent: Name) -> list[Table]:
        """The partitions of a table, and what inherits from it."""
        return [table for table in self.tables.values() if table.partition_of == parent or parent in table.parents]

    # Changing

    def put(self, relation: Table | View) -> None:
        """Put a table or view in its place, and keep account of the indexes' names."""
        name = relation.schema, relation.name
        self._forget_indexes(self.tables.get(name) or self.views.get(name))
        if isinstance(relation, Table):
            self.tables[name] = relation
        else:
            self.views[name] = relation
        for index in relation.indexes:
            self.owners[relation.schema, index.name] = name

    def drop(self, name: Name) -> None:
        """Take a table or view away, with its partitions and with the keys that refer to it."""
        gone = self.tables.pop(name, None) or self.views.pop(name, None)
        self._forget_indexes(gone)
        for table, key in list(self.refer_to(name)):
            self._drop_key(table, key)
        for child in self.list_children(name):
            if child.partition_of == name:
                self.drop((child.schema, child.name))
        for view in [view for view in self.views.values() if name in view.sources]:
            self.drop((view.schema, view.name))
        for index in gone.indexes if gone else ():
            self.index_parents.pop((name[0], index.name), None)

    def _drop_key(self, table: Table, key: ForeignKey) -> None:
        table = self.tables.get((table.schema, table.name), table)
        self.put(replace(table, foreign_keys=tuple(one for one in table.foreign_keys if one is not key)))

    def rename(self, old: Name, new: Name) -> None:
        """Give a table or view another name or schema; what refers to it follows."""
        if old == new:
            return
        if self.is_taken(new):
            raise Refused(f"there is already a relation {'.'.join(new)}")
        relation = self.tables.get(old) or self.views.get(old)
        if relation is None:
            raise Refused(f"there is no table {'.'.join(old)}")
        keys = list(self.refer_to(old)) if isinstance(relation, Table) else []
        self._forget_indexes(relation)
        self.tables.pop(old, None)
        self.views.pop(old, None)
        for index in relation.indexes:
            parent = self.index_parents.pop((old[0], index.name), None)
            if parent:
                self.index_parents[new[0], index.name] = parent
        indexes = tuple(self._follow(one, old[1], new[1]) for one in relation.indexes)
        self.put(replace(relation, schema=new[0], name=new[1], indexes=indexes))
        for table, key in keys:
            self._point_key(new if (table.schema, table.name) == old else (table.schema, table.name), key, new)
        for child in self.list_children(old):
            parents = tuple(new if parent == old else parent for parent in child.parents)
            is_part = child.partition_of == old
            self.put(replace(child, parents=parents, partition_of=new if is_part else child.partition_of))

    def _follow(self, index: Index, old: str, new: str) -> Index:
        """An index of a renamed table: SQLite calls those behind keys after the table, whatever its name is by then."""
        if self.dialect != "sqlite" or not index.constraint or not index.name.startswith(f"{old}_"):
            return index
        return replace(index, name=f"{new}{index.name.removeprefix(old)}")

    def _point_key(self, name: Name, key: ForeignKey, target: Name) -> None:
        table = self.tables[name]
        pointed = replace(key, schema=target[0], table=target[1])
        self.put(replace(table, foreign_keys=tuple(pointed if one is key else one for one in table.foreign_keys)))

    def rename_index(self, old: Name, new: str) -> None:
        """Give an index another name; a constraint behind which it stands has the same one."""
        if old[1] == new:
            return
        if self.is_taken((old[0], new)):
            raise Refused(f"there is already a relation {old[0]}.{new}")
        relation = self.get_owner(old)
        indexes = tuple(replace(one, name=new) if one.name == old[1] else one for one in relation.indexes)
        self.put(replace(relation, indexes=indexes))
        if parent := self.index_parents.pop(old, None):
            self.index_parents[old[0], new] = parent
        for child, parent in list(self.index_parents.items()):
            if parent == old:
                self.index_parents[child] = (old[0], new)

    def get_owner(self, index: Name) -> Table | View:
        """The table or view that an index belongs to."""
        owner = self.owners[index]
        return self.tables[owner] if owner in self.tables else self.views[owner]

    def drop_index(self, name: Name) -> None:
        """Take an index away, with its parts on partitions."""
        relation = self.get_owner(name)
        self.put(replace(relation, indexes=tuple(one for one in relation.indexes if one.name != name[1])))
        self.index_parents.pop(name, None)
        for child in [child for child, parent in self.index_parents.items() if parent == name]:
            if child in self.owners:
                self.drop_index(child)

    def _forget_indexes(self, relation: Table | View | None) -> None:
        if relation:
            for index in relation.indexes:
                self.owners.pop((relation.schema, index.name), None)

    def find_same_index(self, table: Table, wanted: Index) -> Index | None:
        """An index of the table that could be the part of a partitioned one: same keys, predicate and uniqueness."""
        for index in table.indexes:
            is_free = (table.schema, index.name) not in self.index_parents
            same = (index.columns, index.unique, index.predicate, index.method, index.include)
            if is_free and same == (wanted.columns, wanted.unique, wanted.predicate, wanted.method, wanted.include):
                return index
        return None
