"""Routes to which other services send events, and whether they ask who sends them.

`webhook-route`: `path`, `handler` (a name, if it stands elsewhere), `verified` (what verifies the sender: empty where
nothing does), `token` (a shared secret is compared, or the file speaks of one), `calls` (functions of other modules
that are called and named for it),
`event` (`stored`: the event's id is looked at, and something is stored; `read`; empty: the id is never looked at),
`writes` (the handler itself changes data).
`signature-check`: a function that compares signatures: `function`.
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
from readycheck.scan.facts.blocking_calls import list_decorators
from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

KINDS = ("webhook-route", "signature-check")
SERVING = True
LANGUAGES = (Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX)
ANCHORS = (
    "webhook", "webhooks", "Webhook", "Webhooks", "hooks", "timingSafeEqual", "compare_digest", "constructEvent",
    "construct_event", "constant_time_compare", "createHmac", "POST",
    "Signature", "signature",
)  # fmt: skip
PATH = compile_late(
    r"web-?_?hooks?(?:/[\w-]+)?/?$|/hooks?/[\w-]+/?$|/(?:stripe|github|slack|paddle|clerk|shopify)/events/?$",
    re.IGNORECASE,
)
NEXT_PATH = compile_late(
    r"(?:^|/)(?:app/(?:.*/)?[^/]*web-?hooks?[^/]*/(?:.*/)?route|pages/api/(?:.*/)?[^/]*web-?hooks?[^/]*(?:/.*)?)\.[jt]sx?$"
)
# What a path need not say: the handler is called so, or asks a payment service's library who sends.
HANDLER = compile_late(
    r"(?:^|_)web_?hook(?:_handler)?$|(?:^|\w)[wW]eb[hH]ook(?:Handler)?$|^(?:handle|receive|process)_?[wW]eb_?[hH]ook"
)
ASKS_SENDER = compile_late(r"\b[wW]ebhooks?\.(?:constructEvent|constructEventAsync|construct_event|unwrap)\s*\(")
# Routes by which people manage the webhooks that the service itself sends.
MANAGING = compile_late(
    r"^(?:create|add|update|edit|save|register|new|test|list|manage|store|toggle|replay|retry|send)", re.IGNORECASE
)
GUARD = compile_late(
    r"current_?user|require_?(?:auth|user|login|admin)|authenticate|isAuthenticated|AuthGuard|login_required|protect\b"
    r"|ensureLogged|getSession|getServerSession|get_user",
    re.IGNORECASE,
)
COMPARING = compile_late(r"\b(?:timingSafeEqual|compare_digest|constant_time_compare)\s*\(")
LIBRARY = compile_late(
    r"\bwebhooks\.(?:constructEvent|constructEventAsync|verify|unwrap)\s*\(|\bconstruct_event\s*\(|\bWebhook\([^()]*\)\.verify\s*\("
    r"|\bnew\s+Webhook\(|\bvalidateRequest\w*\s*\(|\bRequestValidator\(|\bSignatureVerifier\(|\bvalidate_request\s*\("
    r"|\bverifyHeader\s*\(|\bverify_header\s*\(|\bverifyKey\s*\(|\bverify_key\s*\(|\bverifyWebhook\s*\(|\bverifySlackRequest\s*\("
)
OWN = compile_late(
    r"(?:verif|validat|check|authentic)\w*(?:[sS]ign|[wW]ebhook|[hH]mac|[rR]equest|_sign|_webhook|_hmac|_request)\w*$"
    r"|(?:sign|hmac)\w*[vV]alid\w*$"
)
TOKEN = compile_late(
    r"(?:[!=]==?|\bin\b|\bnot in\b)[^\n]*(?:secret|token|signature)|(?:secret|token|signature)\w*\W{0,6}(?:[!=]==?)",
    re.IGNORECASE,
)
# Words in a file of which a webhook that asks nobody has no need.
HINT = compile_late(
    r"signature|hmac|verif|secret|validat\w*_?event|authori[sz]ation|api_?key|basic_?auth|constructEvent", re.IGNORECASE
)
DEPENDENCY = compile_late(r"[wW]ebhook|Event")
EVENT_ID = compile_late(
    r"\bevent(?:\.data)?\??\.id\b|\bevent\[[\"']id[\"']\]|\bevt\.id\b|\b(?:event|webhook|delivery|notification|message)_?[iI]d\b"
    r"|x-github-delivery|webhook-id|svix-id|x-shopify-webhook-id|idempotency",
    re.IGNORECASE,
)
STORE = compile_late(
    r"on\s+conflict|insert\s+ignore|insert\s+into|\.create\(|\.insert\w*\(|get_or_create|update_or_create|setnx|nx\s*[=:]\s*[tT]rue"
    r"|[\"']NX[\"']|\.upsert\(|\.add\(|\.save\(|IntegrityError|P2002",
    re.IGNORECASE,
)
WRITES = compile_late(
    r"insert\s+into|update\s+\w+\s+set|delete\s+from|\.(?:create|update|insert|upsert|save|updateMany|update_one|insert_one|add|commit"
    r"|delete)\(",
    re.IGNORECASE,
)
METHODS = frozenset({"post", "all", "route", "add_api_route"})


def collect(unit: Unit) -> Iterator[Fact]:
    """The facts of one file."""
    if COMPARING.search(unit.text):
        yield from find_checks(unit)
    if unit.language is Language.PYTHON:
        yield from find_python_routes(unit)
        return
    if NEXT_PATH.search(unit.path):
        yield from find_next_routes(unit)
    yield from find_routes(unit)
    yield from find_controllers(unit)


def find_checks(unit: Unit) -> Iterator[Fact]:
    """The functions that compare signatures."""
    kinds = ("function_definition",) if unit.language is Language.PYTHON else sorted(FUNCTIONS)
    for function in find_kinds(unit.root, kinds):
        body = function.field("body")
        if body is not None and COMPARING.search(read_code(body)):
            name = unit.bindings.enclosing_symbol(body)
            if name:
                yield Fact("signature-check", unit.locate(function), {"function": name.rpartition(".")[2]})


def find_routes(unit: Unit) -> Iterator[Fact]:
    """`app.post("/webhook", handler)`."""
    for call in unit.find_kind("call_expression") if "ook" in unit.text else ():
        callee, arguments = call.field("function"), call.field("arguments")
        method = callee.field("property") if callee is not None and callee.kind() == "member_expression" else None
        listed = [one for one in arguments.named_children() if one.kind() != "comment"] if arguments is not None else []
        if method is None or method.text() not in METHODS or len(listed) < 2:  # noqa: PLR2004 - path and handler
            continue
        path = listed[0].text().strip("\"'`")
        if listed[0].kind() not in ("string", "template_string"):
            continue
        if PATH.search(path) or ASKS_SENDER.search(call.text()):
            yield from make_route(unit, call, path, listed[1:])


def find_controllers(unit: Unit) -> Iterator[Fact]:
    """Methods of Nest's controllers under `@Post("webhook")`."""
    for method in unit.find_kind("method_definition") if "@Post(" in unit.text else ():
        heads = "\n".join(decorator.text() for decorator in list_decorators(method))
        found = re.search(r"@Post\(\s*(?:[\"'`]([^\"'`]*)[\"'`])?", heads)
        above = next((one for one in method.ancestors() if one.kind() == "class_declaration"), None)
        outer = above.parent() if above is not None else None
        head = (outer or above).text()[:300] if above is not None else ""
        controller = re.search(r"@Controller\(\s*[\"'`]([^\"'`]*)[\"'`]", head)
        path = f"{controller[1] if controller else ''}/{found[1] or ''}" if found else ""
        if found and PATH.search(path.rstrip("/")):
            yield from make_route(unit, method, path, [method])


