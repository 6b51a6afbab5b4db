from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from readycheck.audit.join import Joined
from readycheck.audit.verdict import decide_level, decide_verdict, measure_coverage, summarise
from readycheck.model.evidence import Evidence
from readycheck.model.report import Coverage, ItemResult
from readycheck.model.vocabulary import Channel, Outcome, Polarity

if TYPE_CHECKING:
    from tests.unit.audit.conftest import Make


def joined(make: Make, text: str) -> list[Joined]:
    """`high:pass medium:fail` as results; `waived` is an unproven item whose absence is waived."""
    results = []
    for number, word in enumerate(text.split()):
        priority, outcome = word.split(":")
        item = make.item(f"item-{number}", priority)
        result = ItemResult(item, Outcome("unproven" if outcome == "waived" else outcome), "", ())
        results.append(Joined(result, outcome == "waived"))
    return results


@pytest.mark.parametrize(
    ("items", "verdict", "level"),
    [
        ("high:pass medium:pass low:pass", "ready", "gold"),
        ("high:pass medium:pass low:unproven", "ready", "silver"),
        ("high:pass medium:fail low:pass", "ready", "bronze"),
        ("high:pass medium:unproven low:pass", "ready", "bronze"),
        ("high:attested high:not-applicable high:waived medium:pass", "ready", "gold"),
        ("high:pass high:unproven medium:pass low:pass", "incomplete", None),
        ("high:pass high:error", "incomplete", None),
        ("high:unproven high:fail", "not-ready", None),
        ("high:contradicted high:pass", "not-ready", None),
        ("medium:pass", "incomplete", "gold"),
        ("", "incomplete", None),
    ],
)
def test_verdict_and_level(make: Make, items: str, verdict: str, level: str | None) -> None:
    assert decide_verdict(joined(make, items)) == verdict
    assert decide_level(joined(make, items)) == level


def test_the_summary_has_every_outcome_and_the_suppressed(make: Make) -> None:
    findings = [make.finding(), make.finding(by="inline"), make.finding(by="waiver")]
    assert summarise(joined(make, "high:pass low:pass low:fail"), findings) == {
        "pass": 2,
        "fail": 1,
        "contradicted": 0,
        "unproven": 0,
        "not-applicable": 0,
        "attested": 0,
        "error": 0,
        "suppressed": 2,
    }


def test_coverage_counts_by_the_strongest_evidence(make: Make) -> None:
    def result(outcome: Outcome, *evidence: tuple[Channel, Outcome]) -> Joined:
        rows = [Evidence("r", channel, Polarity.CONTROL, said, 1, "") for channel, said in evidence]
        return Joined(ItemResult(make.item(), outcome, "", tuple(rows)))

    code, http = (Channel.CODE, Outcome.PASS), (Channel.HTTP, Outcome.PASS)
    items = [
        result(Outcome.PASS, code),
        result(Outcome.PASS, code, http),
        result(Outcome.PASS, code, (Channel.HTTP, Outcome.UNPROVEN)),
        result(Outcome.CONTRADICTED, code, (Channel.DATABASE, Outcome.FAIL)),
        result(Outcome.FAIL, (Channel.CODE, Outcome.FAIL)),
        result(Outcome.ATTESTED, (Channel.ATTESTATION, Outcome.ATTESTED)),
        result(Outcome.UNPROVEN),
        result(Outcome.ERROR),
        result(Outcome.NOT_APPLICABLE),
    ]
    assert measure_coverage(items) == Coverage(live=2, code=3, attested=1, unproven=2)
