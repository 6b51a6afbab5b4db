"""When code runs: while the service starts, inside a request, or at a time that one file does not tell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from ast_grep_py import SgNode

Phase = Literal["startup", "request", "unknown"]

FUNCTIONS = frozenset({
    "function_definition", "lambda", "function_declaration", "function_expression", "arrow_function",
    "method_definition", "generator_function_declaration", "generator_function", "function",
})  # fmt: skip
# Functions that frameworks, servers and the interpreter call, by the names that they mostly have.
ENTRIES = compile_late(
    r"_*(?:main|lifespan|bootstrap|start_?up|start|on_?startup|serve|ready"
    r"|(?:create|make|build|get|init|start|run)_?(?:app|application|server|api|wsgi_app|asgi_app)|run|init|onModuleInit)",
    re.IGNORECASE,
)
# Functions for the environment itself, which somebody has to call.
LOADS = compile_late(
    r"_*(?:load|read|parse|validate|check|verify|ensure|require|init|get|set_?up|configure)_?"
    r"(?:settings|config(?:uration)?|env\w*)",
    re.IGNORECASE,
)
ROUTE = compile_late(
    r"@(?:[\w.]+\.)?(?:get|post|put|patch|delete|head|options|route|api_route|websocket|api_view|action|before_request)\("
    r"|@(?:Get|Post|Put|Patch|Delete|All|Query|Mutation|MessagePattern|EventPattern)\("
)
REQUEST = compile_late(r"^\(\s*(?:self\s*,\s*)?(?:\{[^}]*\}\s*:\s*)?_?(?:req|request|websocket|ws|ctx|c)\b(?!\s*=>)")
# What runs the function that it is given at once, or when the application is made.
LOADERS = frozenset(
    {"registerAs", "forEach", "map", "filter", "every", "some", "reduce", "find", "lazyConfig", "defineConfig"}
)
VERBS = compile_late(r"GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|loader|action")


def find_phase(node: SgNode, *, strict: bool = False) -> Phase:
    """When the code at a node runs, as far as the functions around it tell.

    A function that loads settings, by its name, is taken to run at the start, unless `strict` asks for its caller.
    """
    phase: Phase = "startup"
    for parent in node.ancestors():
        if parent.kind() in FUNCTIONS:
            if is_handler(parent):
                return "request"
            name = read_name(parent)
            by_name = ENTRIES.fullmatch(name) or (not strict and LOADS.fullmatch(name))
            phase = phase if by_name or is_called_at_once(parent) or is_provider(parent) else "unknown"
    return phase


def read_name(function: SgNode) -> str:
    """The name of a function, its own or that of the variable that holds it; empty if it has none."""
    name = function.field("name")
    if name is None:
        holder = function.parent()
        name = holder.field("name") if holder is not None and holder.kind() == "variable_declarator" else None
    return name.text() if name is not None else ""


def name_function(node: SgNode) -> str:
    """The name of the outermost function around a node that has one; empty at the top."""
    names = [read_name(parent) for parent in node.ancestors() if parent.kind() in FUNCTIONS]
    return next((name for name in reversed(names) if name), "")


def is_called_at_once(function: SgNode) -> bool:
    """Whether a function expression is called where it stands, or by what loads a configuration (`registerAs`)."""
    holder = function.parent()
    call = holder.parent() if holder is not None and holder.kind() == "arguments" else None
    callee = call.field("function") if call is not None else None
    if callee is not None and callee.text().rpartition(".")[2] in LOADERS:
        return True
    while holder is not None and holder.kind() in ("parenthesized_expression", "await_expression"):
        function, holder = holder, holder.parent()
    return holder is not None and holder.kind() == "call_expression" and holder.field("function") == function


def is_provider(function: SgNode) -> bool:
    """Whether a function is the constructor of a class that Nest makes when the application is made."""
    if read_name(function) != "constructor":
        return False
    owner = next((one for one in function.ancestors() if one.kind() == "class_declaration"), None)
    holder = owner.parent() if owner is not None else None
    return any(
        child.kind() == "decorator" and child.text().startswith("@Injectable")
        for one in (owner, holder)
        if one is not None
        for child in one.children()
    )


def is_handler(function: SgNode) -> bool:
    """Whether a function answers requests: by its decorator, its first parameter, or the name that a route exports."""
    parameters = function.field("parameters")
    if parameters is not None and REQUEST.match(parameters.text()):
        return True
    above = function.parent()
    kind = above.kind() if above is not None else ""
    if kind == "export_statement":
        return VERBS.fullmatch(read_name(function)) is not None
    return any(ROUTE.match(text) for text in list_decorators(function))


def list_decorators(function: SgNode) -> list[str]:
    """The decorators of a function, in Python around it, in TypeScript before it."""
    above = function.parent()
    if above is not None and above.kind() == "decorated_definition":
        return [child.text() for child in above.children() if child.kind() == "decorator"]
    found, before = [], function.prev()
    while before is not None and before.kind() == "decorator":
        found.append(before.text())
        before = before.prev()
    return found