def find_next_routes(unit: Unit) -> Iterator[Fact]:
    """Next.js' handlers, by the place of their file."""
    for function in find_kinds(unit.root, sorted(FUNCTIONS)):
        body = function.field("body")
        name = unit.bindings.enclosing_symbol(body) if body is not None else ""
        if name == "POST" or (name in ("handler", "default") and "pages/api" in unit.path):
            yield from make_route(unit, function, unit.path, [function])
            return


def find_python_routes(unit: Unit) -> Iterator[Fact]:
    """`@app.post("/webhook")`, `@app.route("/webhook", methods=["POST"])`, `path("webhook/", view)`."""
    for decorated in unit.find_kind("decorated_definition") if "ook" in unit.text else ():
        function = decorated.field("definition")
        found = re.search(
            r"@[\w.]+\.(post|route|api_route)\(\s*(?:path\s*=\s*)?[rf]?[\"']([^\"']*)[\"']([^\n]*)", decorated.text()
        )
        if function is None or not found or (found[1] != "post" and "POST" not in found[3]):
            continue
        name = read_name(unit, function)
        if PATH.search(found[2]) or HANDLER.search(name) or ASKS_SENDER.search(function.text()):
            yield from make_route(unit, function, found[2] or name, [decorated])
    for call in unit.find_kind("call") if "urlpatterns" in unit.text else ():
        callee, arguments = call.field("function"), call.field("arguments")
        listed = arguments.named_children() if arguments is not None else []
        if callee is None or callee.text() not in ("path", "re_path") or len(listed) < 2:  # noqa: PLR2004 - path and view
            continue
        path = listed[0].text().strip("\"'r^$")
        if PATH.search(path):
            yield from make_route(unit, call, path, listed[1:2])


