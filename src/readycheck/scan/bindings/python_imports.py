"""Python's import statements, and what names mean that nothing binds."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from readycheck.scan.bindings.occurrence import Import
from readycheck.scan.bindings.tree import find_around, find_kinds
from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.bindings.tree import Tree

BUILTINS = frozenset(dir(builtins))
STAR = compile_late(r"\bimport\s*\*")
# Modules of the standard library whose star import replaces builtins, and which.
REPLACED = {
    "codecs": frozenset({"open"}),
    "gzip": frozenset({"open"}),
    "io": frozenset({"open"}),
    "math": frozenset({"pow"}),
    "os": frozenset({"open"}),
    "tokenize": frozenset({"open"}),
    "builtins": BUILTINS,
}
LOADERS = ("__import__", "import_module")
BLANKS = compile_late(r"\s|\\")


def name_global(name: str, imports: Iterable[Import]) -> tuple[str, ...]:
    """Builtins, and whatever the star imports may bring.

    A star import of a module outside the standard library may replace any builtin (`from rich import *` does replace
    `print`): then the name is not claimed to be the builtin.
    """
    if name == "__builtins__":
        return ("builtins",)
    modules = [one.name for one in imports]
    known = [module for module in modules if module.partition(".")[0] in sys.stdlib_module_names]
    if name not in BUILTINS:
        return tuple(f"{module}.{name}" for module in modules)
    replacing = [module for module in modules if module not in known or name in REPLACED.get(module, ())]
    return tuple(f"{module}.{name}" for module in replacing) or (f"builtins.{name}",)


def seed_names(wanted: frozenset[str], text: str) -> Iterator[str]:
    """Builtins go by their own names; `__builtins__` is the module."""
    for name in wanted:
        module, dot, member = name.partition(".")
        if module == "builtins" and dot and member.isidentifier():
            yield member
    if "builtins" in wanted and "__builtins__" in text:
        yield "__builtins__"
    if "builtins" in wanted and "getattr" in text:
        yield "getattr"


def may_import(wanted: frozenset[str], text: str) -> bool:
    """Whether the first word of a wanted module, or a relative import, stands in the text."""
    return any((name.lstrip(".").partition(".")[0] or ".") in text for name in wanted)


def has_star_imports(text: str) -> bool:
    """Whether there may be star imports."""
    return "*" in text and STAR.search(text) is not None


def find_imports(root: SgNode) -> Iterator[Import]:
    """All names that import statements bind; a star import has no local name."""
    for node in find_kinds(root, ("import_statement", "import_from_statement")):
        module = node.field("module_name")
        if module is None:
            for name in node.field_children("name"):
                yield read_import(name)
            continue
        base = BLANKS.sub("", module.text())
        if any(child.kind() == "wildcard_import" for child in node.children()):
            yield Import("", base)
        for name in node.field_children("name"):
            one = read_import(name)
            yield Import(one.local, join_module(base, one.name))


def read_import(node: SgNode) -> Import:
    """`a.b` (which binds `a`) or `a.b as c`."""
    alias = node.field("alias")
    if alias is None:
        first = node.text().partition(".")[0].strip()
        return Import(first, first)
    name = node.field("name")
    return Import(alias.text(), BLANKS.sub("", name.text()) if name is not None else "")


def join_module(module: str, name: str) -> str:
    """A name in a module; the dots of a relative import are not doubled."""
    return module + name if module.endswith(".") else f"{module}.{name}"


def find_loads(tree: Tree) -> Iterator[SgNode]:
    """Calls of `__import__` and `import_module`."""
    tree.prefetch(LOADERS)
    for name in LOADERS:
        for node in tree.find_name(name):
            call = next((one for one in find_around(node) if one.kind() == "call"), None)
            if call is not None:
                yield call
