"""Names in Python that nothing binds any more after an edit, or that are used before they are bound."""

from __future__ import annotations

import ast
import symtable
import warnings
from collections.abc import Iterator

from readycheck.fix.verify.regions import Change, Side
from readycheck.scan.late import compile_late
from readycheck.scan.outline.unbound import PYTHON_NAMES

WORD = compile_late(r"[^\W\d]\w*")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def find_undefined(change: Change, new: ast.Module) -> Iterator[str]:
    """One sentence for each name that the edits use or leave behind without a binding.

    A module that imports all names of another one may have them from there: then nothing is said.
    """
    old_side, new_side = change.regions
    names = collect_words(old_side) | collect_words(new_side)
    try:
        before, after = read_table(change.before), read_table(change.after)
    except SyntaxError as error:  # what the parser lets pass: a late `from __future__`, `return` at the top
        yield f"the new text would not load: {error.msg} on line {error.lineno}"
        return
    fresh = find_unbound(after, names) - find_unbound(before, names)
    if not any(isinstance(node, ast.ImportFrom) and node.names[0].name == "*" for node in ast.walk(new)):
        yield from (f"the name {name} would be undefined" for name in sorted(fresh))
    yield from find_early(new, new_side, names)


def collect_words(side: Side) -> set[str]:
    """All words in the stretches that may differ."""
    return {word for start, end in side.stretches for word in WORD.findall(side.text[start:end])}


def read_table(text: str) -> symtable.SymbolTable:
    """What Python's compiler knows of the names of a text; no code is made of it. Raises SyntaxError."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return symtable.symtable(text, "unit", "exec")


def find_unbound(module: symtable.SymbolTable, names: set[str]) -> set[str]:
    """Which of the names some scope takes for a global one that the module never binds."""
    wanted, bound = set(), set()
    pending = [module]
    while pending:
        table = pending.pop()
        pending += table.get_children()
        for name in names.intersection(table.get_identifiers()):
            symbol = table.lookup(name)
            binds = symbol.is_assigned() or symbol.is_imported()
            if binds and (table is module or symbol.is_declared_global()):
                bound.add(name)
            elif symbol.is_referenced() and (symbol.is_global() or table is module):
                wanted.add(name)
    return wanted - bound - PYTHON_NAMES


def find_early(module: ast.Module, side: Side, names: set[str]) -> Iterator[str]:
    """Names that the edits bind on a line below one on which they are used while the module is loaded."""
    bound: dict[str, int] = {}
    for statement in module.body:
        for name in names.intersection(list_bound(statement)):
            bound.setdefault(name, statement.lineno)
    lines = {name: line for name, line in bound.items() if is_inside(side, line)}
    if not lines:
        return
    for name, line in find_loaded(module):
        if line < lines.get(name, 0) and is_inside(side, line):
            yield f"the name {name} would be used on line {line}, before it is bound on line {lines.pop(name)}"


def is_inside(side: Side, line: int) -> bool:
    """Whether a stretch that may differ has a part of a line."""
    end = side.lines[line] if line < len(side.lines) else len(side.text)
    return side.touches(side.lines[line - 1], end - 1)


def list_bound(statement: ast.stmt) -> set[str]:
    """The names that a statement binds where it stands."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {statement.name}
    names: set[str] = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names |= {alias.asname or alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
    return names


def find_loaded(module: ast.Module) -> Iterator[tuple[str, int]]:
    """The names that are read while the module is loaded, with their lines: all but those in bodies of functions."""
    pending: list[ast.AST] = [module]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node.id, node.lineno
        if isinstance(node, FUNCTIONS):
            pending += [*getattr(node, "decorator_list", ()), node.args]
        else:
            pending += ast.iter_child_nodes(node)
