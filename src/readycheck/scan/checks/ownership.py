"""Checks on whose objects routes reach by an id."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from weakref import WeakKeyDictionary

from readycheck.model.evidence import Match
from readycheck.model.location import Span
from readycheck.model.rule import Rule
from readycheck.scan.checks.contract import PROGRAM, CheckResult, Facts, requires
from readycheck.scan.checks.inputs import find_intakes
from readycheck.scan.fact_values import read_texts
from readycheck.scan.inputs.intake import Intake, mentions
from readycheck.scan.ownership.accesses import Access, Accesses
from readycheck.scan.program.model import Definition
from readycheck.scan.program.program import Program

MOST_PLACES = 5
_KNOWN: WeakKeyDictionary[Program, Accesses] = WeakKeyDictionary()


def find_accesses(facts: Facts) -> Accesses:
    """What follows ids through a project, made once for all checks of a scan."""
    known = _KNOWN.get(facts.program)
    if known is None:
        known = _KNOWN[facts.program] = Accesses(facts, find_intakes(facts))
    return known


@requires(*PROGRAM, "input-read", "sql-file")
def object_without_owner(facts: Facts, rule: Rule) -> CheckResult:
    """A route reaches an object by its id, whoever it belongs to."""
    accesses = find_accesses(facts)
    matches, examined = [], 0
    for intake in accesses.intakes.routes:
        found = list_accesses(accesses, intake)
        examined += bool(found)
        open_ones = [one for one in found if is_open(accesses, intake, one, found)]
        if open_ones and not accesses.is_decided_elsewhere(intake, found):
            matches.append(describe(rule, facts, intake, open_ones, is_known=accesses.knows_caller(intake)))
    sockets = list(find_socket_matches(accesses, facts, rule))
    return CheckResult(examined + len(sockets), (*matches, *sockets))


@requires(*PROGRAM, "input-read", "sql-file")
def objects_asked_by_owner(facts: Facts, rule: Rule) -> CheckResult:
    """Each query that gets an id out of a path asks for the owner as well; what cannot be followed proves nothing."""
    accesses = find_accesses(facts)
    proved: list[tuple[Intake, Access]] = []
    for intake in accesses.intakes.routes:
        if not intake.is_known:
            return CheckResult(0)
        if not accesses.list_ids(intake):
            continue
        found = list_accesses(accesses, intake)
        if not found and accesses.knows_caller(intake):
            return CheckResult(0)
        owned = [one for one in found if accesses.tables.is_owned(one.query.table)]
        if any(not one.query.asks_owner for one in owned):
            return CheckResult(0)
        proved += [(intake, one) for one in owned]
    if not proved:
        return CheckResult(0)
    routes = list(dict.fromkeys(intake.title for intake, _ in proved))
    tables = sorted({one.query.table for _, one in proved})
    queries = {(one.query.where.path, one.query.where.line) for _, one in proved}
    asked = f"each of their {len(queries)} queries on {', '.join(tables)} asks for the owner, too"
    message = f"{len(routes)} routes take an id, and {asked}"
    places = list(dict.fromkeys(one.query.where for _, one in proved))
    match = Match(rule.id, places[0], text="queries", message=message, also=tuple(places[1:MOST_PLACES]))
    return CheckResult(len(proved), (match,))


def list_accesses(accesses: Accesses, intake: Intake) -> list[Access]:
    """The queries that get an id of a route's path."""
    names = accesses.list_ids(intake)
    return [one for handler in intake.handlers for one in accesses.find(handler, names)] if names else []


def is_open(accesses: Accesses, intake: Intake, access: Access, found: Sequence[Access]) -> bool:
    """Whether a query reaches rows of others: it asks neither for their owner nor, where all may look, for public ones.

    Where another query of the same route asks for the owner, it has decided already.
    """
    query, tables = access.query, accesses.tables
    if query.verb != "reads" and set(intake.route.methods) == {"GET"}:
        return False  # a counter of views
    if any(one.query.asks_owner for one in found) or not tables.is_owned(query.table):
        return False
    if query.verb == "reads" and not tables.is_private(query.table):
        is_near = accesses.knows_caller(intake) or len(access.steps) <= 2  # noqa: PLR2004 - the handler and a model
        return is_near and tables.is_sometimes_public(query.table) and not query.asks_visible
    return accesses.knows_caller(intake)


