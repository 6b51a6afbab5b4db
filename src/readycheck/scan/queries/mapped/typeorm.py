"""What TypeORM's repositories and query builders ask: `users.find({ where: { email }, order: { id: "DESC" } })`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from readycheck.scan.late import compile_late
from readycheck.scan.queries.mapped.chains import Link, climb, read_link, strip
from readycheck.scan.queries.mapped.flow import Run, follow
from readycheck.scan.queries.mapped.objects import Entry, Read, read_object, read_several, read_where
from readycheck.scan.queries.mapped.shapes import (
    UNKNOWN,
    Condition,
    Path,
    Shape,
    compare,
    merge,
    negate,
    read_count,
    read_pattern,
    read_value,
)

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

TYPED = compile_late(r"(\w+)\s*[?!]?\s*:\s*(?:\w+\.)?(?:Mongo|Tree)?Repository<\s*(\w+)\s*>")
GOTTEN = compile_late(r"(\w+)\s*=\s*(?:await\s+)?[\w.()?!]*\bgetRepository(?:<\w+>)?\(\s*(\w+)")
MANAGERS = compile_late(r"(?i)(?:^|\.)(?:entity)?manager$|(?:^|\.)(?:\w*data_?source|em|queryRunner\.manager)$")
OPTIONED = {
    "find": "select", "findOne": "select", "findOneOrFail": "select", "findAndCount": "select", "count": "count",
    "exist": "select", "exists": "select",
}  # fmt: skip
PLAIN = {
    "findBy": "select", "findOneBy": "select", "findOneByOrFail": "select", "findAndCountBy": "select",
    "countBy": "count",
    "existsBy": "select", "update": "update", "delete": "delete", "softDelete": "update", "restore": "update",
}  # fmt: skip
COMPARED = {"LessThan": "<", "LessThanOrEqual": "<=", "MoreThan": ">", "MoreThanOrEqual": ">=", "Equal": "="}
ONE = compile_late(r"^(?:findOne|getOne|getRawOne|exist)")
PATTERNS = {"Like": "like", "ILike": "ilike"}
TESTS = {
    "In": ("in", "?"), "Any": ("in", "?"), "IsNull": ("null", ""), "Between": ("between", "? AND ?"),
    "ArrayContains": ("other", "?"), "ArrayOverlap": ("other", "?"), "Raw": ("other", "?"),
}  # fmt: skip
FINISHED = frozenset({
    "getMany", "getOne", "getOneOrFail", "getManyAndCount", "getRawMany", "getRawOne", "getCount", "execute", "stream",
    "getRawAndEntities", "getExists",
})  # fmt: skip
HARMLESS = frozenset({
    *FINISHED, "setParameter", "setParameters", "cache", "set", "returning", "select", "addSelect", "from", "printSql",
    "loadRelationCountAndMap", "setLock", "withDeleted", "useTransaction", "comment", "relation", "of",
})  # fmt: skip
PARAMETER = compile_late(r":\.\.\.\w+|:\w+")
BUILT = compile_late(
    r"^\s*[A-Za-z_]\w*\.[A-Za-z_]\w*\s*(?:=|<>|!=|<=?|>=?|\bIN\b|\bIS\b|\bI?LIKE\b|\bBETWEEN\b)", re.IGNORECASE
)


def find_shapes(unit: Unit) -> Iterator[tuple[Run, Shape]]:
    """The queries of one file, each with the place at which it is run."""
    entities = find_repositories(unit)
    for call in unit.find_kind("call_expression"):
        callee = call.field("function")
        key = callee.field("property") if callee is not None else None
        owner = callee.field("object") if callee is not None else None
        if key is None or owner is None:
            continue
        method, link = key.text(), read_link(call)
        if method == "createQueryBuilder":
            yield from read_builder(unit, entities, call, owner)
        elif method in OPTIONED or method in PLAIN:
            entity, arguments = find_entity(unit, entities, owner, link)
            if entity:
                _, rest = climb(call)
                yield Run((), call, "", tuple(rest)), read_call(unit, method, entity, arguments)


def find_repositories(unit: Unit) -> Mapping[str, str]:
    """The entity of each variable or member that is a repository, by its declaration."""
    found = {match[1]: match[2] for match in TYPED.finditer(unit.text)}
    found.update({match[1]: match[2] for match in GOTTEN.finditer(unit.text) if match[2][:1].isupper()})
    return found


def name_entity(unit: Unit, entity: str) -> tuple[str, ...]:
    """What the name of an entity stands for."""
    imported = unit.bindings.imports().get(entity)
    return (imported,) if imported else (f"#{entity}",)


def find_entity(unit: Unit, entities: Mapping[str, str], owner: SgNode, link: Link) -> tuple[str, Sequence[SgNode]]:
    """The entity that a call is about, and the arguments after it; empty where it is none of TypeORM's."""
    del unit
    text = re.sub(r"\s+", "", owner.text())
    name = re.sub(r"[!?]$", "", text).rpartition(".")[2]
    if name in entities:
        return entities[name], link.arguments
    direct = re.search(r"getRepository(?:<\w+>)?\(([A-Z]\w*)\)$", text)
    if direct is not None:
        return direct[1], link.arguments
    first = link.arguments[0].text() if link.arguments else ""
    if MANAGERS.search(text) and re.fullmatch(r"[A-Z]\w*", first):
        return first, link.arguments[1:]
    return "", ()


