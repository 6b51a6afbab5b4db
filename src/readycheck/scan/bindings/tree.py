"""The syntax tree as the bindings need it: all occurrences of a name, and what encloses a node."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ast_grep_py import SgNode

# One search costs a sixth of the parse whatever it looks for, listing every identifier about half of it (measured).
MOST_SEARCHES = 3
# Nodes visited on the way up from deeply nested places, over all occurrences: about a second. People do not write such.
MOST_STEPS = 2_000_000
DEEP = 500
# Nodes kept for the next question about the same place; each takes some 200 bytes.
MOST_KEPT = 100_000

# What is asked for in most files that are parsed: found in one search, which takes hardly longer for all than for one.
PYTHON_KINDS = frozenset({
    "call", "assignment", "augmented_assignment", "string", "string_content", "integer", "raise_statement",
    "function_definition", "class_definition", "lambda", "return_statement", "except_clause", "decorated_definition",
    "import_statement", "import_from_statement", "try_statement", "for_statement", "if_statement", "comment",
})  # fmt: skip
SCRIPT_KINDS = frozenset({
    "call_expression", "new_expression", "assignment_expression", "variable_declarator", "string", "string_fragment",
    "template_string", "number", "throw_statement", "return_statement", "catch_clause", "try_statement",
    "function_declaration", "generator_function_declaration", "function_expression", "generator_function",
    "arrow_function", "method_definition", "class_declaration", "class", "for_statement", "for_in_statement",
    "import_statement", "export_statement", "pair", "if_statement", "object", "comment",
})  # fmt: skip
TYPED_KINDS = SCRIPT_KINDS | {"abstract_class_declaration", "public_field_definition", "required_parameter"}
PLACE = itemgetter(0)


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
    if regex is None and root.parent() is None:
        usual = PYTHON_KINDS if root.kind() == "module" else SCRIPT_KINDS
        for known in (usual, TYPED_KINDS) if usual is SCRIPT_KINDS else (usual,):
            if known.issuperset(kinds):
                return open_index(root, known).find(kinds)
    return search_kinds(root, kinds, regex)


def search_kinds(root: SgNode, kinds: Sequence[str], regex: str | None = None) -> list[SgNode]:
    """The same by a search of the tree."""
    rule: dict[str, Any] = {"any": [{"kind": kind, **({"regex": regex} if regex else {})} for kind in kinds]}
    return root.find_all({"rule": rule})  # type: ignore[call-overload, no-any-return]


class Index:
    """The nodes of one tree by their kind; made when a few kinds have been asked for, since it costs two searches."""

    def __init__(self, root: SgNode, kinds: frozenset[str]) -> None:
        """Take the root, and all kinds that may be asked for."""
        self.root = root
        self.kinds = kinds
        self._asked = 0

    @cached_property
    def places(self) -> Mapping[str, Sequence[tuple[int, SgNode]]]:
        """The nodes by their kind, each with its place among all."""
        found: dict[str, list[tuple[int, SgNode]]] = {}
        for place, node in enumerate(search_kinds(self.root, sorted(self.kinds))):
            found.setdefault(node.kind(), []).append((place, node))
        return found

    def find(self, kinds: Sequence[str]) -> list[SgNode]:
        """The nodes of some kinds, in the order of the text."""
        self._asked += 1
        if self._asked <= MOST_SEARCHES:
            return search_kinds(self.root, kinds)
        found = [self.places[kind] for kind in set(kinds) if kind in self.places]
        return [node for _, node in (sorted(chain(*found), key=PLACE) if len(found) > 1 else chain(*found))]


@lru_cache(maxsize=1)
def open_index(root: SgNode, kinds: frozenset[str]) -> Index:
    """The index of the last tree that was asked for."""
    return Index(root, kinds)
