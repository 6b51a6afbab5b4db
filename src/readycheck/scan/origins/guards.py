"""Whether a value has been held against a list or a pattern before it is used, so that it can be nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.origins.tracer import Language

# A function of any library that takes a value of one form only: `isISO8601Duration(x)`, `validate_name(x)`.
VALIDATING = compile_late(
    r"(?<![\w.])(?:is_?(?!_?(?i:empty|nil|null|undefined|string|array|object|function|defined|admin|auth|logged|instance))\w+"
    r"|validate_?\w+)\(\s*([\w.$]+)\s*[,)]"
)
ASSERTING = compile_late(r"^\s*(?:await\s+)?[\w.]*(?:assert|validate|ensure|check)_?\w*\(\s*([\w.$]+)\s*[,)]")
QUOTELESS = compile_late(
    r"""(["'])['"`]\1\s+not\s+in\s+(?P<python>[\w.]+)|!(?P<script>[\w.$]+)\.includes\(\s*(["'`])['"`]\4"""
)
"""A test that no quote stands in a value: it cannot end the literal that it stands in."""
LEAVING = compile_late(r"\b(?:throw|return|raise|continue|break|abort|sys\.exit)\b")
NEGATED_AFTER = compile_late(r"^\)?\s*(?:===?\s*(?:-1|false)|<\s*0|is\s+None)")
NEGATED_BEFORE = compile_late(r"(?:!\s*|\bnot\s+)(?:\(\s*)?(?:(?!\band\b|\bor\b)[^&|(])*(?:\([^()&|]*)?$")
CONDITIONALS = frozenset({"if_statement", "elif_clause", "ternary_expression", "conditional_expression"})
BLOCKS = frozenset({"block", "statement_block", "program", "module"})
COMPREHENSIONS = frozenset({
    "list_comprehension", "set_comprehension", "generator_expression", "dictionary_comprehension",
})  # fmt: skip
MOST_STATEMENTS = 60


def is_guarded(node: SgNode, language: Language) -> bool:
    """Whether a value is known to be one of a list, or of a form, where an expression uses it."""
    name, below = node.text(), node
    for parent in node.ancestors():
        kind = parent.kind()
        if kind in CONDITIONALS and decides(parent, below, name, language):
            return True
        if kind in BLOCKS and any(decides_before(one, name, language) for one in list_before(parent, below)):
            return True
        if kind in COMPREHENSIONS and any(
            says(name, clause.text(), language) is True
            for clause in parent.named_children()
            if clause.kind() == "if_clause"
        ):
            return True
        if kind in language.functions:
            return False
        below = parent
    return False


def find_last_call(node: SgNode, language: Language) -> SgNode | None:
    """What is called in the statement that last gave a variable its value, on the way that leads to an expression.

    Only blocks around the expression are looked at: where the statement stands, it has run.
    """
    name, below = node.text(), node
    for parent in node.ancestors():
        if parent.kind() in BLOCKS:
            for statement in reversed([*list_before(parent, below)]):
                if re.search(rf"(?<![\w.]){re.escape(name)}\s*[-+*/|&?]*=(?!=)", statement.text()) is None:
                    continue
                return read_assigned_call(statement, name)
        if parent.kind() in language.functions:
            return None
        below = parent
    return None


def read_assigned_call(statement: SgNode, name: str) -> SgNode | None:
    """The callee of `name = call(...)`, if a statement is that and nothing else."""
    inner = next((one for one in statement.named_children() if one.kind() != "comment"), None)
    if statement.kind() not in ("expression_statement", "lexical_declaration", "variable_declaration") or inner is None:
        return None
    left, right = inner.field("left") or inner.field("name"), inner.field("right") or inner.field("value")
    if left is None or right is None or left.text() != name or inner.kind().startswith("augmented"):
        return None
    return right.field("function")


def says(name: str, condition: str, language: Language) -> bool | None:
    """What a condition says of a value: True that it is one of a list, False that it is not, None nothing."""
    if any(name in (found["python"], found["script"]) for found in QUOTELESS.finditer(condition)):
        return True
    for pattern in (language.tests, VALIDATING):
        for found in pattern.finditer(condition):
            if name not in found.groups():
                continue
            before, after = condition[: found.start()], condition[found.end() :]
            negated = "not in" in found.group() or NEGATED_AFTER.match(after) or NEGATED_BEFORE.search(before)
            return not negated
    return None


def decides(conditional: SgNode, below: SgNode, name: str, language: Language) -> bool:
    """Whether the branch in which a value is used is only taken when its test succeeds."""
    if conditional.kind() == "conditional_expression":
        chosen, condition, other = (*conditional.named_children(), None, None, None)[:3]
    else:
        condition = conditional.field("condition")
        chosen, other = conditional.field("consequence"), conditional.field("alternative")
    if condition is None or below == condition:
        return False
    said = says(name, condition.text(), language)
    if below == chosen:
        return said is True and not re.search(r"\|\||\bor\b", condition.text())
    return below == other and said is False and not re.search(r"&&|\band\b", condition.text())


def list_before(block: SgNode, below: SgNode) -> Iterator[SgNode]:
    """The statements of a block before the one that uses a value."""
    for count, statement in enumerate(block.named_children()):
        if statement == below or count >= MOST_STATEMENTS:
            return
        yield statement


def decides_before(statement: SgNode, name: str, language: Language) -> bool:
    """Whether a statement leaves, or puts something else in the value's place, unless its test succeeds."""
    kind = statement.kind()
    if kind == "if_statement":
        condition, consequence = statement.field("condition"), statement.field("consequence")
        if condition is None or consequence is None:
            return False
        if condition.text().strip("()") == name:  # `if name:` around the test: what is empty is harmless
            return any(decides_before(one, name, language) for one in consequence.named_children())
        if says(name, condition.text(), language) is not False:
            return False
        replaced = re.search(rf"(?<![\w.]){re.escape(name)}\s*=(?!=)", consequence.text())
        return LEAVING.search(consequence.text()) is not None or replaced is not None
    if kind == "assert_statement":
        return says(name, statement.text(), language) is True
    found = ASSERTING.match(statement.text()) if kind == "expression_statement" else None
    return found is not None and found[1] == name
