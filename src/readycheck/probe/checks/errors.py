"""What wrong requests are answered: a client's error, in one shape, and nothing about the inside."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from readycheck.model.evidence import Match
from readycheck.model.judgement import Judgement
from readycheck.model.rule import Json, Rule
from readycheck.probe.checks.contract import decide, examines, make_match
from readycheck.probe.exchange import Exchange, Recording, Response
from readycheck.probe.inside import find_inside
from readycheck.probe.plans.page import ABSENT

CLIENT_ERROR, SERVER_ERROR = 400, 500
# Not written down, not of this version, not now: none of them says that the service broke on what it was sent.
NO_FAULT = frozenset({501, 503, 505})
# What a server or a proxy answers before the service sees anything.
BEFORE = ("errors/long", "methods/trace", "methods/unknown", "bodies/announced")
BAD = ("errors", "bodies", "markup", "ids", "guards", "tokens")
SENT_WRONG = ("errors", "bodies")
# Scenarios with a started process: what it answers while it ends, or without its database, is another matter.
STAGED = ("start", "log/", "cut-", "hang-", "late-", "drain/", "resources/")
FEW = 4
# What a proxy may answer by itself: the service behind it never saw the request, or gave no answer.
PROXY_STATUSES = frozenset({413, 414, 431, 502, 504})
PROXY_PAGE = re.compile(
    r"<center>(?:nginx|openresty|cloudflare)|<address>Apache/|\bHAProxy\b|Varnish cache server", re.IGNORECASE
)
UNREAD = frozenset({401, 403, 404, 405, 429})
Answer = tuple[Exchange, Response]


def answers_about(recording: Recording, *topics: str) -> list[Answer]:
    """The answers of some topics."""
    return [pair for topic in topics for pair in recording.answered(topic)]


@examines("page", "errors", "guards", "bodies")
def error_shows_inside(recording: Recording, rule: Rule) -> Judgement:
    """An error answer holds a stack trace, SQL, a file's path or a debug page."""
    errors = [pair for pair in recording.answered() if pair[1].status >= CLIENT_ERROR]
    matches = [match for exchange, response in errors for match in find_shown(rule, exchange, response)]
    if matches:
        return Judgement(len(errors), tuple(one_of_each(matches)))
    statuses = sorted({response.status for _, response in errors})
    provoked = {exchange.step for exchange, _ in errors if exchange.step.partition("/")[0] in SENT_WRONG}
    listed = ", ".join(map(str, statuses))
    if len(provoked) < FEW:
        reason = recording.explain_unsent(*SENT_WRONG) or "too few wrong requests were answered with an error"
        return Judgement(len(errors), unproven=f"{reason}; {len(errors)} error answers ({listed}) show nothing")
    return Judgement(len(errors), proof=f"{len(errors)} error answers ({listed}) show no stack, no SQL and no path")


def find_shown(rule: Rule, exchange: Exchange, response: Response) -> Iterator[Match]:
    """What one error answer shows."""
    found = find_inside(response.text, exchange.request.target)
    if found is None:
        return
    where = exchange.locate(tell(exchange), f"{response.status} with {found.kind}")
    yield make_match(
        rule, where, f"{name_short(exchange)} answers {response.status} with {found.kind}: {found.excerpt}"
    )


def one_of_each(matches: Iterable[Match]) -> list[Match]:
    """Of matches that say the same about the same path, the first."""
    return list({(getattr(one.where, "path", ""), one.text): one for one in reversed(list(matches))}.values())[::-1]


def tell(exchange: Exchange) -> str:
    """What was wrong with a request, by its step."""
    return SAID.get(exchange.step, "")


