"""JavaScript and TypeScript after an edit, on the tree of the scan's parser."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

from readycheck.fix.verify.names import collect_words
from readycheck.fix.verify.regions import Change, Side
from readycheck.model.vocabulary import Language
from readycheck.scan.bindings.javascript_scopes import FUNCTIONS
from readycheck.scan.doubts.tree import REPAIRS
from readycheck.scan.files.languages import language_of
from readycheck.scan.unit import Unit

if TYPE_CHECKING:
    from ast_grep_py import SgNode

GLOBALS = frozenset({
    "AbortController", "AbortSignal", "Array", "BigInt", "Boolean", "Buffer", "Date", "Error", "Infinity", "Intl",
    "JSON", "Map", "Math", "NaN", "Number", "Object", "Promise", "Proxy", "Reflect", "RegExp", "Set", "String",
    "Symbol", "URL", "URLSearchParams", "WeakMap", "WeakSet", "__dirname", "__filename", "arguments", "clearInterval",
    "clearTimeout", "console", "decodeURIComponent", "encodeURIComponent", "exports", "fetch", "globalThis",
    "isNaN", "module", "parseFloat", "parseInt", "process", "require", "setImmediate", "setInterval", "setTimeout",
    "structuredClone", "undefined",
})  # fmt: skip
"""Names that every server has."""
HOISTED = frozenset({
    "import_statement", "function_declaration", "generator_function_declaration", "variable_declaration",
})  # fmt: skip
"""What may be used above the line on which it stands; `var` too, even if it has no value there."""


def verify_script(change: Change) -> Iterator[str]:
    """What is wrong with the new text: repairs, the first difference off the planned places, undefined names."""
    language = language_of(change.path) or Language.JAVASCRIPT
    old, new = (Unit(change.path, language, text) for text in (change.before, change.after))
    old_side, new_side = change.regions
    if count_repairs(new) > count_repairs(old):
        yield "the new text would not parse"
        return
    different = Comparison(old_side, new_side).compare(old.root, new.root)
    if different is not None:
        yield f"line {old_side.line_of(different)} would change, where nothing was planned"
    names = collect_words(old_side) | collect_words(new_side)
    yield from find_undefined(old, new, names)
    yield from find_early(new, new_side, names)


def count_repairs(unit: Unit) -> int:
    """How many places the parser could not make out."""
    return len(unit.root.find_all({"rule": REPAIRS})) if unit.text.strip() else 0


@dataclass(frozen=True)
class Comparison:
    """Compares two trees node by node, but for what lies in the stretches that may differ."""

    old: Side
    new: Side

    def compare(self, old: SgNode, new: SgNode) -> int | None:
        """Where the old node differs from the new one, as an offset of the old text; None where it does not."""
        pending = [(old, new)]
        while pending:
            before, after = pending.pop()
            at, then = span(before), span(after)
            masked = self.old.find(*at)
            if masked is not None and masked == self.new.find(*then):
                continue
            if before.kind() != after.kind():
                return at[0]
            if not self.old.touches(*at):
                if self.old.text[slice(*at)] != self.new.text[slice(*then)]:
                    return at[0]
                continue
            pairs = self.pair(before.children(), after.children())
            if pairs is None or not (pairs or self.is_same_leaf(at, then)):
                return at[0]
            pending += pairs
        return None

    def is_same_leaf(self, old: tuple[int, int], new: tuple[int, int]) -> bool:
        """Whether two words have the same text; one of which an edit changed a part need not."""
        cut = self.old.touches(old[0] + 1, old[1] - 1)
        return cut or self.old.text[slice(*old)] == self.new.text[slice(*new)]

    def pair(self, old: Sequence[SgNode], new: Sequence[SgNode]) -> list[tuple[SgNode, SgNode]] | None:
        """The parts of two nodes that belong together, without those in the stretches; None if some are left over."""
        rest_old = [one for one in old if self.old.find(*span(one)) is None]
        rest_new = [one for one in new if self.new.find(*span(one)) is None]
        pairs = list(zip_longest(rest_old, rest_new))
        return None if len(rest_old) != len(rest_new) else pairs


def span(node: SgNode) -> tuple[int, int]:
    """Where a node begins and ends in the text."""
    extent = node.range()
    return extent.start.index, extent.end.index


def find_undefined(old: Unit, new: Unit, names: set[str]) -> Iterator[str]:
    """One sentence for each name that the edits use, or leave behind, and that only now means nothing."""
    for name in sorted(names - GLOBALS):
        if new.bindings.find_unbound(name) and not old.bindings.find_unbound(name):
            yield f"the name {name} would be undefined"


def find_early(unit: Unit, side: Side, names: set[str]) -> Iterator[str]:
    """Names that the edits bind by `const`, `let` or `class`, and use above that while the module is loaded."""
    for name in sorted(names):
        for use in unit.bindings.find_reads(name):
            if side.find(*span(use)) is None or is_in_function(use):
                continue
            targets = unit.bindings.find_targets(use)
            if targets and all(is_late(target, use, side) for target in targets):
                yield f"the name {name} would be used on line {use.range().start.line + 1}, before it is bound"
                break


def is_late(target: SgNode, use: SgNode, side: Side) -> bool:
    """Whether an edit binds a name below the place where it is used."""
    start = target.range().start.index
    hoisted = any(one.kind() in HOISTED for one in target.ancestors())
    return start > use.range().start.index and side.find(*span(target)) is not None and not hoisted


def is_in_function(node: SgNode) -> bool:
    """Whether a node runs only when some function is called."""
    return any(one.kind() in FUNCTIONS for one in node.ancestors())
