"""Taking a hardening of the reference backend away is noticed, and changes no other item."""

from __future__ import annotations

from collections import Counter

import pytest

from readycheck.catalog import load_catalogue
from tests.mutants.runner import Verdict, examine_all, list_mutants

pytestmark = pytest.mark.e2e

MUTANTS = {mutant.name: mutant for mutant in list_mutants()}
OPEN: dict[str, str] = {}
"""Mutants that survive, each with the reason."""
CASES = [
    pytest.param(name, marks=pytest.mark.xfail(reason=OPEN[name], strict=True)) if name in OPEN else name
    for name in sorted(MUTANTS)
]


@pytest.fixture(scope="module")
def verdicts() -> dict[str, Verdict]:
    return {verdict.mutant.name: verdict for verdict in examine_all(tuple(MUTANTS.values()))}


def test_every_mutant_names_an_item() -> None:
    known = {item.id for item in load_catalogue().items}

    assert {item for mutant in MUTANTS.values() for item in (mutant.item, *mutant.also)} <= known
    assert len(MUTANTS) >= 100


def test_important_items_have_several() -> None:
    counts = Counter(mutant.item for mutant in MUTANTS.values())
    important = (
        "rate-limiting",
        "cors",
        "jwt-secret",
        "object-ownership",
        "error-leakage",
        "body-limit",
        "health-check",
    )

    assert {item: counts[item] for item in important if counts[item] < 2} == {}


@pytest.mark.parametrize("name", CASES)
def test_a_mutant_is_noticed_and_nothing_else_changes(verdicts: dict[str, Verdict], name: str) -> None:
    verdict = verdicts[name]

    assert verdict.is_killed, verdict.reason
    assert dict(verdict.collateral) == {}
