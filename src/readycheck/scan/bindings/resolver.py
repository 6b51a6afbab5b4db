"""What names mean in one file: imports, aliases, scopes and shadowing, for Python and JavaScript/TypeScript."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from readycheck.model.vocabulary import Language
from readycheck.scan.bindings.commands import is_inside_command
from readycheck.scan.bindings.local import LocalValues
from readycheck.scan.bindings.main_guard import is_inside_main_guard
from readycheck.scan.bindings.occurrence import Binding, Reference
from readycheck.scan.bindings.references import Search
from readycheck.scan.bindings.scopes import Scopes
from readycheck.scan.bindings.symbols import find_symbol
from readycheck.scan.bindings.tree import Tree
from readycheck.scan.bindings.values import Values

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.bindings.grammar import Grammar

__all__ = ["Bindings", "Reference"]


class Bindings:
    """Answers questions about one syntax tree; works out only what is asked for, and remembers it.

    Every method may raise `TooDeepError` (`tree.py`) on code nested thousands of levels deep in thousands of places.
    """

    def __init__(self, root: SgNode, language: Language) -> None:
        """Take the root of a tree in Python, JavaScript, TypeScript or TSX."""
        self._language = language
        self._grammar = find_grammar(language)
        self._tree = Tree(root, self._grammar.list_kinds(language))
        self._values = Values(Scopes(self._tree, self._grammar), self._grammar)

    @cached_property
    def local(self) -> LocalValues:
        """The same questions, answered with the names of the file's own definitions as well (`#create_app.app`)."""
        return LocalValues(self._values.scopes, self._grammar, self._language)

    def qualify(self, node: SgNode) -> tuple[str, ...]:
        """Everything an expression may refer to, as qualified names; () when that is unknown.

        A name is the module as the code writes it, then attributes, with `()` for the value of a call or of `new`:
        `builtins.print`, `flask.Flask().run`, `@sentry/node.init`, `.logger.info` (relative), `globalThis.console.log`.
        A member that is only known when the code runs is `*`. A name with an annotation but no known value is an
        instance of the annotated type.
        """
        return self._values.qualify(node)

    def find_references(self, names: Sequence[str]) -> Iterator[Reference]:
        """All expressions that resolve to one of the names, in the order of the text.

        A name may end in `.*`: any one member, dotted, quoted or dynamic. Uses in types are no references.
        """
        yield from Search(self._values, names).run()

    def exports(self) -> dict[str, tuple[str, ...]]:
        """What a JavaScript or TypeScript module exports: name -> the qualified names of its value, often none.

        The default export and `module.exports` are `default`; `*` lists the modules that are passed on as a whole.
        Python modules export all their names: an empty answer.
        """
        return self._grammar.find_exports(self._values)

    def export_locally(self) -> dict[str, tuple[str, ...]]:
        """The same, with the names of the file's own definitions as well."""
        return self._grammar.find_exports(self.local)

    def imports(self) -> dict[str, str]:
        """The names that import statements bind, and what each of them is."""
        return {one.local: one.name for one in self._values.imports if one.local}

    def find_targets(self, name: SgNode) -> tuple[SgNode, ...]:
        """Where the variable that a name stands for is bound or assigned to, in the order of the text."""
        scopes = self._values.scopes
        scope = scopes.resolve(name)[0] or scopes.find_target_scope(name)
        found = scopes.find_targets(name.text(), scope) if scope is not None else []
        return tuple(sorted(found, key=lambda node: node.range().start.index))

    def find_uses(self, name: SgNode) -> tuple[SgNode, ...]:
        """Where the variable that a name stands for, or that it binds, is read, in the order of the text."""
        scopes = self._values.scopes
        scope = scopes.find_target_scope(name) or scopes.resolve(name)[0]
        return tuple(node for node in scopes.find_table(name.text()).uses if scopes.resolve(node)[0] == scope)

    def find_unbound(self, name: str) -> tuple[SgNode, ...]:
        """Where a name is read that nothing in the file binds or assigns to, in the order of the text."""
        table = self._values.scopes.find_table(name)
        return () if table.loose else tuple(node for node in table.uses if self._values.scopes.resolve(node)[0] is None)

    def find_reads(self, name: str) -> tuple[SgNode, ...]:
        """Where a name is read, whatever it means there, in the order of the text."""
        return tuple(self._values.scopes.find_table(name).uses)

    def occurs(self, name: str) -> bool:
        """Whether a variable or type of that name is bound, read or assigned to anywhere in the file."""
        table = self._values.scopes.find_table(name)
        return bool(table.bindings or table.uses or table.targets)

    def resolve_name(self, name: str, place: SgNode) -> tuple[SgNode | None, Sequence[Binding]]:
        """What a name would mean at a place: the scope that it is bound in (None: nowhere), and its bindings there."""
        return self._values.scopes.resolve_name(name, place)

    def list_outermost(self, name: str) -> Sequence[Binding]:
        """The bindings of a name at the top of the file that hold when all of it has run."""
        return self._values.scopes.list_outermost(name)

    def is_free(self, name: str, places: Iterable[SgNode]) -> bool:
        """Whether a module may bind a name at its top: that changes nothing that is there, and every place sees it."""
        scopes = self._values.scopes
        table = scopes.find_table(name)
        bound = {table.redirects.get(scope, scope) if scope is not None else None for scope in table.targets.values()}
        is_read = any(scopes.resolve(node)[0] is None for node in table.uses)
        is_hidden = any(scopes.resolve_name(name, place)[0] is not None for place in places)
        return not (is_read or is_hidden or None in bound or self._tree.root in bound)

    def enclosing_symbol(self, node: SgNode) -> str:
        """The functions and classes around a node, outermost first, joined by dots; empty at the top."""
        return find_symbol(self._tree.find_ancestors(node))

    def is_inside_main_guard(self, node: SgNode) -> bool:
        """Whether a node only runs when its file is started as a program."""
        return is_inside_main_guard(node, self._tree.find_ancestors(node))

    def is_inside_command(self, node: SgNode) -> bool:
        """Whether a node stands in a function that a command line offers, in Python."""
        return is_inside_command(self._tree.find_ancestors(node), self.qualify)


def find_grammar(language: Language) -> Grammar:
    """The adapter of a language; ValueError if it is none that has names to resolve."""
    from readycheck.scan.bindings import javascript, python  # noqa: PLC0415 - one of the two is enough for a file

    if language is Language.PYTHON:
        return python.GRAMMAR
    if language in (Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX):
        return javascript.GRAMMAR
    raise ValueError(f"names cannot be resolved in {language}")
