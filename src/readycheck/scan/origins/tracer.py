"""Follows a text to the parts that it is put together from: through variables, conditions, loops, lists and helpers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from readycheck.scan.late import compile_late
from readycheck.scan.origins.guards import find_last_call, is_guarded
from readycheck.scan.origins.parts import HARMLESS, Kind, Part, Parts, fill, reduce

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

# Bounds far above what code that people can read needs; they also end cycles.
DEEPEST = 60
MOST_STEPS = 20_000
MOST_PARTS = 60
MOST_CALLERS = 12
TEXT_LENGTH = 80
LISTS = frozenset({"list", "array", "set", "list_comprehension"})
MAKERS = compile_late(r"^(?:list|set|new Set|new Array|Array)\(")
CONVERTING = compile_late(r"^(?:int|float|Number|parseInt|parseFloat|UUID|uuid\.UUID)\(\s*([\w$]+)\s*[,)]")
BLANKS = compile_late(r"\s+")

Handler = Callable[["Tracer", "SgNode"], Parts]


@dataclass(frozen=True)
class Language:
    """What a tracer asks about a language."""

    # How a node's value comes about, by the node's kind.
    handlers: Mapping[str, Handler]
    # What a variable gets where it is bound or assigned to.
    trace_target: Handler
    # The functions' kinds, and what a function returns.
    functions: frozenset[str]
    find_returns: Callable[[SgNode], list[SgNode]]
    # What is added to a list where it is used.
    find_added: Callable[[SgNode], list[SgNode]]
    # The value given for a parameter in a call, by position and name.
    find_argument: Callable[[SgNode, int, str], SgNode | None]
    # Tests of a value against a list or a pattern; one of the groups is the value.
    tests: re.Pattern[str]
    # Whether nothing but the file itself can call a function of that name.
    is_private: Callable[[Unit, str], bool]


@dataclass(frozen=True)
class Purpose:
    """What a text is for, and with it what makes values harmless in it."""

    # Whether what a callee returns is escaped, or built by a library that escapes.
    is_safe: Callable[[Unit, SgNode], bool]
    # Replacing one text by another, `what,by` as they are written, that escapes.
    escaping: re.Pattern[str]


class Tracer:
    """Traces the texts of one file."""

    def __init__(self, unit: Unit, language: Language, purpose: Purpose) -> None:
        """Take the unit, its language, and what the texts are for."""
        self.unit = unit
        self.language = language
        self.purpose = purpose
        self._known: dict[SgNode, Parts] = {}
        self._partial: dict[SgNode, Parts] = {}
        self._open: set[SgNode] = set()
        self._steps = 0
        self._cut = 0
        self._callers: dict[SgNode, list[SgNode]] = {}

    def trace(self, node: SgNode | None) -> Parts:
        """The parts of an expression's value: of a text its pieces in order, of a list those of its elements."""
        if node is None:
            return ()
        known = self._known.get(node) or self._partial.get(node)
        if known is not None:
            return known
        if node in self._open or len(self._open) > DEEPEST or self._steps > MOST_STEPS:
            self._cut += 1
            return ()
        self._open.add(node)
        self._steps += 1
        cut = self._cut
        parts = self.language.handlers.get(node.kind(), trace_unknown)(self, node)[:MOST_PARTS]
        self._open.discard(node)
        if self._cut == cut:
            self._known[node] = parts
        else:  # cut short in a cycle: it depends on where that was entered, and holds until this question is answered
            self._partial[node] = parts
        if not self._open:
            self._partial.clear()
        return parts

    def trace_all(self, nodes: Iterable[SgNode]) -> Parts:
        """The parts of several alternatives or elements."""
        return tuple(part for node in nodes for part in self.trace(node))

    def trace_name(self, node: SgNode) -> Parts:
        """What a variable may hold."""
        targets = self.unit.bindings.find_targets(node)
        if not targets:
            return (self.make(node, Kind.UNKNOWN),)
        if any(is_converted(target, node.text()) for target in targets):
            return (self.make(node, Kind.NUMBER),)
        last = find_last_call(node, self.language) if len(targets) > 1 else None
        if last is not None and self.is_safe(last):
            return (self.make(node, Kind.SAFE),)
        parts: list[Part] = []
        for target in targets:
            found = self.language.trace_target(self, target)
            parts += found if self.find_function(target) is not None else reduce(found, Kind.FIXED)
        if any(is_list(target) for target in targets):
            parts += self.trace_additions(targets[0])
        return self.narrow(node, tuple(dict.fromkeys(parts)))

    def trace_additions(self, target: SgNode) -> Parts:
        """What is added to a list that a variable holds: `sets.push(x)`, `updates.append(x)`."""
        added: list[Part] = []
        for use in self.unit.bindings.find_uses(target):
            added += self.trace_all(self.language.find_added(use))
        return tuple(added)

    def narrow(self, node: SgNode, parts: Parts) -> Parts:
        """The parts, those of a value that its function compares with a list or a pattern being harmless."""
        if all(part.kind in HARMLESS for part in parts):
            return parts
        if not is_guarded(node, self.language):
            return parts
        return tuple(part if part.kind in HARMLESS else replace(part, kind=Kind.FIXED) for part in parts)

    def trace_call_of(self, function: SgNode, call: SgNode) -> Parts:
        """What a call of a function of this file returns, its parameters being what the call gives."""
        symbol = self.name_function(function)
        found: list[Part] = []
        for part in self.trace_all(self.language.find_returns(function)):
            if part.kind is not Kind.PARAMETER or part.function != symbol:
                found.append(part)
                continue
            argument = self.language.find_argument(call, part.index, part.name)
            given = self.trace(argument) if argument is not None else ()
            found += fill(given, part.hole) if part.hole is not None else given
        return tuple(found)

    def trace_callers(self, part: Part, function: SgNode) -> Parts:
        """What the file's own calls give for a parameter; the parameter itself where others may call it."""
        name = function.field("name") or find_holder(function)
        if name is None or name.kind() not in ("identifier", "property_identifier"):
            return (part,)
        calls = self._callers.get(name)
        if calls is None:
            uses = self.unit.bindings.find_uses(name)
            calls = self._callers[name] = [call for use in uses if (call := find_call(use)) is not None]
        given: list[Part] = []
        for call in calls[:MOST_CALLERS]:
            given += self.trace(self.language.find_argument(call, part.index, part.key or part.name))
        if not calls or not self.language.is_private(self.unit, name.text()):
            dangerous = [one for one in given if one.kind is Kind.REQUEST]
            return (part, *dangerous)
        return tuple(dict.fromkeys(given))

    def is_safe(self, callee: SgNode) -> bool:
        """Whether what a callee returns is harmless for the purpose."""
        return self.purpose.is_safe(self.unit, callee)

    def name_function(self, function: SgNode) -> str:
        """A function's dotted name."""
        inside = function.field("body") or function
        return self.unit.bindings.enclosing_symbol(inside)

    def find_function(self, node: SgNode) -> SgNode | None:
        """The innermost function around a node."""
        return next((one for one in node.ancestors() if one.kind() in self.language.functions), None)

    def make(self, node: SgNode, kind: Kind, text: str | None = None) -> Part:
        """A part; its text is the node's, if no other is given."""
        return Part(kind, shorten(node.text()) if text is None else text, node)


