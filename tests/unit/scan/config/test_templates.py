from __future__ import annotations

from readycheck.model.vocabulary import Language
from readycheck.scan.config.file import ConfigFile
from readycheck.scan.config.templates import fill_template, is_templated, read_documents


def read(text: str) -> list[object]:
    return [one.value for one in read_documents(ConfigFile("a.yaml", Language.YAML, text))]


def test_what_is_computed_becomes_a_placeholder_on_its_line() -> None:
    text = "{{/* a\nb */}}\na: {{ .x | quote }}\n{{- if .y }}\nb:\n  {{- toYaml .z | nindent 2 }}\n{{- end }}"
    assert fill_template(text) == "\n\na: TEMPLATED\n\nb:\n  TEMPLATED6: TEMPLATED\n"


def test_templates_as_documents() -> None:
    assert read("a: {{ .x }}\nb: c\n") == [{"a": "TEMPLATED", "b": "c"}]
    assert read("a: 1\n{{ else }}\na: 2\n") == []
    assert read("{% if a %}\nb: {{ c }}\n") == []


def test_what_is_templated() -> None:
    assert [is_templated(one) for one in ("TEMPLATED-x", {"TEMPLATED3": ""}, {"a": "TEMPLATED"}, "x", None)] == [
        True,
        True,
        False,
        False,
        False,
    ]
