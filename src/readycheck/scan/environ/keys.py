"""Which variable a key names: a text, a constant, each text of a list that a loop runs over, or a parameter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from readycheck.model.vocabulary import Language
from readycheck.scan.environ.names import is_variable
from readycheck.scan.environ.phase import FUNCTIONS, read_name
from readycheck.scan.literals import read_literal

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

LISTS = frozenset({"list", "tuple", "set", "array", "expression_list"})
PASSING = frozenset({"parenthesized_expression", "as_expression", "satisfies_expression", "non_null_expression"})
CAPITALISE = frozenset({"upper", "toUpperCase"})
ITERATORS = frozenset({"forEach", "map", "filter", "every", "some", "find", "flatMap", "reduce"})
LOOPS = frozenset({"for_statement", "for_in_clause", "for_in_statement"})
MOST_NAMES = 200
HOLE = "\0"


@dataclass(frozen=True, slots=True)
class Key:
    """The variables that a key names, each with the node that says so; or the function whose parameter it is."""

    names: tuple[tuple[str, SgNode], ...] = ()
    function: SgNode | None = None
    parameter: str = ""
    template: str = HOLE
    upper: bool = False

    def fill(self, word: str) -> str:
        """The name of the variable once the parameter is known."""
        return self.template.replace(HOLE, word.upper() if self.upper else word)

    @property
    def pattern(self) -> str:
        """A regex for the names that a key may have; empty if they may be any."""
        pieces = [re.escape(piece) for piece in self.template.split(HOLE)]
        return r"\w+".join(pieces) if any(pieces) else ""


def read_key(unit: Unit, node: SgNode) -> Key:
    """What a key names."""
    while node.kind() in PASSING:
        node = node.named_children()[0]
    known, value = read_literal(node)
    if known:
        return Key(((value, node),)) if isinstance(value, str) and is_variable(value) else Key()
    template, hole, upper = take_template(node)
    if hole is None:
        return Key(template=template)
    texts = tuple(find_texts(unit, hole))
    if texts:
        key = Key(template=template, upper=upper)
        return Key(tuple((key.fill(text), place) for text, place in texts if is_variable(key.fill(text))))
    return Key(function=find_owner(hole), parameter=hole.text(), template=template, upper=upper)


def take_template(node: SgNode) -> tuple[str, SgNode | None, bool]:
    """The text around the one name in a key, that name's node (None: none, or several), and if it is capitalised."""
    kind = node.kind()
    if kind == "identifier":
        return HOLE, node, False
    if kind in ("call", "call_expression"):
        callee = node.field("function")
        method = (callee.field("attribute") or callee.field("property")) if callee is not None else None
        whose = callee.field("object") if callee is not None else None
        if method is not None and whose is not None and method.text() in CAPITALISE:
            template, hole, _ = take_template(whose)
            return template, hole, True
        return HOLE, None, False
    if kind in ("binary_operator", "binary_expression"):
        return join_parts([part for part in (node.field("left"), node.field("right")) if part is not None])
    if kind in ("string", "template_string"):
        return join_parts([child for child in node.children() if child.is_named()])
    return HOLE, None, False


def join_parts(parts: Sequence[SgNode]) -> tuple[str, SgNode | None, bool]:
    """The template of texts and names that stand beside each other."""
    text, holes, upper = "", [], False
    for part in parts:
        kind = part.kind()
        if kind in ("string_start", "string_end"):
            continue
        if kind in ("string_content", "string_fragment", "escape_sequence"):
            text += part.text()
            continue
        known, value = read_literal(part)
        if known:
            text += str(value)
            continue
        inner = part
        if kind in ("interpolation", "template_substitution"):
            inner = next(iter(part.named_children()), part)
        template, hole, raised = take_template(inner) if inner is not part or kind != "string" else (HOLE, None, False)
        text, upper = text + template, upper or raised
        holes.append(hole)
    return text or HOLE, holes[0] if len(holes) == 1 else None, upper


def find_texts(unit: Unit, name: SgNode) -> Iterator[tuple[str, SgNode]]:
    """The literal texts that a name stands for: a constant of the module, or the elements of the list it runs over."""
    word = name.text()
    for parent in name.ancestors():
        kind = parent.kind()
        if kind in FUNCTIONS and has_parameter(parent, word):
            holder = parent.parent()
            call = holder.parent() if holder is not None and holder.kind() == "arguments" else None
            callee = call.field("function") if call is not None else None
            method = callee.field("property") if callee is not None else None
            source = callee.field("object") if callee is not None else None
            if method is not None and source is not None and method.text() in ITERATORS:
                yield from list_texts(unit, source)
            return
        loops = [parent] if kind in LOOPS else [one for one in parent.children() if one.kind() == "for_in_clause"]
        for loop in loops:
            left, right = loop.field("left"), loop.field("right")
            if left is not None and right is not None and re.search(rf"\b{re.escape(word)}\b", left.text()):
                yield from list_texts(unit, right)
                return
    value = find_constant(unit, word)
    known, text = read_literal(value) if value is not None else (False, None)
    if known and isinstance(text, str) and value is not None:
        yield text, name


def list_texts(unit: Unit, source: SgNode) -> Iterator[tuple[str, SgNode]]:
    """The texts in a list that is written out, there or where a constant of the module is set."""
    value: SgNode | None = source
    while value is not None and value.kind() in PASSING:
        value = value.named_children()[0]
    if value is not None and value.kind() == "identifier":
        value = find_constant(unit, value.text())
    while value is not None and value.kind() in PASSING:
        value = value.named_children()[0]
    for part in value.named_children()[:MOST_NAMES] if value is not None and value.kind() in LISTS else ():
        known, text = read_literal(part)
        if known and isinstance(text, str):
            yield text, part


def find_constant(unit: Unit, name: str) -> SgNode | None:
    """The value that is assigned to a name, if that happens once in the file."""
    if len(re.findall(rf"\b{re.escape(name)}\b\s*(?::[^=\n]+)?=(?![=>])", unit.text)) != 1:
        return None
    is_python = unit.language is Language.PYTHON
    kind, target, source = ("assignment", "left", "right") if is_python else ("variable_declarator", "name", "value")
    for node in unit.root.find_all(kind=kind, regex=rf"^{re.escape(name)}\b"):
        left = node.field(target)
        if left is not None and left.text() == name:
            return node.field(source)
    return None


def find_owner(name: SgNode) -> SgNode | None:
    """The nearest function that has a name for a parameter, if that function can be called by a name."""
    for parent in name.ancestors():
        if parent.kind() in FUNCTIONS and has_parameter(parent, name.text()):
            return parent if read_name(parent) else None
    return None


def has_parameter(function: SgNode, name: str) -> bool:
    """Whether a function has a parameter of that name."""
    return name in list_parameters(function)


def list_parameters(function: SgNode) -> list[str]:
    """The names of a function's parameters, in order; a destructured one is empty."""
    single = function.field("parameter")
    if single is not None:
        return [single.text()]
    holder = function.field("parameters")
    found = []
    for part in holder.named_children() if holder is not None else ():
        if part.kind() == "comment":
            continue
        name = part
        for field in ("name", "pattern", "left"):
            name = part.field(field) or name
        if part.kind() == "typed_parameter":
            name = next(iter(part.named_children()), part)
        found.append(name.text() if name.kind() == "identifier" else "")
    return found
