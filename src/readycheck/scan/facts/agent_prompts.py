"""Text from outside that becomes a part of a model's instructions.

`agent-prompt`: `put` (the expression), `symbol` (the function around).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.model.evidence import Fact
from readycheck.model.vocabulary import Language
from readycheck.scan.bindings.javascript_scopes import FUNCTIONS
from readycheck.scan.bindings.tree import find_kinds
from readycheck.scan.facts.request_calls import ANY
from readycheck.scan.late import compile_late
from readycheck.scan.origins.parts import list_holes
from readycheck.scan.origins.tracing import make_tracer

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.origins.tracer import Tracer
    from readycheck.scan.unit import Unit

KINDS = ("agent-prompt",)
SERVING = True
LANGUAGES = (Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX)
ANCHORS = (
    "SystemMessage", "systemPrompt", "system_prompt", "buildSystemPrompt", "build_system_prompt", "system",
    "instructions", "getSystemPrompt", "get_system_prompt", "systemMessage", "system_message",
)  # fmt: skip
NAMED = compile_late(r"system_?(?:prompt|message|instructions?)|^instructions$", re.IGNORECASE)
# What other people, the user, a web page or a tool wrote.
OUTSIDE = compile_late(
    r"tool_?(?:results?|outputs?)|memor(?:y|ies)|documents?\b|\bdocs\b|search_?results?|retrieved|chunks?\b|transcript"
    r"|user_?(?:input|message|text|query)|\binput\b|\.(?:content|output|body|page_content|pageContent|text)\b|\bquery\b",
    re.IGNORECASE,
)
WHOLE = frozenset(
    {"identifier", "member_expression", "attribute", "call", "call_expression", "await", "await_expression"}
)
ASSIGNMENTS = ("augmented_assignment_expression", "assignment_expression", "variable_declarator")
PYTHON_ASSIGNMENTS = ("augmented_assignment", "assignment")


def collect(unit: Unit) -> Iterator[Fact]:
    """The places of one file, one a line."""
    tracer = make_tracer(unit, ANY)
    seen: set[int] = set()
    for value in find_instructions(unit):
        place = find_outside(tracer, value)
        if place is None or (line := place.range().start.line) in seen:
            continue
        seen.add(line)
        data = {"put": place.text()[:60], "symbol": unit.bindings.enclosing_symbol(place)}
        yield Fact("agent-prompt", unit.locate(place), dict(data))


def find_outside(tracer: Tracer, value: SgNode) -> SgNode | None:
    """Where a text that is put together here gets a piece that somebody else wrote; a variable has its own place."""
    if value.kind() in WHOLE:
        return None
    extent = value.range()
    for part in list_holes(tracer.trace(value)):
        hole = part.hole
        if hole is not None and (OUTSIDE.search(part.text) or OUTSIDE.search(hole.text())):
            return hole if extent.start.index <= hole.range().start.index < extent.end.index else value
    return None


def find_instructions(unit: Unit) -> Iterator[SgNode]:
    """The texts that become instructions: by the variable's name, by the message, by the function that builds them."""
    is_python = unit.language is Language.PYTHON
    for node in find_kinds(unit.root, PYTHON_ASSIGNMENTS if is_python else ASSIGNMENTS):
        target, value = node.field("left") or node.field("name"), node.field("right") or node.field("value")
        if target is not None and value is not None and NAMED.search(target.text()) and value.kind() not in FUNCTIONS:
            yield value
    yield from find_messages(unit, is_python=is_python)
    for function in find_kinds(unit.root, ("function_definition",) if is_python else sorted(FUNCTIONS)):
        body = function.field("body")
        name = unit.bindings.enclosing_symbol(body).rpartition(".")[2] if body is not None else ""
        if body is not None and NAMED.search(name):
            yield from find_built(body)


def find_messages(unit: Unit, *, is_python: bool) -> Iterator[SgNode]:
    """`SystemMessage(text)`, `{"role": "system", "content": text}`, `("system", text)`."""
    for call in find_kinds(unit.root, ("call",) if is_python else ("new_expression",)):
        callee = call.field("function") or call.field("constructor")
        arguments = call.field("arguments")
        if callee is not None and arguments is not None and callee.text().endswith("SystemMessage"):
            for one in arguments.named_children()[:1]:
                yield one.field("value") or one if one.kind() == "keyword_argument" else one
    for node in find_kinds(unit.root, ("dictionary",) if is_python else ("object",)):
        values = {key.text().strip("\"'"): value for pair in node.named_children()
                  if (key := pair.field("key")) is not None and (value := pair.field("value")) is not None}  # fmt: skip
        if "role" in values and "content" in values and values["role"].text().strip("\"'") == "system":
            yield values["content"]


def find_built(body: SgNode) -> Iterator[SgNode]:
    """What a function that builds instructions puts together: what it returns, and what it fills a template with."""
    for returned in find_kinds(body, ("return_statement",)):
        yield from returned.named_children()[:1]
    for pair in find_kinds(body, ("pair",)):
        if (value := pair.field("value")) is not None:
            yield value
