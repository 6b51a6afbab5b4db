"""TypeORM's entities (`schema-model`, see `scan.schema.models`).

Names that the entity leaves to the naming strategy begin with `~`, since another file tells which one it is (`snake`:
a file that names the strategy of typeorm-naming-strategies). Rules of `typeorm/naming-strategy` and
`metadata-builder/RelationJoinColumnBuilder`: a `ManyToOne` makes a column and a foreign key without an index, a
`OneToOne` with a `JoinColumn` a unique key beside, a `JoinTable` a table of which both columns are indexed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.model.vocabulary import Language
from readycheck.scan.late import compile_late
from readycheck.scan.schema.conventions import make_snake
from readycheck.scan.schema.script_nodes import (
    Call,
    Values,
    evaluate,
    find_function,
    find_result,
    line_of,
    read_call,
    read_constants,
    read_pairs,
)

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

KINDS = ("schema-model",)
SERVING = True
LANGUAGES = (Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX)
ANCHORS = ("@Entity", "@Column", "@PrimaryGeneratedColumn", "@PrimaryColumn", "SnakeNamingStrategy", "@ChildEntity")
COLUMNS = frozenset({
    "Column", "PrimaryColumn", "PrimaryGeneratedColumn", "CreateDateColumn", "UpdateDateColumn", "DeleteDateColumn",
    "VersionColumn", "ObjectIdColumn",
})  # fmt: skip
TO_ONE = frozenset({"ManyToOne", "OneToOne"})
TYPES = {
    "int": "integer", "integer": "integer", "bigint": "bigint", "smallint": "smallint", "varchar": "varchar",
    "text": "text", "uuid": "uuid", "boolean": "boolean", "bool": "boolean", "timestamp": "timestamp", "date": "date",
    "timestamptz": "timestamptz", "json": "json", "jsonb": "jsonb", "float": "double precision", "decimal": "numeric",
    "numeric": "numeric", "datetime": "timestamp", "time": "time",
}  # fmt: skip
WRITTEN = {"string": "varchar", "number": "integer", "boolean": "boolean", "Date": "timestamp"}
STRATEGY = compile_late(r"\bnew\s+(?:\w+\.)?SnakeNamingStrategy\b")


def collect(unit: Unit) -> Iterator[Fact]:
    """The entities of one file."""
    if "typeorm" not in unit.text:
        return
    values = read_constants(unit)
    models: list[Json] = []
    for kind in ("class_declaration", "abstract_class_declaration"):
        for node in unit.find_kind(kind):
            models += Entity(node, values).read()
    is_snake = STRATEGY.search(unit.text) is not None
    if models or is_snake:
        data: dict[str, Json] = {
            "style": "typeorm", "group": "", "dialect": "", "models": models, "extra": [], "snake": is_snake,
        }  # fmt: skip
        yield Fact("schema-model", unit.locate(unit.root), data)


def list_decorators(node: SgNode) -> list[Call]:
    """The decorators of a class or a member of one, those of an exported class too."""
    held = [*node.children()]
    parent = node.parent()
    if parent is not None and parent.kind() == "export_statement":
        held += parent.children()
    before = node.prev()
    while before is not None and before.kind() in ("decorator", "comment"):
        held.append(before)
        before = before.prev()
    found: dict[int, Call] = {}
    for one in held:
        call = read_call(next(iter(one.named_children()), None)) if one.kind() == "decorator" else None
        if call is not None:
            found[one.range().start.index] = call
    return [found[place] for place in sorted(found)]


class Entity:
    """One class: an entity, or what some are derived from."""

    def __init__(self, node: SgNode, values: Values) -> None:
        """Take the class and the file's constants."""
        self.node, self.values = node, values
        self.props: dict[str, Json] = {}
        self.columns: list[Json] = []
        self.indexes: list[Json] = []
        self.keys: list[Json] = []
        self.tables: list[Json] = []
        name = node.field("name")
        self.name = name.text() if name is not None else ""

    def read(self) -> list[Json]:
        """The rows of the class, and of the tables of its many-to-many relations; none for any other class."""
        decorators = {one.name: one for one in list_decorators(self.node)}
        body = self.node.field("body")
        for member in body.named_children() if body is not None else ():
            if member.kind() in ("public_field_definition", "field_definition"):
                self.read_member(member)
        entity = decorators.get("Entity") or decorators.get("ChildEntity")
        if not self.columns and entity is None:
            return []
        for one in list_decorators(self.node):
            self.read_decorator(one)
        if "TableInheritance" in decorators:
            self.add_kind(decorators["TableInheritance"])
        model: dict[str, Json] = {
            "name": self.name, "table": self.name_table(entity) if "Entity" in decorators else "",
            "bases": self.list_bases(), "line": line_of(self.node), "columns": self.columns,
            "indexes": self.indexes, "keys": self.keys,
            "props": self.props, "plain": True, "single": "ChildEntity" in decorators,
        }  # fmt: skip
        return [model, *self.tables]

    def list_bases(self) -> list[Json]:
        """What the class is derived from, by last names."""
        heritage = next((one for one in self.node.children() if one.kind() == "class_heritage"), None)
        found = re.search(r"extends\s+(?:\w+\.)*(\w+)", heritage.text()) if heritage is not None else None
        return [found[1]] if found is not None else []

    def name_table(self, entity: Call | None) -> str:
        """The table that a class names, or leaves to the strategy."""
        said: Any = evaluate(entity.arguments[0], self.values) if entity is not None and entity.arguments else None
        options = {
            key: evaluate(one, self.values)
            for argument in (entity.arguments if entity is not None else ())
            for key, one in read_pairs(argument).items()
        }
        name = said if isinstance(said, str) else options.get("name")
        schema = options.get("schema")
        table = name if isinstance(name, str) else make_snake(self.name)
        return f"{schema}.{table}" if isinstance(schema, str) else table

    def read_member(self, member: SgNode) -> None:
        """A property with its decorators."""
        name = member.field("name")
        decorators = {one.name: one for one in list_decorators(member)}
        if name is None or not decorators:
            return
        key = name.text()
        column = next((decorators[one] for one in COLUMNS if one in decorators), None)
        relation = next((decorators[one] for one in TO_ONE if one in decorators), None)
        if column is not None:
            self.add_column(key, column, member)
        elif relation is not None and (relation.name == "ManyToOne" or "JoinColumn" in decorators):
            self.add_relation(key, relation, decorators)
        elif "ManyToMany" in decorators and "JoinTable" in decorators:
            self.add_table(key, decorators["ManyToMany"], decorators["JoinTable"])
        for one in ("Index", "Unique"):
            if one in decorators and key in self.props:
                options = self.read_options(decorators[one])
                is_unique: Json = "constraint" if one == "Unique" else options.get("unique") is True
                self.indexes.append([decorators[one].line, [self.props[key]], is_unique, "", write_where(options)])

    def read_options(self, call: Call) -> dict[str, Any]:
        """The values in the objects that a decorator is given."""
        return {
            key: evaluate(one, self.values) for argument in call.arguments for key, one in read_pairs(argument).items()
        }

    def add_column(self, key: str, column: Call, member: SgNode) -> None:
        """A plain column."""
        options = self.read_options(column)
        first = evaluate(column.arguments[0], self.values) if column.arguments else None
        annotation = member.field("type")
        written = annotation.text().strip(": ").partition(" ")[0] if annotation is not None else ""
        said = first if isinstance(first, str) else options.get("type")
        type_ = TYPES.get(str(said), "") if isinstance(said, str) else WRITTEN.get(written, "")
        if column.name == "PrimaryGeneratedColumn":
            type_ = "uuid" if first == "uuid" else "integer"
        name = options.get("name")
        is_primary = column.name.startswith("Primary") or options.get("primary") is True
        is_null = options.get("nullable") is True or column.name == "DeleteDateColumn"
        flags = f"{'p' if is_primary else ''}{'u' if options.get('unique') is True else ''}{'' if is_null else 'n'}"
        self.props[key] = name if isinstance(name, str) else f"~{key}"
        self.columns.append(
            [column.line, self.props[key], f"{type_}[]" if options.get("array") is True else type_, flags, ""]
        )

    def add_kind(self, inheritance: Call) -> None:
        """The column that says of which class a row is; it has an index."""
        options = read_pairs(inheritance.arguments[0]) if inheritance.arguments else {}
        said = evaluate(read_pairs(options.get("column")).get("name"), self.values)
        name = said if isinstance(said, str) else "type"
        self.columns.append([inheritance.line, name, "varchar", "n", ""])
        self.indexes.append([inheritance.line, [name], False, "", ""])

    def find_target(self, relation: Call) -> str:
        """The class that a relation leads to."""
        if not relation.arguments:
            return ""
        result = find_result(find_function(relation.arguments[0])) or relation.arguments[0]
        said = evaluate(result, self.values)
        return said if isinstance(said, str) else result.text().rpartition(".")[2]

    def add_relation(self, key: str, relation: Call, decorators: dict[str, Call]) -> None:
        """A column that leads to another entity, with its foreign key."""
        options = self.read_options(relation)
        join = self.read_options(decorators["JoinColumn"]) if "JoinColumn" in decorators else {}
        name, there = join.get("name"), join.get("referencedColumnName")
        target = self.find_target(relation)
        end = there if isinstance(there, str) else "id"
        column = name if isinstance(name, str) else f"~{key}~{end}"
        self.props[key] = column
        reference = f"{target}.{there}" if isinstance(there, str) else target
        if options.get("createForeignKeyConstraints") is False:
            reference = ""
        is_single = relation.name == "OneToOne"
        flags = "".join((
            "p" if options.get("primary") is True else "", "u" if is_single else "",
            "n" if options.get("nullable") is False else "",
        ))  # fmt: skip
        self.columns.append([relation.line, column, "", flags, reference])

    def add_table(self, key: str, relation: Call, join: Call) -> None:
        """The table of a many-to-many relation; names that nobody gives are told once both tables are known."""
        pairs = {name: one for argument in join.arguments for name, one in read_pairs(argument).items()}
        said = evaluate(pairs.get("name"), self.values)
        ends = [
            evaluate(read_pairs(pairs.get(one)).get("name"), self.values) for one in ("joinColumn", "inverseJoinColumn")
        ]
        names = [one if isinstance(one, str) else "" for one in ends]
        self.tables.append({
            "name": f"{self.name}.{key}", "table": said if isinstance(said, str) else "", "bases": [],
            "line": join.line, "columns": [], "indexes": [], "keys": [], "plain": True, "props": {},
            "join": [self.name, key, self.find_target(relation), *names],
        })  # fmt: skip

    def read_decorator(self, one: Call) -> None:
        """`@Index(["a", "b"], {unique})`, `@Unique("name", ["a"])` on the class."""
        if one.name not in ("Index", "Unique"):
            return
        given = [evaluate(argument, self.values) for argument in one.arguments]
        lists = [each for each in given if isinstance(each, list)]
        name = given[0] if given and isinstance(given[0], str) else ""
        options = self.read_options(one)
        if lists and all(isinstance(key, str) for key in lists[0]):
            is_unique: Json = "constraint" if one.name == "Unique" else options.get("unique") is True
            keys: list[Json] = [self.props.get(key, f"~{key}") for key in lists[0]]
            self.indexes.append([one.line, keys, is_unique, name, write_where(options)])


def write_where(options: dict[str, Any]) -> str:
    """The predicate of a partial index."""
    where = options.get("where")
    return where if isinstance(where, str) else "true" if "where" in options else ""
