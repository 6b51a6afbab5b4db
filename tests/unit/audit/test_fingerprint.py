from __future__ import annotations

import re
from typing import TYPE_CHECKING

from readycheck.audit.findings import make_absence, make_findings
from readycheck.audit.fingerprint import Identity, fingerprint, fingerprint_all, identify
from readycheck.model.evidence import Match
from readycheck.model.location import Endpoint, Relation
from readycheck.model.vocabulary import Priority

if TYPE_CHECKING:
    from tests.unit.audit.conftest import Make


def prints(make: Make, *matches: Match) -> dict[str, str]:
    """Fingerprint by place."""
    findings = make_findings(make.rule(), Priority.HIGH, matches)
    return {f"{one.where.line}:{one.where.column}": one.fingerprint for one in findings}  # type: ignore[union-attr]


def test_twenty_hexadecimal_digits(make: Make) -> None:
    (mark,) = prints(make, make.match()).values()
    assert re.fullmatch("[0-9a-f]{20}", mark)


def test_lines_inserted_above_change_nothing(make: Make) -> None:
    before = prints(make, make.match("src/app.py:3:1", symbol="run"), make.match("src/app.py:9:5", symbol="stop"))
    after = prints(make, make.match("src/app.py:13:5", symbol="run"), make.match("src/app.py:19:9", symbol="stop"))
    assert list(before.values()) == list(after.values())


def test_white_space_changes_nothing(make: Make) -> None:
    before = prints(make, make.match(text="print(a,  b)"))
    assert before == prints(make, make.match(text=" print(a,\n\tb) "))


def test_two_different_functions_may_change_places(make: Make) -> None:
    before = prints(make, make.match("a.py:3:1", symbol="run"), make.match("a.py:9:1", symbol="stop"))
    after = prints(make, make.match("a.py:3:1", symbol="stop"), make.match("a.py:9:1", symbol="run"))
    assert before == {"3:1": after["9:1"], "9:1": after["3:1"]}


def test_renaming_another_function_changes_nothing(make: Make) -> None:
    before = prints(make, make.match("a.py:3:1", symbol="run"), make.match("a.py:9:1", symbol="stop"))
    after = prints(make, make.match("a.py:3:1", symbol="start"), make.match("a.py:9:1", symbol="stop"))
    assert before["9:1"] == after["9:1"]
    assert before["3:1"] != after["3:1"]


def test_equal_matches_differ_and_deleting_the_first_keeps_one(make: Make) -> None:
    both = prints(make, make.match("a.py:3:1"), make.match("a.py:9:1"))
    assert len(set(both.values())) == 2
    left = prints(make, make.match("a.py:8:1"))
    assert left["8:1"] in both.values()


def test_the_order_in_which_matches_come_does_not_count(make: Make) -> None:
    first, second = make.match("a.py:3:1"), make.match("a.py:9:1")
    assert prints(make, first, second) == prints(make, second, first)


def test_rule_path_symbol_and_text_all_count(make: Make) -> None:
    base = make.match("a.py:3:1", symbol="run")
    others = [
        make.match("b.py:3:1", symbol="run"),
        make.match("a.py:3:1", symbol="stop"),
        make.match("a.py:3:1", symbol="run", text="print(y)"),
        make.match("a.py:3:1", "pprint-call", symbol="run"),
    ]
    marks = fingerprint_all(identify(match) for match in [base, *others])
    assert len(set(marks)) == 5


def test_parts_do_not_run_into_one_another() -> None:
    assert fingerprint(Identity("a", "bc"), 0) != fingerprint(Identity("ab", "c"), 0)
    assert fingerprint(Identity("a", "b", "c"), 0) != fingerprint(Identity("a", "b", "", "c"), 0)


def test_endpoints_and_relations_have_one_too() -> None:
    endpoint = Match("r", Endpoint("GET", "/health"))
    relation = Match("r", Relation("public", "messages", ("user_id",)))
    assert identify(endpoint) == Identity("r", "GET /health")
    assert identify(relation) == Identity("r", "public.messages (user_id)")


def test_file_names_that_are_no_text_do_not_break_it() -> None:
    assert len(fingerprint(Identity("r", "src/\udcff.py"), 0)) == 20


def test_an_absence_keeps_its_fingerprint_when_the_application_moves(make: Make) -> None:
    here = make_absence(make.control(), make.item(), [make.span("app.py:3:1")])
    there = make_absence(make.control(), make.item(), [make.span("src/main.py:9:1")])
    assert (here.fingerprint, here.message) == (there.fingerprint, there.message)
