"""Checks on what a person gets when the language model fails."""

from __future__ import annotations

from collections.abc import Sequence

from readycheck.model.evidence import Fact, Match
from readycheck.model.location import Span
from readycheck.model.rule import Rule
from readycheck.scan.checks.contract import PROGRAM, CheckResult, Facts, requires
from readycheck.scan.checks.timeouts import find_loose
from readycheck.scan.outbound.guards import PASSED_ON
from readycheck.scan.outbound.reaching import Waiting, make_waiting


@requires("ai-call", "guard", "ai-fallback", "outbound", "outbound-default", *PROGRAM)
def ai_answer_fallback(facts: Facts, rule: Rule) -> CheckResult:
    """Each call of a model has another answer for when it fails, and fails in bounded time.

    Where some have and some have not, nothing counts as examined: which of them people wait for is not known.
    """
    calls = [one for one in facts.get("ai-call", ()) if facts.live.is_live(one.where.path)]
    if not calls:
        return CheckResult(0)
    waiting = make_waiting(facts.program, facts.live, facts.get("guard", ()))
    fallbacks = [one for one in facts.get("ai-fallback", ()) if facts.live.is_live(one.where.path)]
    models = [one for one in calls if one.data["sort"] == "model"]
    answered = [one for one in models if is_answered(one, waiting, calls)]
    runs = [one for one in calls if one.data["sort"] == "agent" and not (answered and len(answered) == len(models))]
    answered += [one for one in runs if is_answered(one, waiting, calls)]
    bounded = [one for one in answered if is_bounded(one, facts)]
    if fallbacks and not bounded:
        matches = [
            Match(rule.id, one.where, text=str(one.data["form"]), message=f"`{one.data['form']}`") for one in fallbacks
        ]
        return CheckResult(len(calls), tuple(matches))
    if bounded and len(answered) < len(models) + len(runs):
        return CheckResult(0)
    matches = [describe(rule, one, waiting) for one in bounded] if len(bounded) == len(answered) else []
    return CheckResult(len(calls), tuple(matches), find_places(calls, answered, waiting))


def is_answered(call: Fact, waiting: Waiting, calls: Sequence[Fact]) -> bool:
    """Whether a failure of a call leads to another answer; the nodes of a graph are called by its runs."""
    path, symbol = call.where.path, str(call.data["symbol"])
    if waiting.is_answered(path, call.where.line, symbol):
        return True
    runs = [one for one in calls if one.data["sort"] == "agent" and one.where.path == path and one is not call]
    is_node = call.data["sort"] == "model" and not waiting.find_callers(path, symbol)
    return is_node and bool(runs) and all(is_answered(one, waiting, ()) for one in runs)


def is_bounded(call: Fact, facts: Facts) -> bool:
    """Whether a call ends in bounded time: by a deadline of our own; else, if it does not stream, by its client's."""
    if call.data["deadline"]:
        return True
    defaults = facts.get("outbound-default", ())
    clients = [one for one in facts.get("outbound", ()) if one.data["sort"] == "ai"]
    return not call.data["streaming"] and bool(clients) and not any(find_loose(one, defaults) for one in clients)


def describe(rule: Rule, call: Fact, waiting: Waiting) -> Match:
    """The match of a call that has an answer for its failure."""
    guard = waiting.find_guard(call.where.path, call.where.line)
    where = f" ({guard.where.path}:{guard.where.line})" if guard is not None else ""
    deadline = f", within `{call.data['deadline']}`" if call.data["deadline"] else ""
    message = f"when `{call.data['form']}` fails{deadline}, another answer takes its place{where}"
    also = () if guard is None else (guard.where,)
    return Match(rule.id, call.where, str(call.data["symbol"]), str(call.data["form"]), message, also=also)


def find_places(calls: Sequence[Fact], answered: Sequence[Fact], waiting: Waiting) -> tuple[Span, ...]:
    """Where an answer belongs: around those who wait for an agent, and where its failure is passed on; else the calls.

    A call that has an answer, but no end in time, lacks a deadline: it is named itself.
    """
    if answered:
        return tuple(one.where for one in answered)
    runs = [one for one in calls if one.data["sort"] == "agent"] or calls
    places: list[Span] = []
    for run in runs:
        path, symbol = run.where.path, str(run.data["symbol"])
        outer = [call for call in waiting.find_outer(path, symbol) if call.is_marked("await")]
        places += [waiting.program.locate(call) for call in outer]
        guard = waiting.find_guard(path, run.where.line)
        if guard is not None and guard.data["kind"] == PASSED_ON:
            places.append(guard.where)
        elif run.data["sort"] == "model":
            places.append(run.where)
    return tuple(dict.fromkeys(places)) or tuple(one.where for one in runs)
