from __future__ import annotations

import tomllib

import pytest
import yaml

from readycheck.audit.settings import PARSERS
from readycheck.cli.setup_files import CONFIGURATION, HOOK, WORKFLOW, add_hook, add_table


def test_the_configuration_is_one() -> None:
    assert set(tomllib.loads(CONFIGURATION)) <= set(PARSERS)


def test_what_the_configuration_shows_commented_out_is_right() -> None:
    lines = [line.removeprefix("# ") for line in CONFIGURATION.splitlines()]
    shown = "\n".join(line for line in lines if " = " in line or line.startswith("["))

    table = tomllib.loads(shown)

    assert set(table) <= set(PARSERS)
    assert set(table["waivers"][0]) == {"rule", "path", "owner", "reason", "until"}


def test_the_workflow_has_no_more_rights_than_it_needs() -> None:
    workflow = yaml.safe_load(WORKFLOW)

    [job] = workflow["jobs"].values()
    assert workflow["permissions"] == {}
    assert job["permissions"] == {"contents": "read", "security-events": "write"}


@pytest.mark.parametrize(
    "text",
    [
        "repos:\n- repo: a\n  hooks: []\n",
        "# a comment\nfail_fast: true\nrepos:\n  - repo: a\n    hooks: []\n\n",
        "repos:\n    - repo: a\n      hooks: []",
    ],
)
def test_a_hook_is_added_to_the_others(text: str) -> None:
    added = add_hook(text)

    assert added is not None
    hooks = yaml.safe_load(added)
    assert hooks["repos"][0]["repo"] == "a"
    assert hooks["repos"][1] == yaml.safe_load(f"repos:\n{HOOK}")["repos"][0]


@pytest.mark.parametrize("text", ["", "repos: []\n", "repos:\n- repo: a\n  hooks: []\nfail_fast: true\n", "[1, 2]"])
def test_a_file_that_is_laid_out_otherwise_is_left_alone(text: str) -> None:
    assert add_hook(text) is None


def test_a_table_is_added_to_a_project() -> None:
    table = tomllib.loads(add_table('[project]\nname = "x"\n'))

    assert table["project"] == {"name": "x"}
    assert table["tool"]["readycheck"]["fail-on"] == "high"
