"""How a started process took SIGTERM."""

from __future__ import annotations

from collections.abc import Iterator

from readycheck.model.evidence import Match
from readycheck.model.judgement import Judgement
from readycheck.model.rule import Rule
from readycheck.probe.checks.contract import examines, make_match, name_operation
from readycheck.probe.checks.started import explain_missing, read_number, read_text, read_texts
from readycheck.probe.exchange import Exchange, Observation, Recording

ORDERLY = (0, -15, 143)  # what a shell reports for SIGTERM is 143
SERVER_ERROR = 500


@examines("drain")
def request_lost_at_sigterm(recording: Recording, rule: Rule) -> Judgement:
    """A request in flight is not answered once SIGTERM has arrived, or with 500."""
    seen = recording.seen("stop")
    matches = [
        make_match(
            rule,
            exchange.locate("SIGTERM while it was in flight"),
            f"{name_operation(exchange)} was in flight when SIGTERM came, and was lost: {describe_end(exchange)}",
        )
        for exchange in recording.about("drain/in-flight")
        if is_lost(exchange)
    ]
    if matches:
        return Judgement(len(seen), tuple(matches))
    if not seen:
        return Judgement(unproven=explain_missing(recording, "drain"))
    obstacles = [*list_unheld(recording, seen[0]), *list_troubles(seen[0])]
    if obstacles:
        return Judgement(len(seen), unproven="; ".join(obstacles))
    return Judgement(len(seen), proof=describe_drain(recording, seen[0]))


def is_lost(exchange: Exchange) -> bool:
    """Whether the request that was in flight got no answer, or only that something broke."""
    return exchange.response is None or exchange.response.status == SERVER_ERROR


def describe_end(exchange: Exchange) -> str:
    """What became of it."""
    return f"it was answered {exchange.response.status}" if exchange.response else exchange.failure


def list_unheld(recording: Recording, seen: Observation) -> Iterator[str]:
    """Why nothing is known about requests in flight."""
    answered = next(iter(recording.answered("drain/in-flight")), None)
    if answered is None:
        yield read_text(seen, "reason") or "no request was in flight"
    elif answered[1].status > SERVER_ERROR:
        yield f"the request in flight was answered {answered[1].status}, which may have other reasons than SIGTERM"


def list_troubles(seen: Observation) -> Iterator[str]:
    """What other rules match."""
    if not isinstance(seen.data.get("code"), int):
        yield f"it did not end within {read_number(seen, 'grace'):.0f} s"
    elif seen.data["code"] not in ORDERLY:
        yield f"it ended with exit code {seen.data['code']}"
    if not seen.data.get("refused"):
        yield "new connections were neither refused nor told that it is not ready"
    if read_number(seen, "left"):
        yield f"{read_number(seen, 'left'):.0f} of its processes went on"


def describe_drain(recording: Recording, seen: Observation) -> str:
    """What was seen, with numbers."""
    _, response = next(iter(recording.answered("drain/in-flight")))
    return (
        f"SIGTERM during {read_text(seen, 'held')}: answered {response.status}; new connections got"
        f" {', '.join(read_texts(seen, 'answers'))}; ended after {read_number(seen, 'seconds'):.1f} s with exit code"
        f" {seen.data['code']}"
    )


@examines("drain")
def sigterm_not_obeyed(recording: Recording, rule: Rule) -> Judgement:
    """The process goes on after SIGTERM, leaves processes behind, or ends as if it had crashed."""
    seen = recording.seen("stop")
    matches = tuple(match for one in seen for match in find_disobedience(rule, one))
    if matches or seen:
        ends = ", ".join(f"{read_number(one, 'seconds'):.1f} s (exit code {one.data['code']})" for one in seen)
        return Judgement(len(seen), matches, "" if matches else f"it ended after {ends}")
    return Judgement(unproven=explain_missing(recording, "drain"))


def find_disobedience(rule: Rule, seen: Observation) -> Iterator[Match]:
    """At most one match."""
    code = seen.data.get("code")
    if not isinstance(code, int):
        got = f"still running after {read_number(seen, 'grace'):.0f} s"
        yield make_match(rule, seen.locate("SIGTERM", got), f"the process was {got} of SIGTERM")
    elif left := read_number(seen, "left"):
        got = f"{left:.0f} of its processes went on"
        yield make_match(rule, seen.locate("SIGTERM", got), f"the process ended on SIGTERM, but {got}")
    elif code not in ORDERLY:
        got = f"exit code {code}"
        yield make_match(
            rule, seen.locate("SIGTERM", got), f"on SIGTERM the process ended with {got}, as if it had crashed"
        )


@examines("drain")
def ready_while_draining(recording: Recording, rule: Rule) -> Judgement:
    """While it drains, new connections are let in and readiness goes on to say yes."""
    seen = [one for one in recording.seen("stop") if read_text(one, "held")]
    matches = tuple(
        make_match(
            rule,
            one.locate("SIGTERM", ", ".join(read_texts(one, "answers"))),
            "while a request was in flight after SIGTERM, new connections were let in and answered"
            f" {', '.join(read_texts(one, 'answers'))}",
        )
        for one in seen
        if not one.data.get("refused") and any(answer.startswith("2") for answer in read_texts(one, "answers"))
    )
    if not any(one.data.get("refused") for one in seen) and not matches:
        return Judgement(unproven=explain_missing(recording, "drain", "no request was in flight while it ended"))
    return Judgement(len(seen), matches, "" if matches else "new connections were refused while it drained")
