from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from readycheck.catalog import load_catalogue
from readycheck.catalog.resources import find_rules_root
from readycheck.catalog.rule_schema import render_schema
from readycheck.catalog.yaml_budget import load_yaml
from tests.unit.catalog.samples import RULE

CATALOGUE = load_catalogue()
SCHEMA: dict[str, Any] = json.loads(render_schema(CATALOGUE.items))
RULES = sorted(find_rules_root().glob("*/*.yaml"))


def find_errors(text: str) -> list[str]:
    return [error.json_path for error in Draft202012Validator(SCHEMA).iter_errors(load_yaml(text, "x").value)]


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_the_file_in_the_repository_is_up_to_date() -> None:
    assert (find_rules_root() / "rule.schema.json").read_text(encoding="utf-8") == render_schema(CATALOGUE.items)


@pytest.mark.parametrize("path", RULES, ids=[path.stem for path in RULES])
def test_what_the_loader_takes_the_schema_takes(path: Path) -> None:
    assert find_errors(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("no-console-output", "no-such-item", "$.item"),
        ("why: It is loud.", "wy: It is loud.", "$"),
        ("calls: voice.shout", "cals: voice.shout", "$.detect"),
        ("calls: voice.shout", "pattern: {kin: call}", "$.detect"),
        ("calls: voice.shout", "calls: a\n  pattern: b", "$.detect"),
        ("at: [2]", "at: [0]", "$.examples.bad[0]"),
    ],
)
def test_what_the_loader_refuses_the_schema_refuses(old: str, new: str, place: str) -> None:
    assert find_errors(RULE) == []
    assert place in find_errors(RULE.replace(old, new))


def test_every_key_says_what_it_is_for() -> None:
    assert all(key["description"].endswith(".") for key in SCHEMA["properties"].values())
