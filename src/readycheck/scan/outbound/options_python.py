"""The options of a Python call, also those in dictionaries, in connection strings and in helpers of the same file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.scan.late import compile_late
from readycheck.scan.outbound.limits import Options
from readycheck.scan.outbound.lookups import find_assigned, find_items, find_returned, is_parameter

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

MOST_STEPS = 4
CONTAINERS = frozenset(
    {"connect_args", "kwargs", "options", "server_settings", "connection_kwargs", "client_kwargs", "config"}
)
"""Arguments that hold further options."""
NAMED_IN_TEXT = compile_late(r"(?<![\w%])([a-zA-Z_]\w*)\s*=")
VALUES = frozenset({"string", "integer", "float", "none", "true", "false", "concatenated_string"})


def read_options(unit: Unit, call: SgNode) -> Options:
    """All options of a call; open where some come in through what this file does not show."""
    named: dict[str, SgNode] = {}
    positional: list[SgNode] = []
    is_open = False
    arguments = call.field("arguments")
    for argument in arguments.named_children() if arguments is not None else ():
        kind = argument.kind()
        if kind == "comment":
            continue
        if kind == "keyword_argument":
            key, value = argument.field("name"), argument.field("value")
            if key is not None and value is not None:
                named[key.text()] = value
                may_hold = open_value(unit, value, named, MOST_STEPS)
                is_open |= may_hold and key.text() in CONTAINERS
        elif kind in ("dictionary_splat", "list_splat"):
            is_open |= open_value(unit, argument.named_children()[0], named, MOST_STEPS, strict=True)
        else:
            positional.append(argument)
            open_value(unit, argument, named, MOST_STEPS)
            is_open |= is_handed_over(unit, argument)
    return Options(named, tuple(positional), is_open)


def is_handed_over(unit: Unit, node: SgNode) -> bool:
    """Whether a positional argument is made by a helper that this file does not hold: it may carry any option."""
    if node.kind() != "call":
        return False
    callee = node.field("function")
    is_plain = callee is not None and callee.kind() == "identifier"
    if not is_plain or callee is None or callee.text() in ("str", "make_url", "repr"):
        return False
    return not any(True for _ in find_returned(unit, callee.text()))


def open_value(unit: Unit, node: SgNode, named: dict[str, SgNode], steps: int, *, strict: bool = False) -> bool:
    """Take the options out of a value: a dictionary, a call with named arguments, a text, a name that means one.

    True where the value may hold options that cannot be seen; `strict` asks that of every value that is no literal.
    """
    kind = node.kind()
    is_open = strict and kind not in VALUES
    if steps <= 0:
        return strict
    if kind == "dictionary":
        is_open = open_dictionary(unit, node, named, steps)
    elif kind in ("string", "concatenated_string", "binary_operator"):
        named.update({found[1]: node for found in NAMED_IN_TEXT.finditer(node.text()) if found[1] not in named})
        is_open = False
    elif kind == "call":
        is_open = open_call(unit, node, named, steps, strict=strict)
    elif kind in ("identifier", "attribute"):
        is_open = open_name(unit, node, named, steps, strict=strict)
    elif kind in ("conditional_expression", "boolean_operator", "parenthesized_expression"):
        opened = [open_value(unit, part, named, steps - 1, strict=strict) for part in node.named_children()]
        is_open = any(opened)
    return is_open


def open_name(unit: Unit, node: SgNode, named: dict[str, SgNode], steps: int, *, strict: bool) -> bool:
    """What a variable of the file holds: all that is assigned to it, and the items that are set on it."""
    sources = tuple(find_assigned(unit, node))
    opened = [open_value(unit, source, named, steps - 1, strict=strict) for source in sources]
    for key, value in find_items(unit, node):
        opened.append(not key)
        if key:
            named.setdefault(key, value)
            open_value(unit, value, named, steps - 1)
    is_given = is_parameter(node) and strict
    return any(opened) or is_given or (strict and not sources)


def open_dictionary(unit: Unit, node: SgNode, named: dict[str, SgNode], steps: int) -> bool:
    """The entries of a dictionary by their constant keys."""
    is_open = False
    for pair in node.named_children():
        if pair.kind() == "dictionary_splat":
            is_open |= open_value(unit, pair.named_children()[0], named, steps - 1, strict=True)
        key, value = (pair.field("key"), pair.field("value")) if pair.kind() == "pair" else (None, None)
        if key is not None and value is not None:
            named.setdefault(key.text().strip("\"'"), value)
            open_value(unit, value, named, steps - 1)
    return is_open


def open_call(unit: Unit, node: SgNode, named: dict[str, SgNode], steps: int, *, strict: bool) -> bool:
    """The named arguments of a call (`make_conninfo(url, connect_timeout=3)`), and what a helper here returns."""
    is_open = False
    for name, value in iterate_named(node):
        named.setdefault(name, value)
        open_value(unit, value, named, steps - 1)
    callee = node.field("function")
    returned = tuple(find_returned(unit, callee.text())) if callee is not None and callee.kind() == "identifier" else ()
    for value in returned:
        is_open |= open_value(unit, value, named, steps - 1, strict=strict)
    return is_open or (strict and not returned and (callee is None or callee.text() != "dict"))


def iterate_named(call: SgNode) -> Iterator[tuple[str, SgNode]]:
    """The keyword arguments of a call."""
    arguments = call.field("arguments")
    for argument in arguments.named_children() if arguments is not None else ():
        if argument.kind() == "keyword_argument":
            key, value = argument.field("name"), argument.field("value")
            if key is not None and value is not None:
                yield key.text(), value
