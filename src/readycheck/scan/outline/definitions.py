"""What the definitions of a file are: functions with their parameters and results, classes with their bases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from readycheck.model.rule import Json
from readycheck.scan.bindings.tree import find_kinds
from readycheck.scan.bindings.values import CLASSES
from readycheck.scan.outline.expressions import list_parts, shorten

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.outline.expressions import Encoder

MOST_RETURNS = 8
PARAMETERS = frozenset({
    "identifier", "typed_parameter", "default_parameter", "typed_default_parameter", "list_splat_pattern",
    "dictionary_splat_pattern", "required_parameter", "optional_parameter", "object_pattern", "array_pattern",
    "assignment_pattern", "rest_pattern",
})  # fmt: skip


def describe_definitions(encoder: Encoder, note: Callable[[int], int], throws: str) -> dict[str, Json]:
    """Each definition by its name; `note` is told the lines that are pointed to, `throws` is what throws."""
    returns = find_returns(encoder)
    throwing = {encoder.values.find_owner(node) for node in find_kinds(encoder.values.tree.root, (throws,))}
    found: dict[str, Json] = {}
    for node, name in encoder.values.definitions.items():
        is_class = node.kind() in CLASSES
        extent = node.range()
        entry: dict[str, Json] = {
            "kind": "class" if is_class else "function",
            "line": note(extent.start.line + 1),
            "end": extent.end.line + 1,
        }
        decorators = [encoder.encode(one) for one in find_decorators(node)]
        if decorators:
            entry["decorators"] = list(decorators)
        if is_class:
            entry["bases"] = [encoder.encode(one) for one in find_bases(node)]
        else:
            entry["params"] = [describe_parameter(encoder, one) for one in find_parameters(node)]
            entry["returns"] = [encoder.encode(one) for one in returns.get(name, ())]
            result = node.field("return_type")
            inner = list_parts(result)[:1] if result is not None else []
            if inner and (names := encoder.name(inner[0])):
                entry["result"] = names
            if any(child.kind() == "async" for child in node.children()):
                entry["async"] = True
            if name in throwing:
                entry["throws"] = True
        found[name] = entry
    return found


def find_returns(encoder: Encoder) -> dict[str, list[SgNode]]:
    """The first few expressions that each function returns or yields, by its name."""
    values = encoder.values
    found: dict[str, list[SgNode]] = {}
    for node in find_kinds(values.tree.root, ("return_statement",)):
        parts = list_parts(node)
        results = found.setdefault(values.find_owner(node), [])
        if parts and len(results) < MOST_RETURNS:
            results.append(parts[0])
    for node, name in values.definitions.items():
        body = node.field("body")
        if node.kind() in ("lambda", "arrow_function") and body is not None and body.kind() != "statement_block":
            found[name] = [body]
    return found


def find_parameters(node: SgNode) -> Iterator[SgNode]:
    """The parameters of a function."""
    single = node.field("parameter")
    if single is not None:
        yield single
    holder = node.field("parameters")
    for part in holder.named_children() if holder is not None else ():
        if part.kind() in PARAMETERS:
            yield part


def describe_parameter(encoder: Encoder, node: SgNode) -> dict[str, Json]:
    """A parameter: `name`, and where they are known its type's names `n`, the type's text `t`, its default `d`."""
    annotation, default = node.field("type"), node.field("value") or node.field("right")
    name = node.field("name") or node.field("pattern") or node.field("left")
    if name is None and node.kind() == "typed_parameter":
        name = next(iter(list_parts(node)), None)
    entry: dict[str, Json] = {"name": shorten((name or node).text())}
    decorators = [encoder.encode(one) for one in node.children() if one.kind() == "decorator"]
    if decorators:
        entry["decorators"] = list(decorators)
    if annotation is not None:
        inner = list_parts(annotation)[:1] if annotation.kind() in ("type", "type_annotation") else [annotation]
        entry["t"] = shorten(annotation.text().lstrip(": "))
        names = encoder.name(inner[0]) if inner else []
        if names:
            entry["n"] = names
        calls = [encoder.calls[one] for one in find_calls(annotation) if one in encoder.calls]
        if calls:
            entry["c"] = list(calls)
    if default is not None:
        entry["d"] = encoder.encode(default)
    return entry


def find_calls(annotation: SgNode) -> list[SgNode]:
    """Calls inside of an annotation: `Annotated[User, Depends(current_user)]`, in Python alone."""
    return find_kinds(annotation, ("call",)) if annotation.kind() == "type" else []


def find_decorators(node: SgNode) -> Iterator[SgNode]:
    """The expressions of the decorators of a definition."""
    parent = node.parent()
    holders = [node]
    if parent is not None and parent.kind() in ("decorated_definition", "export_statement"):
        holders.insert(0, parent)
    for holder in holders:
        for child in holder.children():
            if child.kind() == "decorator":
                yield from list_parts(child)[:1]
    if parent is not None and parent.kind() == "class_body":  # TypeScript: a method's stand before it
        yield from find_preceding(node, parent)


def find_preceding(node: SgNode, body: SgNode) -> Iterator[SgNode]:
    """The decorators that stand right before a member of a class."""
    pending: list[SgNode] = []
    for child in body.children():
        if child == node:
            yield from pending
            return
        if child.kind() == "decorator":
            pending += list_parts(child)[:1]
        elif child.is_named() and child.kind() != "comment":
            pending = []


def find_bases(node: SgNode) -> Iterator[SgNode]:
    """What a class is derived from."""
    bases = node.field("superclasses")
    if bases is not None:
        yield from (part for part in list_parts(bases) if part.kind() != "keyword_argument")
    for child in node.children():
        if child.kind() == "class_heritage":
            for part in list_parts(child):
                yield from (
                    list_parts(part)[:1]
                    if part.kind() == "extends_clause"
                    else (() if part.kind() == "implements_clause" else (part,))
                )
