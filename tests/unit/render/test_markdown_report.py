from __future__ import annotations

from dataclasses import replace

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from readycheck.render.markdown import render
from readycheck.render.markdown.escape import code, escape_markdown, link, write_prose
from readycheck.render.style import Style
from tests.golden.report import CATALOGUE, FINDINGS, READY, REPORT, at

NASTY = [
    "`code`",
    "**bold** _em_ ~~gone~~",
    "<script>alert(1)</script>",
    "<img src=x onerror=y>",
    "[text](https://evil.example)",
    "![image](x)",
    "a | b",
    "&lt; &#60; &",
    "line\nbreak\n# heading",
    "\\`escaped\\`",
    "[bold]rich[/bold]",
    "::error::x",
    "$math$",
    "<https://evil.example>",
    "[ref]: https://evil.example",
    "ends with a backslash\\",
    "x\u202ey",
]
PRINT = next(finding for finding in FINDINGS if finding.rule == "print-call")


def parse(text: str) -> list[Token]:
    """All tokens, the inline ones too."""
    return [
        token
        for block in MarkdownIt("commonmark").enable("table").parse(text)
        for token in (block, *(block.children or []))
    ]


def shown(tokens: list[Token]) -> str:
    return "".join(token.content for token in tokens if token.type in ("text", "text_special", "code_inline"))


@pytest.mark.parametrize("text", NASTY)
def test_escaped_text_is_only_text(text: str) -> None:
    tokens = parse(f"- **Title {escape_markdown(text)}**: more")
    kinds = {token.type for token in tokens if token.nesting == 0 and token.type != "inline"}
    assert kinds <= {"text", "text_special", "html_inline"}
    assert {token.content for token in tokens if token.type == "html_inline"} <= {"<!-- -->"}
    visible = text.replace("\n", "\\n").replace("\u202e", "\\u202e")
    assert shown(tokens) == f"Title {visible}: more"


@pytest.mark.parametrize("text", [*NASTY, "``two``", "`", "", " ", "x`"])
def test_code_span_holds_its_text(text: str) -> None:
    spans = [token.content for token in parse(f"- before {code(text)} after") if token.type == "code_inline"]
    visible = text.replace("\n", "\\n").replace("\u202e", "\\u202e")
    assert [span.strip() for span in spans] == [visible.strip()]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("`print()` has no level", "`print()` has no level"),
        ("use `a|b` and `<c>`, not *d*", "use `a|b` and `<c>`, not \\*d\\*"),
        ("one ` alone", "one \\` alone"),
        ("`` empty", "\\`\\` empty"),
        ("`a` and `", "\\`a\\` and \\`"),
    ],
)
def test_prose_keeps_its_code_spans(text: str, written: str) -> None:
    assert write_prose(text) == written


@pytest.mark.parametrize("text", ["@octocat", "me@example.org", "#12", "http://x.example", "www.x.example"])
def test_nothing_is_linked_or_notified_by_the_code_host(text: str) -> None:
    assert text not in escape_markdown(text)


def test_names_with_underscores_stay_readable() -> None:
    assert escape_markdown("get_user_id in app.py, 2 of 3 (-v)") == "get_user_id in app.py, 2 of 3 (-v)"


def test_only_plain_addresses_become_links() -> None:
    assert link("https://12factor.net/logs#x") == "<https://12factor.net/logs#x>"
    assert not link("https://x.example/<script>").startswith("<")
    assert not link("javascript:alert(1)").startswith("<")


def test_document_has_the_headings_of_the_seed() -> None:
    lines = render(REPORT, CATALOGUE, Style()).splitlines()
    assert lines[0] == "# Production Readiness Checklist"
    headings = [line for line in lines if line.startswith("## ")]
    assert headings[:2] == ["## ✅ Completed", "## ⚠️ Still To Do"]
    assert "### High Priority" in lines
    assert any(line.startswith("- [x] **CORS configuration**: ") for line in lines)
    assert any(line.startswith("1. **Rate limiting** (contradicted): ") for line in lines)


def test_numbers_start_anew_under_each_priority() -> None:
    numbered = [line.split(".")[0] for line in render(REPORT, CATALOGUE, Style()).splitlines() if line[:1].isdigit()]
    assert numbered == ["1", "2", "3", "1"]


def test_many_findings_are_listed_by_file() -> None:
    findings = tuple(
        replace(PRINT, where=at(f"server/f{index % 30:02}.py", index + 1, 1, 6, "print")) for index in range(600)
    )
    text = render(replace(REPORT, findings=findings), CATALOGUE, Style())
    assert "- `server/f00.py`: lines 1, 31, 61, 91, 121, 151, 181, 211 and 12 more" in text
    assert "… and 400 more in 20 other files" in text
    everything = render(replace(REPORT, findings=findings), CATALOGUE, Style(verbosity=1))
    assert "server/f29.py" in everything
    assert "more in" not in everything


def test_quiet_document_has_no_items() -> None:
    text = render(REPORT, CATALOGUE, Style(verbosity=-1))
    assert "❌ **Not ready**" in text
    assert "- [x]" not in text


def test_ready() -> None:
    assert "✅ **Ready**: every high-priority item is proved" in render(READY, CATALOGUE, Style())


def test_document_is_the_same_with_a_warm_cache() -> None:
    assert render(replace(REPORT, cached=0), CATALOGUE, Style()) == render(REPORT, CATALOGUE, Style())


def test_proof_that_the_reason_names_is_not_repeated() -> None:
    result = next(one for one in REPORT.items if one.item.id == "migrations")
    said = replace(result, reason=f"no rule looks at this yet; what would prove it: {result.item.proof}")
    text = render(replace(REPORT, items=(said,), findings=()), CATALOGUE, Style())
    assert text.count(result.item.proof) == 1
