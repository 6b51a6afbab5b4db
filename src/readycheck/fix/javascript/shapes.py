"""The form of a use of the console: which method, and whether it is called, bound, replaced or passed on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from readycheck.scan.bindings.tree import find_kinds
from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.bindings.occurrence import Reference
    from readycheck.scan.unit import Unit

Form = Literal["call", "bound", "called", "applied", "passed"]
LEVELS = frozenset({"log", "info", "warn", "error", "debug", "trace"})
CONSOLE = compile_late(r"^(?:(?:globalThis|global|window|self)(?:\?)?\.)*console$")
WRAPPERS = frozenset({
    "parenthesized_expression", "as_expression", "satisfies_expression", "non_null_expression", "type_assertion",
})  # fmt: skip
MEMBERS = frozenset({"member_expression", "subscript_expression"})
WRITES = frozenset({"assignment_expression", "augmented_assignment_expression", "update_expression"})
ALIKE: dict[str, Form] = {"bind": "bound", "call": "called", "apply": "applied"}
# Where an arrow function may stand for a method without parentheses around it.
HOLDERS = frozenset({
    "arguments", "pair", "variable_declarator", "assignment_expression", "ternary_expression", "assignment_pattern",
    "object_assignment_pattern", "required_parameter", "optional_parameter", "array", "return_statement",
    "jsx_expression", "public_field_definition", "field_definition", "arrow_function",
})  # fmt: skip
PASSING = frozenset({"parenthesized_expression", "await_expression", "ternary_expression", "binary_expression"})
QUIET = frozenset({"expression_statement", "for_statement"})


@dataclass(frozen=True, slots=True)
class Shape:
    """A use of a console method that can be rewritten.

    `whole` is the expression that is rewritten: the call, or the method where it is passed on. `arguments` belong to
    the call (also to that of `bind`, `call` and `apply`); None where the method is passed on.
    """

    form: Form
    method: str
    whole: SgNode
    arguments: SgNode | None = None


def read_shape(unit: Unit, reference: Reference) -> Shape | str:
    """The form of a use, or the code of the reason why it is left alone."""
    node = reference.node
    if node.kind() not in MEMBERS or not is_console(node.field("object")) or len(unit.bindings.qualify(node)) > 1:
        return "console-taken-apart"
    method = reference.name.rpartition(".")[2]
    outer = find_outer(node)
    parent = outer.parent()
    if parent is None or (parent.kind() in WRITES and (parent.field("left") or parent.field("argument")) == outer):
        return "console-replaced"
    if method == "*":
        return "level-when-running"
    if method not in LEVELS:
        return "output-on-condition" if method == "assert" else "no-equivalent"
    return read_form(method, outer, parent)


def read_form(method: str, outer: SgNode, parent: SgNode) -> Shape | str:
    """What is done with the method: `outer` is its expression with parentheses and casts, `parent` what holds it."""
    if parent.kind() == "call_expression" and parent.field("function") == outer:
        arguments = parent.field("arguments")
        return Shape("call", method, parent, arguments) if is_list(arguments) else "form-unknown"
    if parent.kind() == "member_expression":
        return read_alike(method, parent)
    if parent.kind() in HOLDERS and not (parent.kind() == "ternary_expression" and parent.field("condition") == outer):
        return Shape("passed", method, outer)
    return "console-passed-on"


def read_alike(method: str, member: SgNode) -> Shape | str:
    """`console.log.bind(...)` and its like."""
    key, call = member.field("property"), member.parent()
    form = ALIKE.get(key.text()) if key is not None else None
    arguments = call.field("arguments") if call is not None and call.kind() == "call_expression" else None
    if form is None or call is None or call.field("function") != member or not is_list(arguments):
        return "form-unknown"
    return Shape(form, method, call, arguments)


def is_list(arguments: SgNode | None) -> bool:
    """Whether arguments stand in parentheses, and are no template that a tag is called with."""
    return arguments is not None and arguments.kind() == "arguments"


def is_console(node: SgNode | None) -> bool:
    """Whether an expression is the global console by its own name, perhaps in parentheses or with a cast."""
    while node is not None and node.kind() in WRAPPERS:
        inner = [child for child in node.named_children() if child.kind() != "comment"]
        node = (inner[-1] if node.kind() == "type_assertion" else inner[0]) if inner else None
    return node is not None and CONSOLE.match(node.text()) is not None


def find_outer(node: SgNode) -> SgNode:
    """An expression with the parentheses and casts around it."""
    parent = node.parent()
    while parent is not None and parent.kind() in WRAPPERS:
        node, parent = parent, parent.parent()
    return node


def list_arguments(arguments: SgNode) -> list[SgNode]:
    """The arguments of a call without comments."""
    return [one for one in arguments.named_children() if one.kind() != "comment"]


def has_comments(node: SgNode) -> bool:
    """Whether a comment stands in a node."""
    return bool(find_kinds(node, ("comment",)))


def is_value_used(node: SgNode) -> bool:
    """Whether something may look at the value of an expression."""
    child, parent = node, node.parent()
    while parent is not None:
        kind = parent.kind()
        if kind in QUIET or (kind == "unary_expression" and parent.text().startswith("void")):
            return False
        if kind == "sequence_expression":
            parts = list_arguments(parent)
            if parts[-1] != child:
                return False
        elif kind not in PASSING or child in (parent.field("condition"), parent.field("left")):
            return True
        child, parent = parent, parent.parent()
    return True
