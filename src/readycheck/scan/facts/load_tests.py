"""Plans and results of load tests.

`load-test`: `tool` (of a plan, or empty), `percentile` (the key of a result's 95th or 99th percentile, or empty),
`version` and `date` of a result.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.scan.config.file import ConfigFile, Path
from readycheck.scan.late import compile_late

KINDS = ("load-test",)
GLOBS = (
    "artillery*.{yml,yaml}", "**/artillery/**/*.{yml,yaml}", "**/load*/**/*.{yml,yaml,json,csv}",
    "*.jmx", "taurus*.yml",
    "**/perf*/**/*.{json,csv}", "**/stress*/**/*.{json,csv}", "**/k6/**/*.json", "*load*result*.{json,csv}",
    "*load-test*.{json,csv}", "*load_test*.{json,csv}", "*k6*.json",
)  # fmt: skip
PERCENTILE = compile_late(
    r"^(?:p\(?9[59]\)?|95(?:th)?_?(?:percentile)?|95%|percentile_?95|p95(?:_?\w+)?)$", re.IGNORECASE
)
COUNTS = compile_late(
    r"^(?:requests?|http_reqs|count|iterations|replies|total_?requests|samples|rps|requests_per_second)$", re.IGNORECASE
)
HEADER = compile_late(r"^\"?(?:Type|Name|Method)\"?,.*\b95%")
MOST_NODES = 5000


def collect_config(file: ConfigFile) -> Iterator[Fact]:
    """The fact of one plan or one result.

    Raises:
        ConfigError: the file is broken.
    """
    if file.path.endswith(".jmx"):
        if "<jmeterTestPlan" in file.text:
            yield make(file, 1, tool="JMeter")
    elif file.path.endswith(".csv"):
        if HEADER.match(file.row(1)) and len(file.lines) > 1:
            yield make(file, 1, percentile="95%")
    elif file.path.endswith(".json"):
        yield from read_result(file)
    else:
        yield from read_plan(file)


def make(file: ConfigFile, line: int, tool: str = "", percentile: str = "", **more: Json) -> Fact:
    """The fact."""
    data: dict[str, Json] = {"tool": tool, "percentile": percentile, "version": "", "date": "", **more}
    return Fact("load-test", file.span(line), data)


def read_plan(file: ConfigFile) -> Iterator[Fact]:
    """A plan of Artillery or Taurus."""
    if "phases" not in file.text and "execution" not in file.text:
        return
    for document in file.documents:
        config = document.get("config") if isinstance(document, Mapping) else None
        if isinstance(config, Mapping) and config.get("target") and config.get("phases") and document.get("scenarios"):
            yield make(file, file.line_of(("config", "phases")), tool="Artillery")
        elif isinstance(document, Mapping) and document.get("execution") and document.get("scenarios"):
            yield make(file, file.line_of(("execution",)), tool="Taurus")


def read_result(file: ConfigFile) -> Iterator[Fact]:
    """A result: a 95th percentile that is a number, and how many requests there were."""
    if "95" not in file.text:
        return
    document = file.documents[0]
    found = find_key(document, PERCENTILE)
    if found is None or find_key(document, COUNTS) is None or not isinstance(document, Mapping):
        return
    date = document.get("date") or document.get("timestamp") or document.get("startedAt") or ""
    version = document.get("version") or document.get("commit") or ""
    line = file.line_of(found)
    yield make(file, line, percentile=str(found[-1]), version=str(version)[:40], date=str(date)[:10])


def find_key(document: Any, pattern: re.Pattern[str]) -> Path | None:  # noqa: ANN401 - JSON
    """The path of the first key that matches and holds a number."""
    waiting: list[tuple[Path, Any]] = [((), document)]
    seen = 0
    while waiting and seen < MOST_NODES:
        path, value = waiting.pop(0)
        seen += 1
        if isinstance(value, Mapping):
            for key, child in value.items():
                is_number = isinstance(child, int | float) and not isinstance(child, bool)
                if is_number and pattern.match(str(key)):
                    return (*path, str(key))
                waiting.append(((*path, str(key)), child))
        elif isinstance(value, list):
            waiting += [((*path, index), child) for index, child in enumerate(value[:50])]
    return None
