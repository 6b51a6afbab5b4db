"""The scan of the chat backend that is not ready, held against what its expected.json says by hand."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from readycheck.catalog import load_catalogue
from tests.e2e.session import COMMAND, PROJECT, SAFETY_NET, Answer, clean_environment

pytestmark = pytest.mark.e2e

ROOT = PROJECT.parents[1] / "express_chat"
EXPECTED: dict[str, Any] = json.loads((ROOT / "expected.json").read_text(encoding="utf-8"))
CATALOGUE = load_catalogue()
RULES = {rule.id for rule in CATALOGUE.rules}


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> Answer:
    done = subprocess.run(
        [COMMAND, "scan", str(ROOT), "--format", "json", "--no-cache"],
        env=clean_environment(tmp_path_factory.mktemp("cache")),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=SAFETY_NET,
        check=False,
    )
    return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())


def list_places(place: dict[str, Any]) -> list[str]:
    return [f"{place['path']}:{line}" for line in place["lines"]]


def list_marked(key: str, rule: str) -> Iterator[str]:
    """The places that name a rule under a key: `rule` finds them, `open` ought to."""
    for item in EXPECTED["items"].values():
        for place in item["places"]:
            if place.get(key) == rule:
                yield from list_places(place)


def read_findings(answer: Answer) -> list[tuple[str, str, str, int]]:
    """Rule, item, path and line of each finding."""
    return [(one["rule"], one["item"], one["where"]["path"], one["where"]["line"]) for one in answer.report["findings"]]


def is_forbidden(trap: dict[str, Any], rule: str, item: str, path: str, line: int) -> bool:
    if path != trap["path"] or line not in trap.get("lines", [line]):
        return False
    return item in trap["items"] or trap["items"] == ["*"] or rule in trap.get("rules", [])


def test_it_is_not_ready_and_all_of_it_is_read(answer: Answer) -> None:
    report = answer.report

    assert answer.code == 1
    assert report["verdict"] == "not-ready"
    assert report["skipped"] == [{"path": "package-lock.json", "reason": "a lock file"}]
    assert [rule for rule in report["rules"] if rule["error"]] == []


@pytest.mark.parametrize("rule", sorted(RULES.intersection(EXPECTED["rules"])))
def test_a_listed_rule_finds_its_places_and_no_other(answer: Answer, rule: str) -> None:
    found, wanted = Counter(answer.places(rule)), Counter(list_marked("rule", rule))

    assert sorted((wanted - found).elements()) == []
    assert sorted(set((found - wanted).elements()).difference(list_marked("open", rule))) == []


def test_other_rules_find_only_what_is_a_fault_of_their_item(answer: Answer) -> None:
    faults = {
        (item, place)
        for item, judged in EXPECTED["items"].items()
        for listed in judged["places"]
        for place in list_places(listed)
    }
    others = [one for one in read_findings(answer) if one[0] not in EXPECTED["rules"]]

    assert [one for one in others if (one[1], f"{one[2]}:{one[3]}") not in faults] == []


def test_nothing_is_found_where_nothing_is_wrong(answer: Answer) -> None:
    findings = read_findings(answer)

    assert [one for one in findings for trap in EXPECTED["forbidden"] if is_forbidden(trap, *one)] == []


def test_no_item_comes_out_better_or_worse_than_it_deserves(answer: Answer) -> None:
    outcomes = {item["id"]: item["outcome"] for item in answer.report["items"]}
    wrong = {
        item: (outcome, EXPECTED["items"][item]["outcome"])
        for item, outcome in outcomes.items()
        if outcome not in ("unproven", EXPECTED["items"][item]["outcome"])
    }

    assert wrong == {}


def test_an_item_with_a_known_fault_fails(answer: Answer) -> None:
    faulty = {
        item
        for item, judged in EXPECTED["items"].items()
        if any(place.get("rule") in RULES for place in judged["places"])
    }

    assert {item: answer.outcome(item) for item in faulty} == dict.fromkeys(faulty, "fail")


def test_what_is_expected_speaks_of_the_files_as_they_are() -> None:
    assert set(EXPECTED["items"]) == {item.id for item in CATALOGUE.items}

    for item, judged in EXPECTED["items"].items():
        assert bool(judged["places"]) == (judged["outcome"] == "fail"), item
        for place in judged["places"]:
            assert is_true_to_file(place), (item, place)
            clash = [
                trap
                for trap in EXPECTED["forbidden"]
                for line in place["lines"]
                if is_forbidden(trap, place.get("rule", ""), item, place["path"], line)
            ]
            assert clash == [], item
    for trap in EXPECTED["forbidden"]:
        assert is_true_to_file({"lines": [], **trap}), trap


def is_true_to_file(place: dict[str, Any]) -> bool:
    """Whether the lines are there, and the quoted text stands in the line."""
    rows = (ROOT / place["path"]).read_text(encoding="utf-8").splitlines()
    return all(1 <= line <= len(rows) and place.get("text", "") in rows[line - 1] for line in place["lines"])
