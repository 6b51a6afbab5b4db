from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from readycheck.catalog import load_catalogue
from readycheck.cli.reference import main
from readycheck.model.rule import Calls, Check, ConfigPath, Dependency, Detect, Example, FileLine, Pattern, Rule
from readycheck.model.vocabulary import Language, Polarity, WhenClean
from readycheck.render.reference import render_checklist, render_index, render_item, render_pages, render_rule

CATALOGUE = load_catalogue()
ITEM = next(item for item in CATALOGUE.items if item.id == "no-console-output")
PRINT = next(rule for rule in CATALOGUE.rules if rule.id == "print-call")
HOSTILE = "<script>alert(1)</script> [x](javascript:y) `code *a* \x1b[31m"


def show(markdown: str) -> str:
    """What a reader's browser would get."""
    return str(MarkdownIt("commonmark").enable("table").render(markdown))


def test_a_rules_page_holds_everything_that_the_rule_says() -> None:
    page = render_rule(PRINT, ITEM)
    for text in (PRINT.title, ITEM.title, "priority high", *PRINT.references, "ignore[print-call] the reason"):
        assert text in page
    assert all(example.code in page for example in (*PRINT.bad, *PRINT.good))
    assert page.startswith("# `print-call`\n")
    assert page.endswith("\n")
    assert not page.endswith("\n\n")


def test_every_example_says_where_it_matches() -> None:
    page = render_rule(PRINT, ITEM)
    assert "Matches line 1 (twice)." in page
    assert page.count("Matches line") == len(PRINT.bad)


@pytest.mark.parametrize(
    ("detect", "text"),
    [
        (Calls(("a.b", "c.*"), {}, references=True), "Calls and other uses of `a.b` or `c.*`."),
        (Calls(("a.b",), {"debug": True}), "Calls of `a.b` in which `debug` is `true`."),
        (Pattern({"kind": "call"}), 'Syntax nodes that match the ast-grep rule `{"kind": "call"}`.'),
        (Dependency(("pino",)), "A manifest that declares `pino` for production."),
        (FileLine(("Dockerfile",), "^USER"), "A file at `Dockerfile` with a line that matches `^USER`."),
        (FileLine(("a", "b", "c")), "A file at `a`, `b` or `c`."),
        (ConfigPath(("a.json",), "x.*", "^1$"), "The value at `x.*` in `a.json` if it matches `^1$`."),
        (Check("find_shouts"), "What the check `find_shouts` finds."),
    ],
)
def test_detectors_are_put_into_words(detect: Detect, text: str) -> None:
    assert text in render_rule(replace(PRINT, detect=detect), ITEM)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (PRINT, "Effect: a match fails the item, none in all of the code proves it"),
        (replace(PRINT, when_clean=WhenClean.SUPPORTS), "Effect: a match fails the item, none does not prove it"),
        (replace(PRINT, polarity=Polarity.CONTROL), "Effect: a match proves the item"),
    ],
)
def test_the_effect_of_a_match_is_said(rule: Rule, text: str) -> None:
    assert text in render_rule(rule, ITEM)


def test_texts_of_rules_stay_texts() -> None:
    hostile = Example(f"```\n{HOSTILE}\n````", (1,), Language.PYTHON, path=f"a`b\n{HOSTILE}.py", fixed="```")
    rule = replace(
        PRINT, title=HOSTILE, why=HOSTILE, remedy=HOSTILE, bad=(hostile,), references=(f"https://a>{HOSTILE}",)
    )
    item = replace(ITEM, title=HOSTILE, proof=HOSTILE)
    for page in (render_rule(rule, item), render_item(item, [rule])):
        html = show(page)
        assert "<script" not in html
        assert 'href="javascript' not in html
        assert "\x1b" not in page


def test_code_spans_in_prose_are_kept() -> None:
    page = render_rule(replace(PRINT, remedy="Run `npm ci --a_b *` or `` x."), ITEM)
    assert "Run `npm ci --a_b *` or \\`\\` x." in page


