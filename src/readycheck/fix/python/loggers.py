"""The logger that a module has already, whatever it is called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from readycheck.fix.python.knowledge import Knowledge
from readycheck.fix.refusal import RefusedError
from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.bindings.occurrence import Binding
    from readycheck.scan.unit import Unit

NAME = compile_late(r"(?i)log")
LOGGER_NAME = compile_late(r"(?i)^_*(?:\w*_)?log(?:ger)?$")
USED = compile_late(r"(?m)(?<![\w.])(\w*[lL][oO][gG]\w*)\.(?:info|warning|warn|error|debug|exception|critical)\(")
COMPOUND = frozenset({
    "try_statement", "if_statement", "with_statement", "for_statement", "while_statement", "match_statement",
    "function_definition", "class_definition", "decorated_definition",
})  # fmt: skip
TRIED = ("except_clause", "else_clause", "finally_clause")
DEFINITIONS = frozenset({"function_definition", "class_definition"})


@dataclass(frozen=True, slots=True)
class Logger:
    """A name that stands for a logger of a library."""

    name: str
    library: str


@dataclass(frozen=True)
class ModuleLoggers:
    """Those of one module."""

    unit: Unit
    knowledge: Knowledge

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names at the module's top that may be loggers: those that it logs through most often first."""
        names = dict.fromkeys(self._list_names())
        found = [name for name in names if self._read_bindings(self.unit.bindings.list_outermost(name))]
        counted = Counter(USED.findall(self.unit.text))
        return tuple(sorted(found, key=lambda name: (-counted[name], len(name))))

    @cached_property
    def has_unproven(self) -> bool:
        """Whether the module logs through a name at its top of which nothing is known for certain."""
        used = set(USED.findall(self.unit.text)) - set(self.names)
        return any(LOGGER_NAME.match(name) and self.unit.bindings.list_outermost(name) for name in used)

    def find(self, place: SgNode) -> Logger | None:
        """The logger for a place; None if the module has none.

        Raises RefusedError if it has one that this place cannot use, or one that is not understood.
        """
        for name in self.names:
            library = self._find_library(name, place)
            if library and not self._runs_before(name, place):
                return Logger(name, library)
        if self.names:
            scope = self.unit.bindings.resolve_name(self.names[0], place)[0]
            shadowed = scope is not None and scope != self.unit.root
            raise RefusedError("logger-shadowed" if shadowed else "logger-bound-later", self.names[0])
        if self.has_unproven:
            raise RefusedError("logger-unproven")
        return None

    def _list_names(self) -> Iterator[str]:
        for assignment in self.unit.find_kind("assignment"):
            left, right = assignment.field("left"), assignment.field("right")
            if left is not None and right is not None and left.kind() == "identifier" and NAME.search(right.text()):
                yield left.text()
        yield from (local for local, name in self.unit.bindings.imports().items() if NAME.search(name))

    def _find_library(self, name: str, place: SgNode) -> str:
        """The library of the logger that a name of the module means at a place; empty if that is not certain."""
        scope, bindings = self.unit.bindings.resolve_name(name, place)
        return self._read_bindings(bindings) if scope == self.unit.root else ""

    def _read_bindings(self, bindings: Sequence[Binding]) -> str:
        """The library of what some bindings give a name; empty if they differ, or if none of them is certain."""
        libraries = {self._read_binding(one) for one in bindings}
        return libraries.pop() if len(libraries) == 1 and self._is_certain(bindings) else ""

    def _read_binding(self, binding: Binding) -> str:
        """The library of a binding's value: it must be a logger by all that is known of it, or by its annotation."""
        names: list[str] = []
        declared: list[str] = []
        for value in binding.values:
            if value.node is None:
                names.append(value.name + value.suffix)
                continue
            found = self.unit.bindings.qualify(value.node) or self.unit.bindings.local.qualify(value.node)
            if value.suffix == "()":
                declared += [f"{one}()" for one in found]
            else:
                names += found or ("",)
        libraries = {self.knowledge.read(self.unit.path, one) for one in (names if "" not in names else declared)}
        return libraries.pop() if len(libraries) == 1 else ""

    def _is_certain(self, bindings: Sequence[Binding]) -> bool:
        """Whether a binding is made whenever the module is loaded: none of a branch, a loop or a function alone."""
        places = [one.start for one in bindings]
        return any(always_binds(one, places) for one in self.unit.root.children())

    def _runs_before(self, name: str, place: SgNode) -> bool:
        """Whether the place stands in a definition that the module may use before the logger is bound.

        A decorator is given the definition right where it stands; what stands in a branch is not followed.
        """
        around = next((one for one in place.ancestors() if one.parent() == self.unit.root), None)
        bindings = self.unit.bindings.resolve_name(name, place)[1]
        first = min((one.start for one in bindings), default=0)
        if around is None or around.range().end.index >= first:
            return False
        label = around.field("name")
        if around.kind() not in DEFINITIONS or label is None:
            return True
        used = self.unit.text[around.range().end.index : first]
        return compile_late(rf"\b{label.text()}\b").search(used) is not None


def always_binds(statement: SgNode, places: Sequence[int]) -> bool:
    """Whether one of the bindings at these places is made whichever way a statement is gone through to its end."""
    extent = statement.range()
    if not any(extent.start.index < place <= extent.end.index for place in places):
        return False
    if statement.kind() not in COMPOUND:
        return True
    if statement.kind() == "if_statement":
        branches = [statement.field("consequence"), *statement.field_children("alternative")]
        return branches[-1] is not None and branches[-1].kind() == "else_clause" and all_bind(branches, places)
    if statement.kind() != "try_statement":
        return False
    parts = {kind: [one for one in statement.children() if one.kind() == kind] for kind in TRIED}
    if all_bind(parts["finally_clause"] or [None], places):
        return True
    is_tried = block_binds(statement.field("body"), places) or all_bind(parts["else_clause"] or [None], places)
    return is_tried and all(leaves(one) or block_binds(one, places) for one in parts["except_clause"])


def all_bind(blocks: Iterable[SgNode | None], places: Sequence[int]) -> bool:
    """Whether each of several blocks binds."""
    return all(block_binds(one, places) for one in blocks)


def block_binds(block: SgNode | None, places: Sequence[int]) -> bool:
    """Whether a statement of a block, or of a clause that has one, binds for certain."""
    inner = find_block(block)
    return inner is not None and any(always_binds(one, places) for one in inner.named_children())


def leaves(clause: SgNode) -> bool:
    """Whether a clause ends the loading of the module."""
    inner = find_block(clause)
    return inner is not None and any(one.kind() == "raise_statement" for one in inner.named_children())


def find_block(node: SgNode | None) -> SgNode | None:
    """The block of a clause, or the block itself."""
    if node is None or node.kind() == "block":
        return node
    return next((one for one in reversed(node.children()) if one.kind() == "block"), None)
