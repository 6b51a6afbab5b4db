"""Defaults and demands around a read in JavaScript and TypeScript."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from readycheck.scan.environ.reads import Read
from readycheck.scan.environ.wrappers import DEFAULTS
from readycheck.scan.literals import find_argument

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

PASSING = frozenset({
    "parenthesized_expression", "as_expression", "satisfies_expression", "non_null_expression", "type_assertion",
    "arguments", "template_substitution",
})  # fmt: skip
CHOICES = frozenset({"binary_expression", "augmented_assignment_expression"})
CASTS = frozenset({"Number", "parseInt", "parseFloat", "String", "Boolean", "parse", "BigInt", "trim"})
STOPS = r"(?:throw\b|process\.exit|console\.(?:error|log)\([^;]*\)\s*;?\s*(?:throw\b|process\.exit))"


def list_arguments(call: SgNode) -> list[SgNode]:
    """The arguments of a call, without comments."""
    holder = call.field("arguments")
    return [part for part in holder.named_children() if part.kind() != "comment"] if holder is not None else []


def finish_read(
    unit: Unit,
    place: SgNode,
    form: str,
    given: SgNode | None = None,
    required: bool | None = None,  # noqa: FBT001 - None is a third answer
) -> Read:
    """The read at a node, with the default that it is given or that follows it."""
    whole, default = find_default(place)
    default = default or given
    if default is None and required is None:
        required = True if is_demanded(unit, place) else None
    around = place.parent()
    is_promised = around is not None and around.kind() == "non_null_expression"
    return Read(None, form, required, default, whole, checked=not is_promised)


def find_default(node: SgNode) -> tuple[SgNode, SgNode | None]:
    """The expression that a read is part of up to its default, and the default: `Number(read) || 3`, `read ?? "x"`."""
    while (parent := node.parent()) is not None:
        kind = parent.kind()
        if kind == "ternary_expression":
            return find_alternative(parent, node)
        if kind in CHOICES:
            operator = parent.field("operator")
            is_choice = operator is not None and operator.text() in ("||", "??", "||=", "??=")
            return take_last(parent) if is_choice and parent.field("left") == node else (node, None)
        if not passes_on(parent, node):
            return node, None
        node = parent
    return node, None


def passes_on(parent: SgNode, node: SgNode) -> bool:
    """Whether what is around an expression has its value: parentheses, types, casts, methods of the value itself."""
    kind = parent.kind()
    if kind == "member_expression":
        return parent.field("object") == node
    return is_cast(parent, node) if kind == "call_expression" else kind in PASSING


def take_last(choice: SgNode) -> tuple[SgNode, SgNode | None]:
    """The whole chain `a || b || c`, and its last operand."""
    default = choice.field("right")
    while (parent := choice.parent()) is not None and parent.kind() in (
        "binary_expression",
        "parenthesized_expression",
    ):
        operator = parent.field("operator")
        if operator is not None and (operator.text() not in ("||", "??") or parent.field("left") != choice):
            break
        choice, default = parent, parent.field("right") or default
    return choice, default


def find_alternative(ternary: SgNode, node: SgNode) -> tuple[SgNode, SgNode | None]:
    """`read ? use(read) : "x"` falls back to the alternative where the condition is the read itself."""
    condition, consequence = ternary.field("condition"), ternary.field("consequence")
    first = re.sub(r"^!+", "", condition.text()) if condition is not None else ""
    bare = node.text() in (first, first.partition(" ")[0])
    if bare or (consequence == node and node.text() in first):
        return ternary, ternary.field("alternative")
    return node, None


def is_cast(call: SgNode, node: SgNode) -> bool:
    """Whether a call turns the value into another of the same meaning: a cast of it, or one of its methods."""
    callee = call.field("function")
    return callee is not None and (callee == node or callee.text().rpartition(".")[2] in CASTS)


def is_demanded(unit: Unit, place: SgNode) -> bool:
    """Whether the code stops where the variable is unset: a test that throws or ends the process; `!` only says so."""
    parent = place.parent()
    if parent is not None and parent.kind() == "non_null_expression":
        return True
    tested = [place.text()]
    target = parent.field("name") if parent is not None and parent.kind() == "variable_declarator" else None
    if target is not None:
        tested.append(target.text())
    names = "|".join(re.escape(text) for text in tested)
    return re.search(rf"\bif\s*\([^{{}};]*!\s*(?:{names})(?![\w.])[^{{}};]*\)\s*\{{?\s*{STOPS}", unit.text) is not None


def find_given(call: SgNode, rest: Sequence[SgNode]) -> SgNode | None:
    """The default that a call of a wrapper gives: in its options, or as the next argument if that is a value."""
    named = next((value for name in DEFAULTS if (value := find_argument(call, name)) is not None), None)
    return named or next((value for value in rest[:1] if value.kind() not in ("object", "arrow_function")), None)
