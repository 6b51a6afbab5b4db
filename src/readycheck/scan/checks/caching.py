"""Checks on reads that go through a cache."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from readycheck.model.evidence import Match
from readycheck.model.rule import Rule
from readycheck.scan.checks.contract import PROGRAM, CheckResult, Facts, requires
from readycheck.scan.checks.retries import touches_database
from readycheck.scan.late import compile_late
from readycheck.scan.outbound.caches import (
    DECORATORS,
    TTL_OPTIONS,
    is_limited_write,
    is_read,
    is_removal,
    is_timed_item,
    makes_limited,
)
from readycheck.scan.outbound.reaching import Key, find_asked
from readycheck.scan.ownership.queries import Queries
from readycheck.scan.ownership.statements import read_statement
from readycheck.scan.program.model import Call, Definition

ADDRESS = compile_late(r"\b(?:req(?:uest)?|ctx)\.(?:originalUrl|url|path|full_path)\b")
IDENTITY = compile_late(r"user|auth|token|session|account|tenant|owner|identity|cookie", re.IGNORECASE)
MOST_PLACES = 3
MOST_READS = 6


@dataclass
class Caches:
    """The functions that read, and those that drop, entries of caches whose entries end; by path and name."""

    readers: dict[Key, Call] = field(default_factory=dict)
    droppers: dict[Key, Call] = field(default_factory=dict)


@requires("pool", "outbound", "sql-file", *PROGRAM)
def entity_reads_cached(facts: Facts, rule: Rule) -> CheckResult:
    """Requests read through a cache whose entries end, and others drop what they change."""
    databases = [*facts.get("pool", ()), *(one for one in facts.get("outbound", ()) if one.data["sort"] == "database")]
    applications = facts.get("application", ())
    if not databases or not applications:
        return CheckResult(0)
    asked = find_asked(facts.program, facts.web.routes)
    if not asked:
        return CheckResult(0)
    caches = find_caches(facts)
    reads = [*find_uses(facts, caches.readers, asked)]
    dropping = [*find_uses(facts, caches.droppers, asked)]
    drops = [pair for pair in dropping if all(pair[0] is not call for call, _ in reads)]
    if reads and dropping and not drops:
        return CheckResult(0)  # what reads also drops, an entry that is over: whether a write does is not seen
    matches = [describe(facts, rule, call, reader, drops[0][0]) for call, reader in reads] if drops else []
    if not reads and not drops and caches.readers and caches.droppers:
        return CheckResult(0)  # there is a cache: on which way requests come to it is not seen
    belongs = [facts.program.locate(call) for call, _ in reads] or [
        *(one.where for one in applications if facts.live.is_live(one.where.path)),
        *(facts.program.locate(call) for call in find_hot_reads(facts, asked)),
    ]
    return CheckResult(len(applications), tuple(matches), tuple(dict.fromkeys(belongs)))


def find_hot_reads(facts: Facts, asked: frozenset[Key]) -> Iterator[Call]:
    """Reads that a cache would spare: of a guard, before every request, and of rows that several functions look up."""
    guards = {
        one.ref: one
        for route in facts.web.routes
        for attached in route.guards
        for piece in attached.pieces
        for one in piece.definitions
    }
    for guard in guards.values():
        for call in facts.program.modules[guard.path].find_calls(guard.name):
            found = facts.program.find_definitions(call.path, {"n": list(call.names)})
            if call.is_marked("await") and any(not one.is_class and touches_database(facts, one) for one in found):
                yield call
    queries = Queries(facts.program, facts.get("sql-file", ()))
    reads: dict[str, list[tuple[Call, bool]]] = defaultdict(list)
    for path, name in sorted(asked):
        for call in facts.program.modules[path].find_calls(name):
            if call.owner == name and (found_read := read_table(queries, call)) is not None:
                reads[found_read[0]].append((call, found_read[1]))
    for calls in reads.values():
        if len({(call.path, call.owner) for call, by_id in calls if by_id}) > 1:
            yield from (call for call, _ in calls[:MOST_READS])


def read_table(queries: Queries, call: Call) -> tuple[str, bool] | None:
    """The table that a call reads, whoever owns the rows, and whether it is given the id of one."""
    for argument in call.arguments[:1]:
        found = queries.find_sql(call.path, argument)
        statement = read_statement(found[0]) if found is not None else None
        if statement is not None and statement.verb == "reads" and statement.tables and not statement.asks_owner:
            return statement.tables[0], "id" in statement.ids
    return None


@requires(*PROGRAM)
def response_cache_shared(facts: Facts, rule: Rule) -> CheckResult:
    """Answers are kept by their address alone, where they depend on who asks."""
    matches = []
    keyed = [*find_address_keys(facts)]
    guarded = any(route.guards for route in facts.web.routes) or any(
        IDENTITY.search(one.text) for one in list_layers(facts)
    )
    for call, key in keyed:
        if guarded and facts.live.runs(call.path, call.owner):
            message = f"`{call.text}` keeps answers by `{key}`: one person gets what was made for another"
            matches.append(Match(rule.id, facts.program.locate(call), call.owner, call.text, message))
    return CheckResult(len(keyed), tuple(matches))


def list_layers(facts: Facts) -> Iterator[Call]:
    """The calls that attach middleware."""
    for call in facts.program.iterate_calls():
        if call.method in ("use", "add_middleware", "register"):
            yield from (one for one in (call,) if call.arguments)


def find_address_keys(facts: Facts) -> Iterator[tuple[Call, str]]:
    """Reads of a cache, in middleware, whose key is made of the address and of nobody."""
    for call in facts.program.iterate_calls():
        if not is_read(call, facts.program.find_externals(call.path, call.names)):
            continue
        definition = facts.program.modules[call.path].definitions.get(call.owner)
        names = [str(one["name"]) for one in definition.parameters] if definition is not None else []
        if names[2:3] != ["next"]:
            continue
        key = find_text(facts, call)
        if ADDRESS.search(key) and not IDENTITY.search(key):
            yield call, key


def find_text(facts: Facts, call: Call) -> str:
    """The text of a call's first argument, or of what its variable was given."""
    value = call.arguments[0]
    for _, assignment in facts.program.find_assignments(call.path, value):
        return str(assignment.value.get("t") or repr(assignment.value))
    return str(value.get("t") or repr(value))