SAID = {
    "page/absent": "a path that is not there",
    "page/method": "a method that is not allowed",
    "errors/absent": "a path that is not there",
    "errors/id": "an id of the wrong shape",
    "errors/null": "a null character in the path",
    "errors/bytes": "bytes in the path that are no UTF-8",
    "errors/query": "a query of wrong types and a broken Accept header",
    "errors/long": "a path of 9 KB",
    "bodies/malformed": "JSON that ends too early",
    "bodies/shape": "a JSON list",
    "bodies/types": "fields of wrong types",
    "bodies/bytes": "a body that is no UTF-8",
    "bodies/deep": "JSON of 20,000 levels",
    "bodies/large": "a body of more than 10 MB",
    "bodies/chunked": "a body of more than 10 MB in chunks",
    "bodies/announced": "the announcement of a terabyte",
    "markup/query": "markup in the query",
    "markup/path": "markup in the path",
    "ids/long": "a request id of 300 characters",
    "ids/nasty": "a request id with quotes and markup",
    "guards/garbage": "a token that is none",
    "tokens/altered": "a token whose claims were changed",
    "tokens/unsigned": "a token without a signature",
    "methods/trace": "TRACE",
    "methods/unknown": "a method that nobody knows",
}


def name_short(exchange: Exchange) -> str:
    """The operation, with what was wrong about it; long targets are cut."""
    target = exchange.request.target
    named = f"{exchange.request.method} {target if len(target) < 80 else target[:40] + '...'}"  # noqa: PLR2004 - a line
    said = tell(exchange)
    return f"{named} ({said})" if said else named


@examines("errors", "bodies", "guards")
def bad_input_breaks(recording: Recording, rule: Rule) -> Judgement:
    """Wrong input is answered as if the service were at fault."""
    answers = answers_about(recording, *BAD)
    matches = [
        make_match(
            rule,
            exchange.locate(tell(exchange), f"{response.status}"),
            f"{name_short(exchange)} answers {response.status}: the service breaks on what it should refuse",
        )
        for exchange, response in answers
        if response.status >= SERVER_ERROR and response.status not in NO_FAULT
    ]
    wrong = [
        pair for pair in answers if pair[0].step.partition("/")[0] in SENT_WRONG and pair[0].step != "bodies/announced"
    ]
    if not matches and not reaches_input(wrong):
        reason = recording.explain_unsent(*SENT_WRONG) or "no wrong input got past sign-in to what would validate it"
        return Judgement(len(wrong), unproven=reason)
    if not matches and (reason := explain_bodies(recording)):
        return Judgement(len(wrong), unproven=f"{len(wrong)} wrong requests broke nothing, but {reason}")
    listed = ", ".join(dict.fromkeys(str(response.status) for _, response in wrong))
    return decide(recording, matches, len(wrong), f"{len(wrong)} wrong requests are answered {listed}", *SENT_WRONG)


def reaches_input(answers: Iterable[Answer]) -> bool:
    """Whether some wrong path, query or body was looked at by the service itself."""
    seen = [(exchange.step, response.status) for exchange, response in answers]
    return any(status in (400, 413, 415, 422) for step, status in seen if step not in BEFORE)


def explain_bodies(recording: Recording) -> str:
    """Why nothing is known about bodies, if there are routes that take some."""
    if not any(route.method in ("POST", "PUT", "PATCH") for route in recording.routes):
        return ""
    known = [pair for pair in recording.answered("bodies") if pair[1].status not in UNREAD]
    if any(exchange.request.body for exchange, _ in known):
        return ""
    return recording.explain_unsent("bodies") or "no bad body got past sign-in to what would validate it"


@examines("bodies")
def bad_body_taken(recording: Recording, rule: Rule) -> Judgement:
    """A body that no route can mean is answered with success."""
    steps = ("bodies/malformed", "bodies/shape", "bodies/types", "bodies/bytes", "bodies/deep")
    answers = [pair for step in steps for pair in recording.answered(step) if pair[1].status not in UNREAD]
    matches = [
        make_match(
            rule,
            exchange.locate(tell(exchange), f"{response.status}"),
            f"{name_short(exchange)} answers {response.status}: it takes {tell(exchange)}",
        )
        for exchange, response in answers
        if response.status < 300  # noqa: PLR2004 - success
    ]
    return decide(recording, matches, len(answers), f"{len(answers)} bad bodies are refused", "bodies")


