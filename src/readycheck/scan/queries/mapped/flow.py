"""From the beginning of a query to the places that run it, through the variables that hold it in between."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from readycheck.scan.queries.mapped.chains import CALLS, MEMBERS, Link, climb, is_same, name_callee
from readycheck.scan.queries.mapped.shapes import Shape

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

FUNCTIONS = frozenset({
    "function_definition", "lambda", "function_declaration", "function_expression", "arrow_function",
    "method_definition", "generator_function_declaration", "generator_function",
})  # fmt: skip
CONDITIONAL = frozenset({
    "if_statement", "elif_clause", "else_clause", "for_statement", "while_statement", "match_statement", "case_clause",
    "except_clause", "conditional_expression", "ternary_expression", "for_in_statement", "switch_case",
    "switch_default",
    "catch_clause", "do_statement",
})  # fmt: skip
ASSIGNMENTS = frozenset({"assignment", "assignment_expression", "variable_declarator"})
ARGUMENTS = frozenset({"argument_list", "arguments"})
MOST_USES = 40
DEEPEST = 3


@dataclass(frozen=True)
class Run:
    """One place at which a query ends: the links up to there, what takes it, and whether more may be added elsewhere.

    `call` is the last call of the chain or the one that the query is given to (`session.execute(query)`), `taker` the
    name of the latter, `rest` what is called on its result.
    """

    links: tuple[Link, ...]
    call: SgNode
    taker: str = ""
    rest: tuple[Link, ...] = ()
    open: bool = False
    last: SgNode | None = None
    """The last call of the chain itself, where the query is given to something else."""

    def stay(self) -> Run:
        """The same, placed at the chain: nobody but the chain runs the query."""
        return replace(self, call=self.last) if self.last is not None else self


def follow(unit: Unit, start: SgNode, depth: int = DEEPEST, given: Sequence[Link] = ()) -> Iterator[Run]:
    """The places at which the query that begins with a node ends; nothing where it is a part of another one."""
    top, links = climb(start)
    links = [*given, *links]
    last = links[-1].node if links else start
    target = find_target(top)
    if target is not None and depth and target.kind() == "identifier":
        found = list(follow_variable(unit, target, top, links, depth))
        yield from found or [Run(tuple(links), last, open=True)]
        return
    taker = find_taker(top)
    if taker is not None:
        outer, rest = climb(taker)
        yield Run(tuple(links), taker, name_callee(taker), tuple(rest), open=is_returned(outer), last=last)
        return
    yield Run(tuple(links), last, open=target is not None or is_returned(top))


def find_target(node: SgNode) -> SgNode | None:
    """The variable that is given a value."""
    parent = node.parent()
    if parent is None or parent.kind() not in ASSIGNMENTS:
        return None
    value, target = parent.field("right") or parent.field("value"), parent.field("left") or parent.field("name")
    return target if is_same(value, node) else None


def find_taker(node: SgNode) -> SgNode | None:
    """The call that is given a value as an argument."""
    parent = node.parent()
    if parent is not None and parent.kind() == "keyword_argument":
        parent = parent.parent()
    if parent is None or parent.kind() not in ARGUMENTS:
        return None
    call = parent.parent()
    return call if call is not None and call.kind() in CALLS else None


def is_returned(node: SgNode) -> bool:
    """Whether a value is what a function gives back."""
    parent = node.parent()
    if parent is None:
        return False
    return parent.kind() == "return_statement" or (parent.kind() in ("arrow_function", "lambda"))


def list_conditions(node: SgNode) -> list[int]:
    """Where the conditions and loops begin in which a node stands, up to the function around it."""
    found = []
    for parent in node.ancestors():
        if parent.kind() in FUNCTIONS:
            break
        if parent.kind() in CONDITIONAL:
            found.append(parent.range().start.index)
    return found


def find_function(node: SgNode) -> int:
    """Where the function around a node begins; -1 at the top of the file."""
    return next((one.range().start.index for one in node.ancestors() if one.kind() in FUNCTIONS), -1)


def follow_variable(unit: Unit, target: SgNode, top: SgNode, links: list[Link], depth: int) -> Iterator[Run]:
    """The ends of a query that a variable holds: its uses after the beginning, in the order of the text."""
    around, function, begin = set(list_conditions(top)), find_function(top), top.range().end.index
    end = find_end(unit, target, top, around)
    state = list(links)
    for use in unit.bindings.find_uses(target)[:MOST_USES]:
        if not begin <= use.range().start.index < end or find_function(use) != function:
            continue
        optional = not set(list_conditions(use)) <= around
        outer, more = climb(use)
        kept = find_target(outer)
        if (kept.text() == target.text()) if kept is not None else is_added(outer, more):
            state += [replace(one, optional=one.optional or optional) for one in more]
        else:
            yield from follow_use(unit, use, state, depth)


def follow_use(unit: Unit, use: SgNode, state: list[Link], depth: int) -> Iterator[Run]:
    """What one use of the variable comes to."""
    outer, more = climb(use)
    parent = outer.parent()
    kind = parent.kind() if parent is not None else ""
    if kind in ("comparison_operator", "boolean_operator", "not_operator", "if_statement") and not more:
        return
    if kind in MEMBERS and not more:
        return  # a member of it is read, nothing is asked
    yield from follow(unit, use, depth - 1, state)


def find_end(unit: Unit, target: SgNode, top: SgNode, around: set[int]) -> int:
    """Where the variable is given something else that does not come from it, wherever the beginning was reached."""
    begin = top.range().end.index
    for one in unit.bindings.find_targets(target):
        place = one.range().start.index
        parent = one.parent()
        if place < begin or parent is None or not set(list_conditions(one)) <= around:
            continue
        value = parent.field("right") or parent.field("value")
        if value is not None and not mentions(value, target.text()):
            return place
    return 1 << 60


def mentions(node: SgNode, name: str) -> bool:
    """Whether a variable is read in an expression."""
    if node.kind() == "identifier":
        return node.text() == name
    return node.find({"rule": {"kind": "identifier", "regex": f"^{name}$"}}) is not None


def is_added(outer: SgNode, links: Sequence[Link]) -> bool:
    """Whether a statement does nothing but call methods of a builder, which keeps what it is told (JavaScript)."""
    parent = outer.parent()
    if parent is None or parent.kind() != "expression_statement" or not links:
        return False
    return outer.kind() == "call_expression"


Reading = Callable[["Unit", "SgNode", "SgNode", str], Shape | None]


def find_method_calls(unit: Unit, methods: Container[str], read: Reading) -> Iterator[tuple[Run, Shape]]:
    """The queries that are each one call of a method; `read(unit, call, owner, method)` says what it asks, or None."""
    for call in unit.find_kind("call_expression"):
        callee = call.field("function")
        key = callee.field("property") if callee is not None else None
        owner = callee.field("object") if callee is not None else None
        if key is None or owner is None or key.text() not in methods:
            continue
        shape = read(unit, call, owner, key.text())
        if shape is not None:
            _, rest = climb(call)
            yield Run((), call, "", tuple(rest)), shape
