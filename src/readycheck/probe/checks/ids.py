"""Request ids: on every answer, each another one, and never what a hostile caller sent."""

from __future__ import annotations

from collections.abc import Iterator

from readycheck.model.judgement import Judgement
from readycheck.model.rule import Rule
from readycheck.probe.checks.contract import examines, make_match
from readycheck.probe.checks.errors import name_short
from readycheck.probe.exchange import Exchange, Recording, Response
from readycheck.probe.plans.ids import VALID

NAMES = (
    "x-request-id", "request-id", "x-correlation-id", "correlation-id", "x-trace-id", "trace-id", "x-amzn-requestid",
    "x-amzn-trace-id", "x-vercel-id", "x-ms-request-id", "cf-ray", "traceparent", "traceresponse",
)  # fmt: skip
HOSTILE = ("ids/long", "ids/nasty")
FEW = 3
ERROR = 400
# Answers that may come from a server or proxy in front, or from files, and carry no id for that reason.
OWN = ("page/read", "page/private", "errors/id", "errors/absent", "guards/none-1", "ids/long", "ids/nasty")


def find_id(response: Response) -> tuple[str, str]:
    """The header that carries the request's id, and the id; empty if there is none."""
    return next(((name, value) for name in NAMES if (value := response.value(name))), ("", ""))


@examines("page", "guards", "ids", "errors")
def answers_without_id(recording: Recording, rule: Rule) -> Judgement:
    """No answer names its request, or errors do not although others do."""
    everything = list(recording.answered())
    # What only gives the caller's id back has made none: a caller who sends none is not found in the log.
    answers = [pair for pair in everything if not next(find_kept(*pair), "")]
    with_id = [pair for pair in answers if find_id(pair[1])[0]]
    own = [pair for pair in answers if pair[0].step in OWN]
    if len(answers) < FEW:
        return Judgement(len(answers), unproven=recording.explain_unsent("ids", "page") or "too few answers")
    if not with_id:
        exchange, response = (own or answers)[0]
        where = exchange.locate("", f"{response.status} without a request id")
        echoed = ", unless the caller sent an id" if len(answers) < len(everything) else ""
        message = (
            f"none of {len(answers)} answers names its request{echoed}: what a user reports cannot be found in the log"
        )
        return Judgement(len(answers), (make_match(rule, where, message),))
    bare = [(exchange, response) for exchange, response in own if not find_id(response)[0] and response.status >= ERROR]
    if bare:
        exchange, response = bare[0]
        where = exchange.locate("", f"{response.status} without a request id")
        message = f"{name_short(exchange)} answers {response.status} without the request id that other answers carry"
        return Judgement(len(answers), (make_match(rule, where, message),))
    return Judgement(len(answers), proof=f"{len(with_id)} of {len(answers)} answers carry {find_id(with_id[0][1])[0]}")


@examines("page", "ids", "markup")
def hostile_id_kept(recording: Recording, rule: Rule) -> Judgement:
    """A request id comes back that would break a log line, or the same one comes back twice."""
    hostile = [pair for step in HOSTILE for pair in recording.answered(step) if find_id(pair[1])[0]]
    matches = [
        make_match(
            rule,
            exchange.locate(sent, "the same in the answer"),
            f"{name_short(exchange)} gives the caller's id back as it was sent ({sent}): it goes into every log line",
        )
        for exchange, response in hostile
        for sent in find_kept(exchange, response)
    ]
    matches += [
        make_match(
            rule, second.locate("", f"{name}: {value[:40]}"),
            f"{name_short(second)} and {name_short(first)} got the same request id {value[:40]}",
        )
        for first, second, name, value in find_repeated(recording)
    ][:1]  # fmt: skip
    if matches:
        return Judgement(len(hostile), tuple(matches))
    if len(hostile) < len(HOSTILE):
        reason = "the answers carry no request id" if any(recording.answered("ids")) else "no request ids were sent"
        return Judgement(len(hostile), unproven=recording.explain_unsent("ids") or reason)
    number = sum(1 for _, response in recording.answered() if find_id(response)[0])
    kept = ", a good one is kept" if keeps_good(recording) else ""
    return Judgement(
        len(hostile), proof=f"hostile request ids are replaced{kept}, and {number} answers have one of their own"
    )


def find_kept(exchange: Exchange, response: Response) -> Iterator[str]:
    """What was sent as an id and came back unchanged, or with so much of it that it is still hostile."""
    back = {value for name in NAMES for value in response.values(name)}
    for name, value in exchange.request.headers:
        if name.lower() in NAMES and value in back:
            yield f"{name}: {value if len(value) < 80 else f'{value[:20]}... ({len(value)} characters)'}"  # noqa: PLR2004
            return


def find_repeated(recording: Recording) -> Iterator[tuple[Exchange, Exchange, str, str]]:
    """Two answers that share an id which the caller did not send."""
    seen: dict[tuple[str, str], Exchange] = {}
    for exchange, response in recording.answered():
        name, value = find_id(response)
        if not name or value == VALID or exchange.step.startswith("ids/"):
            continue
        if (name, value) in seen:
            yield seen[name, value], exchange, name, value
        seen.setdefault((name, value), exchange)


def keeps_good(recording: Recording) -> bool:
    """Whether a good id of the caller comes back."""
    return any(
        any(
            name.lower() in NAMES and value == VALID == response.value(name) for name, value in exchange.request.headers
        )
        for exchange, response in recording.answered()
    )
