"""Python's part of the bindings: what the resolver asks, answered for tree-sitter's Python grammar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readycheck.model.vocabulary import Language
from readycheck.scan.bindings.grammar import Grammar
from readycheck.scan.bindings.occurrence import Value
from readycheck.scan.bindings.python_flow import find_flow, find_returns
from readycheck.scan.bindings.python_imports import (
    find_imports,
    find_loads,
    has_star_imports,
    may_import,
    name_global,
    seed_names,
)
from readycheck.scan.bindings.python_names import classify, find_member, find_member_use
from readycheck.scan.bindings.python_scopes import find_scopes, is_ordered
from readycheck.scan.bindings.python_values import find_guard, is_name, is_target, is_type, take_step

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.bindings.values import Values


def list_kinds(language: Language) -> tuple[str, ...]:  # noqa: ARG001 - the same question to every adapter
    """Names of variables, attributes and keywords all have one kind."""
    return ("identifier",)


def join_name(value: Value) -> str:
    """The name of a value."""
    return value.name + value.suffix


def find_properties(node: SgNode) -> dict[str, tuple[Value, ...]]:  # noqa: ARG001 - the same question to every adapter
    """Python has no object literals."""
    return {}


def find_exports(values: Values) -> dict[str, tuple[str, ...]]:  # noqa: ARG001 - likewise
    """Every name of a Python module can be imported: no list."""
    return {}


GRAMMAR = Grammar(
    list_kinds=list_kinds,
    classify=classify,
    find_scopes=find_scopes,
    is_ordered=is_ordered,
    is_type=is_type,
    is_name=is_name,
    is_target=is_target,
    take_step=take_step,
    find_guard=find_guard,
    find_returns=find_returns,
    find_flow=find_flow,
    find_member=find_member,
    find_member_use=find_member_use,
    name_global=name_global,
    seed_names=seed_names,
    may_import=may_import,
    has_star_imports=has_star_imports,
    find_imports=find_imports,
    find_loads=find_loads,
    join_name=join_name,
    find_properties=find_properties,
    find_exports=find_exports,
)
