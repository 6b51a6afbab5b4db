"""What answers errors that nobody expected, and where it is mounted.

`error-catch`: `name` (of the function, or of the class whose layer it is), `clean` (the error goes to the log and
nowhere else). `error-mounted`: `name` (what is mounted, as the bindings name it, or as it is written).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.model.evidence import Fact
from readycheck.model.vocabulary import Language
from readycheck.scan.bindings.javascript_scopes import FUNCTIONS
from readycheck.scan.bindings.python_values import read_positional
from readycheck.scan.late import compile_late
from readycheck.scan.literals import find_argument

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

KINDS = ("error-catch", "error-mounted")
SERVING = True
LANGUAGES = (Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX)
ANCHORS = (
    "add_exception_handler", "exception_handler", "exception_handlers", "errorhandler", "add_middleware", "Middleware",
    "receive", "call_next", "use", "setErrorHandler", "onError", "err", "error", "exc", "Exception",
    "useGlobalFilters", "APP_FILTER", "Catch",
)  # fmt: skip
EVERYTHING = frozenset({"Exception", "BaseException", "500", "InternalServerError", "HTTPStatus.INTERNAL_SERVER_ERROR"})
DECORATOR = compile_late(r"\.(?:exception_handler|errorhandler|app_errorhandler)\(\s*([\w.]+)\s*\)")
# What an error may be given to without reaching the client.
KEPT = compile_late(
    r"(?:^|\.|_)(?:log\w*|report\w*|capture\w*|console|sentry\w*|print|record\w*|trace\w*|isinstance|type|notify\w*|debug|info"
    r"|warn\w*|error|exception|critical|fatal|track\w*|set_status|is\w*|next)$",
    re.IGNORECASE,
)
PLAIN_MEMBERS = frozenset({"status", "statusCode", "status_code", "code", "type", "name", "isOperational", "expose"})
ANSWERS = compile_late(r"\bsend\b|\bjson\b|Response\b|\brespond\b|\.end\(|\brender\b|\btext\(|jsonify|make_response")
HANDLING = compile_late(r"^(?:this\.)?(?:app|fastify|server|instance|router|hono|api)\.(?:setErrorHandler|onError)$")
ERROR_PARAMETERS = 4


def collect(unit: Unit) -> Iterator[Fact]:
    """The facts of one file."""
    if unit.language is Language.PYTHON:
        yield from find_layers(unit)
        yield from find_handlers(unit)
        yield from find_mounted(unit)
    else:
        yield from find_middleware(unit)
        yield from find_filters(unit)
        yield from find_used(unit)


def make_fact(unit: Unit, node: SgNode, name: str, body: SgNode, error: str) -> Fact:
    """The fact about one thing that answers errors."""
    return Fact("error-catch", unit.locate(node), {"name": name, "clean": is_clean(body, error)})


def is_clean(body: SgNode, error: str) -> bool:
    """Whether an answer is given, and the error is logged or looked at, but put into nothing else."""
    if ANSWERS.search(body.text()) is None:
        return False
    if not error:
        return True
    uses = body.find_all(kind="identifier", regex=f"^{re.escape(error)}$")
    return all(is_kept(use) for use in uses)


def is_kept(use: SgNode) -> bool:
    """Whether one use of an error keeps its text inside."""
    below = use
    for parent in use.ancestors():
        kind = parent.kind()
        if kind in ("attribute", "member_expression"):
            name = parent.field("attribute") or parent.field("property")
            if name is not None and name.text() in PLAIN_MEMBERS:
                return True
        if kind in ("call", "call_expression") and below.kind() in ("argument_list", "arguments"):
            callee = parent.field("function")
            return callee is not None and any(KEPT.search(word) for word in callee.text().split("."))
        if kind in (
            "raise_statement",
            "throw_statement",
            "binary_expression",
            "unary_expression",
            "comparison_operator",
        ):
            return True
        if kind.endswith("_statement") or kind in ("block", "statement_block", "as_pattern_target"):
            return kind in ("if_statement", "as_pattern_target")
        below = parent
    return False


def find_layers(unit: Unit) -> Iterator[Fact]:
    """Classes that wrap the application and answer whatever it raises."""
    for clause in unit.find_kind("except_clause") if "receive" in unit.text or "call_next" in unit.text else ():
        function = next((one for one in clause.ancestors() if one.kind() == "function_definition"), None)
        owner = next((one for one in clause.ancestors() if one.kind() == "class_definition"), None)
        parameters = function.field("parameters") if function is not None else None
        name = owner.field("name") if owner is not None else None
        if parameters is None or name is None or not re.search(r"\b(?:receive|call_next)\b", parameters.text()):
            continue
        caught, error = read_clause(clause)
        if caught in EVERYTHING or not caught:
            yield make_fact(unit, clause, name.text(), clause, error)


def read_clause(clause: SgNode) -> tuple[str, str]:
    """What an `except` catches (empty: anything), and the name that it gives the error (empty: none)."""
    pattern = next((child for child in clause.named_children() if child.kind() != "block"), None)
    if pattern is None:
        return "", ""
    alias = pattern.field("alias")
    return pattern.named_children()[0].text() if alias is not None else pattern.text(), alias.text() if alias else ""


def find_handlers(unit: Unit) -> Iterator[Fact]:
    """Functions with an error among their parameters, which may be registered here or elsewhere."""
    for function in unit.find_kind("function_definition"):
        parameters, name, body = function.field("parameters"), function.field("name"), function.field("body")
        listed = parameters.named_children() if parameters is not None else []
        if name is None or body is None or len(listed) not in (1, 2, 3):
            continue
        last = re.match(r"^(\w*(?:err\w*|exc\w*|e))\s*(?::\s*\w*(?:Exception|Error)\b.*)?$", listed[-1].text())
        above = function.parent()
        decorated = above is not None and above.kind() == "decorated_definition"
        found = DECORATOR.search(above.text()) if decorated and above is not None else None
        if last:
            yield make_fact(unit, function, name.text(), body, last[1])
        if found and found[1] in EVERYTHING:
            yield Fact("error-mounted", unit.locate(function), {"name": name.text()})


def find_mounted(unit: Unit) -> Iterator[Fact]:
    """Handlers that are registered for everything, and layers that are put around the application."""
    for call in unit.find_kind("call"):
        callee = call.field("function")
        name = callee.text().rpartition(".")[2] if callee is not None else ""
        if name == "add_exception_handler":
            arguments = read_positional(call)
            if len(arguments) > 1 and arguments[0].text() in EVERYTHING:
                yield name_mounted(unit, call, arguments[1])
        elif name in ("add_middleware", "Middleware") and (arguments := read_positional(call)):
            yield name_mounted(unit, call, arguments[0])
        elif (handlers := find_argument(call, "exception_handlers")) is not None:
            for pair in handlers.find_all(kind="pair"):
                key, value = pair.field("key"), pair.field("value")
                if key is not None and value is not None and key.text() in EVERYTHING:
                    yield name_mounted(unit, pair, value)


def name_mounted(unit: Unit, place: SgNode, node: SgNode) -> Fact:
    """The fact that something is mounted."""
    name = next(iter(unit.bindings.qualify(node)), node.text())
    return Fact("error-mounted", unit.locate(place), {"name": name})


def find_middleware(unit: Unit) -> Iterator[Fact]:
    """Express' error middleware (four parameters), and the handlers of Fastify and Hono."""
    for function in (one for kind in sorted(FUNCTIONS) for one in unit.find_kind(kind)):
        parameters, body = function.field("parameters"), function.field("body")
        listed = (
            [one for one in parameters.named_children() if one.kind() != "comment"] if parameters is not None else []
        )
        if not listed or body is None or not re.match(r"^_?(?:e|err|error|ex|exception)\b", listed[0].text()):
            continue
        callee = find_receiver(function)
        is_handler = HANDLING.match(callee) is not None
        if len(listed) != ERROR_PARAMETERS and not is_handler:
            continue
        error = re.split(r"\W", listed[0].text())[0]
        name = unit.bindings.enclosing_symbol(body) or f"<{function.range().start.line + 1}>"
        yield make_fact(unit, function, name.rpartition(".")[2], body, error)
        if is_handler or callee.endswith(".use"):
            yield Fact("error-mounted", unit.locate(function), {"name": name.rpartition(".")[2]})


