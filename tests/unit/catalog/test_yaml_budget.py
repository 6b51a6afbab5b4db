from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import suppress

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from readycheck.catalog.yaml_budget import YamlError, load_yaml, load_yaml_documents
from readycheck.catalog.yaml_scalars import resolve_plain

LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def test_values_are_those_of_the_core_schema() -> None:
    text = "{a: 1, b: -2.5, c: true, d: ~, e: on, f: no, g: '1', h: 0x1f, i: 22:22, j: 2024-01-02, k: 1e3, l: 0o17}"
    assert load_yaml(text, "x").value == {
        "a": 1,
        "b": -2.5,
        "c": True,
        "d": None,
        "e": "on",
        "f": "no",
        "g": "1",
        "h": 31,
        "i": "22:22",
        "j": "2024-01-02",
        "k": 1000.0,
        "l": 15,
    }


def test_infinity_and_not_a_number() -> None:
    value = load_yaml("[.inf, -.Inf, .nan]", "x").value
    assert value[:2] == [math.inf, -math.inf]
    assert math.isnan(value[2])


def test_very_long_digits_stay_text() -> None:
    assert load_yaml("9" * 5000, "x").value == "9" * 5000


@pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n", "\ufeff"])
def test_empty_texts_are_nothing(text: str) -> None:
    assert load_yaml(text, "x").value is None


def test_standard_tags_apply() -> None:
    assert load_yaml("[!!str 1, !!int '2', !!float 3, ! 4]", "x").value == ["1", 2, 3, "4"]


def test_lines_of_keys_and_items() -> None:
    loaded = load_yaml("a: 1\nb:\n  - c\n  -\n    d: |\n      text\n    e: [1,\n      2]\n", "x")
    paths = {(): 1, ("a",): 1, ("b",): 2, ("b", 0): 3, ("b", 1): 5, ("b", 1, "d"): 5, ("b", 1, "e", 1): 8}
    assert {path: loaded.line_of(path) for path in paths} == paths


def test_lines_fall_back_to_what_is_known() -> None:
    loaded = load_yaml("a:\n  b: 1\n80: x\n", "x")
    assert loaded.line_of(("a", "missing", "deeper")) == 1
    assert loaded.line_of(("80",)) == 3
    assert loaded.line_of(("a", "b", "c")) == 2


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "the key 'a' stands here twice"),
        ("a: [1, 2\nb: 3\n", 2, "did not find expected ',' or ']'"),
        ("a: 1\n---\nb: 2\n", 3, "a second document"),
        ("a: !!python/object/apply:os.system [id]\n", 1, "the tag !!python/object/apply:os.system is not allowed"),
        ("a: !!python/name:os.system x\n", 1, "is not allowed"),
        ("a: !Ref b\n", 1, "the tag !Ref is not allowed"),
        ("a: !!int x\n", 1, "'x' is no !!int"),
        ("a: &a {x: 1}\nb:\n  <<: *a\n", 3, "the merge key << is not allowed"),
        ("a: &a [*a]\n", 1, "contains itself"),
        ("a: *b\n", 1, "names no anchor"),
        ("? [1, 2]\n: x\n", 1, "a key must be a single word"),
        ("a: \x00\n", 1, "control characters"),
        ("a: b\nc: \ud800\n", 2, "not valid Unicode"),
    ],
)
def test_faults_name_line_and_reason(text: str, line: int, reason: str) -> None:
    with pytest.raises(YamlError) as raised:
        load_yaml(text, "rules/x.yaml")
    assert reason in raised.value.reason
    assert str(raised.value).startswith(f"rules/x.yaml:{line}: ")


def test_a_quoted_merge_key_is_a_key() -> None:
    assert load_yaml('"<<": 1', "x").value == {"<<": 1}


HOSTILE = {
    "laughs": (LAUGHS, "more than 50000 values, aliases expanded"),
    "brackets": ("[" * 20_000, "levels deep|nesting depth"),
    "braces": ("{a: " * 20_000, "levels deep|nesting depth"),
    "dashes": ("- " * 20_000, "levels deep|nesting depth"),
    "complex-keys": ("? " * 20_000, "levels deep|nesting depth"),
    "long-list": ("[" + "x, " * 60_000 + "]", "more than 50000 values"),
    "aliases": ("a: &a x\nb: [" + "*a, " * 200 + "]", "more than 100 aliases"),
}


