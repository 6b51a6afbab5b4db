"""Reading declarations in JavaScript's and TypeScript's syntax: constants, calls and chains of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

Values = Mapping[str, Any]
DEEPEST = 24
CALLS = frozenset({"call_expression", "new_expression"})
INSIDE = frozenset({
    "parenthesized_expression", "await_expression", "as_expression", "satisfies_expression", "non_null_expression",
    "expression_statement", "return_statement",
})  # fmt: skip
FUNCTIONS = frozenset({
    "arrow_function", "function_expression", "function", "function_declaration", "method_definition",
    "generator_function",
})  # fmt: skip
PASSING = frozenset({"raw", "sql", "literal", "unsafe"})


class Unknown:
    """What is not constant."""


UNKNOWN = Unknown()


@dataclass(frozen=True)
class Call:
    """A call: the last name of what is called, what it is called on, its line and its arguments."""

    name: str
    owner: SgNode | None
    line: int
    node: SgNode
    arguments: list[SgNode] = field(default_factory=list)


def line_of(node: SgNode) -> int:
    """The line (from 1) on which a node begins."""
    return node.range().start.line + 1


def unwrap(node: SgNode | None) -> SgNode | None:
    """An expression without what only stands around it."""
    while node is not None and node.kind() in INSIDE:
        node = next((one for one in node.named_children() if one.kind() != "comment"), None)
    return node


def read_call(node: SgNode | None) -> Call | None:
    """A call or construction, also one that is awaited; None for anything else."""
    node = unwrap(node)
    if node is None or node.kind() not in CALLS:
        return None
    callee = unwrap(node.field("function") or node.field("constructor"))
    if callee is None:
        return None
    name, owner = callee.text(), None
    line = line_of(node)
    if callee.kind() == "member_expression":
        last = callee.field("property")
        owner = callee.field("object")
        name, line = (last.text(), line_of(last)) if last is not None else (name, line)
    held = node.field("arguments")
    given = (
        held.named_children() if held is not None and held.kind() == "arguments" else [held] if held is not None else []
    )
    return Call(name, owner, line, node, [one for one in given if one.kind() != "comment"])


def read_chain(node: SgNode | None) -> tuple[SgNode | None, list[Call]]:
    """What a chain of calls begins with, and its calls in the order in which they are made."""
    calls: list[Call] = []
    while (call := read_call(node)) is not None:
        calls.append(call)
        node = call.owner
        if node is None:
            break
    return node, calls[::-1]


def read_pairs(node: SgNode | None) -> dict[str, SgNode]:
    """The properties of an object literal."""
    node = unwrap(node)
    found: dict[str, SgNode] = {}
    for pair in node.named_children() if node is not None and node.kind() == "object" else ():
        if pair.kind() == "shorthand_property_identifier":
            found[pair.text()] = pair
        elif pair.kind() == "pair":
            key, value = pair.field("key"), pair.field("value")
            if key is not None and value is not None and key.kind() != "computed_property_name":
                found[key.text().strip("\"'`")] = value
    return found


def read_list(node: SgNode | None) -> list[SgNode]:
    """The elements of an array literal."""
    node = unwrap(node)
    if node is None or node.kind() != "array":
        return []
    return [one for one in node.named_children() if one.kind() != "comment"]


def find_function(node: SgNode | None) -> SgNode | None:
    """A function that stands as a value."""
    node = unwrap(node)
    return node if node is not None and node.kind() in FUNCTIONS else None


def find_result(function: SgNode | None) -> SgNode | None:
    """What a function gives back: an arrow's expression, or that of its only return."""
    body = unwrap(function.field("body")) if function is not None else None
    if body is None or body.kind() != "statement_block":
        return body
    returned = [one for one in body.named_children() if one.kind() == "return_statement"]
    return unwrap(returned[0]) if len(returned) == 1 else None


def list_parameters(function: SgNode) -> list[str]:
    """The names of a function's parameters."""
    single = function.field("parameter")
    if single is not None:
        return [single.text()]
    holder = function.field("parameters")
    names = []
    for one in holder.named_children() if holder is not None else ():
        pattern = one.field("pattern") or one
        names.append(pattern.text())
    return names


