"""Where code takes something out of a request: the part, the key, the variable that gets it, the calls around it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from readycheck.model.vocabulary import Language
from readycheck.scan.bindings.tree import find_kinds
from readycheck.scan.late import compile_late
from readycheck.scan.literals import read_literal
from readycheck.scan.origins.requests import LIFECYCLE, is_python_request, is_script_parameter

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

SCRIPT_PARTS = {
    "body": "body",
    "rawBody": "body",
    "query": "query",
    "params": "path",
    "files": "files",
    "file": "files",
}
SCRIPT_METHODS = {
    "json": "body", "formData": "body", "text": "body", "parseBody": "body", "param": "path", "query": "query",
    "queries": "query",
}  # fmt: skip
PYTHON_PARTS = {
    "args": "query", "form": "body", "values": "body", "json": "body", "data": "body", "GET": "query", "POST": "body",
    "body": "body", "query_params": "query", "path_params": "path", "FILES": "files", "files": "files",
    "query": "query", "match_info": "path", "view_args": "path",
}  # fmt: skip
PYTHON_METHODS = {
    "get_json": "body",
    "get_data": "body",
    "json": "body",
    "form": "body",
    "body": "body",
    "post": "body",
}
REQUEST = compile_late(r"^_?(?:req|request|ctx|context|c|event)$", re.IGNORECASE)
INNER = compile_late(r"^(?:req|request)$")
ANSWER = compile_late(r"^_?(?:res|resp|response|reply|rep|h)$", re.IGNORECASE)
SOCKET = compile_late(
    r"(?:^|\.)_?(?:websocket|ws|socket)\.(?:receive(?:_text|_json|_bytes)?|iter_(?:text|json|bytes))$"
)
ASKED = frozenset({"comparison_operator", "not_operator", "unary_expression", "if_statement"})
EMITTER = compile_late(r"^_?(?:socket|ws|websocket|sock)$")
EMITTERS = compile_late(r"(?:^|\.)_?(?:socket|ws|websocket|sock|client)$", re.IGNORECASE)
PASSING = frozenset({
    "await", "await_expression", "parenthesized_expression", "as_expression", "non_null_expression",
    "satisfies_expression", "binary_expression", "boolean_operator", "ternary_expression", "conditional_expression",
})  # fmt: skip
WAITING = frozenset({"await_expression", "await", "parenthesized_expression", "non_null_expression"})
CALLS = frozenset({"call", "call_expression", "new_expression"})
CONVERSION = compile_late(
    r"^(?:Number|String|parseInt|parseFloat|Number\.parse(?:Int|Float)|BigInt|int|str|float|bool)$"
)
CONVERTED = compile_late(r"^(?:decode|strip|trim|toString|lower|toLowerCase|copy|to_dict)$")
STATEMENTS = compile_late(
    r"statement$|^(?:block|program|module|lexical_declaration|function_definition|lambda)$|function"
)
MOST_INTO = 5
MOST_KEYS = 12


@dataclass(frozen=True, slots=True)
class Read:
    """One read: `node` is the expression, `part` of the request, `key` in it (empty: all of it), `name` as it is used.

    `names` are what the value is called from here on: the expression itself and the variable that it is put into.
    """

    node: SgNode
    part: str
    key: str
    names: tuple[str, ...]


def find_reads(unit: Unit) -> Iterator[Read]:
    """All reads of a file."""
    if unit.language is Language.PYTHON:
        yield from find_python_reads(unit)
    else:
        yield from find_script_reads(unit)


def find_script_reads(unit: Unit) -> Iterator[Read]:
    """`req.body.name`, `ctx.request.query`, `await c.req.json()`, `({ params }, res) => ...`."""
    names = "|".join((*SCRIPT_PARTS, *SCRIPT_METHODS))
    rule = {
        "kind": "member_expression",
        "has": {"field": "property", "regex": f"^(?:{names})$"},
    }
    for node in unit.root.find_all({"rule": rule}):  # type: ignore[call-overload]
        key = node.field("property").text()
        parent = node.parent()
        is_call = parent is not None and parent.kind() == "call_expression" and parent.field("function") == node
        part = SCRIPT_METHODS.get(key, "") if is_call else SCRIPT_PARTS.get(key, "")
        if part and not is_answer(node, key) and is_request(unit, node.field("object"), is_call=is_call):
            whole = parent if is_call and parent is not None else node
            yield from describe(whole, part, read_first(whole) if is_call else "")
    for pattern in find_kinds(unit.root, ("object_pattern",)):
        yield from find_pattern_reads(pattern)
    if "socket" in unit.text or ".on(" in unit.text:
        yield from find_messages(unit)


def is_answer(node: SgNode, key: str) -> bool:
    """Whether an expression is what is sent back: Koa's `ctx.body`, or what is assigned to."""
    owner, parent = node.field("object"), node.parent()
    if key == "body" and owner is not None and re.fullmatch(r"_?(?:ctx|context|c)", owner.text()):
        return True
    return parent is not None and parent.kind() == "assignment_expression" and parent.field("left") == node


