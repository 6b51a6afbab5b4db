"""Python's part of the bindings: what the resolver asks, answered for tree-sitter's Python grammar."""

from __future__ import annotations

import builtins
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from readycheck.model.vocabulary import Language
from readycheck.scan.bindings.occurrence import Flow, Guard, Import, Step, Value
from readycheck.scan.bindings.python_names import classify, find_member, find_member_use
from readycheck.scan.bindings.python_scopes import find_scopes, is_ordered
from readycheck.scan.bindings.tree import find_kinds

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.bindings.tree import Tree

__all__ = ["classify", "find_member", "find_member_use", "find_scopes", "is_ordered"]

BUILTINS = frozenset(dir(builtins))
STAR = re.compile(r"\bimport\s*\*")
# Modules of the standard library whose star import replaces builtins, and which.
REPLACED = {
    "codecs": frozenset({"open"}),
    "gzip": frozenset({"open"}),
    "io": frozenset({"open"}),
    "math": frozenset({"pow"}),
    "os": frozenset({"open"}),
    "tokenize": frozenset({"open"}),
    "builtins": BUILTINS,
}
TARGETS = frozenset({"identifier", "attribute", "call"})
LOADERS = ("__import__", "import_module")
NOTHING = Step()


def list_kinds(language: Language) -> tuple[str, ...]:  # noqa: ARG001 - the same question to every adapter
    """Names of variables, attributes and keywords all have one kind."""
    return ("identifier",)


def is_type(node: SgNode, up: Sequence[SgNode]) -> bool:  # noqa: ARG001 - the same question to every adapter
    """Annotations are expressions: no name stands for a type alone."""
    return False


def is_name(node: SgNode) -> bool:
    """Whether an expression is a variable's name."""
    return node.kind() == "identifier"


def is_call(node: SgNode) -> bool:
    """Whether an expression is a call."""
    return node.kind() == "call"


def is_target(node: SgNode) -> bool:
    """Names, attributes and calls; not what merely passes a value on."""
    return node.kind() in TARGETS


def find_callee(call: SgNode) -> SgNode | None:
    """What a call calls."""
    return call.field("function")


def take_step(node: SgNode) -> Step:
    """Where an expression's value comes from."""
    kind = node.kind()
    if kind == "attribute":
        name = node.field("attribute")
        return step_to(node.field("object"), f".{name.text()}" if name is not None else "")
    if kind == "call":
        return step_to(node.field("function"), "()")
    if kind in ("parenthesized_expression", "await", "type"):
        return step_to(*(child for child in node.named_children() if child.kind() != "comment"))
    if kind in ("named_expression", "assignment"):
        return step_to(node.field("value" if kind == "named_expression" else "right"))
    if kind == "conditional_expression":
        branches = [child for child in node.named_children() if child.kind() != "comment"]
        return step_to(branches[0], branches[-1])
    if kind == "boolean_operator":
        return step_to_operands(node)
    if kind == "generic_type":
        return step_to_wrapped(node)
    if kind in ("binary_operator", "union_type") and "|" in node.text():
        return step_to(*node.named_children()[:2])
    return NOTHING


def step_to(*parts: SgNode | str | None) -> Step:
    """The values of one or more expressions, with a suffix if the last part is a text."""
    suffix = parts[-1] if parts and isinstance(parts[-1], str) else ""
    return Step(tuple(Value(part, suffix=suffix) for part in parts if part is not None and not isinstance(part, str)))


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
        step = step_to(arguments[0], f".{read_text(arguments[1])}" if len(arguments) > 1 else ".*")
    else:
        module = read_text(arguments[0])
        step = Step((Value(name=module, is_module=True),)) if module else NOTHING
    return Guard(callee, GUARDS[name], step)


GUARDS = {
    "partial": frozenset({"functools.partial"}),
    "partialmethod": frozenset({"functools.partialmethod"}),
    "cast": frozenset({"typing.cast", "typing_extensions.cast"}),
    "getattr": frozenset({"builtins.getattr"}),
    "__import__": frozenset({"builtins.__import__"}),
    "import_module": frozenset({"importlib.import_module"}),
}


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


def find_returns(function: SgNode) -> list[SgNode]:
    """What a function or lambda returns, if that is few expressions and it is no generator."""
    if function.kind() == "lambda":
        body = function.field("body")
        return [body] if body is not None else []
    if function.kind() != "function_definition":
        return []
    found: list[SgNode] = []
    for node in find_kinds(function, ("return_statement", "yield")):
        owner = next((one for one in node.ancestors() if one.kind() in ("function_definition", "lambda")), None)
        if owner != function:
            continue
        values = node.named_children()
        if node.kind() == "yield" or len(found) >= MOST_RETURNS:
            return []
        found += values[:1]
    return found


MOST_RETURNS = 4


