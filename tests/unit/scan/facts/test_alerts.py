from __future__ import annotations

from readycheck.model.evidence import Fact
from readycheck.model.vocabulary import Language
from readycheck.scan.config.file import ConfigFile
from readycheck.scan.facts.alerts import collect_config


def collect(path: str, text: str, language: Language = Language.YAML) -> list[Fact]:
    return list(collect_config(ConfigFile(path, language, text)))


def test_rules_of_prometheus() -> None:
    text = (
        "groups:\n  - name: a\n    rules:\n      - record: a:b\n        expr: sum(c)\n"
        "      - alert: Down\n        expr: up == 0\n"
        "        annotations:\n          runbook_url: docs/a.md#down\n"
    )
    recording, alert = collect("alerts.yml", text)
    assert (recording.kind, recording.data) == ("recording", {"name": "a:b", "expression": "sum(c)"})
    assert alert.where.line == 6
    assert (alert.data["runbook"], alert.data["line_runbook"]) == (
        "docs/a.md#down",
        [9, "runbook_url: docs/a.md#down"],
    )


def test_rules_of_the_operator() -> None:
    text = "kind: PrometheusRule\nspec:\n  groups:\n    - rules:\n        - alert: A\n          expr: b\n"
    assert [(one.kind, one.where.line) for one in collect("k8s/rules.yaml", text)] == [("alert", 5)]


def test_a_dashboard() -> None:
    text = '{"title": "Chat", "panels": [{"targets": [{"expr": "a"}]}, {"panels": [{"targets": [{"expr": "b"}]}]}]}'
    (board,) = collect("grafana/chat.json", text, Language.JSON)
    assert (board.data["title"], sorted(map(str, board.data["expressions"]))) == ("Chat", ["a", "b"])  # type: ignore[arg-type]


def test_what_is_scraped() -> None:
    assert [one.data for one in collect("prometheus.yml", "scrape_configs:\n  - job_name: api\n")] == [{"name": "api"}]
    assert collect("other.yml", "groups: [\n") == []
