"""What language models may do, and what they are told to do.

`agent-tool`: a function that a model may call: `name`, `form`, `context` (it takes the caller from the run, not from
the model), `user` (a parameter by which the model names the user; empty: none).
`agent-danger`: a tool that runs whatever the model writes: `what`.
`tool-call`: a tool hands text of the model or the user to a function of another module; like `request-call`.
`agent-prompt`: text from outside stands in a system prompt: `put`, `symbol`.
`agent-graph`: a graph or agent is made: `form`.
`agent-tools-bound`: a model is given tools.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.model.vocabulary import Language
from readycheck.scan.bindings.javascript_scopes import FUNCTIONS
from readycheck.scan.bindings.tree import find_kinds
from readycheck.scan.facts.agent_tables import (
    BOUND,
    CONTEXT,
    DANGEROUS,
    DANGEROUS_CALLS,
    DECORATORS,
    GRAPHS,
    MAKERS,
    USERS,
)
from readycheck.scan.facts.request_calls import ANY
from readycheck.scan.late import compile_late
from readycheck.scan.literals import find_argument
from readycheck.scan.origins.parts import Kind, Part
from readycheck.scan.origins.tracer import Tracer
from readycheck.scan.origins.tracing import make_tracer

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

KINDS = ("agent-tool", "agent-danger", "tool-call", "agent-graph", "agent-tools-bound")
SERVING = True
LANGUAGES = (Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX)
ANCHORS = (
    "tool", "tools", "Tool", "TOOLS", "function_tool", "StructuredTool", "FunctionTool", "DynamicTool",
    "DynamicStructuredTool", "StateGraph", "create_react_agent", "createReactAgent", "bind_tools", "bindTools",
    "ToolNode", "PythonREPLTool", "PythonAstREPLTool", "PythonREPL", "ShellTool", "SQLDatabaseToolkit",
    "create_sql_agent", "QuerySQLDatabaseTool", "QuerySQLDataBaseTool", "create_pandas_dataframe_agent",
    "create_python_agent", "load_tools", "SqlToolkit", "QuerySqlTool", "LocalCommandLineCodeExecutor", "create_agent",
    "createAgent", "Agent", "AgentExecutor",
)  # fmt: skip
OWN_METHODS = frozenset({"run", "execute", "handler", "func", "invoke", "call"})
IDENTITY = compile_late(
    r"^(?:user|ctx|context|config|runtime|state|session|request|req|auth|self|this)\b", re.IGNORECASE
)
BINDING = compile_late(r"\.(?:bind_tools|bindTools)$|(?:^|\.)ToolNode$")
MOST_CALLS = 200


def collect(unit: Unit) -> Iterator[Fact]:
    """The facts of one file."""
    tracer = make_tracer(unit, ANY)
    functions = [*find_tools(unit)]
    for function, form in functions:
        yield describe_tool(unit, function, form)
        yield from find_danger_in(tracer, function)
        yield from find_calls(tracer, function)
    yield from find_dangerous(unit)
    yield from find_agents(unit)


def find_agents(unit: Unit) -> Iterator[Fact]:
    """The agents and graphs that are made, and where a model is given tools."""
    for reference in unit.find_references(GRAPHS):
        if (call := reference.call) is None:
            continue
        yield Fact("agent-graph", unit.locate(call), {"form": reference.name})
        tools = find_argument(call, "tools")
        if reference.name in BOUND or (tools is not None and tools.text() not in ("[]", "()", "None")):
            yield Fact("agent-tools-bound", unit.locate(call), {"form": reference.name})
    is_python = unit.language is Language.PYTHON
    for call in find_kinds(unit.root, ("call" if is_python else "call_expression",)) if "ind" in unit.text else ():
        callee = call.field("function")
        if callee is not None and BINDING.search(callee.text()):
            yield Fact("agent-tools-bound", unit.locate(call), {"form": callee.text().rpartition(".")[2]})


def find_tools(unit: Unit) -> Iterator[tuple[SgNode, str]]:
    """The functions that a model may call, with what makes them so."""
    if unit.language is Language.PYTHON:
        yield from find_decorated(unit)
    else:
        yield from find_own_tools(unit)
    for reference in unit.find_references(MAKERS):
        if reference.call is None:
            continue
        function = find_handed(unit, reference.call)
        if function is not None:
            yield function, reference.name


def find_decorated(unit: Unit) -> Iterator[tuple[SgNode, str]]:
    """Functions under a decorator that makes them tools."""
    for reference in unit.find_references(DECORATORS):
        decorator = next((one for one in reference.node.ancestors()[:4] if one.kind() == "decorator"), None)
        above = decorator.parent() if decorator is not None else None
        function = above.field("definition") if above is not None else None
        if function is not None and function.kind() == "function_definition":
            yield function, reference.name


def find_own_tools(unit: Unit) -> Iterator[tuple[SgNode, str]]:
    """The methods of a table of tools that a project wrote itself: `TOOLS = {recall: {run: ...}}`."""
    for declarator in unit.find_kind("variable_declarator"):
        name, value = declarator.field("name"), declarator.field("value")
        if (
            name is None
            or value is None
            or value.kind() != "object"
            or not re.search(r"tools?$", name.text(), re.IGNORECASE)
        ):
            continue
        for pair in value.find_all(kind="pair"):
            key, function = pair.field("key"), pair.field("value")
            if key is not None and function is not None and key.text() in OWN_METHODS and function.kind() in FUNCTIONS:
                yield function, name.text()


def find_handed(unit: Unit, call: SgNode) -> SgNode | None:
    """The function that a call makes a tool of: an argument, or a property of one."""
    found = next(
        (one for key in ("func", "fn", "coroutine", "execute") if (one := find_argument(call, key)) is not None), None
    )
    arguments = call.field("arguments")
    first = next(iter(arguments.named_children()), None) if arguments is not None else None
    given = found or first
    if given is None or given.kind() in (*FUNCTIONS, "lambda"):
        return given
    targets = unit.bindings.find_targets(given) if given.kind() == "identifier" else ()
    parent = targets[0].parent() if targets else None
    return parent if parent is not None and parent.kind() in ("function_definition", "function_declaration") else None


def describe_tool(unit: Unit, function: SgNode, form: str) -> Fact:
    """The fact about one tool."""
    parameters = function.field("parameters")
    text = parameters.text() if parameters is not None else ""
    user = ""
    for parameter in parameters.named_children() if parameters is not None else ():
        name = re.match(r"\w*", parameter.text())
        if name is not None and USERS.match(name.group()) and not CONTEXT.search(parameter.text()):
            user = name.group()
    call = next((one for one in function.ancestors()[:5] if one.kind() == "call_expression"), None)
    if call is not None and not user:
        found = re.search(r"\b(userId|user_id|ownerId|tenantId|accountId)\s*:\s*z\.", call.text())
        user = found[1] if found else ""
    name_node = function.field("name")
    data: dict[str, Json] = {
        "name": name_node.text()
        if name_node is not None
        else unit.bindings.enclosing_symbol(function.field("body") or function),
        "form": form,
        "context": CONTEXT.search(text) is not None,
        "user": user,
        "symbol": unit.bindings.enclosing_symbol(function.field("body") or function),
    }
    return Fact("agent-tool", unit.locate(name_node or function), data)


def find_dangerous(unit: Unit) -> Iterator[Fact]:
    """Tools of libraries that run code, commands or SQL of the model's."""
    for reference in unit.find_references(DANGEROUS):
        if reference.call is None:
            continue
        text = reference.call.text()
        name = reference.name.rpartition(".")[2]
        if name == "load_tools" and not re.search(r"python_repl|terminal|requests_all", text):
            continue
        if name == "FileManagementToolkit" and "root_dir" in text:
            continue
        yield Fact("agent-danger", unit.locate(reference.call), {"what": name, "symbol": ""})


