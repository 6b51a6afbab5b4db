"""Whether code runs only when its file is started as a program."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from ast_grep_py import SgNode

PYTHON = compile_late(r"""\b__name__\s*==\s*(['"])__main__\1|(['"])__main__\2\s*==\s*__name__\b""")
JAVASCRIPT = compile_late(
    r"\brequire\.main\s*={2,3}\s*module\b|\bmodule\s*={2,3}\s*require\.main\b"
    r"|\bimport\.meta\.main\b"
    r"|!\s*module\.parent\b"
    r"|\bimport\.meta\.url\b[^|]*={2,3}[^|]*\bprocess\.argv\b"
    r"|\bprocess\.argv\b[^|]*={2,3}[^|]*\bimport\.meta\.url\b"
)
NEGATED = compile_late(r"^\(?\s*!\s*import\.meta\.main\b|^\s*not\b")
LONGEST_CONDITION = 400


def is_inside_main_guard(node: SgNode, up: Sequence[SgNode]) -> bool:
    """Whether a node stands where only `if __name__ == "__main__":` or its like leads, not in the `else`."""
    child = node
    for parent in up:
        if is_guarded(child, parent):
            return True
        child = parent
    return False


def is_guarded(child: SgNode, parent: SgNode) -> bool:
    """Whether the child is what a main guard guards."""
    kind = parent.kind()
    if kind in ("if_statement", "elif_clause", "ternary_expression"):
        return parent.field("consequence") == child and is_main_test(parent.field("condition"))
    if kind == "binary_expression" and parent.field("right") == child:
        operator = parent.field("operator")
        return operator is not None and operator.text() == "&&" and is_main_test(parent.field("left"))
    return False


def is_main_test(condition: SgNode | None) -> bool:
    """Whether a condition asks if the file is the program, alone or together with more conditions."""
    if condition is None:
        return False
    text = condition.text()
    if len(text) > LONGEST_CONDITION or NEGATED.search(text) or "||" in text or re.search(r"\bor\b", text):
        return False
    return bool(PYTHON.search(text) or JAVASCRIPT.search(text))
