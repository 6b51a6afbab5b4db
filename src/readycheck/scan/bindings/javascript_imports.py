"""ES imports, TypeScript's `import =`, and calls that load modules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from readycheck.scan.bindings.javascript_scopes import find_block
from readycheck.scan.bindings.occurrence import Binding, Import, Occurrence, Use, Value
from readycheck.scan.bindings.tree import find_kinds

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.bindings.tree import Tree

TYPE_WORDS = ("type", "typeof")


def read_source(statement: SgNode | None) -> str:
    """The module that an import names, as written; empty if there is none."""
    source = statement.field("source") if statement is not None else None
    return source.text()[1:-1] if source is not None else ""


def is_type_import(*nodes: SgNode) -> bool:
    """Whether `type` stands in an import statement or specifier."""
    return any(child.text() in TYPE_WORDS for node in nodes for child in node.children() if not child.is_named())


def bind_module(up: Sequence[SgNode], name: str, *, is_module: bool) -> Occurrence:
    """A binding to a module or to something in it; `up` begins with what stands in the import statement."""
    statement = next((one for one in up if one.kind() == "import_statement"), up[-1])
    type_only = is_type_import(statement, up[0])
    return Binding(up[-1], values=(Value(name=name, is_module=is_module),), type_only=type_only)


def find_statement(up: Sequence[SgNode]) -> SgNode | None:
    """The import statement around."""
    return next((one for one in up[:4] if one.kind() == "import_statement"), None)


def classify_import_clause(node: SgNode, up: Sequence[SgNode]) -> Occurrence:  # noqa: ARG001 - the same shape
    """`import node from "module"`: the module itself."""
    return bind_module(up, read_source(find_statement(up)), is_module=True)


def classify_namespace_import(node: SgNode, up: Sequence[SgNode]) -> Occurrence:  # noqa: ARG001 - likewise
    """`import * as node from "module"`."""
    return bind_module(up, read_source(find_statement(up)), is_module=True)


def classify_import_specifier(node: SgNode, up: Sequence[SgNode]) -> Occurrence:
    """`import { name as node } from "module"`."""
    name, alias = up[0].field("name"), up[0].field("alias")
    if name is None or (alias is not None and alias != node):
        return Use.NONE
    module, member = read_source(find_statement(up)), name.text().strip("\"'")
    if member == "default":
        return bind_module(up, module, is_module=True)
    return bind_module(up, f"{module}.{member}", is_module=False)


def classify_import_require(node: SgNode, up: Sequence[SgNode]) -> Occurrence:  # noqa: ARG001 - the same shape
    """`import node = require("module")`."""
    return bind_module(up, read_source(up[0]), is_module=True)


def classify_import_alias(node: SgNode, up: Sequence[SgNode]) -> Occurrence:
    """`import node = a.b`."""
    parts = up[0].named_children()
    if parts[0] != node:
        return Use.VALUE
    return Binding(find_block(up[1:]), values=tuple(Value(part) for part in parts[1:2]))


def find_imports(root: SgNode) -> Iterator[Import]:
    """All names that import statements bind, except those of types alone."""
    for statement in find_kinds(root, ("import_statement",)):
        module = read_source(statement)
        for node in find_kinds(statement, ("identifier",)):
            parent = node.parent()
            kind = parent.kind() if parent is not None else ""
            if parent is None or kind not in (
                "import_clause",
                "namespace_import",
                "import_specifier",
                "import_require_clause",
            ):
                continue
            if kind == "import_require_clause":
                yield Import(node.text(), read_source(parent))
            elif kind != "import_specifier":
                yield Import(node.text(), module)
            elif (parent.field("alias") or node) == node:
                name = parent.field("name")
                member = name.text().strip("\"'") if name is not None else ""
                yield Import(node.text(), module if member == "default" else f"{module}.{member}")


def find_loads(tree: Tree) -> Iterator[SgNode]:
    """Calls of `require` and `import`."""
    for node in tree.find_name("require"):
        call = node.parent()
        if call is not None and call.kind() == "call_expression":
            yield call
    if "import(" in tree.text:
        for node in find_kinds(tree.root, ("import",)):
            call = node.parent()
            if call is not None and call.kind() == "call_expression":
                yield call
