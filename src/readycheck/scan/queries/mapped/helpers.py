"""Calls of functions that the configuration declares: which ones they are, and what they ask."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from readycheck.model.helper import Argument, QueryHelper
from readycheck.model.vocabulary import Language
from readycheck.scan.late import compile_late
from readycheck.scan.queries.mapped.chains import Link, name_callee, read_elements, read_link, strip
from readycheck.scan.queries.mapped.dictionaries import read_dictionary
from readycheck.scan.queries.mapped.objects import Entry, Read, read_object
from readycheck.scan.queries.mapped.shapes import (
    UNKNOWN,
    Condition,
    Path,
    Shape,
    compare,
    merge,
    read_count,
    read_value,
)
from readycheck.scan.queries.pieces import read_constant

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.origins.tracer import Tracer
    from readycheck.scan.unit import Unit

STYLE = "helper"
CALLS = {Language.PYTHON: "call"}
NAME = compile_late(r"(?:\w+\.)?\w+")
ORDER = compile_late(r"\s*(?:\w+\.)?(\w+)(?:\s+(asc|desc))?\s*", re.IGNORECASE)
FILE_ENDING = compile_late(r"(?:/index)?\.[cm]?[jt]sx?(?=\.)")
EMPTY = frozenset({"none", "null", "undefined"})


@dataclass(frozen=True)
class HelperCall:
    """A call of a declared function; `properties` are those of objects that it is given (JavaScript)."""

    helper: QueryHelper
    link: Link
    properties: Read

    def find(self, argument: Argument | None) -> SgNode | None:
        """The value of a parameter; None where the call does not give it, as far as can be seen."""
        if argument is None:
            return None
        if isinstance(argument, str) and argument in self.link.named:
            return self.link.named[argument]
        names = self.helper.parameters
        place = argument if isinstance(argument, int) else names.index(argument) if argument in names else -1
        if 0 <= place < len(self.link.arguments) and not self.link.has_rest:
            return self.link.arguments[place]
        return self.properties.get(argument) if isinstance(argument, str) else None

    def may_give(self, argument: Argument | None) -> bool:
        """Whether a call gives what is not seen, or gives it sometimes."""
        if argument is None or (isinstance(argument, str) and argument in self.link.named):
            return False
        return self.link.has_rest or (isinstance(argument, str) and self.properties.may_have(argument))


def find_calls(unit: Unit, helpers: Sequence[QueryHelper]) -> Iterator[HelperCall]:
    """The calls of declared functions in a file, but for those inside of one of them: there it is handed on."""
    last = {name.rpartition(".")[2] for helper in helpers for name in helper.functions}
    aliases = {local for local, name in unit.bindings.imports().items() if name.rpartition(".")[2] in last}
    for call in unit.find_kind(CALLS.get(unit.language, "call_expression")):
        if name_callee(call) not in last | aliases:
            continue  # asking what each call of a file means takes too long
        helper = find_helper(unit, call, helpers)
        if helper is not None and last.isdisjoint(unit.bindings.enclosing_symbol(call).split(".")):
            yield HelperCall(helper, read_link(call), read_properties(unit, call))


def find_helper(unit: Unit, call: SgNode, helpers: Sequence[QueryHelper]) -> QueryHelper | None:
    """What is declared of the function that is called, if anything is."""
    callee = call.field("function")
    if callee is None:
        return None
    written = callee.text().replace("?.", ".")
    declared = [(name, helper) for helper in helpers for name in helper.functions]
    found = next((helper for name, helper in declared if is_meant(written, name)), None)
    if found is not None:
        return found
    names = list(list_names(unit, callee))
    return next((helper for name, helper in declared if any(is_meant(one, name) for one in names)), None)


def list_names(unit: Unit, callee: SgNode) -> Iterator[str]:
    """What is called, by modules and members in dots; the file's own, and what it imports from beside, by its path."""
    folder, _, file = unit.path.rpartition("/")
    for name in unit.bindings.local.qualify(callee):
        if name.startswith("#"):
            yield ".".join([*folder.split("/"), re.sub(r"\.\w+$", "", file), name[1:]]).replace(".__init__.", ".")
            continue
        plain = FILE_ENDING.sub("", name)
        if name.startswith(".") and unit.language is Language.PYTHON:
            steps = len(name) - len(name.lstrip(".")) - 1
            plain = posixpath.normpath(posixpath.join(folder, *[".."] * steps, name.lstrip(".")))
        elif name.startswith("."):
            plain = posixpath.normpath(posixpath.join(folder, plain))
        yield plain.replace("/", ".")


def is_meant(name: str, declared: str) -> bool:
    """Whether a name that was resolved ends with a declared one."""
    return f".{name}".endswith(f".{declared}")


