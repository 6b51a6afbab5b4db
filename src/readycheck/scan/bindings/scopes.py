"""Which bindings a name has at a place: one table a name, built when the name is first asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from readycheck.scan.bindings.occurrence import Binding, Redirect, Removal, Use, Write

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.bindings.grammar import Grammar
    from readycheck.scan.bindings.occurrence import Value
    from readycheck.scan.bindings.tree import Tree


@dataclass
class NameTable:
    """Everything that happens to one name in a file.

    `targets` holds the scope of each occurrence that binds or is assigned to (None: declared nowhere); `loose` values
    are those assigned without a declaration.
    """

    bindings: dict[SgNode, list[Binding]] = field(default_factory=dict)
    removals: dict[SgNode, int] = field(default_factory=dict)
    redirects: dict[SgNode, SgNode] = field(default_factory=dict)
    targets: dict[SgNode, SgNode | None] = field(default_factory=dict)
    loose: list[Value] = field(default_factory=list)
    uses: list[SgNode] = field(default_factory=list)


Resolution = tuple["SgNode | None", Sequence[Binding]]
UNBOUND: Resolution = (None, ())


class Scopes:
    """Resolves names to bindings."""

    def __init__(self, tree: Tree, grammar: Grammar) -> None:
        """Take the tree and its language's adapter."""
        self.tree = tree
        self.grammar = grammar
        self._tables: dict[str, NameTable] = {}
        self._resolved: dict[SgNode, Resolution] = {}
        self._grouped: dict[str, dict[SgNode, list[SgNode]]] = {}

    def find_table(self, name: str) -> NameTable:
        """The table of a name."""
        table = self._tables.get(name)
        if table is None:
            table = self._tables[name] = self._build_table(name)
        return table

    def find_target_scope(self, node: SgNode) -> SgNode | None:
        """The scope of the variable that a name binds or is assigned to; None if it is declared nowhere."""
        table = self.find_table(node.text())
        scope = table.targets.get(node)
        return table.redirects.get(scope, scope) if scope is not None else None

    def find_targets(self, name: str, scope: SgNode) -> list[SgNode]:
        """The occurrences that bind or are assigned to the variable of a name in a scope, in no particular order."""
        grouped = self._grouped.get(name)
        if grouped is None:
            grouped = self._grouped[name] = {}
            for node in self.find_table(name).targets:
                target = self.find_target_scope(node)
                if target is not None:
                    grouped.setdefault(target, []).append(node)
        return grouped.get(scope, [])

    def resolve(self, node: SgNode) -> Resolution:
        """The scope to which a name belongs where it stands, and its bindings there; no scope: bound nowhere."""
        table = self.find_table(node.text())
        if not table.bindings:
            return UNBOUND
        known = self._resolved.get(node)
        if known is None:
            known = self._resolved[node] = self._resolve(node, table)
        return known

    def list_outermost(self, name: str) -> Sequence[Binding]:
        """The bindings of a name at the top of the file that hold when all of it has run."""
        table = self.find_table(name)
        found = table.bindings.get(self.tree.root, [])
        return select_bound(found, table.removals.get(self.tree.root, -1), None)

    def resolve_name(self, name: str, place: SgNode) -> Resolution:
        """The same for a name that does not stand at the place: what it would mean there."""
        table = self.find_table(name)
        return self._resolve(place, table) if table.bindings else UNBOUND

    def _resolve(self, node: SgNode, table: NameTable) -> Resolution:
        up = self.tree.find_ancestors(node)
        wants_types = self.grammar.is_type(node, up)
        target: SgNode | None = None
        for scope, is_immediate in self.grammar.find_scopes(node, up):
            if target is not None and scope != target:
                continue
            target = table.redirects.get(scope)
            bindings = table.bindings.get(scope)
            if target is not None or not bindings:
                continue
            found = [one for one in bindings if wants_types or not one.type_only]
            if found and self.grammar.is_ordered(scope):
                position = node.range().start.index if is_immediate else None
                found = select_bound(found, table.removals.get(scope, -1), position)
            if found:
                return scope, found
        return UNBOUND

    def _build_table(self, name: str) -> NameTable:
        """Sort all occurrences of a name."""
        table = NameTable()
        found: list[Binding] = []
        writes: list[tuple[SgNode, Write]] = []
        redirects: list[tuple[SgNode, Redirect]] = []
        for node in self.tree.find_name(name):
            occurrence = self.grammar.classify(node, self.tree.find_ancestors(node))
            if isinstance(occurrence, Binding):
                found.append(occurrence)
                table.targets[node] = occurrence.scope
            elif isinstance(occurrence, Write):
                writes.append((node, occurrence))
            elif isinstance(occurrence, Redirect):
                redirects.append((node, occurrence))
            elif isinstance(occurrence, Removal):
                table.removals[occurrence.scope] = occurrence.start
            elif occurrence is not Use.NONE:
                table.uses.append(node)
        for binding in found:
            table.bindings.setdefault(binding.scope, []).append(binding)
        for node, redirect in redirects:
            self._redirect(table, node, redirect)
        for node, write in writes:
            self._assign(table, node, write)
        return table

    def _redirect(self, table: NameTable, node: SgNode, redirect: Redirect) -> None:
        """Move what a function binds under `global` or `nonlocal` to the scope that is meant."""
        outer = [scope for scope, _ in self.grammar.find_scopes(node, self.tree.find_ancestors(node))]
        if redirect.is_global:
            target = outer[-1]
        else:
            target = next((one for one in outer if one != redirect.scope and one in table.bindings), outer[-1])
        if target == redirect.scope:
            return
        table.redirects[redirect.scope] = target
        moved = table.bindings.pop(redirect.scope, [])
        if moved:
            table.bindings.setdefault(target, []).extend(moved)

    def _assign(self, table: NameTable, node: SgNode, write: Write) -> None:
        """Add an assigned value to the name's declaration."""
        for scope, _ in self.grammar.find_scopes(node, self.tree.find_ancestors(node)):
            if any(not one.type_only for one in table.bindings.get(scope, ())):
                table.bindings[scope].append(Binding(scope, values=write.values))
                table.targets[node] = scope
                return
        table.targets[node] = None
        table.loose += write.values


def select_bound(bindings: list[Binding], removed: int, position: int | None) -> list[Binding]:
    """The bindings that hold at a position (None: when the whole scope has run)."""
    if position is None:
        return [one for one in bindings if one.start > removed]
    gone = removed if removed < position else -1
    return [one for one in bindings if gone < one.start <= position]
