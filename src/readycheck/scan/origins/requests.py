"""What holds text of a request, by the ways in which the frameworks hand it out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from readycheck.scan.bindings.javascript_scopes import FUNCTIONS
from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

SCRIPT_REQUEST = compile_late(
    r"^(?:(?:req|request|_req)(?:\.raw)?|(?:ctx|context|c)(?:\.(?:req|request))|ctx|event)\??\."
    r"(?:(?:query|body|params|headers|cookies|rawBody|url|originalUrl|nextUrl|queryStringParameters|pathParameters)"
    r"(?![\w$])|(?:param|get|header|json|text|formData|input|parseBody|valid|query)\()"
)
SCRIPT_HANDSHAKE = compile_late(r"^socket\.handshake\.(?:query|auth|headers)\b")
PARTS_OF_REQUEST = frozenset({"query", "body", "params", "headers", "cookies"})
NEXT_HANDLERS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
NEST_SOURCES = compile_late(r"@(?:Query|Body|Param|Headers)\(")
SOCKET = compile_late(r"(?:^|\.)(?:socket|ws|websocket|client|connection|conn)$", re.IGNORECASE)
LIFECYCLE = frozenset({"connect", "connection", "disconnect", "disconnecting", "error", "close", "open", "end"})
PYTHON_REQUEST = compile_late(
    r"^(?:self\.)?(?:request|req|flask\.request)\."
    r"(?:(?:args|form|values|json|data|GET|POST|body|query_params|path_params|cookies|headers|FILES|files|query"
    r"|match_info|params|query_string)(?!\w)|(?:get_json|get_data|json|form|body|post|read)\()"
)
PYTHON_ROUTE = compile_late(
    r"^@[\w.]+\.(?:get|post|put|patch|delete|head|options|route|api_route|websocket)\(\s*(?:path\s*=\s*)?[rf]?[\"']"
)
# Parameters of a route's function that the framework or the application provides, not the client.
PROVIDED_NAME = compile_late(
    r"^(?:self|cls|request|req|response|websocket|ws|db|session|conn|connection|pool|engine|current_user|user|settings"
    r"|config|background_tasks|tasks|service|repo|repository|client|logger|state|_\w*)$|_(?:service|repo|db|session)$"
)
PROVIDED_TYPE = compile_late(
    r"Depends|Security|Inject|Provide|FromDishka|(?:Session|Dep|Deps|Service|Repository|Connection|Pool|Client|Settings"
    r"|Request|Response|WebSocket|BackgroundTasks|User|Principal|Identity|Engine|Database|State|Context)\b"
)
PLAIN_TYPE = compile_late(
    r"^(?:(?:Annotated|Optional|list|List|set|Sequence|Iterable|Collection|tuple|frozenset|Array)[\[<]\s*)*(?:int|float|bool|Decimal|UUID|uuid\.UUID|date|datetime|datetime\.\w+|UUID4"
    r"|PositiveInt|NonNegativeInt|PositiveFloat|conint\(.*|Literal\[.*|number|boolean|bigint|Date)\b"
    r"(?:\[\])?(?:\s*\|\s*(?:None|null|undefined))?(?:[\]>]|,.*)*$",
    re.DOTALL,
)
REQUEST_TYPE = compile_late(r"Request|WebSocket|Connection|Any|Context|Event|Message|\bdict\b|Mapping", re.IGNORECASE)


def is_script_request(unit: Unit, node: SgNode) -> bool:
    """Whether a member or call in JavaScript reads a part of a request that a function was handed."""
    text = node.text()
    if SCRIPT_HANDSHAKE.search(text):
        return True
    if SCRIPT_REQUEST.match(text) is None:
        return False
    root = node
    while root.kind() in ("member_expression", "call_expression", "subscript_expression"):
        below = root.field("object") or root.field("function")
        if below is None:
            return False
        root = below
    targets = unit.bindings.find_targets(root) if root.kind() == "identifier" else ()
    return bool(targets) and all(is_script_parameter(target) for target in targets)


def is_script_parameter(target: SgNode) -> bool:
    """Whether a name is bound by a function's list of parameters."""
    parent = target.parent()
    return parent is not None and (
        parent.kind() in ("formal_parameters", "required_parameter", "optional_parameter") or parent.kind() in FUNCTIONS
    )


