"""What the resolver asks about a language: one module a family answers (`python`, `javascript`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from readycheck.model.vocabulary import Language

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.bindings.occurrence import Flow, Guard, Import, Occurrence, Step, Value
    from readycheck.scan.bindings.tree import Tree


class Grammar(Protocol):
    """Functions of an adapter module. `up` is always what encloses the node, innermost first."""

    def list_kinds(self, language: Language) -> tuple[str, ...]:
        """The kinds of nodes that are names: of variables, of members, of types."""

    def classify(self, node: SgNode, up: Sequence[SgNode]) -> Occurrence:
        """What an occurrence of a name is."""

    def find_scopes(self, node: SgNode, up: Sequence[SgNode]) -> Iterator[tuple[SgNode, bool]]:
        """The scopes that are visible at a node, innermost first, and whether the node runs along with the scope."""

    def is_ordered(self, scope: SgNode) -> bool:
        """Whether a name of the scope means something further out until it is bound."""

    def is_type(self, node: SgNode, up: Sequence[SgNode]) -> bool:
        """Whether the name stands for a type, so that bindings that only bind types count."""

    def take_step(self, node: SgNode) -> Step:
        """Where an expression's value comes from; names are not for this function."""

    def is_name(self, node: SgNode) -> bool:
        """Whether an expression is a variable's name."""

    def is_call(self, node: SgNode) -> bool:
        """Whether an expression is a call or `new`."""

    def is_target(self, node: SgNode) -> bool:
        """Whether an expression itself names or makes something, and does not merely pass another one's value on."""

    def find_callee(self, call: SgNode) -> SgNode | None:
        """The callee of a call or `new`."""

    def find_guard(self, node: SgNode) -> Guard | None:
        """What a call means if its callee is a certain function (`require`, `functools.partial`)."""

    def find_returns(self, function: SgNode) -> list[SgNode]:
        """The expressions that a function returns; none if the node is no function, or a generator."""

    def find_member(self, node: SgNode, up: Sequence[SgNode]) -> tuple[SgNode, tuple[Value, ...]] | None:
        """The class to which an occurrence adds a member of that name (`self.x = v`, a field), and its values."""

    def find_member_use(self, node: SgNode, up: Sequence[SgNode]) -> SgNode | None:
        """The expression that reads the member of that name (`self.x`)."""

    def name_global(self, name: str, imports: Iterable[Import]) -> tuple[str, ...]:
        """What a name means that is bound nowhere in the file, given its star imports."""

    def seed_names(self, wanted: frozenset[str], text: str) -> Iterator[str]:
        """The global names through which something wanted can be reached."""

    def may_import(self, wanted: frozenset[str], text: str) -> bool:
        """Whether an import in the text could bring in something wanted: a cheap look."""

    def find_imports(self, root: SgNode) -> Iterator[Import]:
        """All import statements' names."""

    def has_star_imports(self, text: str) -> bool:
        """Whether there may be star imports: a cheap look."""

    def find_loads(self, tree: Tree) -> Iterator[SgNode]:
        """Calls that load modules (`require("x")`, `import("x")`, `importlib.import_module("x")`)."""

    def find_flow(self, node: SgNode, up: Sequence[SgNode]) -> Flow:
        """What receives the value of an expression."""

    def strip_default(self, suffix: str) -> str:
        """What is taken from a whole module, without the name of the default export."""
