"""Names that code uses and that nothing binds: the module does not load, or fails when it gets there."""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.bindings.local import LocalValues

PYTHON_NAMES = frozenset(
    {*dir(builtins), "__file__", "__name__", "__path__", "__spec__", "reveal_type", "WindowsError"}
)
ROOTS = frozenset({"attribute", "member_expression", "subscript", "subscript_expression"})
MOST = 20


def find_unbound(values: LocalValues, calls: Sequence[SgNode]) -> Iterator[tuple[str, int]]:
    """Names of functions, of objects whose method is called, and of arguments, with the line (from 1) of the first use.

    Only for Python: what is global in JavaScript depends on the host and on type declarations.
    """
    if values.stars or values.tree.root.kind() != "module":
        return
    seen: set[str] = set()
    for call in calls:
        for node in find_names(call):
            name = node.text()
            if name in seen or name in PYTHON_NAMES:
                continue
            seen.add(name)
            table = values.scopes.find_table(name)
            if not table.bindings and not table.loose and not table.redirects:
                yield name, node.range().start.line + 1
                if len(seen) > MOST * MOST:
                    return


def find_names(call: SgNode) -> Iterator[SgNode]:
    """The variables at the root of a callee and of plain arguments."""
    root = call.field("function")
    while root is not None and root.kind() in ROOTS:
        root = root.field("object") or root.field("value")
    if root is not None and root.kind() == "identifier":
        yield root
    arguments = call.field("arguments")
    for part in arguments.named_children() if arguments is not None else ():
        value = part.field("value") if part.kind() == "keyword_argument" else part
        if value is not None and value.kind() == "identifier":
            yield value
