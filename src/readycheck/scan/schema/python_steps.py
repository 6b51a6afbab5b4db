"""The calls that a function makes, in the order in which it makes them, as far as its text alone tells.

Loops over constant lists are run, functions of the same file are followed, of a condition about the product the branch
for Postgres is taken, and of any other one what is done when it holds: a migration asks whether something is there in
order to make it. Nothing is executed: names stand for constants, or for nothing that is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from readycheck.scan.late import compile_late
from readycheck.scan.schema.python_nodes import Declared, read_call, read_text

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

Values = Mapping[str, Any]
DEEPEST = 5
MOST_TURNS = 300
MOST_STATEMENTS = 20_000
PRODUCT = compile_late(
    r"(?:dialect|bind|engine|vendor|driver|is_)\w*[\w.()]*?(?:name|vendor)?\b.{0,30}?(==|!=|not\s+in|in)\s*(.+)$"
)
BRACES = compile_late(r"\{(\w*)\}")
HANDED = frozenset(
    {
        "f",
        "text",
        "dedent",
        "cleandoc",
        "quoted_name",
        "str",
        "list",
        "tuple",
        "sorted",
        "DDL",
        "column",
        "literal_column",
    }
)


class Unknown:
    """What is not constant."""


UNKNOWN = Unknown()


@dataclass(frozen=True)
class Made:
    """A call that is made, and what names stand for where it is."""

    call: Declared
    values: Values

    def read(self, node: SgNode | None) -> Any:  # noqa: ANN401 - a constant of any sort
        """The constant that an expression stands for, or UNKNOWN."""
        return evaluate(node, self.values) if node is not None else UNKNOWN

    def say(self, node: SgNode | None) -> str:
        """The constant text that an expression stands for, or nothing."""
        value = self.read(node)
        return value if isinstance(value, str) else ""


@dataclass(frozen=True)
class Walker:
    """The functions of a file, by name; `left` is how many statements may still be taken, loops and all."""

    functions: Mapping[str, SgNode]
    left: list[int] = field(default_factory=lambda: [MOST_STATEMENTS])

    def walk(self, block: SgNode | None, values: dict[str, Any], depth: int = 0) -> Iterator[Made]:
        """The calls of a block's statements."""
        for statement in block.named_children() if block is not None else ():
            yield from self.take(statement, values, depth)

    def take(self, statement: SgNode, values: dict[str, Any], depth: int) -> Iterator[Made]:
        """The calls of one statement."""
        kind = statement.kind()
        self.left[0] -= 1
        if self.left[0] < 0:
            return
        if kind == "for_statement":
            yield from self.repeat(statement, values, depth)
        elif kind == "if_statement":
            yield from self.choose(statement, values, depth)
        elif kind == "with_statement":
            yield from self.enter(statement, values, depth)
        elif kind in ("try_statement", "while_statement"):
            yield from self.walk(statement.field("body"), values, depth)
        elif kind in ("expression_statement", "return_statement"):
            for part in statement.named_children():
                yield from self.express(part, values, depth)

    def express(self, node: SgNode, values: dict[str, Any], depth: int) -> Iterator[Made]:
        """The calls of an expression; what it gives to a name is kept."""
        if node.kind() == "assignment":
            target, value = node.field("left"), node.field("right")
            if value is not None:
                yield from self.express(value, values, depth)
                bind(target, evaluate(value, values), values)
            return
        call = read_call(node)
        if call is None:
            return
        function = self.functions.get(node.field("function").text()) if node.kind() == "call" else None  # type: ignore[union-attr]
        if function is not None and depth < DEEPEST:
            yield from self.walk(function.field("body"), bind_arguments(function, call, values), depth + 1)
        else:
            yield Made(call, dict(values))

    def repeat(self, statement: SgNode, values: dict[str, Any], depth: int) -> Iterator[Made]:
        """A loop over a constant list, turn by turn; over any other one once."""
        rows = evaluate(statement.field("right"), values)
        turns = list(rows)[:MOST_TURNS] if isinstance(rows, list | tuple | dict) else [UNKNOWN]
        for one in turns if self.left[0] > 0 else ():
            bind(statement.field("left"), one, values)
            yield from self.walk(statement.field("body"), values, depth)

    def choose(self, statement: SgNode, values: dict[str, Any], depth: int) -> Iterator[Made]:
        """The branch that is taken where the product is Postgres and what is to be made is not there."""
        condition, body = statement.field("condition"), statement.field("consequence")
        if condition is None or holds(condition.text()):
            yield from self.walk(body, values, depth)
            return
        for part in statement.named_children():
            if part.kind() == "elif_clause":
                yield from self.choose(part, values, depth)
            elif part.kind() == "else_clause":
                yield from self.walk(part.field("body"), values, depth)

    def enter(self, statement: SgNode, values: dict[str, Any], depth: int) -> Iterator[Made]:
        """A `with` block; what is entered is kept under its name as the call that gave it."""
        for item in statement.find_all(kind="with_item"):
            value = item.field("value")
            inner = value
            if value is not None and value.kind() == "as_pattern":
                inner, alias = next(iter(value.named_children()), None), value.field("alias")
                if alias is not None:
                    values[alias.text()] = read_call(inner) or UNKNOWN
            call = read_call(inner)
            if call is not None:
                yield Made(call, dict(values))
        yield from self.walk(statement.field("body"), values, depth)


