"""Scripts inside markup keep their lines and columns."""

from __future__ import annotations

import pytest

from readycheck.model.vocabulary import Language
from readycheck.scan.files.embedded import extract_scripts
from readycheck.scan.files.source import make_unit


def script(text: str) -> tuple[Language, list[str]] | None:
    found = extract_scripts(text)
    return None if found is None else (found[0], found[1].split("\n"))


def test_lines_and_columns_stay() -> None:
    text = '<template>\n  <p>{{ a }}</p>\n</template>\n<script setup lang="ts">\nconst a: number = 1\n</script>\n'
    found = extract_scripts(text)
    assert found is not None
    assert found[0] is Language.TYPESCRIPT
    assert len(found[1]) == len(text)
    assert found[1].split("\n")[4] == "const a: number = 1"
    assert {row.strip() for row in found[1].split("\n")[:4]} == {""}


def test_a_script_beside_markup_keeps_its_column() -> None:
    assert script("<b>ü</b><script>f()</script><i>\n") == (Language.JAVASCRIPT, [" " * 16 + "f()" + ";" + " " * 11, ""])


def test_several_scripts_do_not_run_on_into_each_other() -> None:
    found = extract_scripts("<script>a\n</script>\n<script>(b)</script>")
    assert found is not None
    unit, _ = make_unit("a.html", b"<script>a\n</script>\n<script>(b)</script>")
    assert unit is not None
    assert unit.root.find(kind="call_expression") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<p>no script</p>",
        "<script src='a.js'></script>",
        '<script type="application/json">{"a": 1}</script>',
        "<script type=importmap>{}</script>",
        "<script type='text/x-template'><p></p></script>",
        "<!-- <script>f()</script> -->",
        "<!-- never closed <script>f()</script>",
        "<scripty>f()</scripty>",
        "<script",
        '<script a="',
    ],
)
def test_what_holds_no_script(text: str) -> None:
    assert script(text) is None
    assert make_unit("a.html", text.encode()) == (None, None)


def test_an_end_tag_inside_a_string_ends_the_script_as_in_html() -> None:
    found = script("<script>a = '</script>'; b()</script>")
    assert found is not None
    assert found[1][0].strip().rstrip("; ") == "a = '"


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("<script>", Language.JAVASCRIPT),
        ("<SCRIPT TYPE='module'>", Language.JAVASCRIPT),
        ("<script lang='ts' setup>", Language.TYPESCRIPT),
        ("<script lang=tsx>", Language.TSX),
        ('<script context="module" lang="ts">', Language.TYPESCRIPT),
        ('<script :a="b > c" lang="ts">', Language.TYPESCRIPT),
        ("<script type='text/typescript'>", Language.TYPESCRIPT),
    ],
)
def test_the_language_of_a_script(tag: str, language: Language) -> None:
    found = extract_scripts(f"{tag}f()</script>")
    assert found is not None
    assert found[0] is language


def test_hostile_markup_takes_linear_time() -> None:
    for text in ("<script " * 100_000, "<!--" * 200_000, '<script "' * 100_000, "<script>" * 100_000):
        extract_scripts(text)