def find_caches(facts: Facts) -> Caches:
    """All functions that read or drop, where the class or the file around them writes entries that end."""
    caches = Caches()
    for module in facts.program.modules.values():
        reads: dict[str, list[Call]] = defaultdict(list)
        drops: dict[str, list[Call]] = defaultdict(list)
        writes: set[str] = set()
        calls = [(call, facts.program.find_externals(call.path, call.names)) for call in module.calls]
        made = any(makes_limited(call, externals) for call, externals in calls)
        for call, externals in calls:
            top = call.owner.partition(".")[0]
            if is_limited_write(call, externals, made=made):
                writes.add(top)
            if is_removal(call, externals):
                drops[top].append(call)
            elif is_read(call, externals):
                reads[top].append(call)
        writes |= {one.owner.partition(".")[0] for one in module.assignments if is_timed_item(one)}
        if writes:
            add_holders(module.path, caches, writes, reads, drops, module.definitions)
        add_decorated(facts, module.path, caches)
    return caches


def add_holders(  # noqa: PLR0913, PLR0917 - what was found in one file
    path: str,
    caches: Caches,
    writes: set[str],
    reads: dict[str, list[Call]],
    drops: dict[str, list[Call]],
    definitions: Mapping[str, Definition],
) -> None:
    """Note the readers and droppers of one file; those of a class that writes nothing itself do not count."""
    for found, into in ((reads, caches.readers), (drops, caches.droppers)):
        for top, calls in found.items():
            is_class = top in definitions and definitions[top].is_class
            if top not in writes and (
                is_class or any(one in definitions and definitions[one].is_class for one in writes)
            ):
                continue
            for call in calls:
                name = name_owner(call.owner)
                into.setdefault((path, name), call)


def name_owner(owner: str) -> str:
    """The nearest function with a name of its own around a call: lambdas belong to the function that holds them."""
    while "<" in owner.rpartition(".")[2] and "." in owner:
        owner = owner.rpartition(".")[0]
    return owner


def add_decorated(facts: Facts, path: str, caches: Caches) -> None:
    """Functions that a decorator caches for some time, and that ask the database."""
    module = facts.program.modules[path]
    for call in module.calls:
        is_timed = any(name in call.keywords for name in TTL_OPTIONS) or (
            call.method == "cache_page" and call.arguments
        )
        definition = module.definitions.get(call.decorates) if call.decorates else None
        if is_timed and definition is not None and DECORATORS.search(call.text) and touches_database(facts, definition):
            caches.readers[path, definition.name] = call


def find_uses(facts: Facts, holders: dict[Key, Call], asked: frozenset[Key]) -> Iterator[tuple[Call, Call]]:
    """Where requests use one of the functions, itself or by calling it: the place, and the cache's own call."""
    for (path, name), own in holders.items():
        definition = facts.program.modules[path].definitions.get(name)
        is_direct = definition is not None and (path, name) in asked and touches_database(facts, definition)
        if is_direct and facts.live.is_live(path):
            yield own, own
    for path, name in sorted(asked):
        module = facts.program.modules.get(path)
        for call in module.calls if module is not None else ():
            if call.owner != name:
                continue
            for definition in facts.program.find_definitions(path, {"n": list(call.names)}):
                found = holders.get((definition.path, definition.name))
                if found is not None and (path, name) not in holders:
                    yield call, found


def describe(facts: Facts, rule: Rule, call: Call, reader: Call, dropped: Call) -> Match:
    """The match of a read through a cache: where it is read, and where a write drops it."""
    through = "" if call is reader else f" through `{reader.text}` ({reader.path}:{reader.line})"
    message = f"`{call.text}` reads{through}; `{dropped.text}` ({dropped.path}:{dropped.line}) drops what was changed"
    also = (facts.program.locate(reader), facts.program.locate(dropped))
    return Match(rule.id, facts.program.locate(call), call.owner, call.text, message, also=also)
