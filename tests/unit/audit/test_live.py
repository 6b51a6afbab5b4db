"""Live evidence against static: what the running service shows outranks what the code promises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from readycheck.audit.gate import CANNOT_AUDIT, CHANNEL_BROKEN, FAILED, PASSED, decide_exit
from readycheck.audit.settings import FailOn, Require
from readycheck.model.evidence import Match, Observed, RuleError, Scan
from readycheck.model.location import Endpoint
from readycheck.model.report import Notice, Report
from readycheck.model.rule import Rule
from readycheck.model.vocabulary import Channel, Level, Outcome, Polarity, Verdict

if TYPE_CHECKING:
    from tests.unit.audit.conftest import Make

ITEM = "cors"
WHERE = Endpoint("GET", "/v1/things", 3, "Origin: https://evil.example", "200")
NOTHING = Scan("", (), ())


def live(make: Make, **fields: Any) -> Rule:  # noqa: ANN401 - any field of a rule
    return make.rule("live", **{"channel": Channel.HTTP, "item": ITEM, "title": "a foreign origin is let in", **fields})


def static(make: Make) -> Rule:
    return make.control("listed", item=ITEM, title="origins are listed")


def observed(*matches: Match, **fields: Any) -> tuple[Observed, ...]:  # noqa: ANN401 - any field
    return (Observed(Channel.HTTP, matches, **{"examined": {"live": 6}, **fields}),)


def refuted() -> tuple[Observed, ...]:
    return observed(Match("live", WHERE, text=WHERE.sent, message="GET /v1/things lets https://evil.example in"))


def result(make: Make, scan: Scan, *rules: Rule, **beyond: Any) -> tuple[Outcome, str]:  # noqa: ANN401
    report = make.report(scan, make.catalogue(rules), **beyond)
    one = make.result(report, ITEM)
    return one.outcome, one.reason


def test_a_clean_probe_proves_with_what_it_saw(make: Make) -> None:
    seen = observed(proofs={"live": "5 foreign origins are not let in"})

    assert result(make, NOTHING, live(make), observed=seen) == (
        Outcome.PASS,
        "a foreign origin is let in: 5 foreign origins are not let in",
    )


def test_a_match_fails_with_the_exchange(make: Make) -> None:
    outcome, reason = result(make, NOTHING, live(make), observed=refuted())

    assert outcome is Outcome.FAIL
    assert "a foreign origin is let in" in reason
    assert "GET /v1/things" in reason


def test_what_could_not_be_seen_is_unproven_with_its_reason(make: Make) -> None:
    seen = observed(examined={}, reasons={"live": "no credentials were given"})

    assert result(make, NOTHING, live(make), observed=seen) == (
        Outcome.UNPROVEN,
        "a foreign origin is let in: no credentials were given",
    )


def test_a_check_that_broke_is_an_error_of_its_item(make: Make) -> None:
    seen = observed(errors=(RuleError("live", "", "KeyError: 'x'"),))

    outcome, reason = result(make, NOTHING, live(make), observed=seen)

    assert (outcome, "KeyError" in reason) == (Outcome.ERROR, True)


def test_code_that_claims_and_a_service_that_does_not_contradict_each_other(make: Make) -> None:
    scan = make.scan(make.file(matches=(make.match(rule="listed", message="an exact list"),)))

    outcome, reason = result(make, scan, live(make), static(make), observed=refuted())

    assert outcome is Outcome.CONTRADICTED
    assert "lets https://evil.example in" in reason
    assert "although by the code origins are listed: an exact list, at src/app.py:3:1" in reason


def test_what_the_code_proves_stays_proved_if_the_probe_could_not_see(make: Make) -> None:
    scan = make.scan(make.file(matches=(make.match(rule="listed"),)))
    seen = observed(examined={}, reasons={"live": "the budget is used up"})

    assert result(make, scan, live(make), static(make), observed=seen)[0] is Outcome.PASS


def test_a_control_that_the_service_shows_is_not_missing_from_the_code(make: Make) -> None:
    scan = make.scan(make.file(facts=(make.fact("src/app.py:1:1"),)))

    alone = result(make, scan, live(make), static(make))
    seen = result(make, scan, live(make), static(make), observed=observed(proofs={"live": "refused"}))

    assert (alone[0], seen[0]) == (Outcome.FAIL, Outcome.PASS)


def test_a_live_control_without_a_match_proves_and_misses_nothing(make: Make) -> None:
    rule = live(make, polarity=Polarity.CONTROL)
    seen = observed(reasons={"live": "no limit is advertised"})

    assert result(make, NOTHING, rule, observed=seen)[0] is Outcome.UNPROVEN
    assert result(make, NOTHING, rule, observed=refuted())[0] is Outcome.PASS


def test_without_a_project_code_rules_are_said_not_to_have_run(make: Make) -> None:
    report = make.report(NOTHING, make.catalogue([live(make), static(make)]), observed=refuted())

    assert {run.id: run.skipped for run in report.rules} == {"listed": "no project was given", "live": None}


def audited(make: Make, **beyond: Any) -> Report:  # noqa: ANN401
    return make.report(make.scan(make.file()), **beyond)


@pytest.mark.parametrize("require", [None, *Require])
def test_what_is_reached_passes_the_gate(make: Make, require: Require | None) -> None:
    report = audited(make)

    assert (report.verdict, report.level) == (Verdict.READY, Level.GOLD)
    assert decide_exit(report, FailOn.HIGH, require) == PASSED


@pytest.mark.parametrize(
    ("require", "code"),
    [(None, 0), (Require.READY, 0), (Require.BRONZE, 0), (Require.SILVER, 1), (Require.GOLD, 1)],
)
def test_what_is_not_reached_fails_it(make: Make, require: Require | None, code: int) -> None:
    items = [make.item(), make.item("other", "medium")]
    report = make.report(make.scan(make.file()), make.catalogue([make.rule()], items))

    assert report.level is Level.BRONZE
    assert decide_exit(report, FailOn.HIGH, require) == code


def test_an_unproven_high_item_fails_what_demands_readiness(make: Make) -> None:
    report = make.report(make.scan(make.file()), make.catalogue([make.rule()], [make.item(), make.item("other")]))

    assert decide_exit(report, FailOn.HIGH) == PASSED
    assert decide_exit(report, FailOn.HIGH, Require.READY) == FAILED


def test_a_channel_that_broke_is_no_pass(make: Make) -> None:
    report = audited(make, notices=(Notice(CHANNEL_BROKEN, "the service did not answer"),))

    assert decide_exit(report, FailOn.HIGH) == CANNOT_AUDIT


def test_without_a_project_only_what_can_be_seen_from_outside_is_listed(make: Make) -> None:
    items = [make.item(ITEM), make.item("no-console-output"), make.item("unseen")]
    report = make.report(
        NOTHING, make.catalogue([live(make), make.rule()], items), observed=observed(proofs={"live": "refused"})
    )

    assert [(one.item.id, one.outcome) for one in report.items] == [(ITEM, Outcome.PASS)]
    assert (report.verdict, report.level) == (Verdict.INCOMPLETE, None)
    assert [notice.kind for notice in report.notices] == ["beyond-the-probe"]
