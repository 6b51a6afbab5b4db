"""Methods that are none of the API's."""

from __future__ import annotations

from readycheck.model.judgement import Judgement
from readycheck.model.rule import Rule
from readycheck.probe.checks.contract import decide, examines, make_match
from readycheck.probe.checks.errors import name_short
from readycheck.probe.exchange import Exchange, Recording, Response
from readycheck.probe.plans.methods import MARK

SUCCESS = range(200, 300)


@examines("methods")
def trace_repeats(recording: Recording, rule: Rule) -> Judgement:
    """TRACE answers with the request, its headers included."""
    answers = list(recording.answered("methods/trace"))
    matches = [
        make_match(
            rule,
            exchange.locate("TRACE", f"{response.status}, with the header that was sent"),
            f"{name_short(exchange)} answers {response.status} with the request's own headers in its body",
        )
        for exchange, response in answers
        if response.status in SUCCESS and MARK in response.text
    ]
    statuses = ", ".join(str(response.status) for _, response in answers)
    return decide(recording, matches, len(answers), f"TRACE answers {statuses} and repeats nothing", "methods")


@examines("methods", "markup", "page")
def method_overridden(recording: Recording, rule: Rule) -> Judgement:
    """A header of a GET makes another method of it, or a method that nobody knows is served."""
    answers = [pair for step in ("markup/query", "methods/unknown") for pair in recording.answered(step)]
    matches = [
        make_match(rule, exchange.locate(sent_of(exchange), f"{response.status}"), message)
        for exchange, response in answers
        if (message := tell_fault(recording, exchange, response))
    ]
    told = {"markup/query": "no header changes a method", "methods/unknown": "a method that nobody knows is refused"}
    seen = dict.fromkeys(told[exchange.step] for exchange, _ in answers)
    return decide(recording, matches, len(answers), ", and ".join(seen), "methods", "markup")


def sent_of(exchange: Exchange) -> str:
    """What mattered of the request."""
    return "X-HTTP-Method-Override: OPTIONS" if exchange.step == "markup/query" else exchange.request.method


def tell_fault(recording: Recording, exchange: Exchange, response: Response) -> str:
    """What is wrong with an answer, or nothing."""
    path = exchange.request.path
    plain = [
        other for one, other in recording.answered("page") if one.request.path == path and one.request.method == "GET"
    ]
    if exchange.step == "methods/unknown":
        served = response.status in SUCCESS and bool(response.body) and any(
            other.status in SUCCESS and other.media_type == response.media_type for other in plain
        )  # fmt: skip
        return f"{name_short(exchange)} is served like a GET: {response.status}" if served else ""
    changed = any(other.status in SUCCESS and other.status != response.status for other in plain)
    allows = response.value("allow") or response.value("access-control-allow-methods")
    if not (changed and allows):
        return ""
    return f"a GET of {path} with X-HTTP-Method-Override: OPTIONS is answered as OPTIONS ({response.status}, {allows})"
