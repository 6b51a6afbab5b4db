"""Doubts about Python: the syntax tree's own word, and that of the parser of the Python that runs us.

The second one is bound to its version. What only it rejects is a doubt, with its name in the reason, unless the syntax
tree has a construct on that line that is newer than it.
"""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.scan.doubts.tree import find_repair
from readycheck.scan.late import compile_late
from readycheck.scan.unit import Unit

if TYPE_CHECKING:
    from ast_grep_py import Rule

HOST = f"Python {sys.version_info.major}.{sys.version_info.minor}"
OLD_STATEMENTS: Rule = {"any": [{"kind": "print_statement"}, {"kind": "exec_statement"}]}
FORMATTED: Rule = {"kind": "string", "has": {"kind": "interpolation"}}
UNBRACKETED = "multiple exception types must be parenthesized"
# `except OSError, error:` is Python 2, `except OSError, ValueError:` Python 3.14 (PEP 758).
OLD_EXCEPT = compile_late(r"\bexcept\b.*,\s*([a-z_]\w*)\s*:")


def find_python_doubt(unit: Unit, *, second_opinion: bool) -> tuple[int, str] | None:
    """The line of the file and the reason, or None when both parsers (without a second opinion: ours) understand it."""
    row = find_repair(unit)
    if row is not None:
        return unit.real_line(row), f"line {unit.real_line(row)} could not be parsed"
    old = unit.root.find({"rule": OLD_STATEMENTS}) if "print" in unit.text or "exec" in unit.text else None
    if old is not None:
        line = unit.real_line(old.range().start.line)
        return line, f"line {line} is Python 2"
    return find_rejection(unit) if second_opinion else None


def find_rejection(unit: Unit) -> tuple[int, str] | None:
    """Where the Python that runs us rejects the unit for a reason that is not its own age."""
    # The symbol table comes from the same parser as ast.parse, which takes 1.6 times as long to make Python objects.
    import symtable  # noqa: PLC0415 - only for files with something to find

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            symtable.symtable(unit.text, "unit", "exec")
    except SyntaxError as error:
        row = (error.lineno or 1) - 1
        if is_newer(unit, error.msg, row):
            return None
        line = unit.real_line(row)
        return line, f"{HOST}'s own parser rejects line {line}: {error.msg}"
    except (RecursionError, MemoryError) as error:
        return 0, f"{HOST}'s own parser gave up on it: {type(error).__name__}"
    except ValueError as error:
        return 0, f"{HOST}'s own parser rejects it: {type(error).__name__}"
    return None


def is_newer(unit: Unit, message: str, row: int) -> bool:
    """Whether an error on a row (from 0) is about syntax that is newer than the Python that runs us."""
    if UNBRACKETED in message:
        text = unit.lines[row] if row < len(unit.lines) else ""
        found = OLD_EXCEPT.search(text)
        return found is None or re.search(rf"\bimport\b.*\b{found[1]}\b", unit.text) is not None
    for rule in newer_rules(sys.version_info[:2]):
        for node in unit.root.find_all({"rule": rule}):
            extent = node.range()
            if extent.start.line <= row <= extent.end.line:
                return True
    return False


def newer_rules(version: tuple[int, int]) -> Iterator[Rule]:
    """The constructs that came after a version of Python."""
    if version < (3, 12):
        yield FORMATTED  # the same quotes and line breaks inside (PEP 701)
        yield {"kind": "type_alias_statement"}  # type X = ... (PEP 695)
    if version < (3, 13):
        yield {"kind": "type_parameter"}  # def f[T](...) (PEP 695), [T = int] (PEP 696)
    if version < (3, 14):
        yield {"kind": "string", "has": {"kind": "string_start", "regex": "[tT]"}}  # t"..." (PEP 750)