def is_request(unit: Unit, node: SgNode | None, *, is_call: bool) -> bool:
    """Whether an expression is the request that a function was handed."""
    if node is None:
        return False
    if node.kind() == "member_expression":  # ctx.request, c.req
        inner, outer = node.field("property"), node.field("object")
        return inner is not None and bool(INNER.match(inner.text())) and is_request(unit, outer, is_call=False)
    if node.kind() != "identifier":
        return False
    targets = unit.bindings.find_targets(node)
    if not targets or not all(is_script_parameter(target) for target in targets):
        return False
    return bool(REQUEST.match(node.text())) or (not is_call and has_answer(targets[0]))


def has_answer(target: SgNode) -> bool:
    """Whether the parameter after this one is called like an answer."""
    up = [target, *target.ancestors()[:3]]
    for child, parent in pairwise(up):
        if parent.kind() == "formal_parameters":
            others = [one for one in parent.named_children() if one.kind() != "comment"]
            place = others.index(child) if child in others else -1
            return place >= 0 and any(
                ANSWER.match(one.text().partition(":")[0]) for one in others[place + 1 : place + 2]
            )
    return False


def find_pattern_reads(pattern: SgNode) -> Iterator[Read]:
    """Parts that a handler takes out of the request in its list of parameters."""
    up = pattern.ancestors()[:2]
    holder = next((one for one in up if one.kind() == "formal_parameters"), None)
    if holder is None:
        return
    first = next((one for one in holder.named_children() if one.kind() != "comment"), None)
    if first is None or pattern not in (first, first.field("pattern")):
        return
    for child in pattern.named_children():
        key = child.field("key") or child
        value = child.field("value") or child
        if key.text() not in ("body", "query", "params"):
            continue
        part = SCRIPT_PARTS[key.text()]
        if value.kind() == "object_pattern":
            for inner in list_keys(value):
                yield Read(child, part, inner, (inner,))
        else:
            yield Read(child, part, "", (value.text(),))


def find_messages(unit: Unit) -> Iterator[Read]:
    """What handlers of a socket's events take out of the message: `socket.on("typing", ({ room }) => ...)`.

    A message that is only handed on whole is no read. A function whose first parameter is the socket gets its messages
    in the ones after it.
    """
    for holder in find_kinds(unit.root, ("formal_parameters",)):
        parameters = [one for one in holder.named_children() if one.kind() != "comment"]
        function = holder.parent()
        if not parameters or function is None:
            continue
        is_passed = len(parameters) > 1 and EMITTER.match(parameters[0].text().partition(":")[0]) is not None
        if is_passed:
            messages = parameters[1:2]
        elif is_listener(function):
            messages = parameters[:1]
        else:
            continue
        for one in messages:
            yield from find_message_reads(unit, one.field("pattern") or one)


def is_listener(function: SgNode) -> bool:
    """Whether a function is handed to `socket.on("event", ...)`, for an event that a client sends."""
    holder = function.parent()
    call = holder.parent() if holder is not None and holder.kind() == "arguments" else None
    callee = call.field("function") if call is not None else None
    if call is None or callee is None or callee.kind() != "member_expression":
        return False
    method, owner = callee.field("property"), callee.field("object")
    return (
        method is not None
        and method.text() == "on"
        and owner is not None
        and EMITTERS.search(owner.text()) is not None
        and read_first(call) not in LIFECYCLE
    )


def find_message_reads(unit: Unit, node: SgNode) -> Iterator[Read]:
    """What is taken out of one message: the keys of a pattern, or members of a variable."""
    if node.kind() == "object_pattern":
        for key in list_keys(node):
            yield Read(node, "message", key, (key,))
    elif node.kind() == "identifier":
        for use in unit.bindings.find_uses(node):
            parent = use.parent()
            if parent is not None and parent.kind() == "member_expression" and parent.field("object") == use:
                member = parent.field("property")
                yield Read(parent, "message", member.text() if member is not None else "", (parent.text(), node.text()))
                return


def find_python_reads(unit: Unit) -> Iterator[Read]:
    """`request.args.get("page")`, `await request.json()`, `self.request.data`, `await websocket.receive_json()`."""
    names = "|".join(dict.fromkeys((*PYTHON_PARTS, *PYTHON_METHODS)))
    rule = {
        "kind": "attribute",
        "has": {"field": "attribute", "regex": f"^(?:{names}|receive\\w*|iter_\\w+)$"},
    }
    for node in unit.root.find_all({"rule": rule}):  # type: ignore[call-overload]
        name = node.field("attribute").text()
        parent = node.parent()
        is_call = parent is not None and parent.kind() == "call" and parent.field("function") == node
        whole = parent if is_call and parent is not None else node
        if is_call and SOCKET.search(node.text()):
            yield from describe(whole, "message", "")
            continue
        part = PYTHON_METHODS.get(name, "") if is_call else PYTHON_PARTS.get(name, "")
        if part and is_python_request(unit, whole):
            yield from describe(whole, part, "")