def trace_unknown(tracer: Tracer, node: SgNode) -> Parts:
    """An expression of which nothing is known."""
    return (tracer.make(node, Kind.UNKNOWN),)


def trace_number(tracer: Tracer, node: SgNode) -> Parts:
    """A number or truth value, however it comes about."""
    return (tracer.make(node, Kind.NUMBER),)


def trace_written(tracer: Tracer, node: SgNode) -> Parts:
    """A literal, as it is written."""
    return (tracer.make(node, Kind.CONSTANT),)


def trace_inside(tracer: Tracer, node: SgNode) -> Parts:
    """What only passes on the value of its last part: parentheses, `await`."""
    parts = [child for child in node.named_children() if child.kind() != "comment"]
    return tracer.trace(parts[-1]) if parts else ()


def trace_first(tracer: Tracer, node: SgNode) -> Parts:
    """What only passes on the value of its first part: casts."""
    return tracer.trace(next(iter(node.named_children()), None))


def trace_elements(tracer: Tracer, node: SgNode) -> Parts:
    """All elements of a list."""
    return tracer.trace_all(child for child in node.named_children() if child.kind() != "comment")


def trace_sum(tracer: Tracer, node: SgNode) -> Parts:
    """Two texts that are added, or two numbers."""
    left, right = node.field("left"), node.field("right")
    parts: Parts = ()
    for side in (left, right):
        if side is not None:
            parts += fill(tracer.trace(side), side)
    return parts


def interpolate(parts: Parts, holes: list[Parts], placeholder: re.Pattern[str]) -> Parts:
    """A template's parts with values at its placeholders, in order; values that find none stand at its end."""
    found: list[Part] = []
    left = list(holes)
    for part in parts:
        if part.kind is not Kind.CONSTANT:
            found.append(part)
            continue
        pieces = placeholder.split(part.text)
        for place, piece in enumerate(pieces):
            found.append(replace(part, text=piece))
            if place < len(pieces) - 1 and left:
                found += left.pop(0)
    return (*found, *(part for hole in left for part in hole))


def is_converted(target: SgNode, name: str) -> bool:
    """Whether a variable is made a number of what it held: `size = int(size)`."""
    parent = target.parent()
    value = parent.field("right") if parent is not None else None
    found = CONVERTING.match(value.text()) if value is not None else None
    return found is not None and found[1] == name


def is_list(target: SgNode) -> bool:
    """Whether a variable is given a list, to which more may be added."""
    parent = target.parent()
    value = (parent.field("right") or parent.field("value")) if parent is not None else None
    return value is not None and (value.kind() in LISTS or MAKERS.match(value.text()) is not None)


def find_holder(function: SgNode) -> SgNode | None:
    """The name of the variable that a function expression is assigned to."""
    parent = function.parent()
    return parent.field("name") if parent is not None and parent.kind() == "variable_declarator" else None


def find_call(use: SgNode) -> SgNode | None:
    """The call whose callee a name is."""
    parent = use.parent()
    is_call = parent is not None and parent.kind() in ("call", "call_expression")
    return parent if is_call and parent is not None and parent.field("function") == use else None


def shorten(text: str) -> str:
    """A source text on one line, cut off."""
    return BLANKS.sub(" ", text)[:TEXT_LENGTH]