def find_danger_in(tracer: Tracer, function: SgNode) -> Iterator[Fact]:
    """Code or commands that a tool runs and that the model writes."""
    unit, body = tracer.unit, function.field("body")
    extent = body.range() if body is not None else function.range()
    symbol = tracer.name_function(function)
    for reference in unit.find_references(DANGEROUS_CALLS):
        call = reference.call
        if call is None or not extent.start.index <= call.range().start.index < extent.end.index:
            continue
        arguments = call.field("arguments")
        given = [part for one in (arguments.named_children() if arguments else ())[:1] for part in tracer.trace(one)]
        if any(is_told(part, symbol) for part in given):
            yield Fact("agent-danger", unit.locate(call), {"what": reference.name, "symbol": symbol})


def is_told(part: Part, symbol: str) -> bool:
    """Whether a part is what the model or the user says to a tool, and not who the user is."""
    if part.kind is not Kind.PARAMETER or part.function != symbol:
        return False
    return IDENTITY.match(part.key or part.name) is None


def find_calls(tracer: Tracer, function: SgNode) -> Iterator[Fact]:
    """What a tool hands over of what it was told."""
    unit, symbol = tracer.unit, tracer.name_function(function)
    kind = "call" if unit.language is Language.PYTHON else "call_expression"
    for call in find_kinds(function, (kind,))[:MOST_CALLS]:
        callee, arguments = call.field("function"), call.field("arguments")
        listed = [one for one in arguments.named_children() if one.kind() != "comment"] if arguments is not None else []
        given: list[Json] = []
        for index, one in enumerate(listed):
            key = one.field("name") if one.kind() == "keyword_argument" else None
            value = one.field("value") if key is not None else one
            if value is not None and any(is_told(part, symbol) for part in tracer.trace(value)):
                given.append({"index": index, "name": key.text() if key is not None else "", "text": value.text()[:80]})
        if given and callee is not None:
            name = next(iter(unit.bindings.qualify(callee)), callee.text())
            yield Fact("tool-call", unit.locate(call), {"name": name, "symbol": symbol, "arguments": given})
