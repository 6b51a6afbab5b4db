"""What may be kept of answers that belong to one user."""

from __future__ import annotations

from collections.abc import Mapping

from readycheck.model.judgement import Judgement
from readycheck.model.rule import Rule
from readycheck.probe.checks.contract import examines, make_match, name_operation
from readycheck.probe.exchange import Exchange, Recording, Response
from readycheck.probe.text import is_good


@examines("page")
def private_answer_shared(recording: Recording, rule: Rule) -> Judgement:
    """An answer to a caller with credentials that a cache between may give to somebody else."""
    answers = [
        (exchange, response)
        for exchange, response in recording.answered("page")
        if exchange.request.who and is_good(response)
    ]
    if not answers:
        reason = recording.explain_unsent("page/private")
        return Judgement(unproven=reason or "no answer to a caller with credentials was seen")
    matches = tuple(
        make_match(
            rule,
            exchange.locate(f"credentials of user {exchange.request.who}", f"{response.status}, {fault}"),
            f"{name_operation(exchange)} answers a caller with credentials with {fault}: a cache may give it to others",
        )
        for exchange, response in answers
        if (fault := judge_caching(exchange, response))
    )
    told = ", ".join(dict.fromkeys(response.value("cache-control") or "none" for _, response in answers))
    if matches:
        return Judgement(len(answers), matches)
    if any(not is_kept_private(response) for _, response in answers):
        reason = f"Cache-Control: {told}; shared caches keep no answer to Authorization, but browsers may"
        return Judgement(len(answers), unproven=reason)
    return Judgement(len(answers), proof=f"{len(answers)} answers to callers with credentials: Cache-Control {told}")


def judge_caching(exchange: Exchange, response: Response) -> str:
    """Why a shared cache may keep an answer, empty if it may not (RFC 9111, 3.5)."""
    directives = read_directives(response)
    if directives.keys() & {"no-store", "private", "no-cache"}:
        return ""
    value = response.value("cache-control") or ""
    authorized = any(name.lower() == "authorization" for name, _ in exchange.request.headers)
    if directives.keys() & {"public", "s-maxage", "must-revalidate"} or (not authorized and "max-age" in directives):
        return f"Cache-Control: {value[:60]}"
    if not authorized and not directives and "cookie" not in (response.value("vary") or "").lower():
        return "no Cache-Control"
    return ""


def is_kept_private(response: Response) -> bool:
    """Whether an answer says that nobody but the caller may keep it."""
    return bool(read_directives(response).keys() & {"no-store", "private"})


def read_directives(response: Response) -> Mapping[str, str]:
    """The directives of Cache-Control."""
    parts = [part.strip().lower() for value in response.values("cache-control") for part in value.split(",")]
    return {name: value for name, _, value in (part.partition("=") for part in parts) if name}
