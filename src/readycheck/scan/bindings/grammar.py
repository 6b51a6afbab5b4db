"""What the resolver asks about a language; `python` and `javascript` each hold one set of answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from readycheck.model.vocabulary import Language

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.bindings.occurrence import Flow, Guard, Import, Occurrence, Step, Value
    from readycheck.scan.bindings.tree import Tree
    from readycheck.scan.bindings.values import Values

Up = Sequence["SgNode"]  # what encloses a node, innermost first


@dataclass(frozen=True)
class Grammar:
    """The functions of one adapter."""

    # The kinds of nodes that are names: of variables, of members, of types.
    list_kinds: Callable[[Language], tuple[str, ...]]
    # What an occurrence of a name is.
    classify: Callable[[SgNode, Up], Occurrence]
    # The scopes that a node sees, innermost first, and whether the node runs while the scope does.
    find_scopes: Callable[[SgNode, Up], Iterator[tuple[SgNode, bool]]]
    # Whether a name of the scope means something further out until it is bound.
    is_ordered: Callable[[SgNode], bool]
    # Whether a name stands for a type, so that bindings that only bind types count.
    is_type: Callable[[SgNode, Up], bool]
    # Whether an expression is a variable's name.
    is_name: Callable[[SgNode], bool]
    # Whether an expression can be a reference: a name, a member, a call.
    is_target: Callable[[SgNode], bool]
    # Where an expression's value comes from; never asked about names.
    take_step: Callable[[SgNode], Step]
    # What a call means if its callee is a certain function (`require`, `functools.partial`).
    find_guard: Callable[[SgNode], Guard | None]
    # The expressions that a function returns; none if the node is no function, or a generator.
    find_returns: Callable[[SgNode], list[SgNode]]
    # What receives the value of an expression.
    find_flow: Callable[[SgNode, Up], Flow]
    # The class to which an occurrence of a name adds a member (`self.x = v`, a field), and the member's values.
    find_member: Callable[[SgNode, Up], tuple[SgNode, tuple[Value, ...]] | None]
    # The expression that reads the member of that name (`self.x`).
    find_member_use: Callable[[SgNode, Up], SgNode | None]
    # What a name means that the file binds nowhere, given its star imports.
    name_global: Callable[[str, Iterable[Import]], tuple[str, ...]]
    # The global names through which something wanted can be reached.
    seed_names: Callable[[frozenset[str], str], Iterator[str]]
    # Cheap looks at the text: whether an import could bring in something wanted, whether there may be star imports.
    may_import: Callable[[frozenset[str], str], bool]
    has_star_imports: Callable[[str], bool]
    # All names that import statements bind.
    find_imports: Callable[[SgNode], Iterator[Import]]
    # Calls that load modules (`require("x")`, `import("x")`, `importlib.import_module("x")`).
    find_loads: Callable[[Tree], Iterator[SgNode]]
    # The qualified name of a value that has come down to a name and a suffix.
    join_name: Callable[[Value], str]
    # The properties of an object literal, by name.
    find_properties: Callable[[SgNode], dict[str, tuple[Value, ...]]]
    # What the module exports, by name.
    find_exports: Callable[[Values], dict[str, tuple[str, ...]]]
