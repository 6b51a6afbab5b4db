"""When a place runs: before the logger exists, or just before the process ends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.scan.bindings.tree import find_kinds
from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

FUNCTIONS = frozenset({
    "function_declaration", "function_expression", "arrow_function", "method_definition", "generator_function",
    "generator_function_declaration",
})  # fmt: skip
PASSIVE = frozenset({
    "import_statement", "function_declaration", "generator_function_declaration", "class_declaration", "comment",
    "hash_bang_line", "type_alias_declaration", "interface_declaration", "abstract_class_declaration",
    "enum_declaration", "ambient_declaration",
})  # fmt: skip
BLOCKS = frozenset({"statement_block", "program", "switch_case", "switch_default"})
ENDING = compile_late(r"\bprocess\.(?:exit|abort|kill|reallyExit)\s*\(|\bprocess\.emit\(\s*[\"']exit")
MOST_BEHIND = 12
ENDING_EVENT = compile_late(r"""\bprocess\.(?:on|once|addListener)\(\s*["'](?:exit|uncaughtExceptionMonitor)["']""")


def is_at_top(node: SgNode) -> bool:
    """Whether code runs while its module is loaded: no function is around it."""
    return not any(one.kind() in FUNCTIONS for one in node.ancestors())


def may_run_early(unit: Unit, since: int) -> bool:
    """Whether a function of the file may be called from its top, before an offset."""
    names = set(list_functions(unit))
    for statement in unit.root.children():
        if statement.range().end.index > since:
            return False
        if statement.kind() in PASSIVE:
            continue
        used = find_kinds(statement, ("identifier",))
        if any(one.text() in names and is_at_top(one) and not is_declared(one) for one in used):
            return True
    return False


def is_declared(name: SgNode) -> bool:
    """Whether a name stands where its variable is declared."""
    parent = name.parent()
    return parent is not None and parent.kind() == "variable_declarator" and parent.field("name") == name


def list_functions(unit: Unit) -> Iterator[str]:
    """The functions and classes at the top of a file, by name."""
    for statement in unit.root.children():
        inner = statement.field("declaration") if statement.kind() == "export_statement" else statement
        name = inner.field("name") if inner is not None else None
        if name is not None:
            yield name.text()
        for declarator in inner.named_children() if inner is not None else ():
            own = declarator.field("name") if declarator.kind() == "variable_declarator" else None
            value = declarator.field("value") if own is not None else None
            if own is not None and value is not None and value.kind() in FUNCTIONS | {"class"}:
                yield own.text()


def ends_process(unit: Unit, node: SgNode) -> bool:
    """Whether the process is ended in the few statements behind a place, or in the expression that it belongs to."""
    if not ENDING.search(unit.text) and not ENDING_EVENT.search(unit.text):
        return False
    child = node
    for parent in node.ancestors():
        if parent.kind() in BLOCKS:
            return is_in_exit(node) or any(ENDING.search(one.text()) for one in list_behind(child))
        if parent.kind() == "sequence_expression" and ENDING.search(parent.text()):
            return True
        child = parent
    return False


def list_behind(statement: SgNode) -> Iterator[SgNode]:
    """The simple statements behind one."""
    behind = statement.next()
    for _ in range(MOST_BEHIND):
        if behind is None:
            return
        if behind.kind() == "expression_statement":
            yield behind
        behind = behind.next()


def is_in_exit(node: SgNode) -> bool:
    """Whether a place stands in a listener for the end of the process."""
    return any(one.kind() == "call_expression" and ENDING_EVENT.match(one.text()) for one in node.ancestors())
