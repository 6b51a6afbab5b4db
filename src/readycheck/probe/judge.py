"""From a recording to evidence: every http rule, a pure function on what was recorded."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase

from readycheck.model.evidence import Match, Observed
from readycheck.model.judgement import Judgement, judge_channel
from readycheck.model.rule import Check, ResponseMatch, Rule
from readycheck.model.vocabulary import Channel
from readycheck.probe.checks import find_checks
from readycheck.probe.checks.contract import make_match
from readycheck.probe.exchange import Exchange, Recording, Response


def judge(recording: Recording, rules: Iterable[Rule]) -> Observed:
    """What all http rules say about a recording."""
    return judge_channel(Channel.HTTP, rules, lambda rule: judge_rule(recording, rule))


def judge_rule(recording: Recording, rule: Rule) -> Judgement:
    """One rule's judgement."""
    match rule.detect:
        case Check(function):
            return find_checks()[function](recording, rule)
        case ResponseMatch() as wanted:
            return match_responses(recording, rule, wanted)
        case _:
            raise AssertionError(f"{rule.id}: no detector of the http channel")


def list_topics(rules: Iterable[Rule]) -> set[str] | None:
    """The topics of the plan that http rules need; None if one of them may look at any."""
    topics: set[str] = set()
    for rule in rules:
        if rule.channel is not Channel.HTTP:
            continue
        if isinstance(rule.detect, Check):
            topics |= set(find_checks()[rule.detect.function].topics)
        elif isinstance(rule.detect, ResponseMatch):
            found = {glob.partition("/")[0] for glob in rule.detect.steps}
            if any("*" in topic for topic in found):
                return None
            topics |= found
    return topics


def match_responses(recording: Recording, rule: Rule, wanted: ResponseMatch) -> Judgement:
    """A rule that is all in its YAML: the answers of some steps that have a status, headers, a body."""
    examined = [
        (exchange, response)
        for exchange, response in recording.answered()
        if any(fnmatchcase(exchange.step, glob) for glob in wanted.steps)
    ]
    found = [make_response_match(rule, exchange, response) for exchange, response in examined if fits(wanted, response)]
    if not examined:
        topics = {glob.partition("/")[0] for glob in wanted.steps}
        return Judgement(unproven=recording.explain_unsent(*topics) or "no answer of the kind that it examines")
    return Judgement(len(examined), tuple(found), f"no such answer among {len(examined)}")


def fits(wanted: ResponseMatch, response: Response) -> bool:
    """Whether an answer has all that is wanted."""
    if wanted.status and response.status not in wanted.status:
        return False
    if wanted.body is not None and not re.search(wanted.body, response.text):
        return False
    for name, form in wanted.headers.items():
        values = response.values(name)
        if not values if form is not None else values:
            return False
        if form is not None and not any(re.search(form, value) for value in values):
            return False
    return True


def make_response_match(rule: Rule, exchange: Exchange, response: Response) -> Match:
    """A match of such a rule."""
    where = exchange.locate(got=f"{response.status}")
    return make_match(rule, where, f"{rule.title}: {where.method} {where.path} answered {response.status}")
