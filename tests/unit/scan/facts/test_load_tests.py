from __future__ import annotations

import pytest

from readycheck.model.vocabulary import Language
from readycheck.scan.config.file import ConfigFile
from readycheck.scan.facts.load_tests import collect_config


@pytest.mark.parametrize(
    ("path", "language", "text", "found"),
    [
        (
            "load/r.json",
            Language.JSON,
            '{"version": "2",\n "http_reqs": {"count": 9},\n "a": {"p(95)": 1.5}}',
            [(3, "", "p(95)")],
        ),
        ("load/r.json", Language.JSON, '{"p95": 1}', []),
        ("load/r.json", Language.JSON, '{"p95": "low", "requests": 3}', []),
        ("load/stats.csv", Language.TEXT, "Type,Name,95%\nGET,/,3\n", [(1, "", "95%")]),
        (
            "artillery.yml",
            Language.YAML,
            "config:\n  target: a\n  phases: [{}]\nscenarios: [{}]\n",
            [(3, "Artillery", "")],
        ),
        ("artillery.yml", Language.YAML, "config: {target: a, phases: [{}]}\n", []),
        ("plan.jmx", Language.TEXT, "<jmeterTestPlan>", [(1, "JMeter", "")]),
    ],
)
def test_plans_and_results(path: str, language: Language, text: str, found: list[tuple[int, str, str]]) -> None:
    facts = collect_config(ConfigFile(path, language, text))
    assert [(one.where.line, one.data["tool"], one.data["percentile"]) for one in facts] == found
