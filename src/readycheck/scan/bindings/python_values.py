"""Where a Python expression's value comes from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from readycheck.scan.bindings.occurrence import Guard, Step, Value
from readycheck.scan.bindings.python_targets import list_parts

if TYPE_CHECKING:
    from ast_grep_py import SgNode

TARGETS = frozenset({"identifier", "attribute", "call"})
NOTHING = Step()
GUARDS = {
    "partial": frozenset({"functools.partial"}),
    "partialmethod": frozenset({"functools.partialmethod"}),
    "cast": frozenset({"typing.cast", "typing_extensions.cast"}),
    "getattr": frozenset({"builtins.getattr"}),
    "__import__": frozenset({"builtins.__import__"}),
    "import_module": frozenset({"importlib.import_module"}),
}


def is_type(node: SgNode, up: Sequence[SgNode]) -> bool:  # noqa: ARG001 - the same question to every adapter
    """Annotations are expressions: no name stands for a type alone."""
    return False


def is_name(node: SgNode) -> bool:
    """Whether an expression is a variable's name."""
    return node.kind() == "identifier"


def is_target(node: SgNode) -> bool:
    """Names, attributes and calls; not what merely passes a value on."""
    return node.kind() in TARGETS


def take_step(node: SgNode) -> Step:
    """Where an expression's value comes from."""
    step = STEPS.get(node.kind())
    return step(node) if step is not None else NOTHING


def step_to_attribute(node: SgNode) -> Step:
    """`a.b`."""
    name = node.field("attribute")
    return step_to(node.field("object"), suffix=f".{name.text()}") if name is not None else NOTHING


def step_to_call(node: SgNode) -> Step:
    """A call's value."""
    return step_to(node.field("function"), suffix="()")


def step_inside(node: SgNode) -> Step:
    """Parentheses, `await` and the wrapping of types pass on what is in them."""
    return step_to(*list_parts(node)[:1])


def step_to_choice(node: SgNode) -> Step:
    """`a if test else b` may be both."""
    parts = list_parts(node)
    return step_to(parts[0], parts[-1])


def step_to_union(node: SgNode) -> Step:
    """`A | B` in an annotation."""
    operator = node.field("operator")
    return step_to(*list_parts(node)) if operator is None or operator.text() == "|" else NOTHING


def step_to(*nodes: SgNode | None, suffix: str = "") -> Step:
    """The values of some expressions, with something taken from each."""
    return Step(tuple(Value(node, suffix=suffix) for node in nodes if node is not None))


def step_to_operands(node: SgNode) -> Step:
    """`a or b` may be both, `a and b` is `b` where `a` is of any use."""
    operator = node.field("operator")
    left = node.field("left") if operator is not None and operator.text() == "or" else None
    return step_to(left, node.field("right"))


def step_to_wrapped(node: SgNode) -> Step:
    """The type inside `Optional[T]` and `Annotated[T, ...]`; other generic types are not their parameters."""
    parts = node.named_children()
    if len(parts) < 2 or parts[0].text().rpartition(".")[2] not in ("Optional", "Annotated"):  # noqa: PLR2004
        return NOTHING
    return step_to(next(iter(parts[1].named_children()), None))


def find_guard(node: SgNode) -> Guard | None:
    """`partial(f)`, `getattr(x, "name")`, `cast(T, x)`, `__import__("m")` and `importlib.import_module("m")`."""
    callee = node.field("function") if node.kind() == "call" else None
    name = callee.text().rpartition(".")[2] if callee is not None else ""
    arguments = read_positional(node) if name in GUARDS else []
    if callee is None or not arguments:
        return None
    if name in ("partial", "partialmethod"):
        step = step_to(arguments[0])
    elif name == "cast":
        step = step_to(arguments[1] if len(arguments) > 1 else None)
    elif name == "getattr":
        step = step_to(arguments[0], suffix=f".{read_text(arguments[1])}" if len(arguments) > 1 else ".*")
    else:
        module = read_text(arguments[0])
        step = Step((Value(name=module, is_module=True),)) if module else NOTHING
    return Guard(callee, GUARDS[name], step)


def read_positional(call: SgNode) -> list[SgNode]:
    """The positional arguments of a call, up to the first starred one."""
    arguments = call.field("arguments")
    found: list[SgNode] = []
    for child in arguments.named_children() if arguments is not None else ():
        if child.kind() in ("list_splat", "dictionary_splat"):
            break
        if child.kind() not in ("keyword_argument", "comment"):
            found.append(child)
    return found


def read_text(node: SgNode) -> str:
    """The content of a plain string, else `*`."""
    parts = node.children() if node.kind() == "string" else []
    if len(parts) == 3 and parts[1].kind() == "string_content":  # noqa: PLR2004 - opened, content, closed
        return parts[1].text()
    return "*"


STEPS: dict[str, Callable[[SgNode], Step]] = {
    "attribute": step_to_attribute,
    "call": step_to_call,
    "parenthesized_expression": step_inside,
    "await": step_inside,
    "type": step_inside,
    "named_expression": lambda node: step_to(node.field("value")),
    "assignment": lambda node: step_to(node.field("right")),
    "conditional_expression": step_to_choice,
    "boolean_operator": step_to_operands,
    "generic_type": step_to_wrapped,
    "binary_operator": step_to_union,
    "union_type": step_to_union,
}
