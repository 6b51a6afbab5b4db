from __future__ import annotations

import pytest

from readycheck.model.vocabulary import Language
from readycheck.scan.config.file import ConfigFile
from readycheck.scan.facts.log_shippers import collect_config


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        (
            "vector.yaml",
            "sources: {a: {}}\nsinks:\n  out: {type: console}\n  loki: {type: loki}\n",
            [(4, "vector", "loki")],
        ),
        ("vector.yaml", "sources: {a: {}}\nsinks: {out: {type: blackhole}}\n", []),
        ("promtail.yml", "clients:\n  - url: http://loki\nscrape_configs: []\n", [(2, "promtail", "Loki")]),
        ("filebeat.yml", "output.elasticsearch:\n  hosts: [a]\n", [(1, "filebeat", "elasticsearch")]),
        (
            "otel.yaml",
            "exporters: {a: {}}\nservice:\n  pipelines:\n    traces: {}\n    logs: {exporters: [debug, otlp]}\n",
            [(5, "otel", "otlp")],
        ),
        ("otel.yaml", "exporters: {a: {}}\nservice: {pipelines: {logs: {exporters: [debug]}}}\n", []),
        ("fluent-bit.conf", "[OUTPUT]\n  Name stdout\n[OUTPUT]\n  Match *\n  Name es\n", [(3, "fluent-bit", "es")]),
        ("fluentd.conf", "<match **>\n  @type s3\n</match>\n", [(1, "fluentd", "s3")]),
    ],
)
def test_where_logs_go(path: str, text: str, found: list[tuple[int, str, str]]) -> None:
    language = Language.TEXT if path.endswith(".conf") else Language.YAML
    facts = collect_config(ConfigFile(path, language, text))
    assert [(one.where.line, one.data["tool"], one.data["target"]) for one in facts] == found
