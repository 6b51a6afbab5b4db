"""GitHub, GitLab and JUnit."""

from __future__ import annotations

import json
from dataclasses import replace
from xml.etree import ElementTree as ET

from readycheck.model.report import Report, Target
from readycheck.render.formats import find_renderer
from readycheck.render.style import Style
from tests.golden.report import CATALOGUE, FINDINGS, READY, REPORT, at, make_finding

PRINT = next(finding for finding in FINDINGS if finding.rule == "print-call")
HERE = replace(REPORT, target=Target("."))


def render(name: str, report: Report, verbosity: int = 0) -> str:
    return find_renderer(name)(report, CATALOGUE, Style(verbosity=verbosity))


def with_findings(high: int, medium: int = 0) -> Report:
    lines = range(1, high + 1)
    index = make_finding("foreign-key-indexed", at("b.sql", 1, 1, 2, "x"))
    return replace(
        HERE,
        findings=(*(replace(PRINT, where=at("a.py", line, 1, 9, "print(1)")) for line in lines), *([index] * medium)),
    )


def test_github_escapes_what_would_end_a_property_or_the_command() -> None:
    finding = replace(
        PRINT, where=at("a,b:c%\n::error::.py", 3, 1, 9, ""), message="100 %\r\n::stop-commands::x", fix=None
    )
    command, _notice = render("github", replace(HERE, findings=(finding,))).splitlines()
    assert command == (
        "::error file=a%2Cb%3Ac%25\\n%3A%3Aerror%3A%3A.py,line=3,endLine=3,col=1,endColumn=8,"
        "title=readycheck%3A print-call::100 %25\\r\\n::stop-commands::x"
    )


def test_github_shows_as_many_as_it_may_and_counts_the_rest() -> None:
    lines = render("github", with_findings(15, 12)).splitlines()
    assert [line.split(" ")[0] for line in lines] == ["::error"] * 10 + ["::warning"] * 10 + ["::notice"]
    assert "5 errors and 2 warnings more than GitHub shows" in lines[-1]


def test_github_says_that_all_is_well() -> None:
    (line,) = render("github", READY).splitlines()
    assert line.startswith("::notice title=readycheck::Ready: every high-priority item")


def test_gitlab_has_one_fingerprint_a_finding_and_no_suppressed_ones() -> None:
    twins = (PRINT, PRINT, *FINDINGS[-3:])
    entries = json.loads(render("gitlab", replace(HERE, findings=twins)))
    assert [entry["fingerprint"] for entry in entries] == [PRINT.fingerprint, f"{PRINT.fingerprint}:1"]
    assert set(entries[0]) == {"description", "check_name", "fingerprint", "severity", "location"}


def test_gitlab_without_findings_is_an_empty_list() -> None:
    assert json.loads(render("gitlab", READY)) == []


def test_junit_holds_what_xml_forbids() -> None:
    finding = replace(PRINT, where=at("a\x00\x1b\ufffe<&>\"'.py", 1, 1, 2, ""), message="]]> </failure>")
    root = ET.fromstring(render("junit", replace(HERE, findings=(finding,))))  # noqa: S314 - our own output
    (text,) = (failure.text for failure in root.iter("failure") if failure.text)
    assert text.startswith("a\\x00\\x1b\\ufffe<&>\"'.py:1:1: ]]> </failure> (print-call)\n")


def test_junit_never_passes_what_nobody_proved() -> None:
    root = ET.fromstring(render("junit", REPORT))  # noqa: S314 - our own output
    passed = {case.attrib["name"] for case in root.iter("testcase") if not len(case)}
    assert passed == {
        "CORS configuration",
        "Structured logger",
        "Response compression",
        "Backups, and a restore drill",
    }


def test_junit_lists_twenty_places_a_rule_unless_asked() -> None:
    assert "... and 30 more (print-call)" in render("junit", with_findings(50))
    assert "a.py:50:1" in render("junit", with_findings(50), verbosity=1)
