"""What the answers to foreign origins say."""

from __future__ import annotations

from collections.abc import Iterator

from readycheck.model.evidence import Match
from readycheck.model.rule import Rule
from readycheck.probe.checks.contract import Judgement, decide, examines, make_match, name_operation
from readycheck.probe.exchange import Exchange, Recording, Response

ALLOWED = "access-control-allow-origin"
CREDENTIALS = "access-control-allow-credentials"


@examines("cors")
def foreign_origin_let_in(recording: Recording, rule: Rule) -> Judgement:
    """A foreign origin is named in the answer, or `null` is, or credentials are allowed for any origin."""
    answers = [pair for pair in recording.answered("cors") if pair[0].step != "cors/known"]
    origins = dict.fromkeys(origin_of(exchange) for exchange, _ in answers)
    proof = f"{len(origins)} foreign origins are not let in ({', '.join(origins)})"
    return decide(recording, find_let_in(rule, answers), len(answers), proof, "cors")


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
