"""What the answers to foreign origins say."""

from __future__ import annotations

from collections.abc import Iterator

from readycheck.model.evidence import Match
from readycheck.model.judgement import Judgement
from readycheck.model.rule import Rule
from readycheck.probe.checks.contract import decide, examines, make_match, name_operation
from readycheck.probe.exchange import Exchange, Recording, Response

ALLOWED = "access-control-allow-origin"
CLIENT_ERROR, NOT_FOUND, SERVER_ERROR = 400, 404, 500
CREDENTIALS = "access-control-allow-credentials"


@examines("cors")
def foreign_origin_let_in(recording: Recording, rule: Rule) -> Judgement:
    """A foreign origin is named in the answer, or `null` is, or credentials are allowed for any origin."""
    answers = [pair for pair in recording.answered("cors") if not pair[0].step.startswith("cors/known")]
    origins = dict.fromkeys(origin_of(exchange) for exchange, _ in answers)
    proof = f"{len(origins)} foreign origins are not let in ({', '.join(origins)})"
    matches = list(find_let_in(rule, answers))
    if answers and not matches and all(response.status == NOT_FOUND for _, response in answers):
        path = answers[0][0].request.path
        return Judgement(
            len(answers), unproven=f"{path} is not there, and CORS may be set on the API alone: name a --route"
        )
    return decide(recording, matches, len(answers), proof, "cors")


def find_let_in(rule: Rule, answers: list[tuple[Exchange, Response]]) -> Iterator[Match]:
    """A match for each origin that is let in, once."""
    seen: set[str] = set()
    for exchange, response in answers:
        origin, allowed = origin_of(exchange), (response.value(ALLOWED) or "").strip()
        with_credentials = (response.value(CREDENTIALS) or "").strip().lower() == "true"
        if origin in seen or not (allowed == origin or (allowed == "*" and with_credentials)):
            continue
        seen.add(origin)
        more = f", {CREDENTIALS}: true" if with_credentials else ""
        where = exchange.locate(f"Origin: {origin}", f"{response.status}, {ALLOWED}: {allowed}{more}")
        yield make_match(
            rule, where, f"{name_operation(exchange)} lets the origin {origin} in ({ALLOWED}: {allowed}{more})"
        )


@examines("cors")
def reflection_without_vary(recording: Recording, rule: Rule) -> Judgement:
    """An answer that names the caller's origin, and that a cache may give to another origin."""
    named = [
        (exchange, response)
        for exchange, response in recording.answered("cors")
        if response.value(ALLOWED) == origin_of(exchange) and exchange.request.method != "OPTIONS"
    ]
    matches = [
        make_match(
            rule,
            exchange.locate(f"Origin: {origin_of(exchange)}", f"{ALLOWED} without Vary: Origin"),
            f"{name_operation(exchange)} names the caller's origin without Vary: Origin: a cache may mix them up",
        )
        for exchange, response in named
        if not varies_by_origin(response)
    ]
    return decide(recording, matches[:1], len(named), "answers that name an origin vary by it", "cors")


def varies_by_origin(response: Response) -> bool:
    """Whether a cache keeps the answers to different origins apart, or keeps none."""
    names = {name.strip().lower() for value in response.values("vary") for name in value.split(",")}
    return bool(names & {"origin", "*"}) or "no-store" in (response.value("cache-control") or "").lower()


def origin_of(exchange: Exchange) -> str:
    """The origin that a request claimed."""
    return next((value for name, value in exchange.request.headers if name.lower() == "origin"), "")


@examines("cors")
def known_origin_refused(recording: Recording, rule: Rule) -> Judgement:
    """An origin that should be let in is not, or its preflight is."""
    answers = [pair for step in ("cors/known", "cors/known-preflight") for pair in recording.answered(step)]
    matches = [
        make_match(
            rule,
            exchange.locate(
                f"Origin: {origin_of(exchange)}", f"{response.status}, {ALLOWED}: {response.value(ALLOWED)}"
            ),
            f"{name_operation(exchange)} does not let the origin {origin_of(exchange)} in, which it should: "
            f"{ALLOWED} is {response.value(ALLOWED) or 'missing'}",
        )
        for exchange, response in answers
        if response.value(ALLOWED) not in (origin_of(exchange), "*")
    ]
    named = ", ".join(dict.fromkeys(origin_of(exchange) for exchange, _ in answers))
    if not answers:
        return Judgement(unproven=recording.explain_unsent("cors") or "no origin is said to be let in: --origin ORIGIN")
    return decide(recording, matches, len(answers), f"{named} is let in", "cors")


@examines("cors")
def preflight_disagrees(recording: Recording, rule: Rule) -> Judgement:
    """The preflight lets an origin in that the answer itself does not name, or the other way round."""
    pairs = [("cors/evil", "cors/preflight"), ("cors/known", "cors/known-preflight")]
    seen = [
        (actual, preflight)
        for one, other in pairs
        for actual in recording.answered(one)
        for preflight in recording.answered(other)
        if preflight[1].status < SERVER_ERROR and actual[1].status < CLIENT_ERROR
    ]
    matches = [
        make_match(
            rule,
            preflight.locate(f"Origin: {origin_of(preflight)}", f"{ALLOWED}: {asked.value(ALLOWED)}"),
            f"the preflight {name_operation(preflight)} {tell_allowed(asked)} {origin_of(preflight)}, and the "
            f"answer to {name_operation(exchange)} {tell_allowed(response)} it",
        )
        for (exchange, response), (preflight, asked) in seen
        if is_allowed(response, exchange) != is_allowed(asked, preflight)
    ]
    return decide(recording, matches, len(seen), "preflights and answers agree on who is let in", "cors")


def is_allowed(response: Response, exchange: Exchange) -> bool:
    """Whether the browser would hand the answer to the page."""
    return response.value(ALLOWED) in (origin_of(exchange), "*")


def tell_allowed(response: Response) -> str:
    """What an answer does with an origin."""
    return "admits" if response.value(ALLOWED) else "does not admit"
