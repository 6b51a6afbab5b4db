from __future__ import annotations

import pytest

from readycheck.model.vocabulary import Language
from readycheck.scan.config.file import ConfigError, ConfigFile
from readycheck.scan.facts.pipelines import collect_config

WORKFLOW = """\
on: push
jobs:
  test:
    steps:
      - uses: actions/checkout@v4
      - name: pytest
        run: |
          pip install -e .
          pytest -q
"""


def collect(path: str, text: str) -> list[tuple[str, int, object, object]]:
    facts = collect_config(ConfigFile(path, Language.YAML, text))
    return [
        (one.kind, one.where.line, one.data.get("words"), one.data.get("uses", one.data.get("name"))) for one in facts
    ]


def test_steps_of_a_workflow() -> None:
    assert collect(".github/workflows/ci.yml", WORKFLOW) == [
        ("ci-step", 5, [], "actions/checkout@v4"),
        ("ci-step", 8, ["pip", "install", "-e", "."], ""),
        ("ci-step", 9, ["pytest", "-q"], ""),
    ]


def test_other_yaml_is_no_pipeline() -> None:
    assert collect("docs/ci.yml", WORKFLOW) == []
    assert collect("docs/broken.yml", "a: [\n") == []


def test_a_broken_pipeline_is_an_error() -> None:
    with pytest.raises(ConfigError):
        collect(".gitlab-ci.yml", "a: [\n")


def test_health_checks() -> None:
    compose = (
        "services:\n  a:\n    build: .\n    healthcheck:\n      test: x\n"
        "  b:\n    image: y\n    healthcheck: {test: x}\n"
    )
    assert collect("compose.yml", compose) == [("container-health", 4, None, "a")]
    assert collect("docker-compose.integration.yml", compose) == []
    chart = (
        "kind: Deployment\ncontainers:\n  {{- if .probe }}\n  livenessProbe:\n    {{- toYaml .probe }}\n  {{- end }}\n"
    )
    assert collect("charts/a/templates/a.yaml", chart) == [("container-health", 4, None, "a container of the chart")]
    switched_off = "services:\n  a:\n    build: .\n    healthcheck: {test: x, disable: true}\n"
    assert collect("compose.yml", switched_off) == []
    pod = "kind: Pod\nspec:\n  containers:\n    - name: a\n      readinessProbe: {httpGet: {path: /}}\n    - name: b\n"
    assert collect("k8s/pod.yaml", pod) == [("container-health", 5, None, "a")]
