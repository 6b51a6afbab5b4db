"""Checks on what error answers tell the client."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from readycheck.model.evidence import Match
from readycheck.model.rule import Rule
from readycheck.model.vocabulary import Language
from readycheck.scan.bindings.tree import find_kinds
from readycheck.scan.checks.contract import per_file
from readycheck.scan.environment import contains_not, find_condition
from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

FindAnswer = Callable[["Unit", "SgNode"], "SgNode | None"]
BLANKS = compile_late(r"\s+")
TEXT_LENGTH = 300
FUNCTIONS = frozenset(
    {"function_declaration", "function_expression", "arrow_function", "method_definition", "function_definition"}
)
# In Python there is no shorthand.
VARIABLES = ("identifier", "shorthand_property_identifier")
RESPONSE = compile_late(r"^(?:res|resp|response|reply|rep|ctx|context|c|h|ctx\.response|this\.response|_res)$")
SENDERS = frozenset({"send", "json", "jsonp", "end", "write", "render", "text", "html", "body", "code", "status"})
SOCKET = compile_late(
    r"^(?:(?:this\.)?(?:socket|io|ws|websocket|nsp|namespace)(?:\.(?:broadcast|volatile|local|(?:to|in|of|except)\([^()]*\)))*"
    r"|(?:this\.)?server\.(?:to|in)\([^()]*\))$",
    re.IGNORECASE,
)
ACKNOWLEDGEMENT = compile_late(r"^(?:ack|acknowledge|callback|cb|respond|reply)$", re.IGNORECASE)
HANDLES_SOCKET = compile_late(r"^[^(]*\b(?:socket|io)\w*\.on\b|\(\s*\(?\s*\w*socket\b", re.IGNORECASE)
RESPONSE_CALLS = frozenset({
    "globalThis.Response", "globalThis.Response.json", "next/server.NextResponse.json", "next/server.NextResponse",
})  # fmt: skip
BODY = compile_late(r"^(?:ctx|context|ctx\.response|this|res|response)\.body$")
DEVELOPMENT_HANDLERS = ("errorhandler", "errorhandler.default")
STACK: dict[str, Any] = {
    "kind": "member_expression",
    "has": {"field": "property", "regex": "^stack$"},
    "not": {"inside": {"kind": "member_expression", "field": "object", "regex": "\\.stack\\.(?:push|pop|length)\\b"}},
}
DEVELOPMENT = compile_late(r"(?:^|[^a-zA-Z])dev|Dev(?![a-z]|ice)|[dD]evelopment|[dD]ebug|DEV")
ROUTE = compile_late(r"@[\w.]+\.(?:get|post|put|patch|delete|route|api_route|exception_handler|errorhandler)\(")
CONVERSION = compile_late(
    r"^(?:str|repr|dict|list|html\.escape|escape|json\.dumps|[\"'].*[\"']\.(?:join|format))$", re.DOTALL
)
ERROR = compile_late(
    r"(?:^|[^a-z])(?:e|ex|exc|[\w$]*err(?:or)?|exception|cause|reason|[\w$]*Exception)\b", re.IGNORECASE
)
TRACEBACKS = ("traceback.format_exc", "traceback.format_exception", "traceback.format_tb", "traceback.format_stack")
PYTHON_RESPONSES = frozenset({
    "fastapi.HTTPException", "fastapi.exceptions.HTTPException", "starlette.exceptions.HTTPException",
    "fastapi.responses.JSONResponse", "fastapi.responses.PlainTextResponse", "fastapi.responses.HTMLResponse",
    "fastapi.responses.ORJSONResponse", "fastapi.responses.Response", "fastapi.Response",
    "starlette.responses.JSONResponse", "starlette.responses.PlainTextResponse", "starlette.responses.HTMLResponse",
    "starlette.responses.Response", "flask.jsonify", "flask.make_response", "flask.Response", "flask.abort",
    "quart.jsonify", "django.http.JsonResponse", "django.http.HttpResponse", "django.http.HttpResponseServerError",
    "rest_framework.response.Response", "aiohttp.web.json_response", "aiohttp.web.Response", "sanic.response.json",
    "sanic.response.text", "litestar.Response",
})  # fmt: skip


@per_file
def stack_sent_to_client(unit: Unit, rule: Rule) -> Iterator[Match]:
    """A stack trace is put into an answer."""
    if unit.language is Language.PYTHON:
        yield from find_python(unit, rule)
        return
    traces = [node for node in unit.root.find_all({"rule": STACK}) if is_error(node.field("object"))]  # type: ignore[call-overload]
    yield from find_leaks(unit, rule, traces, find_answer)


@per_file
def development_error_handler(unit: Unit, rule: Rule) -> Iterator[Match]:
    """Middleware that shows stack traces by design is mounted without asking for the environment."""
    for reference in unit.find_references(DEVELOPMENT_HANDLERS):
        call = reference.call
        if call is None or not call.text():
            continue
        condition = find_condition(call)
        exempt = f"only under the condition `{condition}`" if condition else None
        text = BLANKS.sub(" ", call.text())[:TEXT_LENGTH]
        symbol = unit.bindings.enclosing_symbol(call)
        message = f"`{reference.name}` answers every error with its stack trace"
        yield Match(rule.id, unit.locate(call), symbol=symbol, text=text, message=message, exempt=exempt)


def is_error(node: SgNode | None) -> bool:
    """Whether an expression is called an error: other things have a stack, too."""
    return node is not None and ERROR.search(node.text()) is not None


def find_leaks(unit: Unit, rule: Rule, traces: Iterable[SgNode], find: FindAnswer) -> Iterator[Match]:
    """Each answer that holds a trace, directly or through a variable of the same function, once."""
    seen: set[int] = set()
    for trace in traces:
        for node in (trace, *find_copies(trace)):
            answer = find(unit, node)
            if answer is not None and answer.range().start.index not in seen:
                seen.add(answer.range().start.index)
                yield make_match(unit, rule, node, answer, find_condition(trace) or find_condition(node))


def find_copies(node: SgNode) -> Iterator[SgNode]:
    """The uses of the variable that a trace's text is put into, or into a member of, below it in the same function."""
    target = None
    for parent in node.ancestors():
        if parent.kind() in ("assignment", "variable_declarator") and target is None:
            target = parent.field("left") or parent.field("name")
        if parent.kind() == "assignment_expression" and target is None:
            target = find_owner(parent.field("left"))
        if parent.kind() in FUNCTIONS:
            if target is not None and target.kind() == "identifier":
                after = node.range().end.index
                kinds = VARIABLES[: 1 if parent.kind() == "function_definition" else 2]
                uses = find_kinds(parent, kinds, f"^{re.escape(target.text())}$")
                yield from (use for use in uses if use.range().start.index > after)
            return


