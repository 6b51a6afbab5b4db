"""A query that a library writes as SQL of the same meaning: the same tables, conditions, order and limit."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from readycheck.scan.queries.mapped.models import Mapped, Models, Relation

QUOTE = "\x00"
"""Stands for the quotes of names until the dialect is known."""

HEADS = {"count": "SELECT count(*)", "aggregate": "SELECT count(*)"}
WRITES = frozenset({"update", "delete"})
MEMBER = re.compile(r"(?<![\w.'\"])([A-Za-z_]\w*)\.([A-Za-z_]\w*)\b(?!\s*\()")
MOST_CONDITIONS = 60


class UnreadError(Exception):
    """A model or member that could not be looked up; says which one."""


@dataclass(frozen=True)
class Written:
    """The text with `QUOTE` around names, and the tables in it."""

    text: str
    tables: tuple[str, ...]
    narrowed: bool = False
    """Whether a condition that holds sometimes has an index: nothing says how often it does not hold."""

    def render(self, quote: str) -> str:
        """The text with the quotes of a dialect."""
        return self.text.replace(QUOTE, quote)


@dataclass
class Writer:
    """Writes one query; a query inside of it is written with what is around it."""

    models: Models
    path: str
    names: dict[str, tuple[Mapped, str]] = field(default_factory=dict)
    joined: dict[tuple[str, str], tuple[Mapped, str]] = field(default_factory=dict)
    joins: list[str] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)
    given: list[str] = field(default_factory=list)
    count: int = 0

    def write(self, shape: Mapping[str, Any]) -> Written:
        """The text of a query. Raises UnreadError."""
        text = self.write_query(shape)
        narrowed = any(self.has_index(one) for one in shape.get("maybe", ()))
        return Written(text, tuple(dict.fromkeys(self.tables)), narrowed)

    def has_index(self, condition: Sequence[Any]) -> bool:
        """Whether an index begins with the column that a condition compares."""
        if condition[0] == "all":
            return any(self.has_index(one) for one in condition[1])
        if condition[0] != "is" or len(condition[1]) != 2 or condition[2] not in ("=", "in"):  # noqa: PLR2004 - no relation
            return False
        alias, member = condition[1]
        model = self.names[alias][0] if alias in self.names else None
        column = model.find_column(str(member)) if model is not None else None
        indexes = model.given.indexes if model is not None and model.given is not None else ()
        return column is not None and any(index.names[:1] == (column,) for index in indexes)

    def write_query(self, shape: Mapping[str, Any], *, inner: bool = False) -> str:
        """The text of a query, also of one inside of another, which gives keys where nothing else is said."""
        roots = shape["roots"]
        base, alias = self.open(shape, roots[0])
        kind = str(shape["kind"])
        if kind == "insert":
            return write_insert(base, [str(path[-1]) for path in shape.get("columns", ())])
        own, self.joins = self.joins, []
        targets = {str(join[0]) for join in shape.get("joins", ())}
        for join in shape.get("joins", ()):
            self.write_join(shape, join)
        for root in roots[1:]:
            if root[0] not in self.names and root[0] not in targets and self.is_model(shape, root):
                other, name = self.open(shape, root)
                self.joins.append(f", {name_table(other)} AS {name}")
        given, self.given = self.given, []
        conditions = [*given, *(self.write_condition(alias, one) for one in shape.get("where", ()))]
        held = [one for one in conditions if one]
        columns = [self.write_path(path) for path in shape.get("columns", ())]
        if inner and not columns and len(base.key) == 1:
            columns = [f"{alias}.{quote(base.key[0])}"]
        order = [f"{self.write_path(path)}{' DESC' if down else ''}" for path, down in shape.get("order", ())]
        joins, self.joins = self.joins, own
        where = f" WHERE {' AND '.join(held)}" if held else ""
        if kind in WRITES:
            return write_change(kind, base, alias, joins, where)
        head = HEADS.get(kind) or f"SELECT {f'{alias}.*' if shape.get('star') else ', '.join(columns) or '1'}"
        text = f"{head} FROM {name_table(base)} AS {alias}{''.join(joins)}{where}"
        if kind in HEADS:
            return text
        group = f" GROUP BY {alias}.{quote(base.key[0])}" if shape.get("grouped") else ""
        sort = f" ORDER BY {', '.join(order)}" if order else ""
        paging = "".join(f" {word.upper()} {shape[word]}" for word in ("limit", "offset") if shape.get(word))
        return f"{text}{group}{sort}{paging}"

    # ------------------------------------------------------------------ tables

    def open(self, shape: Mapping[str, Any], root: Sequence[Any]) -> tuple[Mapped, str]:
        """The table of a root, under a name of its own."""
        alias, names, table = root
        if str(table).startswith("."):
            return self.open_relation(root)
        model = self.find_model(str(shape["style"]), [*map(str, names)], str(table))
        if model is None:
            raise UnreadError(f"{alias or table or ' '.join(map(str, names))} is no model that is known")
        self.names[str(alias)] = named = (model, self.name(model))
        return named

    def open_relation(self, root: Sequence[Any]) -> tuple[Mapped, str]:
        """The table of what belongs to an object: `user.notes` are the notes whose key is the user's."""
        alias, names, member = root
        model = self.models.find(self.path, [*map(str, names)])
        relation = self.find_relation(model, str(member)[1:]) if model is not None else None
        if relation is None or not relation.many:
            raise UnreadError(f"{' '.join(map(str, names))}{member} is no model that is known")
        self.names[str(alias)] = named = (relation.target, self.name(relation.target))
        self.given.append(f"{named[1]}.{quote(relation.there)} = ?")
        return named

    def is_model(self, shape: Mapping[str, Any], root: Sequence[Any]) -> bool:
        """Whether a root is a model: `State.open` in a condition may be a member of an enumeration."""
        return self.find_model(str(shape["style"]), [*map(str, root[1])], str(root[2])) is not None

    def find_model(self, style: str, names: Sequence[str], table: str) -> Mapped | None:
        """The model of a root: by its names, by the member of Prisma's client, or a table by its name."""
        if style == "prisma":
            return self.models.accessors.get(table)
        if names:
            return self.models.find(self.path, names)
        if table.startswith("*"):
            return self.models.find_only(table[1:], style)
        if table == "~":
            return None
        given = self.models.find_table(table) if table else None
        return Mapped("", table, "table", table, given, {}) if table else None

    def name(self, model: Mapped) -> str:
        """A new name for a table; those of all tables are noted."""
        self.tables.append(model.table.rpartition(".")[2])
        self.count += 1
        return f"t{self.count - 1}"

    def write_join(self, shape: Mapping[str, Any], join: Sequence[Any]) -> None:
        """A table that is joined, by a condition, along a relation, or along the one key between the two."""
        alias, path, condition, is_outer = join
        word = " LEFT JOIN " if is_outer else " JOIN "
        root = next((one for one in shape["roots"] if one[0] == alias), None) if alias else None
        if path:
            model, name = self.walk(path[:-1])
            relation = self.find_relation(model, str(path[-1]))
            if root is None or root[2] == "~":  # the alias of what the relation leads to
                target, other = relation.target, self.name(relation.target)
                self.names[str(alias)] = (target, other) if alias else self.names.get("", (target, other))
                self.adopt(shape, relation, other)
            else:
                target, other = self.open(shape, root)
            self.joined[name, str(path[-1])] = (target, other)
            self.joins.append(f"{word}{name_table(target)} AS {other} ON {self.equate(name, relation, other)}")
            return
        if root is None:
            raise UnreadError("a join of something unknown")
        before = list(self.names.values())
        target, other = self.open(shape, root)
        on = self.write_condition(other, condition) if condition else self.find_key(before, target, other)
        self.joins.append(f"{word}{name_table(target)} AS {other} ON {on or 'TRUE'}")

    def adopt(self, shape: Mapping[str, Any], relation: Relation, name: str) -> None:
        """Let the class of a relation that was joined be known by its own name, as conditions call it."""
        for alias, names, table in shape["roots"]:
            if alias not in self.names and self.find_model(str(shape["style"]), names, table) is relation.target:
                self.names[alias] = (relation.target, name)
                return

    def find_key(self, before: Sequence[tuple[Mapped, str]], target: Mapped, other: str) -> str:
        """The condition of a join that is not written: the one foreign key between two tables."""
        for model, name in before:
            relation = self.models.join(model, target)
            if relation is not None:
                return self.equate(name, relation, other)
        raise UnreadError(f"nothing says how {target.table} is joined")

    def equate(self, name: str, relation: Relation, other: str) -> str:
        """The condition that joins a relation."""
        return f"{name}.{quote(relation.own)} = {other}.{quote(relation.there)}"

    def find_relation(self, model: Mapped, member: str) -> Relation:
        """The relation of a model."""
        relation = self.models.relate(model, member)
        if relation is None or not relation.own or not relation.there:
            raise UnreadError(f"{model.name}.{member} leads to no model that is known")
        return relation

    def walk(self, path: Sequence[Any]) -> tuple[Mapped, str]:
        """The table at the end of a path of relations, which are joined on the way."""
        named = self.names.get(str(path[0]))
        if named is None:
            raise UnreadError(f"{path[0]} is no model that is known")
        for member in path[1:]:
            model, name = named
            found = self.joined.get((name, str(member)))
            if found is None and model.style == "prisma" and self.models.relate(model, str(member)) is None:
                continue  # `userId_noteId: {...}` is a key of several members
            if found is None:
                relation = self.find_relation(model, str(member))
                found = (relation.target, self.name(relation.target))
                self.joined[name, str(member)] = found
                self.joins.append(
                    f" JOIN {name_table(relation.target)} AS {found[1]} ON {self.equate(name, relation, found[1])}"
                )
            named = found
        return named

    # ------------------------------------------------------------------ conditions

    def write_path(self, path: Sequence[Any]) -> str:
        """A column by its path."""
        path = self.trim(path)
        model, name = self.walk(path[:-1])
        member = str(path[-1])
        column = self.find_key_column(model) if member in ("pk", "*pk") else model.find_column(member)
        if column is None:
            relation = self.models.relate(model, member)
            if relation is None or not relation.own:
                raise UnreadError(f"{model.name}.{member} is no column that is known")
            if not relation.many:
                column = relation.own
            else:  # `messages=5` asks for a row of the other table
                target, other = self.walk(path)
                return f"{other}.{quote(self.find_key_column(target))}"
        return f"{name}.{quote(column)}"

    def trim(self, path: Sequence[Any]) -> Sequence[Any]:
        """A path without the key of what it leads to: `user__id` is the column that `user` is kept in."""
        while len(path) > 2:  # noqa: PLR2004 - the alias, a relation, a member
            model, _ = self.walk(path[:-2])
            relation = self.models.relate(model, str(path[-2]))
            member = str(path[-1])
            if relation is None or relation.many or model.style != "django":
                break
            if member != relation.there and not (member == "pk" and relation.target.key == (relation.there,)):
                break
            path = path[:-1]
        return path

    def find_key_column(self, model: Mapped) -> str:
        """The only column of a primary key."""
        if len(model.key) != 1:
            raise UnreadError(f"{model.table} has a key of several columns")
        return model.key[0]

    def write_condition(self, alias: str, condition: Sequence[Any]) -> str:
        """A condition; empty for one that is not known."""
        word, given = str(condition[0]), condition[1:]
        if word in ("?", "key"):
            return self.write_key(alias) if word == "key" else ""
        if word in ("all", "any", "not"):
            return self.write_joined(alias, word, given[0])
        if word in ("in", "exists"):
            query = f"({self.write_inner(given[-1])})"
            return f"{self.write_path(given[0])} IN {query}" if word == "in" else f"EXISTS {query}"
        if word == "some":
            return self.write_some(given[0], given[1], given[2] if len(given) > 2 else ())  # noqa: PLR2004 - roots may be left out
        return self.write_text(str(given[0])) if word == "sql" else self.write_test(condition)

    def write_key(self, alias: str) -> str:
        """That the primary key of a table is given."""
        model = next(model for model, name in self.names.values() if name == alias)
        return " AND ".join(f"{alias}.{quote(one)} = ?" for one in model.key)

    def write_joined(self, alias: str, word: str, given: Sequence[Any]) -> str:
        """Conditions that hold together, of which one holds, or that do not hold."""
        if word == "not":
            inner = self.write_condition(alias, given)
            return f"NOT ({inner})" if inner else ""
        parts = [self.write_condition(alias, one) for one in given[:MOST_CONDITIONS]]
        held = [one for one in parts if one]
        if word == "any" and len(held) < len(parts):
            return ""
        return f"({(' AND ' if word == 'all' else ' OR ').join(held)})" if held else ""

    def write_test(self, condition: Sequence[Any]) -> str:
        """A comparison."""
        _, path, operator, value, function = condition
        column = self.write_path(path)
        column = f"{function}({column})" if function else column
        if operator in ("null", "not null"):
            return f"{column} IS {operator.upper()}"
        if operator == "other":
            return f"{column} IS DISTINCT FROM ?"
        if operator in ("in", "not in"):
            return f"{column} {operator.upper()} ({value})"
        is_path = isinstance(value, list) and str(value[0]) in self.names
        written = self.write_path(value) if is_path else "?" if isinstance(value, list) else value
        return f"{column} {operator.upper()} {written}"

    def write_inner(self, shape: Mapping[str, Any]) -> str:
        """A query inside of a condition; the names in it hold there only."""
        names = dict(self.names)
        text = self.write_query(shape, inner=True)
        self.names = names
        return text

    def write_some(self, path: Sequence[Any], condition: Sequence[Any], roots: Sequence[Any]) -> str:
        """That a relation has a row of which something holds; `roots` are the models that are called in it only."""
        model, name = self.walk(path[:-1])
        relation = self.find_relation(model, str(path[-1]))
        other = self.name(relation.target)
        names, joins = self.names, self.joins
        inside = {str(alias): (relation.target, other) for alias, given, _ in roots if self.leads(given, relation)}
        self.names, self.joins = {**names, "*": (relation.target, other), **inside}, []
        inner = self.write_condition(other, condition)
        text = f"SELECT 1 FROM {name_table(relation.target)} AS {other}{''.join(self.joins)}"  # noqa: S608 - it is parsed, nobody runs it
        self.names, self.joins = names, joins
        held = f"{self.equate(name, relation, other)}{f' AND {inner}' if inner else ''}"
        return f"EXISTS ({text} WHERE {held})"

    def leads(self, names: Sequence[str], relation: Relation) -> bool:
        """Whether names stand for the model that a relation leads to."""
        return self.models.find(self.path, names) is relation.target

    def write_text(self, text: str) -> str:
        """What is written in SQL, with columns in place of members."""

        def swap(found: re.Match[str]) -> str:
            named = self.names.get(found[1])
            column = named[0].find_column(found[2]) if named is not None else None
            if named is None or column is None:
                raise UnreadError(f"{found[0]} is no column that is known")
            return f"{named[1]}.{quote(column)}"

        return f"({MEMBER.sub(swap, text)})"