def test_an_item_without_rules_says_so() -> None:
    assert "No rule looks at this item yet, so it stays unproven." in render_item(ITEM, [])


def test_an_item_names_its_own_rules_only() -> None:
    page = render_item(ITEM, CATALOGUE.rules)
    assert "- `print-call`: print() in server code (a match fails the item" in page
    assert "debugger-statement" not in page


def test_the_checklist_holds_every_item_and_every_rule() -> None:
    page = render_checklist(CATALOGUE)
    assert [f"### {item.id}" for item in CATALOGUE.items] == [
        line for line in page.splitlines() if line.startswith("### ")
    ]
    assert all(f"(rules/{rule.id}.md)" in page for rule in CATALOGUE.rules)


def test_the_index_holds_every_rule_once() -> None:
    page = render_index(CATALOGUE)
    assert [page.count(f"(rules/{rule.id}.md)") for rule in CATALOGUE.rules] == [1] * len(CATALOGUE.rules)


def test_links_between_pages_lead_somewhere() -> None:
    pages = render_pages(CATALOGUE, {"level-guessed": "the level is `guessed` <b>"})
    assert set(pages) == {
        "rules.md",
        "checklist.md",
        "fixes.md",
        "rule-format.md",
        *(f"rules/{rule.id}.md" for rule in CATALOGUE.rules),
    }
    assert f"../checklist.md#{PRINT.item}" in pages["rules/print-call.md"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    assert main([str(tmp_path / "docs")]) == 0
    return tmp_path / "docs"


def test_written_pages_are_up_to_date(folder: Path) -> None:
    assert main(["--check", str(folder)]) == 0
    assert (folder.parent / "rules" / "rule.schema.json").is_file()


def test_a_changed_a_missing_and_a_left_over_page_are_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "rules.md").write_text("edited", encoding="utf-8")
    (folder / "rules" / "print-call.md").unlink()
    (folder / "rules" / "gone-call.md").write_text("left over", encoding="utf-8")
    assert main([str(folder), "--check"]) == 1
    assert capsys.readouterr().err.splitlines() == [
        f"{folder}/{name} is out of date; run make docs"
        for name in ("rules.md", "rules/print-call.md", "rules/gone-call.md")
    ]
    assert main([str(folder)]) == 0
    assert main([str(folder), "--check"]) == 0
    assert not (folder / "rules" / "gone-call.md").exists()


def test_guides_beside_the_generated_pages_are_left_alone(folder: Path) -> None:
    (folder / "guide.md").write_text("by hand", encoding="utf-8")
    assert main([str(folder)]) == 0
    assert (folder / "guide.md").read_text(encoding="utf-8") == "by hand"


@pytest.mark.parametrize("arguments", [[], ["--check"], ["a", "b"]])
def test_wrong_usage_is_told_apart(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert "usage:" in capsys.readouterr().err


def test_the_format_page_names_every_key_of_the_declaration() -> None:
    page = render_pages(CATALOGUE, {"level-guessed": "the level is `guessed` <b>"})["rule-format.md"]
    for key in ("title", "when_clean", "calls", "references", "line", "config.path", "fixed", "files"):
        assert f"| `{key}` |" in page
    assert "| `roles` | a list: one of `server`, `test`," in page
    assert "an ast-grep rule object" in page


def test_the_fixes_are_listed_with_their_reasons() -> None:
    page = render_pages(CATALOGUE, {"level-guessed": "the level is `guessed` <b>"})["fixes.md"]

    assert "[`print-call`](rules/print-call.md)" in page
    assert "| `level-guessed` | the level is `guessed` &lt;b&gt; |" in page
    assert "## Rewriting it" in render_rule(PRINT, ITEM)
    assert "## Rewriting it" not in render_rule(replace(PRINT, fix=None), ITEM)
