"""From an expression to the qualified names that it may stand for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from readycheck.scan.bindings.occurrence import Value

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.bindings.grammar import Grammar
    from readycheck.scan.bindings.occurrence import Binding, Import, Step
    from readycheck.scan.bindings.scopes import Scopes

# Bounds on following aliases, far above what code that people can read needs; they also end cycles.
CLASSES = frozenset({"class_definition", "class_declaration", "abstract_class_declaration", "class"})
MOST_STEPS = 100
MOST_VISITS = 4
LONGEST_SUFFIX = 200
MOST_BINDINGS = 16


class Values:
    """Follows expressions, aliases, members and one-return functions to names; remembers each expression."""

    def __init__(self, scopes: Scopes, grammar: Grammar) -> None:
        """Take the scopes and the language's adapter."""
        self.scopes = scopes
        self.tree = scopes.tree
        self.grammar = grammar
        self._known: dict[SgNode, tuple[str, ...]] = {}
        self._returns: dict[SgNode, list[SgNode]] = {}

    def qualify(self, node: SgNode) -> tuple[str, ...]:
        """The names of an expression, those of the first alternative first; () if unknown."""
        known = self._known.get(node)
        if known is None:
            self._known[node] = ()  # what asks for itself while it is worked out is unknown
            known = self._known[node] = self._follow(node)
        return known

    def take_step(self, node: SgNode) -> Step:
        """One step from an expression that is no name."""
        guard = self.grammar.find_guard(node)
        if guard is not None and (not guard.names or not guard.names.isdisjoint(self.qualify(guard.callee))):
            return guard.step
        return self.grammar.take_step(node)

    def _follow(self, node: SgNode) -> tuple[str, ...]:
        names: dict[str, None] = {}
        visits: dict[SgNode, int] = {}
        work = [Value(node)]
        steps = 0
        while work and steps < MOST_STEPS:
            steps += 1
            value = work.pop()
            if value.node is None:
                names[self.grammar.join_name(value)] = None
                continue
            visits[value.node] = visits.get(value.node, 0) + 1
            if visits[value.node] <= MOST_VISITS and len(value.suffix) <= LONGEST_SUFFIX:
                work += reversed([*self._expand(value.node, value.suffix)])
        return tuple(names)

    def _expand(self, node: SgNode, suffix: str) -> Iterator[Value]:
        """Where the value of an expression, with a suffix taken from it, comes from."""
        if self.grammar.is_name(node):
            yield from self._expand_name(node, suffix)
            return
        if node.kind() in CLASSES:
            yield from self._expand_member(node, suffix.removeprefix("()"))
            return
        if node.kind() == "object":
            yield from self._expand_property(node, suffix)
            return
        step = self.take_step(node)
        if step.owner is not None:
            yield from self._expand_member(step.owner, suffix)
        for value in step.values:
            yield add_suffix(value, suffix)
        if suffix.startswith("()"):
            for result in self._find_returns(node):
                yield Value(result, suffix=suffix[2:])

    def _find_returns(self, node: SgNode) -> list[SgNode]:
        known = self._returns.get(node)
        if known is None:
            known = self._returns[node] = self.grammar.find_returns(node)
        return known

    def _expand_name(self, node: SgNode, suffix: str) -> Iterator[Value]:
        scope, bindings = self.scopes.resolve(node)
        if scope is None:
            name = node.text()
            for qualified in self.grammar.name_global(name, self.stars):
                yield Value(name=qualified, suffix=suffix)
            for value in self.scopes.find_table(name).loose[:MOST_BINDINGS]:
                yield add_suffix(value, suffix)
            return
        for binding in self._narrow(node, bindings)[:MOST_BINDINGS]:
            if binding.owner is not None:
                yield from self._expand_member(binding.owner, suffix)
            for value in binding.values:
                yield add_suffix(value, suffix)

    def _narrow(self, node: SgNode, bindings: Sequence[Binding]) -> Sequence[Binding]:
        """Inside of a loop over a list, of the loop's variable only the binding by that loop; else all bindings."""
        loops = {one.loop: one for one in bindings if one.loop is not None}
        if not loops:
            return bindings
        around = next((one for one in self.tree.find_ancestors(node) if one in loops), None)
        return [loops[around]] if around is not None else bindings

    def _expand_member(self, owner: SgNode, suffix: str) -> Iterator[Value]:
        """The values of `self.x`, the instance's class being known."""
        name, rest = split_member(suffix)
        if not name:
            return
        for value in self.find_member_values(owner, name):
            yield add_suffix(value, rest)

    def _expand_property(self, node: SgNode, suffix: str) -> Iterator[Value]:
        """The value of a property of an object literal."""
        name, rest = split_member(suffix)
        for value in self.grammar.find_properties(node).get(name, ()):
            yield add_suffix(value, rest)

    def find_member_values(self, owner: SgNode, name: str) -> Iterator[Value]:
        """What a class gives its member of that name: in its body, or through `self.x = ...`."""
        for binding in self.scopes.find_table(name).bindings.get(owner, ()):
            yield from binding.values
        for node in self.tree.find_name(name):
            member = self.grammar.find_member(node, self.tree.find_ancestors(node))
            if member is not None and member[0] == owner:
                yield from member[1]

    @cached_property
    def imports(self) -> tuple[Import, ...]:
        """All names that the file's import statements bind."""
        return tuple(self.grammar.find_imports(self.tree.root))

    @cached_property
    def loads(self) -> tuple[SgNode, ...]:
        """The file's calls that load modules."""
        return tuple(self.grammar.find_loads(self.tree))

    @cached_property
    def stars(self) -> tuple[Import, ...]:
        """The file's star imports."""
        return (
            tuple(one for one in self.imports if not one.local) if self.grammar.has_star_imports(self.tree.text) else ()
        )


def add_suffix(value: Value, suffix: str) -> Value:
    """The value with something more taken from it."""
    return Value(value.node, value.name, value.suffix + suffix, value.is_module) if suffix else value


def split_member(suffix: str) -> tuple[str, str]:
    """The first member that a suffix takes, and the rest: `.app.run` -> (`app`, `.run`); no member: two empty texts."""
    if not suffix.startswith("."):
        return "", ""
    ends = [place for mark in ".(" if (place := suffix.find(mark, 1)) > 0]
    end = min(ends, default=len(suffix))
    return suffix[1:end], suffix[end:]
