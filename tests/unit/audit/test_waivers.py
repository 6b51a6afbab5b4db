from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from readycheck.audit.waivers import Waiver, apply_waivers, review_waivers
from readycheck.model.finding import Suppressed
from readycheck.model.location import Endpoint

if TYPE_CHECKING:
    from tests.unit.audit.conftest import Make

TODAY = date(2031, 5, 20)
WAIVER = Waiver("Ann", "old client", date(2031, 12, 31), rule="print-call")
RAN = {"print-call": "no-console-output"}


def covered(make: Make, waiver: Waiver, **fields: Any) -> bool:  # noqa: ANN401 - any field
    (marked,), _ = apply_waivers([make.finding(**fields)], [waiver], TODAY)
    return marked.suppressed is not None


def said(make: Make, waiver: Waiver, ran: dict[str, str] | None = None, **fields: Any) -> list[str]:  # noqa: ANN401
    _, uses = apply_waivers([make.finding(**fields)], [waiver], TODAY)
    return [f"{notice.kind}: {notice.message}" for notice in review_waivers(uses, TODAY, RAN if ran is None else ran)]


def test_a_waived_finding_names_owner_reason_and_end(make: Make) -> None:
    (marked,), _ = apply_waivers([make.finding()], [WAIVER], TODAY)
    assert marked == replace(make.finding(), suppressed=Suppressed("waiver", "old client", date(2031, 12, 31), "Ann"))


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ({"rule": "print-call"}, True),
        ({"rule": "print"}, False),
        ({"item": "no-console-output"}, True),
        ({"item": "error-handling"}, False),
        ({"fingerprint": "a" * 20}, True),
        ({"fingerprint": "b" * 20}, False),
        ({"rule": "print-call", "path": "src/**"}, True),
        ({"rule": "print-call", "path": "app.py"}, True),
        ({"rule": "print-call", "path": "tools/**"}, False),
    ],
)
def test_what_a_waiver_names(make: Make, target: dict[str, str], *, expected: bool) -> None:
    assert covered(make, Waiver("Ann", "why", date(2032, 1, 1), **target)) is expected


def test_a_path_names_no_endpoint(make: Make) -> None:
    assert not covered(make, replace(WAIVER, path="**"), where=Endpoint("GET", "/x"))


def test_the_last_day_still_holds_and_the_next_does_not(make: Make) -> None:
    assert covered(make, replace(WAIVER, until=TODAY))
    assert not covered(make, replace(WAIVER, until=date(2031, 5, 19)))


def test_an_ended_waiver_says_so_with_what_returns(make: Make) -> None:
    ended = replace(WAIVER, until=date(2031, 5, 1), path="src/**")
    assert said(make, ended)[0] == (
        "expired-waiver: the waiver for print-call in src/** (owner Ann) ended on 2031-05-01: "
        "1 finding no longer waived; renew it or remove it"
    )
    assert "it names nothing" in said(make, replace(ended, path="x/**"))[0]


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        (date(2031, 6, 4), []),
        (date(2031, 6, 3), ["in 14 days, on 2031-06-03"]),
        (date(2031, 5, 21), ["in 1 day, on 2031-05-21"]),
        (TODAY, ["today"]),
    ],
)
def test_the_end_is_announced_two_weeks_before(make: Make, until: date, expected: list[str]) -> None:
    assert said(make, replace(WAIVER, until=until)) == [
        f"waiver-ends-soon: the waiver for print-call (owner Ann) ends {when}" for when in expected
    ]


def test_a_waiver_of_no_use_is_reported_if_its_rule_ran(make: Make) -> None:
    unused = ["unused-waiver: the waiver for print-call in x/** (owner Ann) names no finding"]
    assert said(make, replace(WAIVER, path="x/**")) == unused
    assert said(make, replace(WAIVER, path="x/**"), {"console-call": "no-console-output"}) == []
    assert said(make, replace(WAIVER, rule=None, item="backups")) == []


def test_a_comment_comes_first_but_the_waiver_counts_as_used(make: Make) -> None:
    (marked,), uses = apply_waivers([make.finding(by="inline")], [WAIVER], TODAY)
    assert marked.suppressed == Suppressed("inline", "reason")
    assert review_waivers(uses, TODAY, RAN) == []
