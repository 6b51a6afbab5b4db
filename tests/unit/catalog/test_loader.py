from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from readycheck.catalog import CatalogueError, load_catalogue
from readycheck.catalog.yaml_budget import load_yaml
from readycheck.model.rule import Calls, Check, ConfigPath, Dependency, FileLine, Pattern, Rule
from readycheck.model.vocabulary import Channel, Language, Polarity, Role, WhenClean
from tests.unit.catalog.samples import CONFIG_RULE, CONTROL_RULE, RULE, find_problems


def load_one(folder: Path, text: str, name: str = "shout-call") -> Rule:
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    rule = load_catalogue([folder]).find_rule(name)
    assert rule is not None
    return rule


def test_a_rule_is_read_with_its_defaults(tmp_path: Path) -> None:
    rule = load_one(tmp_path, RULE)
    assert (rule.id, rule.item, rule.channel, rule.builtin) == ("shout-call", "no-console-output", Channel.CODE, False)
    assert (rule.when_clean, rule.roles, rule.except_inside) == (WhenClean.SUPPORTS, (Role.SERVER,), ())
    assert rule.detect == Calls(("voice.shout",), {}, references=False)
    assert [(example.at, example.language) for example in rule.bad] == [((2,), Language.PYTHON)]
    assert rule.matching == rule.bad
    assert rule.source == f"{tmp_path}/shout-call.yaml"


def test_a_control_matches_its_good_examples(tmp_path: Path) -> None:
    rule = load_one(tmp_path, CONTROL_RULE)
    assert rule.polarity is Polarity.CONTROL
    assert rule.detect == Calls(("slowapi.Limiter",), {"enabled": True}, references=False)
    assert rule.matching == rule.good
    assert (rule.good[0].language, rule.bad[0].language) == (Language.JAVASCRIPT, Language.PYTHON)
    assert rule.good[0].files == {"src/app.js": "new Limiter({enabled: true})", "src/other.js": ""}


def test_a_config_rule_is_read(tmp_path: Path) -> None:
    rule = load_one(tmp_path, CONFIG_RULE)
    assert rule.detect == ConfigPath(("compose.yaml",), "services.*.privileged", "^true$")
    assert (rule.languages, rule.anchors, rule.bad[0].language) == ((), (), Language.YAML)


@pytest.mark.parametrize(
    ("detect", "expected"),
    [
        ("  pattern: debugger", Pattern({"pattern": "debugger"})),
        ("  pattern: {kind: call, not: {has: {regex: x}}}", Pattern({"kind": "call", "not": {"has": {"regex": "x"}}})),
        ("  calls: [a.b, c.*]\n  references: true", Calls(("a.b", "c.*"), {}, references=True)),
        ("  check: find_shouts", Check("find_shouts")),
    ],
)  # fmt: skip
def test_code_detectors_are_read(tmp_path: Path, detect: str, expected: object) -> None:
    assert load_one(tmp_path, RULE.replace("  calls: voice.shout", detect)).detect == expected


@pytest.mark.parametrize(
    ("detect", "expected"),
    [
        ("  dependency: pino", Dependency(("pino",))),
        ("  dependency: [npm:pino, pypi:structlog]", Dependency(("npm:pino", "pypi:structlog"))),
        ("  file: Dockerfile\n  line: ^USER", FileLine(("Dockerfile",), "^USER")),
        ("  check: find_users", Check("find_users")),
    ],
)
def test_config_detectors_are_read(tmp_path: Path, detect: str, expected: object) -> None:
    start, end = CONFIG_RULE.index("  config:"), CONFIG_RULE.index("examples:")
    assert load_one(tmp_path, f"{CONFIG_RULE[:start]}{detect}\n{CONFIG_RULE[end:]}").detect == expected


FAULTS = load_yaml((Path(__file__).parent / "faults.yaml").read_text(encoding="utf-8"), "faults.yaml").value
SAMPLES = {"violation": RULE, "control": CONTROL_RULE, "config": CONFIG_RULE}


