"""The models of TypeORM, Sequelize and Drizzle: tables, columns of other names, relations (`model-member`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.scan.literals import read_literal
from readycheck.scan.queries.mapped.chains import Link, read_link, strip, unroll
from readycheck.scan.queries.mapped.objects import Entry, read_object

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

TABLES = re.compile(r"^(?:pg|sqlite|mysql|gel|singlestore)Table$|^createTable$|^\w*[tT]able$")
SNAKE = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
RELATIONS = frozenset({"ManyToOne", "OneToOne", "OneToMany"})
MAPPED = frozenset({"Column", "PrimaryColumn", "PrimaryGeneratedColumn", "CreateDateColumn", "UpdateDateColumn",
                    "DeleteDateColumn", "VersionColumn"})  # fmt: skip


def collect(unit: Unit) -> Iterator[Fact]:
    """The models of one file."""
    found: dict[str, list[Json]] = {"drizzle": [], "typeorm": [], "sequelize": []}
    if "Table" in unit.text:
        found["drizzle"] += list_drizzle(unit)
    if "@Entity" in unit.text or "typeorm" in unit.text:
        found["typeorm"] += list_entities(unit)
    elif re.search(r"(?i)sequelize", unit.text):
        found["sequelize"] += list_sequelize(unit)
    for style, models in found.items():
        if models:
            yield Fact("model-member", unit.locate(unit.root), {"style": style, "models": models})


def make_model(name: str, table: str, default: str = "", bases: list[Json] | None = None) -> dict[str, Json]:
    """A model without members."""
    return {
        "name": name, "table": table, "default": default, "bases": bases or [], "columns": {}, "relations": {},
        "backs": {},
    }  # fmt: skip


def read_text(node: SgNode | None) -> str:
    """A constant text; empty for anything else."""
    known, value = read_literal(node) if node is not None else (False, None)
    return value if known and isinstance(value, str) else ""


# ------------------------------------------------------------------ Drizzle


def list_drizzle(unit: Unit) -> Iterator[dict[str, Json]]:
    """`export const users = pgTable("users", { createdAt: timestamp("created_at") })`."""
    for node in unit.find_kind("variable_declarator"):
        name, value = node.field("name"), strip(node.field("value"))
        if name is None or value is None or value.kind() != "call_expression":
            continue
        link = read_link(value)
        if not TABLES.match(link.name) or len(link.arguments) < 2 or not read_text(link.arguments[0]):  # noqa: PLR2004
            continue
        model = make_model(name.text(), read_text(link.arguments[0]))
        found = read_object(unit, link.arguments[1])
        columns: dict[str, Json] = {}
        for entry in found.entries if found is not None else ():
            column = read_drizzle(entry.value)
            if column and column != entry.key:
                columns[entry.key] = column
        model["columns"] = columns
        yield model


def read_drizzle(node: SgNode) -> str:
    """The name of a column; empty where it is that of its key."""
    base, links = unroll(node)
    del links
    call = base if base is not None and base.kind() == "call_expression" else None
    first = next(iter(read_link(call).arguments), None) if call is not None else None
    return read_text(first)


# ------------------------------------------------------------------ TypeORM


def list_entities(unit: Unit) -> Iterator[dict[str, Json]]:
    """Classes with `@Entity()`, and those that they are derived from."""
    for kind in ("class_declaration", "abstract_class_declaration"):
        for node in unit.find_kind(kind):
            name, body = node.field("name"), node.field("body")
            if name is None or body is None:
                continue
            model = make_model(name.text(), *name_entity(node, name.text()), bases=list_bases(unit, node))
            read_entity(unit, body, model)
            yield model


def name_entity(node: SgNode, name: str) -> tuple[str, str]:
    """The table of an entity: as it is named, and by convention."""
    for one in list_decorators(node):
        link = read_decorator(one)
        if link is None or link.name not in ("Entity", "ViewEntity", "ChildEntity"):
            continue
        first = link.arguments[0] if link.arguments else None
        given = read_text(first)
        if first is not None and first.kind() == "object":
            named = re.search(r"\bname:\s*[\"'`](\w+)[\"'`]", first.text())
            given = named[1] if named is not None else ""
        return given, SNAKE.sub("_", name).lower()
    return "", ""


def list_decorators(node: SgNode) -> list[SgNode]:
    """The decorators of a class or member: inside of it, before it, or before the `export` around it."""
    found = [one for one in node.children() if one.kind() == "decorator"]
    parent = node.parent()
    around = [node, parent] if parent is not None and parent.kind() == "export_statement" else [node]
    for one in around:
        if one is not node:
            found += [child for child in one.children() if child.kind() == "decorator"]
        before = one.prev()
        while before is not None and before.kind() in ("decorator", "comment"):
            found += [before] if before.kind() == "decorator" else []
            before = before.prev()
    return found


def read_decorator(node: SgNode) -> Link | None:
    """A decorator's call as a link; None for one without a call."""
    call = next((one for one in node.named_children() if one.kind() == "call_expression"), None)
    return read_link(call) if call is not None else None