def describe(node: SgNode, part: str, key: str) -> Iterator[Read]:
    """The reads that an expression for a part of the request makes: one for each key that is taken out of it."""
    node, key = climb_key(node, key)
    if key == "[:]":
        return
    parent = node.parent()
    is_item = node.kind() in ("subscript", "subscript_expression")
    if not key and not is_item and parent is not None and parent.kind() in ASKED:
        return  # `if (!req.body)`, `"save" in request.POST`
    if parent is not None and is_comparison(parent):
        return  # `request.POST.get("confirmation") == user.email`: nothing else becomes of it
    text = node.text()
    target = find_target(node)
    if target is not None and target.kind() in ("object_pattern", "pattern_list", "tuple_pattern"):
        for inner in list_keys(target)[:MOST_KEYS]:
            yield Read(node, part, key or inner, (inner,))
        return
    own = (text, target.text()) if target is not None else (text,)
    yield Read(node, part, key, own)


def is_comparison(node: SgNode) -> bool:
    """Whether an expression only says whether two values are the same; a written word is one choice of several."""
    if any(one.kind() in ("string", "template_string") for one in node.named_children()):
        return False
    if node.kind() == "comparison_operator":
        return re.search(r"[<>]", node.text()) is None
    operator = node.field("operator") if node.kind() == "binary_expression" else None
    return operator is not None and operator.text() in ("==", "===", "!=", "!==")


def climb_key(node: SgNode, key: str) -> tuple[SgNode, str]:
    """From a part to the member, item or `.get("x")` that is taken out of it, and that key."""
    parent = node.parent()
    while parent is not None and parent.kind() in WAITING:
        node, parent = parent, parent.parent()
    owner = (parent.field("object") or parent.field("value")) if parent is not None else None
    if parent is None or key or owner is None or owner != node:
        return node, key
    if parent.kind() in ("subscript_expression", "subscript"):
        return parent, read_item(parent, node)
    return climb_member(node, parent) if parent.kind() in ("member_expression", "attribute") else (node, key)


def read_item(item: SgNode, node: SgNode) -> str:
    """The key of an item, if it is constant; `[:]` for what is cut off at a length."""
    if item.kind() == "subscript" and ":" in item.text()[len(node.text()) :]:
        return "[:]"
    index = item.field("index") or item.field("subscript")
    known, value = read_literal(index) if index is not None else (False, None)
    return str(value) if known else ""


def climb_member(node: SgNode, parent: SgNode) -> tuple[SgNode, str]:
    """The same for a member: one that is called gives a key only if it is a getter."""
    member = parent.field("property") or parent.field("attribute")
    name = member.text() if member is not None else ""
    above = parent.parent()
    if above is None or above.kind() not in CALLS or above.field("function") != parent:
        return parent, name
    return (above, read_first(above)) if name in ("get", "getlist", "getOne", "get_list", "pop") else (node, "")


def read_first(call: SgNode) -> str:
    """The first argument of a call, if it is constant."""
    arguments = call.field("arguments")
    first = next(iter(arguments.named_children()), None) if arguments is not None else None
    known, value = read_literal(first) if first is not None else (False, None)
    return str(value) if known else ""


def find_target(node: SgNode) -> SgNode | None:
    """What the value of an expression is assigned to, also as one of alternatives."""
    parent = node.parent()
    while parent is not None and (parent.kind() in PASSING or is_conversion(node, parent)):
        node, parent = parent, parent.parent()
    if parent is None or parent.kind() not in ("variable_declarator", "assignment", "assignment_expression"):
        return None
    target = parent.field("name") or parent.field("left")
    return target if target is not None and target != node else None


def is_conversion(node: SgNode, parent: SgNode) -> bool:
    """Whether a node is what a function converts, or its call's arguments: `Number(req.params.id)`, `body.decode()`."""
    member = parent.field("attribute") or parent.field("property")
    if parent.kind() == "call" and node.kind() == "attribute":
        return True  # climbed from below
    if member is not None and CONVERTED.match(member.text()):
        return True
    if parent.kind() in ("arguments", "argument_list"):
        parent = parent.parent() or parent
    callee = parent.field("function")
    return callee is not None and callee != node and CONVERSION.match(callee.text()) is not None


def list_keys(pattern: SgNode) -> list[str]:
    """The names that a pattern binds."""
    found = []
    for child in pattern.named_children():
        kind = child.kind()
        if kind in ("shorthand_property_identifier_pattern", "identifier"):
            found.append(child.text())
        elif kind == "object_assignment_pattern":
            left = child.field("left")
            found += [left.text()] if left is not None else []
        elif kind == "pair_pattern":
            value = child.field("value")
            found += [value.text().partition("=")[0].strip()] if value is not None else []
    return found


def find_into(node: SgNode) -> list[tuple[int, int]]:
    """The places (line and column from 1) of the calls that an expression is handed to, innermost first."""
    found: list[tuple[int, int]] = []
    child = node
    for parent in node.ancestors():
        kind = parent.kind()
        if STATEMENTS.search(kind) or len(found) >= MOST_INTO:
            break
        if kind in CALLS and parent.field("function") != child and parent.field("constructor") != child:
            start = parent.range().start
            found.append((start.line + 1, start.column + 1))
        child = parent
    return found
