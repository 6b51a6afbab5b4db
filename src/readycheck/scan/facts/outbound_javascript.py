"""Clients of other services in JavaScript and TypeScript; the facts are those that `outbound_python` describes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.model.vocabulary import Language
from readycheck.scan.late import compile_late
from readycheck.scan.outbound.deadlines import find_deadline
from readycheck.scan.outbound.javascript_clients import ANCHORS as CLIENT_ANCHORS
from readycheck.scan.outbound.javascript_clients import CLIENTS
from readycheck.scan.outbound.limits import Client, Judged, judge_limits
from readycheck.scan.outbound.lookups import find_assigned, find_enclosing
from readycheck.scan.outbound.options_javascript import read_options
from readycheck.scan.outbound.runs import AGENT, AGENT_METHODS, is_agent

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

KINDS = ("outbound", "outbound-default")
SERVING = True
LANGUAGES = (Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX)
ANCHORS = CLIENT_ANCHORS
MODULES = frozenset(re.split(r"[.(]", name.removeprefix("globalThis."), maxsplit=1)[0] for name in CLIENTS)
# Where the object of options stands among the arguments; (0,) for what is not listed.
PLACES: Mapping[str, tuple[int, ...]] = {
    **dict.fromkeys(("fetch", "undici", "mongoose.connect", "mongodb.MongoClient"), (1,)),
    **dict.fromkeys(("axios", "axios.default", "got", "Node.js", "request"), (0, 1)),
    "ioredis": (0, 1, 2),
    "superagent": (-1,),  # its options are calls
}
AGENT_CALLS: dict[str, Any] = {
    "kind": "call_expression",
    "has": {"field": "function", "kind": "member_expression", "has": {"field": "property", "regex": AGENT_METHODS}},
}
AXIOS_BODY = compile_late(r"\.(?:post|put|patch)$")
AXIOS_PLAIN = compile_late(r"\.(?:get|delete|head|options)$")
GLOBAL_DISPATCHER = "undici.setGlobalDispatcher"
AXIOS_DEFAULT = compile_late(r"\baxios\.defaults\.timeout\s*=")
REQUEST_OBJECT = compile_late(r"(?:^|\.)(?:req|request)$|^new Request\(|^[\w.]*[rR]equest$")
MODEL_METHODS = (
    "chat.completions.create",
    "responses.create",
    "messages.create",
    "messages.stream",
    "embeddings.create",
)
LIMITED_CALL = compile_late(r"\}\s*,\s*\{[^{}]*\b(?:timeout|signal)\b[^{}]*\}\s*,?\s*\)$")
RELATIVE = compile_late(r"[\"'`]\.{0,2}/(?!/)")
BROWSER = compile_late(
    r"^\s*[\"']use client[\"']|\b(?:window|document|localStorage|sessionStorage|navigator)\.\w|new FileReader\(|"
    r"\buse(?:State|Effect|Query|Mutation|Ref|Callback)\(|URL\.createObjectURL\(|new File\(",
    re.MULTILINE,
)
TIMED_SIGNAL = compile_late(r"AbortSignal\.(?:timeout|any)\b")
CANCELLED = compile_late(r"setTimeout\([^;]*\.abort\b", re.DOTALL)


def collect(unit: Unit) -> Iterator[Fact]:
    """The clients that a module makes, and the limits that it sets for the whole process."""
    present = tuple(module for module in MODULES if module in unit.text)
    names = [name for name in CLIENTS if name.removeprefix("globalThis.").startswith(present)] if present else []
    yield from find_agents(unit)
    if not names:
        return
    for reference in unit.find_references((*names, GLOBAL_DISPATCHER)):
        if reference.call is None:
            continue
        if reference.name == GLOBAL_DISPATCHER:
            yield make_default(unit, reference.call, reference.name, "fetch", "undici")
        elif not is_page(unit, reference.name, reference.call) and not unit.bindings.is_inside_main_guard(
            reference.call
        ):
            yield make_fact(unit, reference.name, reference.call, CLIENTS[reference.name], find_places(reference.name))
    for node in unit.find_kind("assignment_expression") if AXIOS_DEFAULT.search(unit.text) else ():
        if AXIOS_DEFAULT.match(node.text()):
            yield make_default(unit, node, "axios.defaults.timeout", "axios")


def find_agents(unit: Unit) -> Iterator[Fact]:
    """The runs of LangGraph graphs and of LangChain's agents, which call models and tools again and again."""
    if "langgraph" not in unit.text and "AgentExecutor" not in unit.text:
        return
    for call in unit.root.find_all({"rule": AGENT_CALLS}):  # type: ignore[call-overload]
        callee = call.field("function")
        if callee is not None and any(is_agent(one) for one in unit.bindings.qualify(callee)):
            yield make_fact(unit, callee.text(), call, AGENT, (1,))