def read_constants(unit: Unit) -> dict[str, Any]:
    """The constants of a file."""
    values: dict[str, Any] = {}
    for statement in unit.root.named_children():
        for one in statement.named_children() if statement.kind() == "expression_statement" else ():
            target = one.field("left") if one.kind() == "assignment" else None
            if target is not None and target.kind() == "identifier":
                values[target.text()] = evaluate(one.field("right"), values)
    return values


def holds(condition: str) -> bool:
    """Whether a condition is taken to hold."""
    found = PRODUCT.search(condition)
    if found is None or not any(
        name in found[2].lower() for name in ("postgres", "sqlite", "mysql", "mariadb", "oracle", "mssql")
    ):
        return True
    is_meant = "postgres" in found[2].lower()
    return is_meant == (found[1] in ("==", "in"))


def bind(target: SgNode | None, value: Any, values: dict[str, Any]) -> None:  # noqa: ANN401 - a constant of any sort
    """Let names stand for a value, or for its parts."""
    if target is None:
        return
    if target.kind() == "identifier":
        values[target.text()] = value
    elif target.kind() in ("pattern_list", "tuple_pattern", "tuple", "list_pattern"):
        names = target.named_children()
        parts = list(value) if isinstance(value, list | tuple) and len(value) == len(names) else [UNKNOWN] * len(names)
        for name, part in zip(names, parts, strict=True):
            bind(name, part, values)


def bind_arguments(function: SgNode, call: Declared, values: Values) -> dict[str, Any]:
    """What the names of a function's parameters stand for in one call."""
    inner = {name: value for name, value in values.items() if name.isupper() or name.startswith("_")}
    given = [evaluate(one, values) for one in call.arguments]
    named = {name: evaluate(node, values) for name, node in call.named.items()}
    holder = function.field("parameters")
    for place, parameter in enumerate(holder.named_children() if holder is not None else ()):
        name = parameter.field("name") or next(iter(parameter.named_children()), None) or parameter
        text, default = name.text(), parameter.field("value")
        fallback = evaluate(default, values) if default is not None else UNKNOWN
        inner[text] = given[place] if place < len(given) else named.get(text, fallback)
    return inner


def evaluate(node: SgNode | None, values: Values, depth: int = 0) -> Any:  # noqa: ANN401, PLR0911 - of any sort
    """The constant that an expression stands for: text, number, truth value, None, list, dict; else UNKNOWN."""
    if node is None or depth > DEEPEST * 4:
        return UNKNOWN
    kind, text = node.kind(), node.text()
    if kind == "identifier":
        return values.get(text, UNKNOWN)
    if kind in ("string", "concatenated_string"):
        return evaluate_text(node, values, depth)
    if kind in ("true", "false", "none"):
        return {"true": True, "false": False, "none": None}[kind]
    if kind == "integer" and text.isdigit():
        return int(text)
    if kind in ("list", "tuple", "set", "expression_list"):
        return evaluate_list(node, values, depth)
    if kind == "dictionary":
        pairs = [one for one in node.named_children() if one.kind() == "pair"]
        keys = [evaluate(one.field("key"), values, depth + 1) for one in pairs]
        found = zip(keys, pairs, strict=True)
        return {key: evaluate(one.field("value"), values, depth + 1) for key, one in found if isinstance(key, str)}
    if kind == "list_comprehension":
        return evaluate_comprehension(node, values, depth)
    if kind == "parenthesized_expression":
        return evaluate(next(iter(node.named_children()), None), values, depth + 1)
    return evaluate_made(node, values, depth)


def evaluate_list(node: SgNode, values: Values, depth: int) -> Any:  # noqa: ANN401 - as above
    """A list, with the lists that are spread in it."""
    found: list[Any] = []
    for one in node.named_children():
        if one.kind() == "list_splat":
            inner = evaluate(next(iter(one.named_children()), None), values, depth + 1)
            if not isinstance(inner, list):
                return UNKNOWN
            found += inner
        elif one.kind() != "comment":
            found.append(evaluate(one, values, depth + 1))
    return found


