"""The values that really reach the log: through templates, objects, conversions; not what is only counted or tested."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from ast_grep_py import SgNode

DEEPEST = 12
# Calls that hand on what they are given.
PASSING = compile_late(
    r"^(?:JSON\.stringify|String|str|repr|json\.dumps|dumps|pformat|pprint\.pformat|util\.inspect|inspect|vars|dict|list"
    r"|Object\.(?:assign|entries|values|fromEntries)|truncate|shorten|toJSON|dumpjson|f|format|Array\.from|structuredClone"
    r"|(?:[\w.]+\.)?(?:stringify|truncate|inspect))$"
)
# Methods that give their object in another form.
METHODS = frozenset({
    "toString", "trim", "slice", "substring", "substr", "toLowerCase", "toUpperCase", "strip", "lower", "upper",
    "decode", "encode", "format", "toJSON", "toObject", "dict", "model_dump", "model_dump_json", "json", "as_dict",
    "to_dict", "concat", "join", "flat", "filter", "reverse", "sort", "get_secret_value", "replace", "title",
})  # fmt: skip
MAPPING = frozenset({"map", "flatMap"})
PARTS = frozenset({
    "template_string", "template_substitution", "string", "interpolation", "object", "array", "spread_element",
    "parenthesized_expression", "await_expression", "await", "dictionary", "list", "tuple", "list_splat",
    "dictionary_splat", "concatenated_string", "non_null_expression", "as_expression", "expression_list", "set",
})  # fmt: skip
LEAVES = frozenset({
    "identifier", "member_expression", "attribute", "subscript", "subscript_expression",
    "shorthand_property_identifier",
})  # fmt: skip
FORMATTING = frozenset({"+", "%"})


@dataclass(frozen=True)
class Leaf:
    """An expression whose value is written; `is_text`: inside of a text, where an object shows little of itself.

    `label` is the name under which it is logged, or empty.
    """

    node: SgNode
    is_text: bool = False
    label: str = ""
    is_first: bool = False


def find_leaves(node: SgNode, depth: int = 0, *, is_text: bool = False, label: str = "") -> Iterator[Leaf]:
    """The leaves of one argument."""
    kind = node.kind()
    if depth > DEEPEST:
        return
    if kind in LEAVES:
        yield Leaf(node, is_text=is_text, label=label)
    elif kind in PARTS:
        inside = is_text or kind in ("template_substitution", "interpolation")
        children = node.named_children()
        for child in children[:1] if kind == "interpolation" else children:
            yield from find_leaves(child, depth + 1, is_text=inside, label=label)
    elif kind in ("pair", "keyword_argument"):
        key, value = node.field("key") or node.field("name"), node.field("value")
        if value is not None:
            name = key.text().strip("\"'`") if key is not None else ""
            yield from find_leaves(value, depth + 1, is_text=is_text, label=name)
    elif kind in ("binary_expression", "binary_operator", "boolean_operator"):
        yield from find_operands(node, depth, label)
    elif kind in ("ternary_expression", "conditional_expression"):
        yield from find_branches(node, depth, is_text=is_text, label=label)
    elif kind in ("call_expression", "call"):
        yield from find_in_call(node, depth, is_text=is_text, label=label)


def find_operands(node: SgNode, depth: int, label: str) -> Iterator[Leaf]:
    """Both sides of a concatenation or of `a || b`; what is compared or computed is not written."""
    operator = node.field("operator")
    word = operator.text() if operator is not None else ""
    left, right = node.field("left"), node.field("right")
    if word in (*FORMATTING, "||", "??", "or", "&&", "and"):
        sides = (right,) if word in ("&&", "and") else (left, right)
        for side in sides:
            if side is not None:
                yield from find_leaves(side, depth + 1, is_text=word in FORMATTING, label=label)


def find_branches(node: SgNode, depth: int, *, is_text: bool, label: str) -> Iterator[Leaf]:
    """Both values of a conditional expression, without its condition."""
    if node.kind() == "ternary_expression":
        parts = [node.field("consequence"), node.field("alternative")]
    else:
        children = node.named_children()
        parts = [children[0], children[-1]] if children else []
    for part in parts:
        if part is not None:
            yield from find_leaves(part, depth + 1, is_text=is_text, label=label)


def find_in_call(node: SgNode, depth: int, *, is_text: bool, label: str) -> Iterator[Leaf]:
    """What a call hands on: its arguments, its object, what it makes of each element; else the call itself."""
    callee, holder = node.field("function"), node.field("arguments")
    if callee is None or holder is None:
        return
    arguments = [one for one in holder.named_children() if one.kind() != "comment"]
    if PASSING.match(callee.text()):
        for argument in arguments[:1]:
            yield from find_leaves(argument, depth + 1, is_text=is_text, label=label)
        return
    method, owner = callee.field("property") or callee.field("attribute"), callee.field("object")
    if method is None or owner is None:
        return
    if method.text() in METHODS and not takes_ending(method, arguments):
        inside = arguments if method.text() in ("format", "concat") else []
        for one in (owner, *inside):
            yield from find_leaves(one, depth + 1, is_text=is_text or one != owner, label=label)
    elif method.text() in MAPPING:
        body = arguments[0].field("body") if arguments else None
        if body is not None:
            yield from find_leaves(body, depth + 1, is_text=is_text, label=label)
    elif method.text() in ("text", "get_json", "get"):
        yield Leaf(node, is_text=is_text, label=label)


def takes_ending(method: SgNode, arguments: list[SgNode]) -> bool:
    """Whether a call only takes the last few characters, which give nothing away: `card.slice(-4)`."""
    is_cut = method.text() in ("slice", "substr", "substring")
    return is_cut and bool(arguments) and arguments[0].text().startswith("-")
