"""Checks on breakpoints that somebody left in server code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.model.evidence import Match
from readycheck.model.rule import Rule
from readycheck.scan.checks.contract import per_file
from readycheck.scan.environment import CONDITIONS, contains_not, find_condition
from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

DEBUGGERS = (
    "builtins.breakpoint", "sys.breakpointhook", "pdb.set_trace", "pdb.post_mortem", "pdb.pm", "pdb.Pdb().set_trace",
    "ipdb.set_trace", "ipdb.sset_trace", "pudb.set_trace", "pudb.remote.set_trace", "celery.contrib.rdb.set_trace",
    "IPython.embed", "IPython.terminal.embed.embed", "debugpy.breakpoint", "debugpy.listen", "debugpy.wait_for_client",
    "pydevd.settrace", "pydevd_pycharm.settrace",
)  # fmt: skip
WISHED = compile_late(r"(?:\b|_)(?:i?pdb|debugg?(?:er|py)?|post_?mortem)(?:\b|_)", re.IGNORECASE)
BLANKS = compile_late(r"\s+")


@per_file
def breakpoint_left(unit: Unit, rule: Rule) -> Iterator[Match]:
    """A debugger is entered, and nobody asked for it by a variable or an option."""
    seen: set[tuple[int, int]] = set()
    for reference in unit.find_references(DEBUGGERS):
        call = reference.call
        if call is None:
            continue
        extent = call.range()
        if (place := (extent.start.index, extent.end.index)) in seen:
            continue
        seen.add(place)
        condition = find_condition(call) or find_wish(call)
        exempt = f"only under the condition `{condition}`" if condition else None
        symbol, text = unit.bindings.enclosing_symbol(call), BLANKS.sub(" ", call.text())
        yield Match(rule.id, unit.locate(call), symbol=symbol, text=text, exempt=exempt)


def find_wish(node: SgNode) -> str:
    """The condition around a node that asks whether somebody wants a debugger, or empty."""
    for parent in node.ancestors():
        condition = parent.field("condition") if parent.kind() in CONDITIONS else None
        if condition is not None and contains_not(condition, node) and WISHED.search(condition.text()):
            return BLANKS.sub(" ", condition.text())[:80]
    return ""
