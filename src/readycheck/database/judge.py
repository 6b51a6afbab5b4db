"""From an inspection to evidence: every database rule, a pure function on what was read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from readycheck.database.checks import find_checks
from readycheck.database.checks.contract import Judgement
from readycheck.database.inspection import Inspection
from readycheck.model.evidence import Observed, RuleError
from readycheck.model.rule import Check, Rule
from readycheck.model.vocabulary import Channel


def judge(inspection: Inspection, rules: Iterable[Rule]) -> Observed:
    """What all database rules say about an inspection. A check that breaks is an error of its rule, of no other."""
    judged: dict[str, Judgement] = {}
    errors: list[RuleError] = []
    for rule in rules:
        if rule.channel is not Channel.DATABASE:
            continue
        try:
            judged[rule.id] = judge_rule(inspection, rule)
        except Exception as error:  # noqa: BLE001 - what a check does to a strange catalog must not cost the others
            errors.append(RuleError(rule.id, "", f"{type(error).__name__}: {error}"))
    return Observed(
        Channel.DATABASE,
        tuple(match for one in judged.values() for match in one.matches),
        {name: one.examined for name, one in judged.items()},
        pick(judged, "proof"),
        pick(judged, "unproven"),
        pick(judged, "absent"),
        tuple(errors),
    )


def pick(judged: Mapping[str, Judgement], field: str) -> dict[str, str]:
    """One of the texts of the judgements, by rule, where there is one."""
    return {name: text for name, one in judged.items() if (text := getattr(one, field))}


def judge_rule(inspection: Inspection, rule: Rule) -> Judgement:
    """One rule's judgement."""
    if not isinstance(rule.detect, Check):
        raise TypeError(f"{rule.id}: no detector of the database channel")
    return find_checks()[rule.detect.function](inspection, rule)
