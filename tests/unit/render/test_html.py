from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from readycheck.render.html import render
from readycheck.render.style import Style
from tests.golden.report import CATALOGUE, FINDINGS, READY, REPORT, RULES, at

PRINT = next(finding for finding in FINDINGS if finding.rule == "print-call")


class Page(HTMLParser):
    """Elements with their attributes, and the text that is shown."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.shown = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.shown += data

    def names(self) -> list[str]:
        return [tag for tag, _ in self.elements]


def test_page_loads_nothing_and_runs_only_its_own_script() -> None:
    text = render(REPORT, CATALOGUE, Style())
    page = Page(text)
    assert not {"link", "img", "iframe", "object", "base"} & set(page.names())
    assert not any(attrs.get("src") or (attrs.get("href") or "#")[0] != "#" for _, attrs in page.elements)
    assert not any(name.startswith("on") or name == "style" for _, attrs in page.elements for name in attrs)
    (policy,) = (attrs["content"] for tag, attrs in page.elements if tag == "meta" and attrs.get("http-equiv"))
    assert policy is not None
    assert policy.startswith("default-src 'none'; ")
    for element in ("script", "style"):
        (content,) = re.findall(rf"<{element}>(.*?)</{element}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{element}-src 'sha256-{digest}'" in policy


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "{{ 7 * 7 }}{% raw %}",
        "</pre></details><h1>ready</h1>",
        "&lt;b&gt;",
        "]]><!--",
        "\x1b[31m\u202e",
    ],
)
def test_texts_of_others_are_only_shown(text: str) -> None:
    finding = replace(PRINT, message=text, where=at(f"{text}.py", 1, 1, 4, text), fingerprint=text)
    result = next(one for one in REPORT.items if one.item.id == "no-console-output")
    hostile = replace(
        REPORT,
        findings=(finding,),
        items=(replace(result, reason=text, item=replace(result.item, title=text)),),
        notices=(),
        target=replace(REPORT.target, root=text, url=text),
    )
    rules = tuple(replace(rule, why=text, remedy=text) for rule in RULES)
    harmless = replace(
        hostile,
        findings=(replace(finding, message="x", where=at("x.py", 1, 1, 2, "x")),),
        items=(replace(result, reason="x", item=replace(result.item, title="x")),),
        target=replace(REPORT.target, root="x", url="x"),
    )
    page = Page(render(hostile, replace(CATALOGUE, rules=rules), Style()))
    assert page.names() == Page(render(harmless, CATALOGUE, Style())).names()
    assert page.shown.count(text.replace("\x1b", "\\x1b").replace("\u202e", "\\u202e")) >= 6


def test_targets_of_links_exist_once() -> None:
    page = Page(render(REPORT, CATALOGUE, Style()))
    ids = [attrs["id"] for _, attrs in page.elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert {(attrs["href"] or "")[1:] for tag, attrs in page.elements if tag == "a"} <= set(ids)


def test_many_findings_are_cut_visibly_unless_asked_for() -> None:
    findings = tuple(replace(PRINT, where=at("a.py", line, 1, 9, "print(1)")) for line in range(1, 301))
    short = render(replace(REPORT, findings=findings), CATALOGUE, Style())
    assert short.count("<pre>") == 50
    assert "250 more findings in 1 file" in short
    assert render(replace(REPORT, findings=findings), CATALOGUE, Style(verbosity=1)).count("<pre>") == 300


def test_ready() -> None:
    assert "<strong>Ready</strong> every high-priority item is proved" in render(READY, CATALOGUE, Style())
