"""From runs to a page of Markdown: ratios, faults found, false findings."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from benchmarks.probe.faults import FAULTS, GOOD, OURS, Fault, Judged, Verdict, judge
from benchmarks.probe.peers import PERMISSIONS, TOOLS
from benchmarks.probe.readings import shorten
from benchmarks.probe.running import Run
from benchmarks.probe.servers import SERVED

FAULTY = "faulty"
BASE = "readycheck"


@dataclass(frozen=True, slots=True)
class Results:
    """All runs, by server and tool in their order."""

    runs: Sequence[Run]

    def of(self, server: str) -> Iterator[Run]:
        """The runs on a server."""
        return (run for run in self.runs if run.server == server)

    def find(self, tool: str, server: str) -> Run | None:
        """One run."""
        return next((run for run in self.of(server) if run.tool == tool), None)

    def list_tools(self, server: str) -> list[Run]:
        """The runs of a server that were not ended early."""
        return [run for run in self.of(server) if not run.ended]

    def list_judged(self) -> Iterator[tuple[Run, str, Judged | None]]:
        """Every finding on a good server, with what it is worth."""
        for run in self.runs:
            if run.server in GOOD:
                for finding in run.reading.findings:
                    yield run, finding, judge(run.tool, run.server, finding)

    def list_problems(self) -> Iterator[str]:
        """Why the goal is missed, or nothing."""
        run = self.find("readycheck-all", FAULTY)
        for fault in FAULTS if run else ():
            if run and not finds(run, fault):
                yield f"readycheck misses fault {fault.number}: {fault.title}"
        for one, finding, judged in self.list_judged():
            if judged is None:
                yield f"nobody has judged {one.tool} on {one.server}: {finding}"
            elif judged.verdict is Verdict.FALSE and one.tool in OURS:
                yield f"a false finding of {one.tool} on {one.server}: {finding}"
        for one in self.runs:
            if one.ended:
                yield f"{one.tool} on {one.server}: {one.ended}"


def finds(run: Run, fault: Fault) -> bool:
    """Whether a run names a fault."""
    pattern = fault.find_pattern(run.tool)
    said = run.reading.told if fault.told and run.tool in OURS else run.reading.findings
    return bool(pattern) and any(re.match(pattern, one) for one in said)


def render(results: Results, circumstances: str) -> str:
    """The page."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    machine = f"Python {platform.python_version()}; {platform.system()} {platform.machine()}, {cores} cores"
    lines = [
        "# The probe beside other tools",
        "",
        f"Written by `python -m benchmarks.probe`. {machine}; {circumstances}; {datetime.now(UTC):%Y-%m-%d}.",
        "",
        *render_summary(results),
        *render_faults(results),
        *render_runs(results),
        *render_false(results),
        *render_rest(results),
        *NOTES,
    ]
    return "\n".join(lines) + "\n"


def render_summary(results: Results) -> list[str]:
    """One line a tool."""
    lines = [
        "## In short",
        "",
        f"| tool | faults found of {len(FAULTS)} | requests for them | false findings elsewhere | right ones | taste |",
        "| --- | --: | --: | --: | --: | --: |",
    ]
    for tool in TOOLS.values():
        verdicts = [one.verdict for run, _, one in results.list_judged() if one and run.tool == tool.name]
        cells = " | ".join(str(verdicts.count(one)) for one in (Verdict.FALSE, Verdict.TRUE, Verdict.TASTE))
        run = results.find(tool.name, FAULTY)
        found = count_found(run) if run else "-"
        if any(one.tool == tool.name for one in results.runs):
            lines.append(f"| {tool.title} | {found} | {run.requests if run else '-'} | {cells} |")
    return [*lines, ""]


def count_found(run: Run) -> str:
    """`14, and 1 told`."""
    found = [fault for fault in FAULTS if finds(run, fault)]
    told = sum(fault.told for fault in found)
    return f"{len(found) - told}, and {told} told" if told else str(len(found))


def render_faults(results: Results) -> list[str]:
    """Who finds which fault."""
    runs = results.list_tools(FAULTY)
    lines = ["## The faults", "", f"| | fault | {' | '.join(run.tool for run in runs)} |"]
    lines.append(f"| --: | --- |{' :-: |' * len(runs)}")
    for fault in FAULTS:
        cells = " | ".join(("told" if fault.told else "yes") if finds(run, fault) else "" for run in runs)
        lines.append(f"| {fault.number} | {fault.title} | {cells} |")
    return [*lines, "", *TOLD, ""]


