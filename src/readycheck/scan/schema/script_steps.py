"""The calls that a migration in JavaScript makes on its way up, in order, as far as its text alone tells.

Callbacks are followed where they stand, loops over constant lists are run, functions of the same file are followed. Of
a condition, what is done when it holds is taken: it asks whether something is there in order to make it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from readycheck.scan.schema.script_nodes import (
    CALLS,
    FUNCTIONS,
    UNKNOWN,
    Call,
    evaluate,
    find_function,
    list_parameters,
    read_call,
    unwrap,
)

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

DEEPEST = 150
FOLLOWED = 4
MOST_TURNS = 200
MOST_NODES = 200_000
UP = frozenset({"up", "upgrade"})
EACH = frozenset({"forEach", "map"})


@dataclass(frozen=True)
class Made:
    """A call that is made, and what names stand for where it is."""

    call: Call
    values: Mapping[str, Any]

    def read(self, node: SgNode | None) -> Any:  # noqa: ANN401 - a constant of any sort
        """The constant that an expression stands for, or UNKNOWN."""
        return evaluate(node, self.values)

    def say(self, place: int) -> str:
        """An argument as a constant text; empty for none."""
        value = self.read(self.call.arguments[place]) if place < len(self.call.arguments) else UNKNOWN
        return value if isinstance(value, str) else ""

    def take(self, place: int) -> SgNode | None:
        """An argument."""
        return self.call.arguments[place] if place < len(self.call.arguments) else None


def find_up(unit: Unit) -> SgNode | None:
    """The function of a file that leads up."""
    for kind in ("method_definition", "function_declaration", "pair", "variable_declarator", "assignment_expression"):
        for node in unit.find_kind(kind):
            name = node.field("name") or node.field("key") or node.field("left")
            if name is None or name.text().rpartition(".")[2].strip("\"'") not in UP:
                continue
            value = (
                node
                if kind in ("method_definition", "function_declaration")
                else node.field("value") or node.field("right")
            )
            function = find_function(value)
            if function is not None:
                return function
    return None


@dataclass(frozen=True)
class Walker:
    """The functions of a file, by name; `left` is how many nodes may still be walked, loops and all."""

    functions: Mapping[str, SgNode]
    left: list[int] = field(default_factory=lambda: [MOST_NODES])

    def walk(self, node: SgNode | None, values: dict[str, Any], depth: int = 0, followed: int = 0) -> Iterator[Made]:
        """The calls below a node."""
        self.left[0] -= 1
        if node is None or depth > DEEPEST or self.left[0] < 0:
            return
        kind = node.kind()
        if kind in CALLS:
            yield from self.call(node, values, depth, followed)
        elif kind == "for_in_statement":
            yield from self.repeat(node, values, depth, followed)
        elif kind == "variable_declarator":
            yield from self.walk(node.field("value"), values, depth + 1, followed)
            name = node.field("name")
            if name is not None:
                values[name.text()] = evaluate(node.field("value"), values)
        elif kind == "if_statement":
            yield from self.walk(node.field("consequence"), values, depth + 1, followed)
        elif kind in FUNCTIONS:
            yield from self.walk(node.field("body"), values, depth + 1, followed)
        else:
            for one in node.named_children():
                yield from self.walk(one, values, depth + 1, followed)

    def call(self, node: SgNode, values: dict[str, Any], depth: int, followed: int) -> Iterator[Made]:
        """A call: what it is called on comes first, then itself, then what is given to it."""
        call = read_call(node)
        if call is None:
            return
        if call.owner is not None:
            yield from self.walk(unwrap(call.owner), values, depth + 1, followed)
        is_own = call.owner is None or call.owner.text() == "this"
        function = self.functions.get(call.name) if is_own else None
        if function is not None and followed < FOLLOWED:
            names = list_parameters(function)
            given = {name: evaluate(one, values) for name, one in zip(names, call.arguments, strict=False)}
            yield from self.walk(function.field("body"), {**values, **given}, 0, followed + 1)
            return
        rows = evaluate(call.owner, values) if call.name in EACH else UNKNOWN
        inner = find_function(call.arguments[0]) if call.arguments else None
        if isinstance(rows, list) and inner is not None:
            names = list_parameters(inner)
            for one in rows[:MOST_TURNS] if self.left[0] > 0 else ():
                yield from self.walk(inner.field("body"), bind(names[:1], one, values), depth + 1, followed)
            return
        yield Made(call, dict(values))
        for one in call.arguments:
            yield from self.walk(one, values, depth + 1, followed)

    def repeat(self, node: SgNode, values: dict[str, Any], depth: int, followed: int) -> Iterator[Made]:
        """A loop over a constant list, turn by turn; over any other one once."""
        rows, name = evaluate(node.field("right"), values), node.field("left")
        turns = rows[:MOST_TURNS] if isinstance(rows, list) else [UNKNOWN]
        for one in turns if self.left[0] > 0 else ():
            inner = bind([name.text()] if name is not None else [], one, values)
            yield from self.walk(node.field("body"), inner, depth + 1, followed)


def bind(names: list[str], value: Any, values: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ANN401 - a constant
    """The values with a loop's variable, which may be a pattern of an object's or a list's parts."""
    inner = dict(values)
    for name in names:
        if name.startswith("{") and isinstance(value, dict):
            parts = [one.strip().partition(":") for one in name.strip("{} ").split(",")]
            inner |= {(own or key).strip(): value.get(key.strip(), UNKNOWN) for key, _, own in parts}
        elif name.startswith("[") and isinstance(value, list):
            inner |= dict(zip([one.strip() for one in name.strip("[] ").split(",")], value, strict=False))
        else:
            inner[name] = value
    return inner


def find_functions(unit: Unit) -> dict[str, SgNode]:
    """The functions of a file's outermost level and the methods of its classes, by name."""
    found = {name.text(): one for one in unit.find_kind("method_definition") if (name := one.field("name")) is not None}
    for statement in unit.root.named_children():
        inner = statement.field("declaration") if statement.kind() == "export_statement" else statement
        if inner is None:
            continue
        if inner.kind() == "function_declaration" and (name := inner.field("name")) is not None:
            found[name.text()] = inner
        for one in inner.named_children() if inner.kind() in ("lexical_declaration", "variable_declaration") else ():
            name, function = one.field("name"), find_function(one.field("value"))
            if name is not None and function is not None:
                found[name.text()] = function
    return found