def describe(rule: Rule, facts: Facts, intake: Intake, found: Sequence[Access], *, is_known: bool) -> Match:
    """The finding about one route."""
    query = found[0].query
    lacking = "whose it is, nobody asks" if is_known else "what is not public is shown to anyone"
    message = f"{intake.title} {query.verb} a row of `{query.table}` by `{query.column}` alone: {lacking}"
    also: list[Span] = []
    for access in found:
        also += [facts.program.locate(access.steps[0]), access.query.where]
    return Match(
        rule.id, intake.route.where, text=intake.title, message=message, also=tuple(dict.fromkeys(also))[:MOST_PLACES]
    )


def find_socket_matches(accesses: Accesses, facts: Facts, rule: Rule) -> Iterator[Match]:
    """Listeners of sockets that load a row by an id in the message, or join a room that it names, and ask nobody."""
    program, intakes = facts.program, accesses.intakes
    heard: set[Definition] = {reader for _, reader in intakes.messages}
    for ref in intakes.listening.listeners:
        listener = program.find_definition(ref)
        if listener is not None and intakes.live.runs(listener.path, listener.name):
            heard.add(listener)
    for listener in sorted(heard, key=lambda one: (one.path, one.line)):
        names = list_message_names(accesses, listener)
        found = [
            one
            for one in (accesses.find(listener, names) if names else ())
            if not one.query.asks_owner and accesses.tables.is_owned(one.query.table)
        ]
        if accesses.decides(listener):
            continue
        if found and len(found[0].steps) > 0 and not passes_on(accesses, listener, found[0], heard):
            query, step = found[0].query, found[0].steps[0]
            message = (
                f"A message {query.verb} a row of `{query.table}` by `{query.column}` alone: whose it is, nobody asks"
            )
            yield Match(rule.id, program.locate(step), listener.name, query.table, message, also=(query.where,))
            continue
        if not found:
            yield from find_joins(facts, rule, listener, names)


def passes_on(accesses: Accesses, listener: Definition, access: Access, heard: set[Definition]) -> bool:
    """Whether a listener only hands its message to another one, of which the same is told."""
    called = [accesses.program.find_definition(ref) for ref in accesses.program.find_called(access.steps[0])]
    return any(one in heard and one is not listener for one in called)


def list_message_names(accesses: Accesses, listener: Definition) -> set[str]:
    """What a listener calls the ids in a message."""
    names: set[str] = set()
    for fact, reader in accesses.intakes.messages:
        if reader is listener:
            names |= set(read_texts(fact, "names"))
    if listener.ref in accesses.intakes.listening.listeners and listener.parameters:
        first = str(listener.parameters[0]["name"])
        names |= {first} if first.isidentifier() else set()
    return names


def find_joins(facts: Facts, rule: Rule, listener: Definition, names: set[str]) -> Iterator[Match]:
    """Rooms that a listener joins because a message says so."""
    module = facts.program.modules[listener.path]
    calls = list(module.find_calls(listener.name))
    for call in calls:
        awaits = any(one.is_marked("await") and any(mentions(value, names) for value in one.arguments) for one in calls)
        is_join = call.method == "join" and call.text.rpartition(".")[0].rpartition(".")[2] in (
            "socket",
            "ws",
            "client",
        )
        if is_join and not awaits and any(mentions(value, names) for value in call.arguments):
            message = "Whoever is connected joins the room that the message names: nobody asks whether it is theirs"
            yield Match(
                rule.id,
                facts.program.locate(listener),
                listener.name,
                call.text,
                message,
                also=(facts.program.locate(call),),
            )
            return
