"""A further element for what stands in brackets: arguments, a dictionary, an object, in the layout that it has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from readycheck.model.fix import Edit

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

SPACED = frozenset({"object"})
"""Brackets that are written with blanks inside of them (`{ a: 1 }`)."""


def list_items(node: SgNode) -> list[SgNode]:
    """The elements between the brackets of a node, without comments."""
    return [child for child in node.named_children() if child.kind() != "comment"]


def append_items(unit: Unit, node: SgNode, items: Sequence[str]) -> Edit:
    """Put elements behind the last one between the brackets of a node.

    They stand on lines of their own where the last element does and the bracket closes on a further line, with a comma
    behind the last one if there was one; else in the same line.
    """
    present = list_items(node)
    close = node.children()[-1].range().start.index
    if not present:
        blank = " " if node.kind() in SPACED else ""
        start = node.children()[0].range().end.index
        is_bare = unit.text[start:close].strip() == ""
        new = f"{blank}{', '.join(items)}{blank}"
        return Edit(unit.path, start, close, new) if is_bare else Edit(unit.path, close, close, new)
    last = present[-1]
    if has_own_line(unit, last) and "\n" in unit.text[last.range().end.index : close]:
        return append_lines(unit, node, last, items)
    comma = find_comma(node, last)
    place = comma.range().end.index if comma is not None else last.range().end.index
    return Edit(unit.path, place, place, f"{'' if comma is not None else ','} {', '.join(items)}")


def append_lines(unit: Unit, node: SgNode, last: SgNode, items: Sequence[str]) -> Edit:
    """The same for elements that stand on lines of their own."""
    comma, note = find_comma(node, last), find_note(node, last)
    if comma is None and note is not None:
        place = last.range().end.index
        return Edit(unit.path, place, place, f", {', '.join(items)}")
    behind = note or comma or last
    place = behind.range().end.index
    between = f"\n{find_indent(unit, last)}"
    lines = f",{between}".join(items)
    return Edit(unit.path, place, place, f"{between}{lines}," if comma is not None else f",{between}{lines}")


def find_comma(node: SgNode, last: SgNode) -> SgNode | None:
    """The comma behind the last element."""
    end = last.range().end.index
    return next((one for one in node.children() if one.kind() == "," and one.range().start.index >= end), None)


def find_note(node: SgNode, last: SgNode) -> SgNode | None:
    """The comment that stands behind the last element, in its line."""
    end = last.range().end
    behind = [one for one in node.children() if one.kind() == "comment" and one.range().start.index >= end.index]
    return next((one for one in behind if one.range().start.line == end.line), None)


def has_own_line(unit: Unit, node: SgNode) -> bool:
    """Whether nothing but blanks stands before a node in its line."""
    return unit.lines[node.range().start.line][: node.range().start.column].strip() == ""


def find_indent(unit: Unit, node: SgNode) -> str:
    """The blanks or tabs at the beginning of the line on which a node begins."""
    line = unit.lines[node.range().start.line]
    return line[: len(line) - len(line.lstrip())]
