from __future__ import annotations

from typing import TYPE_CHECKING

from readycheck.audit.suppress import apply_directives, review_directives
from readycheck.model.evidence import Directive
from readycheck.model.finding import Suppressed

if TYPE_CHECKING:
    from tests.unit.audit.conftest import Make

KNOWN = {"print-call", "pprint-call", "console-call"}


def directive(
    rules: str = "print-call", reason: str = "kept for the pager", first: int = 3, last: int = 3
) -> Directive:
    return Directive("src/app.py", first, tuple(rules.split()), reason, first, last)


def notices(make: Make, one: Directive, ran: set[str], *places: str) -> list[tuple[str, str]]:
    findings = [make.finding(place) for place in places]
    _, uses = apply_directives(findings, [one])
    return [(notice.kind, notice.message) for notice in review_directives(uses, KNOWN, ran)]


def test_a_finding_on_a_covered_line_is_kept_with_the_reason(make: Make) -> None:
    findings = [make.finding("src/app.py:3:1"), make.finding("src/app.py:4:1"), make.finding("src/other.py:3:1")]
    marked, _ = apply_directives(findings, [directive()])
    assert [one.suppressed for one in marked] == [Suppressed("inline", "kept for the pager"), None, None]


def test_a_statement_over_several_lines_is_covered_from_its_first_to_its_last(make: Make) -> None:
    findings = [make.finding(f"src/app.py:{line}:1") for line in (2, 3, 5, 6)]
    marked, _ = apply_directives(findings, [directive(first=3, last=5)])
    assert [one.suppressed is not None for one in marked] == [False, True, True, False]


def test_other_rules_on_the_line_still_count(make: Make) -> None:
    findings = [make.finding(), make.finding(rule="pprint-call")]
    marked, _ = apply_directives(findings, [directive("pprint-call console-call")])
    assert [one.suppressed is not None for one in marked] == [False, True]


def test_without_a_reason_nothing_is_suppressed_and_the_place_is_named(make: Make) -> None:
    one = directive(reason=" ")
    marked, uses = apply_directives([make.finding()], [one])
    assert marked == [make.finding()]
    (notice,) = review_directives(uses, KNOWN, {"print-call"})
    assert notice.kind == "suppression-without-reason"
    assert notice.where == make.span("src/app.py:3:1", 0).__class__("src/app.py", 3, 1, 3, 1)


def test_an_unknown_rule_is_reported_with_the_nearest_one(make: Make) -> None:
    assert notices(make, directive("print-cal"), KNOWN) == [
        ("unknown-rule-in-suppression", 'there is no rule "print-cal" (did you mean "print-call"?)')
    ]


def test_a_comment_that_names_no_rule_says_so(make: Make) -> None:
    assert notices(make, directive(""), KNOWN, "src/app.py:3:1") == [
        ("unknown-rule-in-suppression", "the comment names no rule, so it suppresses nothing")
    ]


def test_a_directive_of_no_use_is_reported_if_its_rule_ran(make: Make) -> None:
    unused = [("unused-suppression", "there is nothing to suppress here for print-call")]
    assert notices(make, directive(), {"print-call"}, "src/app.py:4:1") == unused
    assert notices(make, directive(), {"print-call"}, "src/app.py:3:9") == []
    assert notices(make, directive(), {"console-call"}) == []


def test_only_the_rules_of_no_use_are_named(make: Make) -> None:
    assert notices(
        make, directive("print-call pprint-call console-call"), KNOWN - {"console-call"}, "src/app.py:3:1"
    ) == [("unused-suppression", "there is nothing to suppress here for pprint-call")]
