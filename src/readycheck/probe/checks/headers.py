"""Security headers on every answer, judged by what the answer is: a page needs more than JSON does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping

from readycheck.model.evidence import Match
from readycheck.model.judgement import Judgement
from readycheck.model.rule import Rule
from readycheck.probe.checks.contract import decide, examines, make_match, name_operation
from readycheck.probe.exchange import Exchange, Recording, Response
from readycheck.probe.policies import (
    LEAKY_REFERRERS,
    SAFE_REFERRERS,
    find_weaknesses,
    parse_csp,
    restricts_frames,
    split_values,
)
from readycheck.probe.text import is_good

# Topics whose requests reach the application like any client's; what a parser answers to broken ones is not judged.
ORDINARY = ("page", "health", "docs", "metrics", "leaks", "compression", "cors", "errors", "assets")
FIRST_ERROR = 400
# What a server or a proxy answers before any application sees the request: late, too long, not understood.
NOT_OURS = (408, 414, 431, 501, 505)
NOT_FOUND = 404
WITH_BODY = (200, 201, 202, 203, 206)
Answer = tuple[Exchange, Response]


def list_answers(recording: Recording) -> list[Answer]:
    """Answers with a body that a browser might show: no redirects, no preflights, nothing empty by its status."""
    return [
        (exchange, response)
        for topic in ORDINARY
        for exchange, response in recording.answered(topic)
        if exchange.request.method not in ("OPTIONS", "HEAD", "TRACE")
        and (response.status in WITH_BODY or (response.status >= FIRST_ERROR and response.status not in NOT_OURS))
    ]


@examines("page")
def security_header_missing(recording: Recording, rule: Rule) -> Judgement:
    """Any answer lacks nosniff, or a page protection against framing or a content security policy."""
    answers = list_answers(recording)
    if not answers:
        return decide(recording, (), 0, "", "page")
    matches = tuple(find_missing(rule, answers))
    good = [answer for answer in answers if is_good(answer[1])]
    absent = [answer for answer in answers if answer[1].status == NOT_FOUND]
    if matches:
        return Judgement(len(answers), matches)
    if not good or not absent:
        lacking = "an answer of 2xx" if not good else "an answer of 404"
        return Judgement(len(answers), unproven=f"nothing is missing on {len(answers)} answers, but {lacking} is")
    statuses = ", ".join(map(str, sorted({response.status for _, response in answers})))
    pages = sum(response.is_page for _, response in answers)
    proof = f"nosniff on {len(answers)} answers ({statuses})"
    if pages:
        proof += f", a content security policy and no framing on {pages} pages"
    return Judgement(len(answers), proof=proof)


def find_missing(rule: Rule, answers: list[Answer]) -> Iterator[Match]:
    """A match for each header, at the first answer that lacks it; the others stand in `also`."""
    wanted: Mapping[str, Callable[[Response], bool]] = {
        "X-Content-Type-Options: nosniff": lacks_nosniff,
        "protection against framing (frame-ancestors or X-Frame-Options)": lacks_frame_protection,
        "Content-Security-Policy": lacks_csp,
    }
    for name, lacks in wanted.items():
        found = [answer for answer in answers if lacks(answer[1])]
        if not found:
            continue
        (exchange, response), *others = found
        kind = "page" if response.is_page else response.media_type or "body"
        more = f", nor do {len(others)} more answers" if others else ""
        yield make_match(
            rule,
            exchange.locate(name, f"{response.status} without it"),
            f"{name_operation(exchange)} answers {response.status} ({kind}) without {name}{more}",
            [other.locate(name, f"{answer.status} without it") for other, answer in others],
        )


def lacks_nosniff(response: Response) -> bool:
    """Whether a browser may guess the type of a body."""
    return bool(response.body) and "nosniff" not in split_values(response, "x-content-type-options")[:1]


def lacks_frame_protection(response: Response) -> bool:
    """Whether any site may put the page into a frame; an error page holds nothing to click on."""
    return response.is_page and is_good(response) and not restricts_frames(response)


def lacks_csp(response: Response) -> bool:
    """Whether a page has no policy that is enforced."""
    return response.is_page and not parse_csp(response)


@examines("page")
def csp_weak(recording: Recording, rule: Rule) -> Judgement:
    """A page's content security policy that lets through what it is there to stop, or that is not well formed."""
    pages = [answer for answer in list_answers(recording) if answer[1].is_page and parse_csp(answer[1])]
    if not pages:
        return Judgement(unproven="no page with a content security policy was seen")
    found: dict[str, list[Answer]] = defaultdict(list)
    for answer in pages:
        for fault in judge_csp(answer[1]):
            found[fault].append(answer)
    matches = [
        make_match(
            rule,
            answers[0][0].locate(f"Content-Security-Policy: {fault}", f"{answers[0][1].status}"),
            f"{name_operation(answers[0][0])}: {fault}",
            [exchange.locate(got=f"{response.status}") for exchange, response in answers[1:]],
        )
        for fault, answers in found.items()
    ]
    return decide(recording, matches, len(pages), f"the policies of {len(pages)} pages stop foreign scripts", "page")


def judge_csp(response: Response) -> list[str]:
    """Faults of all policies together: a weakness counts if none of them makes up for it."""
    parsed = parse_csp(response)
    weak = [list(find_weaknesses(one.policy)) for one in parsed]
    shared = [fault for fault in weak[0] if all(any(same(fault, other) for other in others) for others in weak[1:])]
    return list(dict.fromkeys([*shared, *(fault for one in parsed for fault in one.faults)]))


def same(fault: str, other: str) -> bool:
    """Whether two weaknesses let the same thing through, whatever sources they name."""
    return fault.partition(" (")[0] == other.partition(" (")[0]


@examines("page")
def security_header_malformed(recording: Recording, rule: Rule) -> Judgement:
    """A header that is there and that browsers ignore or that says the opposite: wrong value, contradictory, leaky."""
    answers = list_answers(recording)
    found: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        for fault in find_malformed(answer[1]):
            found[fault].append(answer)
    matches = [
        make_match(
            rule,
            places[0][0].locate(fault, f"{places[0][1].status}"),
            f"{name_operation(places[0][0])} answers {places[0][1].status} with {fault}",
            [exchange.locate(got=f"{response.status}") for exchange, response in places[1:]],
        )
        for fault, places in found.items()
    ]
    return decide(recording, matches, len(answers), f"no malformed one on {len(answers)} answers", "page")


def find_malformed(response: Response) -> Iterator[str]:
    """What is wrong with headers of which each has few values."""
    if (sniff := split_values(response, "x-content-type-options")) and sniff[0] != "nosniff":
        yield f"X-Content-Type-Options: {sniff[0][:40]}, which browsers ignore"
    frames = split_values(response, "x-frame-options")
    if len(set(frames)) > 1:
        yield f"contradictory X-Frame-Options: {', '.join(frames)[:60]}"
    elif frames and frames[0] not in ("deny", "sameorigin"):
        yield f"X-Frame-Options: {frames[0][:40]}, which browsers ignore"
    if referrer := split_values(response, "referrer-policy"):
        known = [one for one in referrer if one in SAFE_REFERRERS]
        if not known:
            yield f"Referrer-Policy: {', '.join(referrer)[:60]}, which browsers ignore"
        elif known[-1] in LEAKY_REFERRERS and response.is_page:
            yield f"Referrer-Policy: {known[-1]}, which sends whole addresses to other sites"