def quote(name: str) -> str:
    """A name in quotes."""
    return f"{QUOTE}{name}{QUOTE}"


def name_table(model: Mapped) -> str:
    """The name of a table, with its schema if it has one."""
    return ".".join(map(quote, model.table.split(".")))


def write_change(kind: str, base: Mapped, alias: str, joins: Sequence[str], where: str) -> str:
    """An UPDATE or DELETE; what it joins becomes a query inside."""
    if joins:
        key = quote(base.key[0])
        inner = f"SELECT {alias}.{key} FROM {name_table(base)} AS {alias}{''.join(joins)}{where}"  # noqa: S608 - it is parsed, nobody runs it
        where = f" WHERE {key} IN ({inner})"
        alias = ""
    named = f"{name_table(base)}{f' AS {alias}' if alias else ''}"
    if kind == "delete":
        return f"DELETE FROM {named}{where}"  # noqa: S608 - it is parsed, nobody runs it
    given = base.given
    column = given.columns[0].name if given is not None and given.columns and not given.primary_key else base.key[0]
    return f"UPDATE {named} SET {quote(column)} = {quote(column)}{where}"  # noqa: S608 - it is parsed, nobody runs it


def write_insert(base: Mapped, members: Sequence[str]) -> str:
    """An INSERT of one row; without columns where they are not known."""
    columns = [base.find_column(one) or one for one in members]
    if not columns:
        return f"INSERT INTO {name_table(base)} DEFAULT VALUES"
    return f"INSERT INTO {name_table(base)} ({', '.join(map(quote, columns))}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608 - likewise
