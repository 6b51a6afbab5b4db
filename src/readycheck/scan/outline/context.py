"""Under which circumstances a piece of code runs: the conditions, loops and `try` around it, within its function."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from readycheck.scan.outline.expressions import list_parts, shorten

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.bindings.local import LocalValues

BRANCHES = frozenset({
    "if_statement", "elif_clause", "ternary_expression", "conditional_expression", "binary_expression",
    "boolean_operator",
})  # fmt: skip
LOOPS = frozenset({
    "for_statement", "while_statement", "for_in_statement", "do_statement", "list_comprehension", "set_comprehension",
    "dictionary_comprehension", "generator_expression",
})  # fmt: skip
BLOCKS = frozenset({"block", "statement_block"})
LEAVING = frozenset({"return_statement", "raise_statement", "throw_statement", "continue_statement", "break_statement"})
HANDLERS = frozenset({"except_clause", "except_group_clause", "catch_clause", "finally_clause"})


@dataclass(frozen=True, slots=True)
class Context:
    """Where code stands.

    `owner` is the enclosing definition. `conditions` are texts, outermost first, `not (...)` for an `else` or after an
    early return. `catches` are the texts of what the nearest `try` around catches (None: there is none).
    """

    owner: str = ""
    conditions: tuple[str, ...] = ()
    in_loop: bool = False
    catches: tuple[str, ...] | None = None
    in_handler: bool = False


class Surroundings:
    """Works out contexts and remembers them: neighbours share theirs."""

    def __init__(self, values: LocalValues) -> None:
        """Take what names the definitions of the file."""
        self.values = values
        self._known: dict[SgNode, Context] = {}
        self._returns: dict[SgNode, Mapping[SgNode, tuple[str, ...]]] = {}

    def find(self, node: SgNode) -> Context:
        """The context of a node."""
        up = self.values.tree.find_ancestors(node)
        pending: list[tuple[SgNode, SgNode]] = []
        context = Context()
        child = node
        for parent in up:
            known = self._known.get(child)
            if known is not None:
                context = known
                break
            pending.append((child, parent))
            child = parent
        for inner, parent in reversed(pending):
            context = self._enter(context, inner, parent)
            self._known[inner] = context
        return context

    def _enter(self, outer: Context, child: SgNode, parent: SgNode) -> Context:
        """The context of a child, that of its parent being known."""
        name = self.values.definitions.get(parent)
        if name is not None:
            # A function's body runs when it is called, not where it is written; what it is defined under stays known.
            return Context(name, outer.conditions)
        kind = parent.kind()
        if kind in BRANCHES:
            return add_condition(outer, read_condition(child, parent))
        if kind in BLOCKS:
            return add_condition(outer, *self._find_returns(parent).get(child, ()))
        if kind == "try_statement":
            return enter_try(outer, child, parent)
        if kind in LOOPS or kind in HANDLERS:
            return replace(
                outer, in_loop=outer.in_loop or kind in LOOPS, in_handler=outer.in_handler or kind in HANDLERS
            )
        return outer

    def _find_returns(self, block: SgNode) -> Mapping[SgNode, tuple[str, ...]]:
        """The conditions that earlier statements of a block leave behind, by statement."""
        if block not in self._returns:
            self._returns[block] = find_early_returns(block)
        return self._returns[block]


def add_condition(context: Context, *conditions: str) -> Context:
    """The context under more conditions."""
    added = tuple(one for one in conditions if one)
    return replace(context, conditions=(*context.conditions, *added)) if added else context


def read_condition(child: SgNode, parent: SgNode) -> str:
    """The condition under which a part of a branch runs; empty for the condition itself."""
    kind = parent.kind()
    if kind in ("binary_expression", "boolean_operator"):
        operator, left = parent.field("operator"), parent.field("left")
        word = operator.text() if operator is not None else ""
        if left is None or child == left or word not in ("&&", "and", "||", "or", "??"):
            return ""
        return shorten(left.text()) if word in ("&&", "and") else f"not ({shorten(left.text())})"
    if kind == "conditional_expression":
        parts = list_parts(parent)
        condition = parts[1] if len(parts) > 1 else None
        is_first = bool(parts) and child == parts[0]
    else:
        condition = parent.field("condition")
        is_first = child == parent.field("consequence")
    if condition is None or child == condition:
        return ""
    text = shorten(condition.text())
    return text if is_first else f"not ({text})"


def enter_try(outer: Context, child: SgNode, parent: SgNode) -> Context:
    """Inside of a `try`: what is caught there; its handlers and its end are outside of it."""
    if child.kind() not in ("block", "statement_block") or child != parent.field("body"):
        return outer
    caught = [
        shorten(part.text().partition(":")[0].partition("{")[0])
        for part in list_parts(parent)
        if part.kind() in HANDLERS and part.kind() != "finally_clause"
    ]
    return replace(outer, catches=tuple(caught)) if caught else outer


def find_early_returns(block: SgNode) -> Mapping[SgNode, tuple[str, ...]]:
    """For statements of a function's block after one that leaves it: they run only if its condition does not hold."""
    found: dict[SgNode, tuple[str, ...]] = {}
    conditions: tuple[str, ...] = ()
    for statement in block.named_children():
        if conditions:
            found[statement] = conditions
        if statement.kind() != "if_statement" or statement.field("alternative") is not None:
            continue
        condition, body = statement.field("condition"), statement.field("consequence")
        last = list_parts(body)[-1:] if body is not None and body.kind() in BLOCKS else [body]
        if condition is not None and last and last[0] is not None and last[0].kind() in LEAVING:
            conditions = (*conditions, f"not ({shorten(condition.text())})")
    return found