def read_call(unit: Unit, method: str, entity: str, arguments: Sequence[SgNode]) -> Shape:
    """`find({...})`, `findBy({...})`, `update({...}, {...})`."""
    shape = Shape("typeorm", OPTIONED.get(method) or PLAIN[method])
    shape.roots.append(("", name_entity(unit, entity), ""))
    reader = Reader(unit, shape)
    first = arguments[0] if arguments else None
    if method in PLAIN:
        if first is None:
            shape.add(UNKNOWN)
        else:
            shape.add(reader.read_criteria(first))
    elif first is not None:
        reader.read_options(read_object(unit, first))
    if ONE.match(method):
        shape.limit, shape.fetches = "1", ["first"]
    return shape


class Reader:
    """Reads options, and the links of a query builder."""

    def __init__(self, unit: Unit, shape: Shape) -> None:
        """Take the file and the query."""
        self.unit = unit
        self.shape = shape

    def read_options(self, options: Read | None) -> None:
        """`{ where, order, take, skip }`."""
        if options is None:
            self.shape.lose()
            return
        where = options.get("where")
        if where is not None:
            self.shape.add(self.read_criteria(where))
        elif options.may_have("where"):
            self.shape.add(UNKNOWN)
        self.shape.limit = read_count(take) if (take := options.get("take")) is not None else ""
        self.shape.offset = read_count(skip) if (skip := options.get("skip")) is not None else ""
        self.shape.open = options.may_have("take")
        order = options.get("order")
        if order is not None:
            self.shape.set_order(self.read_order(order, [""]))

    def read_criteria(self, node: SgNode) -> Condition:
        """Conditions: an object, several of which one must hold, or a key."""
        inner = strip(node)
        if inner is not None and inner.kind() in ("object", "array", "identifier", "shorthand_property_identifier"):
            found = read_several(inner, lambda one: self.read_where(one, [""]), "any")
            is_key = found == UNKNOWN and inner.kind() != "object" and re.search(r"(?i)ids?$", inner.text())
            return ["key"] if is_key else found
        return ["key"] if inner is not None and re.search(r"(?i)\bids?$", inner.text()) else UNKNOWN

    def read_where(self, node: SgNode, path: Path) -> Condition:
        """A `where` object."""
        return read_where(self.unit, self.shape, node, self.read_entry, path)

    def read_entry(self, path: Path, entry: Entry) -> Condition:
        """One member with what it must be: a value, an operator, or members of a relation."""
        member = [*path, entry.key]
        value = strip(entry.value)
        if value is not None and value.kind() == "object":
            return self.read_where(value, member)
        if value is not None and value.kind() == "call_expression":
            return self.read_operator(member, value)
        written = read_value(value)
        return ["all", []] if written == "NULL" else compare(member, "=", written)

    def read_operator(self, member: Path, node: SgNode) -> Condition:
        """`In([...])`, `Not(IsNull())`, `MoreThan(x)`."""
        link = read_link(node)
        name, first = link.name, link.arguments[0] if link.arguments else None
        if name in COMPARED:
            return compare(member, COMPARED[name], read_value(first))
        if name in PATTERNS:
            return compare(member, PATTERNS[name], read_pattern(first))
        if name == "Not" and first is not None:
            is_test = first.kind() == "call_expression"
            return negate(self.read_operator(member, first)) if is_test else compare(member, "<>", read_value(first))
        return compare(member, *TESTS.get(name, ("=", "?")))

    def read_order(self, node: SgNode, path: Path) -> list[tuple[Path, bool]] | None:
        """`{ createdAt: "DESC", author: { name: "ASC" } }`."""
        found = read_object(self.unit, node)
        if found is None or found.rest:
            return None
        keys: list[tuple[Path, bool]] = []
        for one in found.entries:
            text = one.value.text().strip("\"'`").upper()
            if text in ("ASC", "DESC", "1", "-1"):
                keys.append(([*path, one.key], text in ("DESC", "-1")))
                continue
            inner = self.read_order(one.value, [*path, one.key]) if one.value.kind() == "object" else None
            if inner is None:
                return None
            keys += inner
        return keys

    # ------------------------------------------------------------------ query builders

    def take(self, link: Link) -> None:
        """One link of a query builder."""
        name = link.name
        first = link.arguments[0] if link.arguments else None
        if name in ("where", "andWhere", "having", "andHaving", "orWhere"):
            self.take_where(link, first)
        elif name in ("orderBy", "addOrderBy"):
            self.take_order(link, first)
        elif name in ("take", "limit"):
            self.shape.limit, self.shape.open = ("", True) if link.optional else (read_count(first), self.shape.open)
        elif name in ("skip", "offset"):
            self.shape.offset = "" if link.optional else read_count(first)
        elif name in ("delete", "softDelete", "update"):
            self.shape.kind = "delete" if name == "delete" else "update"
        elif name in ("groupBy", "addGroupBy", "distinct", "distinctOn"):
            self.shape.grouped = True
        elif re.match(r"(?:left|inner)Join", name):
            self.take_join(link)
        elif name not in HARMLESS:
            self.shape.lose(optional=link.optional)
        if name == "getCount":
            self.shape.kind = "count"

    def take_where(self, link: Link, first: SgNode | None) -> None:
        """`.where("user.email = :email", {...})`, `.where({...})`."""
        inner = strip(first)
        condition = UNKNOWN
        if inner is not None and inner.kind() in ("string", "template_string"):
            text = inner.text()[1:-1]
            if "${" not in text and BUILT.match(text.lstrip("( ")):
                condition = ["sql", PARAMETER.sub("?", text)]
        elif inner is not None and inner.kind() == "object":
            condition = self.read_where(inner, [self.shape.roots[0][0]])
        if link.name == "orWhere" and self.shape.where:
            condition = merge("any", [merge("all", list(self.shape.where)), condition])
            self.shape.where = []
        self.shape.add(condition, optional=link.optional)

    def take_order(self, link: Link, first: SgNode | None) -> None:
        """`.orderBy("user.createdAt", "DESC")`."""
        text = first.text().strip("\"'`") if first is not None else ""
        second = link.arguments[1].text().strip("\"'`").upper() if len(link.arguments) > 1 else "ASC"
        path = text.split(".")
        is_known = re.fullmatch(r"\w+\.\w+", text) is not None and second in ("ASC", "DESC")
        if link.name == "orderBy":
            self.shape.order = []
        self.shape.set_order([(path, second == "DESC")] if is_known else None, optional=link.optional)

    def take_join(self, link: Link) -> None:
        """`.leftJoinAndSelect("user.posts", "post")`."""
        texts = [one.text().strip("\"'`") for one in link.arguments[:3]]
        if link.optional or len(texts) < 2 or re.fullmatch(r"\w+\.\w+", texts[0]) is None:  # noqa: PLR2004 - path and alias
            self.shape.dynamic = True
            self.shape.unknown = self.shape.unknown or not link.optional
            return
        self.shape.roots.append((texts[1], (), "~"))
        outer = link.name.startswith("left")
        self.shape.joins.append([texts[1], list(texts[0].split(".")), None, outer])


def read_builder(unit: Unit, entities: Mapping[str, str], call: SgNode, owner: SgNode) -> Iterator[tuple[Run, Shape]]:
    """The queries of one query builder."""
    link = read_link(call)
    entity, arguments = find_entity(unit, entities, owner, link)
    alias = arguments[0].text().strip("\"'`") if arguments else entity
    if not entity:
        return
    for run in follow(unit, call):
        shape = Shape("typeorm")
        shape.roots.append((alias, name_entity(unit, entity), ""))
        reader = Reader(unit, shape)
        for one in run.links:
            reader.take(one)
        names = [one.name for one in run.links]
        shape.fetches = ["first" for name in names if ONE.match(name)]
        shape.open = shape.open or not any(name in FINISHED for name in names)
        yield run.stay(), shape
