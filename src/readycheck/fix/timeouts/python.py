"""Limits for the clients that Python code makes or calls."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from readycheck.fix.calls.brackets import append_items, list_items
from readycheck.fix.calls.places import find_node, prefer_quote
from readycheck.fix.refusal import RefusedError
from readycheck.fix.timeouts.context import Context
from readycheck.fix.timeouts.drivers import name_driver_options
from readycheck.fix.timeouts.values import list_loose, write_number
from readycheck.model.evidence import Match
from readycheck.model.fix import Edit
from readycheck.scan.facts.outbound_python import judge
from readycheck.scan.late import compile_late
from readycheck.scan.literals import find_argument
from readycheck.scan.outbound.limits import Judged
from readycheck.scan.outbound.python_clients import CLIENTS

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

SPLATS = frozenset({"dictionary_splat", "list_splat"})
MILLISECONDS = frozenset({"timeoutMS", "socketTimeoutMS"})
OTHER_OPTIONS: Mapping[str, str] = {"timeoutMS": "socketTimeoutMS"}
"""What is written in place of an option that only newer versions of the library have."""
COMMUNITY_ANTHROPIC = compile_late(r"^langchain(?:_community)?\.chat_models\.ChatAnthropic$")
STREAMED = compile_late(
    r"\.iter_(?:any|chunked|chunks)\(|\.content\.read\(|async for \w+ in \w+\.content\b|ws_connect\("
)
POOLS = frozenset({"psycopg_pool"})


def mend(unit: Unit, match: Match, context: Context) -> tuple[tuple[Edit, ...], str]:
    """The edits that give a call its limits, and what they are in words. Raises RefusedError."""
    call = find_node(unit, match, ("call",))
    names = {one.call: one.name for one in unit.find_references(tuple(CLIENTS)) if one.call is not None}
    name = names.get(call) if call is not None else None
    if call is None or name is None:
        raise RefusedError("around-the-call" if match.rule == "ai-run-without-deadline" else "no-plain-call")
    loose = list_loose(judge(unit, name, call) or ())
    arguments = find_arguments(call, context, CLIENTS[name].sort)
    if CLIENTS[name].library == "aiohttp":
        return give_aiohttp(unit, call, arguments, context)
    if CLIENTS[name].library == "SQLAlchemy":
        entries = Entries("connect_args", name_driver_options(unit, name, context), {one.what for one in loose})
        return give_entries(unit, call, arguments, entries, context)
    if name.partition(".")[0] in POOLS:
        entries = Entries("kwargs", "libpq", {one.what for one in loose})
        return give_entries(unit, call, arguments, entries, context)
    texts = list(write_keywords(unit, name, call, loose, context))
    return (append_items(unit, arguments, texts),), ", ".join(texts)


@dataclass(frozen=True, slots=True)
class Entries:
    """The option of a client that holds those of its driver, whose options these are, and what is to be limited."""

    option: str
    driver: str
    wanted: set[str]


def find_arguments(call: SgNode, context: Context, sort: str) -> SgNode:
    """The arguments of a call. Raises RefusedError where they hide options, or where the client blocks by intent."""
    arguments = call.field("arguments")
    if arguments is None or arguments.kind() != "argument_list":
        raise RefusedError("no-plain-call")
    if any(one.kind() in SPLATS for one in list_items(arguments)):
        raise RefusedError("may-be-given-already")
    if sort == "redis" and context.is_blocking:
        raise RefusedError("blocking-commands")
    if sort == "database" and context.has_pooler:
        raise RefusedError("pooler-in-front")
    return arguments


def write_keywords(unit: Unit, name: str, call: SgNode, loose: list[Judged], context: Context) -> Iterator[str]:
    """The keyword arguments that set the limits which a call lacks."""
    client = CLIENTS[name]
    wanted = [limit.options[0] for limit in client.limits if any(one.what == limit.what for one in loose)]
    for option in wanted:
        if client.library == "psycopg" and option == "statement_timeout":
            yield write_libpq_options(unit, call, context)
        elif client.library == "PyMySQL" and not name.startswith("pymysql."):
            raise RefusedError("no-such-option")
        else:
            known = "default_request_timeout" if COMMUNITY_ANTHROPIC.match(name) else OTHER_OPTIONS.get(option, option)
            scale = 1000 if known in MILLISECONDS else 1
            yield f"{known}={write_number(context.seconds * scale)}"


def write_libpq_options(unit: Unit, call: SgNode, context: Context) -> str:
    """`options="-c statement_timeout=30000"`, unless the call has options."""
    if find_argument(call, "options") is not None or re.search(r"\boptions=", call.text()):
        raise RefusedError("options-given")
    quote = prefer_quote(unit)
    return f"options={quote}-c statement_timeout={round(context.seconds * 1000)}{quote}"


def give_entries(
    unit: Unit, call: SgNode, arguments: SgNode, wanted: Entries, context: Context
) -> tuple[tuple[Edit, ...], str]:
    """Limits that go into the dictionary which a client hands on to the driver."""
    given = find_argument(call, wanted.option)
    if given is not None and given.kind() != "dictionary":
        raise RefusedError("options-elsewhere")
    if given is not None and any(one.kind() == "dictionary_splat" for one in list_items(given)):
        raise RefusedError("may-be-given-already")
    entries = list(write_entries(unit, wanted, call, context))
    if given is not None:
        return (append_items(unit, given, entries),), ", ".join(entries)
    text = f"{wanted.option}={{{', '.join(entries)}}}"
    return (append_items(unit, arguments, [text]),), text


def write_entries(unit: Unit, wanted: Entries, call: SgNode, context: Context) -> Iterator[str]:
    """The entries of such a dictionary, as each driver names its options."""
    quote, seconds = prefer_quote(unit), write_number(context.seconds)
    is_asyncpg = wanted.driver == "asyncpg"
    if "a connection" in wanted.wanted:
        name = "timeout" if is_asyncpg else "connect_timeout"
        yield f"{quote}{name}{quote}: {seconds if is_asyncpg else max(1, round(context.seconds))}"
    if "a statement" not in wanted.wanted:
        return
    if wanted.driver == "libpq":
        if re.search(r"[\"']options[\"']\s*:|\boptions=", call.text()):
            raise RefusedError("options-given")
        yield f"{quote}options{quote}: {quote}-c statement_timeout={round(context.seconds * 1000)}{quote}"
    else:
        yield f"{quote}{'command_timeout' if is_asyncpg else 'read_timeout'}{quote}: {seconds}"


def give_aiohttp(unit: Unit, call: SgNode, arguments: SgNode, context: Context) -> tuple[tuple[Edit, ...], str]:
    """`timeout=aiohttp.ClientTimeout(total=30)`, and the import that it needs."""
    if STREAMED.search(unit.text):
        raise RefusedError("answer-streams")
    callee = call.field("function")
    first = callee.text().partition(".")[0] if callee is not None else ""
    imports = unit.bindings.imports()
    known = next((local for local, name in imports.items() if name == "aiohttp.ClientTimeout"), "")
    maker = known or (f"{first}.ClientTimeout" if imports.get(first) == "aiohttp" else "ClientTimeout")
    edits = [import_beside(unit, "aiohttp", maker)] if maker == "ClientTimeout" and not known else []
    text = f"timeout={maker}(total={write_number(context.seconds)})"
    return (*edits, append_items(unit, arguments, [text])), text


def import_beside(unit: Unit, module: str, name: str) -> Edit:
    """Add a name to the first `from module import ...` at the top of the file. Raises RefusedError."""
    if re.search(rf"\b{name}\b", unit.text):
        raise RefusedError("import-unclear")
    for statement in unit.find_kind("import_from_statement"):
        source, parent = statement.field("module_name"), statement.parent()
        is_plain = parent is not None and parent.kind() == "module" and "*" not in statement.text()
        if source is not None and source.text() == module and is_plain:
            return append_name(unit, statement, name)
    raise RefusedError("import-unclear")


def append_name(unit: Unit, statement: SgNode, name: str) -> Edit:
    """Put a name behind the last one that an import statement takes."""
    if any(child.kind() == "(" for child in statement.children()):
        raise RefusedError("import-unclear")
    end = statement.range().end.index
    return Edit(unit.path, end, end, f", {name}")
