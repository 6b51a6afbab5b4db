"""Taking a hardening of the running reference backend away is noticed, also where its code still claims it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from readycheck.catalog import load_catalogue
from readycheck.model.vocabulary import Outcome
from tests.mutants.live import LiveLaboratory, list_live, open_laboratory
from tests.mutants.runner import Laboratory

pytestmark = pytest.mark.e2e

MUTANTS = {mutant.name: mutant for mutant in list_live()}
# One of each kind of topic here, which takes a minute; `make mutants` examines all.
SOME = (
    "body-limit-not-in-chunks",
    "compression-without-vary",
    "cors-origin-reflected",
    "error-404-is-a-page",
    "headers-lost-on-a-copy",
    "health-says-down-with-200",
    "limit-answer-dropped",
    "log-no-json",
    "request-id-hostile-kept",
    "token-known-by-its-signature",
)
NAMES = sorted(MUTANTS) if os.environ.get("READYCHECK_ALL_MUTANTS") else SOME


@pytest.fixture(scope="module")
def laboratory() -> Iterator[LiveLaboratory]:
    with open_laboratory(narrow=True) as running:
        yield running


def test_every_live_mutant_names_an_item() -> None:
    known = {item.id for item in load_catalogue().items}

    assert {item for mutant in MUTANTS.values() for item in mutant.items} <= known
    assert len(MUTANTS) >= 40


def test_code_still_claims_what_many_of_them_took_away() -> None:
    counts = Counter(mutant.outcome for mutant in MUTANTS.values())

    assert counts[Outcome.CONTRADICTED.value] >= 10
    assert counts[Outcome.FAIL.value]


def test_every_live_mutant_applies(tmp_path: Path) -> None:
    copy = Laboratory(tmp_path)

    for mutant in MUTANTS.values():
        copy.apply(mutant.patch, "--check")


@pytest.mark.parametrize("name", NAMES)
def test_a_live_mutant_is_noticed_and_nothing_else_changes(laboratory: LiveLaboratory, name: str) -> None:
    found = laboratory.examine(MUTANTS[name])

    assert found.verdict.outcome == found.mutant.outcome, found.verdict.reason
    assert found.is_killed
    assert dict(found.verdict.collateral) == {}
