"""From samples to ratios, goals and a page of Markdown."""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from benchmarks.chat_backend.load import CONNECTIONS, Sample
from benchmarks.chat_backend.servers import EXPRESS, POOL_SIZE
from benchmarks.peers import read_version

KINDS = {"list": "listing", "post": "posting"}
SERVERS = {"full": "hardened, Redis limiter", "bare": "bare", "express": "Express, memory limiter"}
PASSES = {"none": "no Accept-Encoding", "compressed": "compressed"}
CPU_GOALS = {"list": 600.0, "post": 700.0}
EXPRESS_GOAL = 1.35
OVERHEAD_GOAL = 0.35


@dataclass(frozen=True, slots=True)
class Goal:
    """A promise and what was measured."""

    text: str
    limit: str
    measured: str
    is_met: bool


@dataclass(frozen=True, slots=True)
class Series:
    """All samples by pass, kind and server."""

    samples: Mapping[tuple[str, str, str], list[Sample]]

    def find_best(self, accepted: str, kind: str, server: str) -> float:
        """The CPU of a request in microseconds in the round that was disturbed least."""
        return min(sample.cpu for sample in self.samples[accepted, kind, server])

    def find_ratio(self, accepted: str, kind: str, upper: str, lower: str) -> float:
        """The median of the ratios of one round each: what disturbs a round disturbs both."""
        pairs = zip(self.samples[accepted, kind, upper], self.samples[accepted, kind, lower], strict=True)
        return statistics.median(one.cpu / other.cpu for one, other in pairs)


def judge(series: Series) -> list[Goal]:
    """The goals, by the pass without an encoding and the best round of each server: noise only ever adds."""
    goals = []
    for kind, limit in CPU_GOALS.items():
        cpu = series.find_best("none", kind, "full")
        ratio = series.find_best("none", kind, "express") / cpu
        text = f"{KINDS[kind]}: CPU of a request, hardened with the Redis limiter, and Express' to it"
        wanted = f"<= {limit:.0f} us or >= {EXPRESS_GOAL} x"
        goals.append(Goal(text, wanted, f"{cpu:.0f} us, {ratio:.2f} x", cpu <= limit or ratio >= EXPRESS_GOAL))
    for kind, name in KINDS.items():
        overhead = series.find_best("none", kind, "full") / series.find_best("none", kind, "bare") - 1
        limit_text, measured = f"<= {OVERHEAD_GOAL:.0%}", f"{overhead:.0%}"
        goals.append(Goal(f"{name}: what hardening adds to bare", limit_text, measured, overhead <= OVERHEAD_GOAL))
    return goals


def render(series: Series, limiters: Mapping[str, list[float]], goals: list[Goal], circumstances: str) -> str:
    """The page, ratios first."""
    lines = ["# Speed of the chat backend", "", "Written by `python -m benchmarks.chat_backend`. "]
    lines[-1] += f"{_describe_machine()}; {circumstances} and {os.getloadavg()[0]:.1f} after; "
    lines[-1] += f"{datetime.now(UTC):%Y-%m-%d}."
    lines += [
        "",
        "## Goals",
        "",
        "By the best round of each server: what else the machine does only adds to a round.",
        "",
    ]
    lines += ["| goal | limit | measured | |", "| --- | --: | --: | --- |"]
    for goal in goals:
        verdict = "met" if goal.is_met else "**missed**"
        lines.append(f"| {goal.text} | {goal.limit} | {goal.measured} | {verdict} |")
    lines += [
        "",
        "## Ratios",
        "",
        "CPU of a request: the best rounds, and in brackets the median of the rounds' ratios.",
        "",
    ]
    lines += ["| request | encoding | Express / hardened | hardened / bare | hardened - bare |"]
    lines += ["| --- | --- | --: | --: | --: |"]
    for accepted, encoding in PASSES.items():
        for kind, name in KINDS.items():
            full, bare, express = (series.find_best(accepted, kind, server) for server in SERVERS)
            express_median = series.find_ratio(accepted, kind, "express", "full")
            bare_median = series.find_ratio(accepted, kind, "full", "bare")
            cells = f"{express / full:.2f} ({express_median:.2f}) | {full / bare:.2f} ({bare_median:.2f})"
            lines.append(f"| {name} | {encoding} | {cells} | {full - bare:.0f} us |")
    lines += ["", *_render_limiters(limiters), "", *_render_samples(series), "", *_NOTES]
    return "\n".join(lines) + "\n"


def _render_limiters(limiters: Mapping[str, list[float]]) -> list[str]:
    """Our script beside the library."""
    median = {name: statistics.median(values) for name, values in limiters.items()}
    lines = [
        "## One decision of the limiter",
        "",
        "The limits library needs `hit` and `get_window_stats`, two round trips, where our script needs one, which",
        "those share that arrive together. The same client library and server; CPU of a decision, medians.",
        "",
        "| decisions at once | library / script | script, us | library, us |",
        "| --: | --: | --: | --: |",
    ]
    for at_once in sorted({int(name.split()[1]) for name in median}):
        ours, theirs = median[f"script {at_once}"], median[f"library {at_once}"]
        lines.append(f"| {at_once} | {theirs / ours:.2f} x | {ours:.0f} | {theirs:.0f} |")
    return lines


def _render_samples(series: Series) -> list[str]:
    """All servers with their figures."""
    lines = [
        "## Measurements",
        "",
        "| request | encoding | server | CPU us, median | best | requests/s | p50 ms | p99 ms |",
    ]
    lines.append("| --- | --- | --- | --: | --: | --: | --: | --: |")
    for (accepted, kind, server), samples in series.samples.items():
        cpu = [sample.cpu for sample in samples]
        rate, p50, p99 = (statistics.median(getattr(one, name) for one in samples) for name in ("rate", "p50", "p99"))
        cells = f"{statistics.median(cpu):.0f} | {min(cpu):.0f} | {rate:.0f} | {p50:.1f} | {p99:.1f}"
        lines.append(f"| {KINDS[kind]} | {PASSES[accepted]} | {SERVERS[server]} | {cells} |")
    return lines


def _describe_machine() -> str:
    """Versions and machine in half a sentence."""
    packages = json.loads((EXPRESS / "package.json").read_text(encoding="utf-8"))["dependencies"]
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    versions = f"Python {platform.python_version()}, Node.js {read_version(['node'])}, Express {packages['express']}"
    return f"{versions}; {platform.system()} {platform.machine()}, {cores} cores"


_NOTES = [
    "## What is compared",
    "",
    f"One process each, wrk with {CONNECTIONS} connections on loopback, {POOL_SIZE} connections to the same Postgres,",
    "the same SQL from the same files, the same check of the same 50 users' tokens. CPU is user and system time of the",
    "server alone: what Postgres, Valkey and wrk use on the same cores shows in requests a second and in milliseconds,",
    "which is why those say little here. A run counts only if no request failed and each has its line in the log.",
    "",
    "Hardened is the backend as it is deployed, its limits set too high to refuse anything. Bare is all its routes on",
    "the same services without a layer around them. Express has pino, helmet, cors, compression, a body limit and",
    "express-rate-limit in memory; it moderates nothing, keeps no metrics and has no deadline.",
]
