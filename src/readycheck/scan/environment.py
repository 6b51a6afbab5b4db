"""Whether a condition asks where the code runs: in development, in production, with debugging on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from ast_grep_py import SgNode

ENVIRONMENT = compile_late(
    r"node_env|\benv\b|environ|__dev__|__debug__|\bis_?(?:not_?|non_?)?(?:dev|prod|debug|local)|"
    r"(?<![a-z])(?:dev|develop|development|prod|production|debug|staging)(?:\b|_?mode)|"
    r"(?-i:[a-z](?:Debug|Development|Production|Dev|Prod)(?:Mode|Env|Environment)?\b)|"
    r"(?:show|include|expose|with|send)_?(?:stack|trace)|\bsettings\b|\bconfig\b",
    re.IGNORECASE,
)

CONDITIONS = frozenset(
    {"if_statement", "ternary_expression", "conditional_expression", "binary_expression", "elif_clause"}
)
BLANKS = compile_late(r"\s+")


def asks_environment(condition: str) -> bool:
    """Whether the text of a condition speaks of the environment or of a setting (`NODE_ENV`, `isDev`, `settings.x`)."""
    return ENVIRONMENT.search(condition) is not None


def find_condition(node: SgNode) -> str:
    """The nearest condition around a node that speaks of the environment, or empty; looks beyond functions too."""
    for parent in node.ancestors():
        if parent.kind() not in CONDITIONS:
            continue
        condition = parent.field("condition")
        if condition is None and parent.kind() == "binary_expression":
            left, operator = parent.field("left"), parent.field("operator")
            condition = left if operator is not None and operator.text() in ("&&", "||") else None
        if condition is None and parent.kind() == "conditional_expression":
            parts = parent.named_children()
            condition = parts[1] if len(parts) > 1 else None
        if condition is not None and contains_not(condition, node) and asks_environment(condition.text()):
            return BLANKS.sub(" ", condition.text())[:80]
    return ""


def contains_not(condition: SgNode, node: SgNode) -> bool:
    """Whether a node lies outside of a condition, in what the condition guards."""
    outer, inner = condition.range(), node.range()
    return not outer.start.index <= inner.start.index < outer.end.index
