from __future__ import annotations

import gzip
import json
import random
from dataclasses import replace
from typing import Any

import jsonschema
import pytest

from readycheck.model.evidence import Skipped
from readycheck.model.location import Endpoint, Span
from readycheck.model.report import Report, Target
from readycheck.render.sarif import LARGEST_GZIP, render
from readycheck.render.sarif.places import encode_uri
from readycheck.render.style import Style
from tests.golden.report import CATALOGUE, FINDINGS, READY, REPORT, at, make_finding
from tests.golden.test_golden import find_sarif_schema

PRINT = next(finding for finding in FINDINGS if finding.rule == "print-call")
VALIDATOR = jsonschema.Draft7Validator(find_sarif_schema())  # type: ignore[arg-type] # a schema is a mapping


def run(report: Report = REPORT) -> dict[str, Any]:
    log = json.loads(render(report, CATALOGUE, Style()))
    VALIDATOR.validate(log)
    (only,) = log["runs"]
    return dict(only)


def notifications(only: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (notice["descriptor"]["id"], notice["message"]["text"])
        for notice in only["invocations"][0]["toolExecutionNotifications"]
    ]


def test_all_rules_that_ran_are_listed_and_results_point_to_theirs() -> None:
    only = run()
    rules = [rule["id"] for rule in only["tool"]["driver"]["rules"]]
    assert "structured-logger-used" in rules, "a rule without a finding ran, too"
    assert "tls-redirect" not in rules, "this one did not"
    assert all(rules[result["ruleIndex"]] == result["ruleId"] for result in only["results"])


def test_rules_carry_their_documentation() -> None:
    (rule,) = (rule for rule in run()["tool"]["driver"]["rules"] if rule["id"] == "print-call")
    assert rule["defaultConfiguration"]["level"] == "error"
    assert rule["help"]["markdown"].startswith("**Why:** print() bypasses levels")
    assert rule["properties"]["tags"] == ["code", "logging", "no-console-output"]
    assert "security-severity" not in rule["properties"]


def test_suppressed_results_are_kept_and_marked_and_come_last() -> None:
    results = run()["results"]
    suppressed = [result["suppressions"][0] for result in results[-3:]]
    assert [entry["kind"] for entry in suppressed] == ["inSource", "external", "external"]
    assert suppressed[0]["justification"] == "inline: shown before logging is configured"
    assert suppressed[2]["justification"].endswith("accepted by ops@example.org, until 2026-12-31")
    assert not any("suppressions" in result for result in results[:-3])


def test_fingerprints_are_our_own() -> None:
    assert run()["results"][1]["partialFingerprints"] == {"readycheck/v1": "debug-mode-on:0002"}


def test_regions_count_code_points_from_one() -> None:
    only = run()
    assert only["columnKind"] == "unicodeCodePoints"
    (result,) = (r for r in only["results"] if r["partialFingerprints"]["readycheck/v1"] == "console-call:0005")
    location = result["locations"][0]["physicalLocation"]
    assert location["region"] == {"startLine": 301, "startColumn": 2, "endLine": 301, "endColumn": 25}
    assert location["contextRegion"]["snippet"]["text"].startswith("\tconsole.log('模型回复'")


def test_places_outside_of_files_hang_on_a_file() -> None:
    first, *_ = run()["results"]
    (location,) = first["locations"]
    assert location["logicalLocations"] == [{"fullyQualifiedName": "POST /api/messages", "kind": "resource"}]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "chat/server/main.py"
    alone = replace(FINDINGS[0], where=Endpoint("GET", "/"), also=())
    (only,) = run(replace(REPORT, findings=(alone,)))["results"]
    assert only["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "chat/readycheck.toml"


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("server/app.py", "server/app.py"),
        ("a b#c?d%e.py", "a%20b%23c%3Fd%25e.py"),
        ("x:y/[z].py", "x%3Ay/%5Bz%5D.py"),
        ("模.py", "%E6%A8%A1.py"),
        ("line\nbreak\x1b.py", "line%0Abreak%1B.py"),
        ("bad\udcffbyte.py", "bad%FFbyte.py"),
    ],
)
def test_uris_are_percent_encoded(path: str, uri: str) -> None:
    assert encode_uri(path) == uri


def test_nothing_found_is_a_valid_log() -> None:
    only = run(READY)
    assert only["results"] == []
    assert only["invocations"][0]["executionSuccessful"] is True


def test_broken_rules_skipped_files_and_doubts_are_told() -> None:
    only = run()
    assert only["invocations"][0]["executionSuccessful"] is False
    kinds = [kind for kind, _ in notifications(only)]
    assert kinds[0] == "rule-broke"
    assert {"skipped", "not-fully-analysed", "expired-waiver"} <= set(kinds)


def test_more_notifications_than_anybody_reads_are_cut_visibly() -> None:
    skipped = tuple(Skipped(f"{number}.min.js", "minified") for number in range(3000))
    told = notifications(run(replace(REPORT, skipped=skipped)))
    assert len(told) == 1001
    assert told[-1] == ("notifications-left-out", "2,004 more notifications left out.")


def test_results_past_the_limit_are_cut_visibly_and_the_worst_are_kept() -> None:
    high = tuple(replace(PRINT, fingerprint=f"{number}") for number in range(5998))
    low = make_finding("foreign-key-indexed", at("a.py", 1, 1, 2, "x"))
    suppressed = next(finding for finding in FINDINGS if finding.suppressed)
    only = run(replace(REPORT, findings=(low, suppressed, *high)))
    assert len(only["results"]) == 5000
    assert {result["ruleId"] for result in only["results"]} == {"print-call"}
    assert notifications(only)[0] == (
        "results-left-out",
        "This file holds 5,000 of 6,000 results, the worst first; left out: 999 active, 1 suppressed.",
    )


def test_log_stays_below_the_size_that_github_takes() -> None:
    noise = random.Random(1)  # noqa: S311 - text that does not compress, no secret
    findings = tuple(
        replace(PRINT, fingerprint=str(number), message="".join(chr(noise.randrange(33, 126)) for _ in range(4000)))
        for number in range(4000)
    )
    text = render(replace(REPORT, findings=findings), CATALOGUE, Style())
    assert len(gzip.compress(text.encode())) <= LARGEST_GZIP
    assert "This file holds 2,000 of 4,000 results" in text


def test_a_result_has_at_most_a_thousand_locations() -> None:
    many = replace(PRINT, also=tuple(at("a.py", line, 1, 2, "x") for line in range(1, 1500)))
    (result,) = run(replace(REPORT, findings=(many,)))["results"]
    assert len(result["locations"]) + len(result["relatedLocations"]) == 1000
    assert result["message"]["text"].endswith("(and 500 more places)")


def test_message_cannot_hold_a_link() -> None:
    finding = replace(PRINT, message="see [here](1) and [there](https://evil.example)")
    (result,) = run(replace(REPORT, findings=(finding,)))["results"]
    assert "](" not in result["message"]["text"]


def test_odd_spans_give_valid_regions() -> None:
    odd = replace(PRINT, where=Span("a.py", 5, 9, 4, 2, "x"))
    (result,) = run(replace(REPORT, findings=(odd,)))["results"]
    region = result["locations"][0]["physicalLocation"]["region"]
    assert (region["endLine"], region["endColumn"]) >= (region["startLine"], region["startColumn"])


def test_paths_are_those_of_the_repository() -> None:
    only = run(replace(REPORT, target=Target(".")))
    uris = {result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in only["results"]}
    assert "server/agent.py" in uris
    assert only["automationDetails"]["id"] == "readycheck/"