def find_receiver(function: SgNode) -> str:
    """What a function expression is handed to."""
    arguments = function.parent()
    call = arguments.parent() if arguments is not None and arguments.kind() == "arguments" else None
    callee = call.field("function") if call is not None else None
    return callee.text() if callee is not None else ""


def find_filters(unit: Unit) -> Iterator[Fact]:
    """Nest's exception filters for everything."""
    for found in unit.find_kind("class_declaration") if "@Catch()" in unit.text else ():
        name, body = found.field("name"), found.field("body")
        above = found.parent()
        is_filter = "@Catch()" in found.text() or (above is not None and "@Catch()" in above.text()[:400])
        method = next((one for one in body.named_children() if read_name(one) == "catch"), None) if body else None
        parameters = method.field("parameters") if method is not None else None
        if name is not None and method is not None and parameters is not None and is_filter:
            error = re.match(r"\(\s*(\w+)", parameters.text())
            yield make_fact(unit, found, name.text(), method, error[1] if error else "")


def read_name(node: SgNode) -> str:
    """A method's name, or empty."""
    name = node.field("name") if node.kind() == "method_definition" else None
    return name.text() if name is not None else ""


def find_used(unit: Unit) -> Iterator[Fact]:
    """What is mounted with `app.use` and its like."""
    for call in unit.find_kind("call_expression"):
        callee = call.field("function")
        name = callee.text().rpartition(".")[2] if callee is not None and callee.kind() == "member_expression" else ""
        if name not in ("use", "setErrorHandler", "onError", "useGlobalFilters"):
            continue
        arguments = call.field("arguments")
        for one in arguments.named_children() if arguments is not None else ():
            made = one.field("constructor") if one.kind() == "new_expression" else one
            if made is not None and made.kind() in ("identifier", "member_expression"):
                yield name_mounted(unit, call, made)
    for found in (
        unit.root.find_all(pattern="{ provide: APP_FILTER, useClass: $NAME }") if "APP_FILTER" in unit.text else ()
    ):
        used = found.get_match("NAME")
        if used is not None:
            yield name_mounted(unit, found, used)
