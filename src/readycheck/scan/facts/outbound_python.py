"""Clients of other services in Python, and what ends their waiting.

`outbound`: `form` (what is called), `library`, `sort` (http, ai, database, redis, mail), `limits` (rows of what is
waited for, the state of its limit as `outbound.limits.Judged` names it, and the limit), `deadline` (our own, or empty).
`outbound-default`: `libraries` whose limit is set for the whole process, and `form`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.model.vocabulary import Language
from readycheck.scan.late import compile_late
from readycheck.scan.literals import find_argument
from readycheck.scan.outbound.deadlines import find_any_deadline, find_deadline
from readycheck.scan.outbound.limits import Client, Judged, Options, is_off, judge_limits
from readycheck.scan.outbound.lookups import find_assigned, find_enclosing, find_given
from readycheck.scan.outbound.options_python import read_options
from readycheck.scan.outbound.python_clients import ANCHORS as CLIENT_ANCHORS
from readycheck.scan.outbound.python_clients import CLIENTS
from readycheck.scan.outbound.runs import AGENT, AGENT_METHODS, is_agent

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

KINDS = ("outbound", "outbound-default")
SERVING = True
LANGUAGES = (Language.PYTHON,)
ANCHORS = CLIENT_ANCHORS
MODULES = frozenset(re.split(r"[.(]", name, maxsplit=1)[0] for name in CLIENTS)
NAMED_OPTION = compile_late(r"`(\w+)`")
MODEL_METHODS = (
    "chat.completions.create", "chat.completions.parse", "beta.chat.completions.parse", "responses.create",
    "messages.create",
    "messages.stream", "embeddings.create", "moderations.create", "completions.create", "images.generate",
)  # fmt: skip
SOCKET_DEFAULT = "socket.setdefaulttimeout"
SOCKET_LIBRARIES = ("urllib", "smtplib", "http.client", "socket")
AGENT_CALLS: dict[str, Any] = {
    "kind": "call",
    "has": {"field": "function", "kind": "attribute", "has": {"field": "attribute", "regex": AGENT_METHODS}},
}
# Sessions whose calls may each have a limit: the session is judged by them.
SESSIONS = {"aiohttp.ClientSession": "aiohttp.ClientSession()", "urllib3.PoolManager": "urllib3.PoolManager()"}


def collect(unit: Unit) -> Iterator[Fact]:
    """The clients that a module makes, and the limits that it sets for the whole process."""
    present = [module for module in MODULES if module in unit.text]
    names = [name for name in CLIENTS if name.startswith(tuple(present))] if present else []
    references = tuple(unit.find_references((*names, SOCKET_DEFAULT))) if names or "setdefault" in unit.text else ()
    for reference in references:
        if reference.call is None or unit.bindings.is_inside_main_guard(reference.call):
            continue
        if reference.name == SOCKET_DEFAULT:
            libraries: list[Json] = list(SOCKET_LIBRARIES)
            yield Fact(
                "outbound-default", unit.locate(reference.call), {"libraries": libraries, "form": SOCKET_DEFAULT}
            )
        else:
            judged = judge(unit, reference.name, reference.call)
            if judged is not None:
                yield make_fact(unit, reference.name, reference.call, CLIENTS[reference.name], judged)
    yield from find_agents(unit)


def find_agents(unit: Unit) -> Iterator[Fact]:
    """The runs of LangGraph graphs and of LangChain's agents, which call models and tools again and again."""
    if "langgraph" not in unit.text and "AgentExecutor" not in unit.text:
        return
    for call in unit.root.find_all({"rule": AGENT_CALLS}):  # type: ignore[call-overload]
        callee = call.field("function")
        name = next((one for one in unit.bindings.qualify(callee) if is_agent(one)), "") if callee is not None else ""
        if name:
            judged = judge_limits(AGENT, read_options(unit, call))
            yield make_fact(unit, f"{callee.text()}", call, AGENT, judged)


def judge(unit: Unit, name: str, call: SgNode) -> list[Judged] | None:
    """What ends the waiting of one call; None if it says nothing of its own."""
    client = CLIENTS[name]
    options = read_options(unit, call)
    if any(option in options.named for option in client.skip) or is_embedded(unit, client, call):
        return None
    judged = judge_limits(client, options)
    if client.quiet:
        return judged if any(one.state == "off" for one in judged) else None
    if client.library == "requests" and "HTTPAdapter" in unit.text and "timeout" in unit.text:
        return [Judged(one.what, "unknown" if one.state == "missing" else one.state, one.detail) for one in judged]
    if client.sort == "ai" and has_limited_model_calls(unit, name):
        return [Judged(one.what, "set", "`timeout` on each call") for one in judged]
    if name in SESSIONS and has_limited_calls(unit, call, SESSIONS[name]):
        return [Judged(one.what, "set", "`timeout` on each call") for one in judged]
    return [look_behind(unit, one, options) for one in judged]


def look_behind(unit: Unit, judged: Judged, options: Options) -> Judged:
    """A limit that is a parameter of the function around is off where a call in this file hands over None."""
    found = NAMED_OPTION.match(judged.detail) if judged.state == "set" else None
    node = options.named.get(found[1]) if found is not None else None
    if found is not None and node is not None and any(is_off(one) for one in find_given(unit, node)):
        return Judged(judged.what, "off", f"`{found[1]}` may be None")
    return judged


def is_embedded(unit: Unit, client: Client, call: SgNode) -> bool:
    """Whether an engine is for SQLite, which no network lies before."""
    if client.library != "SQLAlchemy":
        return False
    text = call.text()
    arguments = call.field("arguments")
    first = next(iter(arguments.named_children()), None) if arguments is not None else None
    sources = (
        tuple(find_assigned(unit, first)) if first is not None and first.kind() in ("identifier", "attribute") else ()
    )
    return "sqlite" in text or "check_same_thread" in text or any("sqlite" in one.text() for one in sources)


def has_limited_calls(unit: Unit, made: SgNode, session: str) -> bool:
    """Whether a session is called in the function that makes it (else in the file), and every call has a limit."""
    names = [name for name in CLIENTS if name.startswith(f"{session}.")]
    around = find_enclosing(made)
    calls = [one.call for one in unit.find_references(names) if one.call is not None]
    within = [call for call in calls if around is None or find_enclosing(call) == around] or calls
    return bool(within) and all(
        judged.state == "set" for call in within for judged in judge_limits(CLIENTS[names[0]], read_options(unit, call))
    )


def has_limited_model_calls(unit: Unit, name: str) -> bool:
    """Whether a file calls a model's client, and each call has a limit of its own or a deadline around it."""
    names = [f"{name}().{method}" for method in MODEL_METHODS]
    calls = [one.call for one in unit.find_references(names) if one.call is not None]
    return bool(calls) and all(find_argument(call, "timeout") or find_deadline(unit, call) for call in calls)


def make_fact(unit: Unit, name: str, call: SgNode, client: Client, judged: list[Judged]) -> Fact:
    """The fact of one client."""
    limits: list[Json] = [[one.what, one.state, one.detail] for one in judged]
    is_loose = any(one.state not in ("set", "default") for one in judged)
    deadline = find_deadline(unit, call) if is_loose else ""
    if not deadline and any(one.detail.endswith("may be None") for one in judged):
        deadline = find_any_deadline(unit)  # the caller that wants no limit of the client's has one of its own
    data: dict[str, Json] = {
        "form": name, "library": client.library, "sort": client.sort, "limits": limits, "deadline": deadline,
        "symbol": unit.bindings.enclosing_symbol(call),
    }  # fmt: skip
    return Fact("outbound", unit.locate(call), data)
