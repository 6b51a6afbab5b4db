"""What was found at paths that should give nothing, told by the content and never by the status alone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping

from readycheck.model.judgement import Judgement
from readycheck.model.rule import Rule
from readycheck.probe.checks.contract import decide, examines, make_match, name_operation
from readycheck.probe.exchange import Exchange, Recording, Response
from readycheck.probe.leaks import CREDENTIALS, find_insides, find_severe
from readycheck.probe.plans.leaks import smells
from readycheck.probe.public import is_meant
from readycheck.probe.text import list_genuine

TOPIC = "leaks"
SETTING = re.compile(r"^(?:export )?[A-Z][A-Z0-9_]{2,}=", re.MULTILINE)
COMMIT = re.compile(r"\A(?:ref: refs/|[0-9a-f]{40}\s*\Z)")
FEWEST_SETTINGS = 2
FEWEST_ASKED = 4
OWN = "leaks/known-"
CLOSED = (401, 403, 404, 405, 410, 501)
FIRST_REDIRECT, FIRST_ERROR = 300, 400


def is_settings_file(response: Response) -> bool:
    """Whether an answer is a file of environment variables."""
    return not response.is_page and len(SETTING.findall(response.text)) >= FEWEST_SETTINGS


def is_git_head(response: Response) -> bool:
    """Whether an answer is the HEAD of a git repository."""
    return not response.is_page and bool(COMMIT.search(response.text.strip()))


def has_json_key(*names: str) -> Callable[[Response], bool]:
    """Whether an answer is a JSON object with one of these keys."""

    def test(response: Response) -> bool:
        try:
            value = json.loads(response.text)
        except (ValueError, RecursionError):
            return False
        return isinstance(value, dict) and any(name in value for name in names)

    return test


def holds_credentials(response: Response) -> bool:
    """Whether an answer holds something like a password."""
    return not CREDENTIALS.isdisjoint(find_severe(response.text))


def is_telling(response: Response) -> bool:
    """Whether an answer tells what only a developer wants to know."""
    return any(find_severe(response.text)) or any(find_insides(response.text))


SIGNS: Mapping[str, tuple[Callable[[Response], bool], str]] = {
    "leaks/env": (is_settings_file, "a file of environment variables"),
    "leaks/git": (is_git_head, "a git repository"),
    "leaks/actuator": (has_json_key("propertySources", "activeProfiles"), "the settings of a Spring application"),
    "leaks/config": (holds_credentials, "settings with secrets"),
    "leaks/debug": (is_telling, "what only a developer wants to know"),
}


def describe_find(exchange: Exchange, response: Response) -> str:
    """What an answer is, empty if it is nothing that should be hidden."""
    if exchange.step.startswith(OWN):
        if response.status in CLOSED or FIRST_REDIRECT <= response.status < FIRST_ERROR:
            return ""
        kinds = ", ".join([*find_severe(response.text), *find_insides(response.text)])
        return f"a route for debugging, with {kinds}" if kinds else "a route for debugging"
    sign, name = SIGNS.get(exchange.step, (lambda _: False, ""))
    return name if sign(response) else ""


@examines("leaks", "page")
def debug_route_open(recording: Recording, rule: Rule) -> Judgement:
    """Something for developers is served to anybody."""
    asked = list(recording.answered(TOPIC))
    found = [
        (exchange, response, what)
        for exchange, response in list_found(recording)
        if not is_meant(recording, exchange.request.path) and (what := describe_find(exchange, response))
    ]
    matches = [
        make_match(
            rule,
            exchange.locate("without credentials", f"{response.status}, {what}"),
            f"{name_operation(exchange)} serves {what} to anybody without credentials",
        )
        for exchange, response, what in found
    ]
    if not matches and (reason := find_gap(recording, asked)):
        return Judgement(len(asked), unproven=reason)
    named = sum(exchange.step.startswith(OWN) for exchange, _ in asked)
    proof = f"{len(asked) - named} usual paths give nothing away"
    proof += f", and {named} routes with names for debugging are closed" if named else ""
    return decide(recording, matches, len(asked), proof, TOPIC)


def list_found(recording: Recording) -> list[tuple[Exchange, Response]]:
    """Genuine good answers, and every answer of a route that the service is known to have: an error shows it too."""
    broken = [
        pair for pair in recording.answered(TOPIC) if pair[0].step.startswith(OWN) and pair[1].status >= FIRST_ERROR
    ]
    return [*list_genuine(recording, TOPIC), *broken]


def find_gap(recording: Recording, asked: list[tuple[Exchange, Response]]) -> str:
    """Why closed paths prove nothing: too few were asked, or a route that is called so was not."""
    if len(asked) < FEWEST_ASKED:
        return recording.explain_unsent(TOPIC) or f"only {len(asked)} paths answered"
    seen = {exchange.request.path for exchange, _ in asked}
    missed = [route.path for route in recording.routes if smells(route.path) and route.path not in seen]
    return f"{', '.join(dict.fromkeys(missed[:3]))} was not asked: only GET without parameters is" if missed else ""


@examines("leaks", "page")
def secrets_served(recording: Recording, rule: Rule) -> Judgement:
    """A file or a page with credentials that the service gives to anybody."""
    asked = list(recording.answered(TOPIC))
    matches = []
    for exchange, response in list_genuine(recording, TOPIC):
        kinds = [kind for kind in find_severe(response.text) if kind in CREDENTIALS]
        if kinds:
            told = ", ".join(kinds)
            where = exchange.locate("without credentials", f"{response.status} with {told}")
            matches.append(make_match(rule, where, f"{name_operation(exchange)} gives {told} to anybody"))
    return decide(recording, matches, len(asked), f"no credentials at {len(asked)} paths", TOPIC)
