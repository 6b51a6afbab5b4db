"""Expressions as plain data (JSON), so that they can be read again without the tree.

An expression is a mapping with one of these keys, and `t`, its text (the first 80 characters), where that helps:

- `s`: a constant string; `v`: a number, boolean or null.
- `n`: names of what it may be, first alternative first: qualified ones and those of the file itself (`#app.use`).
- `c`: a call, by its place in the outline's list of calls.
- `f`: a function or class that is written right here, by its name.
- `l`: a list or tuple; `o`: an object or dictionary as pairs of key and value (key `...`: a spread one).
- `j`: what is joined to a string or number, with `op`; `a`: alternatives, with `if`, the condition, where there is one.
- `e`: a spread or starred expression.
- only `t`: anything else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from readycheck.model.rule import Json
from readycheck.scan.bindings.javascript_patterns import read_key
from readycheck.scan.late import compile_late
from readycheck.scan.literals import read_literal

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.bindings.local import LocalValues

Expression = dict[str, Json]
TEXT_LENGTH = 80
MOST_PARTS = 80
MOST_NAMES = 8
DEEPEST = 7
LONGEST_STRING = 400
NAMES = frozenset({
    "identifier", "attribute", "member_expression", "subscript_expression", "subscript", "this",
    "shorthand_property_identifier", "property_identifier", "meta_property",
})  # fmt: skip
CALLS = frozenset({"call", "call_expression", "new_expression"})
PASSING = frozenset({
    "await", "await_expression", "parenthesized_expression", "as_expression", "satisfies_expression",
    "non_null_expression", "type_assertion", "expression_statement", "type", "sequence_expression",
})  # fmt: skip
LISTS = frozenset({"list", "tuple", "set", "array", "expression_list", "pattern_list"})
SPREADS = frozenset({"list_splat", "dictionary_splat", "spread_element"})
LOADS = compile_late(r"(?:^|\.)(?:require|import|import_module|__import__|_?_?interop\w+|__import\w+)$")
STRINGS = frozenset({"string", "template_string", "concatenated_string"})


class Encoder:
    """Turns syntax nodes of one file into expressions; `calls` tells the place of each call in the outline."""

    def __init__(self, values: LocalValues, calls: Mapping[SgNode, int]) -> None:
        """Take what names mean, and the numbered calls."""
        self.values = values
        self.calls = calls

    def encode(self, node: SgNode | None, depth: int = 0) -> Expression:
        """The expression of a node."""
        while node is not None and node.kind() in PASSING:
            parts = list_parts(node)
            node = parts[0] if parts else None
        if node is None:
            return {}
        if node in self.calls:
            module = self.name_module(node)
            return {"n": module, "t": shorten(node.text())} if module else self.encode_call(node)
        if node in self.values.definitions:
            return {"f": self.values.definitions[node]}
        encode = ENCODERS.get(node.kind()) if depth <= DEEPEST else None
        if encode is not None:
            return encode(self, node, depth + 1)
        return self.encode_leaf(node)

    def encode_call(self, node: SgNode) -> Expression:
        """A call, by its place."""
        return {"c": self.calls[node], "t": shorten(node.text())}

    def encode_leaf(self, node: SgNode) -> Expression:
        """A name, a constant, or only the text."""
        if node.kind() in NAMES:
            return {"n": self.name(node), "t": shorten(node.text())}
        known, value = read_literal(node)
        return {"v": value} if known else {"t": shorten(node.text())}

    def name_module(self, call: SgNode) -> list[Json]:
        """The module that a call loads, if it is one that does: `require("./users")`, `import_module("app.users")`."""
        callee = call.field("function")
        if callee is None or not LOADS.search(callee.text()):
            return []
        names = self.values.qualify(call)
        return [name for name in names if not name.endswith(")")]

    def name(self, node: SgNode) -> list[Json]:
        """The first few names of an expression."""
        return list(self.values.qualify(node)[:MOST_NAMES])

    def encode_string(self, node: SgNode, depth: int) -> Expression:
        """A string: constant, or joined from parts."""
        known, value = read_literal(node)
        if known and isinstance(value, str):
            return {"s": value[:LONGEST_STRING]}
        parts: list[Json] = []
        for child in node.named_children():
            kind = child.kind()
            if kind in ("interpolation", "template_substitution"):
                parts.append(self.encode(next(iter(list_parts(child)), None), depth))
            elif kind in ("string", "template_string"):
                parts.append(self.encode_string(child, depth))
            elif kind in ("string_content", "string_fragment", "escape_sequence"):
                parts.append({"s": child.text()[:LONGEST_STRING]})
        if parts and all(isinstance(part, dict) and "s" in part for part in parts):
            return {"s": "".join(str(part["s"]) for part in parts if isinstance(part, dict))[:LONGEST_STRING]}
        return {"j": parts[:MOST_PARTS], "op": "+"}

    def encode_list(self, node: SgNode, depth: int) -> Expression:
        """A list, tuple or array."""
        parts: list[Json] = [self.encode(part, depth) for part in list_parts(node)[:MOST_PARTS]]
        return {"l": parts}

    def encode_object(self, node: SgNode, depth: int) -> Expression:
        """An object or dictionary."""
        pairs: list[Json] = []
        for part in list_parts(node)[:MOST_PARTS]:
            kind = part.kind()
            if kind in SPREADS:
                pairs.append(["...", self.encode(next(iter(list_parts(part)), None), depth)])
            elif kind == "shorthand_property_identifier":
                pairs.append([part.text(), self.encode(part, depth)])
            elif kind == "method_definition":
                pairs.append([read_key(part.field("name")), self.encode(part, depth)])
            elif kind == "pair":
                pairs.append([self.read_pair_key(part), self.encode(part.field("value"), depth)])
        return {"o": pairs}

    def read_pair_key(self, pair: SgNode) -> str:
        """The key of a pair: its constant text, else its source text."""
        key = pair.field("key")
        if key is None:
            return ""
        known, value = read_literal(key)
        return str(value) if known else shorten(key.text())

    def encode_spread(self, node: SgNode, depth: int) -> Expression:
        """`*parts`, `**more`, `...rest`."""
        return {"e": self.encode(next(iter(list_parts(node)), None), depth)}

    def encode_operator(self, node: SgNode, depth: int) -> Expression:
        """`a + b`, `a || b`, `a and b`; comparisons keep their text only."""
        operator = node.field("operator")
        word = operator.text() if operator is not None else ""
        sides: list[Json] = [self.encode(node.field("left"), depth), self.encode(node.field("right"), depth)]
        if word in ("||", "??", "or"):
            return {"a": sides, "t": shorten(node.text())}
        if word in ("&&", "and"):
            condition = node.field("left")
            return {"a": sides[1:], "if": shorten(condition.text() if condition is not None else "")}
        if word in ("+", "%", "*", "/", "//", "-", "**", "<<"):
            return {"j": sides, "op": word, "t": shorten(node.text())}
        return {"t": shorten(node.text())}

    def encode_choice(self, node: SgNode, depth: int) -> Expression:
        """`a if test else b`, `test ? a : b`."""
        if node.kind() == "ternary_expression":
            condition, first, second = node.field("condition"), node.field("consequence"), node.field("alternative")
        else:
            parts = [*list_parts(node), None, None, None]
            first, condition, second = parts[0], parts[1], parts[2]
        text = shorten(condition.text()) if condition is not None else ""
        return {"a": [self.encode(first, depth), self.encode(second, depth)], "if": text}


def list_parts(node: SgNode) -> list[SgNode]:
    """The named children without comments."""
    return [child for child in node.named_children() if child.kind() != "comment"]


def shorten(text: str) -> str:
    """The first characters of a text, on one line."""
    return " ".join(text[: 2 * TEXT_LENGTH].split())[:TEXT_LENGTH]


ENCODERS: dict[str, Callable[[Encoder, SgNode, int], Expression]] = {
    **dict.fromkeys(STRINGS, Encoder.encode_string),
    **dict.fromkeys(LISTS, Encoder.encode_list),
    **dict.fromkeys(SPREADS, Encoder.encode_spread),
    "dictionary": Encoder.encode_object,
    "object": Encoder.encode_object,
    "binary_operator": Encoder.encode_operator,
    "binary_expression": Encoder.encode_operator,
    "boolean_operator": Encoder.encode_operator,
    "conditional_expression": Encoder.encode_choice,
    "ternary_expression": Encoder.encode_choice,
}