def find_owner(node: SgNode | None) -> SgNode | None:
    """The variable to which a member belongs, `body` of `body.error.stack`; the variable itself for a plain name."""
    while node is not None and node.kind() == "member_expression":
        node = node.field("object")
    return node


def find_answer(unit: Unit, node: SgNode) -> SgNode | None:
    """The statement's call or assignment by which a value goes into an answer, within the same function."""
    below = node
    for parent in node.ancestors():
        kind = parent.kind()
        if kind in FUNCTIONS or (
            kind.endswith("_statement") and kind not in ("expression_statement", "return_statement")
        ):
            return None
        if kind in ("call_expression", "new_expression") and below.kind() == "arguments":
            callee = parent.field("function") or parent.field("constructor")
            if callee is not None and (is_sender(unit, callee) or is_socket_sender(callee, parent)):
                return parent
            if callee is None or not callee.text().startswith(("JSON.stringify", "Object.assign", "String")):
                return None
        if kind == "assignment_expression":
            target = parent.field("left")
            return parent if target is not None and BODY.match(target.text()) else None
        below = parent
    return None


def is_sender(unit: Unit, callee: SgNode) -> bool:
    """Whether a callee sends its arguments to the client: `res.status(500).json`, `new Response`."""
    if any(name in RESPONSE_CALLS for name in unit.bindings.qualify(callee)):
        return True
    if callee.kind() != "member_expression":
        return False
    name, base = callee.field("property"), callee.field("object")
    while base is not None and base.kind() == "call_expression":
        function = base.field("function")
        base = function.field("object") if function is not None else None
    return name is not None and name.text() in SENDERS and base is not None and RESPONSE.match(base.text()) is not None


def is_socket_sender(callee: SgNode, call: SgNode) -> bool:
    """Whether a callee sends its arguments to a socket's client: `io.to(room).emit`, an event's acknowledgement."""
    if callee.kind() == "identifier":
        is_event = any(HANDLES_SOCKET.search(read_head(one)) for one in call.ancestors() if one.kind() in FUNCTIONS)
        return ACKNOWLEDGEMENT.match(callee.text()) is not None and is_event
    name, owner = callee.field("property"), callee.field("object")
    return (
        name is not None
        and name.text() in ("emit", "send")
        and owner is not None
        and SOCKET.match(owner.text()) is not None
    )


def read_head(function: SgNode) -> str:
    """A function's parameters, and the call that it is handed to: `socket.on(`."""
    parameters = function.field("parameters") or function.field("parameter")
    call = function.parent()
    call = call.parent() if call is not None and call.kind() == "arguments" else None
    callee = call.field("function") if call is not None else None
    return f"{callee.text() if callee is not None else ''}({parameters.text() if parameters is not None else ''}"


def make_match(unit: Unit, rule: Rule, node: SgNode, answer: SgNode, condition: str) -> Match:
    """The match of a trace in an answer; under a condition on the environment it is exempt."""
    symbol = unit.bindings.enclosing_symbol(node)
    exempt = f"only under the condition `{condition}`" if condition else None
    if exempt is None and DEVELOPMENT.search(symbol):
        exempt = f"in a function for development, `{symbol}`"
    text = BLANKS.sub(" ", answer.text())[:TEXT_LENGTH]
    message = f"the stack trace (`{node.text()[:40]}`) is sent to the client"
    return Match(rule.id, unit.locate(node), symbol=symbol, text=text, message=message, exempt=exempt)


def find_python(unit: Unit, rule: Rule) -> Iterator[Match]:
    """A formatted traceback, directly or through a variable, inside the call that makes an answer."""
    traces = [reference.node for reference in unit.find_references(TRACEBACKS) if reference.call is not None]
    yield from find_leaks(unit, rule, traces, find_python_answer)


def find_python_answer(unit: Unit, node: SgNode) -> SgNode | None:
    """The call that makes an answer around a node, or the return of a route's function."""
    returned = None
    for parent in node.ancestors():
        kind = parent.kind()
        if kind in FUNCTIONS:
            above = parent.parent()
            is_route = above is not None and above.kind() == "decorated_definition" and ROUTE.search(above.text())
            return returned if is_route else None
        if kind == "return_statement":
            returned = parent
        callee = parent.field("function") if kind == "call" else None
        if callee is not None and contains_not(callee, node) and not CONVERSION.match(callee.text()):
            names = unit.bindings.qualify(callee)
            return parent if any(name in PYTHON_RESPONSES for name in names) else None
    return None