def make_route(unit: Unit, place: SgNode, path: str, parts: list[SgNode]) -> Iterator[Fact]:
    """The fact about one route, unless it manages the webhooks that the service sends."""
    last = parts[-1]
    bodies = [*parts, *(function for part in parts for function in find_named(unit, part))]
    text = "\n".join(read_code(body) for body in bodies)
    name = last.text() if last.kind() in ("identifier", "member_expression", "attribute") else read_name(unit, last)
    if not ASKS_SENDER.search(text) and (MANAGING.match(name.rpartition(".")[2]) or GUARD.search(text)):
        return
    inner = [function for body in bodies for function in find_called(unit, body)]
    text += "\n".join(read_code(function) for function in inner)
    library, own = LIBRARY.search(text), COMPARING.search(text)
    has_name = last.kind() in ("identifier", "member_expression", "attribute")
    data: dict[str, Json] = {
        "path": path,
        "handler": next(iter(unit.bindings.qualify(last)), "") if has_name and not find_named(unit, last) else "",
        "verified": (library or own).group().strip("( ") if library or own else "",  # type: ignore[union-attr]
        "token": TOKEN.search(text) is not None or HINT.search(read_code(unit.root)) is not None,
        "calls": [*sorted({call for body in bodies for call in list_calls(unit, body)})],
        "event": ("stored" if STORE.search(text) else "read") if EVENT_ID.search(text) else "",
        "writes": WRITES.search(text) is not None,
    }
    yield Fact("webhook-route", unit.locate(place), data)


def read_code(node: SgNode) -> str:
    """A node's text without its comments."""
    text, start = node.text(), node.range().start.index
    for comment in reversed(node.find_all(kind="comment")):
        extent = comment.range()
        text = text[: extent.start.index - start] + text[extent.end.index - start :]
    return text


def read_name(unit: Unit, function: SgNode) -> str:
    """A handler's name."""
    definition = function.field("definition") or function
    name = definition.field("name")
    return name.text() if name is not None else unit.bindings.enclosing_symbol(definition).rpartition(".")[2]


def find_named(unit: Unit, node: SgNode) -> list[SgNode]:
    """The function of this file that a name stands for."""
    while node.kind() in ("call_expression", "call"):
        arguments = node.field("arguments")
        inner = arguments.named_children() if arguments is not None else []
        if not inner:
            break
        node = inner[0]
    if node.kind() != "identifier":
        return []
    found = []
    for target in unit.bindings.find_targets(node):
        parent = target.parent()
        value = parent.field("value") if parent is not None and parent.kind() == "variable_declarator" else parent
        if value is not None and value.kind() in ("function_definition", "class_definition", *FUNCTIONS):
            found.append(value)
    return found


def find_called(unit: Unit, body: SgNode) -> list[SgNode]:
    """The functions of this file that a handler calls."""
    kind = "call" if unit.language is Language.PYTHON else "call_expression"
    callees = [callee for call in find_kinds(body, (kind,)) if (callee := call.field("function")) is not None]
    named = [function for callee in callees if callee.kind() == "identifier" for function in find_named(unit, callee)]
    identifiers = body.find_all(kind="identifier")
    dependencies = [one for one in identifiers if OWN.search(one.text()) or DEPENDENCY.search(one.text())]
    return [*named, *(function for one in dependencies for function in find_named(unit, one))]


def list_calls(unit: Unit, body: SgNode) -> list[str]:
    """What a handler calls, or lets run before it, of other modules."""
    kinds = ("identifier", "attribute") if unit.language is Language.PYTHON else ("identifier", "member_expression")
    nodes = [one for one in find_kinds(body, kinds) if OWN.search(one.text().rpartition(".")[2])]
    return [name for one in nodes for name in unit.bindings.qualify(one)[:1]] or [
        one.text() for one in nodes if not find_named(unit, one)
    ]
