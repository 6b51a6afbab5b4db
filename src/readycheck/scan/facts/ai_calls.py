"""Where language models are asked, and what happens when they fail.

`ai-call`: `form`, `sort` (model or agent), `streaming`, `deadline` (our own, or empty), `symbol`.
`guard`: `kind` (see `outbound.guards`), `first` and `last`, the lines that are guarded; its place is the statement that
decides. Of the files only that may have to do with models.
`ai-fallback`: `form`: another model, or a circuit breaker with an answer of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.model.vocabulary import Language
from readycheck.scan.late import compile_late
from readycheck.scan.outbound.deadlines import find_deadline
from readycheck.scan.outbound.guards import FALLBACK, NOTHING, classify
from readycheck.scan.outbound.lookups import find_enclosing
from readycheck.scan.outbound.models import FUNCTIONS, METHODS, is_streaming, name_model_call

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

KINDS = ("ai-call", "guard", "ai-fallback")
SERVING = True
LANGUAGES = (Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX)
ANCHORS = (
    "openai", "OpenAI", "anthropic", "Anthropic", "langchain", "langgraph", "langchain_core", "langchain_openai",
    "litellm", "groq",
    "llm", "agent", "completions", "generateText", "streamText", "generateObject", "runAgent", "chat", "reply",
    "conversation",
    "completion", "generativeai", "genai", "ollama", "cohere", "mistralai", "conversationService", "chatService",
    "aiService",
    "withFallbacks", "with_fallbacks",
)  # fmt: skip
SCRIPT_CALLS: dict[str, Any] = {
    "kind": "call_expression",
    "any": [
        {"has": {"field": "function", "kind": "member_expression", "has": {"field": "property", "regex": METHODS}}},
        {"has": {"field": "function", "kind": "identifier", "regex": f"^(?:{'|'.join(FUNCTIONS)})$"}},
    ],
}
PYTHON_CALLS: dict[str, Any] = {
    "kind": "call",
    "any": [
        {"has": {"field": "function", "kind": "attribute", "has": {"field": "attribute", "regex": METHODS}}},
        {"has": {"field": "function", "kind": "identifier", "regex": f"^(?:{'|'.join(FUNCTIONS)})$"}},
    ],
}
FALLBACK_CALLS = compile_late(r"\.(?:withFallbacks|with_fallbacks)$")
BREAKERS = ("opossum", "opossum.default")
BROAD = compile_late(r"^except\s*(?::|(?:Base)?Exception\b|\(.*Exception)|^catch")
SIGNAL = compile_late(r"\b(?:signal|abortSignal)\b")


def collect(unit: Unit) -> Iterator[Fact]:
    """The facts of one file."""
    yield from find_calls(unit)
    yield from find_tries(unit)
    if unit.language is not Language.PYTHON:
        yield from find_catches(unit)
    yield from find_fallbacks(unit)


def find_calls(unit: Unit) -> Iterator[Fact]:
    """The calls of models and agents."""
    rule = PYTHON_CALLS if unit.language is Language.PYTHON else SCRIPT_CALLS
    for call in unit.root.find_all({"rule": rule}):  # type: ignore[call-overload]
        callee = call.field("function")
        text = " ".join(callee.text().split()) if callee is not None else ""
        sort = name_model_call(unit.bindings.qualify(callee), text, unit.text) if callee is not None else ""
        if sort:
            deadline = find_deadline(unit, call) or ("signal" if SIGNAL.search(call.text()) else "")
            data: dict[str, Json] = {
                "form": text[-60:], "sort": sort, "streaming": is_streaming(text), "deadline": deadline,
                "symbol": unit.bindings.enclosing_symbol(call),
            }  # fmt: skip
            yield Fact("ai-call", unit.locate(call), data)


def find_tries(unit: Unit) -> Iterator[Fact]:
    """Every `try`, by what its broadest handler does."""
    for statement in unit.find_kind("try_statement"):
        body = statement.field("body")
        handlers = [one for one in statement.children() if one.kind() in ("except_clause", "catch_clause")]
        judged = [(one, *classify(inner)) for one in handlers if (inner := find_body(one)) is not None]
        if body is None or not judged:
            continue
        chosen = next((one for one in judged if BROAD.match(one[0].text())), judged[0])
        kind, node = chosen[1], chosen[2]
        if kind == NOTHING and mentions_fallback(statement):
            kind = FALLBACK
        yield make_guard(unit, body, kind, node)


def find_body(handler: SgNode) -> SgNode | None:
    """The block of a handler."""
    return handler.field("body") or next((one for one in handler.children() if one.kind() == "block"), None)


def mentions_fallback(statement: SgNode) -> bool:
    """Whether the function around a `try` has a fallback of that name outside of it."""
    function = find_enclosing(statement)
    text = function.text().replace(statement.text(), "") if function is not None else ""
    return re.search(r"fallback", text, re.IGNORECASE) is not None


def make_guard(unit: Unit, guarded: SgNode, kind: str, node: SgNode) -> Fact:
    """The fact of one guard over some lines."""
    extent = guarded.range()
    data: dict[str, Json] = {
        "kind": kind, "first": unit.real_line(extent.start.line), "last": unit.real_line(extent.end.line),
    }  # fmt: skip
    return Fact("guard", unit.locate(node), data)


def find_catches(unit: Unit) -> Iterator[Fact]:
    """`promise.catch(() => ...)`, by what the function does."""
    rule = {
        "kind": "call_expression",
        "has": {"field": "function", "kind": "member_expression", "has": {"field": "property", "regex": "^catch$"}},
    }
    for call in unit.root.find_all({"rule": rule}):  # type: ignore[call-overload]
        callee, arguments = call.field("function"), call.field("arguments")
        guarded = callee.field("object") if callee is not None else None
        parts = arguments.named_children() if arguments is not None else []
        if guarded is None or not parts:
            continue
        body = parts[0].field("body") if parts[0].kind() in ("arrow_function", "function_expression") else None
        kind, node = (NOTHING, parts[0]) if body is None else classify(body)
        if body is not None and body.kind() != "statement_block":
            kind, node = judge_expression(body)
        yield make_guard(unit, guarded, kind, node)


def judge_expression(body: SgNode) -> tuple[str, SgNode]:
    """What an arrow function without a block gives back: a literal is another answer, a call may be anything."""
    is_literal = body.kind() in (
        "string",
        "template_string",
        "array",
        "object",
        "parenthesized_expression",
        "identifier",
    )
    return (FALLBACK if is_literal and body.text() not in ("[]", "null", "undefined", '""', "''") else NOTHING), body


def find_fallbacks(unit: Unit) -> Iterator[Fact]:
    """Fallbacks by construction: another model in the place of the first, an answer of a circuit breaker."""
    kind = "call" if unit.language is Language.PYTHON else "call_expression"
    is_python = unit.language is Language.PYTHON
    for call in unit.find_kind(kind) if re.search(r"withFallbacks|with_fallbacks", unit.text) else ():
        callee = call.field("function")
        if callee is not None and FALLBACK_CALLS.search(callee.text()):
            yield Fact("ai-fallback", unit.locate(call), {"form": callee.text()[-60:]})
    names = () if is_python or "opossum" not in unit.text else tuple(f"{name}().fallback" for name in BREAKERS)
    for reference in unit.find_references(names) if names else ():
        if reference.call is not None:
            yield Fact("ai-fallback", unit.locate(reference.call), {"form": "a circuit breaker's fallback"})
