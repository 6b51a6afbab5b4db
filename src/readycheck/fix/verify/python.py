"""Python after an edit, read by the parser of the Python that runs us."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import dropwhile, zip_longest

from readycheck.fix.verify.names import find_undefined
from readycheck.fix.verify.regions import Change, Side

Holder = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def verify_python(change: Change) -> Iterator[str]:
    """What is wrong with the new text: at most the first difference off the planned places, and undefined names."""
    old_side, new_side = change.regions
    try:
        old, new = parse(change.before), parse(change.after)
    except (SyntaxError, ValueError) as error:
        yield f"the new text would not parse: {describe(error)}"
        return
    except (RecursionError, MemoryError) as error:
        yield f"the text is nested too deeply to be compared: {type(error).__name__}"
        return
    compared = Comparison(old_side, new_side)
    different = compared.compare(old, new)
    if different is not None:
        yield f"line {old_side.line_of(different)} would change, where nothing was planned"
    if is_late(new) and not is_late(old):
        yield "the new text would not load: an import from __future__ would not stand at the beginning"
    yield from find_undefined(change, new)


def parse(text: str) -> ast.Module:
    """The syntax tree of a text, as Python 3 has it; nothing is compiled or run."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


def is_late(module: ast.Module) -> bool:
    """Whether something but the docstring stands above an import from `__future__`, which the compiler refuses."""
    body = module.body[1:] if has_docstring(module) else module.body
    others = dropwhile(is_future, body)
    return any(map(is_future, others))


def is_future(statement: ast.stmt) -> bool:
    """Whether a statement switches a feature on."""
    return isinstance(statement, ast.ImportFrom) and statement.module == "__future__" and not statement.level


def describe(error: Exception) -> str:
    """What the parser says, with the line."""
    if isinstance(error, SyntaxError):
        return f"{error.msg} on line {error.lineno}"
    return str(error)


@dataclass(frozen=True)
class Comparison:
    """Compares two trees node by node, but for what lies in the stretches that may differ."""

    old: Side
    new: Side

    def compare(self, old: object, new: object, near: int = 0) -> int | None:
        """Where the old node differs from the new one, as an offset of the old text; None where it does not.

        `near` is the place of the nearest node around that has one.
        """
        if isinstance(old, list) and isinstance(new, list):
            return self.compare_lists(old, new, near)
        if not isinstance(old, ast.AST) or not isinstance(new, ast.AST):
            return self.compare_values(old, new, near)
        at, after = span(self.old, old), span(self.new, new)
        near = at[0] if at else near
        if at and after:
            masked = self.old.find(*at)
            if masked is not None and masked == self.new.find(*after):
                return None
            if isinstance(old, ast.stmt) and self.is_untouched(at, after):
                return None if type(old) is type(new) else near
        return self.compare_fields(old, new, near)

    def compare_fields(self, old: ast.AST, new: ast.AST, near: int) -> int | None:
        """The same for the parts of two nodes."""
        if type(old) is not type(new):
            return near
        if isinstance(old, Holder) and has_docstring(old) and not (isinstance(new, Holder) and has_docstring(new)):
            return near  # what was inserted before it made it an ordinary expression
        for name in old._fields:
            found = self.compare(getattr(old, name, None), getattr(new, name, None), near)
            if found is not None:
                return found
        return None

    def compare_lists(self, old: Sequence[object], new: Sequence[object], near: int) -> int | None:
        """The same for lists of nodes, without those that lie in the stretches: they may be more, or fewer."""
        rest_old = [one for one in old if not is_masked(self.old, one)]
        rest_new = [one for one in new if not is_masked(self.new, one)]
        for before, after in zip_longest(rest_old, rest_new, fillvalue=MISSING):
            if before is MISSING or after is MISSING:
                at = span(self.old, before) if isinstance(before, ast.AST) else None
                return at[0] if at else near
            found = self.compare(before, after, near)
            if found is not None:
                return found
        return None

    def compare_values(self, old: object, new: object, near: int) -> int | None:
        """The same for what is no node: names, constants, or a node that was not there before."""
        if isinstance(old, ast.AST) or isinstance(new, ast.AST):
            masked_old = old is None or is_masked(self.old, old)
            return None if masked_old and (new is None or is_masked(self.new, new)) else near
        return None if type(old) is type(new) and (old == new or old != old) else near  # noqa: PLR0124 - NaN

    def is_untouched(self, old: tuple[int, int], new: tuple[int, int]) -> bool:
        """Whether a statement is far from all edits and its text is the same: then its tree is."""
        return not self.old.touches(*old) and self.old.text[slice(*old)] == self.new.text[slice(*new)]


MISSING = object()


def has_docstring(node: Holder) -> bool:
    """Whether the first statement is a string."""
    first = node.body[0] if node.body else None
    return isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)


def is_masked(side: Side, node: object) -> bool:
    """Whether all of a node lies in one of the stretches."""
    at = span(side, node) if isinstance(node, ast.AST) else None
    return at is not None and side.find(*at) is not None


def span(side: Side, node: ast.AST) -> tuple[int, int] | None:
    """The stretch of a node, decorators included; None for nodes without a place (operators, parameter lists)."""
    if not isinstance(node, ast.stmt | ast.expr | ast.keyword | ast.arg | ast.alias | ast.excepthandler | ast.pattern):
        return None
    decorators = getattr(node, "decorator_list", ())
    start = offset(side, node.lineno, node.col_offset)
    if decorators:
        start = side.text.rfind("@", 0, offset(side, decorators[0].lineno, decorators[0].col_offset))
    return start, offset(side, node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)


def offset(side: Side, line: int, column: int) -> int:
    """The offset in the text of a place that the parser gives: its columns count bytes of UTF-8."""
    start = side.lines[line - 1]
    row = side.text[start : start + column]
    return start + (column if row.isascii() else len(row.encode()[:column].decode("utf-8", "ignore")))
