"""Which bindings a name has at a place: one table a name, built when the name is first asked for."""

from __future__ import annotations

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
    """Everything that happens to one name in a file; `loose` values are assigned to it without a declaration."""

    bindings: dict[SgNode, list[Binding]] = field(default_factory=dict)
    removals: dict[SgNode, int] = field(default_factory=dict)
    redirects: dict[SgNode, SgNode] = field(default_factory=dict)
    loose: list[Value] = field(default_factory=list)
    uses: list[SgNode] = field(default_factory=list)
    others: list[SgNode] = field(default_factory=list)


class Scopes:
    """Resolves names to bindings."""

    def __init__(self, tree: Tree, grammar: Grammar) -> None:
        """Take the tree and its language's adapter."""
        self.tree = tree
        self.grammar = grammar
        self._tables: dict[str, NameTable] = {}

    def find_table(self, name: str) -> NameTable:
        """The table of a name."""
        table = self._tables.get(name)
        if table is None:
            table = self._tables[name] = self._build_table(name)
        return table

    def find_bindings(self, node: SgNode) -> list[Binding] | None:
        """The bindings that a name may have where it stands; None if the file does not bind it there."""
        table = self.find_table(node.text())
        if not table.bindings:
            return None
        up = self.tree.find_ancestors(node)
        wants_types = self.grammar.is_type(node, up)
        position = node.range().start.index
        target: SgNode | None = None
        for scope, is_immediate in self.grammar.find_scopes(node, up):
            if target is not None and scope != target:
                continue
            target = table.redirects.get(scope)
            if target is not None:
                continue
            found = [one for one in table.bindings.get(scope, ()) if wants_types or not one.type_only]
            if found and self.grammar.is_ordered(scope):
                found = select_bound(found, table.removals.get(scope, -1), position if is_immediate else None)
            if found:
                return found
        return None

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
            elif isinstance(occurrence, Write):
                writes.append((node, occurrence))
            elif isinstance(occurrence, Redirect):
                redirects.append((node, occurrence))
            elif isinstance(occurrence, Removal):
                table.removals[occurrence.scope] = occurrence.start
            else:
                (table.others if occurrence is Use.NONE else table.uses).append(node)
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
                return
        table.loose += write.values


def select_bound(bindings: list[Binding], removed: int, position: int | None) -> list[Binding]:
    """The bindings that hold at a position (None: when the whole scope has run)."""
    if position is None:
        return [one for one in bindings if one.start > removed]
    gone = removed if removed < position else -1
    return [one for one in bindings if gone < one.start <= position]
