"""Calls of other modules' functions that are given text of a request.

`request-call`: `name` (what is called, as the bindings name it), `symbol` (the function around), and `arguments`: each
with `index`, `name` (of a keyword, or of a property of an object that is handed over; else empty), `text`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.model.vocabulary import Language
from readycheck.scan.bindings.javascript_values import find_properties
from readycheck.scan.late import compile_late
from readycheck.scan.origins.parts import Kind
from readycheck.scan.origins.tracer import Purpose
from readycheck.scan.origins.tracing import make_tracer

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.origins.tracer import Tracer
    from readycheck.scan.unit import Unit

KINDS = ("request-call",)
SERVING = True
LANGUAGES = (Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX)
ANCHORS = (
    "req", "request", "ctx", "socket", "searchParams", "Query", "Body", "Param", "APIRouter", "FastAPI", "Flask",
    "Blueprint", "router", "app",
)  # fmt: skip
ROOT = compile_late(r"^[\w$]+")
OWN = compile_late(r"^[.@~]|^(?:src|app|lib|server)/")
FOREIGN = compile_late(
    r"^(?:globalThis|builtins|node:|express|fastapi|flask|django|starlette|pydantic|typing|logging|os|json|re|datetime|asyncio)\b"
)
# What a value is escaped for is not known where it is handed over.
ANY = Purpose(lambda unit, callee: False, re.compile(r"(?!)"))  # noqa: ARG005 - whatever is called
# Looks at the text that tell whether anything in a file can come out of a request.
PYTHON_SOURCES = compile_late(
    r"\brequest\.\w|\breq\.\w|@[\w.]+\.(?:get|post|put|patch|delete|route|api_route|websocket)\(\s*(?:path\s*=\s*)?[rf]?[\"']"
)
SCRIPT_SOURCES = compile_late(
    r"\b(?:req|request|ctx|context|c|event)\??\.(?:req|request|query|body|params|headers|cookies|param|get|json|text|url|next)"
    r"|\}\s*=\s*req\b|@(?:Query|Body|Param|Headers)\(|\.on\(|\binput\b|\(\s*\{[^}]*\b(?:body|query|params)\b"
)
MOST_CALLS = 2000
MOST_FOUND = 200


def collect(unit: Unit) -> Iterator[Fact]:
    """The calls of one file."""
    is_python = unit.language is Language.PYTHON
    if (PYTHON_SOURCES if is_python else SCRIPT_SOURCES).search(unit.text) is None:
        return
    tracer = make_tracer(unit, ANY)
    imported: dict[str, bool] = {}
    found = 0
    for call in unit.find_kind("call" if is_python else "call_expression")[:MOST_CALLS]:
        callee = call.field("function")
        root = ROOT.match(callee.text()) if callee is not None else None
        if callee is None or root is None or found >= MOST_FOUND:
            continue
        if root.group() not in imported:
            imported[root.group()] = is_imported(unit, callee, is_python=is_python)
        arguments = find_given(tracer, call) if imported[root.group()] else []
        if arguments:
            found += 1
            name = next(iter(unit.bindings.qualify(callee)), callee.text())
            data: dict[str, Json] = {
                "name": name,
                "symbol": unit.bindings.enclosing_symbol(call),
                "arguments": arguments,
            }
            yield Fact("request-call", unit.locate(call), data)


def is_imported(unit: Unit, callee: SgNode, *, is_python: bool) -> bool:
    """Whether what is called may come from another module of the project."""
    names = unit.bindings.qualify(callee)
    if is_python:
        return any("." in name and not FOREIGN.match(name) for name in names)
    return any(OWN.match(name) for name in names)


def find_given(tracer: Tracer, call: SgNode) -> list[Json]:
    """The arguments that hold text of a request."""
    arguments = call.field("arguments")
    listed = [one for one in arguments.named_children() if one.kind() != "comment"] if arguments is not None else []
    found: list[Json] = []
    for index, argument in enumerate(listed):
        name, value = "", argument
        if argument.kind() == "keyword_argument":
            key, inner = argument.field("name"), argument.field("value")
            name, value = (key.text() if key is not None else ""), inner or argument
        if argument.kind() == "object":
            for key_name, values in find_properties(argument).items():
                nodes = [one.node for one in values if one.node is not None]
                found += [describe(index, key_name, node) for node in nodes if is_asked(tracer, node)]
        elif is_asked(tracer, value):
            found.append(describe(index, name, value))
    return found


def describe(index: int, name: str, node: SgNode) -> Json:
    """One argument."""
    return {"index": index, "name": name, "text": node.text()[:80]}


def is_asked(tracer: Tracer, node: SgNode) -> bool:
    """Whether a value may hold text of a request."""
    return any(part.kind is Kind.REQUEST for part in tracer.trace(node))