def read_properties(unit: Unit, call: SgNode) -> Read:
    """The properties of all objects that a call is given as they are, in JavaScript."""
    found = Read()
    holder = call.field("arguments") if unit.language is not Language.PYTHON else None
    for one in holder.named_children() if holder is not None else ():
        read = read_object(unit, one) if one.kind() == "object" else None
        found.entries += read.entries if read is not None else []
        found.rest = found.rest or (read is not None and read.rest)
    return found


# ------------------------------------------------------------------ what is asked


def read_shape(tracer: Tracer, call: HelperCall) -> Shape:
    """What a call asks of a table; of one that is not constant nothing is known but that it is asked."""
    helper, reader = call.helper, Reader(tracer, call)
    shape = Shape(STYLE, helper.kind)
    table = reader.read_text(call.find(helper.table))
    shape.roots.append(("", (), table if NAME.fullmatch(table) else "~"))
    if helper.kind == "insert":
        read = reader.read_pairs(helper.keyvalues)
        shape.columns = [["", one.key] for one in read.entries if NAME.fullmatch(one.key)] if read is not None else []
        return shape
    reader.add_pairs(shape)
    reader.add_keys(shape)
    reader.add_order(shape)
    reader.add_limit(shape)
    shape.fetches = ["one"] if helper.one_row else []
    return shape


class Reader:
    """Reads the arguments of one call."""

    def __init__(self, tracer: Tracer, call: HelperCall) -> None:
        """Take the file's tracer and the call."""
        self.unit = tracer.unit
        self.tracer = tracer
        self.call = call

    def read_text(self, node: SgNode | None) -> str:
        """A constant text; empty for anything else."""
        node = strip(node)
        return (read_constant(self.tracer, node) or "") if node is not None else ""

    def read_pairs(self, argument: Argument | None) -> Read | None:
        """Columns and their values; None where they cannot be read."""
        node = strip(self.call.find(argument))
        if node is None:
            return Read(rest=self.call.may_give(argument))
        if node.kind() in EMPTY:
            return Read()
        is_python = self.unit.language is Language.PYTHON
        return read_dictionary(self.unit, node) if is_python else read_object(self.unit, node)

    def add_pairs(self, shape: Shape) -> None:
        """The columns that must have a value."""
        read = self.read_pairs(self.call.helper.keyvalues)
        for one in read.entries if read is not None else ():
            shape.add(test(one), optional=one.optional)
        if read is None or read.rest:
            shape.add(UNKNOWN)

    def add_keys(self, shape: Shape) -> None:
        """The columns of which one of many values is asked."""
        node = strip(self.call.find(self.call.helper.keys))
        if node is None or node.kind() in EMPTY:
            if self.call.may_give(self.call.helper.keys):
                shape.add(UNKNOWN)
            return
        names = [self.read_text(one) for one in read_elements(node)]
        known = [compare(["", one], "in", "?") if re.fullmatch(r"\w+", one) else UNKNOWN for one in names]
        shape.add(merge("all", known) if known else UNKNOWN)

    def add_order(self, shape: Shape) -> None:
        """What is ordered by."""
        helper = self.call.helper
        node = strip(self.call.find(helper.order))
        if node is None or node.kind() in EMPTY:
            if self.call.may_give(helper.order):
                shape.set_order(None)
            return
        down = strip(self.call.find(helper.direction))
        word = self.read_text(down).lower() if down is not None else "asc"
        keys = [one for part in read_elements(node) for one in read_order(self.read_text(part), word)]
        shape.set_order(None if None in keys else [one for one in keys if one is not None])

    def add_limit(self, shape: Shape) -> None:
        """How many rows come back at most."""
        node = strip(self.call.find(self.call.helper.limit))
        if node is not None and node.kind() not in EMPTY:
            shape.limit = read_count(node)
        elif self.call.may_give(self.call.helper.limit):
            shape.open = shape.dynamic = True


def test(entry: Entry) -> Condition:
    """That a column has a value; a value that is an object may mean anything."""
    value = strip(entry.value)
    if NAME.fullmatch(entry.key) is None or value is None or value.kind() in ("object", "dictionary"):
        return UNKNOWN
    path, written = ["", entry.key.rpartition(".")[2]], read_value(value)
    return compare(path, "null", "") if written == "NULL" else compare(path, "=", written)


def read_order(text: str, direction: str) -> Iterator[tuple[Path, bool] | None]:
    """The keys of a text such as `created DESC, id`; None for one that is not understood."""
    for part in text.split(","):
        found = ORDER.fullmatch(part)
        word = (found[2] or direction).lower() if found is not None else ""
        yield (["", found[1]], word == "desc") if found is not None and word in ("asc", "desc") else None