def evaluate(node: SgNode | None, values: Values, depth: int = 0) -> Any:  # noqa: ANN401, PLR0911 - a constant of any sort
    """The constant that an expression stands for: text, number, truth value, None, list, dict; else UNKNOWN."""
    node = unwrap(node)
    if node is None or depth > DEEPEST:
        return UNKNOWN
    kind, text = node.kind(), node.text()
    if kind in ("string", "template_string"):
        return evaluate_text(node, values, depth)
    if kind in WORDS:
        return WORDS[kind]
    if kind == "number":
        return int(text) if text.isdigit() else UNKNOWN
    if kind in ("identifier", "shorthand_property_identifier"):
        return values.get(text, UNKNOWN)
    if kind == "array":
        return [evaluate(one, values, depth + 1) for one in read_list(node)]
    if kind == "object":
        return {name: evaluate(one, values, depth + 1) for name, one in read_pairs(node).items()}
    if kind == "member_expression":
        holder, key = evaluate(node.field("object"), values, depth + 1), node.field("property")
        return holder.get(key.text(), UNKNOWN) if isinstance(holder, dict) and key is not None else UNKNOWN
    if kind == "binary_expression":
        sides = [evaluate(node.field(side), values, depth + 1) for side in ("left", "right")]
        operator = node.field("operator")
        is_sum = operator is not None and operator.text() == "+" and all(isinstance(one, str) for one in sides)
        return "".join(sides) if is_sum else UNKNOWN
    return evaluate_call(node, values, depth)


WORDS = {"true": True, "false": False, "null": None, "undefined": None}


def evaluate_call(node: SgNode, values: Values, depth: int) -> Any:  # noqa: ANN401 - as above
    """What only hands a text on: `knex.raw("...")`, the template of a tag, `"...".trim()`."""
    call = read_call(node)
    if call is None:
        return UNKNOWN
    if call.name in ("trim", "toString", "trimEnd", "trimStart") and call.owner is not None:
        return evaluate(call.owner, values, depth + 1)
    if call.name in PASSING and call.arguments:
        return evaluate(call.arguments[0], values, depth + 1)
    return UNKNOWN


def evaluate_text(node: SgNode, values: Values, depth: int) -> Any:  # noqa: ANN401 - as above
    """A text with what is filled into it, if that is constant."""
    found: list[str] = []
    parts = node.named_children()
    for place, part in enumerate(parts):
        if part.kind() == "template_substitution":
            value = evaluate(next(iter(part.named_children()), None), values, depth + 1)
            after = parts[place + 1].text() if place + 1 < len(parts) else ""
            if not isinstance(value, str | int) and "".join(found).endswith("'") and after.startswith("'"):
                value = "?"  # a value in SQL: which one does not matter
            if not isinstance(value, str | int):
                return UNKNOWN
            found.append(str(value))
        elif part.kind() == "escape_sequence":
            found.append({"\\n": "\n", "\\t": "\t", "\\\n": ""}.get(part.text(), part.text()[1:]))
        else:
            found.append(part.text())
    return "".join(found)


def read_constants(unit: Unit) -> dict[str, Any]:
    """The constants of a file: what `const` gives to a name at its outermost level."""
    values: dict[str, Any] = {}
    for statement in unit.root.named_children():
        inner = statement.field("declaration") if statement.kind() == "export_statement" else statement
        if inner is None or inner.kind() not in ("lexical_declaration", "variable_declaration"):
            continue
        for one in inner.named_children():
            name = one.field("name") if one.kind() == "variable_declarator" else None
            if name is not None and name.kind() == "identifier":
                value = evaluate(one.field("value"), values)
                if value is not UNKNOWN:
                    values[name.text()] = value
    return values


def list_declared(unit: Unit) -> Iterator[tuple[str, SgNode]]:
    """Names and values of a file's outermost variables."""
    for statement in unit.root.named_children():
        inner = statement.field("declaration") if statement.kind() == "export_statement" else statement
        for one in inner.named_children() if inner is not None and "declaration" in inner.kind() else ():
            name, value = one.field("name"), one.field("value")
            if one.kind() == "variable_declarator" and name is not None and value is not None:
                yield name.text(), value
