"""Where a module's head ends: behind its imports, before the first definition and before anything that prints."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from readycheck.fix.refusal import RefusedError
from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

IMPORTS = frozenset({"import_statement", "import_from_statement"})
DEFINITIONS = frozenset({"function_definition", "class_definition", "decorated_definition"})
FORKS = frozenset({"try_statement", "if_statement"})
# What gevent and eventlet replace must not be imported before they do.
PATCHES = compile_late(r"\bmonkey\.patch_|\bmonkey_patch\(")
FUTURE = "future_import_statement"


@dataclass(frozen=True, slots=True)
class Head:
    """The statements of a module's head that matter: its imports, forks that hold some, docstring and `__future__`.

    `after` is the statement behind which a binding may stand (None: at the top of the file), `following` the next one.
    """

    statements: tuple[SgNode, ...]
    after: SgNode | None
    following: SgNode | None

    @property
    def imports(self) -> list[SgNode]:
        """The plain imports, in order."""
        return [one for one in self.statements if one.kind() in IMPORTS]


def find_head(unit: Unit, sites: Sequence[SgNode]) -> Head:
    """The head of a module in which some places print. Raises RefusedError where it cannot be told apart."""
    if unit.root.kind() != "module":
        raise RefusedError("no-place")
    starts = [one.range().start.index for one in sites]
    rows = [one for one in unit.root.children() if one.is_named() and one.kind() != "comment"]
    found: list[SgNode] = []
    for place, one in enumerate(rows):
        extent = one.range()
        if one.kind() in DEFINITIONS or any(extent.start.index <= start < extent.end.index for start in starts):
            break
        if (
            one.kind() in IMPORTS | {FUTURE}
            or (one.kind() in FORKS and is_import_fork(one))
            or is_docstring(one, place)
        ):
            found.append(one)
    after = found[-1] if found else None
    following = next((one for one in rows if after is None or one.range().start.index >= after.range().end.index), None)
    if after is not None and following is not None and following.range().start.line == after.range().end.line:
        raise RefusedError("no-place")
    if brings_stars(rows, after):
        raise RefusedError("star-import")
    return Head(tuple(found), after, following)


def is_docstring(node: SgNode, place: int) -> bool:
    """Whether the first statement of a module is its docstring."""
    inner = node.named_children()[:1] if node.kind() == "expression_statement" else []
    return place == 0 and bool(inner) and inner[0].kind() in ("string", "concatenated_string")


def is_import_fork(node: SgNode) -> bool:
    """Whether a `try` or an `if` at the top is there for the sake of imports."""
    if node.kind() == "if_statement" and "__main__" in node.text():
        return False
    holds = any(node.find(kind=kind) is not None for kind in sorted(IMPORTS))
    return holds and all(node.find(kind=kind) is None for kind in sorted(DEFINITIONS))


def brings_stars(rows: Sequence[SgNode], after: SgNode | None) -> bool:
    """Whether an `import *` below the head may replace what is bound there."""
    end = after.range().end.index if after is not None else 0
    return any(
        one.range().start.index >= end
        and one.kind() not in DEFINITIONS
        and one.find(kind="wildcard_import") is not None
        for one in rows
    )


def find_import_place(head: Head, statement: str, text: str) -> tuple[int, str]:
    """Where an import belongs among those of the head, and how it is written there; below all of them otherwise.

    It goes among the imports of its own sort (the standard library's, others), in the order of the alphabet, `import`
    before `from`.
    """
    module, is_from = statement.split()[1].partition(".")[0], statement.startswith("from ")
    group = find_group(head, is_standard=module in sys.stdlib_module_names)
    if PATCHES.search(text):
        return end_of_line(head.after, text), f"\n\n{statement}"
    if not group or any(one.find(kind="wildcard_import") is not None for one in head.statements):
        first = next(iter(head.imports), None)
        is_first = first is not None and first.range().start.column == 0 and module in sys.stdlib_module_names
        if first is None or not is_first or any("*" in one.text() for one in head.imports):
            return end_of_line(head.after, text), f"\n\n{statement}"
        return start_of_comment(first, text), f"{statement}\n\n"
    key = (is_from, module)
    before = [one for one in group if (one.kind() == "import_from_statement", read_module(one)) < key]
    if before:
        return end_of_line(before[-1], text), f"\n{statement}"
    return group[0].range().start.index, f"{statement}\n"


def find_group(head: Head, *, is_standard: bool) -> list[SgNode]:
    """The first run of plain imports, without a blank line in between, of one sort."""
    group: list[SgNode] = []
    for one in head.imports:
        fits = one.range().start.column == 0 and is_of_sort(one, is_standard=is_standard)
        if group and (not fits or one.range().start.line > group[-1].range().end.line + 1):
            break
        if fits:
            group.append(one)
    return group


def is_of_sort(node: SgNode, *, is_standard: bool) -> bool:
    """Whether an import takes from the standard library, or from a package that is not part of it."""
    module = read_module(node)
    return bool(module) and (module in sys.stdlib_module_names) is is_standard


def read_module(node: SgNode) -> str:
    """The first part of the module that is imported; empty for a relative import."""
    name = node.field("module_name") or next(iter(node.field_children("name")), None)
    name = name.field("name") or name if name is not None else None
    return name.text().partition(".")[0] if name is not None else ""


def end_of_line(node: SgNode | None, text: str) -> int:
    """The end of the line on which a node ends."""
    if node is None:
        return 0
    end = text.find("\n", node.range().end.index)
    end = len(text) if end < 0 else end
    return end - 1 if text[end - 1 : end] == "\r" else end


def start_of_comment(node: SgNode, text: str) -> int:
    """The start of a statement, or of the comments right above it, as long as they do not begin the file."""
    start = node.range().start.index
    place = start
    while place:
        above = text.rfind("\n", 0, place - 1) + 1
        if not text[above:place].startswith("#"):
            return place
        place = above
    return start
