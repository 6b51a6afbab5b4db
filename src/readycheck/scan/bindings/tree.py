"""The syntax tree as the bindings need it: all occurrences of a name, and what encloses a node."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ast_grep_py import SgNode

# One search costs a sixth of the parse whatever it looks for, listing every identifier about half of it (measured).
MOST_SEARCHES = 3
# Nodes visited on the way up from deeply nested places, over all occurrences: about a second. People do not write such.
MOST_STEPS = 2_000_000
DEEP = 500
# Nodes kept for the next question about the same place; each takes some 200 bytes.
MOST_KEPT = 20_000


class TooDeepError(Exception):
    """The syntax is nested so deeply, in so many places, that names cannot be resolved in reasonable time."""


class Tree:
    """Finds occurrences by name and caches them, and the ancestors of nodes."""

    def __init__(self, root: SgNode, kinds: Sequence[str]) -> None:
        """Take the root and the kinds of nodes that are names."""
        self.root = root
        self.kinds = tuple(kinds)
        self._found: dict[str, list[SgNode]] = {}
        self._ancestors: dict[SgNode, list[SgNode]] = {}
        self._searches = 0
        self._steps = 0
        self._kept = 0

    @cached_property
    def text(self) -> str:
        """The source text."""
        return self.root.text()

    def prefetch(self, names: Iterable[str]) -> None:
        """Look up several names in one go."""
        missing = sorted(name for name in set(names) if name not in self._found)
        if not missing or self._searches > MOST_SEARCHES:
            return
        self._found.update((name, []) for name in missing)
        present = [name for name in missing if name in self.text]
        if not present:
            return
        self._searches += 1
        if self._searches > MOST_SEARCHES:
            self._found.clear()
        regex = None if self._searches > MOST_SEARCHES else f"^(?:{'|'.join(map(re.escape, present))})$"
        for node in find_kinds(self.root, self.kinds, regex):
            self._found.setdefault(node.text(), []).append(node)

    def find_name(self, name: str) -> list[SgNode]:
        """All nodes that are this name, in the order of the text."""
        self.prefetch([name])
        return self._found.get(name, [])

    def find_ancestors(self, node: SgNode) -> list[SgNode]:
        """What encloses the node, innermost first."""
        known = self._ancestors.get(node)
        if known is not None:
            return known
        found = node.ancestors()
        self._steps += len(found) if len(found) > DEEP else 0
        if self._steps > MOST_STEPS:
            raise TooDeepError("the code is nested too deeply to resolve its names")
        self._kept += len(found)
        if self._kept > MOST_KEPT:
            self._ancestors.clear()
            self._kept = len(found)
        if len(found) <= MOST_KEPT:
            self._ancestors[node] = found
        return found


def find_around(node: SgNode) -> list[SgNode]:
    """The parent and its parent, as far as there are any: cheaper than all ancestors."""
    parent = node.parent()
    outer = parent.parent() if parent is not None else None
    return [one for one in (parent, outer) if one is not None]


def find_kinds(root: SgNode, kinds: Sequence[str], regex: str | None = None) -> list[SgNode]:
    """All nodes of some kinds, optionally only those whose whole text the regex matches."""
    rule: dict[str, Any] = {"any": [{"kind": kind, **({"regex": regex} if regex else {})} for kind in kinds]}
    return root.find_all({"rule": rule})  # type: ignore[call-overload, no-any-return]
