from __future__ import annotations

from dataclasses import replace

import pytest

from readycheck.model.vocabulary import Outcome
from readycheck.render.cells import measure
from readycheck.render.comparison import Side, compare
from readycheck.render.style import Style
from tests.golden.report import CATALOGUE, READY, REPORT

FACTS = [("Address", "http://127.0.0.1:8000"), ("State", "/readyz answers 200")]


def show(width: int = 100, verbosity: int = 0, *, unicode: bool = True, colour: bool = False) -> str:
    left = Side("hardened", READY, FACTS)
    right = Side("not hardened", REPORT, [("Address", "none"), ("State", "not started: Node.js 20 is not installed")])
    return compare(left, right, CATALOGUE, Style(colour, width, verbosity, unicode))


def row(text: str, start: str) -> str:
    """The first line that begins with those words, with single blanks."""
    return next(" ".join(line.split()) for line in text.splitlines() if line.strip().startswith(start))


def test_verdicts_and_addresses_stand_beside_each_other() -> None:
    text = show()

    assert row(text, "hardened") == "hardened not hardened"
    assert row(text, "Verdict") == "Verdict ✔ READY ✗ NOT READY"
    assert row(text, "Address") == "Address http://127.0.0.1:8000 none"


def test_an_item_is_one_row_with_both_outcomes_and_the_number_of_findings() -> None:
    shared = next(one for one in REPORT.items if one.item.id == "no-console-output")
    findings = sum(1 for one in REPORT.findings if one.item == shared.item.id and one.suppressed is None)
    report = replace(REPORT, items=(shared,))
    good = replace(report, items=(replace(shared, outcome=Outcome.PASS),), findings=())

    text = compare(Side("a", good), Side("b", report), CATALOGUE, Style(width=110))

    assert findings > 1
    assert row(text, shared.item.title) == f"{shared.item.title} ✔ pass ✗ fail, {findings} findings"


def test_what_is_unproven_on_both_sides_is_counted_and_shown_with_v() -> None:
    unproven = replace(REPORT.items[0], outcome=Outcome.UNPROVEN)
    proven = replace(REPORT.items[1], outcome=Outcome.PASS)
    report = replace(REPORT, items=(unproven, proven), findings=())
    side = Side("a", report)

    text = compare(side, side, CATALOGUE, Style(width=100))
    everything = compare(side, side, CATALOGUE, Style(width=100, verbosity=1))

    assert "1 more item is unproven on both sides" in text
    assert unproven.item.title not in text
    assert "on both sides" not in everything
    assert "? unproven ? unproven" in " ".join(everything.split())


def test_an_item_that_only_one_report_has_is_unproven_in_the_other() -> None:
    one = replace(REPORT.items[0], outcome=Outcome.PASS)
    left, right = replace(REPORT, items=(one,), findings=()), replace(REPORT, items=(), findings=())

    text = compare(Side("a", left), Side("b", right), CATALOGUE, Style(width=110))

    assert "✔ pass ? unproven" in " ".join(text.split())


@pytest.mark.parametrize("width", [84, 100, 110, 200])
def test_no_line_is_wider_than_the_page(width: int) -> None:
    assert max(measure(line) for line in show(width).splitlines()) <= width


@pytest.mark.parametrize("width", [40, 60, 83])
def test_a_narrow_terminal_shows_one_after_the_other(width: int) -> None:
    lines = show(width).splitlines()
    heads = [line.split(" ─")[0] for line in lines if " ─" in line]

    assert heads == ["hardened", "not hardened"]
    assert max(measure(line) for line in lines) <= width
    assert sum(line.startswith("  Verdict") for line in lines) == 2


def test_what_is_too_long_for_its_column_goes_on_below() -> None:
    text = show(100)

    assert "not started: Node.js 20 is" in text
    assert "not installed" in text


def test_ascii_where_the_terminal_has_nothing_else() -> None:
    assert show(unicode=False).isascii()


def test_text_of_others_is_harmless() -> None:
    text = compare(Side("a\x1b[2J", READY), Side("b\n::error::", REPORT), CATALOGUE, Style(width=100))

    assert "\x1b" not in text
    assert "\n::" not in text


def test_colour_tells_the_outcomes_apart() -> None:
    assert "\x1b[32m✔" in show(colour=True)
    assert "\x1b[31m✗" in show(colour=True)
