from __future__ import annotations

import pytest

from readycheck.model.vocabulary import Language
from readycheck.scan.config.file import ConfigError, ConfigFile


def test_json_with_comments_knows_the_line_of_each_value() -> None:
    text = '{\n  // why\n  "scripts": {\n    "start": "node x", /* c */\n    "list": [1,\n 2,],\n  },\n}\n'
    file = ConfigFile("package.json", Language.JSON, text)
    assert file.documents == ({"scripts": {"start": "node x", "list": [1, 2]}},)
    assert file.line_of(("scripts", "start")) == 4
    assert file.line_of(("scripts", "list", 1)) == 6
    assert file.line_of(("scripts", "absent")) == 3


@pytest.mark.parametrize("text", ["", "{", '{"a" 1}', "[1 2]", "{a: 1}", "nope", '{"a": 1} x', '"\n"', "[" * 5000])
def test_broken_json_is_an_error_with_a_line(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        _ = ConfigFile("a.json", Language.JSON, text).documents
    assert caught.value.line >= 1


def test_toml_lines_of_tables_and_keys() -> None:
    text = '[a]\nb = """\n[c]\nd = 1\n"""\n[[e]]\nf = 1\n[[e]]\nf.g = 2\n["h.i".j]\nk = 1\n'
    file = ConfigFile("a.toml", Language.TOML, text.replace("f.g", "g"))
    assert file.line_of(("a", "b")) == 2
    assert file.line_of(("c",)) == 1
    assert file.line_of(("e", 1, "g")) == 9
    assert file.line_of(("h.i", "j", "k")) == 11


def test_broken_toml_is_an_error() -> None:
    with pytest.raises(ConfigError, match="no TOML"):
        _ = ConfigFile("a.toml", Language.TOML, "a = [\n").documents


def test_yaml_with_several_documents() -> None:
    file = ConfigFile("k8s.yaml", Language.YAML, "a: 1\n---\nb:\n  - c: 2\n")
    assert file.documents == ({"a": 1}, {"b": [{"c": 2}]})
    assert file.line_of(("b", 0, "c"), 1) == 4


def test_yaml_bomb_costs_only_itself() -> None:
    rows = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 40)]
    with pytest.raises(ConfigError):
        _ = ConfigFile("bomb.yaml", Language.YAML, "\n".join(rows)).documents


def test_text_has_lines_and_no_documents() -> None:
    file = ConfigFile("Procfile", Language.TEXT, "web: x\r\n  worker: y\r\n")
    assert file.documents == ()
    span = file.span(2)
    assert (span.line, span.column, span.end_column, span.snippet) == (2, 3, 12, "  worker: y")
    assert file.span(99).snippet == ""
