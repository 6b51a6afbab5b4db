"""JavaScript's and TypeScript's part of the bindings, for tree-sitter's grammars."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from readycheck.model.vocabulary import Language
from readycheck.scan.bindings.javascript_flow import find_flow, find_returns
from readycheck.scan.bindings.javascript_imports import find_imports, find_loads
from readycheck.scan.bindings.javascript_names import classify, find_member, find_member_use
from readycheck.scan.bindings.javascript_scopes import find_class, find_scopes, is_ordered
from readycheck.scan.bindings.occurrence import Guard, Import, Step, Value

if TYPE_CHECKING:
    from ast_grep_py import SgNode

__all__ = [
    "classify", "find_flow", "find_imports", "find_loads", "find_member", "find_member_use", "find_returns",
    "find_scopes", "is_ordered",
]  # fmt: skip

NAMES = frozenset({"identifier", "shorthand_property_identifier", "type_identifier"})
MEMBERS = frozenset({"member_expression", "subscript_expression"})
CALLS = frozenset({"call_expression", "new_expression"})
GLOBAL_OBJECTS = ("globalThis", "window", "self", "global")
GLOBAL_MEMBER = re.compile(r"^(?:window|self|global|globalThis)(?=$|[.(])")
FIRST = frozenset(
    {"as_expression", "satisfies_expression", "non_null_expression", "instantiation_expression", "generic_type"}
)
LAST = frozenset({
    "await_expression", "parenthesized_expression", "sequence_expression", "type_assertion", "type_annotation",
})  # fmt: skip
REQUIRE = frozenset({"globalThis.require", "module.createRequire()", "node:module.createRequire()"})
# Helpers that compilers put around `require`, by any path: the value is still the module.
INTEROP = frozenset({
    "__importDefault", "__importStar", "_interopRequireDefault", "_interopRequireWildcard", "__toESM", "_interop_require_default",
    "_interop_require_wildcard",
})  # fmt: skip
NOTHING = Step()


def list_kinds(language: Language) -> tuple[str, ...]:
    """Variables, shorthand properties, members, and in TypeScript the names of types and classes."""
    kinds = (
        "identifier", "shorthand_property_identifier", "shorthand_property_identifier_pattern", "property_identifier",
        "private_property_identifier",
    )  # fmt: skip
    return kinds if language is Language.JAVASCRIPT else (*kinds, "type_identifier")


def is_type(node: SgNode, up: Sequence[SgNode]) -> bool:
    """Whether a name stands in a type."""
    return node.kind() == "type_identifier" or (bool(up) and up[0].kind() in ("nested_type_identifier", "type_query"))


def is_name(node: SgNode) -> bool:
    """Whether an expression is a variable's name, or a type's."""
    return node.kind() in NAMES


def is_call(node: SgNode) -> bool:
    """Whether an expression is a call or `new`."""
    return node.kind() in CALLS


def is_target(node: SgNode) -> bool:
    """Names, members and calls; not what merely passes a value on."""
    kind = node.kind()
    return kind in CALLS or kind in MEMBERS or kind in NAMES


def find_callee(call: SgNode) -> SgNode | None:
    """What a call calls, or what `new` makes."""
    return call.field("constructor" if call.kind() == "new_expression" else "function")


def take_step(node: SgNode) -> Step:
    """Where an expression's value comes from."""
    kind = node.kind()
    if kind in MEMBERS:
        return step_to_member(node)
    if kind in CALLS:
        return step_to_call(node)
    if kind in FIRST or kind in LAST:
        parts = [child for child in node.named_children() if child.kind() != "comment"]
        return step_to(parts[0 if kind in FIRST else -1]) if parts else NOTHING
    if kind == "ternary_expression":
        return step_to(node.field("consequence"), node.field("alternative"))
    if kind == "binary_expression":
        return step_to_operands(node)
    if kind in ("assignment_expression", "augmented_assignment_expression"):
        return step_to(node.field("right"))
    if kind == "union_type":
        return step_to(*node.named_children())
    if kind in ("nested_identifier", "nested_type_identifier"):
        return step_to_nested(node)
    if kind == "this":
        return Step(owner=find_class(node.ancestors()))
    return Step((Value(name="import.meta"),)) if kind == "meta_property" else NOTHING


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


def find_guard(node: SgNode) -> Guard | None:
    """`require("m")`, also by `createRequire`; compilers' helpers around it."""
    callee = node.field("function") if node.kind() == "call_expression" else None
    if callee is None:
        return None
    name = callee.text() if callee.kind() == "identifier" else ""
    if name in INTEROP:
        return Guard(callee, frozenset(), step_to(first_argument(node)))
    is_load = name and isinstance(first_argument(node), object) and step_to_module(node).values
    return Guard(callee, REQUIRE, step_to_module(node)) if is_load and "equire" in name else None


def name_global(name: str, imports: Iterable[Import]) -> tuple[str, ...]:  # noqa: ARG001 - no star imports here
    """Globals; the global object's other names are all `globalThis`."""
    return ("globalThis",) if name in GLOBAL_OBJECTS else (f"globalThis.{name}",)


def seed_names(wanted: frozenset[str], text: str) -> Iterator[str]:
    """Globals go by their own names and as members of the global object."""
    for name in wanted:
        module, dot, member = name.partition(".")
        if module == "globalThis" and dot and "." not in member and "(" not in member:
            yield member
    if "globalThis" in wanted:
        yield from (name for name in GLOBAL_OBJECTS if name in text)


def may_import(wanted: frozenset[str], text: str) -> bool:
    """Whether the beginning of a wanted module's name stands in the text."""
    return any(
        (name.lstrip("./").partition(".")[0] or ".") in text for name in wanted if not name.startswith("globalThis")
    )


def has_star_imports(text: str) -> bool:  # noqa: ARG001 - the same question to every adapter
    """Star imports bind a name here."""
    return False


def strip_default(suffix: str) -> str:
    """What is taken from a whole module: its default export is the module itself."""
    while suffix == ".default" or suffix.startswith((".default.", ".default(")):
        suffix = suffix[len(".default") :]
    return suffix
