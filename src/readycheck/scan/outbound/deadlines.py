"""Whether a deadline of our own stands around a call: then it ends in time, whatever the library does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from readycheck.model.vocabulary import Language
from readycheck.scan.late import compile_late
from readycheck.scan.literals import find_argument
from readycheck.scan.outbound.limits import is_off
from readycheck.scan.outbound.lookups import FUNCTIONS, find_enclosing, find_function, name_function

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

MOST_CALLERS = 12
MOST_STEPS = 3
SCOPES = frozenset({
    "asyncio.timeout", "asyncio.timeout_at", "async_timeout.timeout", "async_timeout.timeout_at", "anyio.fail_after",
    "anyio.move_on_after", "trio.fail_after", "trio.move_on_after", "asyncio.timeouts.timeout",
})  # fmt: skip
WAITS = frozenset({"asyncio.wait_for", "asyncio.wait"})
TIMED_NAME = compile_late(
    r"(?:with|p|promise|run|race|call|await|fetch)?_?(?:timeout|deadline|timelimit|timed)", re.IGNORECASE
)
TIMER = compile_late(r"setTimeout|AbortSignal\.(?:timeout|any)|timeout", re.IGNORECASE)


def find_deadline(unit: Unit, node: SgNode, steps: int = MOST_STEPS) -> str:
    """What bounds the time of a call: its text in short, or empty.

    Looks at what stands around the call, and if its function is only used in this file, at all of its uses.
    """
    around = find_python(unit, node) if unit.language is Language.PYTHON else find_javascript(unit, node)
    if around or steps <= 0:
        return around
    function = find_enclosing(node)
    name = name_function(function) if function is not None else ""
    if function is None or not is_private(unit, function, name):
        return ""
    uses = find_uses(unit, name, function)
    found = [find_deadline(unit, use, steps - 1) or find_task_deadline(unit, use) for use in uses]
    return found[0] if found and all(found) else ""


def is_private(unit: Unit, function: SgNode, name: str) -> bool:
    """Whether nothing outside of the file calls a function, as far as its name and its exports tell."""
    if unit.language is Language.PYTHON:
        return name.startswith("_") and not name.startswith("__")
    above = function.parent()
    exported = above is not None and above.kind() == "export_statement"
    return bool(name) and not exported and re.search(rf"exports\b[^;]*\b{re.escape(name)}\b", unit.text) is None


def find_uses(unit: Unit, name: str, function: SgNode) -> list[SgNode]:
    """The calls of a function in its own file."""
    kind = "call" if unit.language is Language.PYTHON else "call_expression"
    pattern = rf"^(?:self\.|this\.|cls\.)?{re.escape(name)}$"
    rule = {"kind": kind, "has": {"field": "function", "regex": pattern}}
    if unit.text.count(name) > MOST_CALLERS:
        return []
    calls = unit.root.find_all({"rule": rule})  # type: ignore[call-overload]
    own = function.range()
    return [one for one in calls if not own.start.index <= one.range().start.index < own.end.index]


def find_any_deadline(unit: Unit) -> str:
    """The first deadline that a Python file sets around anything at all, or empty."""
    for reference in unit.find_references(tuple(SCOPES)):
        if reference.call is not None and not has_no_limit(reference.call):
            return shorten_call(reference.call)
    return ""


def find_python(unit: Unit, node: SgNode) -> str:
    """`async with asyncio.timeout(...)` or `asyncio.wait_for(..., timeout=...)` around a node, within its function."""
    for parent in node.ancestors():
        kind = parent.kind()
        if kind in FUNCTIONS and kind != "lambda":
            return ""
        if kind == "with_statement":
            for call in parent.find_all(kind="call"):
                callee = call.field("function")
                if is_item(call, parent) and callee is not None and SCOPES & set(unit.bindings.qualify(callee)):
                    return "" if has_no_limit(call) else shorten_call(call)
        if kind == "call" and is_timed_wait(unit, parent):
            return shorten_call(parent)
    return ""


def is_item(call: SgNode, statement: SgNode) -> bool:
    """Whether a call is one of the items of a with statement, and not in its body."""
    body = statement.field("body")
    return body is None or call.range().start.index < body.range().start.index


def has_no_limit(call: SgNode) -> bool:
    """Whether a scope is given None for its limit, or nothing."""
    arguments = call.field("arguments")
    parts = [one for one in arguments.named_children() if one.kind() != "comment"] if arguments is not None else []
    return not parts or is_off(parts[0])


def is_timed_wait(unit: Unit, call: SgNode) -> bool:
    """Whether a call is `asyncio.wait_for` or `asyncio.wait` with a limit."""
    callee = call.field("function")
    names = set(unit.bindings.qualify(callee)) if callee is not None else set()
    if not names & WAITS:
        return False
    limit = find_argument(call, "timeout")
    arguments = call.field("arguments")
    parts = (
        [one for one in arguments.named_children() if one.kind() not in ("comment", "keyword_argument")]
        if arguments is not None
        else []
    )
    if limit is None and "asyncio.wait_for" in names and len(parts) > 1:
        limit = parts[1]
    return limit is not None and not is_off(limit)


def find_task_deadline(unit: Unit, call: SgNode) -> str:
    """`task = create_task(f())` whose variable is waited for with a limit: `asyncio.wait((task,), timeout=...)`."""
    for parent in call.ancestors():
        if parent.kind() in FUNCTIONS:
            break
        target = parent.field("left") if parent.kind() == "assignment" else None
        if target is None:
            continue
        function = find_enclosing(call)
        for wait in function.find_all(kind="call") if function is not None else ():
            if re.search(rf"\b{re.escape(target.text())}\b", wait.text()) and is_timed_wait(unit, wait):
                return shorten_call(wait)
    return ""


def find_javascript(unit: Unit, node: SgNode) -> str:
    """`Promise.race` against a timer, or a function that is called for its time limit, around a node."""
    child = node
    for parent in node.ancestors():
        kind = parent.kind()
        if kind in FUNCTIONS and kind != "arrow_function":
            return ""
        if kind == "call_expression":
            callee = parent.field("function")
            name = callee.text() if callee is not None else ""
            if name == "Promise.race" and TIMER.search(parent.text().replace(node.text(), "")):
                return shorten_call(parent)
            if child.kind() == "arguments" and TIMED_NAME.search(name.rpartition(".")[2]) and keeps_time(unit, name):
                return shorten_call(parent)
        child = parent
    return ""


def keeps_time(unit: Unit, name: str) -> bool:
    """Whether a function named for a time limit has a timer, if it stands in this file; `setTimeout` is none."""
    if name in ("setTimeout", "clearTimeout", "globalThis.setTimeout"):
        return False
    own = list(find_function(unit, name))
    return not own or any(TIMER.search(one.text().partition("{")[2]) for one in own)


def shorten_call(call: SgNode) -> str:
    """A call's text on one line, cut short."""
    text = " ".join(call.text().split())
    return text if len(text) <= 60 else f"{text[:57]}..."  # noqa: PLR2004 - what fits into a message
