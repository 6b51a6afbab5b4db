"""All expressions that resolve to wanted names, found from the names through which they can be reached."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from readycheck.scan.bindings.occurrence import Reference
from readycheck.scan.bindings.tree import find_around
from readycheck.scan.bindings.values import CLASSES, Values

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.bindings.grammar import Grammar

MOST_LEADS = 1000
LONGEST_CLIMB = 64
# A function, class or object of the file has no qualified name; a call or member of it may have one.
MOST_UNNAMED = 2


class Wanted:
    """The names that are looked for, and everything on the way to them."""

    def __init__(self, names: Sequence[str]) -> None:
        """Take the names; one that ends in `.*` wants any one member."""
        self.exact = frozenset(name for name in names if not name.endswith(".*"))
        self.parents = frozenset(name[:-2] for name in names if name.endswith(".*"))
        self.leading = frozenset(part for name in (*self.exact, *self.parents) for part in iterate_prefixes(name))

    def match(self, name: str) -> bool:
        """Whether the name is wanted."""
        if name in self.exact:
            return True
        parent, dot, member = name.rpartition(".")
        return bool(dot) and parent in self.parents and "(" not in member

    def leads(self, name: str) -> bool:
        """Whether the name is wanted, or something that is wanted can be taken from it."""
        return name in self.leading or self.match(name)


def may_refer(grammar: Grammar, names: Sequence[str], text: str) -> bool:
    """Whether a text can hold a reference to one of the names at all: tells most files apart without parsing them."""
    wanted = Wanted(names).leading
    return any(True for _ in grammar.seed_names(wanted, text)) or grammar.may_import(wanted, text)


def iterate_prefixes(name: str) -> Iterator[str]:
    """A name and all that stands before its dots and calls: `a.b().c` -> `a`, `a.b`, `a.b()`, `a.b().c`."""
    for place, mark in enumerate(name):
        if place and mark in ".(":
            yield name[:place]
    yield name


@dataclass(frozen=True, slots=True)
class Lead:
    """A variable, or a member of `self`, that may hold something wanted; without a scope: wherever the name is used."""

    name: str
    scope: SgNode | None = None
    is_member: bool = False


class Search:
    """One search: grows the names that may hold something wanted until nothing new turns up."""

    def __init__(self, values: Values, names: Sequence[str]) -> None:
        """Take the values and the wanted names."""
        self.values = values
        self.tree = values.tree
        self._scopes = values.scopes
        self.grammar = values.grammar
        self.wanted = Wanted(names)
        self.hits: dict[SgNode, str] = {}
        self.seen: set[Lead] = set()
        self.work: list[Lead] = []
        self.climbed: set[SgNode] = set()

    def run(self) -> Iterator[Reference]:
        """Every reference once, in the order of the text."""
        self._seed()
        while self.work:
            for node in self._find_starts(self.work.pop()):
                self._climb(node)
        for node in sorted(self.hits, key=lambda one: (one.range().start.index, one.range().end.index)):
            yield Reference(node, self.hits[node], self._find_call(node))

    def _seed(self) -> None:
        wanted, text = self.wanted.leading, self.tree.text
        names = [*self.grammar.seed_names(wanted, text)]
        if self.grammar.may_import(wanted, text):
            for one in self.values.imports:
                names += self._seed_import(one.local, one.name)
            for call in self.values.loads:
                self._climb(call)
        self._add(Lead(name) for name in names)

    def _seed_import(self, local: str, name: str) -> list[str]:
        if local:
            return [local] if self.wanted.leads(name) else []
        start = f"{name}."
        return [one[len(start) :].partition(".")[0] for one in self.wanted.leading if one.startswith(start)]

    def _add(self, leads: Iterable[Lead]) -> None:
        fresh = [lead for lead in dict.fromkeys(leads) if lead.name and lead not in self.seen]
        fresh = fresh[: max(0, MOST_LEADS - len(self.seen))]
        self.seen.update(fresh)
        self.work += fresh
        self.tree.prefetch(lead.name for lead in fresh)

    def _find_starts(self, lead: Lead) -> Iterator[SgNode]:
        """The uses of a variable, or of a member of `self`."""
        if lead.is_member:
            for node in self.tree.find_name(lead.name):
                use = self.grammar.find_member_use(node, self.tree.find_ancestors(node))
                if use is not None:
                    yield use
            return
        for node in self._scopes.find_table(lead.name).uses:
            if lead.scope is None or self._scopes.resolve(node)[0] == lead.scope:
                yield node

    def _climb(self, start: SgNode) -> None:
        """Note what the expression and those built on it mean, as long as they lead to something wanted."""
        work = [(start, 0)]
        while work:
            node, unnamed = work.pop()
            if node in self.climbed:
                continue
            self.climbed.add(node)
            names = [name for name in self.values.qualify(node) if self.wanted.leads(name)]
            if names:
                self._note(node, names)
            unnamed = 0 if names else unnamed + 1
            if unnamed <= MOST_UNNAMED:
                work += [(parent, unnamed) for parent, _ in self._find_consumers(node)]

    def _note(self, node: SgNode, names: Sequence[str]) -> None:
        """Keep a wanted expression, and follow its value to the variables that receive it."""
        up = self.tree.find_ancestors(node)
        match = next((name for name in names if self.wanted.match(name)), None)
        if match is not None and self._is_target(node) and not self.grammar.is_type(node, up):
            self.hits[node] = match
        flow = self.grammar.find_flow(node, up)
        for one in flow.names:
            scope = self._scopes.find_target_scope(one)
            if self._may_hold(one):
                self._add([Lead(one.text(), scope)])
            if scope is not None and scope.kind() in CLASSES:  # a class attribute is also reached as `self.x`
                self._add([Lead(one.text(), is_member=True)])
        self._add(Lead(one.text(), is_member=True) for one in flow.members)

    def _may_hold(self, target: SgNode) -> bool:
        """Whether a variable may hold something wanted: not if all that is known of its value leads elsewhere."""
        names = self.values.qualify(target)
        return not names or any(self.wanted.leads(name) for name in names)

    def _is_target(self, node: SgNode) -> bool:
        """Whether an expression itself names or makes something, and does not merely pass on what another one is."""
        if self.grammar.is_name(node):
            return True
        return self.grammar.is_target(node) and all(
            value.suffix or value.name for value in self.values.take_step(node).values
        )

    def _find_consumers(self, node: SgNode) -> Iterator[tuple[SgNode, str]]:
        """Expressions around this one that take their value from it, directly or as an argument, and what they take."""
        for parent in find_around(node):
            for value in self.values.take_step(parent).values:
                if value.node == node:
                    yield parent, value.suffix

    def _find_call(self, node: SgNode) -> SgNode | None:
        """The call whose callee the expression is, through parentheses, casts, alternatives, `bind` and `apply`."""
        for _ in range(LONGEST_CLIMB):
            consumers = [*self._find_consumers(node)]
            call = next((parent for parent, suffix in consumers if suffix == "()"), None)
            if call is not None:
                return call
            passing = next((parent for parent, suffix in consumers if not suffix), None)
            if passing is None:
                return None
            node = passing
        return None
