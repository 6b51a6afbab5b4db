"""Python: the imports of a module, and the names that it binds at its top."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.scan.bindings.tree import find_kinds
from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from ast_grep_py import SgNode

IMPORTS = ("import_from_statement", "import_statement")
FUNCTIONS = frozenset({"function_definition", "lambda"})
OPENING = compile_late(
    r"\bglobals\(\)|\bdef __getattr__\b|\bvars\(\)|\b__path__\b|\bextend_path\b|\bsys\.modules\b"
    r"|\blazy_loader\b|\bimport\s*\*"
)
TYPING = compile_late(r"\bTYPE_CHECKING\b")


def list_imports(root: SgNode) -> Iterator[tuple[str, list[str], int, bool]]:
    """Each import: the module with its dots, the names (none: the module itself), the line, whether it may fail."""
    for node in find_kinds(root, IMPORTS):
        line = node.range().start.line + 1
        guarded = is_guarded(node)
        if node.kind() == "import_statement":
            for name in node.field_children("name"):
                target = name.field("name") or name
                yield target.text(), [], line, guarded
            continue
        module = node.field("module_name")
        if module is not None:
            names = [(one.field("name") or one).text() for one in node.field_children("name")]
            yield "".join(module.text().split()), names, line, guarded


def is_guarded(node: SgNode) -> bool:
    """Whether an import may fail, or never happens: in a `try`, under a condition, for types only."""
    for parent in node.ancestors():
        kind = parent.kind()
        if kind in ("try_statement", "except_clause", "if_statement", "with_statement", "match_statement"):
            return True
    return False


def list_names(root: SgNode) -> set[str]:
    """The names that a module binds at its top, or by `global` in a function."""
    found: set[str] = set()
    work = list(root.named_children())
    while work:
        node = work.pop()
        kind = node.kind()
        if kind in ("function_definition", "class_definition"):
            name = node.field("name")
            found |= {name.text()} if name is not None else set()
        elif kind == "decorated_definition":
            work += node.named_children()
        elif kind in IMPORTS:
            found |= bind_import(node)
        elif kind in (
            "assignment",
            "augmented_assignment",
            "named_expression",
            "for_statement",
            "as_pattern",
            "type_alias_statement",
        ):
            found |= bind_target(node)
            work += [one for one in node.named_children() if one.kind() not in FUNCTIONS]
        elif kind not in FUNCTIONS:
            work += node.named_children()
    for node in find_kinds(root, ("global_statement",)):
        found |= {one.text() for one in node.named_children()}
    return found


def bind_import(node: SgNode) -> set[str]:
    """The names that an import binds."""
    found = set()
    for one in node.field_children("name"):
        alias, name = one.field("alias"), one.field("name") or one
        text = alias.text() if alias is not None else name.text()
        found.add(text if node.kind() == "import_from_statement" or alias is not None else text.partition(".")[0])
    return found


def bind_target(node: SgNode) -> set[str]:
    """The names in the target of an assignment, a loop or an `as`."""
    target = node.field("left") or node.field("name") or node.field("alias")
    if target is None:
        return set()
    if target.kind() == "identifier":
        return {target.text()}
    return {one.text() for one in find_kinds(target, ("identifier",))}
