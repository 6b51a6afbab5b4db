"""Where a JavaScript or TypeScript expression's value comes from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from readycheck.scan.bindings.javascript_patterns import read_key
from readycheck.scan.bindings.javascript_scopes import find_class
from readycheck.scan.bindings.occurrence import Guard, Step, Value

if TYPE_CHECKING:
    from ast_grep_py import SgNode

NAMES = frozenset({
    "identifier", "shorthand_property_identifier", "shorthand_property_identifier_pattern", "type_identifier",
})  # fmt: skip
MEMBERS = frozenset({"member_expression", "subscript_expression"})
CALLS = frozenset({"call_expression", "new_expression"})
REQUIRE = frozenset({"globalThis.require", "module.createRequire()", "node:module.createRequire()"})
# Helpers that compilers put around `require`, by any path: the value is still the module.
INTEROP = frozenset({
    "__importDefault", "__importStar", "_interopRequireDefault", "_interopRequireWildcard", "__toESM",
    "_interop_require_default", "_interop_require_wildcard",
})  # fmt: skip
NOTHING = Step()


def is_type(node: SgNode, up: Sequence[SgNode]) -> bool:
    """Whether a name stands in a type."""
    return node.kind() == "type_identifier" or (bool(up) and up[0].kind() in ("nested_type_identifier", "type_query"))


def is_name(node: SgNode) -> bool:
    """Whether an expression is a variable's name, or a type's."""
    return node.kind() in NAMES


def is_target(node: SgNode) -> bool:
    """Names, members and calls; not what merely passes a value on."""
    kind = node.kind()
    return kind in CALLS or kind in MEMBERS or kind in NAMES


def take_step(node: SgNode) -> Step:
    """Where an expression's value comes from."""
    step = STEPS.get(node.kind())
    return step(node) if step is not None else NOTHING


def list_parts(node: SgNode) -> list[SgNode]:
    """The named children without comments."""
    return [child for child in node.named_children() if child.kind() != "comment"]


def step_to(*nodes: SgNode | None, suffix: str = "") -> Step:
    """The values of some expressions."""
    return Step(tuple(Value(node, suffix=suffix) for node in nodes if node is not None))


def step_to_member(node: SgNode) -> Step:
    """`a.b`, `a["b"]`, `a[0]`; `a[b]` is any member."""
    if node.kind() == "member_expression":
        key = node.field("property")
        return step_to(node.field("object"), suffix=f".{key.text()}" if key is not None else "")
    return step_to(node.field("object"), suffix=f".{read_index(node.field('index'))}")


def read_index(index: SgNode | None) -> str:
    """The member that an index names, `*` if only running tells."""
    if index is None:
        return "*"
    text = index.text()
    if index.kind() == "string" or (index.kind() == "template_string" and "${" not in text):
        return text[1:-1]
    return text if index.kind() == "number" else "*"


def step_to_call(node: SgNode) -> Step:
    """A call's value; `f.bind(...)` is `f`, `f.call(...)` and `f.apply(...)` call `f`."""
    callee = find_callee(node)
    if callee is None:
        return NOTHING
    if callee.kind() == "import":
        return step_to_module(node)
    key = callee.field("property") if callee.kind() == "member_expression" else None
    method = key.text() if key is not None and node.kind() == "call_expression" else ""
    if method in ("bind", "call", "apply"):
        return step_to(callee.field("object"), suffix="" if method == "bind" else "()")
    return step_to(callee, suffix="()")


def step_to_module(call: SgNode) -> Step:
    """The module that the first argument of `require` or `import` names."""
    argument = first_argument(call)
    if argument is None or argument.kind() not in ("string", "template_string") or "${" in argument.text():
        return NOTHING
    return Step((Value(name=argument.text()[1:-1], is_module=True),))


def first_argument(call: SgNode) -> SgNode | None:
    """The first argument of a call."""
    arguments = call.field("arguments")
    parts = arguments.named_children() if arguments is not None else []
    return next((part for part in parts if part.kind() != "comment"), None)


def step_to_operands(node: SgNode) -> Step:
    """`a || b` and `a ?? b` may be both, `a && b` is `b` where `a` is of any use."""
    operator = node.field("operator")
    word = operator.text() if operator is not None else ""
    if word in ("||", "??"):
        return step_to(node.field("left"), node.field("right"))
    return step_to(node.field("right")) if word == "&&" else NOTHING


def step_to_nested(node: SgNode) -> Step:
    """`A.B` in types and import aliases."""
    holder = node.field("object") or node.field("module")
    key = node.field("property") or node.field("name")
    return step_to(holder, suffix=f".{key.text()}" if key is not None else "")


def find_callee(call: SgNode) -> SgNode | None:
    """What a call calls, or what `new` makes."""
    return call.field("constructor" if call.kind() == "new_expression" else "function")


def find_properties(node: SgNode) -> dict[str, tuple[Value, ...]]:
    """The properties of an object literal; spreads and computed names are left out, the last of a name counts."""
    found: dict[str, tuple[Value, ...]] = {}
    for part in list_parts(node):
        kind = part.kind()
        if kind == "shorthand_property_identifier":
            found[part.text()] = (Value(part),)
        elif kind in ("pair", "method_definition"):
            name = read_key(part.field("key") or part.field("name"))
            value = part.field("value") if kind == "pair" else part
            if name and value is not None:
                found[name] = (Value(value),)
    return found


def find_guard(node: SgNode) -> Guard | None:
    """`require("m")`, also by `createRequire`; compilers' helpers around it."""
    callee = node.field("function") if node.kind() == "call_expression" else None
    if callee is None:
        return None
    name = callee.text() if callee.kind() == "identifier" else ""
    if name in INTEROP:
        return Guard(callee, frozenset(), step_to(first_argument(node)))
    module = step_to_module(node) if "equire" in name else NOTHING
    return Guard(callee, REQUIRE, module) if module.values else None


STEPS: dict[str, Callable[[SgNode], Step]] = {
    "member_expression": step_to_member,
    "subscript_expression": step_to_member,
    "call_expression": step_to_call,
    "new_expression": step_to_call,
    "ternary_expression": lambda node: step_to(node.field("consequence"), node.field("alternative")),
    "binary_expression": step_to_operands,
    "assignment_expression": lambda node: step_to(node.field("right")),
    "augmented_assignment_expression": lambda node: step_to(node.field("right")),
    "union_type": lambda node: step_to(*list_parts(node)),
    "nested_identifier": step_to_nested,
    "nested_type_identifier": step_to_nested,
    "this": lambda node: Step(owner=find_class(node.ancestors())),
    "meta_property": lambda _: Step((Value(name="import.meta"),)),
    **dict.fromkeys(
        ("as_expression", "satisfies_expression", "non_null_expression", "instantiation_expression", "generic_type"),
        lambda node: step_to(*list_parts(node)[:1]),
    ),
    **dict.fromkeys(
        ("await_expression", "parenthesized_expression", "sequence_expression", "type_assertion", "type_annotation"),
        lambda node: step_to(*list_parts(node)[-1:]),
    ),
}