def list_arguments(call: SgNode) -> list[SgNode]:
    """The arguments of a call without comments."""
    arguments = call.field("arguments")
    return [one for one in arguments.named_children() if one.kind() != "comment"] if arguments is not None else []


def is_page(unit: Unit, name: str, call: SgNode) -> bool:
    """Whether a browser makes a request: its address has no host, or the file is a page's by what it uses."""
    parts = list_arguments(call)
    if name != "globalThis.fetch" or not parts:
        return False
    return RELATIVE.match(parts[0].text()) is not None or BROWSER.search(unit.text) is not None


def make_default(unit: Unit, node: SgNode, form: str, *libraries: str) -> Fact:
    """A limit that holds for the whole process."""
    listed: list[Json] = list(libraries)
    return Fact("outbound-default", unit.locate(node), {"libraries": listed, "form": form})


def find_places(name: str) -> tuple[int, ...]:
    """Where the object of options stands among the arguments of a callable."""
    library = CLIENTS[name].library
    if library == "axios" and name.endswith(".create"):
        return (0,)
    if library == "axios" and AXIOS_BODY.search(name):
        return (2,)
    if library == "axios" and AXIOS_PLAIN.search(name):
        return (1,)
    return PLACES.get(name) or PLACES.get(library) or (0,)


def has_limited_calls(unit: Unit, name: str) -> bool:
    """Whether a file calls a model's client, and each call has a limit of its own or a deadline around it."""
    names = [f"{name}().{method}" for method in MODEL_METHODS]
    calls = [one.call for one in unit.find_references(names) if one.call is not None]
    return bool(calls) and all(LIMITED_CALL.search(call.text()) or find_deadline(unit, call) for call in calls)


def make_fact(unit: Unit, name: str, call: SgNode, client: Client, places: tuple[int, ...]) -> Fact:
    """The fact of one client, whose options stand at one of the places."""
    options = read_options(unit, call, places)
    if client.sort == "ai" and has_limited_calls(unit, name):
        judged = [Judged(one.what, "set", "a limit on each call") for one in judge_limits(client, options)]
    else:
        judged = [refine(unit, call, client.library, one) for one in judge_limits(client, options)]
    signal = options.named.get("signal") or options.named.get("abortSignal")
    if signal is not None:
        judged = [judge_signal(unit, call, signal, one) for one in judged]
    limits: list[Json] = [[one.what, one.state, one.detail] for one in judged]
    is_loose = any(one.state not in ("set", "default") for one in judged)
    data: dict[str, Json] = {
        "form": name.removeprefix("globalThis."), "library": client.library, "sort": client.sort, "limits": limits,
        "deadline": find_deadline(unit, call) if is_loose else "", "symbol": unit.bindings.enclosing_symbol(call),
    }  # fmt: skip
    return Fact("outbound", unit.locate(call), data)


def refine(unit: Unit, call: SgNode, library: str, judged: Judged) -> Judged:
    """The limits that are set by a further call on the request, or by whoever made the request object."""
    if judged.state != "missing":
        return judged
    if library == "superagent" and any(".timeout(" in one.text() for one in take_chain(call)):
        return Judged(judged.what, "set", "`.timeout()`")
    if library == "Node.js":
        function = find_enclosing(call)
        text = function.text() if function is not None else unit.text
        return Judged(judged.what, "set", "`setTimeout` on the request") if ".setTimeout(" in text else judged
    parts = list_arguments(call)
    if library == "fetch" and len(parts) == 1 and REQUEST_OBJECT.search(parts[0].text()):
        return Judged(judged.what, "unknown", "")
    return judged


def take_chain(call: SgNode) -> Iterator[SgNode]:
    """The calls that are chained onto one: `get(url).timeout(5).send()`."""
    node = call.parent()
    while node is not None and node.kind() in ("member_expression", "call_expression", "await_expression"):
        yield node
        node = node.parent()


def judge_signal(unit: Unit, call: SgNode, signal: SgNode, judged: Judged) -> Judged:
    """A signal is a limit if a timer fires it; one that only the caller fires is none that is known here."""
    if judged.state != "set" or "signal" not in judged.detail.lower():
        return judged
    sources = [signal, *find_assigned(unit, signal)] if signal.kind() == "identifier" else [signal]
    if signal.kind() == "shorthand_property_identifier":
        sources += find_assigned(unit, signal)
    function = find_enclosing(call)
    around = function.text() if function is not None else unit.text
    timed = any(TIMED_SIGNAL.search(one.text()) for one in sources) or CANCELLED.search(around) is not None
    return judged if timed else Judged(judged.what, "unknown", "")
