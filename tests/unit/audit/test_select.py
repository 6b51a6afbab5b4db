from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from readycheck.audit.errors import SettingsError
from readycheck.audit.select import check_waivers, select_rules
from readycheck.audit.waivers import Waiver
from readycheck.model.rule import Catalogue, Section

if TYPE_CHECKING:
    from tests.unit.audit.conftest import Make


@pytest.fixture
def catalogue(make: Make) -> Catalogue:
    rules = [
        make.rule("print-call"),
        make.rule("print-call-in-view"),
        make.rule("debug-mode-on", item="error-leakage"),
        make.control(),
    ]
    items = [
        make.item("no-console-output"),
        make.item("structured-logger"),
        make.item("error-leakage", section="errors"),
    ]
    whole = make.catalogue(rules, items)
    return Catalogue((*whole.sections, Section("errors", "Errors")), whole.items, whole.rules, whole.digest)


@pytest.mark.parametrize(
    ("select", "ignore", "expected"),
    [
        ([], [], ["debug-mode-on", "print-call", "print-call-in-view", "structured-logger-used"]),
        (["print-call"], [], ["print-call"]),
        (["no-console-output"], [], ["print-call", "print-call-in-view"]),
        (["errors", "print-call"], [], ["debug-mode-on", "print-call"]),
        (["logging"], ["print-call"], ["print-call-in-view", "structured-logger-used"]),
        ([], ["logging"], ["debug-mode-on"]),
    ],
)
def test_ids_of_rules_items_and_sections_select_exactly(
    catalogue: Catalogue, select: list[str], ignore: list[str], expected: list[str]
) -> None:
    chosen = select_rules(catalogue, select, ignore)
    assert [rule.id for rule in chosen.rules] == expected
    assert chosen.items == catalogue.items


def test_every_unknown_id_is_named_with_the_nearest_one(catalogue: Catalogue) -> None:
    with pytest.raises(SettingsError) as caught:
        select_rules(catalogue, ["print-cal"], ["zzz"])
    assert caught.value.problems == ('unknown id "print-cal" (did you mean "print-call"?)', 'unknown id "zzz"')


def test_a_prefix_is_no_id(catalogue: Catalogue) -> None:
    with pytest.raises(SettingsError, match='unknown id "print"'):
        select_rules(catalogue, ["print"], [])


def test_nothing_left_to_run_is_an_error(catalogue: Catalogue) -> None:
    with pytest.raises(SettingsError, match="no rule is left"):
        select_rules(catalogue, ["print-call"], ["logging"])


def test_waivers_for_what_does_not_exist_are_named(catalogue: Catalogue) -> None:
    until = date(2031, 1, 1)
    good = Waiver("Ann", "why", until, item="error-leakage")
    wrong = [Waiver("Ann", "why", until, rule="print-cal"), Waiver("Ann", "why", until, item="errors")]
    check_waivers(catalogue, [good, Waiver("Ann", "why", until, fingerprint="0" * 20)])
    with pytest.raises(SettingsError) as caught:
        check_waivers(catalogue, [good, *wrong])
    assert caught.value.problems == (
        'waivers: unknown rule "print-cal" (did you mean "print-call"?)',
        'waivers: unknown item "errors"',
    )
