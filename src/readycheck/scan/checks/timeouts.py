"""Checks on what ends the waiting for other services."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from readycheck.model.evidence import Fact, Match
from readycheck.model.location import Span
from readycheck.model.rule import Rule
from readycheck.scan.checks.contract import PROGRAM, CheckResult, Facts, requires

if TYPE_CHECKING:
    from readycheck.scan.program.program import Program

LOOSE = ("missing", "off", "long")
RUN = "`{form}` runs without a deadline, and the model behind it has none"
WAITING = "waits for `{name}` without a deadline: `{form}` ({path}:{line}) has none, nor has the model behind it"
WITHOUT = {
    "missing": "waits for {what} without a limit",
    "off": "waits for {what} without a limit: {detail}",
    "long": "sets no limit: {detail} hold for {what}",
}


@requires("outbound", "outbound-default")
def http_call_without_timeout(facts: Facts, rule: Rule) -> CheckResult:
    """A call over HTTP, or a mail client, has no timeout."""
    return judge_sort(facts, rule, "http", "mail")


@requires("outbound", "outbound-default")
def ai_client_without_timeout(facts: Facts, rule: Rule) -> CheckResult:
    """A client of a language model has no timeout, or the library's of many minutes."""
    return judge_sort(facts, rule, "ai")


@requires("outbound", "outbound-default", "pool")
def database_without_timeout(facts: Facts, rule: Rule) -> CheckResult:
    """A database client waits for connections or statements without a limit.

    One that is used where it is made and nowhere else serves no request: what it does comes to an end.
    """
    brief = {(one.where.path, one.where.line) for one in facts.get("pool", ()) if one.data.get("brief")}
    result = judge_sort(facts, rule, "database")
    matches = [
        one for one in result.matches if not (isinstance(one.where, Span) and (one.where.path, one.where.line) in brief)
    ]
    return CheckResult(result.examined, tuple(matches))


@requires("outbound", "outbound-default")
def redis_without_timeout(facts: Facts, rule: Rule) -> CheckResult:
    """A Redis client waits for connections or answers without a limit."""
    return judge_sort(facts, rule, "redis")


@requires("outbound", "outbound-default")
def timeouts_set(facts: Facts, rule: Rule) -> CheckResult:
    """Every client that is known has a limit of its own or a short one of its library.

    As long as one has none, or one cannot be judged, nothing counts as examined: the rest would prove too much.
    """
    clients = facts.get("outbound", ())
    defaults = facts.get("outbound-default", ())
    if any(find_loose(one, defaults) or is_unclear(one, defaults) for one in clients):
        return CheckResult(0)
    chosen = [one for one in clients if describe_limits(one, defaults)]
    matches = [
        Match(rule.id, one.where, str(one.data["symbol"]), str(one.data["form"]), describe_limits(one, defaults))
        for one in chosen
    ]
    return CheckResult(len(clients), tuple(matches))


@requires("outbound", "outbound-default", *PROGRAM)
def ai_run_without_deadline(facts: Facts, rule: Rule) -> CheckResult:
    """A graph or an agent runs without a deadline, over a model that has no limit either; so do those who wait for it.

    Where every model answers in bounded time a run does, too: it has a limited number of steps.
    """
    defaults = facts.get("outbound-default", ())
    clients = facts.get("outbound", ())
    runs = [one for one in clients if one.data["sort"] == "agent"]
    slow = [one for one in clients if one.data["sort"] == "ai" and find_loose(one, defaults)]
    endless = [one for one in runs if slow and find_loose(one, defaults)]
    matches = [
        Match(rule.id, one.where, str(one.data["symbol"]), str(one.data["form"]), RUN.format(form=one.data["form"]))
        for one in endless
    ]
    for run in endless:
        matches += find_waiting(facts.program, run, rule)
    return CheckResult(len(runs), tuple(matches))


def find_waiting(program: Program, run: Fact, rule: Rule) -> Iterator[Match]:
    """The calls in other files that wait for the function in which a run stands."""
    module = program.modules.get(run.where.path)
    definition = module.definitions.get(str(run.data["symbol"])) if module is not None else None
    for call in program.callers.get(definition.ref, ()) if definition is not None else ():
        if call.path != run.where.path and call.is_marked("await"):
            message = WAITING.format(name=call.text, form=run.data["form"], path=run.where.path, line=run.where.line)
            yield Match(rule.id, program.locate(call), call.owner, call.text, message, also=(run.where,))


def judge_sort(facts: Facts, rule: Rule, *sorts: str) -> CheckResult:
    """A match for each client of the sorts that waits without a limit."""
    defaults = facts.get("outbound-default", ())
    clients = [one for one in facts.get("outbound", ()) if one.data["sort"] in sorts]
    matches = [
        Match(rule.id, one.where, str(one.data["symbol"]), str(one.data["form"]), f"`{one.data['form']}` {fault}")
        for one in clients
        if (fault := find_loose(one, defaults))
    ]
    return CheckResult(len(clients), tuple(matches))


def read_limits(fact: Fact) -> Iterator[tuple[str, str, str]]:
    """What is waited for, the state of its limit, and the limit."""
    rows = fact.data["limits"]
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, list):
            what, state, detail = (str(part) for part in row)
            yield what, state, detail


def is_covered(fact: Fact, defaults: Sequence[Fact]) -> bool:
    """Whether a deadline of our own, or a limit for the whole process, stands for the client's own."""
    if fact.data["deadline"]:
        return True
    listed = [one.data["libraries"] for one in defaults]
    return any(isinstance(names, list) and fact.data["library"] in names for names in listed)


def find_loose(fact: Fact, defaults: Sequence[Fact]) -> str:
    """What a client waits for without a limit, in words; empty if there is nothing of the sort."""
    if is_covered(fact, defaults):
        return ""
    loose = [row for row in read_limits(fact) if row[1] in LOOSE]
    if not loose:
        return ""
    for state in ("off", "long"):
        rows = [row for row in loose if row[1] == state]
        if rows:
            return WITHOUT[state].format(what=" and ".join(row[0] for row in rows), detail=rows[0][2])
    return WITHOUT["missing"].format(what=" and ".join(row[0] for row in loose))


def is_unclear(fact: Fact, defaults: Sequence[Fact]) -> bool:
    """Whether a client's limits may be in what the scan cannot see."""
    return not is_covered(fact, defaults) and any(row[1] == "unknown" for row in read_limits(fact))


def describe_limits(fact: Fact, defaults: Sequence[Fact]) -> str:
    """The limits of a client in words: `httpx.AsyncClient` waits for an answer: `timeout` 2.0."""
    if fact.data["deadline"]:
        return f"`{fact.data['form']}` is called within `{fact.data['deadline']}`"
    parts = [f"{what}: {detail}" for what, state, detail in read_limits(fact) if state in ("set", "default")]
    if parts:
        return f"`{fact.data['form']}` waits for {'; '.join(parts)}"
    return f"`{fact.data['form']}` has the limit of the whole process" if is_covered(fact, defaults) else ""
