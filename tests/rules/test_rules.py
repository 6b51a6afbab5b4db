"""Every example of every built-in rule is a test."""

from __future__ import annotations

from functools import cache, partial

import pytest

from readycheck.audit.known import list_checks
from readycheck.audit.selftest import Case, run_selftest
from readycheck.catalog import load_catalogue
from readycheck.cli.selftest import fix_example
from readycheck.model.rule import Rule

CATALOGUE = load_catalogue(known_checks=list_checks())
EXAMPLES = [
    (rule.id, kind, number)
    for rule in CATALOGUE.rules
    for kind, examples in (("bad", rule.bad), ("good", rule.good))
    for number in range(1, len(examples) + 1)
]


@cache
def run_rule(rule_id: str) -> dict[tuple[str, int], Case]:
    result = run_selftest(CATALOGUE, [rule_id], partial(fix_example, CATALOGUE))
    return {(case.kind, case.number): case for case in result.cases}


@pytest.mark.parametrize(("rule_id", "kind", "number"), EXAMPLES, ids=["-".join(map(str, each)) for each in EXAMPLES])
def test_example_holds(rule_id: str, kind: str, number: int) -> None:
    assert run_rule(rule_id)[kind, number].failure is None


@pytest.mark.parametrize("rule", CATALOGUE.rules, ids=[rule.id for rule in CATALOGUE.rules])
def test_texts_are_sentences_and_titles_are_not(rule: Rule) -> None:
    assert rule.why.endswith(".")
    assert rule.remedy.endswith(".")
    assert not rule.title.endswith(".")
