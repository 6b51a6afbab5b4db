"""What watches the service: rules of Prometheus, dashboards of Grafana, and what is scraped.

`alert`: `name`, `expression` (recordings within it stand for themselves), `runbook` (what the annotation says, or
empty), `line_runbook` (a row of line and text). `recording`: `name`, `expression`. `dashboard`: `title`, `expressions`.
`scrape-job`: `name`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.scan.config.file import ConfigFile, Path

KINDS = ("alert", "recording", "dashboard", "scrape-job")
GLOBS = (
    "*.yml", "*.yaml", "*.rules", "**/dashboards/**/*.json", "**/grafana/**/*.json", "*dashboard*.json",
    "**/monitoring/**/*.json",
)  # fmt: skip
RUNBOOKS = ("runbook", "runbook_url", "runbookUrl", "runbook_link", "playbook")
MOST_RULES = 400
MOST_EXPRESSIONS = 300
LONGEST = 1000


def collect_config(file: ConfigFile) -> Iterator[Fact]:
    """The rules, jobs or panels of one file; other files are not even parsed.

    Raises:
        ConfigError: the file is broken.
    """
    if file.path.endswith(".json"):
        if '"panels"' in file.text and '"targets"' in file.text:
            yield read_dashboard(file, file.documents[0])
        return
    is_rules = "groups:" in file.text and "rules:" in file.text and "expr:" in file.text
    if is_rules and ("alert:" in file.text or "record:" in file.text):
        for index, document in enumerate(file.documents if "{{-" not in file.text else ()):
            yield from islice(read_rules(file, index, document), MOST_RULES)
    elif "scrape_configs:" in file.text:
        document = file.documents[0] if file.documents else None
        jobs = document.get("scrape_configs") if isinstance(document, Mapping) else None
        for index, job in enumerate(jobs if isinstance(jobs, list) else ()):
            if isinstance(job, Mapping):
                line = file.line_of(("scrape_configs", index))
                yield Fact("scrape-job", file.span(line), {"name": str(job.get("job_name") or "")})


def read_rules(file: ConfigFile, index: int, document: Any) -> Iterator[Fact]:  # noqa: ANN401 - YAML
    """The rules of one document, or of a PrometheusRule of the operator."""
    path: Path = ("spec", "groups") if isinstance(document, Mapping) and "spec" in document else ("groups",)
    value = document
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    for number, group in enumerate(value if isinstance(value, list) else ()):
        rules = group.get("rules") if isinstance(group, Mapping) else None
        for place, rule in enumerate(rules if isinstance(rules, list) else ()):
            if isinstance(rule, Mapping) and rule.get("expr") is not None:
                yield read_rule(file, index, (*path, number, "rules", place), rule)


def read_rule(file: ConfigFile, index: int, path: Path, rule: Mapping[str, Any]) -> Fact:
    """One alert or recording."""
    expression = str(rule["expr"])[:LONGEST]
    if "alert" not in rule:
        name = str(rule.get("record") or "")
        return Fact("recording", file.span(file.line_of(path, index)), {"name": name, "expression": expression})
    notes = rule.get("annotations")
    key = next((one for one in RUNBOOKS if isinstance(notes, Mapping) and notes.get(one)), "")
    line = file.line_of((*path, "annotations", key), index) if key else 0
    data: dict[str, Json] = {
        "name": str(rule["alert"]),
        "expression": expression,
        "runbook": str(notes[key]) if key and isinstance(notes, Mapping) else "",
        "line_runbook": [line, file.row(line).strip()[:200]],
    }
    return Fact("alert", file.span(file.line_of((*path, "alert"), index)), data)


def read_dashboard(file: ConfigFile, document: Any) -> Fact:  # noqa: ANN401 - JSON
    """A dashboard with the expressions that its panels ask for."""
    title = document.get("title") if isinstance(document, Mapping) else None
    found: list[Json] = [*islice(find_expressions(document), MOST_EXPRESSIONS)]
    return Fact("dashboard", file.span(1), {"title": str(title or ""), "expressions": found})


def find_expressions(value: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    """Everything under a key `expr`, anywhere."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Mapping):
            if isinstance(one.get("expr"), str):
                yield one["expr"][:LONGEST]
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
