"""The keys of a schema, and what each demands: zod, valibot, yup, Joi, envalid, t3-env, class-validator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from readycheck.scan.environ.keys import find_constant
from readycheck.scan.environ.names import is_capital
from readycheck.scan.environ.reads import Read
from readycheck.scan.late import compile_late
from readycheck.scan.literals import find_argument

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

GROUPS = frozenset({"server", "client", "shared", "schema"})
MAPPINGS = frozenset({"runtimeEnv", "runtimeEnvStrict", "experimental__runtimeEnv"})
VALUES = frozenset({"call_expression", "member_expression", "identifier", "object", "ternary_expression"})
OPTIONAL = compile_late(
    r"\.(?:optional|nullish|default|catch|devDefault|prefault)\s*\(|\b(?:optional|nullish|fallback)\s*\("
)
JOI = compile_late(r"^[\s(]*[Jj]oi\b")
YUP = compile_late(r"^[\s(]*yup\b")
DEFAULT = "$_.default($VALUE)"
# What holds a class against the environment.
CHECKED = compile_late(r"\b(?:plainTo(?:Instance|Class)|transformAndValidate|validate(?:Sync|Config|OrReject))\b")
MOST_DEPTH = 4
SCHEMA = "schema"


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of a schema: the variable, the node of the pair or the field, and what stands for its type."""

    name: str
    place: SgNode
    value: SgNode | None
    required: bool | None = None


def find_entries(unit: Unit, node: SgNode, depth: int = 0) -> Iterator[Entry]:
    """The keys of the schema in an expression: in its objects, in those of constants that it names."""
    if depth > MOST_DEPTH:
        return
    kind = node.kind()
    if kind == "identifier":
        value = find_constant(unit, node.text())
        if value is not None and value.kind() != "identifier":
            yield from find_entries(unit, value, depth + 1)
    elif kind == "object":
        yield from read_object(unit, node, depth)
    elif kind == "call_expression":
        callee, arguments = node.field("function"), node.field("arguments")
        if (
            callee is not None
            and callee.kind() == "member_expression"
            and (holder := callee.field("object")) is not None
        ):
            yield from find_entries(unit, holder, depth)
        for argument in arguments.named_children() if arguments is not None else ():
            yield from find_entries(unit, argument, depth)
    elif kind in ("member_expression", "as_expression", "satisfies_expression", "parenthesized_expression"):
        yield from find_entries(unit, node.named_children()[0], depth)


def read_object(unit: Unit, node: SgNode, depth: int) -> Iterator[Entry]:
    """The keys of an object literal that are written as variables; t3-env's groups and spreads are looked into."""
    for part in node.named_children():
        key, value = part.field("key"), part.field("value")
        if part.kind() == "spread_element":
            yield from find_entries(unit, part.named_children()[0], depth + 1)
        if part.kind() != "pair" or key is None or value is None:
            continue
        name = key.text().strip("\"'")
        if name in GROUPS:
            yield from find_entries(unit, value, depth + 1)
        elif is_capital(name) and value.kind() in VALUES:
            yield Entry(name, part, value)


def read_entry(entry: Entry) -> Read:
    """What a key of a schema says about its variable."""
    value = entry.value
    if value is None or entry.required is not None:
        return Read(entry.name, SCHEMA, entry.required, value, checked=False)
    text = value.text()
    default = None
    for call in (value, *value.find_all(pattern=DEFAULT)):
        found = call.get_match("VALUE") or (
            find_argument(call, "default") if call.kind() == "call_expression" else None
        )
        default = found or default
    required: bool | None = not OPTIONAL.search(text)
    if JOI.search(text) or YUP.search(text):
        required = ".required(" in text
    elif value.kind() in ("identifier", "object", "ternary_expression"):
        required = None
    return Read(entry.name, SCHEMA, required, default, checked=False)


def find_classes(unit: Unit) -> Iterator[Entry]:
    """The fields of classes that class-validator checks, if they are written as variables."""
    if CHECKED.search(unit.text) is None:
        return
    for field in unit.find_kind("public_field_definition"):
        name, value = field.field("name"), field.field("value")
        if name is None or not is_capital(name.text()) or (value is not None and "env" in value.text().lower()):
            continue
        before, node = [], field.prev()
        before += [child.text() for child in field.children() if child.kind() == "decorator"]
        while node is not None and node.kind() in ("decorator", "comment"):
            before.append(node.text())
            node = node.prev()
        if any(text.startswith("@") for text in before):
            optional = any(text.startswith("@IsOptional") for text in before) or "?" in field.text().partition(":")[0]
            yield Entry(name.text(), name, value, None if value is not None else not optional)
