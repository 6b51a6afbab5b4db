"""Taking a hardening of the reference backend away is noticed, and changes no other item."""

from __future__ import annotations

import os
from collections import Counter

import pytest

from readycheck.catalog import load_catalogue
from tests.mutants.runner import Verdict, examine_all, list_mutants

pytestmark = pytest.mark.e2e

MUTANTS = {mutant.name: mutant for mutant in list_mutants()}
FIRST = {mutant.item: name for name, mutant in reversed(MUTANTS.items())}
# One of each item here, which takes a minute; `make mutants` examines all.
NAMES = sorted(MUTANTS if os.environ.get("READYCHECK_ALL_MUTANTS") else FIRST.values())


@pytest.fixture(scope="module")
def verdicts() -> dict[str, Verdict]:
    return {verdict.mutant.name: verdict for verdict in examine_all([MUTANTS[name] for name in NAMES])}


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


@pytest.mark.parametrize("name", NAMES)
def test_a_mutant_is_noticed_and_nothing_else_changes(verdicts: dict[str, Verdict], name: str) -> None:
    verdict = verdicts[name]

    assert verdict.is_killed, verdict.reason
    assert dict(verdict.collateral) == {}