def name_global(name: str, imports: Iterable[Import]) -> tuple[str, ...]:
    """Builtins, and whatever the star imports may bring.

    A star import of a module outside the standard library may replace any builtin (`from rich import *` does replace
    `print`): then the name is not claimed to be the builtin.
    """
    if name == "__builtins__":
        return ("builtins",)
    modules = [one.name for one in imports]
    known = [module for module in modules if module.partition(".")[0] in sys.stdlib_module_names]
    if name not in BUILTINS:
        return tuple(f"{module}.{name}" for module in modules)
    replacing = [module for module in modules if module not in known or name in REPLACED.get(module, ())]
    return tuple(f"{module}.{name}" for module in replacing) or (f"builtins.{name}",)


def seed_names(wanted: frozenset[str], text: str) -> Iterator[str]:
    """Builtins go by their own names; `__builtins__` is the module."""
    for name in wanted:
        module, dot, member = name.partition(".")
        if module == "builtins" and dot and member.isidentifier():
            yield member
    if "builtins" in wanted and "__builtins__" in text:
        yield "__builtins__"
    if "builtins" in wanted and "getattr" in text:
        yield "getattr"


def may_import(wanted: frozenset[str], text: str) -> bool:
    """Whether the first word of a wanted module, or a relative import, stands in the text."""
    return any((name.lstrip(".").partition(".")[0] or ".") in text for name in wanted)


def has_star_imports(text: str) -> bool:
    """Whether there may be star imports."""
    return "*" in text and STAR.search(text) is not None


def find_imports(root: SgNode) -> Iterator[Import]:
    """All names that import statements bind; a star import has no local name."""
    for node in find_kinds(root, ("import_statement", "import_from_statement")):
        module = node.field("module_name")
        if module is None:
            for name in node.field_children("name"):
                yield read_import(name)
            continue
        base = BLANKS.sub("", module.text())
        if any(child.kind() == "wildcard_import" for child in node.children()):
            yield Import("", base)
        for name in node.field_children("name"):
            one = read_import(name)
            yield Import(one.local, join_module(base, one.name))


BLANKS = re.compile(r"\s|\\")


def read_import(node: SgNode) -> Import:
    """`a.b` (which binds `a`) or `a.b as c`."""
    alias = node.field("alias")
    if alias is None:
        first = node.text().partition(".")[0].strip()
        return Import(first, first)
    name = node.field("name")
    return Import(alias.text(), BLANKS.sub("", name.text()) if name is not None else "")


def join_module(module: str, name: str) -> str:
    """A name in a module; the dots of a relative import are not doubled."""
    return module + name if module.endswith(".") else f"{module}.{name}"


def find_loads(tree: Tree) -> Iterator[SgNode]:
    """Calls of `__import__` and `import_module`."""
    tree.prefetch(LOADERS)
    for name in LOADERS:
        for node in tree.find_name(name):
            call = next((one for one in tree.find_ancestors(node)[:2] if one.kind() == "call"), None)
            if call is not None:
                yield call


def find_flow(node: SgNode, up: Sequence[SgNode]) -> Flow:
    """The names on the left of an assignment, a default's parameter, the function of a `return`, ..."""
    function = None
    targets: list[SgNode | None] = []
    for child, parent in zip((node, *up), up[:4], strict=False):
        kind = parent.kind()
        if kind == "assignment" and child in (parent.field("right"), parent.field("type")):
            targets.append(parent.field("left"))
        elif kind in ("named_expression", "default_parameter", "typed_default_parameter"):
            targets.append(parent.field("name"))
        elif kind == "typed_parameter":
            targets.append(parent)
        elif kind == "as_pattern":
            targets.append(parent.field("alias"))
        elif kind in ("return_statement", "lambda"):
            function = next((one for one in up if one.kind() in ("function_definition", "lambda")), None)
        if kind not in PASSING:
            break
    if function is not None:
        targets.append(function.field("name"))
        return join_flows(
            collect_flow(targets),
            find_flow(function, function.ancestors()[:6]) if function.kind() == "lambda" else Flow(),
        )
    return collect_flow(targets)


PASSING = frozenset(
    {"expression_list", "tuple", "assignment", "type", "generic_type", "type_parameter", "binary_operator"}
)


def collect_flow(targets: Iterable[SgNode | None]) -> Flow:
    """The variables and attributes in some targets."""
    names: list[str] = []
    members: list[str] = []
    for target in targets:
        for node in find_kinds(target, ("identifier",)) if target is not None else ():
            parent = node.parent()
            is_member = parent is not None and parent.kind() == "attribute"
            (members if is_member else names).append(node.text())
    return Flow(tuple(names), tuple(members))


def join_flows(one: Flow, other: Flow) -> Flow:
    """Both flows."""
    return Flow(one.names + other.names, one.members + other.members)


def strip_default(suffix: str) -> str:
    """Python has no default exports."""
    return suffix
