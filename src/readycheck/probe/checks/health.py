"""What health routes say, and what they say too much."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from readycheck.model.judgement import Judgement
from readycheck.model.rule import Json, Rule
from readycheck.probe.checks.contract import decide, examines, make_match, name_operation
from readycheck.probe.exchange import Exchange, Recording, Response
from readycheck.probe.leaks import find_insides, find_severe
from readycheck.probe.text import is_good, list_genuine

TOPIC = "health"
DOWN = frozenset(
    {"down", "error", "errored", "fail", "failed", "failing", "unhealthy", "unavailable", "disconnected", "unreachable",
     "dead", "critical", "not ready", "not_ready", "broken"}
)  # fmt: skip
VERDICTS = frozenset({"status", "state", "health", "healthy", "ok", "ready", "up", "alive"})
OPTIONAL = frozenset({"features", "flags", "optional", "jobs", "queue"})
PARTIAL = frozenset({"degraded", "warn", "warning", "partial", "partially available"})
DATABASE = re.compile(r"(?i)database|(?:^|[._-])db(?:$|[._-])|postgres|mysql|maria|mongo|sql")
UNAVAILABLE, FIRST_SERVER_ERROR = 503, 500
DEEPEST = 4
NONE = "none of the health routes that were asked answers"


def list_health(recording: Recording) -> list[tuple[Exchange, Response]]:
    """Good answers of health routes: no page of an application that answers everything."""
    return [answer for answer in list_genuine(recording, TOPIC) if not answer[1].is_page]


def find_health(recording: Recording) -> list[tuple[Exchange, Response]]:
    """Answers of health routes, also those that say that the service is not ready, or that broke."""
    away = [pair for pair in recording.answered(TOPIC) if pair[1].status >= FIRST_SERVER_ERROR]
    return [*list_health(recording), *away]


def explain_none(recording: Recording) -> str:
    """Why no health route was seen."""
    asked = dict.fromkeys(exchange.request.path for exchange in recording.about(TOPIC))
    return f"{NONE} ({', '.join(asked)})" if asked else recording.explain_unsent(TOPIC) or NONE


@examines("health", "page")
def health_lies(recording: Recording, rule: Rule) -> Judgement:
    """A health route whose body says that something is down while its status says that all is well."""
    answers = list_health(recording)
    matches = [
        make_match(
            rule,
            exchange.locate("", f"{response.status}, {told}"),
            f"{name_operation(exchange)} answers {response.status} and says {told}",
        )
        for exchange, response in answers
        if (told := next(find_down(response), ""))
    ]
    proof = f"{', '.join(name_operation(exchange) for exchange, _ in answers)}: status and body agree"
    judged = decide(recording, matches, len(answers), proof, TOPIC)
    return judged if answers else Judgement(unproven=explain_none(recording))


def find_down(response: Response) -> Iterator[str]:
    """What a body says is down: `database: down`."""
    try:
        value: Json = json.loads(response.text)
    except (ValueError, RecursionError):
        word = response.text.strip().lower().rstrip(".!")
        if word in DOWN:
            yield word
        return
    found = walk_down(value, "", DEEPEST)
    yield from (told for told in found if not is_degraded(value) or DATABASE.search(told.partition(":")[0]))


def is_degraded(value: Json) -> bool:
    """Whether a body says as a whole that the service works with less: then a part may be down, but no database."""
    words = [part for key, part in value.items() if key.lower() in VERDICTS] if isinstance(value, dict) else []
    return any(isinstance(word, str) and word.strip().lower() in PARTIAL for word in words)


def walk_down(value: Json, name: str, depth: int) -> Iterator[str]:
    """The parts of a JSON body that say so; what is marked as optional may be down."""
    if isinstance(value, str) and value.strip().lower() in DOWN:
        yield f"{name or 'status'}: {value.strip()}"
    elif value is False and name.rpartition(".")[2].lower() in VERDICTS | {"database", "db", "postgres", "redis"}:
        yield f"{name}: false"
    elif depth and isinstance(value, dict):
        for key, part in value.items():
            if key.lower() not in OPTIONAL:
                yield from walk_down(part, f"{name}.{key}" if name else key, depth - 1)
    elif depth and isinstance(value, list):
        for part in value:
            yield from walk_down(part, name, depth - 1)


@examines("health", "page")
def health_leaks(recording: Recording, rule: Rule) -> Judgement:
    """A health route that gives away credentials, stacks or the insides of the network to anybody."""
    answers = find_health(recording)
    matches = []
    for exchange, response in answers:
        kinds = [*find_severe(response.text), *find_insides(response.text)]
        if kinds:
            told = ", ".join(kinds)
            where = exchange.locate("", f"{response.status} with {told}")
            matches.append(make_match(rule, where, f"{name_operation(exchange)} gives away {told}"))
    proof = f"{', '.join(name_operation(exchange) for exchange, _ in answers)}: nothing is given away"
    judged = decide(recording, matches, len(answers), proof, TOPIC)
    return judged if answers else Judgement(unproven=explain_none(recording))


@examines("health", "page")
def health_broken(recording: Recording, rule: Rule) -> Judgement:
    """A known health route that answers with an error of the server other than 503, or that wants credentials."""
    known = {route.path for route in recording.routes if route.method in ("GET", "ANY")}
    answers = list(recording.answered(TOPIC))
    bad = [
        (exchange, response)
        for exchange, response in answers
        if (response.status >= FIRST_SERVER_ERROR and response.status != UNAVAILABLE)
        or (response.status == 404 and exchange.request.path in known)  # noqa: PLR2004 - not found
    ]
    matches = [
        make_match(
            rule,
            exchange.locate("", f"{response.status}"),
            f"{name_operation(exchange)} answers {response.status}: whoever asks it learns nothing about the service",
        )
        for exchange, response in bad
    ]
    good = [exchange for exchange, response in answers if is_good(response) or response.status == UNAVAILABLE]
    proof = f"{', '.join(map(name_operation, good))}: answered as a health route should"
    return decide(recording, matches, len(good), proof, TOPIC) if good or bad else Judgement(
        unproven=explain_none(recording)
    )  # fmt: skip
