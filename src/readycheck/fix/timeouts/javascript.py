"""Limits for the clients that JavaScript and TypeScript code makes or calls."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from readycheck.fix.calls.brackets import append_items, list_items
from readycheck.fix.calls.places import find_node
from readycheck.fix.refusal import RefusedError
from readycheck.fix.timeouts.context import Context
from readycheck.fix.timeouts.values import list_loose, write_milliseconds
from readycheck.model.evidence import Match
from readycheck.model.fix import Edit
from readycheck.scan.facts.outbound_javascript import find_places, list_arguments, refine
from readycheck.scan.late import compile_late
from readycheck.scan.outbound.javascript_clients import CLIENTS
from readycheck.scan.outbound.limits import judge_limits
from readycheck.scan.outbound.lookups import find_enclosing
from readycheck.scan.outbound.options_javascript import read_options
from readycheck.scan.outbound.runs import AGENT, is_agent

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

CALLS = ("call_expression", "new_expression")
TEXTS = frozenset({"string", "template_string"})
FUNCTIONS = frozenset({"arrow_function", "function_expression"})
ADDRESS = compile_late(r"(?:url|uri|href|endpoint|address|link|path|api)s?$", re.IGNORECASE)
STREAMED = compile_late(
    r"getReader\(|\.pipeTo\(|\.pipeThrough\(|\.body!?\??\.(?:pipe|on)\(|fromWeb\(|event-stream|for await\b|"
    r"stream: true|responseType: [\"']stream|TextDecoderStream|EventSource"
)
STREAMING = compile_late(r"(?:^|\.)(?:stream\w*|streamText|streamObject|streamEvents)$")
LISTENS = compile_late(r"\.(?:on|once)\(\s*[\"']error[\"']")
JOBS = compile_late(r"maxRetriesPerRequest\s*:\s*null")


def mend(unit: Unit, match: Match, context: Context) -> tuple[tuple[Edit, ...], str]:
    """The edit that gives a call its limits, and what they are in words. Raises RefusedError."""
    call = find_node(unit, match, CALLS)
    if call is None:
        raise RefusedError("no-plain-call")
    if match.rule == "ai-run-without-deadline":
        return mend_run(unit, call, match, context)
    names = {one.call: one.name for one in unit.find_references(tuple(CLIENTS)) if one.call is not None}
    if call not in names:
        raise RefusedError("no-plain-call")
    name = names[call]
    client = CLIENTS[name]
    check_project(call, client.sort, context)
    if STREAMING.search(name) or (client.sort == "http" and is_streamed(unit, call)):
        raise RefusedError("answer-streams")
    options = read_options(unit, call, find_places(name))
    loose = list_loose(refine(unit, call, client.library, one) for one in judge_limits(client, options))
    wanted = [limit.options[0] for limit in client.limits if any(one.what == limit.what for one in loose)]
    if client.library == "superagent":
        return chain_timeout(unit, call, context)
    if client.library == "Node.js":
        return limit_node_request(unit, call, context)
    texts = [write_property(client.library, name, option, context) for option in wanted]
    return (put_options(unit, call, find_target(call, client.library, name), texts),), ", ".join(texts)


def mend_run(unit: Unit, call: SgNode, match: Match, context: Context) -> tuple[tuple[Edit, ...], str]:
    """The signal that ends the run of a graph or an agent."""
    callee = call.field("function")
    if match.also:
        raise RefusedError("mended-where-it-runs")
    if callee is None or not any(is_agent(one) for one in unit.bindings.qualify(callee)):
        raise RefusedError("no-plain-call")
    if STREAMING.search(callee.text()):
        raise RefusedError("answer-streams")
    list_loose(judge_limits(AGENT, read_options(unit, call, (1,))))
    text = f"signal: AbortSignal.timeout({write_milliseconds(context.seconds)})"
    return (put_options(unit, call, 1, [text]),), text


def check_project(call: SgNode, sort: str, context: Context) -> None:
    """Refuse what the project as a whole forbids."""
    if sort == "redis" and (context.is_blocking or JOBS.search(call.text())):
        raise RefusedError("blocking-commands")
    if sort == "database" and context.has_pooler:
        raise RefusedError("pooler-in-front")


def is_streamed(unit: Unit, call: SgNode) -> bool:
    """Whether the function around a request reads an answer piece by piece."""
    function = find_enclosing(call)
    return STREAMED.search(function.text() if function is not None else unit.text) is not None


def write_property(library: str, name: str, option: str, context: Context) -> str:
    """The property that sets one limit, as the library wants it."""
    value = write_milliseconds(context.seconds)
    if option in ("signal", "abortSignal"):
        if context.is_old_node:
            raise RefusedError("node-too-old")
        return f"{option}: AbortSignal.timeout({value})"
    if library == "got":
        return f"timeout: {{ request: {value} }}"
    if library == "LangChain" and name.endswith("ChatAnthropic"):
        return f"clientOptions: {{ timeout: {value} }}"
    return f"{option}: {value}"


def find_target(call: SgNode, library: str, name: str) -> int:
    """Where the object of options stands or would have to stand. Raises RefusedError where that is not certain."""
    parts = list_arguments(call)
    places = find_places(name)
    if len(places) == 1:
        return places[0]
    if parts and parts[0].kind() == "object":
        return 0
    if library == "ioredis":
        return len(parts) - 1 if parts and parts[-1].kind() == "object" else len(parts)
    if len(parts) > 1 or (parts and is_address(parts[0])):
        return 1
    raise RefusedError("options-elsewhere" if parts else "no-plain-call")


def is_address(node: SgNode) -> bool:
    """Whether an argument is an address, by its form or its name, and no object of options."""
    if node.kind() in TEXTS or node.text().startswith("new URL("):
        return True
    if node.kind() == "binary_expression":
        return any(child.kind() in TEXTS for child in node.named_children())
    return node.kind() in ("identifier", "member_expression") and ADDRESS.search(node.text()) is not None


def put_options(unit: Unit, call: SgNode, place: int, texts: list[str]) -> Edit:
    """Put properties into the object at a place among the arguments, or an object with them there."""
    arguments, parts = call.field("arguments"), list_arguments(call)
    written = f"{{ {', '.join(texts)} }}"
    if any(one.kind() == "spread_element" for one in parts):
        raise RefusedError("may-be-given-already")
    if arguments is None:
        end = call.range().end.index
        return Edit(unit.path, end, end, f"({written})")
    if len(parts) <= place:
        return append_items(unit, arguments, [*["undefined"] * (place - len(parts)), written])
    given = parts[place]
    if given.kind() != "object":
        raise RefusedError("no-plain-call" if given.kind() in FUNCTIONS else "options-elsewhere")
    if any(one.kind() == "spread_element" for one in list_items(given)):
        raise RefusedError("may-be-given-already")
    if texts[0].startswith("clientOptions:") and any(
        (key := one.field("key")) is not None and key.text() == "clientOptions" for one in list_items(given)
    ):
        raise RefusedError("options-given")
    return append_items(unit, given, texts)


def chain_timeout(unit: Unit, call: SgNode, context: Context) -> tuple[tuple[Edit, ...], str]:
    """`superagent.get(url).timeout(30_000)`."""
    text = f".timeout({write_milliseconds(context.seconds)})"
    end = call.range().end.index
    return (Edit(unit.path, end, end, text),), text


def limit_node_request(unit: Unit, call: SgNode, context: Context) -> tuple[tuple[Edit, ...], str]:
    """A signal for `http.request` and its like, whose option `timeout` would only tell, and not end anything."""
    parts = list_arguments(call)
    around = find_enclosing(call)
    if not LISTENS.search(around.text() if around is not None else unit.text):
        raise RefusedError("error-unhandled")
    text = f"signal: AbortSignal.timeout({write_milliseconds(context.seconds)})"
    if not parts or (parts[0].kind() != "object" and not is_certain_address(parts[0])):
        raise RefusedError("options-elsewhere")
    if parts[0].kind() == "object":
        return (put_options(unit, call, 0, [text]),), text
    if len(parts) > 1 and parts[1].kind() in FUNCTIONS:
        end = parts[0].range().end.index
        return (Edit(unit.path, end, end, f", {{ {text} }}"),), text
    return (put_options(unit, call, 1, [text]),), text


def is_certain_address(node: SgNode) -> bool:
    """Whether an argument is a text or a URL for certain: an object of options in its place may not be followed."""
    return node.kind() in TEXTS or node.text().startswith("new URL(")
