"""From an inspection to evidence: every database rule, a pure function on what was read."""

from __future__ import annotations

from collections.abc import Iterable

from readycheck.database.checks import find_checks
from readycheck.database.inspection import Inspection
from readycheck.model.evidence import Observed
from readycheck.model.judgement import Judgement, judge_channel
from readycheck.model.rule import Check, Rule
from readycheck.model.vocabulary import Channel


def judge(inspection: Inspection, rules: Iterable[Rule]) -> Observed:
    """What all database rules say about an inspection."""
    return judge_channel(Channel.DATABASE, rules, lambda rule: judge_rule(inspection, rule))


def judge_rule(inspection: Inspection, rule: Rule) -> Judgement:
    """One rule's judgement."""
    if not isinstance(rule.detect, Check):
        raise TypeError(f"{rule.id}: no detector of the database channel")
    return find_checks()[rule.detect.function](inspection, rule)