@pytest.mark.parametrize("fault", FAULTS, ids=[fault["says"][0] for fault in FAULTS])
def test_faults_name_line_key_and_nearest_word(tmp_path: Path, fault: dict[str, Any]) -> None:
    sample = SAMPLES[fault["sample"]]
    assert sample.count(fault["replace"]) >= 1
    assert find_problems(tmp_path, sample) == []
    assert find_problems(tmp_path, sample.replace(fault["replace"], fault["by"])) == fault["says"]


def test_a_check_must_exist_where_checks_are_known(tmp_path: Path) -> None:
    text = RULE.replace("calls: voice.shout", "check: find_shout")
    assert find_problems(tmp_path, text) == []
    assert find_problems(tmp_path, text, checks={"find_shout"}) == []
    assert find_problems(tmp_path, text, checks={"find_shouts"}) == [
        "12: detect.check: unknown check 'find_shout'; known: find_shouts (did you mean \"find_shouts\"?)"
    ]


def test_a_clean_rule_proves_only_through_the_items_channels(tmp_path: Path) -> None:
    text = CONFIG_RULE.replace("item: container-user", "item: no-console-output")
    assert find_problems(tmp_path, text) == []
    assert find_problems(tmp_path, text.replace("confidence:", "when_clean: proves\nconfidence:")) == [
        "3: channel: cannot prove no-console-output, which takes proof from code"
    ]


def test_a_broken_yaml_is_named(tmp_path: Path) -> None:
    assert find_problems(tmp_path, "title: [\n") == ["2: did not find expected node content"]
    assert find_problems(tmp_path, "title: a\ntitle: b\n") == ["2: the key 'title' stands here twice"]
    assert find_problems(tmp_path, "- a\n") == ["1: must be a mapping, not a list"]
    assert find_problems(tmp_path, "") == ["1: must be a mapping, not nothing"]


def test_all_problems_of_all_files_are_listed(tmp_path: Path) -> None:
    (tmp_path / "Loud.yaml").write_text(RULE.replace("why: ", "whi: "), encoding="utf-8")
    (tmp_path / "other.yml").write_text(RULE.replace("item: no-console-output", "item: nothing"), encoding="utf-8")
    with pytest.raises(CatalogueError) as raised:
        load_catalogue([tmp_path])
    assert [(Path(problem.source).name, problem.key) for problem in raised.value.problems] == [
        ("Loud.yaml", ""),
        ("Loud.yaml", "why"),
        ("Loud.yaml", "whi"),
        ("other.yml", "item"),
    ]
    assert str(raised.value).count("\n") == 3


def test_an_id_stands_for_one_rule_only(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for path in (tmp_path / "print-call.yaml", tmp_path / "shout-call.yaml", tmp_path / "deep" / "shout-call.yaml"):
        path.write_text(RULE, encoding="utf-8")
    with pytest.raises(CatalogueError) as raised:
        load_catalogue([tmp_path])
    assert [problem.text for problem in raised.value.problems] == [
        "a rule named 'print-call' exists already: rules/logging/print-call.yaml",
        f"a rule named 'shout-call' exists already: {tmp_path}/shout-call.yaml",
    ]


def test_the_digest_follows_the_text(tmp_path: Path) -> None:
    builtin = load_catalogue().digest
    (tmp_path / "shout-call.yaml").write_text(RULE, encoding="utf-8")
    first = load_catalogue([tmp_path])
    again = load_catalogue([tmp_path])
    (tmp_path / "shout-call.yaml").write_text(RULE + "# more\n", encoding="utf-8")
    changed = load_catalogue([tmp_path])
    assert first == again
    assert len({builtin, first.digest, changed.digest}) == 3
    assert replace(changed, digest=first.digest) == first


def test_rules_are_sorted_by_id(tmp_path: Path) -> None:
    for name in ("zzz", "aaa"):
        (tmp_path / f"{name}.yaml").write_text(RULE, encoding="utf-8")
    ids = [rule.id for rule in load_catalogue([tmp_path]).rules]
    assert (ids[0], ids[-1]) == ("aaa", "zzz")
    assert ids == sorted(ids)


def test_without_their_examples_built_in_rules_are_the_same() -> None:
    full, short = load_catalogue(), load_catalogue(examples=False)

    assert short.digest == full.digest
    assert [replace(rule, bad=(), good=()) for rule in full.rules] == list(short.rules)
