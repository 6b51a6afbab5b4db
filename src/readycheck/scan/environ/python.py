"""Defaults and demands around a read in Python."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from readycheck.scan.environ.reads import Read
from readycheck.scan.environ.wrappers import DEFAULTS
from readycheck.scan.late import compile_late
from readycheck.scan.literals import find_argument

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

CASTS = frozenset(
    {"int", "float", "str", "bool", "Path", "loads", "literal_eval", "strtobool", "str2bool", "SecretStr"}
)
STRICT = frozenset({"int", "float", "Path", "loads", "literal_eval"})
TYPES = frozenset({"int", "float", "str", "bool", "list", "dict", "Path"})
ENDS = compile_late(r"\braise\b|\bsys\.exit\(|\bexit\(")


def finish_read(
    unit: Unit,
    call: SgNode,
    form: str,
    given: SgNode | None = None,
    required: bool | None = None,  # noqa: FBT001 - None is a third answer
) -> Read:
    """The read that a call is, with the default that it is given or that follows it."""
    whole, default = find_default(call)
    if given is not None and (default is None or given.text() not in ("None", '""', "''")):
        default = given
    if default is None and required is None:
        required = True if is_demanded(unit, call) else None
    return Read(None, form, required, default, whole)


def find_default(node: SgNode) -> tuple[SgNode, SgNode | None]:
    """The expression that a read is part of up to its default, and the default: `int(read) or 3`."""
    while (parent := node.parent()) is not None:
        kind = parent.kind()
        if kind == "boolean_operator":
            operator, left = parent.field("operator"), parent.field("left")
            if operator is not None and operator.text() == "or" and left == node:
                return parent, parent.field("right")
            return node, None
        if kind == "conditional_expression":
            parts = parent.named_children()
            return (parent, parts[-1]) if parts[0] == node else (node, None)
        if kind not in ("parenthesized_expression", "argument_list", "call", "attribute"):
            return node, None
        if kind == "call" and not is_cast(parent, node):
            return node, None
        node = parent
    return node, None


def is_cast(call: SgNode, node: SgNode) -> bool:
    """Whether a call turns the value into another of the same meaning: a cast of it, or one of its methods."""
    callee = call.field("function")
    return callee is not None and (callee == node or callee.text().rpartition(".")[2] in CASTS)


def is_demanded(unit: Unit, call: SgNode) -> bool:
    """Whether the code stops where the variable is unset: a cast that takes no None, or a test that raises."""
    holder = call.parent()
    outer = holder.parent() if holder is not None and holder.kind() == "argument_list" else None
    callee = outer.field("function") if outer is not None and outer.kind() == "call" else None
    if callee is not None and callee.text().rpartition(".")[2] in STRICT:
        return True
    for parent in call.ancestors():
        kind = parent.kind()
        if kind in ("assignment", "named_expression"):
            name = parent.field("left") or parent.field("name")
            return name is not None and is_refused(unit, name.text())
        if kind == "if_statement":
            return ENDS.search(parent.text()) is not None and parent.text().startswith("if not ")
        if kind in ("expression_statement", "function_definition"):
            break
    return False


def is_refused(unit: Unit, name: str) -> bool:
    """Whether a test of a variable that has no value ends in an exception or an exit."""
    word = re.escape(name)
    test = rf"if\s+(?:not\s+{word}|{word}\s+is\s+None)\b"
    if re.search(rf"\b{test}", unit.text) is None:
        return False
    return any(ENDS.search(node.text()) for node in unit.root.find_all(kind="if_statement", regex=f"^{test}"))


def find_given(call: SgNode, rest: Sequence[SgNode]) -> SgNode | None:
    """The default that a call of a wrapper gives: by its name, or as the next argument if that is no type."""
    named = next((value for name in DEFAULTS if (value := find_argument(call, name)) is not None), None)
    return named or next((value for value in rest[:1] if value.text() not in TYPES), None)