def evaluate_comprehension(node: SgNode, values: Values, depth: int) -> Any:  # noqa: ANN401 - as above
    """`[f"ix_{name}" for name in ("a", "b")]`, with one loop and no condition."""
    body, *clauses = node.named_children()
    if len(clauses) != 1 or clauses[0].kind() != "for_in_clause":
        return UNKNOWN
    rows = evaluate(clauses[0].field("right"), values, depth + 1)
    if not isinstance(rows, list):
        return UNKNOWN
    found: list[Any] = []
    for one in rows[:MOST_TURNS]:
        inner = dict(values)
        bind(clauses[0].field("left"), one, inner)
        found.append(evaluate(body, inner, depth + 4))
    return found


def evaluate_made(node: SgNode, values: Values, depth: int) -> Any:  # noqa: ANN401, PLR0911 - as above
    """Sums, and calls that hand a constant on."""
    if node.kind() == "binary_operator":
        sides = [evaluate(node.field(side), values, depth + 1) for side in ("left", "right")]
        is_sum = (operator := node.field("operator")) is not None and operator.text() == "+"
        if is_sum and (all(isinstance(one, str) for one in sides) or all(isinstance(one, list) for one in sides)):
            return sides[0] + sides[1]
        return UNKNOWN
    if node.kind() == "subscript":
        holder, key = (evaluate(node.field(part), values, depth + 1) for part in ("value", "subscript"))
        is_there = (
            (isinstance(holder, dict) and key in holder)
            if isinstance(key, str)
            else (isinstance(holder, list) and isinstance(key, int) and key < len(holder))
        )
        return holder[key] if is_there else UNKNOWN
    call = read_call(node)
    if call is None:
        return UNKNOWN
    if call.name in HANDED and len(call.arguments) >= 1:
        return evaluate(call.arguments[0], values, depth + 1)
    owner = node.field("function").field("object") if node.field("function") is not None else None  # type: ignore[union-attr]
    held = evaluate(owner, values, depth + 1) if owner is not None else UNKNOWN
    if isinstance(held, str):
        return evaluate_method(held, call, values, depth)
    if isinstance(held, dict):
        rows = {"items": [[key, one] for key, one in held.items()], "keys": list(held), "values": list(held.values())}
        return rows.get(call.name, UNKNOWN)
    return UNKNOWN


def evaluate_method(held: str, call: Declared, values: Values, depth: int) -> Any:  # noqa: ANN401 - as above
    """What a method of a text gives."""
    if call.name in ("strip", "rstrip", "lstrip", "bindparams", "execution_options"):
        return held
    if call.name == "format":
        named = {name: evaluate(one, values, depth + 1) for name, one in call.named.items()}
        given: Sequence[Any] = [evaluate(one, values, depth + 1) for one in call.arguments]
        return fill_in(held, given, named)
    return UNKNOWN


def fill_in(held: str, given: Sequence[Any], named: Values) -> Any:  # noqa: ANN401 - as above
    """A text with its plain braces filled in; `str.format` itself would let a text ask for any width."""
    rest = iter(given)

    def choose(found: re.Match[str]) -> str:
        name = found[1]
        value = next(rest, None) if not name else named.get(name)
        if name.isdigit():
            value = given[int(name)] if int(name) < len(given) else None
        return str(value) if isinstance(value, str | int) else "{?}"

    text = BRACES.sub(choose, held)
    return UNKNOWN if "{" in text else text


def evaluate_text(node: SgNode, values: Values, depth: int) -> Any:  # noqa: ANN401 - as above
    """A text, with what is filled into it if that is constant."""
    if node.kind() == "concatenated_string":
        parts = [evaluate_text(one, values, depth) for one in node.named_children() if one.kind() == "string"]
        return "".join(parts) if all(isinstance(one, str) for one in parts) else UNKNOWN
    found: list[str] = []
    if not any(one.kind() == "interpolation" for one in node.named_children()):
        return unescape(read_text(node))
    for part in node.named_children():
        if part.kind() == "interpolation":
            inner = next(iter(part.named_children()), None)
            value = evaluate(inner, values, depth + 1)
            if not isinstance(value, str | int) and "".join(found).endswith("'"):
                value = "?"  # a value in SQL: which one does not matter
            if not isinstance(value, str | int):
                return UNKNOWN
            found.append(str(value))
        elif part.kind() not in ("string_start", "string_end"):
            found.append(part.text().replace("{{", "{").replace("}}", "}"))
    return unescape("".join(found))


def unescape(text: str) -> str:
    """A text with the escapes that matter in SQL as what they stand for."""
    if "\\" not in text:
        return text
    return text.replace("\\\n", "").replace("\\n", "\n").replace("\\t", "\t").replace('\\"', '"').replace("\\'", "'")