@examines("page", "errors", "guards", "bodies")
def errors_of_many_shapes(recording: Recording, rule: Rule) -> Judgement:
    """Error answers of the API that are no JSON although the others are, or that share no field."""
    folders = find_api(recording)
    errors = [
        (exchange, response)
        for exchange, response in recording.answered()
        if response.status >= CLIENT_ERROR and is_of_api(exchange, folders) and not may_be_proxy(response)
    ]
    shapes = [(exchange, response, read_fields(response)) for exchange, response in errors]
    kinds = {(response.status, exchange.step.partition("/")[0]) for exchange, response in errors}
    odd = list(find_odd(rule, shapes)) if any(fields for *_, fields in shapes) or folders else []
    if odd:
        return Judgement(len(errors), tuple(one_of_each(odd)))
    if len({status for status, _ in kinds}) < 2 or len(errors) < FEW:  # noqa: PLR2004 - one alone is no pattern
        known = recording.explain_unsent("errors", "bodies")
        return Judgement(len(errors), unproven=known or "too few different errors of the API were seen")
    shared = sorted(set.intersection(*(set(fields) for *_, fields in shapes if fields != ("...",))))
    statuses = ", ".join(map(str, sorted({status for status, _ in kinds})))
    proof = f"{len(errors)} errors of the API ({statuses}) are JSON of one shape ({', '.join(shared)})"
    return Judgement(len(errors), proof=proof)


def find_api(recording: Recording) -> set[str]:
    """The first parts of the paths under which the service answers JSON."""
    return {
        first_part(exchange.request.path)
        for exchange, response in recording.answered()
        if response.is_json and response.text.lstrip()[:1] in ("{", "[") and first_part(exchange.request.path)
        and not exchange.request.path.startswith("/readycheck-")
    } | ({first_part(ABSENT)} if starts_without_page(recording) else set())  # fmt: skip


def starts_without_page(recording: Recording) -> bool:
    """Whether the service has no start page, so that all of it is API."""
    return any(response.is_json for _, response in recording.answered("page/start"))


def may_be_proxy(response: Response) -> bool:
    """Whether the answer is one that a proxy in front gives without asking the service."""
    return not response.is_json and bool(response.status in PROXY_STATUSES or PROXY_PAGE.search(response.text[:2_000]))


def first_part(path: str) -> str:
    """`api` of `/api/v1/things`."""
    return path.lstrip("/").partition("/")[0]


def is_of_api(exchange: Exchange, folders: set[str]) -> bool:
    """Whether the service itself answered for its API: no page was asked for, and no server refused it before."""
    asked = exchange.request
    if exchange.step in BEFORE or exchange.step.startswith(("markup/", "cors/preflight", "sockets/", *STAGED)):
        return False
    return asked.method not in ("HEAD", "OPTIONS", "TRACE") and first_part(asked.path) in folders


def read_fields(response: Response) -> tuple[str, ...]:
    """The names of the fields of a JSON error, sorted; empty if it is none, `...` if it was cut."""
    if response.is_json and response.cut:
        return ("...",)
    if not response.is_json:
        return ()
    try:
        value: Json = json.loads(response.text)
    except (ValueError, RecursionError):
        return ()
    return tuple(sorted(value)) if isinstance(value, dict) else ()


def find_odd(rule: Rule, shapes: list[tuple[Exchange, Response, tuple[str, ...]]]) -> Iterator[Match]:
    """The errors that are no JSON object, and those that share no field with the first that is one."""
    first = next((one for one in shapes if one[2] not in ((), ("...",))), None)
    shared = set(first[2]) if first else set()
    for exchange, response, fields in shapes:
        if not fields:
            what = response.media_type or ("no type" if response.body else "an empty body")
            message = f"{name_short(exchange)} answers {response.status} with {what}, where the API answers JSON"
            yield make_match(rule, exchange.locate(tell(exchange), f"{response.status}, {what}"), message)
        elif fields == ("...",):
            continue
        elif first and not shared & set(fields):
            told = f"{{{', '.join(fields)}}}"
            usual = f"{{{', '.join(first[2])}}} of {first[0].request.method} {first[0].request.path}"
            message = f"{name_short(exchange)} answers {response.status} with the fields {told}, unlike {usual}"
            yield make_match(rule, exchange.locate(tell(exchange), f"{response.status} {told}"), message)
        else:
            shared &= set(fields)
