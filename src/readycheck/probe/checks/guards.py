"""Whether private routes ask who calls, and which tokens they take."""

from __future__ import annotations

from readycheck.model.judgement import Judgement
from readycheck.model.rule import Rule
from readycheck.probe.checks.contract import examines, make_match, name_operation
from readycheck.probe.exchange import Exchange, Recording, Response
from readycheck.probe.situation import is_parametrised

REFUSALS = frozenset({401, 403})
SUCCESS = range(200, 300)
UNKNOWN_ROUTE = "no route is known that wants credentials: name one with --route, --openapi or --code"


@examines("page", "guards", "doors")
def private_route_open(recording: Recording, rule: Rule) -> Judgement:
    """A route that wants credentials answers to somebody without any, or with a token that is none."""
    answers = [pair for topic in ("guards", "doors") for pair in recording.answered(topic)]
    matches = [
        make_match(
            rule,
            exchange.locate(tell_token(exchange), f"{response.status}"),
            f"{name_operation(exchange)} answers {response.status} to a caller with {tell_token(exchange)}, "
            "although it is said to want credentials",
        )
        for exchange, response in answers
        if response.status in SUCCESS
    ]
    if matches:
        return Judgement(len(answers), tuple(matches))
    refused = [exchange for exchange, response in answers if response.status in REFUSALS]
    if not refused:
        reason = recording.explain_unsent("guards") or (list_statuses(answers) if answers else UNKNOWN_ROUTE)
        return Judgement(len(answers), unproven=reason)
    if len(refused) < len(answers):
        return Judgement(len(answers), unproven=f"not all private routes answer 401 or 403: {list_statuses(answers)}")
    paths = sorted({exchange.request.path for exchange in refused})
    told = f"without credentials and with a token that is none, {', '.join(paths)} refuse"
    if len(paths) < (known := count_private(recording)):
        reason = recording.explain_unsent("doors") or "the others were not asked"
        return Judgement(len(answers), unproven=f"{told}, {len(paths)} of {known} routes that can be read: {reason}")
    return Judgement(len(answers), proof=told)


def count_private(recording: Recording) -> int:
    """How many routes that want credentials are known that can be read without knowing an id."""
    return len(
        {
            route.path
            for route in recording.routes
            if route.method == "GET" and route.access in ("authenticated", "admin") and not is_parametrised(route.path)
        }
    )


def tell_token(exchange: Exchange) -> str:
    """What a request of this topic came with."""
    return "a token that is none" if exchange.step == "guards/garbage" else "no credentials"


def list_statuses(answers: list[tuple[Exchange, Response]]) -> str:
    """`GET /a answered 404, GET /b answered 302`."""
    return ", ".join(f"{name_operation(exchange)} answered {response.status}" for exchange, response in answers)


@examines("page", "guards", "tokens")
def known_secret_accepted(recording: Recording, rule: Rule) -> Judgement:
    """A token is taken that is signed with a secret from tutorials and templates."""
    answers = [pair for pair in recording.answered("tokens") if pair[0].step.startswith("tokens/key-")]
    if any(response.status in SUCCESS for _, response in recording.answered("tokens/altered")):
        return Judgement(len(answers), unproven="a token is taken whatever signed it, so that no secret can be known")
    return judge_tokens(recording, rule, answers, "signed with a well-known secret")


@examines("page", "guards", "tokens")
def unsigned_token_accepted(recording: Recording, rule: Rule) -> Judgement:
    """A token is taken that nobody signed, or that was changed after it was signed."""
    answers = [pair for pair in recording.answered("tokens") if not pair[0].step.startswith("tokens/key-")]
    return judge_tokens(recording, rule, answers, "unsigned or altered")


def judge_tokens(recording: Recording, rule: Rule, answers: list[tuple[Exchange, Response]], what: str) -> Judgement:
    """Refuted by one that is taken where no token and a false one are not; proved if the user's own claims are not."""
    if not answers:
        why = next((str(one.data.get("why", "")) for one in recording.seen("no-token")), "")
        return Judgement(unproven=why or recording.explain_unsent("tokens") or UNKNOWN_ROUTE)
    path = answers[0][0].request.path
    without = [pair for pair in recording.answered("guards") if pair[0].request.path == path]
    if not without or any(response.status not in REFUSALS for _, response in without):
        return Judgement(
            len(answers), unproven=f"{path} does not refuse callers without credentials, so tokens tell nothing"
        )
    matches = [
        make_match(
            rule,
            exchange.locate(tell_forgery(exchange), f"{response.status}"),
            f"{name_operation(exchange)} answers {response.status} to a token {tell_forgery(exchange)}, "
            f"and {without[0][1].status} without one",
        )
        for exchange, response in answers
        if response.status in SUCCESS
    ]
    if matches:
        return Judgement(len(answers), tuple(matches))
    if any(response.status not in REFUSALS for _, response in answers):
        return Judgement(len(answers), unproven=list_statuses(answers))
    own = [response for exchange, response in recording.answered("page/private") if exchange.request.path == path]
    if not any(response.status in SUCCESS for response in own):
        reason = (
            "no user's token was seen to work, so a forged one may be refused for its claims: name one with --auth-env"
        )
        return Judgement(len(answers), unproven=f"{len(answers)} tokens {what} are refused, but {reason}")
    return Judgement(
        len(answers), proof=f"{len(answers)} tokens {what} are refused that copy those of a user who gets in"
    )


def tell_forgery(exchange: Exchange) -> str:
    """How the token of a step was forged."""
    name = exchange.step.partition("/")[2]
    if name.startswith("key-"):
        return f'signed with the well-known secret "{name.removeprefix("key-")}"'
    return {"unsigned": "without a signature (alg: none)", "altered": "whose claims were changed"}.get(name, name)
