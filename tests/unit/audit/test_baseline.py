from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from readycheck.audit.baseline import (
    Baseline,
    Entry,
    Growth,
    apply_baseline,
    format_baseline,
    load_baseline,
    review_baseline,
    update_baseline,
    write_baseline,
)
from readycheck.audit.errors import SettingsError

if TYPE_CHECKING:
    from tests.unit.audit.conftest import Make

A, B, C = "a" * 20, "b" * 20, "c" * 20
DAY = date(2031, 5, 20)
FILE = """{
  "schema": "readycheck/baseline/v1",
  "history": [
    {"date": "2031-05-20", "count": 2, "reason": "first baseline"}
  ],
  "findings": [
    {"fingerprint": "bbbbbbbbbbbbbbbbbbbb", "rule": "print-call", "path": "src/a.py", "message": "print()"},
    {"fingerprint": "aaaaaaaaaaaaaaaaaaaa", "rule": "print-call", "path": "src/b.py", "message": "print()"}
  ]
}
"""


def known(*marks: str) -> Baseline:
    return Baseline(tuple(Entry("src/a.py", "print-call", mark, "m") for mark in marks))


def problems(path: Path) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        load_baseline(path)
    return caught.value.problems


def test_the_file_is_sorted_one_finding_a_line_and_reads_back(make: Make, tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    findings = [
        make.finding(f"src/{name}.py:9:1", fingerprint=mark, message="print()") for name, mark in (("b", A), ("a", B))
    ]
    written = write_baseline(path, findings, None, None, DAY)
    assert path.read_text() == FILE
    assert load_baseline(path) == written
    assert write_baseline(path, findings[::-1], None, None, DAY) == written
    assert path.read_text() == FILE
    assert list(tmp_path.iterdir()) == [path]


def test_an_empty_baseline_is_valid_json(tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text(format_baseline(Baseline()))
    assert load_baseline(tmp_path / "b.json") == Baseline()


def test_it_shrinks_without_a_reason(make: Make) -> None:
    assert update_baseline([make.finding(fingerprint=A)], known(A, B), None, DAY).history == ()
    left = update_baseline([make.finding(fingerprint=A)], known(A, B), "a reason that is not needed", DAY)
    assert [entry.fingerprint for entry in left.entries] == [A]
    assert left.history == ()


def test_it_grows_only_with_a_reason_which_is_kept(make: Make) -> None:
    findings = [make.finding(fingerprint=mark) for mark in (A, B, C)]
    with pytest.raises(SettingsError, match=r"would grow by 2 findings \(print-call in src/app.py, .*unless a reason"):
        update_baseline(findings, known(A), " ", DAY)
    grown = update_baseline(findings, known(A), "legacy module moved in", DAY)
    assert grown.history == (Growth(DAY, 3, "legacy module moved in"),)


def test_swapping_one_finding_for_another_is_growth_too(make: Make) -> None:
    with pytest.raises(SettingsError, match="would grow by 1 finding"):
        update_baseline([make.finding(fingerprint=B)], known(A), None, DAY)


def test_what_a_comment_or_a_waiver_covers_does_not_go_in(make: Make) -> None:
    findings = [
        make.finding(fingerprint=A, by="baseline"),
        make.finding(fingerprint=B, by="inline"),
        make.finding(fingerprint=C, by="waiver"),
    ]
    assert [entry.fingerprint for entry in update_baseline(findings, None, None, DAY).entries] == [A]


def test_known_findings_are_marked_and_others_are_not(make: Make) -> None:
    findings = [make.finding(fingerprint=A), make.finding(fingerprint=B), make.finding(fingerprint=C, by="inline")]
    marked = apply_baseline(findings, known(A, C))
    assert [one.suppressed.by if one.suppressed else None for one in marked] == ["baseline", None, "inline"]
    assert apply_baseline(findings, None) == findings


def test_stale_entries_are_reported_once_if_their_rule_ran(make: Make) -> None:
    found = [make.finding(fingerprint=A)]
    (notice,) = review_baseline(known(A, B, C), found, {"print-call"})
    assert notice.kind == "baseline-stale"
    assert notice.message.startswith("2 of 3 baseline entries no longer found (print-call in src/a.py")
    assert review_baseline(known(A, B), found, {"console-call"}) == []
    assert review_baseline(known(A), found, {"print-call"}) == []
    assert review_baseline(None, found, {"print-call"}) == []


def test_every_mistake_in_a_file_is_named(tmp_path: Path) -> None:
    row = {"fingerprint": A, "rule": "r", "path": "p", "message": "m"}
    rows = [row, row, {**row, "fingerprint": "A"}, {"rule": "r"}, 7]
    document = {
        "schema": "readycheck/baseline/v1",
        "findings": rows,
        "history": [{"date": "x", "count": 1, "reason": ""}, 1],
    }
    (tmp_path / "b.json").write_text(json.dumps({**document, "extra": 1}))
    assert problems(tmp_path / "b.json") == (
        'b.json: unknown key "extra"',
        "b.json: findings[2]: fingerprint must be 20 hexadecimal digits",
        "b.json: findings[3]: must be an object with the texts fingerprint, rule, path, message",
        "b.json: findings[4]: must be an object with the texts fingerprint, rule, path, message",
        'b.json: history[0]: "x" is no date',
        "b.json: history[1]: must be an object with date, count and reason",
        f"b.json: fingerprint {A} stands there twice",
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", 'b.json: is no baseline: "schema" must be "readycheck/baseline/v1"'),
        ('{"schema": "readycheck/baseline/v2"}', 'b.json: is no baseline: "schema" must be "readycheck/baseline/v1"'),
        ("{", "b.json: is not valid JSON"),
        ("[" * 100_000, "b.json: is not valid JSON"),
        ('{"schema": "readycheck/baseline/v1", "findings": 1, "history": []}', 'b.json: "findings" must be a list'),
    ],
    ids=["list", "other-schema", "broken", "deep", "findings-no-list"],
)
def test_files_that_are_no_baseline(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "b.json").write_text(text)
    assert problems(tmp_path / "b.json")[0].startswith(message)


def test_a_missing_file_a_folder_and_a_fifo_are_errors(tmp_path: Path) -> None:
    assert problems(tmp_path / "b.json") == ("b.json: there is no such baseline; write one first",)
    (tmp_path / "b.json").mkdir()
    assert len(problems(tmp_path / "b.json")) == 1
    os.mkfifo(tmp_path / "c.json")
    assert problems(tmp_path / "c.json") == ("c.json: is not a regular file",)


def test_nothing_is_written_through_a_link_and_the_old_file_survives(make: Make, tmp_path: Path) -> None:
    target = tmp_path / "precious.txt"
    target.write_text("precious")
    (tmp_path / "b.json").symlink_to(target)
    with pytest.raises(SettingsError, match=r"b\.json: is a link"):
        write_baseline(tmp_path / "b.json", [make.finding()], None, None, DAY)
    assert target.read_text() == "precious"
    with pytest.raises(SettingsError, match="No such file"):
        write_baseline(tmp_path / "gone" / "b.json", [make.finding()], None, None, DAY)
