"""Where a name of the file gets its value, and what a function of the file returns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.model.vocabulary import Language
from readycheck.scan.literals import find_argument

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

MOST_FOUND = 8
FUNCTIONS = frozenset({
    "function_definition", "function_declaration", "function_expression", "arrow_function", "method_definition",
    "generator_function_declaration", "generator_function", "lambda",
})  # fmt: skip


def find_assigned(unit: Unit, node: SgNode) -> Iterator[SgNode]:
    """The values that are assigned to a name or to an attribute of that text anywhere in the file."""
    text = node.text()
    if len(text) > 80 or "\n" in text:  # noqa: PLR2004 - no name that somebody assigned to
        return
    pattern = f"^{re.escape(text)}$"
    if unit.language is Language.PYTHON:
        rules = [{"kind": "assignment", "has": {"field": "left", "regex": pattern}}]
    else:
        rules = [
            {"kind": "variable_declarator", "has": {"field": "name", "regex": pattern}},
            {"kind": "assignment_expression", "has": {"field": "left", "regex": pattern}},
        ]
    for found in unit.root.find_all({"rule": {"any": rules}})[:MOST_FOUND]:  # type: ignore[call-overload]
        value = found.field("right") or found.field("value")
        if value is not None:
            yield value


def find_items(unit: Unit, node: SgNode) -> Iterator[tuple[str, SgNode]]:
    """Items that are set one by one on a dictionary: (constant key, value), an empty key where only running tells."""
    name = node.text()
    if not re.fullmatch(r"[\w.]+", name) or not re.search(
        rf"\b{re.escape(name)}\s*(?:\[|\.(?:update|setdefault)\()", unit.text
    ):
        return
    for found in unit.find_kind("assignment"):
        left, value = found.field("left"), found.field("right")
        if left is not None and value is not None and left.kind() == "subscript":
            holder, key = left.field("value"), left.field("subscript")
            if holder is not None and key is not None and holder.text() == name:
                yield (key.text().strip("\"'") if key.kind() == "string" else ""), value
    if re.search(rf"\b{re.escape(name)}\.(?:update|setdefault)\(", unit.text):
        yield "", node


def is_parameter(node: SgNode) -> bool:
    """Whether a name is a parameter of a function around it."""
    for parent in node.ancestors():
        parameters = parent.field("parameters") if parent.kind() in FUNCTIONS else None
        if parameters is not None and re.search(rf"\b{re.escape(node.text())}\b", parameters.text()):
            return True
    return False


def find_function(unit: Unit, name: str) -> Iterator[SgNode]:
    """The functions of that name in the file: declared, or held by a variable."""
    if not name or name not in unit.text:
        return
    pattern = f"^{re.escape(name)}$"
    kinds = ["function_definition"] if unit.language is Language.PYTHON else [
        "function_declaration", "generator_function_declaration", "method_definition",
    ]  # fmt: skip
    rules = [{"kind": kind, "has": {"field": "name", "regex": pattern}} for kind in kinds]
    yield from unit.root.find_all({"rule": {"any": rules}})[:MOST_FOUND]  # type: ignore[call-overload]
    if unit.language is not Language.PYTHON:
        holder = {"kind": "variable_declarator", "has": {"field": "name", "regex": pattern}}
        for found in unit.root.find_all({"rule": holder})[:MOST_FOUND]:  # type: ignore[call-overload]
            value = found.field("value")
            if value is not None and value.kind() in FUNCTIONS:
                yield value


def find_returned(unit: Unit, name: str) -> Iterator[SgNode]:
    """The expressions that the file's function of that name returns."""
    for function in find_function(unit, name):
        for statement in function.find_all(kind="return_statement")[:MOST_FOUND]:
            parts = statement.named_children()
            if parts:
                yield parts[0]
        body = function.field("body")
        if function.kind() == "arrow_function" and body is not None and body.kind() != "statement_block":
            yield body


def find_enclosing(node: SgNode) -> SgNode | None:
    """The innermost function around a node."""
    return next((parent for parent in node.ancestors() if parent.kind() in FUNCTIONS), None)


def name_function(function: SgNode) -> str:
    """The name by which a function can be called: its own, or that of the variable, property or field that holds it."""
    name = function.field("name")
    if name is not None:
        return name.text()
    holder = function.parent()
    while holder is not None and holder.kind() in ("parenthesized_expression", "arguments", "call_expression"):
        holder = holder.parent()
    if holder is None:
        return ""
    target = holder.field("name") or holder.field("left") or holder.field("key") or holder.field("property")
    return target.text().rpartition(".")[2] if target is not None else ""


def find_given(unit: Unit, node: SgNode) -> Iterator[SgNode]:
    """What the calls in this file give for a parameter that a name stands for."""
    function = find_enclosing(node)
    name = name_function(function) if function is not None else ""
    parameters = function.field("parameters") if function is not None else None
    words = re.findall(r"\w+", parameters.text()) if parameters is not None else []
    if node.kind() != "identifier" or not name or node.text() not in words:
        return
    kind = "call" if unit.language is Language.PYTHON else "call_expression"
    rule = {"kind": kind, "has": {"field": "function", "regex": rf"^(?:\w+\.)?{re.escape(name)}$"}}
    for call in unit.root.find_all({"rule": rule})[:MOST_FOUND]:  # type: ignore[call-overload]
        value = find_argument(call, node.text())
        if value is not None:
            yield value