def list_bases(unit: Unit, node: SgNode) -> list[Json]:
    """What a class is derived from, by names."""
    found: list[Json] = []
    for heritage in (one for one in node.named_children() if one.kind() == "class_heritage"):
        match = re.search(r"\bextends\s+(\w+)", heritage.text())
        if match is not None:
            imported = unit.bindings.imports().get(match[1])
            found.append([imported or f"#{match[1]}"])
    return found


def read_entity(unit: Unit, body: SgNode, model: dict[str, Json]) -> None:
    """The members of an entity."""
    columns: dict[str, Json] = {}
    relations: dict[str, Json] = {}
    for member in body.named_children():
        key = member.field("name")
        if member.kind() != "public_field_definition" or key is None:
            continue
        links = [link for one in list_decorators(member) if (link := read_decorator(one)) is not None]
        named = ""
        if any(link.name in MAPPED for link in links):
            columns[key.text()] = ""
        for link in links:
            text = link.node.text()
            found = re.search(r"\bname:\s*[\"'`](\w+)[\"'`]", text)
            if link.name in (*MAPPED, "JoinColumn") and found is not None:
                named = found[1]
                if link.name in MAPPED:
                    columns[key.text()] = named
        for link in links:
            if link.name in RELATIONS and link.arguments:
                target = re.search(r"=>\s*(\w+)|^[\"'](\w+)[\"']", link.arguments[0].text())
                entity = (target[1] or target[2]) if target is not None else ""
                imported = unit.bindings.imports().get(entity)
                has_key = link.name == "ManyToOne" or any(one.name == "JoinColumn" for one in links)
                own = (named or f"{key.text()}Id") if has_key else ""
                relations[key.text()] = [
                    [imported or f"#{entity}"], own, "id" if own else "", link.name == "OneToMany",
                ]  # fmt: skip
                if own and named:
                    columns[key.text()] = named
    model["columns"], model["relations"] = columns, relations


# ------------------------------------------------------------------ Sequelize


def list_sequelize(unit: Unit) -> Iterator[dict[str, Json]]:
    """`sequelize.define("user", {...})`, `User.init({...}, {...})`, classes with `@Table`."""
    for call in unit.find_kind("call_expression"):
        link = read_link(call)
        callee = call.field("function")
        owner = callee.field("object") if callee is not None else None
        if link.name == "init" and owner is not None and owner.text()[:1].isupper() and len(link.arguments) > 1:
            yield from read_init(unit, owner.text(), link.arguments[0], link.arguments[1])
        elif link.name == "define" and len(link.arguments) > 1 and read_text(link.arguments[0]):
            parent = call.parent()
            target = parent.field("name") if parent is not None and parent.kind() == "variable_declarator" else None
            name = target.text() if target is not None else read_text(link.arguments[0])
            options = link.arguments[2] if len(link.arguments) > 2 else None  # noqa: PLR2004 - name, members, options
            yield from read_init(unit, name, link.arguments[1], options)
    if "@Table" in unit.text:
        for node in unit.find_kind("class_declaration"):
            yield from read_table(unit, node)


def read_init(unit: Unit, name: str, members: SgNode, options: SgNode | None) -> Iterator[dict[str, Json]]:
    """A model from its members and options."""
    text = options.text() if options is not None else ""
    named = re.search(r"\btableName:\s*[\"'`](\w+)[\"'`]", text)
    model = make_model(name, named[1] if named is not None else "", f"{name}s")
    found = read_object(unit, members)
    entries: list[Entry] = found.entries if found is not None else []
    renamed = {
        one.key: field[1] for one in entries if (field := re.search(r"\bfield:\s*[\"'`](\w+)[\"'`]", one.value.text()))
    }
    model["columns"] = {one.key: renamed.get(one.key, "") for one in entries}
    yield model


def read_table(unit: Unit, node: SgNode) -> Iterator[dict[str, Json]]:
    """`@Table({ tableName: "users" }) class User extends Model`."""
    name, body = node.field("name"), node.field("body")
    texts = [one.text() for one in list_decorators(node)]
    table = next((text for text in texts if text.startswith("@Table")), "")
    if name is None or body is None or not table:
        return
    named = re.search(r"\btableName:\s*[\"'`](\w+)[\"'`]", table)
    model = make_model(name.text(), named[1] if named is not None else "", f"{name.text()}s", list_bases(unit, node))
    columns: dict[str, Json] = {}
    for member in body.named_children():
        key = member.field("name")
        field = next(
            (
                found[1]
                for one in (list_decorators(member) if member.kind() == "public_field_definition" else ())
                if (found := re.search(r"\bfield:\s*[\"'`](\w+)[\"'`]", one.text()))
            ),
            "",
        )
        if key is not None and (field or any(one.text().startswith("@Column") for one in list_decorators(member))):
            columns[key.text()] = field
    model["columns"] = columns
    yield model
