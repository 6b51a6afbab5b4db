"""A second opinion: where the syntax tree of a unit may not be what its author meant.

The parser never fails: it repairs. Its tree says so by ERROR nodes and by nodes without text, which it made up. For
Python its standard library is asked as well (see `doubts_python`). JavaScript and TypeScript have no second parser that
could be asked in-process: the one wheel on the package index that holds one is an alpha of one release. Measured on
14,884 files of 24 public projects: the TypeScript compiler rejects none whose tree is clean.

The grammars lack some valid constructs. Repairs that only concern text or types, where no rule looks, are no doubt:
a bare `&` between JSX tags, `export type *`, import assertions, odd escapes in tagged templates, types, type arguments
before a tagged template, `typeof import("x")` as the type argument of a call, and defaults of Python's type parameters
(PEP 696).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.model.evidence import Doubt
from readycheck.model.vocabulary import Language
from readycheck.scan.late import compile_late
from readycheck.scan.unit import Unit

if TYPE_CHECKING:
    from ast_grep_py import Rule, SgNode

SCRIPTS = (Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX)
REPAIRS: Rule = {"any": [{"kind": "ERROR"}, {"regex": "^$"}]}
MARKUP = frozenset({"jsx_element", "jsx_fragment", "jsx_text", "string"})
TAGS = frozenset({"jsx_self_closing_element", "jsx_opening_element"})
TYPES = frozenset({"type_annotation", "interface_body", "object_type", "parenthesized_type", "type_alias_declaration"})
MODULES = frozenset({"import_statement", "export_statement"})
COMPARISONS = frozenset({"binary_expression", "parenthesized_expression"})
TYPEOF_IMPORT = compile_late(r"typeof import\([^()]*\)")
EMPTY_CALL = compile_late(r">?\s*\(\)[\s;,]*")
FLOW_HEADER = 1000
# A file with more repairs than this is not understood, whatever they are.
MANY = 100
NEAR = 10


def find_doubts(unit: Unit, *, second_opinion: bool = True) -> tuple[Doubt, ...]:
    """At most one doubt: the first line on which the unit may have been misunderstood, and why.

    Without a second opinion only the tree's own word counts: enough for a file from which nothing but facts are taken.
    """
    if unit.language is Language.PYTHON:
        from readycheck.scan.doubts.python import find_python_doubt  # noqa: PLC0415 - it imports this module

        found = find_python_doubt(unit, second_opinion=second_opinion)
    elif unit.language in SCRIPTS:
        found = find_script_doubt(unit)
    else:
        return ()
    return (Doubt(unit.path, *found),) if found else ()


def find_script_doubt(unit: Unit) -> tuple[int, str] | None:
    """The line of the file and the reason."""
    row = find_repair(unit)
    if row is None:
        return None
    reason = f"line {row + 1} could not be parsed"
    if unit.language is Language.JAVASCRIPT and "@flow" in unit.text[:FLOW_HEADER]:
        reason += ": the file has Flow types"
    return row + 1, reason


def find_repair(unit: Unit) -> int | None:
    """The first row (from 0) that the parser had to repair and where code may stand; None when there is none."""
    if not unit.text.strip():
        return None
    repairs = unit.root.find_all({"rule": REPAIRS})
    serious = (node for count, node in enumerate(repairs) if count >= MANY or not is_harmless(node))
    first = next(serious, None)
    return first.range().start.line if first else None


def is_harmless(node: SgNode) -> bool:
    """Whether a repair lies where no code can stand. Only for constructs that the grammars are known to lack."""
    text, parent = node.text(), find_parent(node)
    if parent is None or not text:
        return parent is not None and is_before_template(parent)
    kind, is_plain = parent.kind(), not any(mark in text for mark in "{}()<>`")
    return (
        (kind in MARKUP and is_plain and text.startswith("&"))
        or (kind in MODULES and (text == "type" or text.startswith("assert ")))
        or (kind == "template_string" and "${" not in text)
        or (kind in TAGS and is_plain)
        or (kind == "member_expression" and text == "default")
        or (kind in TYPES and "\n" not in text)
        or (kind in COMPARISONS and EMPTY_CALL.fullmatch(text) is not None and compares_import(parent))
        or any(outer.kind() == "type_parameter" for outer in climb(node))
    )


def is_before_template(parent: SgNode) -> bool:
    """Whether what was made up is a `!` between type arguments and the text of a tagged template."""
    after = parent.next()
    return parent.kind() == "non_null_expression" and after is not None and after.kind() == "template_string"


def compares_import(parent: SgNode) -> bool:
    """Whether the brackets of `f<typeof import("x")>()` were taken for a comparison."""
    return any(
        one.kind() == "unary_expression" and TYPEOF_IMPORT.match(one.text()) is not None
        for comparison in (parent, *parent.children())
        for one in (comparison, *comparison.children())
    )


def find_parent(node: SgNode) -> SgNode | None:
    """The nearest node around a repair that is none itself."""
    return next((outer for outer in climb(node) if outer.kind() != "ERROR"), None)


def climb(node: SgNode) -> Iterator[SgNode]:
    """The nearest nodes around a node; a tree may be 100,000 levels deep, and what matters here is near."""
    outer = node.parent()
    for _ in range(NEAR):
        if outer is None:
            return
        yield outer
        outer = outer.parent()
