"""Whether text over 1 KB is compressed when a client asks for it, and whether caches are told."""

from __future__ import annotations

from readycheck.model.judgement import Judgement
from readycheck.model.rule import Rule
from readycheck.probe.checks.contract import decide, examines, make_match, name_operation
from readycheck.probe.exchange import Exchange, Recording, Response
from readycheck.probe.text import SMALLEST, is_good, is_text

STEP, DOCUMENT = "compression/text", "docs/openapi"
CODINGS = ("gzip", "br", "zstd")


def list_large(recording: Recording) -> list[tuple[Exchange, Response]]:
    """Good textual answers over 1 KB to requests that asked for one coding."""
    return [
        (exchange, response)
        for exchange, response in (*recording.answered(STEP), *recording.answered(DOCUMENT))
        if is_good(response) and is_text(response) and len(response.body) >= SMALLEST
    ]


def asked_for(exchange: Exchange) -> str:
    """The coding that a request asked for."""
    return next((value for name, value in exchange.request.headers if name.lower() == "accept-encoding"), "")


def list_asked(large: list[tuple[Exchange, Response]]) -> set[str]:
    """All codings that were asked for, alone or together."""
    return {word.strip() for exchange, _ in large for word in asked_for(exchange).split(",")}


def coding_of(response: Response) -> str:
    """The coding of an answer, empty if there is none."""
    coding = (response.value("content-encoding") or "").strip().lower()
    return "" if coding == "identity" else coding


@examines("compression", "docs")
def text_not_compressed(recording: Recording, rule: Rule) -> Judgement:
    """A textual answer over 1 KB that comes as it is, whichever of gzip, br and zstd is asked for."""
    large = list_large(recording)
    if not large:
        seen = sum(1 for step in (STEP, DOCUMENT) for _ in recording.answered(step))
        reason = f"none of {seen} answers that anybody gets is text over 1 KB" if seen else ""
        return Judgement(unproven=reason or recording.explain_unsent("compression") or "nothing was asked for")
    used = [(exchange, response) for exchange, response in large if coding_of(response)]
    exchange, response = (used or large)[0]
    size = len(response.body)
    if used:
        told = [
            f"{coding_of(answer)} ({answer.received} of {len(answer.body)} bytes)"
            for _, answer in used
            if answer.received and not answer.cut
        ]
        proof = f"{name_operation(exchange)} comes in {', '.join(told) or coding_of(used[0][1])}"
        return Judgement(len(large), proof=proof)
    asked = list_asked(large)
    if not asked.issuperset(CODINGS):
        return Judgement(len(large), unproven=f"{size} bytes not in {', '.join(sorted(asked))}: no other was asked for")
    where = exchange.locate(f"Accept-Encoding: {', '.join(CODINGS)}", f"{response.status}, {size} bytes as they are")
    message = f"{name_operation(exchange)} sends {size} bytes of {response.media_type} as they are, although"
    match = make_match(rule, where, f"{message} {', '.join(CODINGS)} were asked for")
    return Judgement(len(large), (match,))


@examines("compression", "docs")
def compression_without_vary(recording: Recording, rule: Rule) -> Judgement:
    """A compressed answer that a shared cache may give to a client that cannot read it."""
    used = [(exchange, response) for exchange, response in list_large(recording) if coding_of(response)]
    bare = [(exchange, response) for exchange, response in used if not varies(response)]
    matches = [
        make_match(
            rule,
            exchange.locate(f"Accept-Encoding: {asked_for(exchange)}", "no Vary: Accept-Encoding"),
            f"{name_operation(exchange)} comes in {coding_of(response)} without Vary: Accept-Encoding",
            [other.locate(got="no Vary: Accept-Encoding") for other, _ in bare[1:]],
        )
        for exchange, response in bare[:1]
    ]
    if not used:
        return Judgement(unproven="no compressed answer was seen")
    return decide(recording, matches, len(used), f"{len(used)} compressed answers vary by Accept-Encoding")


def varies(response: Response) -> bool:
    """Whether a shared cache keeps the codings apart, or keeps nothing."""
    names = {name.strip().lower() for value in response.values("vary") for name in value.split(",")}
    cache = (response.value("cache-control") or "").lower()
    return bool(names & {"accept-encoding", "*"}) or "no-store" in cache or "private" in cache
