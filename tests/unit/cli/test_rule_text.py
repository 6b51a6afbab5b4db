from __future__ import annotations

import pytest
import yaml

from readycheck.cli.rule_text import RuleText, quote, render_rule_text, split_module


@pytest.mark.parametrize(
    "text", ["Plain words", "yes", "null", "a: b", "- x", "it's", 'a "b"', "#", "", "1.5", "é", "{x}"]
)
def test_a_text_survives_yaml(text: str) -> None:
    assert yaml.safe_load(f"key: {quote(text)}")["key"] == text


@pytest.mark.parametrize(
    ("name", "module", "rest"),
    [
        ("requests.get", "requests", ".get"),
        ("express().use", "express", "().use"),
        ("@sentry/node.init", "@sentry/node", ".init"),
        ("flask.Flask().run", "flask", ".Flask().run"),
    ],
)
def test_a_name_begins_with_its_module(name: str, module: str, rest: str) -> None:
    assert split_module(name) == (module, rest)


def test_a_violation_matches_the_bad_example() -> None:
    rule = yaml.safe_load(
        render_rule_text(RuleText("A title", "timeouts", "python", "requests.get", "", control=False))
    )

    assert rule["examples"]["bad"] == [{"code": "import requests\n\nrequests.get()\n", "at": [3]}]
    assert rule["examples"]["good"] == [{"code": "def get(): ...\n\n\nget()\n"}]
    assert rule["anchors"] == ["get"]


def test_a_control_matches_the_good_example() -> None:
    rule = yaml.safe_load(
        render_rule_text(RuleText("A title", "cors", "typescript", "", "app.use(cors($$$OPTIONS))", control=True))
    )

    assert rule["polarity"] == "control"
    assert rule["examples"]["good"] == [{"code": "app.use(cors(options))\n", "at": [1]}]
    assert "at" not in rule["examples"]["bad"][0]
