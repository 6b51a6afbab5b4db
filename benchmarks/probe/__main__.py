"""The probe beside other tools, on servers whose faults are known.

    python -m benchmarks.probe [--only TOOL ...] [--server NAME ...]

Everything happens on the loopback address. Writes `benchmarks/probe/RESULTS.md` if all tools ran on all servers; exit
code 1 when readycheck misses a fault, cries wolf, or a finding is not judged yet.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from benchmarks.probe import peers
from benchmarks.probe.results import Results, render
from benchmarks.probe.running import Run, run_tool
from benchmarks.probe.servers import SERVED, install_servers

RESULTS = Path(__file__).with_name("RESULTS.md")


def run_all(tools: list[str], servers: list[str]) -> list[Run]:
    """Each tool on each server, one after the other; a tool that is not there is left out."""
    runs = []
    for server in servers:
        for tool in tools:
            run = run_tool(peers.TOOLS[tool], server)
            if run:
                runs.append(run)
                said = run.ended or f"{len(run.reading.findings)} findings"
                print(
                    f"{server}: {tool}: {run.requests} requests, {run.wall:.1f} s, {said}", file=sys.stderr, flush=True
                )
    return runs


def main() -> int:
    """Install, run, print, write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.probe", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--only", action="append", choices=list(peers.TOOLS), help="a tool; repeatable")
    parser.add_argument("--server", action="append", choices=list(SERVED), help="a server; repeatable")
    parser.add_argument("--no-install", action="store_true", help="what is there already is used")
    options = parser.parse_args()
    if not options.no_install:
        install_servers()
        peers.install()
    before = os.getloadavg()[0]
    results = Results(run_all(options.only or list(peers.TOOLS), options.server or list(SERVED)))
    text = render(results, f"load average {before:.1f} before and {os.getloadavg()[0]:.1f} after")
    print(text)
    if not options.only and not options.server:
        RESULTS.write_text(text, encoding="utf-8")
    problems = list(results.list_problems())
    for problem in problems:
        print(f"problem: {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
