"""Literal values out of syntax nodes: keyword arguments in Python, properties of an options object in JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from readycheck.model.rule import Json

if TYPE_CHECKING:
    from ast_grep_py import SgNode

WORDS: dict[str, Json] = {"true": True, "True": True, "false": False, "False": False, "null": None, "None": None}


def read_argument(call: SgNode, name: str) -> tuple[bool, Json]:
    """(True, value) if the call has that argument as a literal, else (False, None)."""
    for key, value in iterate_arguments(call):
        if key == name:
            return read_literal(value)
    return False, None


def find_argument(call: SgNode, name: str) -> SgNode | None:
    """The value node of a keyword argument (Python) or of a property of an object argument (JavaScript)."""
    return next((value for key, value in iterate_arguments(call) if key == name), None)


def iterate_arguments(call: SgNode) -> Iterator[tuple[str, SgNode]]:
    """Named arguments of a call: (name, value node)."""
    arguments = call.field("arguments")
    for argument in arguments.named_children() if arguments is not None else ():
        kind = argument.kind()
        if kind == "keyword_argument":
            key, value = argument.field("name"), argument.field("value")
            if key is not None and value is not None:
                yield key.text(), value
        elif kind == "object":
            yield from iterate_properties(argument)


def iterate_properties(node: SgNode) -> Iterator[tuple[str, SgNode]]:
    """The properties of an object literal: (name, value node); computed names and spreads are passed over."""
    for pair in node.named_children():
        if pair.kind() == "shorthand_property_identifier":
            yield pair.text(), pair
        elif pair.kind() == "pair":
            key, value = pair.field("key"), pair.field("value")
            if key is not None and value is not None and key.kind() != "computed_property_name":
                yield key.text().strip("\"'"), value


def read_literal(node: SgNode) -> tuple[bool, Json]:
    """(True, value) of a string, number, boolean or null node without interpolation, else (False, None)."""
    kind, text = node.kind(), node.text()
    if kind in ("string", "template_string"):
        return read_string(node)
    if text in WORDS:
        return True, WORDS[text]
    if kind in ("integer", "float", "number"):
        return read_number(text)
    return False, None


def read_string(node: SgNode) -> tuple[bool, Json]:
    """A string's content if it is constant; escapes are kept as written (rules compare plain words)."""
    parts: list[str] = []
    for child in node.children():
        kind = child.kind()
        if kind in ("interpolation", "template_substitution"):
            return False, None
        if kind in ("string_content", "string_fragment", "escape_sequence"):
            parts.append(child.text())
    return True, "".join(parts)


def read_number(text: str) -> tuple[bool, Json]:
    """An integer or a float in the notation that both languages share (`1_000`, `0x1f`, `1e3`)."""
    for parse in (parse_integer, float):
        with suppress(ValueError):  # not in this notation: the next one decides
            return True, parse(text)
    return False, None


def parse_integer(text: str) -> int:
    """Parse an integer literal with any base prefix; ValueError if it is none."""
    return int(text, 0)
