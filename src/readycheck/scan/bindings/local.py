"""Names for what a file itself defines: `#create_app.app`, beside the qualified names of what it imports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from readycheck.model.vocabulary import Language
from readycheck.scan.bindings.occurrence import Value
from readycheck.scan.bindings.symbols import find_holder_name, read_name
from readycheck.scan.bindings.tree import find_kinds
from readycheck.scan.bindings.values import Values

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.bindings.grammar import Grammar
    from readycheck.scan.bindings.scopes import Scopes
    from readycheck.scan.bindings.tree import Tree

LOCAL = "#"
"""What a name begins with that stands for a definition of the file itself."""
FUNCTIONS = (
    "function_declaration", "generator_function_declaration", "function_expression", "generator_function",
    "arrow_function", "method_definition",
)  # fmt: skip
DEFINITIONS = {
    Language.PYTHON: ("function_definition", "class_definition", "lambda"),
    Language.JAVASCRIPT: (*FUNCTIONS, "class_declaration", "class"),
    Language.TYPESCRIPT: (*FUNCTIONS, "class_declaration", "class", "abstract_class_declaration"),
    Language.TSX: (*FUNCTIONS, "class_declaration", "class", "abstract_class_declaration"),
}


def name_definitions(tree: Tree, language: Language) -> Mapping[SgNode, str]:
    """Each function and class of a file, in the order of the text, by a dotted name that no other one has.

    One without a name of its own is called by what holds it, or by its position (`<12:5>`).
    """
    names: dict[SgNode, str] = {}
    taken: dict[str, int] = {}
    for node in find_kinds(tree.root, DEFINITIONS[language]):
        if not node.is_named():  # the keyword `class` has the kind of a class expression
            continue
        up = tree.find_ancestors(node)
        outer = next((names[one] for one in up if one in names), "")
        own = read_name(node, "name") or find_holder_name(up) or position_name(node)
        name = f"{outer}.{own}" if outer else own
        taken[name] = taken.get(name, 0) + 1
        names[node] = name if taken[name] == 1 else f"{name}~{taken[name]}"
    return names


def position_name(node: SgNode) -> str:
    """`<line:column>`, both from 1."""
    start = node.range().start
    return f"<{start.line + 1}:{start.column + 1}>"


class LocalValues(Values):
    """Values that also name the definitions and variables of the file itself."""

    def __init__(self, scopes: Scopes, grammar: Grammar, language: Language) -> None:
        """Take the scopes, the language's adapter and the language."""
        super().__init__(scopes, grammar)
        self.definitions = name_definitions(scopes.tree, language)

    def find_owner(self, node: SgNode) -> str:
        """The name of the innermost definition that a node stands in; empty at the top."""
        return next((self.definitions[one] for one in self.tree.find_ancestors(node) if one in self.definitions), "")

    def name_scope(self, scope: SgNode) -> str:
        """The name of the definition whose scope it is, or in which the block stands."""
        return self.definitions[scope] if scope in self.definitions else self.find_owner(scope)

    def name_target(self, node: SgNode) -> tuple[str, ...]:
        """The names of what is assigned to: of a variable the one that it has from here on."""
        if not self.grammar.is_name(node):
            return self.qualify(node)
        scope = self.scopes.find_target_scope(node)
        outer = self.name_scope(scope) if scope is not None else ""
        return (f"{LOCAL}{outer}.{node.text()}" if outer else LOCAL + node.text(),)

    def _expand(self, node: SgNode, suffix: str) -> Iterator[Value]:
        name = self.definitions.get(node)
        if name is not None:
            yield Value(name=LOCAL + name, suffix=suffix)
        yield from super()._expand(node, suffix)

    def _expand_name(self, node: SgNode, suffix: str) -> Iterator[Value]:
        scope, bindings = self.scopes.resolve(node)
        is_import = (
            bool(bindings)
            and all(value.name for one in bindings for value in one.values)
            and any(one.values for one in bindings)
        )
        is_instance = any(one.owner is not None for one in bindings)  # `self`: named by its class below
        if scope is not None and not is_import and not is_instance:
            outer = self.name_scope(scope)
            yield Value(name=f"{LOCAL}{outer}.{node.text()}" if outer else LOCAL + node.text(), suffix=suffix)
        yield from super()._expand_name(node, suffix)

    def _expand_member(self, owner: SgNode, suffix: str) -> Iterator[Value]:
        name = self.definitions.get(owner)
        if name is not None and suffix.startswith("."):
            yield Value(name=f"{LOCAL}{name}()", suffix=suffix)
        yield from super()._expand_member(owner, suffix)