def is_script_input(unit: Unit, function: SgNode, parameter: SgNode, index: int, key: str) -> bool:
    """Whether a function's parameter, or the property that it takes out of it, is what a client sent."""
    if NEST_SOURCES.search(parameter.text()):
        return True
    holder = function.parent()
    call = holder.parent() if holder is not None and holder.kind() == "arguments" else None
    callee = call.field("function") if call is not None else None
    if call is not None and callee is not None and callee.kind() == "member_expression":
        return is_callback_input(call, callee, index, key)
    symbol = unit.bindings.enclosing_symbol(parameter)
    if symbol in NEXT_HANDLERS:
        return index == 1 and key == "params"
    return False


def is_callback_input(call: SgNode, callee: SgNode, index: int, key: str) -> bool:
    """Whether a callback's parameter is what a client sent: of a socket's event, a route, a procedure."""
    method, owner = callee.field("property"), callee.field("object")
    name, receiver = method.text() if method is not None else "", owner.text() if owner is not None else ""
    if name == "on" and SOCKET.search(receiver):
        arguments = call.field("arguments")
        event = next(iter(arguments.named_children()), None) if arguments is not None else None
        return event is None or event.text().strip("\"'`") not in LIFECYCLE
    if name in ("get", "post", "put", "patch", "delete", "all", "use"):
        return index == 0 and key in PARTS_OF_REQUEST
    return name in ("mutation", "query", "subscription") and key == "input"


def is_python_request(unit: Unit, node: SgNode) -> bool:
    """Whether an attribute or call in Python reads a part of the request."""
    if PYTHON_REQUEST.match(node.text()) is None:
        return False
    root = node
    while root.kind() in ("attribute", "call", "subscript"):
        below = root.field("object") or root.field("function") or root.field("value")
        if below is None:
            return False
        root = below
    if root.kind() != "identifier" or root.text() == "self":
        return root.kind() == "identifier"
    names = unit.bindings.qualify(root)
    if any(name.startswith(("requests", "httpx", "aiohttp.ClientSession")) for name in names):
        return False
    targets = unit.bindings.find_targets(root)
    if any(is_own_type(target) for target in targets):
        return False
    is_parameter = any(
        any(one.kind() in ("parameters", "lambda_parameters") for one in target.ancestors()[:3]) for target in targets
    )
    return is_parameter or any(name in ("flask.request", "quart.request", "bottle.request") for name in names)


def is_own_type(target: SgNode) -> bool:
    """Whether a parameter has a type that is no request of any framework: `req: ScrapeRecipeData`."""
    typed = next((one for one in target.ancestors()[:2] if one.kind().startswith("typed_")), None)
    annotation = typed.field("type") if typed is not None else None
    return annotation is not None and REQUEST_TYPE.search(annotation.text()) is None


def is_python_input(function: SgNode, name: str, parameter: SgNode) -> bool:
    """Whether a parameter of a route's function is what a client sent."""
    above = function.parent()
    if above is None or above.kind() != "decorated_definition" or PROVIDED_NAME.search(name):
        return False
    if not any(PYTHON_ROUTE.match(child.text()) for child in above.children() if child.kind() == "decorator"):
        return False
    annotation, default = parameter.field("type"), parameter.field("value")
    text = (annotation.text() if annotation is not None else "") + (default.text() if default is not None else "")
    return PROVIDED_TYPE.search(text) is None


def is_plain_type(annotation: SgNode | None) -> bool:
    """Whether a type holds numbers, dates or ids only: no text that could be syntax."""
    text = annotation.text().lstrip(": ") if annotation is not None else ""
    return PLAIN_TYPE.match(text) is not None
