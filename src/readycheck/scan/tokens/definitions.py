"""What a name stands for within a file: the one expression that is assigned to it, or what a loop takes it from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from readycheck.model.vocabulary import Language

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

FUNCTIONS = frozenset({
    "function_definition", "function_declaration", "function_expression", "arrow_function", "method_definition",
    "lambda",
})  # fmt: skip
CLASSES = frozenset({"class_definition", "class_declaration", "class"})


SCRIPT = ("variable_declarator", "assignment_expression")
ASSIGNMENTS = {
    Language.PYTHON: ("assignment", "named_expression"),
    Language.JAVASCRIPT: (*SCRIPT, "field_definition"),
    Language.TYPESCRIPT: (*SCRIPT, "public_field_definition"),
    Language.TSX: (*SCRIPT, "public_field_definition"),
}


@dataclass(frozen=True, slots=True)
class Definition:
    """The expression that a name was given; `many`: it is one of those that the expression holds."""

    value: SgNode | None
    many: bool = False
    is_function: bool = False


def find_definition(unit: Unit, node: SgNode) -> Definition | None:
    """The definition of a variable or a member of `self` that a use refers to; None where the file has none."""
    name = node.text()
    if node.kind() != "identifier":
        return next(find_assigned(unit, unit.root, name), None)
    for scope in (*(one for one in node.ancestors() if one.kind() in FUNCTIONS), unit.root):
        found = next(find_in_scope(unit, scope, node), None)
        if found is not None:
            return found
    return None


def find_in_scope(unit: Unit, scope: SgNode, node: SgNode) -> Iterator[Definition]:
    """Definitions of a name in one scope: the loops around the use, assignments, parameters' defaults, functions."""
    name = node.text()
    yield from find_in_loops(scope, node)
    if scope.kind() in FUNCTIONS and (default := find_default(scope, name)) is not None:
        yield default
    for found in find_assigned(unit, scope, name):
        if found.value is None or not is_within(found.value, node):
            yield found
    kind = "function_definition" if unit.language is Language.PYTHON else "function_declaration"
    for function in scope.find_all(kind=kind):
        own = function.field("name")
        if own is not None and own.text() == name:
            yield Definition(None, is_function=True)


def find_in_loops(scope: SgNode, node: SgNode) -> Iterator[Definition]:
    """What the loops around a use take a name from."""
    for loop in node.ancestors():
        if loop.kind() in ("for_statement", "for_in_statement"):
            left, right = loop.field("left"), loop.field("right")
            if left is not None and right is not None and re.search(rf"\b{re.escape(node.text())}\b", left.text()):
                yield Definition(right, many=True)
        if loop == scope:
            return


def find_assigned(unit: Unit, scope: SgNode, name: str) -> Iterator[Definition]:
    """The values that are assigned to a name or a member."""
    kinds = ASSIGNMENTS[unit.language]
    pattern = re.escape(name.partition(".")[2] if name.startswith("this.") else name)
    for kind in kinds:
        for one in scope.find_all(
            kind=kind, regex=rf"^(?:this\.|(?:private |public |protected |readonly |static )*#?)?{pattern}\b"
        ):
            left = one.field("left") or one.field("name") or one.field("property")
            value = one.field("right") or one.field("value")
            if left is not None and value is not None and left.text() in (name, name.removeprefix("this.")):
                yield Definition(value)


def find_default(function: SgNode, name: str) -> Definition | None:
    """What a parameter of a function falls back to; a parameter without a default hides names further out."""
    holder = function.field("parameters")
    for part in holder.named_children() if holder is not None else ():
        own = part.field("name") or part.field("pattern") or part.field("left") or part
        if own.text() == name or (part.kind() == "typed_parameter" and part.text().partition(":")[0].strip() == name):
            return Definition(part.field("value") or part.field("right"))
    return None


def is_within(outer: SgNode, inner: SgNode) -> bool:
    """Whether a node lies inside of another."""
    return outer.range().start.index <= inner.range().start.index < outer.range().end.index
