from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from readycheck.audit.attestations import load_attestations, parse_attestations
from readycheck.audit.errors import SettingsError
from readycheck.model.report import ItemResult, Report
from readycheck.model.rule import Item
from readycheck.model.vocabulary import Channel, Outcome

if TYPE_CHECKING:
    from tests.unit.audit.conftest import Make

TODAY = date(2031, 5, 20)
NAME = "attestations.yaml"
ENTRY = """\
attestations:
  - item: no-console-output
    statement: Somebody looked.
    owner: Ann
    made: 2031-05-01
    until: 2031-07-01
    proof: [https://wiki.example/1, docs/drill.md]
"""


def person(make: Make, **fields: object) -> Item:
    return make.item(**{"channels": (Channel.CODE, Channel.ATTESTATION), **fields})  # type: ignore[arg-type]


def audit(make: Make, root: Path, text: str, item: Item | None = None, today: date = TODAY) -> Report:
    items = [item or person(make)]
    words = parse_attestations(text, root, items, today, NAME)
    control = make.control(item="no-console-output")
    scan = make.scan(make.file(facts=(make.fact("src/app.py:1:1"),)))
    return make.report(scan, make.catalogue([control], items), attestations=words)


def only(report: Report) -> ItemResult:
    (result,) = report.items
    return result


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "drill.md").write_text("restored\n")
    return tmp_path


def test_a_word_stands_in_for_what_the_code_does_not_show(make: Make, root: Path) -> None:
    result = only(audit(make, root, ENTRY))

    assert result.outcome is Outcome.ATTESTED
    assert result.reason == (
        "attested by Ann on 2031-05-01, good until 2031-07-01: Somebody looked. "
        "(proof: https://wiki.example/1, docs/drill.md)"
    )
    assert result.evidence[-1].channel is Channel.ATTESTATION


def test_a_word_does_not_outweigh_a_finding(make: Make, root: Path) -> None:
    items = [person(make)]
    words = parse_attestations(ENTRY, root, items, TODAY, NAME)
    scan = make.scan(make.file(matches=(make.match(),)))

    report = make.report(scan, make.catalogue([make.rule()], items), attestations=words)

    assert only(report).outcome is Outcome.FAIL


def test_a_proof_from_code_is_worth_more_than_a_word(make: Make, root: Path) -> None:
    items = [person(make)]
    words = parse_attestations(ENTRY, root, items, TODAY, NAME)

    report = make.report(make.scan(make.file()), make.catalogue([make.rule()], items), attestations=words)

    assert only(report).outcome is Outcome.PASS


def test_a_word_about_an_item_that_takes_none_moves_nothing(make: Make, root: Path) -> None:
    without, with_word = audit(make, root, "", make.item()), audit(make, root, ENTRY, make.item())

    assert only(without) == only(with_word)
    assert [notice.kind for notice in with_word.notices] == ["attestation-without-effect"]


def test_a_word_that_has_ended_fails_its_item(make: Make, root: Path) -> None:
    report = audit(make, root, ENTRY.replace("2031-07-01", "2031-05-19"))

    assert only(report).outcome is Outcome.FAIL
    assert "the attestation of Ann ended on 2031-05-19" in only(report).reason
    assert {finding.where.kind for finding in report.findings} == {"span"}


@pytest.mark.parametrize(("until", "kinds"), [("2031-06-03", ["attestation-ends-soon"]), ("2031-06-04", [])])
def test_fourteen_days_before_its_end_it_warns(make: Make, root: Path, until: str, kinds: list[str]) -> None:
    report = audit(make, root, ENTRY.replace("2031-07-01", until))

    assert only(report).outcome is Outcome.ATTESTED
    assert [notice.kind for notice in report.notices] == kinds


def test_a_proof_that_is_not_there_is_none(make: Make, root: Path) -> None:
    (root / "docs" / "drill.md").unlink()

    report = audit(make, root, ENTRY)

    assert only(report).outcome is Outcome.FAIL
    assert any("docs/drill.md" in finding.message for finding in report.findings)


def test_the_newest_word_counts(make: Make, root: Path) -> None:
    old = ENTRY.replace("2031-07-01", "2031-05-10")
    text = old + ENTRY.partition("\n")[2].replace("Ann", "Bo")

    result = only(audit(make, root, text))

    assert result.outcome is Outcome.ATTESTED
    assert "attested by Bo" in result.reason


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("no-console-output", "no-console", "attestations.yaml:2: attestations[0].item: unknown item"),
        ("    owner: Ann\n", "", "attestations[0].owner: is missing"),
        ("2031-05-01", "2031-05-21", "made: lies in the future"),
        ("2031-05-01", "2031-13-01", "made: there is no such day"),
        ("2031-07-01", "2031-04-30", "until: lies before the day"),
        ("2031-07-01", "2033-07-01", "366 days at most: until 2032-05-01"),
        ("proof: [https://wiki.example/1, docs/drill.md]", "proof: []", "proof"),
        ("    owner: Ann\n", "    owner: Ann\n    note: x\n", "note"),
    ],
)
def test_a_wrong_entry_says_where_and_why(make: Make, root: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_attestations(ENTRY.replace(old, new), root, [person(make)], TODAY, NAME)

    assert said in str(caught.value)


def test_an_item_may_allow_less_than_a_year(make: Make, root: Path) -> None:
    with pytest.raises(SettingsError, match="30 days at most"):
        parse_attestations(ENTRY, root, [person(make, attested_days=30)], TODAY, NAME)


def test_a_project_without_the_file_attests_nothing(make: Make, tmp_path: Path) -> None:
    assert load_attestations(tmp_path, [person(make)], TODAY, NAME) == ()


def test_a_file_outside_of_the_project_is_refused(make: Make, tmp_path: Path) -> None:
    (tmp_path / NAME).symlink_to("/etc/hostname")

    with pytest.raises(SettingsError, match="leads out"):
        load_attestations(tmp_path, [person(make)], TODAY, NAME)
