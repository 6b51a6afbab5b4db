"""Whatever a project's names and texts hold: every renderer answers, and nothing in its answer is obeyed by anyone."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readycheck.model.evidence import Evidence, Skipped
from readycheck.model.finding import Finding, Suppressed
from readycheck.model.location import Endpoint, Relation, Span
from readycheck.model.report import Coverage, ItemResult, Notice, Report, RuleRun, Target, Tool
from readycheck.model.rule import Catalogue, Item, Rule, Section
from readycheck.model.vocabulary import Channel, Confidence, Level, Outcome, Polarity, Priority, Verdict
from readycheck.render.formats import find_renderer, format_names
from readycheck.render.style import Style
from tests.golden.report import BLANK_RULE

NASTY = st.sampled_from(
    [
        *("\x1b[31m", "\x9b31m", "\n", "\r", "\t", "\u202e", "\x00", "\x7f", "\ufeff", "\udcff", "\ufffe"),
        *("[bold]", "[/]", "::error::", "\n::stop-commands::", "##[error]", "##vso[x]", "`", "|", "**", "]]>"),
        *(
            "<script>",
            "&",
            "%0A",
            "{0}",
            "[a](b)",
            "日本",
            "🎉",
            "é",
            "\u2028",
            "\\",
            "x",
            " ",
            "{{ 7 * 7 }}",
            "{% x %}",
        ),
    ]
)
texts = st.lists(NASTY, max_size=8).map("".join) | st.text(max_size=30)
numbers = st.integers(0, 3000)
wheres = st.one_of(
    st.builds(
        Span,
        path=texts,
        line=st.integers(1, 99_999),
        column=st.integers(1, 300),
        end_line=st.integers(1, 99_999),
        end_column=st.integers(1, 300),
        snippet=texts | st.text(max_size=300),
        snippet_column=st.integers(1, 300),
        kind=st.just("span"),
    ),
    st.builds(Endpoint, method=texts, path=texts, kind=st.just("endpoint")),
    st.builds(Relation, schema=texts, table=texts, columns=st.tuples(texts), kind=st.just("relation")),
)
items = st.builds(
    Item,
    id=texts,
    title=texts,
    section=texts,
    priority=st.sampled_from(Priority),
    channels=st.sampled_from([(Channel.CODE,), (Channel.ATTESTATION,)]),
    seed=st.just(()),
    proof=texts,
)
evidences = st.builds(
    Evidence,
    rule=texts,
    channel=st.sampled_from(Channel),
    polarity=st.sampled_from(Polarity),
    outcome=st.sampled_from(Outcome),
    examined=numbers,
    message=texts,
    where=st.lists(wheres, max_size=2).map(tuple),
)
findings = st.builds(
    Finding,
    rule=st.sampled_from(["a-rule", "b-rule"]) | texts,
    item=texts,
    priority=st.sampled_from(Priority),
    confidence=st.sampled_from(Confidence),
    message=texts,
    fingerprint=texts,
    where=wheres,
    also=st.lists(wheres, max_size=3).map(tuple),
    suppressed=st.none()
    | st.builds(
        Suppressed,
        by=st.sampled_from(["inline", "baseline", "waiver"]),
        reason=texts,
        until=st.none() | st.just(date(2026, 1, 1)),
        owner=st.none() | texts,
    ),
    fix=st.none() | texts,
)
runs = st.builds(
    RuleRun,
    id=texts,
    channel=st.sampled_from(Channel),
    examined=numbers,
    matches=numbers,
    exempt=numbers,
    skipped=st.none() | texts,
    error=st.none() | texts,
)
reports = st.builds(
    Report,
    tool=st.builds(Tool, texts, texts, texts),
    target=st.builds(Target, st.none() | texts, st.none() | texts, st.none() | texts, st.none() | texts),
    verdict=st.sampled_from(Verdict),
    level=st.none() | st.sampled_from(Level),
    summary=st.just({}),
    coverage=st.builds(Coverage, numbers, numbers, numbers, numbers),
    items=st.lists(
        st.builds(ItemResult, items, st.sampled_from(Outcome), texts, st.lists(evidences, max_size=2).map(tuple)),
        max_size=4,
    ).map(tuple),
    findings=st.lists(findings, max_size=7).map(tuple),
    rules=st.lists(runs, max_size=3).map(tuple),
    skipped=st.lists(st.builds(Skipped, texts, texts), max_size=3).map(tuple),
    notices=st.lists(st.builds(Notice, texts, texts, st.none() | wheres), max_size=3).map(tuple),
    files=numbers,
    cached=numbers,
    exempt=st.none() | st.dictionaries(texts, numbers, max_size=2),
    roles=st.none()
    | st.dictionaries(texts, st.tuples(numbers, st.dictionaries(texts, numbers, max_size=2)), max_size=2),
)
styles = st.builds(
    Style, colour=st.booleans(), width=st.integers(0, 250), verbosity=st.integers(-1, 1), unicode=st.booleans()
)

OURS = re.compile(r"\x1b\[[0-9;]*m")
OBEYED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
A_RULE: Rule = replace(
    BLANK_RULE,
    id="a-rule",
    title="**title** <b>",
    why="\x1b[2J why",
    remedy="##[error] remedy\n::error::x",
    references=("javascript:alert(1)", "https://x.example"),
)
CATALOGUE = Catalogue((Section("x", "[bold]\x1b"),), (), (A_RULE,), "digest")


@pytest.mark.parametrize("name", format_names())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(report=reports, style=styles)
def test_no_renderer_raises_or_lets_anything_through(name: str, report: Report, style: Style) -> None:
    text = find_renderer(name)(report, CATALOGUE, style)
    bare = OURS.sub("", text) if name == "terminal" and style.colour else text
    assert not OBEYED.search(bare)
    assert not re.search(r"##[A-Za-z]*\[", bare)
    text.encode("utf-8")
    if name == "github":
        assert all(re.match(r"::(error|warning|notice) ", line) for line in text.splitlines())
    else:
        assert not any(line.lstrip().startswith("::") for line in bare.split("\n"))
    if name in {"json", "sarif", "gitlab"}:
        json.loads(text)
        assert text.isascii()
    if name == "junit":
        ET.fromstring(text)  # noqa: S314 - our own output
    if name == "terminal" and not style.unicode:
        assert text.isascii()
