"""Configurations of programs that take logs somewhere else.

`log-shipper`: `tool` (a word that stands in the name of the image that runs it), `target`, `installed` (the file itself
puts it to work: a chart's values, a platform's drain).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from readycheck.model.evidence import Fact
from readycheck.scan.config.file import ConfigFile
from readycheck.scan.late import compile_late

KINDS = ("log-shipper",)
GLOBS = (
    "vector.yaml", "vector.yml", "vector.toml", "vector.json", "**/vector/*.{yaml,yml,toml}", "promtail*.{yml,yaml}",
    "**/promtail/*.{yml,yaml}", "fluent*.conf", "**/fluent-bit/*.{conf,yaml}", "**/fluentd/*.conf",
    "filebeat*.{yml,yaml}",
    "otel*.{yml,yaml}", "*otel-collector*.{yml,yaml}", "config.alloy", "*.alloy",
)  # fmt: skip
NO_TARGET = frozenset({"console", "blackhole", "prometheus_exporter", "file", "stdout", "null", "logging", "debug"})
OUTPUT = compile_late(r"^\s*\[OUTPUT\]", re.IGNORECASE)
NAME = compile_late(r"^\s*Name\s+(\S+)", re.IGNORECASE)
MATCH = compile_late(r"^\s*<match\b")
TYPE = compile_late(r"^\s*@type\s+(\S+)")
BEATS = compile_late(r"^output\.(\w+):")
ALLOY = compile_late(r"^\s*loki\.write\b|^\s*otelcol\.exporter\.\w+")
NEAR = 4


def collect_config(file: ConfigFile) -> Iterator[Fact]:
    """The first target of one shipper that is not the shipper's own output.

    Raises:
        ConfigError: the file is broken.
    """
    text = file.text
    if "sinks" in text and "sources" in text:
        yield from read_vector(file)
    elif "clients:" in text and "scrape_configs" in text:
        yield from find_line(file, re.compile(r"^\s*-?\s*url:"), "promtail", "Loki")
    elif "exporters:" in text and "service:" in text:
        yield from read_collector(file)
    elif BEATS.search(text) or re.search(r"^output\.", text, re.MULTILINE):
        for number, row in enumerate(file.lines, 1):
            found = BEATS.match(row)
            if found is not None and found[1] not in NO_TARGET:
                yield make(file, number, "filebeat", found[1])
                return
    elif file.path.endswith(".alloy"):
        yield from find_line(file, ALLOY, "alloy", "Loki")
    else:
        yield from read_fluent(file)


def make(file: ConfigFile, line: int, tool: str, target: str) -> Fact:
    """The fact of one target."""
    return Fact("log-shipper", file.span(line), {"tool": tool, "target": target, "installed": False})


def find_line(file: ConfigFile, pattern: re.Pattern[str], tool: str, target: str) -> Iterator[Fact]:
    """The first line that matches."""
    number = next((number for number, row in enumerate(file.lines, 1) if pattern.search(row[:500])), None)
    if number is not None:
        yield make(file, number, tool, target)


def read_vector(file: ConfigFile) -> Iterator[Fact]:
    """The sinks of Vector that hold logs."""
    for document in file.documents:
        sinks = document.get("sinks") if isinstance(document, Mapping) else None
        for name, sink in sinks.items() if isinstance(sinks, Mapping) else ():
            kind = str(sink.get("type")) if isinstance(sink, Mapping) else "console"
            if kind not in NO_TARGET and not kind.endswith("_metrics"):
                yield make(file, file.line_of(("sinks", name)), "vector", kind)
                return


def read_collector(file: ConfigFile) -> Iterator[Fact]:
    """A pipeline for logs of the OpenTelemetry collector."""
    for document in file.documents:
        pipelines: Any = document
        for key in ("service", "pipelines"):
            pipelines = pipelines.get(key) if isinstance(pipelines, Mapping) else None
        for name, pipeline in pipelines.items() if isinstance(pipelines, Mapping) else ():
            targets = pipeline.get("exporters") if isinstance(pipeline, Mapping) else None
            real = [str(one) for one in targets or () if str(one).partition("/")[0] not in NO_TARGET]
            if str(name).startswith("logs") and real:
                yield make(file, file.line_of(("service", "pipelines", name)), "otel", real[0])
                return


def read_fluent(file: ConfigFile) -> Iterator[Fact]:
    """The outputs of Fluent Bit and Fluentd."""
    for number, row in enumerate(file.lines, 1):
        pattern, tool = (
            (NAME, "fluent-bit") if OUTPUT.match(row) else (TYPE, "fluentd") if MATCH.match(row) else (None, "")
        )
        for step in range(1, NEAR) if pattern is not None else ():
            found = pattern.match(file.row(number + step)) if pattern is not None else None
            if found is not None and found[1].lower() not in NO_TARGET:
                yield make(file, number, tool, found[1])
                return
