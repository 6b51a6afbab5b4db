"""The options of a JavaScript call: object literals, at any depth, also by way of a variable of the same file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from readycheck.scan.late import compile_late
from readycheck.scan.outbound.limits import Options
from readycheck.scan.outbound.lookups import find_assigned, find_returned

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

MOST_STEPS = 4
LITERALS = frozenset({"string", "template_string", "number", "null", "undefined", "true", "false", "regex", "array"})
FUNCTIONS = frozenset({"arrow_function", "function_expression"})
HOLDING = frozenset({"object", "call_expression", "ternary_expression"})
OPTIONS_NAME = compile_late(r"(?:opt|conf|init|setting|request$|req$|param)", re.IGNORECASE)


def read_options(unit: Unit, call: SgNode, places: tuple[int, ...]) -> Options:
    """All options of a call whose object of options stands at one of the places."""
    named: dict[str, SgNode] = {}
    arguments = call.field("arguments")
    parts = [one for one in arguments.named_children() if one.kind() != "comment"] if arguments is not None else []
    is_open = False
    for place, argument in enumerate(parts):
        if argument.kind() == "spread_element":
            is_open = True
        elif place in places:
            may_be_address = place == 0 and len(places) > 1
            is_open |= open_value(unit, argument, named, MOST_STEPS, may_be_address=may_be_address)
    return Options(named, tuple(parts), is_open)


def open_value(unit: Unit, node: SgNode, named: dict[str, SgNode], steps: int, *, may_be_address: bool = False) -> bool:
    """Take the options out of a value; True where it may hold options that cannot be seen."""
    kind = node.kind()
    if kind in LITERALS or kind in FUNCTIONS or steps <= 0:
        return False
    is_open = not may_be_address or OPTIONS_NAME.search(node.text()) is not None
    if kind == "object":
        is_open = open_object(unit, node, named, steps)
    elif kind == "identifier":
        sources = tuple(find_assigned(unit, node))
        objects = [one for one in sources if one.kind() in HOLDING]
        is_open = open_all(unit, objects, named, steps) if objects else is_open and not (sources and may_be_address)
    elif kind in ("as_expression", "satisfies_expression", "parenthesized_expression"):
        is_open = open_value(unit, node.named_children()[0], named, steps - 1, may_be_address=may_be_address)
    elif kind == "call_expression":
        is_open = open_call(unit, node, named, steps) and not may_be_address
    elif kind == "ternary_expression":
        parts = (node.field("consequence"), node.field("alternative"))
        is_open = open_all(unit, [one for one in parts if one is not None], named, steps)
    return is_open


def open_all(unit: Unit, nodes: Iterable[SgNode], named: dict[str, SgNode], steps: int) -> bool:
    """Take the options out of each of several values; True where one may hold options that cannot be seen."""
    opened = [open_value(unit, one, named, steps - 1) for one in nodes]
    return any(opened)


def open_object(unit: Unit, node: SgNode, named: dict[str, SgNode], steps: int) -> bool:
    """The properties of an object literal, and of those in it."""
    is_open = False
    for pair in node.named_children():
        kind = pair.kind()
        if kind == "spread_element":
            inner = pair.named_children()
            is_open |= not inner or open_value(unit, inner[0], named, steps - 1)
        elif kind == "shorthand_property_identifier":
            named.setdefault(pair.text(), pair)
        elif kind == "pair":
            key, value = pair.field("key"), pair.field("value")
            if key is not None and value is not None:
                named.setdefault(key.text().strip("\"'"), value)
                if value.kind() == "object":
                    open_object(unit, value, named, steps - 1)
    return is_open


def open_call(unit: Unit, node: SgNode, named: dict[str, SgNode], steps: int) -> bool:
    """What a function of the file returns, or `Object.assign({...}, x)`; anything else may hold any option."""
    callee = node.field("function")
    name = callee.text() if callee is not None else ""
    if name == "Object.assign":
        arguments = node.field("arguments")
        parts = arguments.named_children() if arguments is not None else []
        return open_all(unit, parts, named, steps)
    returned = tuple(find_returned(unit, name)) if re.fullmatch(r"\w+", name) else ()
    return not returned or open_all(unit, returned, named, steps)
