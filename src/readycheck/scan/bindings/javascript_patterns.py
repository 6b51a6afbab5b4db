"""Targets in JavaScript: declarations, parameters, assignments and loops, with destructuring."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from readycheck.scan.bindings.javascript_scopes import FUNCTIONS, SIGNATURES, find_block, find_function_scope
from readycheck.scan.bindings.occurrence import Binding, Occurrence, Use, Value, Write

if TYPE_CHECKING:
    from ast_grep_py import SgNode

WRAPPERS = frozenset({
    "parenthesized_expression", "non_null_expression", "as_expression", "satisfies_expression", "type_assertion",
})  # fmt: skip
OWNERS = FUNCTIONS | SIGNATURES | {"ERROR"}
MOST_ELEMENTS = 40  # of a list that a loop runs over; longer ones are data
SHORTHAND = "shorthand_property_identifier_pattern"


@dataclass
class Path:
    """What a name takes out of the value that is destructured: `suffix` (None: unknown), or one of the defaults."""

    suffix: str | None = ""
    defaults: list[Value] = field(default_factory=list)
    is_pattern: bool = False

    def add_default(self, node: SgNode | None) -> None:
        """A default stands for the value of everything inside it."""
        if node is not None and self.suffix is not None:
            self.defaults.append(Value(node, suffix=self.suffix))

    def add_key(self, key: str) -> None:
        """A property of something further out; the empty text: not known."""
        self.suffix = f".{key}{self.suffix}" if key and self.suffix is not None else None

    def list_values(self, node: SgNode | None, suffix: str = "") -> tuple[Value, ...]:
        """The name's possible values, given what is destructured."""
        if node is None or self.suffix is None:
            return tuple(self.defaults)
        return (Value(node, suffix=suffix + self.suffix), *self.defaults)


def classify_target(node: SgNode, up: Sequence[SgNode]) -> Occurrence:
    """A name that may be a target, perhaps inside patterns: a binding or an assignment if it is one, else a use."""
    path = Path()
    if node.kind() == SHORTHAND and up[0].kind() != "object_assignment_pattern":
        path.add_key(node.text())
    child = node
    for place, parent in enumerate(up):
        kind = parent.kind()
        bind = BINDERS.get(kind)
        if bind is not None:
            return bind(child, up[place:], path)
        if not extend_path(path, parent, child):
            return Use.VALUE
        child = parent
    return Use.VALUE


def extend_path(path: Path, parent: SgNode, child: SgNode) -> bool:
    """Take one more pattern into the path; False if the child is no target in it."""
    kind = parent.kind()
    if kind in ("object_assignment_pattern", "assignment_pattern"):
        path.add_default(parent.field("right"))
        if child.kind() == SHORTHAND:
            path.add_key(child.text())
        return parent.field("left") == child
    if kind == "pair_pattern":
        path.add_key(read_key(parent.field("key")))
        return parent.field("value") == child
    if kind == "array_pattern":
        path.add_key("")
    elif kind in WRAPPERS and path.is_pattern:
        return False
    path.is_pattern = path.is_pattern or kind not in WRAPPERS
    return kind in WRAPPERS or kind in ("object_pattern", "array_pattern", "rest_pattern")


def read_key(key: SgNode | None) -> str:
    """The name of a property as it is written; empty if it is computed."""
    if key is None or key.kind() == "computed_property_name":
        return ""
    text = key.text()
    return text[1:-1] if key.kind() == "string" else text


def bind_declarator(target: SgNode, up: Sequence[SgNode], path: Path) -> Occurrence:
    """`const target = value`."""
    declarator, declaration = up[0], up[1]
    if declarator.field("name") != target:
        return Use.VALUE
    around = up[2:]
    scope = find_function_scope(around) if declaration.kind() == "variable_declaration" else find_block(around)
    values = path.list_values(declarator.field("value"))
    return Binding(scope, values=values + promise(declarator, path))


def promise(holder: SgNode, path: Path) -> tuple[Value, ...]:
    """The value that a type annotation promises to an undestructured name: an instance of the type."""
    annotation = holder.field("type")
    return (Value(annotation, suffix="()"),) if annotation is not None and not path.is_pattern else ()


def bind_parameter(target: SgNode, up: Sequence[SgNode], path: Path) -> Occurrence:
    """A parameter: of JavaScript's kind, straight in the list."""
    del target
    return Binding(find_parameter_scope(up), values=tuple(path.defaults))


def bind_typed_parameter(target: SgNode, up: Sequence[SgNode], path: Path) -> Occurrence:
    """A parameter of TypeScript's kind, with room for a type and a default."""
    parameter = up[0]
    if parameter.field("pattern") != target:
        return Use.VALUE if parameter.field("value") == target else Use.NONE
    values = path.list_values(parameter.field("value"))
    return Binding(find_parameter_scope(up), values=values + promise(parameter, path))


def find_parameter_scope(up: Sequence[SgNode]) -> SgNode:
    """The function, or the type of a function, that has the parameter; or the pieces of one that cannot be parsed."""
    return next((one for one in up if one.kind() in OWNERS), up[-1])


def bind_catch(target: SgNode, up: Sequence[SgNode], path: Path) -> Occurrence:
    """`catch (target)`."""
    return Binding(up[0], values=tuple(path.defaults)) if up[0].field("parameter") == target else Use.VALUE


def bind_loop(target: SgNode, up: Sequence[SgNode], path: Path) -> Occurrence:
    """`for (const target of ...)`, or an assignment if nothing is declared."""
    loop = up[0]
    if loop.field("left") != target:
        return Use.VALUE
    word = loop.field("kind")
    if word is None:
        return Write(tuple(path.defaults))
    values = tuple(path.defaults) + list_elements(loop.field("right"), path)
    return Binding(find_function_scope(up[1:]) if word.text() == "var" else loop, values=values)


def list_elements(value: SgNode | None, path: Path) -> tuple[Value, ...]:
    """The elements of a list that is written out, for an undestructured name that runs over it."""
    if value is None or value.kind() != "array" or path.is_pattern:
        return ()
    parts = [part for part in value.named_children() if part.kind() not in ("comment", "spread_element")]
    return tuple(Value(part) for part in parts[:MOST_ELEMENTS])


def bind_assignment(target: SgNode, up: Sequence[SgNode], path: Path) -> Occurrence:
    """`target = value`; `using target = value` declares."""
    statement = up[0]
    if statement.field("left") != target:
        return Use.VALUE
    values = path.list_values(statement.field("right"))
    if any(child.kind() == "using" for child in statement.children()):
        return Binding(find_block(up[1:]), values=values)
    return Write(values)


def bind_augmented(target: SgNode, up: Sequence[SgNode], path: Path) -> Occurrence:
    """`target ||= value`, `target ??= value`; with arithmetic the value is not known."""
    statement = up[0]
    operator = statement.field("operator")
    if statement.field("left") != target:
        return Use.VALUE
    is_choice = operator is not None and operator.text() in ("||=", "??=", "&&=")
    return Write(path.list_values(statement.field("right")) if is_choice else ())


BINDERS: dict[str, Callable[[SgNode, Sequence[SgNode], Path], Occurrence]] = {
    "variable_declarator": bind_declarator,
    "formal_parameters": bind_parameter,
    "required_parameter": bind_typed_parameter,
    "optional_parameter": bind_typed_parameter,
    "catch_clause": bind_catch,
    "for_in_statement": bind_loop,
    "assignment_expression": bind_assignment,
    "augmented_assignment_expression": bind_augmented,
}