@pytest.mark.parametrize("load", [load_yaml, load_yaml_documents])
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_are_refused(load: Callable[[str, str], object], name: str) -> None:
    text, reason = HOSTILE[name]
    with pytest.raises(YamlError, match=reason):
        load(text, "x")


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_are_refused_without_libyaml(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml, "__with_libyaml__", False)
    text, reason = HOSTILE[name]
    with pytest.raises(YamlError, match=reason):
        load_yaml(text, "x")


def test_aliases_count_the_depth_of_what_they_stand_for() -> None:
    text = "a: &a [[[[x]]]]\nb: [[[[*a]]]]\n"
    assert load_yaml(text, "x", max_depth=10).value["b"] == [[[[[[[["x"]]]]]]]]
    with pytest.raises(YamlError, match="nested"):
        load_yaml(text, "x", max_depth=7)


def test_limits_can_be_set() -> None:
    assert load_yaml("[1, 2, 3]", "x", max_nodes=4).value == [1, 2, 3]
    with pytest.raises(YamlError, match="more than 3 values"):
        load_yaml("[1, 2, 3]", "x", max_nodes=3)
    with pytest.raises(YamlError, match="more than 0 aliases"):
        load_yaml("[&a 1, *a]", "x", max_aliases=0)


def test_documents_share_one_budget_and_no_anchors() -> None:
    loaded = load_yaml_documents("a: 1\n---\nb: 2\n---\n", "x")
    assert [document.value for document in loaded] == [{"a": 1}, {"b": 2}, None]
    assert loaded[1].line_of(("b",)) == 3
    with pytest.raises(YamlError, match="more than 3 values"):
        load_yaml_documents("---\n" * 5, "x", max_nodes=3)
    with pytest.raises(YamlError, match="names no anchor"):
        load_yaml_documents("&a x\n---\n*a\n", "x")


def test_documents_of_others_may_merge_and_tag() -> None:
    text = "base: &base {image: x, user: root}\nweb:\n  user: web\n  <<: *base\nkey: !Ref Name\nlist: !Sub [a]\n"
    (loaded,) = load_yaml_documents(text, "compose.yaml")
    assert loaded.value["web"] == {"user": "web", "image": "x"}
    assert (loaded.value["key"], loaded.value["list"]) == ("Name", ["a"])
    assert loaded.line_of(("web", "image")) == 1
    assert loaded.line_of(("web", "user")) == 3


def test_the_first_of_several_merged_mappings_wins() -> None:
    (loaded,) = load_yaml_documents("a: &a {x: 1}\nb: &b {x: 2, y: 2}\nc:\n  <<: [*a, *b]\n  z: 3\n", "x")
    assert loaded.value["c"] == {"z": 3, "x": 1, "y": 2}


@pytest.mark.parametrize("text", ["<<: x", "<<: [1]", "<<: [[{a: 1}]]"])
def test_only_mappings_merge(text: str) -> None:
    with pytest.raises(YamlError, match="takes a mapping"):
        load_yaml_documents(text, "x")


def test_python_objects_are_refused_in_documents_of_others_too() -> None:
    with pytest.raises(YamlError, match="not allowed"):
        load_yaml_documents("!!python/object/apply:os.system [id]", "x")


# PyYAML writes YAML 1.1, in which `0e0` is a text that needs no quotes; in YAML 1.2 it is a number.
texts = st.text(max_size=8).filter(lambda text: isinstance(resolve_plain(text), str))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(json_values)
def test_what_pyyaml_writes_is_read_back(value: object) -> None:
    assert load_yaml(yaml.safe_dump(value, allow_unicode=False), "x").value == value


@given(st.text(alphabet="ab:-?[]{}&*!|>'\"%@`#,<~ \n\t0", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(YamlError):
        assert all(document.line_of(()) >= 1 for document in load_yaml_documents(text, "x"))