def render_runs(results: Results) -> list[str]:
    """Requests and times, as ratios to readycheck's with its defaults on the same server in this run."""
    lines = [
        "## Requests and time",
        "",
        "| server | tool | requests | connections | findings | time / readycheck | CPU / readycheck |",
        "| --- | --- | --: | --: | --: | --: | --: |",
    ]
    for run in results.runs:
        base = results.find(BASE, run.server)
        wall, cpu = (f"{run.wall / base.wall:.2f}", f"{run.cpu / base.cpu:.2f}") if base else ("-", "-")
        requests = str(run.requests) if SERVED[run.server].scheme == "http" else "-"
        cells = f"{requests} | {run.connections} | {run.ended or len(run.reading.findings)} | {wall} | {cpu}"
        lines.append(f"| {SERVED[run.server].title} | {run.tool} | {cells} |")
    return [*lines, ""]


def render_false(results: Results) -> list[str]:
    """The findings on good servers, by tool, with what they are worth and why."""
    rows: dict[tuple[str, str, Judged | None], tuple[str, list[str]]] = {}
    for run, finding, judged in results.list_judged():
        _, servers = rows.setdefault((run.tool, finding.partition(": ")[0], judged), (shorten(finding), []))
        if run.server not in servers:
            servers.append(run.server)
    lines = ["## Findings on the good servers, judged by hand", "", "| verdict | tool | finding | servers | why |"]
    lines.append("| --- | --- | --- | --- | --- |")
    cells = []
    for (tool, _, judged), (name, servers) in rows.items():
        verdict, why = (judged.verdict.value, judged.reason) if judged else ("not judged", "")
        cells.append((verdict, tool, name, ", ".join(servers), why))
    lines += [f"| {' | '.join(row)} |" for row in sorted(cells, key=lambda row: row[:2])]
    return [*lines, ""]


def render_rest(results: Results) -> list[str]:
    """What readycheck proves on each server with everything allowed."""
    lines = ["## What readycheck proves", ""]
    for server, served in SERVED.items():
        if run := results.find("readycheck-all", server):
            lines.append(f"- {served.title}: {len(run.reading.proofs)}")
            lines += [f"  - {name}" for name in map(shorten, run.reading.proofs)]
    return [*lines, ""]


TOLD = (
    "`told`: readycheck never says that a limit is missing, since one request more might have met it. It says that the",
    "item is unproven because so many requests in a row were all answered, and that is all that can be known from",
    "outside.",
)
NOTES = (
    "## What is compared",
    "",
    "Every run meets a server that was started for it, through a proxy on the loopback address that counts requests;",
    "on TLS it counts connections. Each tool has a time limit. readycheck runs twice: with the address alone, and with",
    f"`{' '.join(PERMISSIONS[:4])}`, two made-up credentials, the server's",
    "OpenAPI document or its routes, and its browser origin. It sends five requests a second unless told",
    "otherwise, which is most of its time, and holds a connection open for 30 seconds where that is allowed: compare",
    "CPU as well.",
    "",
    "The peers run with their defaults; they have other aims, and each finds things that are not among the fifteen.",
    "MDN HTTP Observatory gets empty lists of preloaded hosts and of top-level domains, which it would download.",
    "drheader asks for Cache-Control on whatever it is pointed at, which is not the same as finding fault 14.",
    "schemathesis reads what the document declares, so it says nothing of the Express server, which has none. nmap's",
    "http-slowloris-check is left out: it waits for a time-out that the faulty server does not have, and had said",
    "nothing after 200 seconds. Its scripts do not notice that the Express server answers 429 after 100 requests.",
    "sslyze is asked only where there is TLS.",
    "",
    "The faults were chosen before the probe was written, but by its authors, and what the first runs showed was",
    "mended: the count says that the probe does what it was made for, not what share of all faults it finds.",
    "",
    "A finding on a server that is not faulty is true, false, or a matter of taste; `faults.py` says why, and the",
    "benchmark fails on one that nobody has judged.",
)
