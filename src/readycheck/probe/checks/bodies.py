"""Bodies that are too large, and those that come too slowly."""

from __future__ import annotations

from readycheck.model.judgement import Judgement
from readycheck.model.rule import Rule
from readycheck.probe.checks.contract import decide, examines, make_match
from readycheck.probe.checks.errors import UNREAD, name_short
from readycheck.probe.exchange import Exchange, Recording, Response

TOO_LARGE = 413
SENT = ("bodies/large", "bodies/chunked")
SERVER_ERROR = 500


@examines("bodies")
def large_body_read(recording: Recording, rule: Rule) -> Judgement:
    """More than 10 MB are read, with their length or in chunks, before anything is said about it."""
    answers = [pair for step in SENT for pair in recording.answered(step)]
    matches = [
        make_match(
            rule,
            exchange.locate(tell(exchange), f"{response.status}"),
            f"{name_short(exchange)} answers {response.status}, not 413: it reads what is too large",
        )
        for exchange, response in answers
        if response.status != TOO_LARGE and response.status not in UNREAD and response.status < SERVER_ERROR
    ]
    refused = [exchange.step for exchange, response in answers if response.status == TOO_LARGE]
    if matches:
        return Judgement(len(answers), tuple(matches))
    if len(refused) == len(SENT):
        return Judgement(len(answers), proof="a body of more than 10 MB is answered 413, with its length and in chunks")
    return Judgement(len(answers), unproven=explain(recording, answers))


def explain(recording: Recording, answers: list[tuple[Exchange, Response]]) -> str:
    """What is missing for the proof, and what is known without it."""
    announced = any(response.status == TOO_LARGE for _, response in recording.answered("bodies/announced"))
    known = "a terabyte that is announced is answered 413; " if announced else ""
    cut = [exchange for step in SENT for exchange in recording.about(step) if exchange.response is None]
    if cut:
        return f"{known}{name_short(cut[0])} was cut off: {cut[0].failure}"
    if answers:
        told = ", ".join(f"{name_short(exchange)} answered {response.status}" for exchange, response in answers)
        return f"{known}{told}"
    return f"{known}{recording.explain_unsent(*SENT) or 'no POST route is known: name one with --route'}"


def tell(exchange: Exchange) -> str:
    """How the body was framed."""
    return "10 MB in chunks" if exchange.step == "bodies/chunked" else "10 MB with its length"


@examines("slow")
def slow_body_awaited(recording: Recording, rule: Rule) -> Judgement:
    """A body that comes a byte a second keeps its connection for as long as it likes."""
    seen = recording.seen("drip")
    bodies = [one for one in seen if one.data.get("what") == "body"]
    matches = [
        make_match(
            rule,
            one.locate(str(one.data.get("target", "")), "open"),
            f"a body that comes a byte a second is still awaited after {one.data.get('seconds')} s",
        )
        for one in bodies
        if one.data.get("end") == "open"
    ]
    told = ", ".join(
        f"slow {one.data.get('what')} {'is still awaited' if one.data.get('end') == 'open' else 'is given up'} after "
        f"{one.data.get('seconds')} s"
        for one in seen
    )
    return decide(recording, matches, len(bodies), told, "slow")
